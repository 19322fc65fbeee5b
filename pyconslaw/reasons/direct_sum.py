"""Both bounds of a direct sum, from those of its parts.

Vector fields of different parts commute, and a value of one part is zero in the variables of
another; so the dimensions of the traces add up, and coordinates that occur nowhere add nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pyconslaw.brackets.confirm import confirm
from pyconslaw.fields.parts import Part
from pyconslaw.records.bounds import BracketWords, LowerBound, UpperBound
from pyconslaw.records.budget import DEFAULT_EFFORT, Ask, nobody


@dataclass(frozen=True, eq=False)
class SummedBound(LowerBound):
    """A sum of lower bounds. short: the parts whose bounds do not meet, with theirs."""

    short: tuple[tuple[Part, BracketWords], ...] = field(kw_only=True, repr=False)


def confirm_parts(
    bound: SummedBound, rng, effort: float = DEFAULT_EFFORT, *, ask: Ask = nobody
) -> Fraction | None:
    """As `pyconslaw.brackets.confirm.confirm`: the probability that one of the parts that are short
    has a larger dimension.
    """
    total = Fraction(0)
    for part, low in bound.short:
        error = confirm(part.family, low, rng, effort / len(bound.short), ask=ask)
        if error is None:
            return None
        total += error
    return total


def summed(
    parts: Sequence[Part], bounds: Sequence[tuple[BracketWords, UpperBound]], size: int
) -> tuple[SummedBound, UpperBound]:
    """The bounds of the whole, in size variables, from those of its parts."""
    lowers, uppers = [low for low, _ in bounds], [up for _, up in bounds]
    primes = (
        tuple(dict.fromkeys(p for bound in (*lowers, *uppers) for p in bound.primes))
        if len(parts) < 10
        else ()
    )

    def listed(proofs):
        return {
            "kind": "direct-sum",
            "parts": [
                {"generators": list(part.generators), "bound": proof}
                for part, proof in zip(parts, proofs, strict=True)
            ],
        }

    depth = max(len(low.rank_by_round) for low in lowers)
    rounds = tuple(
        sum(low.rank_by_round[min(k, len(low.rank_by_round) - 1)] for low in lowers)
        for k in range(depth)
    )
    idle = size - sum(len(part.variables) for part in parts)
    head = (
        f"{len(parts)} parts without a common variable"
        if len(parts) > 1
        else f"coordinates that do not occur ({idle})"
    )
    rank, dimension = sum(low.rank for low in lowers), sum(up.dimension for up in uppers)
    short = tuple(
        (part, low)
        for part, low, up in zip(parts, lowers, uppers, strict=True)
        if low.rank < up.dimension
    )
    lower = SummedBound(
        rank,
        (head, f"{rank} brackets in all, independent at integer points modulo primes"),
        f"nested brackets of explicit polynomials, part by part: {head}",
        lambda: listed([low.make_proof() for low in lowers]),
        primes,
        rounds,
        all(low.complete for low in lowers),
        short=short,
    )
    reasons = Counter(reason for up in uppers for reason in up.reasons)
    common = tuple(
        f"{number} times {reason}" if number > 1 else reason
        for reason, number in reasons.most_common(5)
    )
    upper = UpperBound(
        dimension,
        (head, *common, *(["..."] * (len(reasons) > 5))),
        listed([up.proof for up in uppers]),
        searched=tuple(dict.fromkeys(text for up in uppers for text in up.searched)),
    )
    return lower, upper
