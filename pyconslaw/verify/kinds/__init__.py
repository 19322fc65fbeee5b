"""The kinds of proof. A proof of a kind that is not in these tables is refused."""

from ..reading import PARAMETERS, Budget, Declined, choice
from . import (
    as_layered,
    balance_laws,
    bracket_words,
    closed_forms,
    closing_algebra,
    control_series,
    direct_sum,
    generic_balance,
    homogeneous_decay,
    involutive,
    layered_balance,
    polynomial_laws,
    potentials,
    reciprocals,
    single_generator,
    spanning_paths,
    split,
    symmetric_point,
    widening,
)

LOWER = {
    "bracket-words": bracket_words,
    "spanning-paths": spanning_paths,
    "symmetric-point": symmetric_point,
    "direct-sum": direct_sum.Lower,
    "widening": widening,
    "homogeneous-decay": homogeneous_decay.Lower,
    "control-series": control_series,
    "as-layered": as_layered.Lower,
}
UPPER = {
    "balance-laws": balance_laws,
    "polynomial-laws": polynomial_laws,
    "single-generator": single_generator,
    "split": split,
    "closing-algebra": closing_algebra,
    "closed-forms": closed_forms,
    "involutive": involutive,
    "reciprocals": reciprocals,
    "direct-sum": direct_sum,
    "potentials": potentials,
    "layered-balance": layered_balance,
    "generic-balance": generic_balance,
    "homogeneous-decay": homogeneous_decay,
    "as-layered": as_layered,
}
# No limit but that of the file: these count, in time linear in what is listed, or look at small
# parts of the network; or they hold a proof of another system, which has the limit of its kind.
COUNTED = (
    "spanning-paths",
    "potentials",
    "symmetric-point",
    "layered-balance",
    "widening",
    "generic-balance",
    "single-generator",
    "homogeneous-decay",
    "as-layered",
)


def chosen(system, proof, where: str, table: dict):
    kind = choice(proof.get("kind") if type(proof) is dict else None, f"{where}.kind", *table)
    if system.size > PARAMETERS and kind not in COUNTED:
        raise Declined(f"the system has more than {PARAMETERS} parameters")
    return table[kind]


def lower_bound(
    system, proof, rank: int, budget: Budget, where: str = "lower"
) -> tuple[int | None, str]:
    """Check that the dimension is at least `rank`; the prime of the proof, if any, and the
    reason in words.
    """
    return chosen(system, proof, where, LOWER).bound(system, proof, where, rank, budget)


def upper_bound(system, proof, where: str, budget: Budget) -> tuple[int, tuple[str, ...]]:
    """A number the dimension is at most, and the reason in lines of words."""
    return chosen(system, proof, where, UPPER).bound(system, proof, where, budget)
