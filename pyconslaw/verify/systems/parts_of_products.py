"""Layered linear networks within products of matrices: their groups, which the system names.

Products that have a matrix in common, directly or through others, are a group. A group is
layered if its products are, up to transposition, all L_i C R_j for some left factors L_i, one chain
C of factors, perhaps none, and some right factors R_j, where no matrix occurs in two places, or
both transposed and not in one. Then its components are the entries of

    [L_1; ...; L_p] C [R_1 ... R_q],

the product of a layered linear network whose parameters are these matrices in another order: with
widths (columns of all R_j, the inner dimensions from right to left, rows of all L_i). A matrix that
is alone in its group and in its product is a network of one layer. Sides are those of the first
product of the group as it is written.
"""

from itertools import chain

from ..reading import Refused, integers


def read_parts(system, parts: list, shapes: list, where: str, budget) -> tuple:
    """What the parts are of, and the components of the products in none."""
    budget.hold(20 * (len(system.shapes) + sum(1 + len(p) for p in system.products)))
    widths, others = groups(system)
    integers(parts, where, 0, len(shapes) - 1, len(widths))
    for k, (number, own) in enumerate(zip(parts, widths)):
        if shapes[number] != own:
            raise Refused(f"{where}[{k}]: the widths are {own}, not {shapes[number]}")
    rest = type(system)(system.shapes, others)
    components = [rest.component(i, budget) for i in range(rest.generators)]
    return parts, components


def groups(system) -> tuple[list, list]:
    """The widths of the layered groups, in the order of their first products, and the products
    of the others.
    """
    widths, others = [], []
    for group in joined(system):
        found = widths_of(system, [system.products[k] for k in group])
        if found is None:
            others += group
        else:
            widths.append(found)
    return widths, [system.products[k] for k in sorted(others)]


def joined(system) -> list:
    """The numbers of the products of each group."""
    above = list(range(len(system.shapes)))

    def root(k):
        while above[k] != k:
            above[k] = k = above[above[k]]
        return k

    for factors in system.products:
        for k, _ in factors:
            above[root(k)] = root(factors[0][0])
    found: dict = {}
    for number, factors in enumerate(system.products):
        found.setdefault(root(factors[0][0]), []).append(number)
    return list(found.values())


def widths_of(system, group: list) -> list | None:
    """The widths of a group as a layered network; None if it is not layered."""
    first = group[0]
    if any(len(factors) != len(first) for factors in group):
        return None
    if len(first) == 1:
        same = all(factors[0][0] == first[0][0] for factors in group)
        return [system.columns(first[0]), system.rows(first[0])] if same else None
    placed = turned(group)
    if placed is None:
        return None
    middle = first[1:-1]
    left = dict.fromkeys(factors[0] for factors in placed)
    right = dict.fromkeys(factors[-1] for factors in placed)
    places = [k for k, _ in chain(left, middle, right)]
    if len(set(places)) < len(places):
        return None
    if len({(factors[0], factors[-1]) for factors in placed}) < len(left) * len(right):
        return None
    inner = [system.columns(factor) for factor in first[:-1]]
    return [sum(map(system.columns, right)), *reversed(inner), sum(map(system.rows, left))]


def turned(group: list) -> list | None:
    """The products of a group, turned round where they have to be; None if that cannot be.

    Turned round, a product is its transpose, with the same entries. With a chain inside each has
    the chain of the first; without one, no matrix is on the left here and on the right there. The
    products come in any order: whoever has no matrix in common with those that are placed waits.
    """
    first = group[0]
    if len(first) > 2:
        found = [p if p[1:-1] == first[1:-1] else transpose(p) for p in group]
        return found if all(p[1:-1] == first[1:-1] for p in found) else None
    beside: dict = {}
    for p in group:
        for k, _ in p:
            beside.setdefault(k, []).append(p)
    on_left, todo = {first[0][0]: True}, [first[0][0]]
    while todo:
        k = todo.pop()
        for p in beside[k]:
            other = p[1][0] if p[0][0] == k else p[0][0]
            if other not in on_left:
                on_left[other] = not on_left[k]
                todo.append(other)
    return [p if on_left[p[0][0]] else transpose(p) for p in group]


def transpose(factors: list) -> list:
    return [(k, not flag) for k, flag in reversed(factors)]
