"""Vector fields that fall into parts without a common variable: their Lie algebra is the direct sum of those of the parts.

Vector fields of different parts commute, and a value of one part is zero in the variables of another; so the dimensions of the
traces add up, and coordinates that occur nowhere add nothing. Both bounds are sums of bounds of small systems.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records import BracketWords, LowerBound, UpperBound
from pyconslaw.trace import DEFAULT_EFFORT, confirm


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the vector fields, by number, with the variables that occur in them, and in these variables alone."""

    generators: tuple[int, ...]
    variables: tuple[int, ...]
    family: PolynomialFields


def parts_of(family: PolynomialFields) -> list[Part]:
    """The finest parts, in the order of their first vector fields.

    >>> from pyconslaw import System
    >>> net = System(["x", "y", "z", "u"], fields=[{"x": "y"}, {"u": 1}, {"y": "x^2"}])
    >>> [(part.generators, part.variables) for part in parts_of(net.explicit())]
    [((0, 2), (0, 1)), ((1,), (3,))]
    """
    above: dict[int, int] = {}

    def root(v):
        while above[v] != v:
            above[v] = v = above[above[v]]
        return v

    occur = [sorted({*field, *(v for f in field.values() for _, m in f.terms for v, _ in m)}) for field in family.fields]
    for variables in occur:
        for v in variables:
            above.setdefault(v, v)
            above[root(v)] = root(variables[0])
    members: dict[int, tuple[list[int], set[int]]] = {}
    for i, variables in enumerate(occur):
        generators, seen = members.setdefault(root(variables[0]), ([], set()))
        generators.append(i)
        seen.update(variables)
    if len(members) == 1 and all(len(seen) == family.parameters for _, seen in members.values()):
        return [Part(tuple(range(family.size)), tuple(range(family.parameters)), family)]
    found = []
    for generators, seen in members.values():
        number = {v: k for k, v in enumerate(sorted(seen))}
        fields = [{number[v]: f.renumbered(number) for v, f in family.fields[i].items()} for i in generators]
        found.append(Part(tuple(generators), tuple(number), PolynomialFields(fields, len(number))))
    return found


@dataclass(frozen=True, eq=False)
class SummedBound(LowerBound):
    """A sum of lower bounds. short: the parts whose bounds do not meet, with theirs."""

    short: tuple[tuple[Part, BracketWords], ...] = field(kw_only=True, repr=False)


def confirm_parts(bound: SummedBound, rng, effort: float = DEFAULT_EFFORT) -> Fraction | None:
    """As `pyconslaw.trace.confirm`: the probability that one of the parts that are short has a larger dimension."""
    total = Fraction(0)
    for part, low in bound.short:
        error = confirm(part.family, low, rng, effort / len(bound.short))
        if error is None:
            return None
        total += error
    return total


def summed(parts: Sequence[Part], bounds: Sequence[tuple[BracketWords, UpperBound]], size: int) -> tuple[SummedBound, UpperBound]:
    """The bounds of the whole, in size variables, from those of its parts."""
    lowers, uppers = [low for low, _ in bounds], [up for _, up in bounds]
    primes = tuple(dict.fromkeys(p for bound in (*lowers, *uppers) for p in bound.primes)) if len(parts) < 10 else ()

    def listed(proofs):
        return {"kind": "direct-sum", "parts": [{"generators": list(part.generators), "bound": proof}
                                                for part, proof in zip(parts, proofs, strict=True)]}

    depth = max(len(low.rank_by_round) for low in lowers)
    rounds = tuple(sum(low.rank_by_round[min(k, len(low.rank_by_round) - 1)] for low in lowers) for k in range(depth))
    idle = size - sum(len(part.variables) for part in parts)
    head = f"{len(parts)} parts without a common variable" if len(parts) > 1 else f"coordinates that do not occur ({idle})"
    rank, dimension = sum(low.rank for low in lowers), sum(up.dimension for up in uppers)
    short = tuple((part, low) for part, low, up in zip(parts, lowers, uppers, strict=True) if low.rank < up.dimension)
    lower = SummedBound(rank, (head, f"{rank} brackets in all, independent at integer points modulo primes"),
                        f"nested brackets of explicit polynomials, part by part: {head}", lambda: listed([low.make_proof() for low in lowers]), primes, rounds,
                        all(low.complete for low in lowers), short=short)
    reasons = Counter(reason for up in uppers for reason in up.reasons)
    common = tuple(f"{number} times {reason}" if number > 1 else reason for reason, number in reasons.most_common(5))
    upper = UpperBound(dimension, (head, *common, *(["..."] * (len(reasons) > 5))), listed([up.proof for up in uppers]),
                       searched=tuple(dict.fromkeys(text for up in uppers for text in up.searched)))
    return lower, upper
