"""The claim and why it follows: two bounds on the dimension of the trace that meet.

W is spanned by the gradients of the components of phi, or by given vector fields, Lie(W) is the Lie
algebra it generates, and near a generic point the number of independent conservation laws is D -
dim Lie(W)(theta). Proofs of the kinds in `kinds/` bound this dimension from below (as nested
brackets with independent values at one point modulo one prime, for a minor that is not zero modulo
a prime is not zero) and from above.
"""

from dataclasses import dataclass
from importlib import import_module

from .kinds import lower_bound, upper_bound
from .reading import (
    BYTES,
    UNITS,
    Budget,
    Declined,
    Refused,
    WrongUsage,
    choice,
    fingerprint,
    integer,
    read_certificate,
    record,
)
from .systems import name_of, object_of, of_type, place_of, read_system

FAMILIES = ("family", "wide-family")  # a module of claims/ each


@dataclass(frozen=True)
class Accepted:
    """A claim that has been checked; `reasons` says line by line how the dimension is bounded
    from above.

    parameters, laws and rank are None for a family of networks; the statement says what is true of
    all.
    """

    system: str
    object: str
    parameters: int | None
    laws: int | None
    rank: int | None
    prime: int | None
    reasons: tuple[str, ...]
    statement: str


def verify_file(path, expect: str | None = None, units: int = UNITS, tell=None) -> Accepted:
    """Check a file; see `verify_bytes`."""
    try:
        with open(path, "rb") as file:
            data = file.read(BYTES + 1)
    except (OSError, ValueError) as error:
        raise Refused(f"the file cannot be read: {error}") from None
    except MemoryError:
        raise Declined("the file does not fit in memory") from None
    return verify_bytes(data, expect, units, tell)


def verify_bytes(data: bytes, expect: str | None = None, units: int = UNITS, tell=None) -> Accepted:
    """Check a certificate, of the system `expect` if one is named; raise Refused if it is not
    proved.

    units: how many multiplications the check may take. tell(text) is told beforehand what it will
    take, when that is long.
    """
    try:
        return check(read_certificate(data), expect, Budget(units, tell))
    except (Refused, WrongUsage):
        raise
    except (MemoryError, RecursionError):
        pass  # and say so below, when what filled the memory has been let go
    except Exception as error:  # a fault of the checker: nothing is proved
        raise Refused(f"the checker failed: {type(error).__name__}: {error}") from error
    raise Declined("the check ran out of memory or depth")


def check(certificate: dict, expect: str | None, budget: Budget) -> Accepted:
    choice(certificate["format"], "format", "pyconslaw-certificate")
    integer(certificate["version"], "version", 1, 1)
    if type(certificate["system"]) is dict and certificate["system"].get("type") in FAMILIES:
        module = certificate["system"]["type"].replace("-", "_")
        claim = import_module(f".claims.{module}", __package__)
        name, kind, q, statement = claim.check(certificate, budget)
        if expect is not None:
            of_type("names").expect(certificate["system"], expect)
        return Accepted(
            name,
            kind,
            None,
            None,
            None,
            q,
            (),
            f"{statement}; sha256 {fingerprint(certificate['system'])}",
        )
    claim = record(certificate["claim"], "claim", "object parameters laws")
    parameters = integer(claim["parameters"], "claim.parameters", 1, 10**18)
    laws = integer(claim["laws"], "claim.laws", 0, parameters)
    rank = parameters - laws

    system = read_system(certificate["system"], parameters, budget)
    name, kind = name_of(certificate["system"]), object_of(certificate["system"])
    choice(claim["object"], "claim.object", kind)
    if expect is not None:
        of_type("names").expect(certificate["system"], expect)

    q, least = lower_bound(system, certificate["lower"], rank, budget)
    most, reasons = upper_bound(system, certificate["upper"], "upper", budget)
    if most != rank:
        raise Refused(
            f"the bounds do not meet: the dimension is at least {rank} and at most {most}"
        )
    about = f"{kind}, {many(parameters, 'parameter')}"
    if certificate["system"]["type"] not in ("mlp", "product"):  # the name does not say it all
        about += f", sha256 {fingerprint(certificate['system'])}"
    statement = (
        f"{name} ({about}): exactly {many(laws, 'independent conservation law')} "
        f"{place_of(certificate['system'])}; "
        f"lower bound: {least}; "
        f"upper bound: {most} by {'; '.join(map(str.strip, reasons))}"
    )
    return Accepted(name, kind, parameters, laws, rank, q, reasons, statement)


def many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
