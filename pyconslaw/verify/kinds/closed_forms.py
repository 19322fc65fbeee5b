"""Upper bound by k closed rational 1-forms that vanish on W.

Where its denominators are not zero a closed 1-form omega is locally dh, h smooth, and <grad h, X> =
omega(X) = 0 for the members X of W; so h is a law, and the rest is as for polynomial laws. A form
is a sum of parts, each closed by its shape:

    c dP / P = d(c log |P|),
    c (u dw - w du) / (u^2 - d w^2): c (x dy - y dx) / (x^2 - d y^2), closed on the plane, at
        x = u, y = w,
    (B dA - A dB) / B^2 = d(A / B).
"""

from ..arithmetic import prime
from ..brackets.expanded import add_product, times
from ..brackets.polynomials import gradient, row_at, without_zeros
from ..brackets.rows import check_rank
from ..brackets.written import polynomial
from ..reading import Refused, integers, items, point, record
from ..systems.generators import members
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind laws prime point pivots")
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", system.size)
    laws = items(proof["laws"], f"{where}.laws")
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, len(laws))
    if len(laws) > system.count:
        raise Refused(
            f"{where}.laws: {len(laws)} laws of {system.count} parameters are not independent"
        )
    forms, rows = [], []
    for k, entry in enumerate(laws):
        place = f"{where}.laws[{k}]"
        parts = parts_of(entry, place, system, budget)
        for _, denominator in parts:
            if not row_at({0: denominator}, at, q, budget)[0] % q:
                raise Refused(f"{place}: a denominator is 0 at the point")
        form = added(parts, budget)
        forms.append(form)
        rows.append(row_at(form, at, q, budget))
    check_rank(rows, pivots, system.size, q, budget, f"{where}.laws")
    for i, member in enumerate(members(system, budget)):
        with budget.temporary():
            x = member()
            for k, form in enumerate(forms):
                total: dict = {}
                budget.spend(1 + min(len(form), len(x)))
                for v in form.keys() & x.keys():
                    add_product(total, form[v], x[v], budget)
                if without_zeros(total):
                    raise Refused(
                        f"{where}.laws[{k}]: not a law, the form is not 0 along generator {i} of W"
                    )
    return Bound(system.count - len(laws), (f"closed 1-forms ({len(laws)} independent)",))


def parts_of(entry, place: str, system, budget) -> list:
    """The parts of a form, each as the numerators {v: polynomial} of its dx_v and the
    denominator.
    """
    record(entry, place, "logs quotient angles")
    parts = []
    for j, log in enumerate(items(entry["logs"], f"{place}.logs")):
        c, p = items(log, f"{place}.logs[{j}]", 2)
        p = own(p, f"{place}.logs[{j}][1]", system)
        parts.append((combined([(weight(c, f"{place}.logs[{j}][0]"), {(): 1}, p)], budget), p))
    for j, angle in enumerate(items(entry["angles"], f"{place}.angles")):
        c, u, w, d = items(angle, f"{place}.angles[{j}]", 4)
        c, d = (weight(n, f"{place}.angles[{j}]") for n in (c, d))
        u, w = (own(p, f"{place}.angles[{j}]", system) for p in (u, w))
        parts.append((combined([(c, u, w), (-c, w, u)], budget), square(u, w, -d, budget)))
    a, b = (
        own(p, f"{place}.quotient", system)
        for p in items(entry["quotient"], f"{place}.quotient", 2)
    )
    parts.append((combined([(1, b, a), (-1, a, b)], budget), square(b, {}, 1, budget)))
    return parts


def weight(c, place: str) -> int:
    if type(c) is not int or not c:
        raise Refused(f"{place}: expected an integer that is not 0")
    return c


def own(value, place: str, system) -> dict:
    """A polynomial in the parameters of this part of the system."""
    p = polynomial(value, place, system.size)
    if any(v not in system.variables for m in p for v, _ in m):
        raise Refused(f"{place}: a parameter of another part of the graph occurs")
    return p


def combined(entries: list, budget) -> dict:
    """The sum of c f dg over the (c, f, g)."""
    form: dict = {}
    for c, f, g in entries:
        f = times(f, {(): c}, budget)
        for v, slope in gradient(g, budget).items():
            add_product(form.setdefault(v, {}), f, slope, budget)
    return form


def square(u: dict, w: dict, c: int, budget) -> dict:
    """u^2 + c w^2."""
    total = times(u, u, budget)
    add_product(total, w, times(w, {(): c}, budget), budget)
    return without_zeros(total)


def added(parts: list, budget) -> dict:
    """The numerators of the sum over the product of all denominators."""
    form: dict = {}
    whole: dict = {(): 1}
    for numerators, denominator in parts:
        form = {v: times(p, denominator, budget) for v, p in form.items()}
        for v, p in numerators.items():
            add_product(form.setdefault(v, {}), p, whole, budget)
        whole = times(whole, denominator, budget)
    return {v: kept for v, p in form.items() if (kept := without_zeros(p))}
