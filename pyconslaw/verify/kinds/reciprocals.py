"""Upper bound r: an involutive frame in coordinates x and y_j, where y_j stands for 1 / P_j(x).

Let X~_i have components in Z[x, y], such that those of X_i are theirs at y_j = 1 / P_j, times the
product of the P_j^(e_ij). Give X~_i the components -y_j^2 <grad P_j, X~_i> at y_j: it is tangent to
V = {y_j P_j(x) = 1}, whose points are given by x alone. A frame F_1, ..., F_r of the X~_i with
diagonal d_1, ..., d_r at its pivots, a proof of the kind `involutive`, shows that Lie(X~_1, X~_2,
...) has at most r dimensions wherever no d_l is 0; there are such points on V, for one is named. So
on an open set of points x the fields X~_i restricted to V, seen in x, generate at most r
dimensions, and the X_i are multiples of them by functions that are not 0 there.
"""

from ..arithmetic import prime
from ..brackets.expanded import add_product, times
from ..brackets.polynomials import gradient, row_at, without_zeros
from ..brackets.written import polynomial
from ..brackets.written_fields import vector_field
from ..reading import Refused, integers, items, point, record
from ..systems.explicit import Fields
from ..systems.generators import members
from . import Bound, checked


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind poles powers fields prime point frame pivots")
    size, names = system.size, f"{where}.poles"
    poles = [
        polynomial(p, f"{names}[{k}]", size) for k, p in enumerate(items(proof["poles"], names))
    ]
    generators = [member() for member in members(system, budget)]
    entries = items(proof["fields"], f"{where}.fields", len(generators))
    powers = items(proof["powers"], f"{where}.powers", len(generators))
    wide = []
    for i, (x, entry, own) in enumerate(zip(generators, entries, powers)):
        place = f"{where}.fields[{i}]"
        integers(own, f"{where}.powers[{i}]", 0, 100, len(poles))
        y = vector_field(entry, place, size + len(poles))
        check_multiple(x, y, (size, poles, own), place, budget)
        wide.append(with_reciprocals(y, poles, size, budget))
    inner = {"kind": "involutive", "frame": proof["frame"], "pivots": proof["pivots"]}
    whole = Fields(size + len(poles), wide)
    most = checked(("involutive",), whole, inner, where, None, budget).dimension
    check_point(proof, poles, size, where, budget)
    reason = f"an involutive frame of {most} with reciprocals of {len(poles)} polynomials"
    return Bound(most, (reason,))


def check_multiple(x: dict, y: dict, factors: tuple, place: str, budget) -> None:
    """x is y at y_j = 1 / P_j, times the product of the P_j^(powers_j)."""
    size, poles, powers = factors
    tables = [[{(): 1}] for _ in poles]
    with budget.temporary():
        for p, table, most in zip(poles, tables, powers):
            for _ in range(most):
                table.append(times(table[-1], p, budget))
        if x.keys() != y.keys() or not poles:
            raise Refused(f"{place}: the components are not those of the generator")
        for v, f in y.items():
            budget.spend(len(f) * (len(poles) + 8))
            total = {m: -c for m, c in x[v].items()}
            for left, part in parted(f, size, powers, place):
                for table, e in zip(tables, left):
                    part = times(part, table[e], budget)
                add_product(total, part, {(): 1}, budget)
            if without_zeros(total):
                raise Refused(f"{place}: the component {v} is not that of the generator")


def parted(f: dict, size: int, powers: list, place: str):
    """The parts of a polynomial by what is left of the powers after their exponents of y."""
    parts: dict = {}
    for m, c in f.items():
        left = list(powers)
        for v, e in m:
            if v >= size:
                left[v - size] -= e
        if min(left) < 0:
            raise Refused(f"{place}: a reciprocal to a higher power than is cleared")
        inner = tuple(factor for factor in m if factor[0] < size)
        parts.setdefault(tuple(left), {})[inner] = c
    return parts.items()


def with_reciprocals(y: dict, poles: list, size: int, budget) -> dict:
    """The vector field with its components at the reciprocals."""
    whole = dict(y)
    for j, p in enumerate(poles, size):
        total: dict = {}
        for w, slope in gradient(p, budget).items():
            if w in y:
                add_product(total, slope, y[w], budget)
        moved = times(without_zeros(total), {((j, 2),): -1}, budget)
        if moved:
            whole[j] = moved
    return whole


def check_point(proof: dict, poles: list, size: int, where: str, budget) -> None:
    """At the point no P_j is 0 modulo q, and at (x, 1 / P_j(x)) no pivot of the frame."""
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", size)
    values = [value(p, at, q, budget) for p in poles]
    if not all(values):
        raise Refused(f"{where}.point: a pole is 0 there")
    at = at + [pow(x, -1, q) for x in values]
    for k, (entries, v) in enumerate(zip(proof["frame"], proof["pivots"])):
        p = next(p for w, p in entries if w == v)
        if not value(polynomial(p, f"{where}.frame[{k}]", len(at)), at, q, budget):
            raise Refused(f"{where}.frame[{k}]: the pivot is 0 at the point")


def value(p: dict, at: list, q: int, budget) -> int:
    """The value of a polynomial at a point modulo q."""
    return sum(row_at({0: p}, at, q, budget)[:1]) % q
