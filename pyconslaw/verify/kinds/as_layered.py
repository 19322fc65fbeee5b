"""Both bounds of a system whose parts are layered linear networks with other names of parameters.

A part is a network of the widths n_0, ..., n_q, and for each of its parameters, in their order, a
variable of the system; no variable is in two places. The entries of the product of its matrices
W_q ... W_1 are then polynomials in the system. The components in these variables, constants left
out, must be linear combinations of the entries of all parts, independent in that they have the
rank of all of them: as a rule each is one entry times a number. All other components are the rest;
they have no variable of a part, and are a system of their own in the variables that they have.

Then W is the sum of the spans of the gradients of the entries of each part, and of the rest. The
permutation of the coordinates is an isometry, so it takes the gradients of the entries of the
network to those of the entries in the system, and brackets to brackets: near generic points the
trace has the dimension that it has for the network. Parts without a common variable add up (see
direct_sum), and variables that no component has add nothing.

In a system of products of matrices the parts are its layered groups, which are read off the names.
"""

from collections import Counter
from itertools import pairwise
from math import prod

from .. import kinds
from ..reading import PARAMETERS, WORD, Refused, integer, integers, items, record
from ..systems import Polynomials, Products
from ..systems.mlp import Layers, layered

LAYERS = 1_000  # most layers of a part
PRIME = 2**61 - 1  # modulo which combinations of entries have to be independent
SHOWN = 4  # lines of the reason


def bound(system, proof: dict, where: str, budget) -> tuple[int, tuple[str, ...]]:
    """The upper bound."""
    return check(system, proof, where, None, budget)


class Lower:
    """The lower bound, in the table of the kinds."""

    @staticmethod
    def bound(system, proof: dict, where: str, rank: int, budget) -> tuple[None, str]:
        total, lines = check(system, proof, where, rank, budget)
        if total < rank:
            raise Refused(f"{where}: the parts have the dimension {total}, the claim needs {rank}")
        return None, f"{rank} by {'; '.join(lines)}"


def check(system, proof: dict, where: str, claimed: int | None, budget) -> tuple:
    """The sum of the bounds, from below if a dimension is claimed, and the reason in lines."""
    has_rest = type(proof) is dict and "rest" in proof
    record(proof, where, "kind bounds parts" + " rest" * has_rest)
    keys = "bound" + " rank" * (claimed is not None)
    shapes = []
    for k, entry in enumerate(items(proof["bounds"], f"{where}.bounds")):
        record(entry, f"{where}.bounds[{k}]", f"{keys} widths")
        widths = integers(entry["widths"], f"{where}.bounds[{k}].widths", 1, WORD)
        if not 2 <= len(widths) <= LAYERS:
            raise Refused(f"{where}.bounds[{k}].widths: expected 2 to {LAYERS} widths")
        shapes.append(widths)
    parts = items(proof["parts"], f"{where}.parts")
    if not parts:
        raise Refused(f"{where}.parts: there are none")
    budget.hold(20 * len(parts))
    uses, rest = read_parts(system, parts, shapes, f"{where}.parts", budget)
    if has_rest != (rest is not None):
        raise Refused(
            f"{where}: what is in no part is the rest, and there is none if all is in one"
        )
    times_of = Counter(uses)
    listed = [(f"{where}.bounds[{k}]", e, times_of[k]) for k, e in enumerate(proof["bounds"])]
    if has_rest:
        record(proof["rest"], f"{where}.rest", keys)
        listed.append((f"{where}.rest", proof["rest"], 1))
    total, lines, told = 0, [], []
    for k, (place, entry, times) in enumerate(listed):
        if not times:
            raise Refused(f"{place}: no part has this bound")
        with budget.temporary():
            own = network(shapes[k], entry["bound"], budget) if k < len(shapes) else rest
            dimension, reasons = one(own, entry, place, claimed, budget)
        total += times * dimension
        often = f"{times} times " * (times > 1)
        told.append(often + "-".join(map(str, shapes[k])) if k < len(shapes) else "and the rest")
        lines += [often + line for line in reasons] if len(lines) < SHOWN else ()
    told = [*told[:SHOWN], *["..."] * (len(told) > SHOWN)]
    lines = [*lines[:SHOWN], *["..."] * (len(lines) > SHOWN)]
    return total, (f"linear networks in other variables, {', '.join(told)}", *lines)


def one(system, entry: dict, place: str, claimed: int | None, budget) -> tuple:
    """The bound of one network, or of the rest, and the reason in lines."""
    if claimed is None:
        return kinds.upper_bound(system, entry["bound"], f"{place}.bound", budget)
    rank = integer(entry["rank"], f"{place}.rank", 0, system.size)
    _, reason = kinds.lower_bound(system, entry["bound"], rank, budget, f"{place}.bound")
    return rank, (reason,)


def network(widths: list, proof, budget):
    """The linear network of these widths; edge by edge if the proof needs that, and it is small."""
    flags = [False] * (len(widths) - 1)
    layers = Layers(widths, flags[1:], flags)
    counted = type(proof) is dict and proof.get("kind") in kinds.COUNTED
    if counted or layers.size > PARAMETERS:
        return layers
    budget.hold(8 * layers.size)
    graph = layered(widths, flags[1:], flags)
    graph.layers = layers
    return graph


def read_parts(system, parts: list, shapes: list, where: str, budget) -> tuple:
    """The bound of each part, and what is in no part as a system of its own, or None."""
    if isinstance(system, Products):
        return read_groups(system, parts, shapes, where, budget)
    if not isinstance(system, Polynomials) or system.drift:
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
    return uses, alone(others, budget)


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


def read_groups(system: Products, parts: list, shapes: list, where: str, budget) -> tuple:
    """The same where the system names its parts: these are the numbers of their bounds."""
    budget.hold(20 * (len(system.shapes) + sum(1 + len(p) for p in system.products)))
    widths, others = system.groups()
    integers(parts, where, 0, len(shapes) - 1, len(widths))
    for k, (number, own) in enumerate(zip(parts, widths)):
        if shapes[number] != own:
            raise Refused(f"{where}[{k}]: the widths are {own}, not {shapes[number]}")
    rest = Products(system.shapes, others)
    components = [rest.component(i, budget) for i in range(rest.generators)]
    return parts, alone(components, budget)


def alone(components: list, budget) -> Polynomials | None:
    """The components as a system in the variables that they have; None if there are none."""
    if not components:
        return None
    budget.hold(sum(2 * len(m) + 1 for f in components for m in f))
    variables = sorted({v for f in components for m in f for v, _ in m})
    number = {v: k for k, v in enumerate(variables)}
    renamed = [{tuple((number[v], e) for v, e in m): c for m, c in f.items()} for f in components]
    return Polynomials(len(number), renamed)
