"""Both bounds of weight decay, from those of the flow of the gradient: y = s theta stands still.

Away from s = 0 take y = s theta in the place of theta. The drift -tau theta d_theta + tau s d_s is
tau s d_s, and a vector field X of theta, with the parts X^e of degree e, is sum_e s^(1-e) X^e(y).
Its bracket with the drift multiplies part e by (1-e) tau, up to sign. If tau is not 0 these factors
differ, so repeated brackets have combinations that are the parts alone, each times its power of s:
the algebra of the flow is spanned by the drift and by the brackets of parts, times powers of s.
Hence dim Lie(flow)(theta, s) = 1 + dim Lie(P)(s theta), P all parts of all X. (A parameter tau
never moves, and is not 0 at generic points; it adds a coordinate and no dimension.) If tau is 0 the
drift is d_t and commutes with the controls: the dimension is 1 + dim Lie(W)(theta).

Where coordinates are drawn to 0 at speeds p_k, y_k = s^(p_k / tau) theta_k, and the parts are those
of equal weight, sum of p_v e_v less p_k for a term that moves theta_k: the rest is the same.

So of "parts" are bounds of P. Of "system", bounds of W: W lies in the span of P, hence always from
below; from above if tau is 0, if every X has a single weight, and if the bound rests on laws of one
weight: <grad h, X> is the sum of the <grad h, X^e>, of different weights, so each of these is 0.
With rates this is about y_k / sqrt(rate_k): see rescaled.
"""

from ..reading import Refused, choice, record
from ..systems import of_type
from . import Bound, lower_bound, upper_bound
from .rescaled import refuse_unscalable

# These state laws of degree 2, and of degree 1 for idle parameters; but one by a symmetry, among
# balance-laws, may have terms of several degrees.
LAWS = ("balance-laws", "potentials", "layered-balance", "generic-balance")


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind of base")
    if system.of is None or system.tau is None:
        raise Refused(f"{where}: the system is not under weight decay")
    of = choice(proof["of"], f"{where}.of", "system", "parts")
    if rank is not None and rank < 1:
        raise Refused(f"{where}: the clock alone has dimension 1")
    base = base_of(system, of, where, budget)
    rest = "flow of the gradient" if of == "system" else "homogeneous parts"
    if rank is not None:
        q, least = lower_bound(base, proof["base"], rank - 1, budget, f"{where}.base")
        return Bound(rank, (f"{least}, as the {rest}; and one for the clock",), q)
    listed = of == "system" and rests_on_laws(system, proof["base"], where, budget)
    most, reasons = upper_bound(base, proof["base"], f"{where}.base", budget)
    if listed:
        check_weights(system, proof["base"]["laws"], where, budget)
    return Bound(most + 1, (f"one for the clock, the rest as the {rest}", *reasons))


def rests_on_laws(system, base, where: str, budget) -> bool:
    """Whether an upper bound of the system holds only if each law that it lists has one weight;
    refused where it may not hold at all.
    """
    inner = base.get("kind") if type(base) is dict else None
    if system.still or (inner in LAWS and inner != "balance-laws" and not system.speeds):
        return False
    alike = homogeneous(system.of, budget, system.speeds)
    if not alike and inner != "balance-laws":
        raise Refused(f"{where}: the components of phi are not homogeneous")
    return not alike


def check_weights(system, laws: list, where: str, budget) -> None:
    """Each law, a polynomial as was checked just now, has terms of one weight."""
    pull = system.speeds
    for i, law in enumerate(laws):
        budget.spend(sum(1 + len(monomial) for _, monomial in law["polynomial"]))
        weights = {
            sum(e * (pull.whole(v) if pull else 1) for v, e in monomial)
            for _, monomial in law["polynomial"]
        }
        if len(weights) != 1:
            raise Refused(
                f"{where}.base.laws[{i}]: has terms of several degrees, and the components of "
                "phi are not homogeneous"
            )


def base_of(system, of: str, where: str, budget):
    """The system that the bound inside is of."""
    under, weights = system.of, system.weights
    if of == "system":
        refuse_unscalable(system, where, budget)
        return under
    if system.still and not (weights and weights.rates):
        raise Refused(f"{where}.of: nothing decays, so homogeneous parts stay together")
    if under.explicit is None:
        raise Refused(f"{where}.of: a network with so many parameters is not written out")
    return of_type("degrees").parts(under, budget, weights, system.still)


def homogeneous(base, budget, pull=None) -> bool:
    """Whether each generator of W has a single weight; a graph may have it unseen."""
    if base.explicit:
        return of_type("degrees").homogeneous(base, budget, pull)
    return not pull and of_type("degrees_of_graphs").homogeneous(base, budget)
