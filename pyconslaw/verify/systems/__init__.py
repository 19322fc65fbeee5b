"""The systems a certificate may be about, one module per type: it reads the JSON form and names
it.
"""

from ..reading import PARAMETERS, Budget, Declined, Refused, choice
from . import dag, fields, flow, function, mlp, polynomials, product, products
from .fields import Fields
from .flow import Decay
from .graph import Graph
from .mlp import Layers
from .polynomials import Polynomials
from .products import Products

TYPES = {
    "mlp": mlp,
    "product": product,
    "polynomials": polynomials,
    "fields": fields,
    "dag": dag,
    "flow": flow,
    "products": products,
    "function": function,
}


def read_system(
    value, parameters: int, budget=None
) -> Graph | Layers | Polynomials | Fields | Decay | Products:
    """The system; nothing is built unless it has this number of parameters."""

    def agree(size):
        if size != parameters:
            raise Refused(f"claim.parameters: the system has {size} parameters, not {parameters}")

    kind = value.get("type") if type(value) is dict else None
    choice(kind, "system.type", *TYPES)
    # these have limits of their own
    own = kind in ("mlp", "dag", "products") or (kind == "flow" and flow.keeps_graph(value))
    if parameters > PARAMETERS and not own:
        raise Declined(f"the system has more than {PARAMETERS} parameters")
    if kind == "function":  # whose polynomials are not in the file
        return function.read(value, agree, budget or Budget())
    return TYPES[kind].read(value, agree)


def name_of(system: dict) -> str:
    """The name in words, as typed on the command line of the library if it has such a name."""
    return TYPES[system["type"]].name_of(system)


def object_of(system: dict) -> str:
    """What the laws are laws of."""
    return TYPES[system["type"]].object_of(system)


def place_of(system: dict) -> str:
    """Where the number of laws is what is claimed."""
    return function.PLACE if system["type"] == "function" else "near a generic point"
