"""A rational number for each coordinate, as runs of coordinates in a row that have the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Runs:
    """Pairs (number of coordinates, value); `Runs.of` makes neighbours different.

    >>> weights = Runs.of([(2, Fraction(1)), (1, Fraction(1)), (3, Fraction(1, 2))])
    >>> weights.pairs, weights.at(2), weights.at(3)
    (((3, Fraction(1, 1)), (3, Fraction(1, 2))), Fraction(1, 1), Fraction(1, 2))
    """

    pairs: tuple[tuple[int, Fraction], ...]

    @staticmethod
    def of(pairs: Iterable[tuple[int, Fraction]]) -> Runs:
        """Runs in any division."""
        joined: list[tuple[int, Fraction]] = []
        for n, value in pairs:
            if joined and joined[-1][1] == value:
                n += joined.pop()[0]
            joined += [(n, value)] if n else []
        return Runs(tuple(joined))

    @cached_property
    def starts(self) -> list[int]:
        """Where each run begins, and the number of coordinates."""
        return [0, *accumulate(n for n, _ in self.pairs)]

    @property
    def size(self) -> int:
        return self.starts[-1]

    @property
    def values(self) -> list[Fraction]:
        """The different values, increasing."""
        return sorted({value for _, value in self.pairs})

    def at(self, k: int) -> Fraction:
        """The value of the coordinate with number k."""
        return self.pairs[bisect_right(self.starts, k) - 1][1]

    def each(self) -> Iterator[Fraction]:
        """The values of all coordinates."""
        for n, value in self.pairs:
            yield from (value for _ in range(n))

    def within(self, start: int, stop: int) -> list[Fraction]:
        """The different values of the coordinates from start on and before stop."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, stop - 1)
        return sorted({value for _, value in self.pairs[first:last]}) if start < stop else []

    def times(self, other: Runs) -> Runs:
        """The products of the values."""
        cuts = sorted({*self.starts, *other.starts})
        return Runs.of(
            (stop - start, self.at(start) * other.at(start))
            for start, stop in zip(cuts, cuts[1:], strict=False)
        )

    def over(self, unit: Fraction) -> Runs:
        """The values divided by a number."""
        return Runs(tuple((n, value / unit) for n, value in self.pairs))

    def mask(self, value: Fraction) -> NDArray[np.bool_]:
        """Which coordinates have this value."""
        return np.repeat([v == value for _, v in self.pairs], [n for n, _ in self.pairs])

    def json(self) -> list[list[int]]:
        """As in a certificate."""
        return [[n, value.numerator, value.denominator] for n, value in self.pairs]
