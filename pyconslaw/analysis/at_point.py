"""The trace at a chosen point, which may be smaller than at a generic one: an interval, exact where
something exact is known.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import flint
import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random
from pyconslaw.analysis.text import point_text
from pyconslaw.brackets.closure import close_algebra
from pyconslaw.brackets.search import POINT_BOUND, WORD_EFFORT
from pyconslaw.errors import InputError, LimitError
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.closed_forms.forms import form_rows
from pyconslaw.laws.law import Law
from pyconslaw.laws.polynomial.search import law_gradients, polynomial_laws
from pyconslaw.methods.table import find_bounds
from pyconslaw.networks.network import Network
from pyconslaw.reasons.balance_laws import graph_polynomials
from pyconslaw.reasons.small_degree import explicit_fields, law_plan
from pyconslaw.records.bounds import Bounds, BracketWords, LowerBound, UpperBound
from pyconslaw.records.budget import Budget
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import Report
from pyconslaw.records.text import typed
from pyconslaw.thresholds import ALGEBRA_LIMIT

PSEUDO = (
    "this is the dimension for the gradients of phi; the natural gradient has the same values "
    "only near points where the rank of J is constant"
)
LINEAR_LIMIT = 120  # largest closing Lie algebra of linear vector fields that is looked for
# generators, words of a length, and longest words at the point
LETTERS, WORDS, LENGTH = 400, 300, 6
SHARE = 0.02  # of the effort of a search
FROBENIUS = (
    "Frobenius' theorem needs the dimension to be the same in a neighbourhood, so here it "
    "counts no laws; near generic points, arbitrarily near this one "
    "too, the generic count holds"
)


@dataclass(frozen=True, eq=False)
class PointReport:
    """What is known about dim Lie(W)(theta) at one point theta, and the generic answer beside it.

    Attributes
    ----------
    generic : Report
        Of `analyze`, for generic points.
    dimension_min : int
        At least so large, by lower_by.
    dimension_max : int
        At most so large, by upper_by.
    lower_by : str
        The reason for dimension_min.
    upper_by : str
        The reason for dimension_max.
    regular : bool or None
        Whether the dimension here is the generic one (then it is so in a neighbourhood, and the
        generic count of laws holds near this point); None where that is not known.
    notes : tuple of str
        Warnings.
    point : tuple of Fraction
        Where.
    """

    generic: Report
    dimension_min: int
    dimension_max: int
    lower_by: str
    upper_by: str
    regular: bool | None
    notes: tuple[str, ...]
    point: tuple[Fraction, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return point_text(self)

    def __repr__(self) -> str:
        known = f"dimension {self.dimension_min} to {self.dimension_max}"
        return f"<PointReport {self.generic.network}: {known}>"

    def _repr_html_(self) -> str:
        return typed(str(self))

    @property
    def dimension(self) -> int | None:
        """The dimension if it is known exactly, else None."""
        return self.dimension_min if self.dimension_min == self.dimension_max else None

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw count --at --json`.

        Returns
        -------
        dict
        """
        return {
            "dimension": self.dimension,
            "dimension_min": self.dimension_min,
            "dimension_max": self.dimension_max,
            "lower_by": self.lower_by,
            "upper_by": self.upper_by,
            "regular": self.regular,
            "notes": list(self.notes),
            "generic": self.generic.json(),
        }


@dataclass
class _Interval:
    """Bounds of the dimension at the point, tightened as reasons come."""

    low: int
    high: int
    low_by: str = "nothing"
    high_by: str = ""

    def at_least(self, dimension: int, reason: str) -> None:
        if dimension > self.low:
            self.low, self.low_by = dimension, reason

    def at_most(self, dimension: int, reason: str) -> None:
        if dimension < self.high:
            self.high, self.high_by = dimension, reason

    def exactly(self, dimension: int, reason: str) -> None:
        self.low = self.high = dimension
        self.low_by = self.high_by = reason

    @property
    def open(self) -> bool:
        return self.low < self.high


def check_point(network: Network, point) -> None:
    """Errors: InputError where a denominator of the vector fields is 0, or a clock e^{tau t}; for
    the sign flow, whose vector fields depend on the region.
    """
    if network.flow == "sign":
        raise InputError(
            "at: not for the flow sign, whose vector fields are those near generic points "
            "of one region, and where the number of laws is the same"
        )
    clock = network.phase.clock if network.phase is not None else None
    if clock is not None and network.entry_name(clock) == "s" and point[clock] <= 0:
        raise InputError(
            f"at: the coordinate s is e^(tau t), expected a positive number, got {point[clock]}"
        )
    for pole in network.poles:
        if not pole.at(point):
            raise InputError(
                f"at: the vector fields have the denominator {Law(network, pole)!s:.60}, "
                "which is 0 there"
            )


