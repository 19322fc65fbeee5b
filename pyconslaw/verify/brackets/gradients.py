"""Laws whose gradients are independent at a point modulo a prime."""

from ..arithmetic import prime
from ..reading import Refused, integers, point
from .polynomials import gradient, row_at
from .rows import check_rank


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
