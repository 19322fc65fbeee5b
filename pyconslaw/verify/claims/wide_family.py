"""Certificates about all layered networks of one depth and kind with widths of at least 2: they
grow from the one of width 2.

The network of width 2 has no gaps. By theorems 6 and 7 of docs/mathematics.md, with nothing to be
checked at these widths, it stays full when inputs and outputs are added to it, then hidden neurons,
the widest layer first backwards, and surplus neurons. So when it is full (see brackets/full), all
of them have as many independent laws as brackets/generic counts.
"""

from ..arithmetic import prime
from ..brackets.full import check_full
from ..reading import Refused, choice, fingerprint, integers, items, record
from ..systems.forms import object_of
from ..systems.layers import Layers
from . import Accepted, expected

LAYERS = 1000


def check(certificate: dict, expect: str | None, budget) -> Accepted:
    system, claim, lower, upper = (
        certificate[key] for key in ("system", "claim", "lower", "upper")
    )
    record(system, "system", "type gated biased")
    layers = len(items(system["biased"], "system.biased"))
    if not 2 <= layers <= LAYERS:
        raise Refused(f"system.biased: expected 2 to {LAYERS} layers")
    for key, size in (("gated", layers - 1), ("biased", layers)):
        for flag in items(system[key], f"system.{key}", size):
            if type(flag) is not bool:
                raise Refused(f"system.{key}: expected true or false")
    record(claim, "claim", "object")
    kind = object_of(["relu" if g else "linear" for g in system["gated"]])
    choice(claim["object"], "claim.object", kind)
    record(upper, "upper", "kind")
    choice(upper["kind"], "upper.kind", "generic-balance")
    record(lower, "lower", "kind prime widths point probes words")
    choice(lower["kind"], "lower.kind", "widening")
    q = prime(lower["prime"], "lower.prime")
    if integers(lower["widths"], "lower.widths", 1, 2, layers + 1) != [2] * (layers + 1):
        raise Refused("lower.widths: expected widths 2")
    check_full(
        Layers(lower["widths"], system["gated"], system["biased"]), lower, "lower", q, budget
    )
    expected(system, expect)
    name = name_of(system)
    statement = (
        f"{name} ({kind}): every network of the family has exactly {formula(system)} "
        "independent conservation laws near a generic point; "
        "lower bound: growth from widths 2, whose lifted brackets fill what the laws "
        f"allow modulo the prime {q}; upper bound: balance laws; sha256 {fingerprint(system)}"
    )
    return Accepted(name, kind, None, None, None, q, (), statement)


def formula(system: dict) -> str:
    """The count in the widths n_k, with what a wide linear layer has too many, g_k."""
    words = [
        f"n_{k}" if gates else f"(n_{k} (n_{k} + 1) - g_{k} (g_{k} + 1)) / 2"
        for k, gates in enumerate(system["gated"], 1)
    ]
    gaps = [
        f"g_{k} = max(0, n_{k} - n_{k - 1} - n_{k + 1}{' - 1' * has})"
        for k, (gates, has) in enumerate(zip(system["gated"], system["biased"]), 1)
        if not gates
    ]
    return " + ".join(words) + "".join(f", {gap}," for gap in gaps)


def name_of(system: dict) -> str:
    text = f"family of all widths n_0, ..., n_{len(system['biased'])} from 2 on"
    text += "".join(f", gates in layer {k}" for k, gate in enumerate(system["gated"], 1) if gate)
    return text + "".join(
        f", biases in layer {k}" for k, has in enumerate(system["biased"], 1) if has
    )
