"""Systems given by explicit vector fields, gradients or not: generator i of W is the i-th of
them; a drift is the last.
"""

from ..reading import Refused, items, record
from .polynomials import count_of, object_of, vector_field

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
    drift = ["drift"] if type(value) is dict and "drift" in value else []
    record(value, "system", " ".join(["type variables fields", *drift]))
    size = count_of(value["variables"], agree)
    fields = [
        vector_field(entries, f"system.fields[{k}]", size)
        for k, entries in enumerate(items(value["fields"], "system.fields"))
    ]
    if not fields:
        raise Refused("system.fields: there must be vector fields")
    return Fields(
        size, fields + [vector_field(value["drift"], "system.drift", size) for _ in drift]
    )


def name_of(system: dict) -> str:
    return (
        f"system of {len(system['fields'])} vector fields in {len(system['variables'])} variables"
        + " with drift" * ("drift" in system)
    )
