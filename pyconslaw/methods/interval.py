"""What is known without a search: where the budget holds nothing else."""

from __future__ import annotations

from pyconslaw.fields.problem import Problem
from pyconslaw.reasons.structural import trivial_bound
from pyconslaw.records.bounds import Bounds, LowerBound
from pyconslaw.records.budget import Budget


class Interval:
    """Between no bracket at all and what the widths, or the number of parameters, allow."""

    name = "none"

    def bounds(self, problem: Problem, budget: Budget) -> Bounds:
        lower = LowerBound(0, ("no bracket was looked at",), "none", dict)
        return Bounds(lower, trivial_bound(problem, budget.rng))
