"""The kinds of proof. A proof of a kind that is not in these tables is refused."""

from ..reading import Budget, choice
from . import balance_laws, bracket_words, closing_algebra, polynomial_laws, single_generator, split

LOWER = {"bracket-words": bracket_words}
UPPER = {
    "balance-laws": balance_laws,
    "polynomial-laws": polynomial_laws,
    "single-generator": single_generator,
    "split": split,
    "closing-algebra": closing_algebra,
}


def chosen(proof, where: str, table: dict):
    kind = proof.get("kind") if type(proof) is dict else None
    return table[choice(kind, f"{where}.kind", *table)]


def lower_bound(system, proof, rank: int, budget: Budget) -> int:
    """Check that the dimension is at least `rank`; the prime of the proof."""
    return chosen(proof, "lower", LOWER).bound(system, proof, "lower", rank, budget)


def upper_bound(system, proof, where: str, budget: Budget) -> tuple[int, tuple[str, ...]]:
    """A number the dimension is at most, and the reason in lines of words."""
    return chosen(proof, where, UPPER).bound(system, proof, where, budget)
