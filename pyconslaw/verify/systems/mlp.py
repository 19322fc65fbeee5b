"""Multilayer networks; nodes and parameters are numbered layer by layer, as the contract says."""

from ..reading import PARAMETERS, WORD, Declined, Refused, choice, integers, items, record
from .graph import Graph
from .graph import object_of as object_by_activations


class Layers:
    """A layered network by its widths; gated and biased say of each hidden layer, and of each
    layer but the inputs, what it has.

    Widths are at least 1, so every edge, also from the constant neuron, lies on a path from a
    source to an output.
    """

    def __init__(self, dims: list, gated: list, biased: list):
        self.dims, self.gated, self.biased = dims, gated, biased
        self.size = self.count = sum(m * (n + has) for n, m, has in zip(dims, dims[1:], biased))
        self.hidden, self.layers = sum(dims[1:-1]), self


def read(value: dict, agree) -> Graph | Layers:
    """The graph, whose `layers` are kept; the layers alone when there are too many parameters to
    be listed.
    """
    record(value, "system", "type dims activations bias")
    dims = integers(value["dims"], "system.dims", 1, WORD)
    if len(dims) < 2:
        raise Refused("system.dims: expected at least two widths")
    for activation in items(value["activations"], "system.activations", len(dims) - 2):
        choice(activation, "system.activations", "linear", "relu", "leaky_relu")
    count = {"none": 0, "hidden": len(dims) - 2, "all": len(dims) - 1}
    # the first so many layers have biases
    biases = count[choice(value["bias"], "system.bias", *count)]
    layers = Layers(
        dims,
        [a != "linear" for a in value["activations"]],
        [k < biases for k in range(len(dims) - 1)],
    )
    agree(layers.size)
    if len(dims) > PARAMETERS:
        raise Declined(f"the network has more than {PARAMETERS} layers")
    if layers.size > PARAMETERS:
        return layers
    graph = layered(layers.dims, layers.gated, layers.biased)
    graph.layers = layers
    return graph


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


def object_of(system: dict) -> str:
    return object_by_activations(system["activations"])


def normal(system: dict) -> dict:
    """A single layer has no hidden neurons to bias."""
    return (
        {**system, "bias": "none"}
        if len(system["dims"]) == 2 and system["bias"] == "hidden"
        else system
    )


def name_of(system: dict) -> str:
    activations, dims = system["activations"], "-".join(map(str, system["dims"]))
    uniform = set(activations) in (set(), {"linear"}, {"relu"})
    name = (
        f"{activations[0] if activations else 'linear'} {dims}"
        if uniform
        else (f"mlp {dims} --activations {','.join(activations)}")
    )
    return name + {"none": "", "hidden": " --bias", "all": " --bias all"}[normal(system)["bias"]]
