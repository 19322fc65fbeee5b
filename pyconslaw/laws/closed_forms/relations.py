"""The relations between monomials on the leaves of a family, modulo a prime: the polynomials of a
degree that vanish on the leaf through a point.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.exact.basis import extended, nullspace
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.curves import Curves
from pyconslaw.laws.polynomial.sampling import stack_ranks
from pyconslaw.records.budget import Ask, nobody

ORDER = 10  # of curves, where there are several vector fields
STEPS = 100_000  # products of series, coefficient by coefficient: a second or so
SPARE = 2  # rows beyond those that are independent at one point


class Relations:
    """monomials: of degree at most `degree` in the coordinates that move, by degree, then
    lexicographically, as tuples of variables with repetition. prime below 2^31. ask: called now
    and then; what it raises ends the work.
    """

    def __init__(self, family: PolynomialFields, degree: int, prime: int, rng, ask: Ask = nobody):
        self.monomials = [
            m for k in range(degree + 1) for m in combinations_with_replacement(family.moving, k)
        ]
        self.curves = Curves(family, self.monomials, prime, ask)
        self.prime, self.rng, self._ask = prime, rng, ask
        self.alone = family.size == 1
        self.order = len(self.monomials) + 2 if self.alone else min(len(self.monomials) + 2, ORDER)
        self.repeats = 1

    def settle(self, point: np.ndarray) -> np.ndarray:
        """The relations at one point, and from it how many curves it takes, and how long ones:
        twice as long, as long as that raises the rank.
        """
        most, basis, longer = len(self.monomials) + 2, None, self.order
        while True:
            found, useful = self._filled(point, longer)
            if basis is not None and found.rank <= basis.rank:
                break
            basis, self.order, self.repeats = found, longer, len(useful)
            mask = np.concatenate(useful)
            self._kept = np.sort(np.argsort(~mask, kind="stable")[: int(mask.sum()) + SPARE])
            if self.alone or basis.rank == len(self.monomials) or longer == most:
                break
            longer = min(2 * longer, most)
        return basis.nullspace()

    def _filled(self, point: np.ndarray, order: int) -> tuple[Echelon, list[np.ndarray]]:
        """The span of the coefficients of curves through a point until two curves add nothing;
        which rows of each raised the rank.
        """
        basis, idle = Echelon(len(self.monomials), self.prime), 0
        raised: list[Any] = []
        while idle < 2 and basis.rank < len(self.monomials) and len(raised) < len(self.monomials):
            rows = self.curves.rows(point[None], order, self.rng)[0]
            raised.append(extended(basis, rows, self._ask))
            idle = 0 if raised[-1].any() else idle + 1
            if self.alone:
                break
        return basis, raised

    def _rows(self, points: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [self.curves.rows(points, self.order, self.rng) for _ in range(self.repeats)], axis=1
        )

    def at(self, points: np.ndarray) -> list[np.ndarray]:
        """The relations at each point, (relations x monomials)."""
        return [nullspace(block, self.prime, self._ask) for block in self._rows(points)]

    def single(self, points: np.ndarray) -> list[np.ndarray]:
        """The relation at the points that seem to have exactly one; few coefficients of curves are
        looked at.
        """
        rows, wanted = self._rows(points)[:, self._kept], len(self.monomials) - 1
        short = np.flatnonzero(stack_ranks(rows.copy(), self.prime, self._ask) == wanted)
        return [nullspace(rows[k], self.prime, self._ask)[0] for k in short.tolist()]

    @property
    def too_long(self) -> bool:
        """Whether even one curve takes too many steps."""
        return self.curves.products * self.order > STEPS

    @property
    def cost(self) -> float:
        """Products for one point."""
        return (
            self.repeats * self.order**2 / 2 * (self.curves.products + 4 * self.curves.size)
            + 3.0 * len(self.monomials) ** 3
        )
