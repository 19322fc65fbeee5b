"""How large entries, rows and columns of an integer matrix are: found once, in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

BLOCK = 1 << 20  # entries that are gone through at once
MOST = 1 << 62  # what larger sums are given as


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Rows of a matrix, so many at once that temporary copies of them are small.

    Examples
    --------
    >>> list(blocks((3, BLOCK // 2)))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    step = max(1, BLOCK // max(1, shape[1]))
    for start in range(0, shape[0], step):
        yield slice(start, min(start + step, shape[0]))


@dataclass(frozen=True, eq=False)
class Sizes:
    """largest: absolute value of an entry, at least 1. sums: of absolute values, of each row and of
    each column, exact below 2^53. lengths: log2 of bounds for the Euclidean ones, at least 0, of
    each row and of each column.
    """

    shape: tuple[int, ...]
    largest: int
    sums: tuple[np.ndarray, np.ndarray]
    lengths: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, a: np.ndarray) -> Sizes:
        """Of int64 or Python integers."""
        largest, dtype = 1, object if a.dtype == object else float
        sums = [np.zeros(side, dtype=dtype) for side in a.shape]
        squares = [np.zeros(side, dtype=dtype) for side in a.shape]
        for rows in blocks(a.shape):
            size = abs(a[rows].astype(dtype))
            largest = max(largest, int(a[rows].max(initial=1)), -int(a[rows].min(initial=-1)))
            sums[0][rows] = size.sum(axis=1)
            sums[1] += size.sum(axis=0)
            size *= size
            squares[0][rows] = size.sum(axis=1)
            squares[1] += size.sum(axis=0)
        across, down = (np.minimum(line, MOST).astype(float) for line in sums)
        lengths = _logarithms(squares[0]), _logarithms(squares[1])
        return cls(a.shape, largest, (across, down), lengths)

    def minor_bits(self) -> np.ndarray:
        """log2 of bounds for all minors of size 0, 1, ..., min(shape): the product of the lengths
        of the longest rows, or columns, so many of them (Hadamard).
        """
        longest = [np.sort(lines)[::-1][: min(self.shape)] for lines in self.lengths]
        bounds = [np.append(0, np.cumsum(lines)) for lines in longest]
        return np.minimum(*bounds) * (1 + 1e-9) + 1


def _logarithms(squares: np.ndarray) -> np.ndarray:
    """Half of log2 of squares, of Python integers rounded up."""
    if squares.dtype == object:
        return np.array([int(x).bit_length() / 2 for x in squares], dtype=float)
    return np.log2(np.maximum(squares, 1)) / 2
