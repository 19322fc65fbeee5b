"""Both bounds of the flow with rates from those without: theta_k = sqrt(rate_k) y_k.

The flow theta_k' = -rate_k d_k E is y_k' = -sqrt(rate_k) d_k E, the flow of the gradient in y of
E(theta(y)). So W, in y, is spanned by the gradients of phi_i(theta(y)); or by diag(sqrt(rate_k))
X(theta(y)), if vector fields X take their place. If the paths, or monomials, of phi_i have
equally many factors of each rate but 1, then phi_i(theta(y)) is a constant times phi_i(y), and if
all terms of X have, the coordinate that they move counted as a factor, these are a constant times
X(y). Then the dimension at theta is that of the system without rates at y. The constants are real
numbers, not 0; a polynomial that is 0 at no generic real point is so whatever the units.
"""

from ..reading import Refused, record
from ..systems import of_type
from . import Bound, lower_bound, upper_bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind base")
    if system.of is None or system.tau is not None:
        raise Refused(f"{where}: the system is not the flow of the gradient with rates")
    refuse_unscalable(system, where, budget)
    inside, how = f"{where}.base", "as with all rates 1"
    if rank is None:
        most, reasons = upper_bound(system.of, proof["base"], inside, budget)
        return Bound(most, (how, *reasons))
    q, least = lower_bound(system.of, proof["base"], rank, budget, inside)
    return Bound(rank, (f"{least}, {how}",), q)


def refuse_unscalable(system, where: str, budget) -> None:
    """Refused unless the rates, if there are any, can be taken as units of the parameters."""
    rates = system.weights and system.weights.rates
    shown_by = of_type("degrees" if system.of.explicit else "degrees_of_graphs")
    if rates and not shown_by.scalable(system.of, budget, rates):
        raise Refused(f"{where}: terms of a component have factors of different rates")
