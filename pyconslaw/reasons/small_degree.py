"""Upper bounds by laws of small degree that nobody asked for, where the search for them is cheap,
and by laws of flows that are known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb

from pyconslaw.errors import LimitError
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.problem import Motion, Problem
from pyconslaw.laws.polynomial.search import Plan, plan
from pyconslaw.laws.stated.moving import Units, decayed, rotations
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.polynomial_laws import flow_bound, polynomial_bound, sparse_bound
from pyconslaw.reasons.rescaled import scales
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.thresholds import (
    EXPANSION_PATHS,
    FLOW_ANSATZ,
    FLOW_SIZE,
    FLOW_WORK,
    LAW_MEMORY,
    LAW_SECONDS,
    TOGETHER,
)

DEGREES = ((1, 2), (1,))  # the first that is cheap enough


def explicit_fields(problem: Problem) -> PolynomialFields | None:
    """Explicit vector fields when they are few and short enough to search for missing laws."""
    later = problem.decays or problem.rescales  # written out when they are asked for
    written = problem.base if later and problem.base is not None else problem
    return None if written.paths > EXPANSION_PATHS else problem.explicit()


def law_plan(
    family: PolynomialFields, memory: float = LAW_MEMORY
) -> tuple[tuple[int, ...], Plan] | None:
    """Which degrees are looked for unasked, if it is no flow, with what that takes; None: none
    are.
    """
    for wanted in DEGREES:
        try:
            found = plan(family, wanted)
        except LimitError:  # a class that parities do not split, or too many unknowns
            continue
        if found.seconds <= LAW_SECONDS and found.memory <= min(memory, LAW_MEMORY):
            return wanted, found
    return None


def small_degree_bound(
    problem: Problem, rng, ask: Ask = nobody, memory: float = LAW_MEMORY
) -> UpperBound | None:
    """The laws of degree at most 2 (for flows as is usual there) as an upper bound; None where
    looking for them is dear.
    """
    family = explicit_fields(problem)
    if family is None:
        return stated_flow_bound(problem, rng, ask, memory) if is_stated(problem) else None
    if problem.motion is not None:
        return _flow_bound(problem, family, rng, ask, memory)
    active = family.active()
    alone = len(active) < problem.size and comb(problem.size + 2, 2) > TOGETHER
    degrees = DEGREES[0]
    if memory < LAW_MEMORY or comb(len(active) + 2, 2) > TOGETHER:  # else there is room enough
        planned = law_plan(family.restricted(active) if alone else family, memory)
        if planned is None:
            return None
        degrees = planned[0]
    try:
        return (sparse_bound if alone else polynomial_bound)(family, list(degrees), rng, ask=ask)
    except LimitError:  # coefficients too large for the search
        return None


def is_stated(problem: Problem) -> bool:
    """Whether laws of a flow follow from the graph, or from laws of the flow of the gradient."""
    motion, base = problem.motion, problem.base
    if motion is None or motion.factor is None or motion.parameter is not None or base is None:
        return False
    if problem.size > FLOW_SIZE:
        return False
    if motion.rates is not None and (problem.decays or problem.rescales):
        return scales(base, motion.rates)
    return base.has_graph or motion.clock == base.size


def stated_flow_bound(
    problem: Problem, rng, ask: Ask = nobody, memory: float = LAW_MEMORY
) -> UpperBound:
    """The bound by these laws."""
    motion, base = problem.motion, problem.base
    if motion is None or base is None:
        raise AssertionError("no flow: please report")
    if motion.clock is not None and motion.clock > base.size:  # a flow of second order
        laws = rotations(base.graph, motion.clock, motion.factor, motion.rates, motion.pull)
        return flow_bound(laws, problem.size, rng, "rotations of twin neurons", ask)
    if base.has_graph:
        known = balance_bound(base.graph, rng, ask, memory=memory).laws
    else:
        found = small_degree_bound(base, rng, ask, memory)
        known = (found or sparse_bound(base.explicit(), [], rng)).laws
    laws = decayed(known, Units(motion.clock, motion.factor or 0, motion.pull, motion.rates))
    source = "laws of the gradient flow times powers of the clock"
    if motion.clock is None:
        source = "laws of the flow with all rates 1"
    return flow_bound(laws, problem.size, rng, source, ask)


def flow_degrees(motion: Motion, size: int, family: PolynomialFields) -> Iterator[int]:
    """Up to which degrees laws of a flow are looked for, the first that is not too much."""
    for degree in dict.fromkeys((motion.degree, 2, 1)):
        unknowns = comb(size + degree, degree) * len(motion.powers)
        if degree and unknowns <= FLOW_ANSATZ and unknowns * len(family.fields) <= FLOW_WORK:
            yield degree


def _flow_memory(motion: Motion, family: PolynomialFields, degrees: Sequence[int]) -> float:
    """Bytes that the search for one power of the clock after the other takes."""
    times: list[tuple[int, ...]] = [(motion.clock,) * power for power in motion.powers]
    return max(plan(family, degrees, some).memory for some in times)


def _flow_bound(
    problem: Problem, family: PolynomialFields, rng, ask: Ask, memory: float
) -> UpperBound | None:
    """The same for a flow, with the powers of its clock: times e^{tau t} a law may be of small
    degree.
    """
    motion = problem.motion
    if problem.size > FLOW_SIZE or motion is None:
        return None
    for degree in flow_degrees(motion, problem.size, family):
        wanted = range(1, degree + 1)
        try:
            if memory < LAW_MEMORY and _flow_memory(motion, family, wanted) > memory:
                continue
            found = polynomial_bound(
                family,
                wanted,
                rng,
                clock=motion.clock,
                powers=motion.powers,
                ask=ask,
            )
        except LimitError:  # a class that parities do not split
            continue
        if degree > 1 or not is_stated(problem):
            return found
        stated = stated_flow_bound(problem, rng, ask, memory)
        return min(found, stated, key=lambda b: b.dimension)
    return stated_flow_bound(problem, rng, ask, memory) if is_stated(problem) else None