def point_report(
    network: Network,
    point: np.ndarray,
    generic: Report,
    rng,
    limits: Budget,
    *,
    warnings: tuple[str, ...] = (),
) -> PointReport:
    """The report at a rational point (an object array of D Fractions), with these warnings among
    its notes.
    """
    found = _interval(network.problem, point, Bounds(generic.lower, generic.upper), rng, limits)
    # of the generic dimension
    least, most = network.size - generic.laws_max, network.size - generic.laws_min
    regular = True if found.low == most else False if found.high < least else None
    natural = network.flow == "natural" and not regular
    notes = (
        warnings
        + ((PSEUDO,) if natural else ())
        + (() if regular else (FROBENIUS,))
        + (() if not found.open else ("a search at a chosen point proves nothing by stagnating",))
    )
    bounds = found.low, found.high, found.low_by, found.high_by
    return PointReport(generic, *bounds, regular, notes, tuple(point.tolist()))


def _interval(problem: Problem, point, generic: Bounds, rng, limits: Budget) -> _Interval:
    """Exact ways first; then invariant subspaces and laws from above, brackets from below."""
    upper = generic.upper
    found = _Interval(0, problem.size, high_by=f"number of parameters ({problem.size})")
    found.at_most(upper.dimension, f"never above the generic dimension, {'; '.join(upper.reasons)}")
    rank = _two_layer_rank(problem, point)
    if rank is not None:
        n = problem.layers.widths[0] + problem.layers.widths[2]
        found.exactly(
            n * rank - rank * (rank + 1) // 2,
            f"closed form: the {n} rows of both matrices have rank {rank}",
        )
        return found
    family = explicit_fields(problem)
    if family is not None:
        _explicitly(family, point, found, rng, limits)
    if found.open:
        _by_laws(problem, point, upper, found, rng)
    if found.open:
        _by_brackets(problem, generic.lower, point, found, (rng, limits.effort))
    return found


def _two_layer_rank(problem: Problem, point) -> int | None:
    """The rank of (W2; W1^T) of a two-layer linear network without biases; None for others.

    The vector fields are linear and generate so(n, m), acting on Z = (W2; W1^T), N x r, so the
    trace is so(n, m) Z. With J the form, the algebra is {J B : B skew}, and J B Z = 0 exactly when
    B vanishes on the columns of Z: skew forms modulo those that do have dimension N rk - rk (rk +
    1) / 2.
    """
    layers = problem.layers
    if layers is None or len(layers.widths) != 3 or layers.gated[0] or any(layers.biased):
        return None
    m, r, n = layers.widths
    first, second = point[: r * m].reshape(r, m), point[r * m :].reshape(n, r)
    return _rank(np.concatenate([second, first.T]))


def _rank(matrix: np.ndarray) -> int:
    """The rank over Q of a matrix of Fractions."""
    return (
        flint.fmpq_mat(
            [[flint.fmpq(x.numerator, x.denominator) for x in row] for row in matrix.tolist()]
        ).rank()
        if matrix.size
        else 0
    )


def _explicitly(family: PolynomialFields, point, found: _Interval, rng, limits: Budget) -> None:
    """What explicit vector fields show: a closing Lie algebra, and coordinate subspaces that hold
    the point and are left by none of them.
    """
    linear = all(
        sum(e for _, e in m) == 1
        for field in family.fields
        for f in field.values()
        for _, m in f.terms
    )
    closed = close_algebra(
        family,
        max(ALGEBRA_LIMIT, min(family.parameters**2, LINEAR_LIMIT)) if linear else ALGEBRA_LIMIT,
    )
    if closed is not None:
        values = np.array(
            [
                [
                    Fraction(field[v].at(point) if v in field else 0)
                    for v in range(family.parameters)
                ]
                for field in closed[0]
            ],
            dtype=object,
        )
        found.exactly(
            _rank(values), f"closing Lie algebra of dimension {len(closed[0])}, evaluated there"
        )
        return
    fixed = _invariant(family, {v for v in range(family.parameters) if not point[v]})
    if not fixed:
        return
    kept = [v for v in range(family.parameters) if v not in fixed]
    number = {v: k for k, v in enumerate(kept)}
    inside = [
        {
            number[v]: Polynomial(
                tuple(
                    (c, tuple((number[w], e) for w, e in m))
                    for c, m in f.terms
                    if not fixed & {w for w, _ in m}
                )
            )
            for v, f in field.items()
            if v not in fixed
        }
        for field in family.fields
    ]
    inside = [left for field in inside if (left := {v: f for v, f in field.items() if f.terms})]
    reason = f"{len(fixed)} coordinates that are 0 stay 0"
    if not inside:
        found.exactly(0, f"{reason}, and then every vector field vanishes")
        return
    part, seed = Problem(len(kept), written=tuple(inside)), rng.spawn().below(1 << 62)
    generic = find_bounds(part, "a part of the system", limits, seed).bounds
    within = _interval(part, point[kept], generic, rng.spawn(), limits)
    found.at_most(within.high, f"{reason}; within, {within.high_by}")
    found.at_least(within.low, f"{reason}; within, {within.low_by}")


