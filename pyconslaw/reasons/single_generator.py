"""At most 1, where phi has one component."""

from __future__ import annotations

from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.graph import Graph, Layers


def single_generator(graph: Graph) -> UpperBound | None:
    """dimension <= 1 when phi has one component: one source, one output, no gated node on the paths
    between.
    """
    down, up = graph.reachable
    live = down & up
    counts = [int(live[list(nodes)].sum()) for nodes in (graph.sources, graph.outputs, graph.gated)]
    if counts != [1, 1, 0]:
        return None
    return UpperBound(1, ("single generator",), {"kind": "single-generator"})


def is_scalar(layers: Layers) -> bool:
    """Whether phi of the network is one polynomial."""
    return (
        layers.widths[0] == layers.widths[-1] == 1
        and not any(layers.gated)
        and not any(layers.biased)
    )
