"""Both bounds of weight decay, from those of the flow of the gradient: y = s theta stands still.

Away from s = 0 take y = s theta in the place of theta. The drift -tau theta d_theta + tau s d_s is
tau s d_s, and a vector field X of theta, with the parts X^e of degree e, is sum_e s^(1-e) X^e(y).
Its bracket with the drift multiplies part e by (1-e) tau, up to sign. If tau is not 0 these factors
differ, so repeated brackets have combinations that are the parts alone, each times its power of s:
the algebra of the flow is spanned by the drift and by the brackets of parts, times powers of s.
Hence dim Lie(flow)(theta, s) = 1 + dim Lie(P)(s theta), P all parts of all X. (A parameter tau
never moves, and is not 0 at generic points; it adds a coordinate and no dimension.) If tau is 0 the
drift is d_t and commutes with the controls: the dimension is 1 + dim Lie(W)(theta).

So of "parts" are bounds of P. Of "system", bounds of W: W lies in the span of P, hence always from
below; from above if tau is 0, if every X has a single degree, and if the bound rests on homogeneous
laws h: <grad h, X> is the sum of the <grad h, X^e>, of different degrees, so each of these is 0.
"""

from ..reading import Refused, choice, record
from ..systems import of_type
from . import Bound, lower_bound, upper_bound

# These state laws of degree 2, and of degree 1 for idle parameters; but one by a symmetry, among
# balance-laws, may have terms of several degrees.
LAWS = ("balance-laws", "potentials", "layered-balance", "generic-balance")


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    base = base_of(system, proof, where, budget)
    rest = "flow of the gradient" if proof["of"] == "system" else "homogeneous parts"
    if rank is not None:
        if rank < 1:
            raise Refused(f"{where}: the clock alone has dimension 1")
        q, least = lower_bound(base, proof["base"], rank - 1, budget, f"{where}.base")
        return Bound(rank, (f"{least}, as the {rest}; and one for the clock",), q)
    inner = proof["base"].get("kind") if type(proof["base"]) is dict else None
    exact = proof["of"] == "parts" or system.still or inner in LAWS or homogeneous(base, budget)
    if not exact:
        raise Refused(f"{where}: the components of phi are not homogeneous")
    most, reasons = upper_bound(base, proof["base"], f"{where}.base", budget)
    decays = proof["of"] == "system" and not system.still
    if decays and inner == "balance-laws" and not homogeneous(base, budget):
        for i, law in enumerate(proof["base"]["laws"]):  # checked just now: these are polynomials
            budget.spend(sum(1 + len(monomial) for _, monomial in law["polynomial"]))
            if len({sum(e for _, e in monomial) for _, monomial in law["polynomial"]}) != 1:
                raise Refused(
                    f"{where}.base.laws[{i}]: has terms of several degrees, and the components of "
                    "phi are not homogeneous"
                )
    return Bound(most + 1, (f"one for the clock, the rest as the {rest}", *reasons))


def base_of(system, proof: dict, where: str, budget):
    """The system that the bound inside is of."""
    record(proof, where, "kind of base")
    under = system.of
    if under is None:
        raise Refused(f"{where}: the system is not under weight decay")
    if choice(proof["of"], f"{where}.of", "system", "parts") == "system":
        return under
    if system.still:
        raise Refused(f"{where}.of: nothing decays, so homogeneous parts stay together")
    if under.explicit is None:
        raise Refused(f"{where}.of: a network with so many parameters is not written out")
    return of_type("degrees").parts(under, budget)


def homogeneous(system, budget) -> bool:
    """Whether each generator of W of a system has a single degree; a graph may have it unseen."""
    shown_by = of_type("degrees" if system.explicit else "degrees_of_graphs")
    return shown_by.homogeneous(system, budget)
