"""Explicit systems that fall into parts without a common variable: both bounds are sums."""

from __future__ import annotations

from collections.abc import Hashable
from time import process_time

from pyconslaw.fields.parts import Part
from pyconslaw.fields.problem import Problem
from pyconslaw.methods.generic import Generic
from pyconslaw.reasons.direct_sum import summed
from pyconslaw.records.bounds import Bounds
from pyconslaw.records.budget import Budget, Cost
from pyconslaw.thresholds import PARTS_FROM


class Parts:
    """A row of the table. last: systems that are small, after they were looked at as a whole."""

    name, interval = "parts", True

    def __init__(self, last: bool = False):
        self._last = last

    def applies(self, problem: Problem) -> bool:
        return (problem.size < PARTS_FROM) == self._last and falls(problem)

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        """Of the parts that differ, as many as there is time for; the others by their sizes."""
        generic, start, done = Generic(), process_time(), 0
        seconds, memory, different = 0.0, 0.0, list(_different(problem.parts).values())
        for part in different:
            cost = generic.cost(alone(problem, part), trial and trial / len(different))
            seconds, memory = seconds + cost.seconds, max(memory, cost.memory)
            done += 1
            if trial and process_time() - start > trial:
                break
        memory += sum(40.0 * len(part.variables) for part in problem.parts)
        return Cost(seconds * len(different) / max(done, 1) + 2e-5 * problem.size, memory)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """Equal parts are asked once."""
        parts, rng = problem.parts, budget.rng.spawn()
        target = sum(min(len(part.variables), problem.size) for part in parts)
        effort, done, found = budget.effort / max(len(parts), 1), 0, []
        asked: dict[Hashable, Bounds] = {}

        def tell(rank: int, _: int):
            return budget.tell(done + rank, target)

        for part in parts:
            key = _key(part)
            if key not in asked:
                share = budget.share(rng=rng, effort=effort, progress=tell)
                asked[key] = Generic().bounds(alone(problem, part), share)
            found.append(asked[key])
            done += found[-1].lower.rank
        return Bounds(*summed(parts, [(b.lower, b.upper) for b in found], problem.size))


def falls(problem: Problem) -> bool:
    """Whether there are several parts, or coordinates that occur in none."""
    if problem.has_graph or (problem.motion is not None and problem.motion.clock is not None):
        return False
    parts = problem.parts
    return len(parts) != 1 or len(parts[0].variables) < problem.size


def alone(problem: Problem, part: Part) -> Problem:
    """A part as a problem of its own."""
    return Problem(len(part.variables), written=part.family.fields, motion=problem.motion)


def _key(part: Part) -> Hashable:
    """Equal for parts that differ by the numbers of their variables only."""
    return tuple(
        tuple((v, f.terms) for v, f in sorted(field.items())) for field in part.family.fields
    )


def _different(parts: list[Part]) -> dict[Hashable, Part]:
    """The parts, one of each kind."""
    return {_key(part): part for part in reversed(parts)}
