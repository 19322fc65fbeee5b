"""Linear networks with one input and one output: phi has one component, so its gradient is all
there is.
"""

from __future__ import annotations

from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Layers

PRIME = 3


def is_scalar(layers: Layers) -> bool:
    """Whether phi of the network is one polynomial."""
    return (
        layers.widths[0] == layers.widths[-1] == 1
        and not any(layers.gated)
        and not any(layers.biased)
    )


def scalar_bounds(layers: Layers) -> tuple[LowerBound, UpperBound]:
    """Both bounds of dim Lie(W)(theta), 1: the gradient is not 0 where one chain of neurons has
    weights 1 and the others have none.

    >>> scalar_bounds(Layers((1, 9, 9, 1), (False, False), (False,) * 3))[0].rank
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
    return lower, UpperBound(1, ("single generator",), {"kind": "single-generator"})
