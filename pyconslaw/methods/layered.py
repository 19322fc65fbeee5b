"""Layered networks as wide ones: by growth from a small network, and at points with symmetry."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from math import inf

from pyconslaw._core.zp import Random
from pyconslaw.fields.problem import Problem
from pyconslaw.methods.symmetric.plan import Split, expected_seconds, points, splits
from pyconslaw.methods.symmetric.points import LAW_PRIME_BITS, SymmetricPoint, balance_rank
from pyconslaw.methods.symmetric.search import symmetric_bounds
from pyconslaw.methods.widening.bounds import widening_bounds, widening_cost, widening_seconds
from pyconslaw.reasons.generic_balance import generic_balance, independent_laws
from pyconslaw.records.bounds import Bounds
from pyconslaw.records.budget import DEFAULT_EFFORT, Budget, Cost, Ended
from pyconslaw.records.graph import Layers
from pyconslaw.thresholds import (
    DEEP,
    GROWTH_FROM,
    LAYERED_FROM,
    QUICK,
    SYMMETRIC_EFFORT,
    WIDENING_LIMIT,
)

cost_of_growth = lru_cache(maxsize=256)(widening_cost)


class Widening:
    """A row of the table: theorems carry the count from a small network, where brackets are looked
    at, to all that grow from it. asked: the caller wants this method and no other.
    """

    name, interval = "widening", False

    def __init__(self, asked: bool = False):
        self._asked = asked

    def applies(self, problem: Problem) -> bool:
        layers = problem.layers
        if layers is None or (problem.size < GROWTH_FROM and not self._asked):
            return False
        cost = cost_of_growth(layers)
        if cost is None:
            return False
        return self._asked or cost <= (WIDENING_LIMIT if problem.size >= LAYERED_FROM else QUICK)

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        """Without a trial as if four letters were enough."""
        layers = problem.layers
        cost = None if layers is None else cost_of_growth(layers)
        if layers is None or cost is None:
            return None
        tried = widening_seconds(layers, trial) if trial else None
        return Cost(3e-3 + (2.5e-9 * cost if tried is None else tried), 6e6)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        layers, effort = problem.layers, SYMMETRIC_EFFORT * budget.effort
        cost = None if layers is None else cost_of_growth(layers)
        if cost is None or cost > effort:
            return None
        found = widening_bounds(
            layers, budget.rng.spawn().spawn(), effort=effort, progress=budget.tell
        )
        return None if found is None else Bounds(*found)


class Symmetric:
    """A row of the table: brackets at points that are a direct sum of copies of small networks.

    place: "asked" (the caller wants this method and no other), "first" (points that cost less than
    growth does), "wide" (networks that are not small), "last" (small ones, after a generic point).
    """

    name, interval = "symmetric", True

    def __init__(self, place: str):
        self._place = place

    def applies(self, problem: Problem) -> bool:
        layers = problem.layers
        if layers is None:
            return False
        if self._place == "asked":
            return True
        if self._place == "last":
            return problem.size < LAYERED_FROM
        growth = cost_of_growth(layers)
        wide = problem.size >= LAYERED_FROM
        return wide and (self._place == "wide" or (growth is not None and growth > DEEP))

    def title(self, problem: Problem) -> str:
        found = (
            None if problem.layers is None else _first_point(problem.layers, self._limit(problem))
        )
        return self.name if found is None else f"{self.name}, {found[1].text()}"

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        """Without a trial no point is drawn: that of the cheapest split of the widths."""
        layers = problem.layers
        if layers is None:
            return None
        limit, in_vain = self._limit(problem), False
        if trial:
            found = _first_point(layers, limit)
            split = None if found is None else found[0]
            in_vain = found is not None and self._place != "asked" and _says_less(found[1], layers)
        else:
            split = next((s for s in splits(layers.widths) if s.cost <= limit), None)
        if split is None:
            return None
        return Cost(5e-3 + expected_seconds(split.parts, in_vain), 5e6 + 2000.0 * split.size)

    def _limit(self, problem: Problem, effort: float = DEFAULT_EFFORT) -> float:
        """Products that a search may take."""
        if self._place == "asked" and effort == DEFAULT_EFFORT:
            return inf
        most = SYMMETRIC_EFFORT * effort
        growth = cost_of_growth(problem.layers) if self._place == "first" else None
        return most if growth is None else min(growth, most)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """At the points that are worth so many products, cheap ones first: the first pair that
        meets, else the best of each; None where there is no such point.
        """
        if problem.layers is None:
            return None
        limit = min(self._limit(problem, budget.effort), SYMMETRIC_EFFORT * budget.effort)
        rng, best = budget.rng.spawn().spawn(), None
        # where a bias helps to see a wide layer the point, where all are 0, says less
        known = None if self._place == "asked" else generic_balance(problem.layers)

        def told(rank: int, target: int) -> bool:
            return budget.tell(rank, target) or (known is not None and rank >= known.dimension)

        law_prime = rng.prime(LAW_PRIME_BITS)
        with suppress(Ended):
            for split, point in points(problem.layers, rng, limit, law_prime, ask=budget.ask):
                budget.ask()
                lower, upper = symmetric_bounds(
                    point,
                    rng.spawn(),
                    effort=max(limit, split.cost),
                    progress=told,
                    ask=budget.ask,
                )
                if known is not None and known.dimension < upper.dimension:
                    upper = known
                found = Bounds(lower, upper)
                best = found if best is None else best.best(found)
                if best.meet:
                    break
        return best


@lru_cache(maxsize=64)
def _first_point(layers: Layers, limit: float) -> tuple[Split, SymmetricPoint] | None:
    """The point that is looked at first, if any is worth so many products."""
    rng = Random(0)
    return next(points(layers, rng, limit, rng.prime(LAW_PRIME_BITS)), None)


def _says_less(point: SymmetricPoint, layers: Layers) -> bool:
    """Whether fewer balance laws are independent at the point than at a generic one."""
    prime = Random(0).prime(LAW_PRIME_BITS)
    return balance_rank(point, prime).independent < independent_laws(layers)
