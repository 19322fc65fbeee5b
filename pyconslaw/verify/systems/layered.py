"""Layered networks as graphs."""


def layered(dims: list, gated: list, biased: list) -> tuple:
    """The graph of a layered network: its size, edges, sources, outputs and gated nodes."""
    constant, first = dims[0], dims[0] + any(biased)
    edges: list = []
    gates: list = []
    sources, before = range(first), range(dims[0])
    for k, width in enumerate(dims[1:]):
        layer = range(first, first + width)
        pairs = [(u, v) for v in layer for u in before] + [
            (constant, v) for v in layer if biased[k]
        ]
        edges += [(u, v, p) for p, (u, v) in enumerate(pairs, len(edges))]
        gates += layer if k < len(dims) - 2 and gated[k] else ()
        before, first = layer, first + width
    return len(edges), edges, sources, before, gates
