"""Layered linear networks within products of matrices: their groups, which the system names."""

from ..reading import Refused, integers
from .parts import alone


def read_parts(system, parts: list, shapes: list, where: str, budget) -> tuple:
    """The bound of each group, which are the parts, and what is in none as a system, or None."""
    budget.hold(20 * (len(system.shapes) + sum(1 + len(p) for p in system.products)))
    widths, others = system.groups()
    integers(parts, where, 0, len(shapes) - 1, len(widths))
    for k, (number, own) in enumerate(zip(parts, widths)):
        if shapes[number] != own:
            raise Refused(f"{where}[{k}]: the widths are {own}, not {shapes[number]}")
    rest = type(system)(system.shapes, others)
    components = [rest.component(i, budget) for i in range(rest.generators)]
    return parts, alone(components, budget)
