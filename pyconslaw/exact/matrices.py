"""Integer matrices as they come in: arrays, sequences of rows, sparse matrices of SciPy, triples;
checked before memory is spent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pyconslaw._core import checked
from pyconslaw.errors import InputError, LimitError
from pyconslaw.exact.sizes import blocks

WORD = 1 << 62  # integers below in absolute value are kept as int64
LARGEST_SIDE = 1 << 62
# Entries of a dense matrix that is made of a sparse one, and of its basis. The matrix has two
# gigabytes; its rank took 27 to 35 bytes an entry more where the quick steps run, seven to nine
# gigabytes; a basis of long integers has some forty bytes an entry.
DENSE_LIMIT = 250_000_000
LOOK = 32  # entries of a row that mostly show that it has no content


@dataclass(frozen=True)
class Sparse:
    """A matrix by its entries that are not zero, no place twice; entry: int64, or Python integers
    where that does not hold them.
    """

    shape: tuple[int, int]
    row: np.ndarray
    column: np.ndarray
    entry: np.ndarray

    @classmethod
    def of(cls, dense: np.ndarray) -> Sparse:
        """That of a dense matrix."""
        row, column = np.nonzero(dense)
        return cls((dense.shape[0], dense.shape[1]), row, column, dense[row, column])

    def compressed(self) -> tuple[Sparse, np.ndarray]:
        """Without rows and columns of zeros; and the numbers that its columns had."""
        rows, row = np.unique(self.row, return_inverse=True)
        columns, column = np.unique(self.column, return_inverse=True)
        return Sparse((len(rows), len(columns)), row, column, self.entry), columns

    def transposed(self) -> Sparse:
        """Rows as columns."""
        return Sparse(self.shape[::-1], self.column, self.row, self.entry)

    def rows(self) -> list[dict[int, int]]:
        """Each as {column: entry}, Python integers."""
        found: list[dict[int, int]] = [{} for _ in range(self.shape[0])]
        for i, j, x in zip(
            self.row.tolist(), self.column.tolist(), self.entry.tolist(), strict=True
        ):
            found[i][j] = x
        return found

    def dense(self, room: float) -> np.ndarray:
        """As an array. Errors: LimitError where that has more entries than room."""
        dense = empty_of(self.shape, room, self.entry.dtype)
        dense[self.row, self.column] = self.entry
        return dense


def empty_of(shape: tuple[int, int], room: float, dtype: Any = np.int64) -> np.ndarray:
    """Zeros of that shape. Errors: LimitError where there are more than room."""
    if shape[0] * shape[1] > room:
        raise LimitError(
            f"matrix: expected at most {room} entries to go through one by one, "
            f"got {shape[0]} x {shape[1]}, zeros included"
        )
    return np.zeros(shape, dtype=dtype)


def compact(entries: np.ndarray) -> np.ndarray:
    """Integers as int64 where that holds them, as Python integers otherwise."""
    small = not entries.size or (-WORD < int(entries.min()) and int(entries.max()) < WORD)
    return entries.astype(np.int64 if small else object, copy=False)


def without_content(a: np.ndarray) -> np.ndarray:
    """The matrix with rows, then columns, divided by their greatest common divisors."""
    for _ in range(2):
        content = np.gcd.reduce(a[:, :LOOK], axis=1)
        for rows in blocks(a.shape):
            left = rows.start + np.flatnonzero(content[rows] != 1)
            content[left] = np.gcd.reduce(a[left], axis=1)
        content[content == 0] = 1
        a = (a if (content == 1).all() else a // content[:, None]).T
    return compact(a)


def read(matrix: Any, shape: Any = None) -> np.ndarray | Sparse:
    """The matrix, dense or sparse as it is given; with a shape, (rows, columns, entries) of a
    sparse one. Errors: InputError, which begins with the name of the argument.
    """
    tocoo = getattr(matrix, "tocoo", None)
    if callable(tocoo) and not isinstance(matrix, type):
        found = _of_coordinates(tocoo())
        if shape is not None and _checked_shape(shape) != found.shape:
            raise InputError(f"shape: expected {found.shape}, that of matrix, got {shape!r:.80}")
        return found
    return _read_dense(matrix) if shape is None else _read_triples(matrix, _checked_shape(shape))


def _read_dense(matrix: Any) -> np.ndarray:
    a = _integers(matrix, "matrix")
    if a.ndim != 2:
        raise InputError(f"matrix: expected two axes, got {_described(matrix, a)}")
    return compact(a)


def _integers(values: Any, name: str) -> np.ndarray:
    """An array of integers of any size and shape."""
    try:
        checked.unmasked(values, name)
    except ValueError as error:
        raise InputError(str(error)) from None
    if isinstance(values, np.ndarray) and values.size and values.dtype.kind not in "iuO":
        raise InputError(f"{name}: expected integers, got an array of {values.dtype}")
    try:
        a = np.asarray(values)
        a = a if a.dtype.kind in "iu" else np.array(values, dtype=object)
    except (ValueError, OverflowError, TypeError, UserWarning) as error:
        raise InputError(f"{name}: {error}") from None
    return _python_integers(a, name) if a.dtype == object else a


def _python_integers(a: np.ndarray, name: str) -> np.ndarray:
    """An array of objects as one of Python integers."""
    flat = a.ravel().tolist()
    for place, x in enumerate(flat):
        if isinstance(x, bool) or not isinstance(x, int | np.integer):
            at = ", ".join(str(k) for k in np.unravel_index(place, a.shape))
            where = f" in place {at}" if at else ""
            raise InputError(f"{name}: expected integers, got {x!r:.80}{where}")
    found = np.empty(a.shape, dtype=object)
    found[...] = np.array([int(x) for x in flat] + [None], dtype=object)[:-1].reshape(a.shape)
    return found


def _described(values: Any, a: np.ndarray) -> str:
    return f"shape {a.shape}" if a.ndim else f"{values!r:.80}"


def _checked_shape(shape: Any) -> tuple[int, int]:
    try:
        m, n = shape
    except (TypeError, ValueError):
        raise InputError(f"shape: expected two integers, got {shape!r:.80}") from None
    for side in (m, n):
        if isinstance(side, bool) or not isinstance(side, int | np.integer):
            raise InputError(f"shape: expected two integers, got {shape!r:.80}")
        if not 0 <= side <= LARGEST_SIDE:
            raise InputError(f"shape: expected integers from 0 to 2^62, got {shape!r:.80}")
    return int(m), int(n)


def _of_coordinates(coordinates: Any) -> Sparse:
    """Of a matrix in SciPy's form COO."""
    if len(coordinates.shape) != 2:
        raise InputError(f"matrix: expected two axes, got shape {coordinates.shape}")
    shape = _checked_shape(coordinates.shape)
    entry = np.asarray(coordinates.data)
    if entry.dtype.kind not in "iuO":
        raise InputError(f"matrix: expected integers, got a sparse matrix of {entry.dtype}")
    row, column = np.asarray(coordinates.row), np.asarray(coordinates.col)
    return _read_triples((row, column, entry), shape)


