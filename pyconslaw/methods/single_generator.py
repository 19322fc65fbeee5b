"""Linear networks with one input and one output: phi has one component, so its gradient is all
there is.
"""

from __future__ import annotations

from pyconslaw.fields.problem import Problem
from pyconslaw.reasons.single_generator import is_scalar
from pyconslaw.records.bounds import Bounds, LowerBound, UpperBound
from pyconslaw.records.budget import Budget, Cost
from pyconslaw.records.graph import Layers
from pyconslaw.thresholds import GROWTH_FROM

PRIME = 3


class SingleGenerator:
    """A row of the table: networks that are not small. Small ones are looked at as others are."""

    name, interval = "single generator", False

    def applies(self, problem: Problem) -> bool:
        layers = problem.layers
        return layers is not None and problem.size >= GROWTH_FROM and is_scalar(layers)

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost:
        return Cost(1e-4, 1e6)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        return None if problem.layers is None else scalar_bounds(problem.layers)


def scalar_bounds(layers: Layers) -> Bounds:
    """Both bounds of dim Lie(W)(theta), 1: the gradient is not 0 where one chain of neurons has
    weights 1 and the others have none.

    >>> scalar_bounds(Layers((1, 9, 9, 1), (False, False), (False,) * 3)).lower.rank
    1
    """
    q = len(layers.widths) - 1
    types = [{"copies": 1, "widths": [1] * (q + 1), "matrices": [[[1]]] * q}]
    for k, n in enumerate(layers.widths):
        if n > 1:
            widths = [n - 1 if j == k else 0 for j in range(q + 1)]
            types.append(
                {"copies": 1, "widths": widths, "matrices": [[[]] * m for m in widths[1:]]}
            )
    proof = {
        "kind": "symmetric-point",
        "prime": PRIME,
        "types": types,
        "runs": [
            {"copies": [0], "generators": [{"source": [1], "gate": [], "out": [1]}], "words": [[0]]}
        ],
    }
    lower = LowerBound(
        1,
        ("the gradient of phi is not 0",),
        "single generator",
        lambda: proof,
        (PRIME,),
        complete=True,
    )
    return Bounds(lower, UpperBound(1, ("single generator",), {"kind": "single-generator"}))
