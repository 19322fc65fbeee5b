"""Power series along a controlled curve, modulo a prime below 2^23, in vectorised doubles.

Residues are balanced, of absolute value at most 2^22, and sums have at most LONGEST products: below
2^52 every double is an integer and every operation exact (`core/include/pcl` says the same of the
balanced eliminations).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.polynomial import Monomial

LONGEST = 256  # terms of a series: so many products of residues have a sum below 2^52
NUMBERS = 1 << 26  # kept at once, half a gigabyte
CHUNK = 1 << 18  # numbers of a temporary array: within a cache, and a few milliseconds of work


class _Monomials:
    """Monomials as products of two known ones: node v is variable v, the next the number 1."""

    def __init__(self, variables: int):
        self.one = variables
        self.factors: list[tuple[int, int]] = []
        self.depth = [0] * (variables + 1)
        self._number: dict[tuple[int, int], int] = {}

    def product(self, a: int, b: int) -> int:
        """The node of a product of two nodes."""
        key = (a, b) if a <= b else (b, a)
        if key not in self._number:
            self._number[key] = len(self.depth)
            self.factors.append(key)
            self.depth.append(1 + max(self.depth[a], self.depth[b]))
        return self._number[key]

    def power(self, v: int, e: int) -> int:
        """The node of x_v^e, e >= 1, by squaring."""
        if e == 1:
            return v
        half = self.power(v, e // 2)
        square = self.product(half, half)
        return self.product(square, v) if e % 2 else square

    def node(self, monomial: Monomial) -> int:
        """The node of a monomial."""
        found = None
        for v, e in monomial:
            power = self.power(v, e)
            found = power if found is None else self.product(found, power)
        return self.one if found is None else found


class _Sums:
    """Sums of terms (coefficient times node), one for each key, keys increasing."""

    def __init__(self, terms: list[tuple[tuple[int, ...], int, int]], width: int, prime: int):
        terms.sort(key=lambda term: term[0])
        keys = [key for key, _, _ in terms]
        starts = [k for k in range(len(keys)) if not k or keys[k] != keys[k - 1]]
        self.keys = np.array([keys[k] for k in starts], dtype=np.int64).reshape(-1, width)
        self.starts = np.array(starts, dtype=np.int64)
        self.nodes = np.array([node for _, node, _ in terms], dtype=np.int64)
        residues = np.array([c % prime for _, _, c in terms], dtype=np.float64)
        self.coefficients = balanced(residues, prime)
        self.prime = prime

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums, of series by node (nodes x ...); a new array (keys x ...)."""
        shape = (-1,) + (1,) * (series.ndim - 1)
        parts = series[self.nodes]
        parts *= self.coefficients.reshape(shape)
        return summed(balanced(parts, self.prime), self.starts, self.prime)


def balanced(x: NDArray[np.float64], prime: int) -> NDArray[np.float64]:
    """Integers of absolute value at most 2^52 modulo an odd prime, up to (prime + 1) / 2; in place.

    The rounded quotient is off by one at most where it lies near a half: q prime stays below 2^53.
    """
    quotient = x * (1.0 / prime)
    np.rint(quotient, out=quotient)
    quotient *= prime
    x -= quotient
    return x


def summed(x: NDArray[np.float64], starts, prime: int) -> NDArray[np.float64]:
    """Sums of consecutive rows, each from one of starts to the next, modulo the prime."""
    if not len(starts):
        return x[:0]
    return balanced(np.add.reduceat(x, starts, axis=0), prime)


