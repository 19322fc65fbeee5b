"""Multilayer networks; nodes and parameters are numbered layer by layer, as the contract says."""

from ..reading import PARAMETERS, WORD, Declined, Refused, choice, integers, items, record
from .graph import Graph, object_of as object_by_activations


class Layers:
    """A network with too many parameters to be listed: how many it has, how many hidden neurons, whether all are gated.

    Widths are at least 1, so every edge, also from the constant neuron, lies on a path from a source to an output.
    """

    def __init__(self, size: int, hidden: int, gated: bool):
        self.size = self.count = size
        self.hidden, self.gated = hidden, gated


def read(value: dict, agree) -> Graph | Layers:
    record(value, "system", "type dims activations bias")
    dims = integers(value["dims"], "system.dims", 1, WORD)
    if len(dims) < 2:
        raise Refused("system.dims: expected at least two widths")
    for activation in items(value["activations"], "system.activations", len(dims) - 2):
        choice(activation, "system.activations", "linear", "relu", "leaky_relu")
    layers = {"none": 0, "hidden": len(dims) - 2, "all": len(dims) - 1}
    biased = layers[choice(value["bias"], "system.bias", *layers)]  # the first so many layers have biases
    size = sum(n * m for n, m in zip(dims, dims[1:])) + sum(dims[1:1 + biased])
    agree(size)
    if len(dims) > PARAMETERS:
        raise Declined(f"the network has more than {PARAMETERS} layers")
    if size > PARAMETERS:
        return Layers(size, sum(dims[1:-1]), "linear" not in value["activations"])

    constant, first = dims[0], dims[0] + (biased > 0)
    edges, gated, sources, before = [], [], range(first), range(dims[0])
    for k, width in enumerate(dims[1:]):
        layer = range(first, first + width)
        pairs = [(u, v) for v in layer for u in before] + [(constant, v) for v in layer if k < biased]
        edges += [(u, v, p) for p, (u, v) in enumerate(pairs, len(edges))]
        gated += layer if k < len(dims) - 2 and value["activations"][k] != "linear" else ()
        before, first = layer, first + width
    return Graph(len(edges), edges, sources, before, gated)


def object_of(system: dict) -> str:
    return object_by_activations(system["activations"])


def normal(system: dict) -> dict:
    """A single layer has no hidden neurons to bias."""
    return {**system, "bias": "none"} if len(system["dims"]) == 2 and system["bias"] == "hidden" else system


def name_of(system: dict) -> str:
    activations, dims = system["activations"], "-".join(map(str, system["dims"]))
    uniform = set(activations) in (set(), {"linear"}, {"relu"})
    name = f"{activations[0] if activations else 'linear'} {dims}" if uniform else (
        f"mlp {dims} --activations {','.join(activations)}")
    return name + {"none": "", "hidden": " --bias", "all": " --bias all"}[normal(system)["bias"]]
