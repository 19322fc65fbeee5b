"""Systems given by explicit vector fields, gradients or not: generator i of W is the i-th of them."""

from ..reading import Refused, integer, items, polynomial, record
from .polynomials import count_of, object_of

__all__ = ["Fields", "name_of", "object_of", "read"]


class Fields:
    """Explicit vector fields {variable: polynomial}."""

    def __init__(self, size: int, fields: list):
        self.size = self.count = size
        self.variables, self.fields, self.generators = set(range(size)), fields, len(fields)

    def member(self, i: int, budget) -> dict:
        """Generator i of W as a vector field."""
        return self.fields[i]


def read(value: dict, agree) -> Fields:
    record(value, "system", "type variables fields")
    size = count_of(value["variables"], agree)
    fields = [vector_field(entries, f"system.fields[{k}]", size)
              for k, entries in enumerate(items(value["fields"], "system.fields"))]
    if not fields:
        raise Refused("system.fields: there must be vector fields")
    return Fields(size, fields)


def vector_field(entries, where: str, size: int) -> dict:
    """The components that are not zero, as pairs of a variable and a polynomial, variables increasing."""
    field, last = {}, -1
    for k, entry in enumerate(items(entries, where)):
        v, p = items(entry, f"{where}[{k}]", 2)
        v = integer(v, f"{where}[{k}][0]", last + 1, size - 1)
        field[v], last = polynomial(p, f"{where}[{k}][1]", size), v
    if not field or not all(field.values()):
        raise Refused(f"{where}: neither the vector field nor a listed component may be zero")
    return field


def name_of(system: dict) -> str:
    return f"system of {len(system['fields'])} vector fields in {len(system['variables'])} variables"