def _starts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where a sorted list has a new entry."""
    return np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))


class Program:
    """Explicit vector fields X_1, ..., X_m made ready for series modulo a prime below 2^23.

    values: the components of the X_i, by (variable, generator); slopes: their partial derivatives,
    by (component, direction, generator); moved: the variables that some X_i moves.
    """

    def __init__(self, family: PolynomialFields, prime: int):
        self.prime, self.size, self.count = prime, family.parameters, len(family.fields)
        self.moved = np.array(sorted({v for field in family.fields for v in field}), dtype=np.int64)
        row = {int(v): k for k, v in enumerate(self.moved)}
        monomials, values, slopes = _Monomials(self.size), [], []
        for i, field in enumerate(family.fields):
            for v, f in field.items():
                for c, m in f.terms:
                    values.append(((row[v], i), monomials.node(m), c))
                    for k, (w, e) in enumerate(m):
                        if w in row:
                            rest = m[:k] + (((w, e - 1),) if e > 1 else ()) + m[k + 1 :]
                            slopes.append(((row[v], row[w], i), monomials.node(rest), c * e))
        self._order(monomials)
        self.values = self._sums(values, 2)
        self.slopes = self._sums(slopes, 3)
        self.value_rows = _starts(self.values.keys[:, 0])
        self.slope_rows = _starts(self.slopes.keys[:, 0] * self.size + self.slopes.keys[:, 1])
        self.entries = self.slopes.keys[self.slope_rows, :2]

    def _order(self, monomials: _Monomials) -> None:
        """Nodes in order of their depth, so that those of one depth are computed together."""
        first, depth = self.size + 1, np.array(monomials.depth)
        order = np.argsort(depth, kind="stable")
        self._place = np.empty(len(order), dtype=np.int64)
        self._place[order] = np.arange(len(order))
        factors = np.array(monomials.factors, dtype=np.int64).reshape(-1, 2)
        self.factors = self._place[factors[order[first:] - first]]
        self.nodes = len(order)
        ends = np.searchsorted(depth[order], np.arange(1, depth.max() + 2))
        self.levels = list(pairwise(ends.tolist()))

    def _sums(self, terms, width: int) -> _Sums:
        placed = [(key, int(self._place[node]), c) for key, node, c in terms]
        return _Sums(placed, width, self.prime)

    @property
    def longest(self) -> int:
        """The most terms that rounding and memory allow."""
        kept = self.nodes + 2 * len(self.values) + 2 * len(self.slopes) + 3 * len(self.entries)
        return min(LONGEST, NUMBERS // (kept + 3 * len(self.moved) * self.count))

    def cost(self, terms: int) -> float:
        """Products that the rows of one control take, with series of so many terms."""
        curve = len(self.factors) + len(self.values) + len(self.slopes)
        chain = self.count * (len(self.entries) + len(self.moved))
        return terms**2 * curve + terms**3 / 3 * chain + 1e4 * terms

    def curve(self, point, controls: NDArray[np.float64]) -> Iterator[tuple | None]:
        """The curve z' = sum of u_i(t) X_i(z) from a point: None between steps, then the series.

        controls: the u_i, (m x terms). The last item is (components of the X_i, entries of the
        Jacobian of sum u_i X_i), both along the curve, (keys x terms).
        """
        terms, prime = controls.shape[1], self.prime
        series = np.zeros((self.nodes, terms))
        series[: self.size, 0] = balanced(np.array(point, dtype=np.float64) % prime, prime)
        series[self.size, 0] = 1.0
        values = np.zeros((len(self.values), terms))
        used = controls[self.values.keys[:, 1]]
        for k in range(terms):
            for low, high in self.levels:
                a, b = self.factors[low - self.size - 1 : high - self.size - 1].T
                product = np.einsum("ij,ij->i", series[a, : k + 1], series[b, k::-1])
                series[low:high, k] = balanced(product, prime)
            values[:, k] = self.values.of(series[:, k])
            if k + 1 < terms:
                slope = balanced(np.einsum("ij,ij->i", values[:, : k + 1], used[:, k::-1]), prime)
                slope = summed(slope, self.value_rows, prime)
                slope *= _balanced_inverse(k + 1, prime)
                series[self.moved, k + 1] = balanced(slope, prime)
            yield None
        yield values, self._jacobian(series, controls)

    def _jacobian(self, series, controls) -> NDArray[np.float64]:
        terms, prime, slopes = controls.shape[1], self.prime, self.slopes
        found = np.zeros((len(slopes), terms))
        for low in range(0, terms, step := max(1, CHUNK // max(1, len(slopes.nodes)))):
            found[:, low : low + step] = slopes.of(series[:, low : low + step])
        for i, control in enumerate(controls):
            own = np.flatnonzero(slopes.keys[:, 2] == i)
            found[own] = balanced(found[own] @ _toeplitz(control), prime)
        return summed(found, self.slope_rows, prime)

    def rows(self, values, jacobian) -> Iterator[NDArray[np.uint64]]:
        """For k = 0, 1, ... the values at the point of (d/dt + ad_F)^k X_i, (m x variables).

        Y_0 = X_i along the curve, Y_(k+1) = Y_k' - DF Y_k, which knows one term less.
        """
        terms, prime = values.shape[1], self.prime
        y = np.zeros((len(self.moved), terms, self.count))
        for (v, i), series in zip(self.values.keys.tolist(), values, strict=True):
            y[v, :, i] = series
        for left in range(terms, 0, -1):
            row = np.zeros((self.count, self.size), dtype=np.uint64)
            row[:, self.moved] = (y[:, 0, :].T.astype(np.int64) % prime).astype(np.uint64)
            yield row
            steps = np.arange(1, left, dtype=np.float64)[:, None]
            y = self._along(jacobian, y[:, : left - 1], balanced(y[:, 1:] * steps, prime))

    def _along(self, jacobian, y, slope) -> NDArray[np.float64]:
        """slope - DF y, series of as many terms as y has; slope is overwritten."""
        length, prime = y.shape[1], self.prime
        if not length:
            return slope
        padded = np.zeros((len(jacobian), 2 * length - 1))
        padded[:, length - 1 :] = jacobian[:, :length]
        windows = np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)
        backwards = y[:, ::-1]
        step = max(1, CHUNK // (length * (length + self.count)))
        for low in range(0, len(jacobian), step):
            columns = self.entries[low : low + step, 1]
            part = np.ascontiguousarray(windows[low : low + step]) @ backwards[columns]
            starts = _starts(self.entries[low : low + step, 0])
            rows = self.entries[low + starts, 0]
            slope[rows] -= summed(balanced(part, prime), starts, prime)
        return balanced(slope, prime)


def _toeplitz(control: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix by which a row of coefficients is multiplied with a series."""
    padded = np.concatenate([np.zeros(len(control) - 1), control])
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(control))
    return np.ascontiguousarray(windows[::-1])


def _balanced_inverse(k: int, prime: int) -> float:
    residue = pow(k, -1, prime)
    return float(residue - prime if residue > prime // 2 else residue)
