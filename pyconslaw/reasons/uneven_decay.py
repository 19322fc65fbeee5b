"""Weight decay at several speeds: both bounds of a graph, speed by speed.

Brackets with the drift part the gradient of a path into its derivatives by the weights of one speed
(docs/mathematics.md, "Rates and several speeds"). These are gradients of the graph in which the
weights of all other speeds are frozen; so are its laws of potentials laws of the flow, whatever the
gates.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from pyconslaw._core.graph import path_counts
from pyconslaw.fields.problem import Problem
from pyconslaw.reasons.homogeneous_decay import DecayBound
from pyconslaw.reasons.rescaled import BY_EDGES, blocks
from pyconslaw.records.bounds import Bounds, LowerBound, UpperBound
from pyconslaw.records.graph import FROZEN, Layers
from pyconslaw.records.runs import Runs

KIND, METHOD = "uneven-decay", "spanning paths, decay by decay"


def uneven_decay(base: Problem, pull: Runs, idle: int = 0) -> Bounds | None:
    """Both bounds; None where edges of one speed are tied on paths, or a large layer has several.
    The lower one is that of the clock alone where a path meets a neuron without gate. idle: laws
    that are coordinates of the flow itself.
    """
    counts = [_of_speed(base, pull, speed) for speed in pull.values]
    if any(pair is None for pair in counts):
        return None
    trained, free = (sum(pair[k] for pair in counts if pair is not None) for k in (0, 1))
    rank, laws = trained - free + 1, base.size - trained + free
    known = f"balance laws, decay by decay ({laws} independent)"
    upper = UpperBound(rank, (known,), {"kind": KIND}, stated=laws + idle)
    gated = base.layers.gated if base.layers is not None else (not base.path_counts["merged"],)
    if not all(gated):
        return Bounds(LowerBound(1, ("one for the clock",), METHOD, dict), upper)
    reason = f"{rank - 1} spanning paths with independent exponents, decay by decay"
    lower = DecayBound(rank, (reason,), METHOD, lambda: {"kind": KIND}, complete=True, base=None)
    return Bounds(lower, upper)


def _of_speed(base: Problem, pull: Runs, speed: Fraction) -> tuple[int, int] | None:
    """(weights of this speed on paths, classes of neurons that nothing frozen ties to an end)."""
    if base.layers is not None and base.size > BY_EDGES:
        return _of_layers(base.layers, pull, speed)
    g = base.graph
    trained = (g.param != FROZEN) & np.append(pull.mask(speed), False)[g.param]
    param = np.where(trained, g.param, FROZEN)
    counts = path_counts(g.nodes, g.params, g.tail, g.head, param, g.sources, g.outputs, g.gated)
    if counts["tied"]:
        return None
    return counts["live"] - counts["frozen"], counts["classes"]


def _of_layers(layers: Layers, pull: Runs, speed: Fraction) -> tuple[int, int] | None:
    """The same by widths: frozen weights join all neurons of two layers, frozen biases those of a
    layer with the constant neuron.
    """
    listed = blocks(layers)
    parts = [pull.within(part.start, part.stop) for pair in listed for part in pair]
    if any(len(values) > 1 for values in parts):
        return None
    frozen = [speed not in values for values in parts]
    own = [len(part) for pair in listed for part in pair]
    trained = sum(n for n, still in zip(own, frozen, strict=True) if not still)
    free, last = 0, len(listed)
    first = 1  # hidden layers from here on are joined
    for k in range(1, last):
        if not frozen[2 * k]:  # the weights behind hidden layer k
            held = (
                any(frozen[2 * j - 1] and layers.biased[j - 1] for j in range(first, k + 1))
                or frozen[2 * first - 2]
            )
            free += 0 if held else layers.widths[k] if first == k else 1
            first = k + 1
    return trained, free