def _invariant(family: PolynomialFields, zeros: set[int]) -> set[int]:
    """The largest set of these coordinates such that where all of them are 0 no vector field moves
    any of them.
    """
    while True:
        moved = {
            v
            for field in family.fields
            for v, f in field.items()
            if v in zeros and any(not zeros & {w for w, _ in m} for _, m in f.terms)
        }
        if not moved:
            return zeros
        zeros = zeros - moved


def _by_laws(problem: Problem, point, upper: UpperBound, found: _Interval, rng) -> None:
    """dimension <= D - rank of the gradients of laws there: a law is one at every point."""
    laws = list(upper.laws)
    if problem.has_graph:
        laws += graph_polynomials(problem.graph)
    family = explicit_fields(problem)
    planned = None if family is None else law_plan(family)
    if planned is not None:
        with suppress(LimitError):
            laws += polynomial_laws(family.directions(), list(planned[0]))
    prime, x = _modulo(point, rng)
    basis = Echelon(problem.size, prime)
    for block in law_gradients(laws, problem.size, x, prime):
        basis.extend(block)
    for block in form_rows(upper.forms, problem.size, x, prime):
        basis.extend(block)
    found.at_most(problem.size - basis.rank, f"gradients of laws, of rank {basis.rank} there")


def _modulo(point, rng) -> tuple[int, np.ndarray]:
    """A prime that divides no denominator, and the point modulo it."""
    scale = lcm(*(x.denominator for x in point.tolist()))
    prime = rng.prime(PRIME_BITS)
    while scale % prime == 0:
        prime = rng.prime(PRIME_BITS)
    return prime, np.array(
        [x.numerator * pow(x.denominator, -1, prime) % prime for x in point.tolist()],
        dtype=np.uint64,
    )


def _by_brackets(
    problem: Problem, lower: LowerBound, point, found: _Interval, means: tuple[Random, float]
) -> None:
    """Values of nested brackets there: a minor that is not 0 modulo a prime that divides no
    denominator is not 0.

    The words of the generic search, then words of growing length: also those whose own value is in
    the span, for their brackets need not be.
    """
    (rng, effort), family = means, problem.family()
    prime, x = _modulo(point, rng)
    basis, spent = Echelon(problem.size, prime), 0.0
    if isinstance(lower, BracketWords):
        generators, first = lower.generators, list(lower.words)
    else:
        generators, first = family.draw(rng, 0, min(problem.size + 8, LETTERS), POINT_BOUND), []
    letters = [(k,) for k in range(len(generators))]
    level = letters
    batches = [letters, [word for word in first if len(word) > 1]]
    for _ in range(2, LENGTH + 1):
        pairs = [(a[0], *word) for word in level for a in letters if len(word) > 1 or a < word]
        if len(pairs) > WORDS:
            pairs = [pairs[rng.below(len(pairs))] for _ in range(WORDS)]
        level = pairs
        batches.append(pairs)
    for batch in batches:
        if basis.rank == found.high or not batch:
            continue
        cost = family.cost(generators, batch)
        if (
            spent + cost > SHARE * effort
            or family.cost(generators, [max(batch, key=len)]) > WORD_EFFORT
        ):
            break
        spent += cost + len(batch) * problem.size * (basis.rank + 1)
        basis.extend(family.values(generators, batch, x, prime))
    found.at_least(basis.rank, f"{basis.rank} independent brackets there modulo {prime}")
