"""Nested brackets of vector fields that are written out, and coordinates that none of them moves.

[X, Y] = DY X - DX Y takes derivatives along X and Y alone, so where all components at a coordinate
are zero its value is a constant of all brackets. Put in before brackets are written out, it gives
the same values at the point (docs/mathematics.md), and the brackets are as short as those of a
system with numbers in the place of such coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pyconslaw._core.poly import Polynomials
from pyconslaw.records.polynomial import Polynomial

VectorField = Mapping[int, Polynomial]
CACHE = 1 << 23  # components of the brackets that are kept


def cached(variables: int) -> int:
    """How many brackets are kept."""
    return max(64, min(4096, CACHE // max(variables, 1)))


def moving(fields: Iterable[VectorField]) -> tuple[int, ...]:
    """The coordinates that some vector field moves, increasing.

    >>> x_times_k = Polynomial(((1, ((0, 1), (1, 1))),))
    >>> moving([{0: x_times_k}])
    (0,)
    """
    return tuple(sorted({v for field in fields for v, f in field.items() if f.terms}))


def collapsed(field: VectorField, moved: Sequence[int]) -> int:
    """How many terms a vector field has once the other coordinates have values."""
    own = set(moved)
    return sum(
        len({tuple((v, e) for v, e in m if v in own) for _, m in f.terms}) for f in field.values()
    )


def packed_at(
    field: VectorField, moved: Sequence[int], values: Mapping[int, int], prime: int
) -> Polynomials:
    """The vector field mod prime in the coordinates that move alone, renumbered; values: of the
    others.
    """
    number = {v: k for k, v in enumerate(moved)}
    terms: list[list] = [[] for _ in moved]
    for v, f in field.items():
        for c, m in f.terms:
            c = c * prod(pow(values[w], e, prime) for w, e in m if w not in number) % prime
            terms[number[v]].append((c, tuple((number[w], e) for w, e in m if w in number)))
    return Polynomials(terms, len(moved), prime)


class Place(NamedTuple):
    """A point modulo a prime: all coordinates, those that move, the others as 64-bit words."""

    point: NDArray[np.uint64]
    moved: NDArray[np.uint64]
    still: bytes


class Still(NamedTuple):
    """Which coordinates move, as numbers and as an array, which do not, and how many terms each
    vector field has once these have values.
    """

    moving: tuple[int, ...]
    moved: NDArray[np.int64]
    still: NDArray[np.int64]
    lengths: tuple[int, ...]


def still_of(fields: Sequence[VectorField], variables: int) -> Still:
    """That of some vector fields."""
    numbers = moving(fields)
    moved, is_still = np.array(numbers, dtype=np.int64), np.ones(variables, dtype=bool)
    is_still[moved] = False
    if len(moved) < variables:
        lengths = tuple(collapsed(field, numbers) for field in fields)
    else:
        lengths = tuple(sum(len(f.terms) for f in field.values()) for field in fields)
    return Still(numbers, moved, np.flatnonzero(is_still), lengths)


class Brackets:
    """Nested brackets of vector fields modulo primes, formed symbolically in the coordinates that
    move, the last ones kept by suffix; a pickle takes none along.

    terms: how many a bracket has that was formed. moving: the coordinates that move.
    """

    def __init__(self, fields: Sequence[VectorField], variables: int, still: Still | None = None):
        self._fields, self._variables = fields, variables
        self._known = known = still or still_of(fields, variables)
        self.moving, self._moved, self._still, lengths = known
        self.of = lru_cache(maxsize=cached(variables))(self._formed)
        self.terms: dict[tuple[int, ...], int] = {(i,): n for i, n in enumerate(lengths)}

    def again(self) -> Brackets:
        """The same vector fields, no bracket formed."""
        return Brackets(self._fields, self._variables, self._known)

    def __reduce__(self) -> tuple[type[Brackets], tuple[Any, ...]]:
        return Brackets, (self._fields, self._variables)

    def _formed(self, letters: tuple[int, ...], prime: int, still: bytes) -> Polynomials:
        if len(letters) == 1:
            values = np.frombuffer(still, dtype=np.uint64).tolist()
            others = dict(zip(self._still.tolist(), values, strict=True))
            return packed_at(self._fields[letters[0]], self.moving, others, prime)
        out = self.of(letters[:1], prime, still).bracket(self.of(letters[1:], prime, still))
        self.terms[letters] = out.size
        return out

    def place(self, point: NDArray[np.uint64]) -> Place:
        """A reduced point as `row` takes it."""
        return Place(point, point[self._moved], point[self._still].tobytes())

    def row(self, letters: tuple[int, ...], place: Place, prime: int) -> NDArray[np.uint64]:
        """The value of a bracket, over all coordinates."""
        row = np.zeros(self._variables, dtype=np.uint64)
        if len(letters) > 1:
            row[self._moved] = self.of(letters, prime, place.still).evaluate(place.moved)
            return row
        field = self._fields[letters[0]]  # a few components, whatever the number of variables
        terms = [f.terms for f in field.values()]
        row[list(field)] = Polynomials(terms, self._variables, prime).evaluate(place.point)
        return row

    def cost(self, letters: tuple[int, ...]) -> float:
        """Terms of the products that a bracket merges, those of a bracket not yet formed guessed as
        if none cancelled.
        """
        if letters in self.terms:
            return float(self._variables + self.terms[letters])
        merged = 1.0
        for k in range(len(letters) - 1, -1, -1):
            known = self.terms.get(letters[k:])
            merged = (
                float(known) if known is not None else 2.0 * merged * self.terms[letters[k : k + 1]]
            )
        return self._variables + 50.0 * merged

    def written_terms(self, letters: Sequence[int]) -> float:
        """The most terms that a bracket has once it is written out, with all coordinates as they
        are; as if none cancelled.
        """
        lengths = [sum(len(f.terms) for f in self._fields[i].values()) for i in letters]
        return prod(2.0 * n for n in lengths) / 2
