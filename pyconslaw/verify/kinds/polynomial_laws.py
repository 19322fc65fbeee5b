"""Upper bound by k polynomial laws h of the system: <grad h, grad phi_i> = 0 for every component
phi_i, or <grad h, X_i> = 0 for every vector field X_i of a system given by them.

Then grad h is orthogonal to W, so every member of W leaves h constant, so every bracket does. Where
the k gradients are independent, which is generic once it holds at one point modulo one prime,
Lie(W)(theta) lies in a space of dimension D - k. In a part of a graph the laws may only speak of
the parameters of the part, and D counts these.
"""

from ..brackets.expanded import add_product
from ..brackets.gradients import gradient_rank
from ..brackets.polynomials import without_zeros
from ..brackets.written import polynomial
from ..reading import Refused, items, record
from ..systems.generators import members
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind laws prime point pivots")
    laws = [
        polynomial(p, f"{where}.laws[{k}]", system.size)
        for k, p in enumerate(items(proof["laws"], f"{where}.laws"))
    ]
    gradients = gradient_rank(system, laws, proof, where, budget)
    for i, member in enumerate(members(system, budget)):
        with budget.temporary():
            x = member()
            for k, grad_h in enumerate(gradients):
                total: dict = {}
                budget.spend(1 + min(len(grad_h), len(x)))
                for v in grad_h.keys() & x.keys():
                    add_product(total, grad_h[v], x[v], budget)
                if without_zeros(total):
                    raise Refused(
                        f"{where}.laws[{k}]: not a law, it changes along generator {i} of W"
                    )
    return Bound(system.count - len(laws), (f"polynomial laws ({len(laws)} independent)",))
