"""Layered linear networks within polynomials: which variables are their parameters is said."""

from itertools import pairwise
from math import prod

from ..reading import Refused, integer, integers, record

PRIME = 2**61 - 1  # modulo which combinations of entries have to be independent


def read_parts(system, parts: list, shapes: list, where: str, budget) -> tuple:
    """The bound of each part, and the components that are in none."""
    if system.drift:
        raise Refused(f"{where}: only components, without a drift, are those of a network")
    place, uses = {}, []
    for number, part in enumerate(parts):
        here = f"{where}[{number}]"
        record(part, here, "bound variables")
        uses.append(integer(part["bound"], f"{here}.bound", 0, len(shapes) - 1))
        variables, size = part["variables"], size_of(shapes[uses[-1]])
        integers(variables, f"{here}.variables", 0, system.size - 1, size)
        budget.hold(8 * size)
        put(place, number, variables, shapes[uses[-1]], f"{here}.variables")
    about = [(len(shapes[k]) - 1, prod(shapes[k][1:-1])) for k in uses]
    others, single, combined = [], set(), []
    for i, f in enumerate(system.phi):
        budget.spend(10 * sum(1 + len(m) for m in f))
        if not any(v in place for m in f for v, _ in m):
            others.append(f)
            continue
        entries = combination(f, place, about, f"{where}: component {i}")
        if len(entries) == 1:
            single.update(entries)
        else:
            combined.append(entries)
    wanted = sum(shapes[k][0] * shapes[k][-1] for k in uses)
    if len(single) + rank_beside(single, combined, budget) < wanted:
        raise Refused(f"{where}: the components do not span the {wanted} entries")
    return uses, others


def size_of(widths: list) -> int:
    return sum(n * m for n, m in pairwise(widths))


def put(place: dict, number: int, variables: list, widths: list, where: str) -> None:
    """Notes where the variables of a part are: (part, layer, row, column)."""
    listed = iter(variables)
    for layer, (below, above) in enumerate(pairwise(widths)):
        for row in range(above):
            for column in range(below):
                v = next(listed)
                if v in place:
                    raise Refused(f"{where}: variable {v} is in two places")
                place[v] = number, layer, row, column


def combination(f: dict, place: dict, about: list, where: str) -> dict:
    """{entry: coefficient} of a component, which must be made of whole entries (part, row, column).

    about: the layers of each part, and the paths, so the terms, of each of its entries. A monomial
    is one parameter of each layer, along a path.
    """
    found, count = {}, {}
    for monomial, c in f.items():
        if not monomial:
            continue
        path = sorted(place.get(v, (-1,)) if e == 1 else (-1,) for v, e in monomial)
        part = path[0][0]
        steps = [(part, k) for k in range(about[part][0])]
        right = part >= 0 and [step[:2] for step in path] == steps
        if not right or any(a[2] != b[3] for a, b in pairwise(path)):
            raise Refused(f"{where} has a monomial that is no path through the layers of a part")
        entry = part, path[-1][2], path[0][3]
        if found.setdefault(entry, c) != c:
            raise Refused(f"{where} has different coefficients within an entry")
        count[entry] = count.get(entry, 0) + 1
    for entry, number in count.items():
        if number != about[entry[0]][1]:
            raise Refused(f"{where} has {number} of {about[entry[0]][1]} terms of an entry")
    return found


def rank_beside(single: set, combined: list, budget) -> int:
    """The rank of combinations modulo single entries: modulo a prime, at most that over Q."""
    rows = {}
    for entries in combined:
        row = {e: c % PRIME for e, c in entries.items() if e not in single and c % PRIME}
        while row:
            lead = min(row)
            if lead not in rows:
                budget.hold(4 * len(row))
                inverse = pow(row[lead], -1, PRIME)
                rows[lead] = {e: c * inverse % PRIME for e, c in row.items()}
                break
            budget.spend(4 * (len(row) + len(rows[lead])))
            factor = row[lead]
            for e, c in rows[lead].items():
                row[e] = (row.get(e, 0) - factor * c) % PRIME
            row = {e: c for e, c in row.items() if c}
    return len(rows)
