"""Both bounds of an explicit system as sums: its vector fields fall into parts without a common
variable.

Vector fields of different parts commute, so a bracket that mixes parts is zero, and Lie(W) is the
sum of the Lie algebras of the parts. Their values lie in different coordinates: dim Lie(W)(theta)
is the sum of the dimensions of the parts, each in its own variables, and coordinates that occur in
no vector field add nothing. A generic point of the whole is generic for every part.
"""

from collections.abc import Iterator

from ..reading import Refused, integers, items, record
from ..systems.explicit import Fields
from . import Bound, lower_bound, upper_bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    if rank is not None:
        return from_below(system, proof, where, rank, budget)
    total, lines = 0, []
    for part, entry, place in parts(system, proof, where, budget):
        with budget.temporary():
            most, reasons = upper_bound(part, entry, place, budget)
        total += most
        lines += reasons if len(lines) < 3 else ()
    many = f"{len(proof['parts'])} parts without a common variable"
    return Bound(total, (many, *lines[:3], *["..."] * (len(lines) > 3)))


def from_below(system, proof: dict, where: str, rank: int, budget) -> Bound:
    total = 0
    for part, entry, place in parts(system, proof, where, budget):
        words = entry.get("words", entry.get("pivots")) if type(entry) is dict else None
        own = len(items(words, f"{place}.words"))
        with budget.temporary():
            lower_bound(part, entry, own, budget, place)
        total += own
    if total != rank:
        raise Refused(f"{where}: the parts have {total} words, not {rank}")
    many = f"{rank} independent bracket values in {len(proof['parts'])} parts"
    return Bound(rank, (f"{many} without a common variable",))


def parts(system, proof: dict, where: str, budget) -> Iterator[tuple]:
    """(the part as a system in its own variables, its proof, the place), after a look at all of
    them.
    """
    if not system.explicit or where.count("parts"):
        raise Refused(f"{where}: only an explicit system falls into such parts, and only once")
    record(proof, where, "kind parts")
    entries = items(proof["parts"], f"{where}.parts")
    fields = [system.member(i, budget) for i in range(system.generators)]
    listed = []
    for k, entry in enumerate(entries):
        record(entry, f"{where}.parts[{k}]", "generators bound")
        listed += integers(
            entry["generators"], f"{where}.parts[{k}].generators", 0, len(fields) - 1
        )
    if sorted(listed) != list(range(len(fields))):
        raise Refused(f"{where}.parts: not every generator is in exactly one part")
    seen, found = set(), []
    for k, entry in enumerate(entries):
        own = set()
        for i in entry["generators"]:
            own |= fields[i].keys() | {v for p in fields[i].values() for m in p for v, _ in m}
        if not own or own & seen:
            raise Refused(f"{where}.parts[{k}]: empty, or with a variable of another part")
        seen |= own
        number = {v: n for n, v in enumerate(sorted(own))}
        alone = [
            {
                number[v]: {tuple((number[w], e) for w, e in m): c for m, c in p.items()}
                for v, p in fields[i].items()
            }
            for i in entry["generators"]
        ]
        found.append((Fields(len(own), alone), entry["bound"], f"{where}.parts[{k}].bound"))
        budget.spend(10 * len(own))
    yield from found
