"""Upper bound k: a space of k polynomial vector fields that contains W and is closed under
brackets with W.

Lie(W) is spanned by the nested brackets [X_1, [X_2, ... X_m]] of members of W (Jacobi identity). By
induction on m they lie in the span of B_1, ..., B_k, so Lie(W)(theta) is spanned by the k values
B_l(theta).
"""

from math import lcm

from ..brackets.expanded import add_product, bracket
from ..brackets.polynomials import without_zeros
from ..brackets.written import polynomial
from ..reading import Refused, items, record
from ..systems.generators import members
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind basis generators products")
    basis = []
    for k, element in enumerate(items(proof["basis"], f"{where}.basis")):
        place = f"{where}.basis[{k}]"
        entries = [
            polynomial(p, f"{place}[{i}]", system.size)
            for i, p in enumerate(items(element, place, system.size))
        ]
        basis.append({i: p for i, p in enumerate(entries) if p})
    fields = [member() for member in members(system, budget)]
    generators = items(proof["generators"], f"{where}.generators", len(fields))
    products = items(proof["products"], f"{where}.products", len(fields))
    for i, x in enumerate(fields):
        check_sum(x, generators[i], basis, f"{where}.generators[{i}]", budget)
        for j, row in enumerate(items(products[i], f"{where}.products[{i}]", len(basis))):
            with budget.temporary():
                check_sum(
                    bracket(x, basis[j], budget), row, basis, f"{where}.products[{i}][{j}]", budget
                )
    return Bound(len(basis), (f"a closing algebra (dimension at most {len(basis)})",))


def check_sum(x: dict, row, basis: list, place: str, budget) -> None:
    """The vector field x is the sum of c_l B_l, c_l the rationals of the row (times their
    denominators).
    """
    for k, c in enumerate(items(row, place, len(basis))):
        if any(type(n) is not int for n in items(c, f"{place}[{k}]", 2)) or c[1] < 1:
            raise Refused(f"{place}[{k}]: expected a numerator and a positive denominator")
    bits = sum(den.bit_length() for _, den in row)
    budget.spend(len(row) * (1 + bits // 32))
    common = lcm(*(den for _, den in row))
    with budget.temporary():
        total: dict = {}
        for (num, den), b in [((-1, 1), x)] + [(c, b) for c, b in zip(row, basis) if c[0]]:
            for i, p in b.items():
                add_product(total.setdefault(i, {}), p, {(): num * (common // den)}, budget)
    if any(without_zeros(p) for p in total.values()):
        raise Refused(f"{place}: the vector field is not this combination of the basis")
