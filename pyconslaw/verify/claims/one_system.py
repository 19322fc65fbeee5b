"""The claim and why it follows: two bounds on the dimension of the trace that meet.

W is spanned by the gradients of the components of phi, or by given vector fields, Lie(W) is the Lie
algebra it generates, and near a generic point the number of independent conservation laws is D -
dim Lie(W)(theta). Proofs of the kinds in `kinds/` bound this dimension from below (as nested
brackets with independent values at one point modulo one prime, for a minor that is not zero modulo
a prime is not zero) and from above.
"""

from ..kinds import lower_bound, upper_bound
from ..reading import Refused, choice, fingerprint, integer, record
from ..systems import name_of, object_of, place_of, read_system
from . import Accepted, expected


def check(certificate: dict, expect: str | None, budget) -> Accepted:
    claim = record(certificate["claim"], "claim", "object parameters laws")
    parameters = integer(claim["parameters"], "claim.parameters", 1, 10**18)
    laws = integer(claim["laws"], "claim.laws", 0, parameters)
    rank = parameters - laws

    written = certificate["system"]
    system = read_system(written, parameters, budget)
    name, kind = name_of(written), object_of(written)
    choice(claim["object"], "claim.object", kind)
    expected(written, expect)

    q, least = lower_bound(system, certificate["lower"], rank, budget)
    most, reasons = upper_bound(system, certificate["upper"], "upper", budget)
    if most != rank:
        raise Refused(
            f"the bounds do not meet: the dimension is at least {rank} and at most {most}"
        )
    about = f"{kind}, {many(parameters, 'parameter')}"
    if written["type"] not in ("mlp", "product"):  # the name does not say it all
        about += f", sha256 {fingerprint(written)}"
    statement = (
        f"{name} ({about}): exactly {many(laws, 'independent conservation law')} "
        f"{place_of(written)}; lower bound: {least}; "
        f"upper bound: {most} by {'; '.join(map(str.strip, reasons))}"
    )
    return Accepted(name, kind, parameters, laws, rank, q, reasons, statement)


def many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
