"""Certificates about all networks of a family: widths sum over types of m_t times c_0, ..., c_q,
for all m_t from least_t on.

At the point of copies (see brackets/copies) what the trace has in a component is the same for all
numbers of copies, or more: it is seen in sub-networks of a few copies, the hosts. A host is a
network of its own, and its words must show that its trace there has in every component all that the
balance laws allow. Then so it is in every network of the family that has these copies:

- "pair" t, u, "bias" t: in a host with a copy of each; "diagonal", "symmetric", "skew" t, where
  there are two copies or more: in a host with two copies of t;
- "one": a vector of the trace, summed over copies, is orthogonal to the gradients of the balance
  laws, so in the part of one type it has at most the rank that they leave there. In a host with a
  copy of t and of a type s that is always there the two parts together have all that they leave for
  both; so modulo the part of s the rank is all that they leave for t, and type by type the parts
  add up. So trace and gradients of the laws fill the space together, and the count is that of the
  laws that are independent at the point.
"""

from itertools import combinations

from ..arithmetic import prime
from ..brackets.copies import Copies, read_types
from ..brackets.gaps import unreached
from ..brackets.runs import dimension
from ..reading import Refused, canonical, choice, fingerprint, integers, items, record
from ..systems.forms import object_of
from ..systems.layers import Layers, count
from . import Accepted, expected

TYPES = 40


def check(certificate: dict, expect: str | None, budget) -> Accepted:
    system = certificate["system"]
    types, least, gated, biased = read_family(system)
    claim, lower, upper = certificate["claim"], certificate["lower"], certificate["upper"]
    record(claim, "claim", "object unreached")
    kind = object_of(["relu" if g else "linear" for g in gated])
    choice(claim["object"], "claim.object", kind)
    record(upper, "upper", "kind prime matrices")
    choice(upper["kind"], "upper.kind", "layered-balance")
    record(lower, "lower", "kind matrices hosts")
    choice(lower["kind"], "lower.kind", "symmetric-hosts")
    law_prime = prime(upper["prime"], "upper.prime")
    if canonical(upper["matrices"]) != canonical(lower["matrices"]):  # true is not 1
        raise Refused("upper.matrices: not the point of the lower bound")
    entries = [
        {"copies": 1, "widths": widths, "matrices": matrices}
        for widths, matrices in zip(types, items(lower["matrices"], "lower.matrices", len(types)))
    ]
    total = [sum(column) for column in zip(*types)]
    kinds = read_types(total, entries, "lower.matrices", budget)
    missing = [unreached(t, gated, law_prime, budget) for t in kinds]
    for t, row in enumerate(items(claim["unreached"], "claim.unreached", len(types))):
        if integers(row, f"claim.unreached[{t}]", 0, 10**9, len(total)) != missing[t]:
            raise Refused(f"claim.unreached[{t}]: the paths leave out {missing[t]}")
    wanted = hosts(least)
    listed = items(lower["hosts"], "lower.hosts", len(wanted))
    for h, (copies, host) in enumerate(zip(wanted, listed)):
        place = f"lower.hosts[{h}]"
        record(host, place, "copies prime runs")
        if integers(host["copies"], f"{place}.copies", 0, len(types) - 1) != copies:
            raise Refused(f"{place}.copies: expected {copies}")
        check_host(kinds, copies, gated, biased, missing, host, place, budget)
    expected(system, expect)
    name = name_of(system)
    statement = (
        f"{name} ({kind}): every network of the family has exactly "
        f"{formula(types, gated, missing)} independent conservation laws near a "
        "generic point; lower bound: brackets at a symmetric integer point, by words "
        f"of {len(wanted)} sub-networks; upper bound: balance laws; sha256 {fingerprint(system)}"
    )
    return Accepted(name, kind, None, None, None, law_prime, (), statement)


