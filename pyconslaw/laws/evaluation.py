"""Laws at weights, many at once: entries of X X^T and X^T X as products of matrices, other
polynomials term by term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pyconslaw.fields.named import Named
from pyconslaw.laws.matrix_form import Entry, Reader, shape_of
from pyconslaw.records.polynomial import Polynomial

BLOCK = 1 << 22  # products of integers between two looks at signals, factors that are held at once
SPARSE = 100  # of the entries of a matrix fewer than one in so many are evaluated pair by pair
WORD = 1 << 63


def roomy(arrays: Sequence[np.ndarray], degree: int, norm: int) -> list[np.ndarray]:
    """Weights in a type that has room for sums of products of so many, `norm` with multiplicity:
    integers are exact.
    """
    if any(a.dtype.kind not in "iu" for a in arrays):
        return [a.astype(np.result_type(a, np.int64), copy=False) for a in arrays]
    largest = max((max(abs(int(a.max())), abs(int(a.min()))) for a in arrays if a.size), default=0)
    kind = np.int64 if max(largest, 1) ** degree * max(norm, 1) < WORD else object
    return [a.astype(kind, copy=False) for a in arrays]


def upper(square: np.ndarray) -> np.ndarray:
    """The entries on and above the diagonal, row by row, (..., n (n + 1) / 2)."""
    *lead, n, _ = square.shape
    if square.size > n**3:  # many small ones
        places = np.flatnonzero(~np.tri(n, k=-1, dtype=bool))
        return square.reshape(*lead, n * n).take(places, axis=-1)
    out, start = np.empty((*lead, n * (n + 1) // 2), dtype=square.dtype), 0
    for i in range(n):
        out[..., start : start + n - i] = square[..., i, i:]
        start += n - i
    return out


def gram(rows: np.ndarray) -> np.ndarray:
    """All products of two rows. What BLAS does not do is done in blocks, so that Ctrl-C is
    heard in between.
    """
    columns = rows.swapaxes(-1, -2)
    if rows.dtype.kind in "fc":
        return rows @ columns
    at_once = max(1, BLOCK // max(1, rows.size))
    n = rows.shape[-2]
    blocks = [rows[..., k : k + at_once, :] @ columns for k in range(0, n, at_once)]
    return np.concatenate(blocks, axis=-2)


class GramSum:
    """The sum of signs times X X^T, of arrays of the same number of rows."""

    def __init__(self, parts: Sequence[tuple[int, np.ndarray]]):
        self.parts = parts

    def _total(self, pieces: Iterator[np.ndarray]) -> np.ndarray:
        total = None
        for (sign, _), piece in zip(self.parts, pieces, strict=True):
            if total is None:
                total = piece if sign > 0 else -piece
            elif sign > 0:
                total += piece
            else:
                total -= piece
        assert total is not None
        return total

    def matrix(self) -> np.ndarray:
        """All entries, (..., n, n)."""
        return self._total(gram(x) for _, x in self.parts)

    def diagonal(self) -> np.ndarray:
        """(..., n)."""
        return self._total(_squares(x) for _, x in self.parts)

    def entries(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Some entries (i, j), i <= j, (..., number of them)."""
        n = self.parts[0][1].shape[-2]
        if (i == j).all():
            found = self.diagonal()
            return found if len(i) == n and (i == np.arange(n)).all() else found[..., i]
        if SPARSE * len(i) < n * n:
            return self._total((x[..., i, :] * x[..., j, :]).sum(axis=-1) for _, x in self.parts)
        square = self.matrix()
        place = i * n + j
        if len(i) == n * (n + 1) // 2 and (np.diff(place) > 0).all():
            return upper(square)
        return square.reshape(*square.shape[:-2], n * n).take(place, axis=-1)


def _squares(x: np.ndarray) -> np.ndarray:
    """The squared lengths of rows, without an array of all squares where that can be."""
    if x.dtype.kind in "fc":
        return np.einsum("...ij,...ij->...i", x, x)
    return (x * x).sum(axis=-1)


class Evaluator:
    """Polynomials in the parameters of a network, together."""

    def __init__(self, network: Named, polynomials: Sequence[Polynomial]):
        self.network, self.count = network, len(polynomials)
        self.degree = max((h.degree for h in polynomials), default=0)
        self.norm = max((h.norm for h in polynomials), default=0)
        reader, grouped = Reader(network), {}  # type: ignore[var-annotated]
        self.rest: list[tuple[int, Polynomial]] = []
        for place, h in enumerate(polynomials):
            read = reader.read(h)
            if read is None:
                self.rest.append((place, h))
            else:
                grouped.setdefault(read[0], []).append((place, read[1], read[2]))
        self.groups = [(terms, *_columns(listed)) for terms, listed in grouped.items()]

    def values(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """All of them at weights, which are arrays by parameter: (..., number)."""
        lead = arrays[0].shape[: arrays[0].ndim - len(self.network.parameters[0].shape)]
        arrays = roomy(arrays, self.degree, self.norm)
        kind = np.result_type(*arrays) if arrays else np.dtype(float)
        out = np.empty((*lead, self.count), dtype=kind)
        for terms, places, i, j, signs in self.groups:
            parts = [(sign, matrix(self.network, arrays[k], k, t)) for sign, k, t in terms]
            out[..., places] = GramSum(parts).entries(i, j) * signs
        if self.rest:
            sizes = [p.size for p in self.network.parameters]
            listed = [a.reshape(*lead, n) for a, n in zip(arrays, sizes, strict=True)]
            flat = np.concatenate(listed, axis=-1)
            for place, h in self.rest:
                out[..., place] = _value(h, flat)
        return out


def matrix(network: Named, array: np.ndarray, k: int, turned: bool) -> np.ndarray:
    """A parameter as a matrix whose rows are multiplied: vectors are columns."""
    lead = array.shape[: array.ndim - len(network.parameters[k].shape)]
    x = array.reshape(*lead, *shape_of(network, k))
    return x.swapaxes(-1, -2) if turned else x


def _columns(listed: list[tuple[int, Entry, int]]) -> tuple[np.ndarray, ...]:
    """Places, rows, columns and signs of entries, in the order of the entries."""
    listed = sorted(listed, key=lambda one: one[1])
    rows = [(place, *entry, sign) for place, entry, sign in listed]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def _value(h: Polynomial, flat: np.ndarray) -> np.ndarray:
    """A polynomial at weights, in blocks of terms."""
    lead = flat.shape[:-1]
    size = max(1, int(np.prod(lead)) * max(h.degree, 1))
    total, at_once = np.zeros(lead, dtype=flat.dtype), max(1, BLOCK // size)
    one = np.ones((*lead, 1), dtype=flat.dtype)
    padded = np.concatenate([flat, one], axis=-1)
    for start in range(0, len(h.terms), at_once):
        terms = h.terms[start : start + at_once]
        factors = np.full((len(terms), max(h.degree, 1)), flat.shape[-1])
        for row, (_, monomial) in zip(factors, terms, strict=True):
            listed = [v for v, e in monomial for _ in range(e)]
            row[: len(listed)] = listed
        coefficients = np.array([c for c, _ in terms])
        total = total + (padded[..., factors].prod(axis=-1) * coefficients).sum(axis=-1)
    return total
