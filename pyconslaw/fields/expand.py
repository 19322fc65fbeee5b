"""From a graph to explicit polynomials: the components of phi, path by path. An oracle, and the way
to small laws.
"""

from __future__ import annotations

from pyconslaw.errors import LimitError
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial

PATH_LIMIT = 200_000


def count_paths(graph: Graph) -> int:
    """The number of paths from sources to outputs (those of length 0 apart)."""
    paths = [0] * graph.nodes
    sources = set(graph.sources)
    for v in range(graph.nodes):
        tails = graph.tail[graph.ptr[v] : graph.ptr[v + 1]].tolist()
        paths[v] = (v in sources) + sum(paths[u] for u in tails)
    return sum(paths[v] - (v in sources) for v in graph.outputs)


def components(graph: Graph, limit: int = PATH_LIMIT) -> dict[tuple[int, ...], Polynomial]:
    """The components of phi by (source, gated nodes in order ..., output), in increasing order of
    that key.

    Each is the sum over the paths from source to output whose gated nodes are exactly these of the
    product of the weights. Components without parameters are left out. Errors: LimitError beyond
    `limit` paths.
    """
    total = count_paths(graph)
    if total > limit:
        raise LimitError(
            f"graph: {total} paths, more than the {limit} that are expanded into polynomials"
        )
    gated, sources, outputs = set(graph.gated), set(graph.sources), set(graph.outputs)
    alive = graph.reachable[1]
    # per node: (key so far, product of constants, parameters so far) of the paths that end there
    paths: list[list[tuple[tuple[int, ...], int, tuple[int, ...]]]] = [
        [] for _ in range(graph.nodes)
    ]
    found: dict[tuple[int, ...], list] = {}
    for v in range(graph.nodes):
        if not alive[v]:
            continue
        here = paths[v]
        if v in sources:
            here.append(((v,), 1, ()))
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            extra = (v,) if v in gated else ()
            frozen = graph.param[e] == FROZEN
            factor = int(graph.weight[e]) if frozen and graph.weight is not None else 1
            parameter = () if frozen else (int(graph.param[e]),)
            here += [
                (key + extra, c * factor, params + parameter)
                for key, c, params in paths[graph.tail[e]]
            ]
        if v in outputs:
            for key, c, params in here:
                found.setdefault((*key, v), []).append((c, [(i, 1) for i in params]))
    expanded = ((key, Polynomial.of(terms)) for key, terms in sorted(found.items()))
    return {key: f for key, f in expanded if f.degree}
