"""Upper bound by k balance laws of a graph: for neurons i, j with the same neighbours,

    h = sum over u of theta_{u->i} theta_{u->j}  -  sum over w of theta_{i->w} theta_{j->w}.

For a probe f with values z and signals d (d_w = derivative of f by what arrives at w, before its gate) the
derivative of f is z_u d_i at u->i and z_i d_w at i->w. If i and j have no gates,
<grad h, grad f> = z_j d_i + z_i d_j - z_i d_j - z_j d_i = 0. If i = j has a gate g, s arrives at it and b is
the signal behind it, then z = g s and d = g b, and the two sums are 2 s g b and 2 g s b. This holds for all
sources, gates and outputs, so for every component of phi; the rest is as for polynomial laws.
"""

from ..reading import Refused, integers, items, polynomial, record
from ..systems import Graph
from .polynomial_laws import gradient_rank


def bound(graph, proof: dict, where: str, budget):
    if not isinstance(graph, Graph):
        raise Refused(f"{where}: balance laws are laws of a graph")
    record(proof, where, "kind laws prime point pivots")
    laws = []
    for k, entry in enumerate(items(proof["laws"], f"{where}.laws")):
        place = f"{where}.laws[{k}]"
        record(entry, place, "neurons polynomial")
        i, j = integers(entry["neurons"], f"{place}.neurons", 0, 10**9, 2)
        given = polynomial(entry["polynomial"], f"{place}.polynomial", graph.size)
        if given != balance(graph, i, j, place, budget):
            raise Refused(f"{place}: the polynomial is not the balance of the neurons {i} and {j}")
        laws.append(given)
    gradient_rank(graph, laws, proof, where, budget)
    return graph.count - len(laws), (f"balance laws ({len(laws)} independent)",)


def balance(graph, i: int, j: int, place: str, budget) -> dict:
    """The polynomial h; refused unless i and j may be balanced."""
    if i > j or {i, j} & (graph.sources | graph.outputs):
        raise Refused(f"{place}: {i} and {j} are not, in this order, hidden neurons of the graph")
    if i != j and {i, j} & graph.gated:
        raise Refused(f"{place}: two different neurons with gates are not balanced")
    h = {}
    for steps, sign in ((graph.into, 1), (graph.out, -1)):
        here, there = dict(steps.get(i, ())), dict(steps.get(j, ()))
        budget.spend(len(here) + len(there))
        if not here or here.keys() != there.keys():
            raise Refused(f"{place}: the neurons {i} and {j} do not have the same neighbours")
        for neighbour, p in here.items():
            r = there[neighbour]
            h[((p, 2),) if p == r else ((min(p, r), 1), (max(p, r), 1))] = sign
    return h
