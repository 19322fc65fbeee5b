"""True linear equations for the coefficients of laws, from gradients at random points modulo a
prime, and their ranks.

If h is a law then <grad h, f> vanishes at every point for every f in W. Evaluated modulo a prime
this is an equation with integer coefficients for the coefficients of h, reduced: as many equations
as one likes bound the dimension of the space of laws over Q from above.
"""

from __future__ import annotations

import numpy as np

from pyconslaw._core import balanced
from pyconslaw._core.zp import Random
from pyconslaw.exact.basis import nullspace
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.laws.polynomial.ansatz import Ansatz
from pyconslaw.records.budget import Ask, nobody

SCREEN = 8_388_593  # the largest prime below 2^23
EXTRA = 3  # equations more than unknowns
BATCH = 24  # classes up to this size are eliminated together
BLOCK = 1 << 21  # entries of one block of equations
POINTS = 256  # points between two questions


class Samples:
    """Points and values of random members of W there, modulo a prime below 2^31, as many as are
    asked for. ask: called now and then; what it raises ends the work.
    """

    def __init__(
        self,
        family: PolynomialFields | ProbeFields,
        prime: int,
        rng: Random,
        ask: Ask = nobody,
    ):
        self.family, self.prime, self._rng, self._ask = family, prime, rng, ask
        self.points = np.zeros((0, family.parameters + 1), dtype=np.uint64)
        self.fields = self.points

    def grow(self, count: int) -> None:
        """At least count samples; the last column is the constant 1, with derivative 0."""
        have, size = len(self.points), self.family.parameters
        if have >= count:
            return
        points, fields = (np.zeros((count, size + 1), dtype=np.uint64) for _ in range(2))
        points[:have], fields[:have] = self.points, self.fields
        points[:, size] = 1
        points[have:, :size] = self._rng.array((count - have, size), 0, self.prime)
        fields[have:, :size] = self._members(points[have:, :size])
        self.points, self.fields = points, fields

    def _members(self, points: np.ndarray) -> np.ndarray:
        """The value of a random member of W at each point."""
        family, p = self.family, np.uint64(self.prime)
        if family.size is None:
            members = family.draw(self._rng, 0, len(points), self.prime)
            return self._at_points(members, points)
        generators = family.draw(self._rng, 0, family.size, self.prime)
        words = [(i,) for i in range(len(generators))]
        weights = self._rng.array((len(points), family.size), 1, self.prime)
        rows = []
        for point, row in zip(points, weights, strict=True):
            self._ask()
            values = family.values(generators, words, point, self.prime)
            rows.append((values * row[:, None] % p).sum(axis=0) % p)
        return np.stack(rows)

    def _at_points(self, members: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The value of member k at point k."""
        rows = []
        for k in range(0, len(points), POINTS):
            self._ask()
            some = slice(k, k + POINTS)
            rows.append(self.family.at_points(members[some], points[some], self.prime))
        return np.concatenate(rows)

    def equations(self, ansatz: Ansatz, rows: np.ndarray, count: int) -> np.ndarray:
        """The first count equations for the monomials of these classes, rows (classes x size):
        (classes x count x size).
        """
        self.grow(count)
        out = np.empty((len(rows), count, rows.shape[1]), dtype=np.uint64)
        step = max(1, BLOCK // max(1, rows.size))
        for k in range(0, count, step):
            self._ask()
            out[:, k : k + step] = self._derivatives(
                ansatz.table[rows], slice(k, min(k + step, count))
            )
        return out

    def _derivatives(self, monomials: np.ndarray, which: slice) -> np.ndarray:
        """Of monomials (classes x size x factors) along these samples: (classes x samples x
        size).
        """
        p, value, change = np.uint64(self.prime), np.uint64(1), np.uint64(0)
        for variable in np.moveaxis(monomials, -1, 0):  # d(m x) = dm x + m dx
            x = self.points[which, variable].swapaxes(0, 1)
            dx = self.fields[which, variable].swapaxes(0, 1)
            change = (change * x + value * dx) % p
            value = value * x % p
        return change

    def nullspace(self, ansatz: Ansatz, row: np.ndarray) -> np.ndarray:
        """The nullspace modulo the prime of the equations of one class, canonical as that of
        `pyconslaw._core.dense`.
        """
        equations = self.equations(ansatz, row[None], len(row) + EXTRA)[0]
        return nullspace(equations, self.prime, self._ask)

    def nullities(self, ansatz: Ansatz, rows: np.ndarray) -> np.ndarray:
        """For each class an upper bound of the dimension of its space of laws: what sampled
        equations leave. Prime SCREEN.
        """
        size = rows.shape[1]
        count = size + EXTRA
        if size > BATCH:
            found = [
                size - balanced.rank(self.equations(ansatz, row[None], count)[0], self.prime)[0]
                for row in rows
            ]
            return np.array(found, dtype=np.int64)
        step = max(1, BLOCK // (size * count))
        parts = [
            size
            - stack_ranks(self.equations(ansatz, rows[k : k + step], count), self.prime, self._ask)
            for k in range(0, len(rows), step)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def stack_ranks(a: np.ndarray, prime: int, ask: Ask = nobody) -> np.ndarray:
    """Ranks of a stack of matrices (number x rows x columns) mod prime < 2^31, all eliminated
    together; a may be destroyed.
    """
    if prime < 1 << 15:
        a = a.astype(np.uint32)  # division by p, most of the work, takes half the time
    p, zero, one = map(a.dtype.type, (prime, 0, 1))
    number = np.arange(a.shape[1])
    rank = np.zeros(len(a), dtype=np.int64)
    for c in range(a.shape[2]):
        ask()
        usable = (a[:, :, c] != 0) & (number >= rank[:, None])
        has = np.flatnonzero(usable.any(axis=1))
        if not len(has):
            continue
        at, top = usable[has].argmax(axis=1), rank[has]
        pivot = a[has, at]
        a[has, at] = a[has, top]
        a[has, top] = pivot
        low = top.min()
        rest = a[has, low:, c:]
        below = number[low:] > top[:, None]
        factor = np.where(below, rest[:, :, 0], zero)[:, :, None]
        scale = np.where(below, pivot[:, c, None], one)[:, :, None]
        a[has, low:, c:] = (rest * scale + (p - factor) * pivot[:, None, c:]) % p
        rank[has] += 1
    return rank
