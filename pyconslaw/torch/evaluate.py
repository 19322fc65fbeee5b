"""Values, derivatives and gradients of families of laws, on arrays by parameter name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    return _picked(term, _along(term, shifted, shifted))


def term_derivatives(
    family: Family, term: Term, weight: np.ndarray, tangent: np.ndarray
) -> np.ndarray:
    """A term's share of the derivatives: they are sums over parameters."""
    if family.kind == LINEAR:
        return _sums(term, tangent)
    if family.kind == BLOCK:
        half = _products(term, weight, tangent)
        return half + half.transpose(0, 2, 1)
    return 2 * _picked(term, _along(term, _shifted(term, weight), tangent))


def term_squares(family: Family, term: Term, weight: np.ndarray) -> np.ndarray:
    """The square of the norm of the term's share of each gradient, in the shape of `values`."""
    factor = float(term.coefficient)
    if family.kind == LINEAR:
        laws, _, width = term.shape
        return np.full((laws, term.extents(weight.shape)[1]), factor**2 * width)
    shifted = _shifted(term, weight)
    squares = _along(term, shifted, shifted)[term.positions].sum(axis=2)
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
        part = found.setdefault(term.parameter, np.zeros(weight.shape))
        place = entries_at(term, weight.shape)
        factor, shift = float(term.coefficient), float(term.shift)
        flat, source = part.reshape(-1), weight.reshape(-1)
        if family.kind == LINEAR:
            np.add.at(flat, place[term.positions[law, 0], entry[0]], factor)
        else:
            first, second = (place[term.positions[law, i]] for i in entry)
            np.add.at(flat, first, factor * (source[second] + shift))
            np.add.at(flat, second, factor * (source[first] + shift))
    return found


def entries_at(term: Term, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of the entries at each position of the term's axes, a row each."""
    numbers = np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape or (1,))
    return slices(term, numbers)


def slices(term: Term, weight: np.ndarray) -> np.ndarray:
    """A row for each position of the term's axes."""
    weight = weight.reshape(weight.shape or (1,))
    moved = np.moveaxis(weight, term.axes, range(len(term.axes)))
    return moved.reshape(term.extents(weight.shape))


def _shifted(term: Term, weight: np.ndarray) -> np.ndarray:
    return weight + float(term.shift) if term.shift else weight


def _along(term: Term, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Inner products of the slices at each position of the axes, summed in double precision."""
    shape = a.shape or (1,)
    first, last = term.axes[0], term.axes[-1]
    if last - first == len(term.axes) - 1:  # side by side: nothing is copied
        sizes = (shape[:first], shape[first : last + 1], shape[last + 1 :])
        three = tuple(int(np.prod(part, dtype=np.int64)) for part in sizes)
        a, b = a.reshape(three), b.reshape(three)
        return np.einsum("aib,aib->i", a, b, dtype=np.float64, casting="same_kind")
    a, b = slices(term, a), slices(term, b)
    return np.einsum("ib,ib->i", a, b, dtype=np.float64, casting="same_kind")


def _picked(term: Term, vector: np.ndarray) -> np.ndarray:
    return float(term.coefficient) * vector[term.positions[:, 0]].sum(axis=1)


def _sums(term: Term, weight: np.ndarray) -> np.ndarray:
    flat = slices(term, weight)
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
    a, b = slices(term, left), slices(term, right)
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
