"""Both bounds under weight decay, or with rates, from those of the flow of the gradient."""

from __future__ import annotations

from collections.abc import Callable

from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.fields.problem import Problem
from pyconslaw.fields.rated import rated
from pyconslaw.laws.stated.moving import Units
from pyconslaw.methods.method import Method
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.generic_balance import generic_balance
from pyconslaw.reasons.homogeneous_decay import (
    OF_PARTS,
    homogeneous_decay,
    homogeneous_parts,
    is_homogeneous,
    rests_on_homogeneous_laws,
)
from pyconslaw.reasons.rescaled import rescaled, scales
from pyconslaw.reasons.uneven_decay import uneven_decay
from pyconslaw.records.bounds import Bounds, UpperBound
from pyconslaw.records.budget import Budget, Cost
from pyconslaw.thresholds import WHOLE_GRAPH

PARTS_PATHS = 2_000  # paths of a graph whose homogeneous parts are written out

Walk = Callable[[Problem, Budget], Bounds]


class WeightDecay:
    """A row of the table. walk: gives the bounds of the problem that is under the flow; first: the
    row that is tried first there.
    """

    name, interval = "weight decay", True

    def __init__(self, walk: Walk, first: Callable[[Problem], Method | None]):
        self._walk, self._first = walk, first

    def applies(self, problem: Problem) -> bool:
        return problem.decays and problem.base is not None and self._first(problem.base) is not None

    def title(self, problem: Problem) -> str:
        base = problem.base
        row = None if base is None else self._first(base)
        return self.name if row is None or base is None else row.title(base)

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        base = problem.base
        row = None if base is None else self._first(base)
        return None if row is None or base is None else row.cost(base, trial)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """The family is that of the flow of the gradient, or of the homogeneous parts of phi: the
        one that `DecayBound.base` is about.
        """
        base, motion = problem.base, problem.motion
        if base is None or motion is None or motion.clock is None:
            return None
        place = motion.clock, motion.factor or 0, motion.parameter
        units = Units(motion.clock, motion.factor or 0, motion.pull, motion.rates)
        pull = motion.pull if units.uneven else None
        scalable = scales(base, motion.rates)
        if scalable and (not motion.factor or is_homogeneous(_program(base), pull)):
            found = self._walk(base, budget)
            return _carried(found, homogeneous_decay(found.lower, found.upper, *place, units=units))
        whole = self._of_whole(base, (place, units, scalable), budget) if base.has_graph else None
        if whole is not None and (whole.meet or not _has_few_paths(base)):
            return whole
        fields = rated(base.explicit().fields, motion.rates)
        split = homogeneous_parts(fields, pull) if motion.factor else fields
        found = self._walk(Problem(base.size, written=tuple(split)), budget)
        own = Units(*place[:2], motion.pull)
        parts = homogeneous_decay(found.lower, found.upper, *place, of=OF_PARTS, units=own)
        return _carried(found, parts) if whole is None else _carried(found, parts).best(whole)

    def _of_whole(self, base: Problem, how, budget: Budget) -> Bounds | None:
        """From brackets of a graph that is not homogeneous, and its laws of one degree; or speed by
        speed.
        """
        place, units, scalable = how
        classes = uneven_decay(base, units.pull, place[2] is not None) if units.uneven else None
        if (classes is not None and classes.meet) or not scalable:
            return classes
        found = self._walk(base, budget)
        upper = found.upper
        if units.uneven and base.size > WHOLE_GRAPH:  # no room for the rank of balance laws
            lower, _ = homogeneous_decay(found.lower, upper, *place, exact=False, units=units)
            return None if classes is None else classes.best(Bounds(lower, classes.upper))
        if units.uneven or not rests_on_homogeneous_laws(upper.proof):
            wide = base.layers is not None and base.size > EDGE_LIMIT
            upper = generic_balance(base.layers) if wide else _of_one_degree(base, units, budget)
        pair = homogeneous_decay(found.lower, upper, *place, exact=False, units=units)
        whole = _carried(found, pair)
        return whole if classes is None else whole.best(classes)


class Rescaled:
    """A row of the table: the flow of the gradient with rates that can be taken as units. walk,
    first: as of `WeightDecay`.
    """

    name, interval = "rates as units", True

    def __init__(self, walk: Walk, first: Callable[[Problem], Method | None]):
        self._walk, self._first = walk, first

    def applies(self, problem: Problem) -> bool:
        base, motion = problem.base, problem.motion
        if not problem.rescales or base is None or motion is None:
            return False
        return self._first(base) is not None and scales(base, motion.rates)

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        row = None if problem.base is None else self._first(problem.base)
        return None if row is None or problem.base is None else row.cost(problem.base, trial)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """The family is that of the flow with all rates 1."""
        base, motion = problem.base, problem.motion
        if base is None or motion is None or motion.rates is None or not self.applies(problem):
            return None
        found = self._walk(base, budget)
        return _carried(found, rescaled(found.lower, found.upper, motion.rates))


def _of_one_degree(base: Problem, units: Units, budget: Budget) -> UpperBound:
    """By those laws of the graph whose terms have one degree, or one weight."""
    rng = budget.rng.spawn()
    return balance_bound(base.graph, rng, budget.ask, memory=budget.memory, even=units.is_even)


def _carried(found: Bounds, pair) -> Bounds:
    return Bounds(*pair, found.family)


def _program(base: Problem):
    """What homogeneity is read off: widths, the graph, or the vector fields."""
    if base.layers is not None:
        return base.layers
    return base.graph if base.has_graph else base.explicit().fields


def _has_few_paths(base: Problem) -> bool:
    return base.size <= EDGE_LIMIT and base.paths <= PARTS_PATHS
