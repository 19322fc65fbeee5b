"""Systems given by explicit polynomials, the components phi_i: generator i of W is grad phi_i."""

import re

from ..brackets.polynomials import polynomial
from ..reading import Refused, integer, items, record, show
from .explicit import Polynomials


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


def vector_field(entries, where: str, size: int) -> dict:
    """The components that are not zero, as pairs of a variable and a polynomial, variables
    increasing.
    """
    field, last = {}, -1
    for k, entry in enumerate(items(entries, where)):
        v, p = items(entry, f"{where}[{k}]", 2)
        v = integer(v, f"{where}[{k}][0]", last + 1, size - 1)
        field[v], last = polynomial(p, f"{where}[{k}][1]", size), v
    if not field or not all(field.values()):
        raise Refused(f"{where}: neither the vector field nor a listed component may be zero")
    return field


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
