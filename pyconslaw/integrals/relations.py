"""The relations between monomials on the leaves of a family, modulo a prime: the polynomials of a degree that vanish on the leaf through a point."""
from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from pyconslaw._core.dense import Echelon, nullspace
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.integrals.curves import Curves
from pyconslaw.laws.sampling import stack_ranks

ORDER = 10                # of curves, where there are several vector fields


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
        basis, idle = Echelon(len(self.monomials), self.prime), 0
        self.repeats = 0
        while idle < 2 and basis.rank < len(self.monomials) and self.repeats < len(self.monomials):
            grew = basis.extend(self.curves.rows(point[None], self.order, self.rng)[0]).any()
            self.repeats, idle = self.repeats + 1, 0 if grew else idle + 1
            if self.alone:
                break
        return basis.nullspace()

    def _rows(self, points: np.ndarray) -> np.ndarray:
        return np.concatenate([self.curves.rows(points, self.order, self.rng) for _ in range(self.repeats)], axis=1)

    def at(self, points: np.ndarray) -> list[np.ndarray]:
        """The relations at each point, (relations x monomials)."""
        return [nullspace(block, self.prime) for block in self._rows(points)]

    def single(self, points: np.ndarray) -> list[np.ndarray]:
        """The relation at the points that have exactly one."""
        rows, wanted = self._rows(points), len(self.monomials) - 1
        short = np.flatnonzero(stack_ranks(rows.copy(), self.prime) == wanted)
        return [nullspace(rows[k], self.prime)[0] for k in short.tolist()]

    @property
    def cost(self) -> float:
        """Products for one point."""
        return self.repeats * self.order**2 / 2 * (self.curves.products + 4 * self.curves.size)
