"""The search at a random point, against the best exact upper bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from math import inf
from time import process_time

from pyconslaw._core.zp import Random
from pyconslaw.brackets.control_series import control_series_bound
from pyconslaw.brackets.search import trace_rank
from pyconslaw.errors import LimitError
from pyconslaw.exact.basis import threads
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.problem import Problem
from pyconslaw.fields.still import cached
from pyconslaw.laws.polynomial.search import plan
from pyconslaw.reasons.closed_forms import closed_form_bound
from pyconslaw.reasons.closing_algebra import closing_bound
from pyconslaw.reasons.involutive import involutive_bound
from pyconslaw.reasons.reciprocals import reciprocal_bound
from pyconslaw.reasons.small_degree import (
    explicit_fields,
    flow_degrees,
    is_stated,
    law_plan,
    small_degree_bound,
)
from pyconslaw.reasons.structural import by_widths, structural_bound, trivial_bound
from pyconslaw.records.bounds import Bounds, BracketWords, LowerBound, UpperBound
from pyconslaw.records.budget import Ask, Budget, Cost, Ended, nobody
from pyconslaw.thresholds import (
    ALGEBRA_LIMIT,
    BEYOND,
    COMPONENT_BYTES,
    FORMS_DEGREE,
    FORMS_EFFORT,
    FORMS_LIMIT,
    FRAME_LIMIT,
    PARAMETER_LIMIT,
    TRIAL_MEMORY,
    WHOLE_TO,
    WRITTEN_TERMS,
)


class Generic:
    """A row of the table: nested brackets at a random integer point (Marcotte, Gribonval and Peyre
    2023, section 3), and laws that are found where those that are at hand do not suffice.
    """

    name, interval = "generic", True

    def applies(self, problem: Problem) -> bool:
        if problem.size > PARAMETER_LIMIT:
            return False
        if problem.motion is not None and problem.motion.clock is not None:
            return True
        return problem.size < WHOLE_TO or problem.has_graph or len(problem.parts) == 1

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost:
        """trial: seconds that the brackets of an explicit system, or a small graph, are tried for,
        whose lengths are not known beforehand, and as many for what comes after.
        """
        size = min(problem.size, PARAMETER_LIMIT)
        rank = min(expected_dimension(problem), size)
        kept = 0 if problem.has_graph else COMPONENT_BYTES * size * cached(size)
        edges = problem.graph.edges if problem.has_graph and problem.layers is None else size
        seconds = 1.2e-11 * rank**2 * size / threads() + 7e-8 * rank * size + 2e-3
        seconds += 7e-5 * edges if problem.has_graph else 0.0
        small = problem.layers is None and problem.size <= FORMS_LIMIT
        if trial and (small or not problem.has_graph):
            seconds = max(seconds, tried(problem, trial))
        return Cost(seconds, 12.0 * rank * size + kept + 7e6)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds:
        """An interval where the budget ends before the bounds meet."""
        rng = budget.rng
        upper = _at_hand(problem, rng.spawn(), budget)
        family = problem.family()
        lower = trace_rank(
            family,
            rng.spawn(),
            target=upper.dimension,
            effort=budget.effort,
            progress=budget.tell,
        )
        best = Bounds(lower, upper, family)
        if not best.meet and not lower.complete and not budget.over:
            best = best.best(Bounds(_by_series(problem, upper.dimension, budget, rng), upper))
            lower = best.lower
        if best.meet:
            return shorter(problem, best, budget, rng)
        for reason in further_reasons(problem, lower, rng.spawn(), budget.ask, budget.memory):
            if budget.over:
                break
            bound = _found(reason)
            if bound is not None:
                best = best.best(Bounds(lower, bound, family))
            if best.meet:
                break
        return shorter(problem, best, budget, rng)


def shorter(problem: Problem, found: Bounds, budget: Budget, rng) -> Bounds:
    """The bounds with the same rank by series of controls, which are checked in the time that they
    take, where words of brackets are short because coordinates that never move have values: whoever
    checks them writes them out with these coordinates.
    """
    lower, family = found.lower, found.family
    if not found.meet or not isinstance(lower, BracketWords):
        return found
    if not isinstance(family, PolynomialFields) or len(family.moving) == problem.size:
        return found
    if budget.over or family.written_terms(lower.generators, lower.words) <= WRITTEN_TERMS:
        return found
    series = _by_series(problem, lower.rank, budget, rng)
    return Bounds(series, found.upper, family) if series.rank == lower.rank else found


def _by_series(problem: Problem, target: int, budget: Budget, rng) -> LowerBound:
    """The bound by series of controls, where brackets were too many or too long; rank 0 where phi
    has too many paths to be written out.
    """
    family = explicit_fields(problem)
    if family is None:
        return LowerBound(0, (), "", dict)
    return control_series_bound(
        family, rng.spawn(), target=target, effort=budget.effort, progress=budget.tell
    )


def _at_hand(problem: Problem, rng, budget: Budget) -> UpperBound:
    try:
        return structural_bound(problem, rng, budget.ask, budget.memory)
    except Ended:
        return trivial_bound(problem, rng)


def _found(reason: Callable[[], UpperBound | None]) -> UpperBound | None:
    try:
        return reason()
    except Ended:
        return None


def further_reasons(
    problem: Problem, lower: LowerBound, rng, ask: Ask = nobody, memory: float = inf
) -> Iterator[Callable[[], UpperBound | None]]:
    """Further exact upper bounds, dearer ones last; looked for when the one at hand does not meet
    the rank that was reached.

    Where the search for brackets ended on its budget only the first and the frames: the others
    could meet its rank by chance alone.
    """
    if problem.has_graph or is_stated(problem):  # otherwise it was the first bound
        yield partial(small_degree_bound, problem, rng, ask, memory)
    if problem.has_graph and problem.size > FRAME_LIMIT and not lower.complete:
        return  # nothing is left for a graph of this size
    family = explicit_fields(problem)
    if family is None:
        return
    moving = len(family.moving)
    if lower.complete:
        yield partial(closing_bound, family, ALGEBRA_LIMIT, ask=ask)
    if lower.complete and moving <= FORMS_LIMIT:
        yield partial(
            closed_form_bound,
            family,
            problem.size - lower.rank,
            FORMS_DEGREE,
            rng.spawn(),
            effort=FORMS_EFFORT,
            ask=ask,
        )
    if moving <= FRAME_LIMIT:
        yield partial(_frame_bound, family, problem.size, rng, ask)


def _frame_bound(family: PolynomialFields, most: int, rng, ask: Ask) -> UpperBound | None:
    """By a frame, with reciprocals where there is none without."""
    found = involutive_bound(family, most, ask=ask)
    return found or reciprocal_bound(family, most, rng.spawn(), ask=ask)


def expected_dimension(problem: Problem) -> int:
    """How large the dimension is at most, without a search; what is not known so cheaply is left
    out.
    """
    layers = problem.layers
    if layers is not None:
        return by_widths(layers).dimension
    if problem.has_graph:
        return problem.size
    return 1 if len(problem.generators) == 1 else problem.size


def tried(problem: Problem, trial: float) -> float:
    """Seconds of the search: for laws by its size, for brackets by a trial, which is drawn out rank
    by rank, and what comes after by a trial too.
    """
    start, stopped, seen, laws = process_time(), [], [], 0.0
    later = problem.has_graph or is_stated(problem)  # laws are searched when brackets have stopped
    if not later:
        laws = laws_seconds(problem, problem.explicit())
    quick = later or laws < trial

    def ask() -> None:
        if process_time() - start > trial:
            raise Ended

    target = problem.size
    if quick:
        with suppress(Ended):
            target = structural_bound(problem, Random(0), ask, TRIAL_MEMORY).dimension

    def watch(rank: int, _: int) -> bool:
        seen.append((process_time(), rank))
        stopped[:] = [True] * (seen[-1][0] - start > trial and rank < target)
        return bool(stopped)

    lower = trace_rank(problem.family(), Random(0), target=target, progress=watch)
    seconds = process_time() - start
    short = lower.rank < target
    if later and short:
        listed = explicit_fields(problem)
        laws = 0.0 if listed is None else laws_seconds(problem, listed)
    if not quick or laws >= trial:
        seconds += laws
    elif short and not stopped:
        seconds += _beyond(problem, lower, trial)
    if stopped and len(seen) > 1:
        (first, low), (last, high) = seen[0], seen[-1]
        seconds += (target - high) * (last - first) / max(high - low, 1)
    return seconds


def _beyond(problem: Problem, lower: LowerBound, trial: float) -> float:
    """Seconds of the further reasons, as far as there is time for a trial."""
    start = process_time()

    def ask() -> None:
        if process_time() - start > trial:
            raise Ended

    try:
        for reason in further_reasons(problem, lower, Random(0), ask, TRIAL_MEMORY):
            found = reason()
            if found is not None and found.dimension == lower.rank:
                break
    except Ended:
        return BEYOND * (process_time() - start)
    return process_time() - start


def laws_seconds(problem: Problem, family: PolynomialFields) -> float:
    """Of the search for laws that `small_degree_bound` makes; 0 where it makes none."""
    motion = problem.motion
    if motion is None:
        planned = law_plan(family)
        return planned[1].seconds if planned else 0.0
    degree = next(flow_degrees(motion, problem.size, family), 0)
    try:
        return sum(
            plan(family, range(1, degree + 1), (motion.clock,) * power).seconds
            for power in (motion.powers if degree else ())
        )
    except LimitError:  # a class that parities do not split
        return 0.0
