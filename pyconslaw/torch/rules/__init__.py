"""One table of rules: what an operator makes of the actions of its arguments."""

from . import algebra, attention, conv, elementwise, experts, norms, places, reduce, shapes
from .call import Call, NoRule

FAMILIES = (elementwise, algebra, conv, shapes, places, reduce, norms, attention, experts)


def rules():
    """The rule of each operator by its name without overload."""
    found = {}
    for family in FAMILIES:
        found |= family.table()
    return found


__all__ = ["FAMILIES", "Call", "NoRule", "rules"]
