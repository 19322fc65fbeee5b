"""Multilayer networks; nodes and parameters are numbered layer by layer, as the contract says."""

from ..reading import PARAMETERS, WORD, Declined, Refused, choice, integers, items, record
from .forms import GATED, normal
from .forms import object_of as object_by_activations
from .graph import Graph
from .layered import layered
from .layers import Layers


def read(value: dict, agree) -> Graph | Layers:
    """The graph, whose `layers` are kept; the layers alone when there are too many parameters to
    be listed.
    """
    record(value, "system", "type dims activations bias")
    dims = integers(value["dims"], "system.dims", 1, WORD)
    if len(dims) < 2:
        raise Refused("system.dims: expected at least two widths")
    for activation in items(value["activations"], "system.activations", len(dims) - 2):
        choice(activation, "system.activations", "linear", *GATED)
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
    graph = Graph(*layered(layers.dims, layers.gated, layers.biased))
    graph.layers = layers
    return graph


def object_of(system: dict) -> str:
    return object_by_activations(system["activations"])


def name_of(system: dict) -> str:
    activations, dims = system["activations"], "-".join(map(str, system["dims"]))
    uniform = set(activations) in (set(), {"linear"}, {"relu"})
    name = (
        f"{activations[0] if activations else 'linear'} {dims}"
        if uniform
        else (f"mlp {dims} --activations {','.join(activations)}")
    )
    return name + {"none": "", "hidden": " --bias", "all": " --bias all"}[normal(system)["bias"]]
