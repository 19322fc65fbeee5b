"""At most 1, where phi has one component."""

from __future__ import annotations

from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.graph import Graph


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
