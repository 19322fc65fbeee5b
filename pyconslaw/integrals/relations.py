"""The relations between monomials on the leaves of a family, modulo a prime: the polynomials of a degree that vanish on the leaf through a point."""
from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from pyconslaw._core.dense import Echelon, nullspace
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.integrals.curves import Curves
from pyconslaw.laws.sampling import stack_ranks

ORDER = 10                # of curves, where there are several vector fields
SPARE = 2                 # rows beyond those that are independent at one point


class Relations:
    """monomials: of degree at most `degree`, by degree, then lexicographically, as tuples of variables with repetition. prime below 2^31."""

    def __init__(self, family: PolynomialFields, degree: int, prime: int, rng):
        self.monomials = [m for k in range(degree + 1) for m in combinations_with_replacement(range(family.parameters), k)]
        self.curves, self.prime, self.rng = Curves(family, self.monomials, prime), prime, rng
        self.alone = family.size == 1
        self.order = len(self.monomials) + 2 if self.alone else min(len(self.monomials) + 2, ORDER)
        self.repeats = 1

    def settle(self, point: np.ndarray) -> np.ndarray:
        """The relations at one point, and from it how many curves it takes."""
        basis, idle, raised = Echelon(len(self.monomials), self.prime), 0, []
        self.repeats = 0
        while idle < 2 and basis.rank < len(self.monomials) and self.repeats < len(self.monomials):
            raised.append(basis.extend(self.curves.rows(point[None], self.order, self.rng)[0]))
            self.repeats, idle = self.repeats + 1, 0 if raised[-1].any() else idle + 1
            if self.alone:
                break
        useful = np.concatenate(raised)
        self._kept = np.sort(np.argsort(~useful, kind="stable")[:int(useful.sum()) + SPARE])
        return basis.nullspace()

    def _rows(self, points: np.ndarray) -> np.ndarray:
        return np.concatenate([self.curves.rows(points, self.order, self.rng) for _ in range(self.repeats)], axis=1)

    def at(self, points: np.ndarray) -> list[np.ndarray]:
        """The relations at each point, (relations x monomials)."""
        return [nullspace(block, self.prime) for block in self._rows(points)]

    def single(self, points: np.ndarray) -> list[np.ndarray]:
        """The relation at the points that seem to have exactly one; few coefficients of curves are looked at."""
        rows, wanted = self._rows(points)[:, self._kept], len(self.monomials) - 1
        short = np.flatnonzero(stack_ranks(rows.copy(), self.prime) == wanted)
        return [nullspace(rows[k], self.prime)[0] for k in short.tolist()]

    @property
    def cost(self) -> float:
        """Products for one point."""
        return self.repeats * self.order**2 / 2 * (self.curves.products + 4 * self.curves.size) + 3.0 * len(self.monomials)**3
