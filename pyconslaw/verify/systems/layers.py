"""Layered networks: by their widths, and as graphs."""

from .graph import Graph


class Layers:
    """A layered network by its widths; gated and biased say of each hidden layer, and of each
    layer but the inputs, what it has.

    Widths are at least 1, so every edge, also from the constant neuron, lies on a path from a
    source to an output.
    """

    explicit = parts = None  # and never written out

    def __init__(self, dims: list, gated: list, biased: list):
        self.dims, self.gated, self.biased = dims, gated, biased
        self.size = self.count = sum(m * (n + has) for n, m, has in zip(dims, dims[1:], biased))
        self.hidden, self.layers = sum(dims[1:-1]), self


def layered(dims: list, gated: list, biased: list) -> Graph:
    """The graph of a layered network."""
    constant, first = dims[0], dims[0] + any(biased)
    edges, gates, sources, before = [], [], range(first), range(dims[0])
    for k, width in enumerate(dims[1:]):
        layer = range(first, first + width)
        pairs = [(u, v) for v in layer for u in before] + [
            (constant, v) for v in layer if biased[k]
        ]
        edges += [(u, v, p) for p, (u, v) in enumerate(pairs, len(edges))]
        gates += layer if k < len(dims) - 2 and gated[k] else ()
        before, first = layer, first + width
    return Graph(len(edges), edges, sources, before, gates)
