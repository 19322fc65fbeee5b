"""Names: the flows, the neurons with a gate, the usual form of a network, what laws are laws of."""

SECOND = ("momentum", "nesterov", "accelerated-mirror", "riemannian-momentum", "dual-momentum")
# entropic unless a metric is given
MIRRORS = ("mirror", "accelerated-mirror", "riemannian-momentum", "dual-momentum")
FRICTION = (*SECOND, "weight-decay")
GATED = ("relu", "leaky_relu", "abs")
FLOWS = (*FRICTION, "mirror", "natural", "sign", "gradient")
# of a graph these need not be written out
OF_GRAPHS = ("natural", "weight-decay", "gradient")


def normal(system: dict) -> dict:
    """A single layer has no hidden neurons to bias."""
    return (
        {**system, "bias": "none"}
        if len(system["dims"]) == 2 and system["bias"] == "hidden"
        else system
    )


def object_of(activations: list) -> str:
    """What the laws of a graph are laws of, by the activations of its hidden neurons."""
    linear = activations.count("linear")
    return "matrix product" if linear == len(activations) else "mixed" if linear else "path-lifting"
