"""The kinds of proof, by name: a module for each, which is loaded when such a proof is checked.

Each has one function, check(system, proof, where, rank, budget) -> Bound: that the dimension is at
least `rank`, or, where rank is None, the number that it is at most. A proof of a kind that is not
in these tables is refused.
"""

from importlib import import_module
from typing import NamedTuple

from ..reading import PARAMETERS, Budget, Declined, choice

BOTH = "direct-sum homogeneous-decay rescaled uneven-decay as-layered fewer-outputs".split()
LOWER = (
    "bracket-words",
    "spanning-paths",
    "symmetric-point",
    "widening",
    "control-series",
    *BOTH,
)
UPPER = (
    "balance-laws",
    "polynomial-laws",
    "single-generator",
    "split",
    "closing-algebra",
    "closed-forms",
    "involutive",
    "reciprocals",
    "potentials",
    "layered-balance",
    "generic-balance",
    *BOTH,
)
# No limit but that of the file: these count, in time linear in what is listed, or look at small
# parts of the network; or they hold a proof of another system, which has the limit of its kind.
COUNTED = (
    "spanning-paths potentials symmetric-point layered-balance widening generic-balance"
    " single-generator homogeneous-decay uneven-decay rescaled as-layered fewer-outputs"
).split()


class Bound(NamedTuple):
    """A bound on the dimension, the reason in lines of words, and the prime, if there is one."""

    dimension: int
    reasons: tuple
    prime: int | None = None


def checked(table: tuple, system, proof, where: str, rank: int | None, budget: Budget) -> Bound:
    kind = choice(proof.get("kind") if type(proof) is dict else None, f"{where}.kind", *table)
    if system.size > PARAMETERS and kind not in COUNTED:
        raise Declined(f"the system has more than {PARAMETERS} parameters")
    module = import_module(f".{kind.replace('-', '_')}", __package__)
    return module.check(system, proof, where, rank, budget)


def lower_bound(
    system, proof, rank: int, budget: Budget, where: str = "lower"
) -> tuple[int | None, str]:
    """Check that the dimension is at least `rank`; the prime of the proof, if any, and the
    reason in words.
    """
    bound = checked(LOWER, system, proof, where, rank, budget)
    return bound.prime, "; ".join(bound.reasons)


def upper_bound(system, proof, where: str, budget: Budget) -> tuple[int, tuple[str, ...]]:
    """A number the dimension is at most, and the reason in lines of words."""
    bound = checked(UPPER, system, proof, where, None, budget)
    return bound.dimension, bound.reasons
