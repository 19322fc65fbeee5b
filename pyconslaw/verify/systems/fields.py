"""Systems given by explicit vector fields, gradients or not: generator i of W is the i-th of
them; a drift is the last.
"""

from ..brackets.written_fields import vector_field
from ..reading import Refused, items, record
from .explicit import Fields
from .polynomials import count_of, object_of

__all__ = ["Fields", "name_of", "object_of", "read"]


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