def read_family(system: dict) -> tuple:
    """(types, least, gated, biased) of the JSON form."""
    record(system, "system", "type types least gated biased")
    types = items(system["types"], "system.types")
    if not 0 < len(types) <= TYPES:
        raise Refused(f"system.types: expected 1 to {TYPES} types")
    layers = len(items(system["biased"], "system.biased"))
    if not layers:
        raise Refused("system.biased: there must be a layer")
    for t, widths in enumerate(types):
        if not any(integers(widths, f"system.types[{t}]", 0, 10**6, layers + 1)):
            raise Refused(f"system.types[{t}]: all widths are 0")
    least = integers(system["least"], "system.least", 0, 2, len(types))
    for key, size in (("gated", layers - 1), ("biased", layers)):
        for flag in items(system[key], f"system.{key}", size):
            if type(flag) is not bool:
                raise Refused(f"system.{key}: expected true or false")
    always = [t for t, low in enumerate(least) if low]
    if not always or not all(types[always[0]]):
        raise Refused("system.least: the first type that is always there must have no width 0")
    return types, least, system["gated"], system["biased"]


def hosts(least: list) -> list:
    """The collections of copies that together see every component, in the order of the
    certificate.
    """
    if least == [2]:
        return [[0, 0]]
    always = next(t for t, low in enumerate(least) if low)
    found = [[always], [always, always]]
    for t in range(len(least)):
        if t != always:
            found += [[t, always], [t, t, always]]
    return found + [
        [t, u, always] for t, u in combinations(range(len(least)), 2) if always not in (t, u)
    ]


def check_host(
    kinds: list, copies: list, gated, biased, missing: list, host: dict, place: str, budget
) -> None:
    """Refuses unless the words fill every component of the network of these copies."""
    chosen = sorted(set(copies))
    types = [Copies(kinds[t].widths, copies.count(t), kinds[t].matrices) for t in chosen]
    dims = [sum(t.copies * t.widths[k] for t in types) for k in range(len(biased) + 1)]
    layers = Layers(dims, gated, biased)
    q = prime(host["prime"], f"{place}.prime")
    total = dimension(layers, types, host["runs"], f"{place}.runs", q, budget)
    laws = count(
        dims,
        gated,
        [sum(t.copies * missing[c][k] for t, c in zip(types, chosen)) for k in range(len(dims))],
    )
    if total != layers.size - laws:
        raise Refused(
            f"{place}: the words show {total} independent brackets, {layers.size - laws} are needed"
        )


def formula(types: list, gated: list, missing: list) -> str:
    """The count as a formula: in the number m of copies of the only type, or in the widths n_k
    (and their parts g_k that are left out).
    """
    if len(types) == 1:
        c, g = types[0], missing[0]
        square = sum(c[k] ** 2 - g[k] ** 2 for k, gates in enumerate(gated, 1) if not gates)
        once = sum((c[k] - g[k]) * (2 if gates else 1) for k, gates in enumerate(gated, 1))
        return f"({square} m^2 + {once} m) / 2"
    words = []
    for k, gates in enumerate(gated, 1):
        left = any(row[k] for row in missing)
        if left:
            words.append(
                f"(n_{k} - g_{k})" if gates else f"(n_{k} (n_{k} + 1) - g_{k} (g_{k} + 1)) / 2"
            )
        else:
            words.append(f"n_{k}" if gates else f"n_{k} (n_{k} + 1) / 2")
    return " + ".join(words) or "0"


def name_of(system: dict) -> str:
    """The family in words."""
    types, least = system["types"], system["least"]
    if len(types) == 1:
        text = f"widths m ({', '.join(map(str, types[0]))}), m >= {least[0]}"
    else:
        text = (
            "widths "
            + " + ".join(f"m_{i} ({', '.join(map(str, t))})" for i, t in enumerate(types, 1))
            + ", "
            + ", ".join(f"m_{i} >= {low}" for i, low in enumerate(least, 1))
        )
    gates = "".join(f", gates in layer {k}" for k, gate in enumerate(system["gated"], 1) if gate)
    return f"family of {text}{gates}" + "".join(
        f", biases in layer {k}" for k, has in enumerate(system["biased"], 1) if has
    )
