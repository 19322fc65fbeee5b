"""From a graph to explicit polynomials: the components of phi, path by path. An oracle, and the way to small laws."""
from __future__ import annotations

import numpy as np

from pyconslaw.errors import LimitError
from pyconslaw.records import Graph, Polynomial

PATH_LIMIT = 200_000


def count_paths(graph: Graph) -> int:
    """The number of paths from sources to outputs (those of length 0 apart)."""
    paths = [0] * graph.nodes
    sources = set(graph.sources)
    for v in range(graph.nodes):
        tails = graph.tail[graph.ptr[v]:graph.ptr[v + 1]].tolist()
        paths[v] = (v in sources) + sum(paths[u] for u in tails)
    return sum(paths[v] - (v in sources) for v in graph.outputs)


def components(graph: Graph, limit: int = PATH_LIMIT) -> dict[tuple[int, ...], Polynomial]:
    """The components of phi by (source, gated nodes in order ..., output), in increasing order of that key.

    Each is the sum over the paths from source to output whose gated nodes are exactly these of the product of the
    weights. Errors: LimitError beyond `limit` paths.
    """
    total = count_paths(graph)
    if total > limit:
        raise LimitError(f"graph: {total} paths, more than the {limit} that are expanded into polynomials")
    gated, sources, outputs = set(graph.gated), set(graph.sources), set(graph.outputs)
    alive = _reaching(graph, outputs)
    # per node: list of (key so far, parameters so far) of the paths that end there
    paths: list[list[tuple[tuple[int, ...], tuple[int, ...]]]] = [[] for _ in range(graph.nodes)]
    found: dict[tuple[int, ...], list] = {}
    for v in range(graph.nodes):
        if not alive[v]:
            continue
        here = paths[v]
        if v in sources:
            here.append(((v,), ()))
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            extra = (v,) if v in gated else ()
            parameter = (int(graph.param[e]),)
            here += [(key + extra, params + parameter) for key, params in paths[graph.tail[e]]]
        if v in outputs:
            for key, params in here:
                if params:
                    found.setdefault((*key, v), []).append((1, [(i, 1) for i in params]))
    return {key: Polynomial.of(terms) for key, terms in sorted(found.items())}


def _reaching(graph: Graph, targets) -> np.ndarray:
    """Which nodes have a path to a target."""
    alive = np.zeros(graph.nodes, dtype=bool)
    alive[list(targets)] = True
    for e in range(graph.edges - 1, -1, -1):
        if alive[graph.head[e]]:
            alive[graph.tail[e]] = True
    return alive
