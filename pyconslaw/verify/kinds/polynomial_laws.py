"""Upper bound by k polynomial laws h of the system: <grad h, grad phi_i> = 0 for every component
phi_i, or <grad h, X_i> = 0 for every vector field X_i of a system given by them.

Then grad h is orthogonal to W, so every member of W leaves h constant, so every bracket does. Where
the k gradients are independent, which is generic once it holds at one point modulo one prime,
Lie(W)(theta) lies in a space of dimension D - k. In a part of a graph the laws may only speak of
the parameters of the part, and D counts these.
"""

from ..arithmetic import add_product, check_rank, gradient, prime, row_at, without_zeros
from ..reading import Refused, integers, items, point, polynomial, record
from ..systems.graph import members


def bound(system, proof: dict, where: str, budget):
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
                total = {}
                budget.spend(1 + min(len(grad_h), len(x)))
                for v in grad_h.keys() & x.keys():
                    add_product(total, grad_h[v], x[v], budget)
                if without_zeros(total):
                    raise Refused(
                        f"{where}.laws[{k}]: not a law, it changes along generator {i} of W"
                    )
    return system.count - len(laws), (f"polynomial laws ({len(laws)} independent)",)


def gradient_rank(system, laws: list, proof: dict, where: str, budget) -> list:
    """The gradients of the laws, after checking that they are independent at the point modulo
    the prime.
    """
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", system.size)
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, len(laws))
    if len(laws) > system.count:
        raise Refused(
            f"{where}.laws: {len(laws)} laws of {system.count} parameters are not independent"
        )
    gradients = [gradient(law, budget) for law in laws]
    for k, grad_h in enumerate(gradients):
        if not grad_h.keys() <= system.variables:
            raise Refused(f"{where}.laws[{k}]: a parameter of another part of the graph occurs")
    rows = (row_at(grad_h, at, q, budget) for grad_h in gradients)
    check_rank(rows, pivots, system.size, q, budget, f"{where}.laws")
    return gradients
