"""The sign flow near a point."""

from math import gcd, prod

from ..brackets.expanded import add_product
from ..brackets.polynomials import without_zeros
from ..reading import Refused


def signs(gradients: list, region: list, budget) -> list:
    """For each class of coordinates whose columns of d phi are
    proportional the vector of their signs.

    The sign patterns that the range of J^T takes span these vectors: see flows.md. What is not
    proportional, or not zero, at the point is not so nearby; what is must be so everywhere.
    """
    columns: dict = {}
    classes: dict = {}
    for i, x in enumerate(gradients):
        for k, p in x.items():
            columns.setdefault(k, {})[i] = p
    for k in sorted(columns):
        values = []
        for i, p in columns[k].items():
            budget.spend(sum(1 + e * 31 // 60 for m in p for _, e in m) ** 2 + len(p))
            values.append((i, sum(c * prod(region[v] ** e for v, e in m) for m, c in p.items())))
        values = [(i, v) for i, v in values if v]
        if not values:
            raise Refused("system.region: a derivative vanishes there")
        content = gcd(*(v for _, v in values)) * (1 if values[0][1] > 0 else -1)
        classes.setdefault(tuple((i, v // content) for i, v in values), []).append(
            (k, 1 if content > 0 else -1)
        )
    for (first, _), *others in classes.values():
        a = columns[first]
        j = min(a)
        for k, _ in others:
            b = columns[k]
            for i in a.keys() | b.keys():
                wedge: dict = {}
                add_product(wedge, a.get(i, {}), b.get(j, {}), budget)
                add_product(wedge, a[j], b.get(i, {}), budget, -1)
                if without_zeros(wedge):
                    raise Refused(
                        "system.region: derivatives are proportional there, and not everywhere"
                    )
    return [{k: {(): sign * own[0][1]} for k, sign in own} for own in classes.values()]
