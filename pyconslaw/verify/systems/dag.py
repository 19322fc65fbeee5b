"""Directed acyclic graphs, node by node and edge by edge; edges may share a parameter, or be
frozen.
"""

from itertools import pairwise

from ..reading import GRAPH, WORD, Declined, Refused, choice, integers, items, record
from .forms import GATED
from .forms import object_of as object_by_activations
from .graph import Graph

SOURCES = ("input", "constant")


def read(value: dict, agree) -> Graph:
    record(value, "system", "type nodes outputs edges frozen")
    kinds, edges, frozen = (
        items(value[key], f"system.{key}") for key in ("nodes", "edges", "frozen")
    )
    if len(kinds) + len(edges) + len(frozen) > GRAPH:
        raise Declined(f"the graph has more than {GRAPH} nodes and edges")
    for kind in kinds:
        choice(kind, "system.nodes", *SOURCES, "linear", *GATED)
    sources = {v for v, kind in enumerate(kinds) if kind in SOURCES}
    gated = {v for v, kind in enumerate(kinds) if kind in GATED}
    outputs = integers(value["outputs"], "system.outputs", 0, len(kinds) - 1)
    if sources & set(outputs) or not all(u < v for u, v in pairwise(outputs)):
        raise Refused("system.outputs: the nodes must increase, and none be a source")
    if not sources or not outputs:
        raise Refused("system: there must be a source and an output")

    for key in ("edges", "frozen"):
        before = (-1, -1)
        for k, edge in enumerate(value[key]):
            tail, head, _ = integers(edge, f"system.{key}[{k}]", 1 - WORD, WORD - 1, 3)
            if not 0 <= tail < head < len(kinds) or head in sources or not before < (head, tail):
                raise Refused(
                    f"system.{key}[{k}]: it runs backwards or into a source, or is out of order"
                )
            before = (head, tail)
    if any(not weight for _, _, weight in frozen):
        raise Refused("system.frozen: an edge has the weight 0")
    parameters = {p for _, _, p in edges}
    size = len(parameters)
    agree(size)
    if parameters != set(range(size)):
        raise Refused(f"system.edges: the parameters are not 0, 1, ..., {size - 1}")
    listed = [tuple(edge) for edge in edges] + [
        (u, v, size + k) for k, (u, v, _) in enumerate(frozen)
    ]
    return Graph(size, listed, sources, outputs, gated, [weight for _, _, weight in frozen])


def object_of(system: dict) -> str:
    outputs = set(system["outputs"])
    return object_by_activations(
        [kind for v, kind in enumerate(system["nodes"]) if kind not in SOURCES and v not in outputs]
    )


def name_of(system: dict) -> str:
    return (
        f"dag of {len(system['nodes'])} nodes and "
        f"{len(system['edges']) + len(system['frozen'])} edges"
    )