def _read_triples(matrix: Any, shape: tuple[int, int]) -> Sparse:
    if not isinstance(matrix, tuple) or len(matrix) != 3:
        raise InputError(
            "matrix: with a shape, expected the tuple (rows, columns, entries), "
            f"got {' '.join(repr(matrix).split()):.80}"
        )
    row, column, entry = matrix
    found = [
        _integers(part, f"matrix: {name}")
        for part, name in ((row, "rows"), (column, "columns"), (entry, "entries"))
    ]
    if any(part.ndim != 1 or len(part) != len(found[0]) for part in found):
        shapes = ", ".join(str(part.shape) for part in found)
        raise InputError(
            f"matrix: rows, columns, entries: expected one axis of one length, got {shapes}"
        )
    for part, side, name in zip(found[:2], shape, ("rows", "columns"), strict=True):
        if part.size and not 0 <= int(part.min()) <= int(part.max()) < side:
            wrong = next(x for x in part.tolist() if not 0 <= x < side)
            raise InputError(f"matrix: {name}: expected 0 <= {name} < {side}, got {wrong}")
    return _summed(shape, *found)


def _summed(shape: tuple[int, int], row, column, entry: np.ndarray) -> Sparse:
    """Entries in one place are added up; zeros are left out."""
    row, column, entry = row.astype(np.int64), column.astype(np.int64), compact(entry)
    order = np.lexsort((column, row))
    row, column, entry = row[order], column[order], entry[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    if not first.all():
        largest = max(int(entry.max()), -int(entry.min()))
        entry = entry.astype(np.int64 if largest * len(entry) < WORD else object)
        entry = compact(np.add.reduceat(entry, np.flatnonzero(first)))
        row, column = row[first], column[first]
    there = (entry != 0).astype(bool)
    return Sparse(shape, row[there], column[there], entry[there])
