"""Systems given by explicit polynomials."""

import re

from ..reading import Refused, items, polynomial, record, show


class Polynomials:
    """Explicit components phi_i; generator i of W is grad phi_i."""

    def __init__(self, size: int, phi: list):
        self.size = self.count = size
        self.variables, self.phi = set(range(size)), phi


def read(value: dict, agree) -> Polynomials:
    record(value, "system", "type variables phi")
    names = items(value["variables"], "system.variables")
    for name in names:
        if type(name) is not str or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_\[\],]*", name):
            raise Refused(f"system.variables: {show(name)} is not the name of a variable")
    if len(set(names)) < len(names):
        raise Refused("system.variables: a name occurs twice")
    agree(len(names))
    phi = [polynomial(p, f"system.phi[{k}]", len(names))
           for k, p in enumerate(items(value["phi"], "system.phi"))]
    if not phi or any(not any(p) for p in phi):
        raise Refused("system.phi: there must be components, none of them constant")
    return Polynomials(len(names), phi)


def object_of(system: dict) -> str:
    return "system"


def name_of(system: dict) -> str:
    return f"system of {len(system['phi'])} components in {len(system['variables'])} variables"
