"""Upper bounds of graphs that fall into two at a single neuron, and the best exact bound of a
graph.
"""

from __future__ import annotations

from math import inf

import numpy as np

from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.single_generator import single_generator
from pyconslaw.records.bounds import AtNode, UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.thresholds import WHOLE_GRAPH

# Neurons that may split a graph, up to which the first one does: 100 splits inside each other are
# what the checker takes, and halves of halves of 100 000 parameters are no more than ten.
IN_ORDER = 88


def _cut_node(graph: Graph) -> tuple[int, np.ndarray] | None:
    """The first neuron through which alone its ancestors speak to the rest, with the mask of the
    edges before it; one in the middle where there are many, so that parts of parts are not deep.

    Only neurons that no edge passes over in the order of the nodes are considered: for layered
    networks, the layers of width one (with no bias behind them, where the constant neuron would be
    shared by both parts and nothing is gained).
    """
    down, up = graph.reachable
    passing = np.zeros(graph.nodes + 1, dtype=np.int64)
    np.add.at(passing, graph.tail + 1, 1)
    np.add.at(passing, graph.head, -1)
    over = np.cumsum(passing)[: graph.nodes]
    ends = set(graph.sources) | set(graph.outputs)
    neurons = np.flatnonzero(down & up & (over == 0)).tolist()
    middle = len(neurons) // 2 if len(neurons) > IN_ORDER else 0
    for v in neurons[middle:] + neurons[:middle]:
        touching = (graph.head == v) | (graph.tail == v)
        before = graph.head <= v
        ancestors = _reaching_edges(graph, v)
        at = graph.param[touching]
        if (
            v in ends
            or not (ancestors == before).all()
            or (at == FROZEN).any()
            or (graph.uses[at] > 1).any()
        ):
            continue
        # what is read there does not pass through v
        if np.isin(graph.outputs, graph.tail[before]).any():
            continue
        if not np.setdiff1d(
            np.intersect1d(graph.param[before], graph.param[~before]), [FROZEN]
        ).size:
            return v, before
    return None


def _reaching_edges(graph: Graph, v: int) -> np.ndarray:
    """Mask of the edges on a path to v."""
    part = np.zeros(graph.nodes, dtype=bool)
    part[v] = True
    for e in range(graph.ptr[v + 1] - 1, -1, -1):
        part[graph.tail[e]] |= part[graph.head[e]]
    return part[graph.head]


def part_of(graph: Graph, keep: np.ndarray, sources, outputs, gated) -> Graph:
    """The part of a graph on the edges of a mask, numbers kept."""
    return Graph(
        graph.nodes,
        graph.params,
        graph.tail[keep],
        graph.head[keep],
        graph.param[keep],
        tuple(sources),
        tuple(outputs),
        tuple(gated),
        None if graph.weight is None else graph.weight[keep],
    )


def graph_bound(graph: Graph, rng, ask: Ask = nobody, *, memory: float = inf) -> UpperBound:
    """The best of: single generator, balance laws, split at a single neuron with the best bound on
    each side.

    Split at v: every law of a part is a law of the whole, and the balance of v is one more,
    independent of those of the part before v; so dimension <= before + after - 1
    (docs/mathematics.md). That is never worse than the balance laws of the whole, which are shown
    where they are as good and quick. memory: as of `balance_bound`.
    """
    single = single_generator(graph)
    if single is not None:
        return single
    cut = _cut_node(graph)
    if cut is None:
        return balance_bound(graph, rng, ask, memory=memory)
    small = graph.params <= WHOLE_GRAPH
    whole = balance_bound(graph, rng, ask, memory=memory) if small else None
    if whole is not None and whole.dimension <= 1:
        return whole
    v, before = cut
    tails = set(graph.tail[before].tolist())
    inside = set(graph.head[before].tolist()) - {v}
    first = graph_bound(
        part_of(
            graph,
            before,
            [s for s in graph.sources if s in tails],
            [v],
            [g for g in graph.gated if g in inside],
        ),
        rng,
        ask,
        memory=memory,
    )
    rest = graph_bound(
        part_of(
            graph,
            ~before,
            sorted({*graph.sources, v}),
            graph.outputs,
            [g for g in graph.gated if g not in inside and g != v],
        ),
        rng,
        ask,
        memory=memory,
    )
    proof = {"kind": "split", "node": v, "before": first.proof, "after": rest.proof}
    found = UpperBound(
        first.dimension + rest.dimension - 1,
        (AtNode("split at a single neuron", v), *first.reasons, *rest.reasons),
        proof,
        primes=first.primes + rest.primes,
    )
    if first.dimension < 1:  # frozen weights cancel, nothing passes through v
        return whole or balance_bound(graph, rng, ask, memory=memory)
    return whole if whole is not None and whole.dimension <= found.dimension else found
