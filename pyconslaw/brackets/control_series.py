"""Few vector fields, many rounds of brackets: series of controls at one point modulo one prime.

Along a curve z' = F_u(t, z), F_u = sum of u_i(t) X_i, every row (d/dt + ad_F)^k X_i at t = 0 is
the value at the start of a combination of nested brackets, with integer coefficients, up to k + 1
letters long. So rows that are independent modulo a prime are a lower bound of the generic dimension
(docs/mathematics.md), at a cost that is polynomial in the number of rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import numpy as np

from pyconslaw._core.balanced import BalancedEchelon
from pyconslaw._core.dense import Echelon
from pyconslaw.brackets.search import FAST_PRICE, POINT_BOUND
from pyconslaw.brackets.series import Program
from pyconslaw.exact.basis import FAST_PRIME_BITS, is_fast, threads
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.bounds import LowerBound
from pyconslaw.records.budget import DEFAULT_EFFORT

SHORTEST = 4  # terms of the first control
LARGEST = 1_000_000  # factors of all monomials: a few seconds to make a program of them
FACTOR = 3e3  # products that take as long as one of these
MODULUS = 8_388_593  # for estimates, which do not depend on the prime


@dataclass(frozen=True, eq=False)
class SeriesBound(LowerBound):
    """A lower bound by series of controls; rank_by_round is the rank by numbers of terms."""


@dataclass(frozen=True)
class _Series:
    """One control, by generator, and the rows (generator, order) of it that raised the rank."""

    controls: np.ndarray
    rows: list[tuple[int, int]] = field(default_factory=list)

    def json(self) -> dict:
        """As in a certificate, without coefficients that do not reach a row."""
        order = max(k for _, k in self.rows)
        return {"controls": self.controls[:, :order].tolist(), "rows": [list(r) for r in self.rows]}


class _Search:
    """One search at one point modulo one prime; `run` is the whole of it."""

    def __init__(self, family: PolynomialFields, rng, target: int | None, effort: float, progress):
        size, self.rng = family.parameters, rng
        self.prime = rng.prime(FAST_PRIME_BITS)
        self.program = Program(family, self.prime)
        fast = is_fast(size)
        self.basis = (
            BalancedEchelon(size, self.prime, threads()) if fast else Echelon(size, self.prime)
        )
        self.price = FAST_PRICE if fast else 1.0
        self.point = rng.array(size, 1, POINT_BOUND)
        self.target = size if target is None else min(target, size)
        self.effort, self.spent = effort, FACTOR * _factors(family)
        self.progress = progress or (lambda rank, target: None)
        self.series: list[_Series] = []
        self.reached: dict[int, int] = {}  # the rank, by number of terms

    def _done(self) -> bool:
        """Whether the target is reached, or whoever waits has asked to stop."""
        if self.progress(self.basis.rank, self.target) is True:
            self.effort = -1.0
        return self.basis.rank >= self.target or self.effort < 0

    def _cost(self, terms: int) -> float:
        rows = terms * self.program.count
        eliminated = self.price * rows * (self.basis.rank + 1) * self.program.size
        return self.program.cost(terms) + eliminated

    def _control(self, terms: int) -> int:
        """How much one more random control, with so many terms, raises the rank."""
        start, program = self.basis.rank, self.program
        drawn = self.rng.array(program.count * terms, 0, POINT_BOUND).astype(np.int64)
        found = _Series(drawn.reshape(program.count, terms))
        curve = None
        for curve in program.curve(self.point, found.controls.astype(np.float64)):  # noqa: B007
            if curve is None and self._done():
                return 0
        for order, rows in enumerate(program.rows(*curve)):
            grew = self.basis.extend(rows)
            found.rows.extend((int(i), order) for i in np.flatnonzero(grew))
            if self._done():
                break
        if found.rows:
            self.series.append(found)
        self.spent += self._cost(terms)
        return self.basis.rank - start

    def run(self) -> None:
        """Controls with more and more terms, until the rank is reached or stagnates.

        As many controls with the same number of terms as pay: twice as many terms cost up to eight
        times as much, and bring twice as many rows at most.
        """
        terms, raised = SHORTEST, False
        longest = self.program.longest
        while (
            terms <= longest and not self._done() and self.spent + self._cost(terms) <= self.effort
        ):
            grew = self._control(terms)
            self.reached[terms] = self.basis.rank
            missing = self.target - self.basis.rank
            wished = min(2 * terms * self.program.count, missing) * self._cost(terms)
            if grew and (2 * terms > longest or grew * self._cost(2 * terms) >= wished):
                raised = True
                continue
            if 2 * terms > longest or not (grew or raised or terms == SHORTEST):
                break  # what half as many terms have reached is all that these reach
            terms, raised = 2 * terms, False

    def bound(self) -> SeriesBound:
        """What was found, with its proof."""
        rank, prime, terms = self.basis.rank, self.prime, max(self.reached, default=0)
        point, pivots, series = self.point.tolist(), list(self.basis.pivots), list(self.series)
        many = f"{len(series)} control{'s' * (len(series) != 1)}"
        rows = f"{rank} row{'s' * (rank != 1)}"

        def proof():
            listed = [one.json() for one in series]
            return {
                "kind": "control-series",
                "prime": prime,
                "point": point,
                "series": listed,
                "pivots": pivots,
            }

        reason = f"{rows} of the series of {many} at an integer point, independent modulo {prime}"
        method = f"Taylor series of {many} at a random integer point, up to {terms} terms"
        return SeriesBound(rank, (reason,), method, proof, (prime,), tuple(self.reached.values()))


def control_series_bound(
    family: PolynomialFields,
    rng,
    *,
    target: int | None = None,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], bool | None] | None = None,
) -> SeriesBound:
    """A lower bound of the generic dim Lie(W)(theta) by series of random controls.

    Meant for few vector fields that need many rounds of brackets: momentum on networks with scalar
    ends, systems with a drift. The cost is polynomial in the number of rounds, which is at most the
    number of terms, itself at most 256.

    Parameters
    ----------
    family
        Explicit vector fields; a drift is one of them.
    rng
        The random state, of prime, point and controls.
    target
        The rank at which the search ends; it never enters the bound. None: the dimension.
    effort
        Products modulo the prime that may be spent.
    progress
        progress(rank, target) is told between steps, and ends the search by returning True.

    Returns
    -------
    SeriesBound
        Exact whatever the point, the prime and the controls; rank_by_round is the rank by numbers
        of terms. Never complete: that the rank stagnates proves nothing.

    References
    ----------
    E. D. Sontag, Universal nonsingular controls, 1992: generic controls are as good as all.

    Examples
    --------
    >>> from pyconslaw import linear
    >>> from pyconslaw._core.zp import Random
    >>> moved = linear([1, 4, 4, 1], flow="momentum")
    >>> bound = control_series_bound(moved.explicit(), Random(0), target=37)
    >>> moved.size, bound.rank
    (49, 37)
    """
    if _factors(family) > LARGEST or FACTOR * _factors(family) > effort:
        return _nothing(family)
    search = _Search(family, rng, target, effort, progress)
    search.run()
    return search.bound()


def control_series_cost(family: PolynomialFields, terms: int) -> float:
    """Estimated products modulo a prime of one control with so many terms, elimination apart.

    What it takes to begin is in it. Infinite where the vector fields are too long to begin.

    Examples
    --------
    >>> from pyconslaw import linear
    >>> family = linear([1, 4, 4, 1], flow="momentum").explicit()
    >>> 1e5 < control_series_cost(family, 16) < control_series_cost(family, 32) < 1e7
    True
    """
    factors = _factors(family)
    return inf if factors > LARGEST else FACTOR * factors + Program(family, MODULUS).cost(terms)


def _factors(family: PolynomialFields) -> int:
    """Monomials and their factors, all together."""
    components = (f for field in family.fields for f in field.values())
    return sum(1 + len(m) for f in components for _, m in f.terms)


def _nothing(family: PolynomialFields) -> SeriesBound:
    """The bound 0 of who has not looked."""
    proof = {"kind": "control-series", "prime": MODULUS, "point": [0] * family.parameters}
    proof |= {"series": [], "pivots": []}
    return SeriesBound(0, ("no control was tried",), "series of controls", lambda: dict(proof))
