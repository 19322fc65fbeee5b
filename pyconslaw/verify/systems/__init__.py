"""The systems a certificate may be about, a module for each type, which is loaded when it occurs.

Each reads the JSON form and names it: read(value, agree), name_of(value), object_of(value). What is
read has a size, its `layers` or None, and is `explicit` if it is a list of vector fields, which
member(i, budget) makes, for i < `generators`; a graph is not, layers without list of edges: None.
`parts` says of what layered networks may be parts: "polynomials", "products" or None; `of` is what
weight decay is of, or rates, else None.
"""

from importlib import import_module

from ..reading import PARAMETERS, Budget, Declined, Refused, choice

TYPES = ("mlp", "product", "polynomials", "fields", "dag", "flow", "products", "function")


def of_type(kind: str):
    """The module of a type, or another one of this folder."""
    return import_module(f".{kind}", __package__)


def read_system(value, parameters: int, budget=None):
    """The system; nothing is built unless it has this number of parameters."""

    def agree(size):
        if size != parameters:
            raise Refused(f"claim.parameters: the system has {size} parameters, not {parameters}")

    kind = value.get("type") if type(value) is dict else None
    module = of_type(choice(kind, "system.type", *TYPES))
    # these have limits of their own
    own = kind in ("mlp", "dag", "products") or (kind == "flow" and module.keeps_graph(value))
    if parameters > PARAMETERS and not own:
        raise Declined(f"the system has more than {PARAMETERS} parameters")
    if kind in ("function", "flow"):  # whose polynomials are not in the file
        return module.read(value, agree, budget or Budget())
    return module.read(value, agree)


def name_of(system: dict) -> str:
    """The name in words, as typed on the command line of the library if it has such a name."""
    return of_type(system["type"]).name_of(system)


def object_of(system: dict) -> str:
    """What the laws are laws of."""
    return of_type(system["type"]).object_of(system)


def place_of(system: dict) -> str:
    """Where the number of laws is what is claimed."""
    return of_type("function").PLACE if system["type"] == "function" else "near a generic point"
