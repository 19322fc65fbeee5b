"""Networks by name, with the numbers of laws that are known for them."""

from pyconslaw import network_of

# what the issue and the literature state (Marcotte, Gribonval and Peyre 2023, and what follows from
# it)
COUNTS = {
    "linear 3-3-3": 6,
    "linear 2-4-3-2": 16,
    "linear 1-2-2-1": 7,
    "linear 1-2-2-1-2": 8,
    "linear 2-1-2-2-1-2": 9,
    "relu 2-3-1 --bias": 3,
    "relu 9-9-8-8-8 --bias": 25,
    "mlp 5-6-4-3 --activations linear,relu": 25,
    "product 6": 5,
    "linear 4-4-4-4": 20,
    "linear 2-2": 0,
    "relu 3-4-4-2": 8,
    "linear 2-2-2": 3,
    "linear 3-4-5-4-3": 35,
}


def build(name):
    """The network of a name such as "relu 2-3-1 --bias"."""
    kind, size, *rest = name.split()
    activations = rest[rest.index("--activations") + 1] if "--activations" in rest else None
    bias = False if "--bias" not in rest else "all" if rest[-1] == "all" else "hidden"
    return network_of(kind, size, activations, bias)
