"""Both bounds of a network under softmax, whose hidden neurons have gates, from counts of paths."""

from __future__ import annotations

from pyconslaw.fields.problem import Problem
from pyconslaw.methods.paths import Paths
from pyconslaw.reasons.fewer_outputs import fewer_outputs, with_fewer_outputs
from pyconslaw.records.bounds import Bounds
from pyconslaw.records.budget import Budget, Cost


class Differences:
    """A row of the table: spanning paths of the graph with one output less."""

    name, interval = "paths of outputs", False

    def __init__(self) -> None:
        self._paths = Paths()

    def applies(self, problem: Problem) -> bool:
        return self._base(problem) is not None

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        return self._paths.cost(problem)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        base = self._base(problem)
        found = None if base is None else self._paths.bounds(base, budget)
        return None if found is None else fewer_outputs(found)

    def _base(self, problem: Problem) -> Problem | None:
        """The problem with one output less, if paths say all about it."""
        if not problem.has_graph or problem.layers is not None:
            return None
        graph = with_fewer_outputs(problem.graph)
        if graph is None:
            return None
        base = Problem(problem.size, make_graph=lambda: graph)
        return base if self._paths.applies(base) else None
