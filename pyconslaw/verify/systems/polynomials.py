"""Systems given by explicit polynomials, the components phi_i: generator i of W is grad phi_i."""

import re

from ..brackets.written import polynomial
from ..brackets.written_fields import vector_field
from ..reading import Refused, items, record, show
from .components import Polynomials


def read(value: dict, agree) -> Polynomials:
    drift = ["drift"] if type(value) is dict and "drift" in value else []
    record(value, "system", " ".join(["type variables phi", *drift]))
    size = count_of(value["variables"], agree)
    phi = [
        polynomial(p, f"system.phi[{k}]", size)
        for k, p in enumerate(items(value["phi"], "system.phi"))
    ]
    if not phi or any(not any(p) for p in phi):
        raise Refused("system.phi: there must be components, none of them constant")
    return Polynomials(
        size, phi, [vector_field(value["drift"], "system.drift", size) for _ in drift]
    )


def count_of(names, agree) -> int:
    """The number of variables, after a look at their names."""
    for name in items(names, "system.variables"):
        if type(name) is not str or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_\[\],]*", name):
            raise Refused(f"system.variables: {show(name)} is not the name of a variable")
    if len(set(names)) < len(names):
        raise Refused("system.variables: a name occurs twice")
    agree(len(names))
    return len(names)


def object_of(system: dict) -> str:
    return "system"


def name_of(system: dict) -> str:
    return (
        f"system of {len(system['phi'])} components in {len(system['variables'])} variables"
        + " with drift" * ("drift" in system)
    )
