"""Taylor coefficients of monomials along curves inside the leaves of a family, through many points
at once, modulo a prime.

theta' = sum of a_i(t) X_i(theta) with random series a_i stays in the leaf of its point; the
coefficients of m(theta(t)), for all monomials m, are combinations of words X_i X_j ... m at the
point. A polynomial that vanishes on the leaf is orthogonal to all of them.
"""

from __future__ import annotations

import numpy as np

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Monomial, Polynomial

AT_ONCE = 64  # products of series; more would hold copies of much


def flat(monomial: Monomial) -> tuple[int, ...]:
    """The variables of a monomial with repetition."""
    return tuple(v for v, e in monomial for _ in range(e))


class Curves:
    """The straight-line program that is run: products of series, then sums for the vector fields.

    monomials: those whose coefficients are wanted, as tuples of variables with repetition; prime
    below 2^31. ask: called between products of series; what it raises ends the work.
    """

    def __init__(
        self,
        family: PolynomialFields,
        monomials: list[tuple[int, ...]],
        prime: int,
        ask: Ask = nobody,
    ):
        self._ask = ask
        self.family, self.prime, self.size = family, prime, family.parameters
        # of earlier nodes; the first D nodes are the variables
        self._products: list[tuple[int, int]] = []
        self._number: dict[tuple[int, ...], int] = {(v,): v for v in range(self.size)}
        self._fields = [{v: self._sum(f) for v, f in field.items()} for field in family.fields]
        self.wanted = [self._node(m) for m in monomials]
        self._levels = self._by_degree()

    @property
    def products(self) -> int:
        return len(self._products)

    def _sum(self, f: Polynomial) -> tuple[int, np.ndarray, np.ndarray]:
        """(constant term, other coefficients, their nodes)."""
        terms = [(c % self.prime, self._node(flat(m))) for c, m in f.terms]
        others = [term for term in terms if term[1] >= 0]
        coefficients, nodes = (
            np.array([term[i] for term in others], dtype=kind)
            for i, kind in enumerate((np.uint64, np.int64))
        )
        return sum(c for c, node in terms if node < 0), coefficients, nodes

    def _node(self, word: tuple[int, ...]) -> int:
        """The node of a monomial; -1 for the constant 1."""
        if not word:
            return -1
        if word not in self._number:
            pair = self._node(word[:-1]), word[-1]
            self._products.append(pair)
            self._number[word] = self.size + len(self._products) - 1
        return self._number[word]

    def _by_degree(self) -> list[np.ndarray]:
        """The products as rows (node, factor, factor) of arrays of at most AT_ONCE; each array
        needs only those before it.
        """
        degrees: dict[int, list[tuple[int, int, int]]] = {}
        for word, node in self._number.items():
            if node >= self.size:
                degrees.setdefault(len(word), []).append((node, *self._products[node - self.size]))
        return [
            np.array(nodes[k : k + AT_ONCE]).T
            for _, nodes in sorted(degrees.items())
            for k in range(0, len(nodes), AT_ONCE)
        ]

    def rows(self, points: np.ndarray, order: int, rng) -> np.ndarray:
        """The coefficients 0 .. order-1 along one curve through each point (points x order x
        monomials).
        """
        p, count = self.prime, len(points)
        few = len(self._fields) == 1
        controls = (
            np.ones((len(self._fields), order), dtype=np.uint64)
            if few
            else rng.array((len(self._fields), order), 1, p)
        )
        if few:
            controls[:, 1:] = 0
        series = np.zeros((self.size + len(self._products), count, order), dtype=np.uint64)
        series[: self.size, :, 0] = points.T
        pulled = [
            {v: np.zeros((count, order), dtype=np.uint64) for v in field} for field in self._fields
        ]
        for k in range(order):
            for nodes, left, right in self._levels:
                self._ask()
                series[nodes, :, k] = _coefficient(
                    series[left, :, : k + 1], series[right, :, : k + 1], k, p
                )
            if k + 1 == order:
                break
            slope = np.zeros((self.size, count), dtype=np.uint64)
            for i, field in enumerate(self._fields):
                self._ask()
                for v, (constant, coefficients, nodes) in field.items():
                    total = (series[nodes, :, k] * coefficients[:, None] % np.uint64(p)).sum(
                        axis=0
                    ) + np.uint64(constant if k == 0 else 0)
                    pulled[i][v][:, k] = total % np.uint64(p)
                    slope[v] = (slope[v] + _coefficient(pulled[i][v], controls[i][None], k, p)) % p
            series[: self.size, :, k + 1] = slope * np.uint64(pow(k + 1, -1, p)) % p
        out = np.zeros((count, order, len(self.wanted)), dtype=np.uint64)
        for j, node in enumerate(self.wanted):
            if node >= 0:
                out[:, :, j] = series[node]
            else:
                out[:, 0, j] = 1
        return out


def _coefficient(a: np.ndarray, b: np.ndarray, k: int, p: int) -> np.ndarray:
    """Coefficient k of the products of series, along the last axis."""
    if (k + 1) * p * p < 1 << 63:
        return np.einsum("...j,...j->...", a[..., : k + 1], b[..., k::-1]) % np.uint64(p)
    return (a[..., : k + 1] * b[..., k::-1] % p).sum(axis=-1) % p
