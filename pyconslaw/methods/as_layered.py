"""Both bounds of a system that consists, wholly or in part, of products of matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pyconslaw.fields.bilinear import bilinear_parts
from pyconslaw.fields.graphs import layered_graph
from pyconslaw.fields.parts import Part
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.problem import Problem
from pyconslaw.fields.products import product_parts, written_out
from pyconslaw.methods.paths import widths_bounds
from pyconslaw.methods.widening.bounds import widening_bounds, widening_cost
from pyconslaw.reasons.as_layered import Rest, as_layered
from pyconslaw.records.bounds import Bounds, LowerBound, UpperBound
from pyconslaw.records.budget import Budget, Cost
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import LayeredPart
from pyconslaw.thresholds import QUICK

# variables of a part from which a system that is typed out is looked at by parts: where all are
# smaller the search for brackets and for all laws of small degree takes no time, and says as much
TYPED_FROM = 8

Walk = Callable[[Problem, Budget], Bounds]


class AsLayered:
    """A row of the table. walk: gives the bounds of a problem by whatever method, for parts that do
    not grow from a narrow network, and for components in no part.
    """

    name, interval = "as layered networks", True

    def __init__(self, walk: Walk):
        self._walk = walk

    def applies(self, problem: Problem) -> bool:
        return bool(layered_parts(problem)[0])

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost:
        terms = sum(len(f.terms) for f in problem.phi)
        return Cost(5e-3 + 1e-5 * terms, 4e6 + 1e3 * terms)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        parts, others = layered_parts(problem)
        if not parts:
            return None
        rng = budget.rng

        def bounds_of(layers: Layers) -> tuple[LowerBound, UpperBound]:
            if all(layers.gated):  # a matrix alone
                found = widths_bounds(layers)
                return found.lower, found.upper
            cost, grown = widening_cost(layers), None
            if cost is not None and cost <= QUICK:
                grown = widening_bounds(
                    layers, rng.spawn(), effort=budget.effort, progress=budget.tell
                )
            return grown or self._whole(_problem_of(layers), budget)

        rest = self._rest(problem, others, budget)
        listed = problem.products is None
        return Bounds(*as_layered(parts, bounds_of, problem.size, rest=rest, listed=listed))

    def _whole(self, problem: Problem, budget: Budget) -> tuple[LowerBound, UpperBound]:
        found = self._walk(problem, budget)
        return found.lower, found.upper

    def _rest(self, problem: Problem, others: list[int], budget: Budget) -> Rest | None:
        """The other components in variables of their own, with their bounds."""
        if not others:
            return None
        components = (
            [problem.phi[i] for i in others]
            if problem.products is None
            else written_out(problem.products, others)
        )
        own = sorted({v for f in components for _, m in f.terms for v, _ in m})
        number = {v: k for k, v in enumerate(own)}
        alone: tuple[Polynomial, ...] = tuple(f.renumbered(number) for f in components)
        lower, upper = self._whole(Problem(len(own), phi=alone), budget)
        family = PolynomialFields(alone, len(own))
        return Part(tuple(range(len(alone))), tuple(own), family), lower, upper


def layered_parts(problem: Problem) -> tuple[list[LayeredPart], list[int]]:
    """The parts of an explicit system, typed out or by named matrices, that are layered linear
    networks, and the numbers of the components, or of the products, in no such part. No parts
    where all that are typed out are small.
    """
    if problem.has_graph or problem.written is not None or problem.drift is not None:
        return [], []
    if problem.products is not None:
        return product_parts(problem.products)
    parts, others = bilinear_parts(problem.phi)
    large = any(part.layers.params >= TYPED_FROM for part in parts)
    return (parts, others) if large else ([], [])


def _problem_of(layers: Layers) -> Problem:
    names = ("linear",) * (len(layers.widths) - 2)
    make = partial(layered_graph, layers.widths, names, layers.biased)
    return Problem(layers.params, layers, make)
