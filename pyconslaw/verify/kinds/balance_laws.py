"""Upper bound by k laws that are read off a graph, each for one of four reasons: the balance of
`neurons`, a `potential`, an `idle` parameter, a `symmetry`.

The module of the reason, in `laws/`, makes the polynomial that is a law, and it must be the one
that the proof has. The rest is as for polynomial laws.
"""

from importlib import import_module

from ..brackets.gradients import gradient_rank
from ..brackets.written import polynomial
from ..reading import Refused, items, record
from . import Bound

REASONS = ("neurons", "potential", "idle", "symmetry")


def check(graph, proof: dict, where: str, rank: int | None, budget) -> Bound:
    if graph.explicit is not False:
        raise Refused(f"{where}: balance laws are laws of a graph")
    record(proof, where, "kind laws prime point pivots")
    budget.spend(20 * len(graph.edges))
    laws = [
        law(graph, entry, f"{where}.laws[{k}]", budget)
        for k, entry in enumerate(items(proof["laws"], f"{where}.laws"))
    ]
    gradient_rank(graph, laws, proof, where, budget)
    return Bound(graph.count - len(laws), (f"balance laws ({len(laws)} independent)",))


def law(graph, entry, place: str, budget) -> dict:
    """The polynomial of an entry, which must be the one that its reason gives."""
    reason = next((key for key in REASONS if type(entry) is dict and key in entry), "neurons")
    record(entry, place, f"{reason} polynomial")
    given = polynomial(entry["polynomial"], f"{place}.polynomial", graph.size)
    module = import_module(f"..laws.{reason}", __package__)
    if given != module.law(graph, entry[reason], f"{place}.{reason}", budget):
        raise Refused(f"{place}.polynomial: not the polynomial of this law")
    return given
