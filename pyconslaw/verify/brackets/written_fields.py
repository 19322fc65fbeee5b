"""Vector fields as they are written in a certificate."""

from ..reading import Refused, integer, items
from .written import polynomial


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
