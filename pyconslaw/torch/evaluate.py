"""Values, derivatives and gradients of families of laws, on arrays by parameter name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pyconslaw.torch.found import BLOCK, LINEAR, Family, Term

PIECE = 1 << 24  # entries of the slices of blocks that are held at once

Arrays = Mapping[str, np.ndarray]


def values(family: Family, weights: Arrays) -> np.ndarray:
    """All laws of the family at these weights, in double precision.

    Of shape (laws,) for diagonal families, (laws, r, r) for blocks, (laws, rest) for linear ones.

    >>> from fractions import Fraction
    >>> ahead = Term("a", 0, np.array([[[0]], [[1]]]), Fraction(1))
    >>> behind = Term("b", 1, np.array([[[0]], [[1]]]), Fraction(-1))
    >>> weights = {"a": np.array([[1.0, 2], [3, 4]]), "b": np.array([[1.0, 1]])}
    >>> values(Family("diagonal", (ahead, behind)), weights)
    array([ 4., 24.])
    """
    return _total(
        family, (term_values(family, term, weights[term.parameter]) for term in family.terms)
    )


def derivatives(family: Family, weights: Arrays, tangent: Arrays) -> np.ndarray:
    """The derivative of every law along a tangent vector, in the shape of `values`."""
    return _total(
        family,
        (
            term_derivatives(family, term, weights[term.parameter], tangent[term.parameter])
            for term in family.terms
        ),
    )


def _total(family: Family, parts: Iterator[np.ndarray]) -> np.ndarray:
    total = next(parts).copy()
    for part in parts:
        total += part
    return total


def term_values(family: Family, term: Term, weight: np.ndarray) -> np.ndarray:
    """A term's share of the values."""
    if family.kind == LINEAR:
        return _sums(term, weight)
    if family.kind == BLOCK:
        return _products(term, weight, weight)
    shifted = _shifted(term, weight)
    return _picked(term, _along(shifted, shifted, term.axis))


def term_derivatives(
    family: Family, term: Term, weight: np.ndarray, tangent: np.ndarray
) -> np.ndarray:
    """A term's share of the derivatives: they are sums over parameters."""
    if family.kind == LINEAR:
        return _sums(term, tangent)
    if family.kind == BLOCK:
        half = _products(term, weight, tangent)
        return half + half.transpose(0, 2, 1)
    return 2 * _picked(term, _along(_shifted(term, weight), tangent, term.axis))


def term_squares(family: Family, term: Term, weight: np.ndarray) -> np.ndarray:
    """The square of the norm of the term's share of each gradient, in the shape of `values`."""
    factor = float(term.coefficient)
    if family.kind == LINEAR:
        laws, _, width = term.shape
        rest = weight.size // max(1, weight.shape[term.axis])
        return np.full((laws, rest), factor**2 * width)
    shifted = _shifted(term, weight)
    squares = _along(shifted, shifted, term.axis)[term.positions].sum(axis=2)
    if family.kind == BLOCK:
        both = squares[:, :, None] + squares[:, None, :]
        diagonal = np.arange(both.shape[1])
        both[:, diagonal, diagonal] *= 2
        return factor**2 * both
    return 4 * factor**2 * squares[:, 0]


def gradient(
    family: Family, weights: Arrays, law: int, entry: tuple[int, int] = (0, 0)
) -> dict[str, np.ndarray]:
    """The gradient of one law by parameter: `entry` of the block, or (index among the other axes,
    0) of a linear family.
    """
    found: dict[str, np.ndarray] = {}
    for term in family.terms:
        weight = weights[term.parameter]
        part = found.setdefault(term.parameter, np.zeros(weight.shape, dtype=float))
        moved = np.moveaxis(part, term.axis, 0)
        source = np.moveaxis(weight, term.axis, 0)
        factor = float(term.coefficient)
        if family.kind == LINEAR:
            where = np.unravel_index(entry[0], moved.shape[1:])
            for p in term.positions[law, 0]:
                moved[(p, *where)] += factor
        else:
            first, second = (term.positions[law, i] for i in entry)
            for p, q in zip(first, second, strict=True):
                moved[p] += factor * (source[q] + float(term.shift))
                moved[q] += factor * (source[p] + float(term.shift))
    return found


def _shifted(term: Term, weight: np.ndarray) -> np.ndarray:
    return weight + float(term.shift) if term.shift else weight


def _along(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    """Inner products of the slices at each position of an axis, summed in double precision."""
    size = a.shape[axis]
    before = int(np.prod(a.shape[:axis], dtype=np.int64))
    shape = (before, size, a.size // max(1, before * size))
    return np.einsum(
        "aib,aib->i", a.reshape(shape), b.reshape(shape), dtype=np.float64, casting="same_kind"
    )


def _picked(term: Term, vector: np.ndarray) -> np.ndarray:
    return float(term.coefficient) * vector[term.positions[:, 0]].sum(axis=1)


def _sums(term: Term, weight: np.ndarray) -> np.ndarray:
    moved = np.moveaxis(weight, term.axis, 0)
    flat = moved.reshape(moved.shape[0], -1)
    laws, _, width = term.shape
    total = np.zeros((laws, flat.shape[1]))
    for k in range(laws) if width > laws else ():
        places = term.positions[k, 0]
        total[k] = flat[places].sum(axis=0, dtype=np.float64)
    for j in range(width) if width <= laws else ():
        total += flat[term.positions[:, 0, j]]
    return float(term.coefficient) * total


def _products(term: Term, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """coefficient * sum over m of X Y^T, a few laws at a time."""
    laws, rows, width = term.shape
    a, b = (np.moveaxis(w, term.axis, 0).reshape(w.shape[term.axis], -1) for w in (left, right))
    total = np.empty((laws, rows, rows))
    step = max(1, PIECE // max(1, rows * width * a.shape[1]))
    for start in range(0, laws, step):
        places = term.positions[start : start + step]
        x = a[places].reshape(len(places), rows, -1).astype(np.float64, copy=False)
        y = b[places].reshape(len(places), rows, -1).astype(np.float64, copy=False)
        np.matmul(x, y.transpose(0, 2, 1), out=total[start : start + step])
    return float(term.coefficient) * total


def entries_of(family: Family, rest: int = 1) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every law of a family, as `gradient` takes it; of a block the upper triangle."""
    for law in range(family.laws):
        if family.kind == BLOCK:
            for i in range(family.rows):
                for j in range(i, family.rows):
                    yield law, (i, j)
        else:
            for k in range(rest if family.kind == LINEAR else 1):
                yield law, (k, 0) if family.kind == LINEAR else (0, 0)


def rest_of(term: Term, shape: Any) -> int:
    """Entries of a slice."""
    rest = 1
    for axis, n in enumerate(shape):
        rest *= 1 if axis == term.axis else int(n)
    return rest
