"""Upper bound by k laws that are read off a graph, of four shapes.

`neurons`: for i, j with the same neighbours, and a parameter of its own on every edge at them,

    h = sum over u of theta_{u->i} theta_{u->j}  -  sum over w of theta_{i->w} theta_{j->w}.

For a probe f with values z and signals d (d_w = derivative of f by what arrives at w, before its
gate) the derivative of f is z_u d_i at u->i and z_i d_w at i->w. If i and j have no gates, <grad h,
grad f> = z_j d_i + z_i d_j - z_i d_j - z_j d_i = 0. If i = j has a gate g, s arrives at it and b is
the signal behind it, then z = g s and d = g b, and the two sums are 2 s g b and 2 g s b. This holds
for all sources, gates and outputs, so for every component of phi.

`potential`: numbers pi at the nodes, 0 at sources and outputs. On each live edge, that is on a path
from a source to an output, let kappa be pi at its head minus pi at its tail: this must be 0 if the
edge is frozen, and the same kappa_k on all live edges that carry parameter k. Then h = sum of
kappa_k theta_k^2. The operator sum of kappa_k theta_k d/dtheta_k multiplies the product of the
weights on a path by the sum of kappa along it, a parameter counting at each edge where it occurs;
and this is pi at the end minus pi at the start.

`idle`: a parameter on no live edge. It is in no path, so phi does not depend on it.

`symmetry`: numbers at pairs of nodes that say how weights can move while phi stays; see symmetries.

The rest is as for polynomial laws.
"""

from ..brackets.gradients import gradient_rank
from ..brackets.polynomials import polynomial
from ..reading import WORD, Refused, integer, integers, items, record
from ..systems import symmetries
from ..systems.graph import Graph
from . import Bound


def check(graph, proof: dict, where: str, rank: int | None, budget) -> Bound:
    if not isinstance(graph, Graph):
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
    shapes = {
        "neurons": balance,
        "potential": of_potential,
        "idle": idle,
        "symmetry": symmetries.law,
    }
    shape = next((key for key in shapes if type(entry) is dict and key in entry), "neurons")
    record(entry, place, f"{shape} polynomial")
    given = polynomial(entry["polynomial"], f"{place}.polynomial", graph.size)
    if given != shapes[shape](graph, entry[shape], f"{place}.{shape}", budget):
        raise Refused(f"{place}.polynomial: not the polynomial of this law")
    return given


def balance(graph, pair, place: str, budget) -> dict:
    i, j = integers(pair, place, 0, 10**9, 2)
    if i > j or {i, j} & graph.ends:
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
            if not (graph.own(p) and graph.own(r)):
                raise Refused(f"{place}: an edge at {i} or {j} is frozen or shares its parameter")
            h[((p, 2),) if p == r else ((min(p, r), 1), (max(p, r), 1))] = sign
    return h


def of_potential(graph, entries, place: str, budget) -> dict:
    pi, last = {}, -1
    for k, entry in enumerate(items(entries, place)):
        v, c = integers(entry, f"{place}[{k}]", 1 - WORD, WORD - 1, 2)
        if not c or not v > last or v not in graph.into and v not in graph.out:
            raise Refused(
                f"{place}[{k}]: expected nodes with edges, increasing, and numbers that are not 0"
            )
        pi[v], last = c, v
    if pi.keys() & graph.ends:
        raise Refused(f"{place}: a potential is 0 at sources and outputs")
    budget.spend(len(graph.edges))
    kappa = {}
    for u, v, k in graph.live.edges:
        gain = pi.get(v, 0) - pi.get(u, 0)
        wanted = 0 if k >= graph.size else kappa.setdefault(k, gain)
        if gain != wanted:
            raise Refused(
                f"{place}: it gains {gain} on the edge {u} -> {v}, where it must gain {wanted}"
            )
    return {((k, 2),): gain for k, gain in kappa.items() if gain}


def idle(graph, k, place: str, budget) -> dict:
    if integer(k, place, 0, graph.size - 1) not in graph.idle:
        raise Refused(f"{place}: parameter {k} is on a path, or of another part of the graph")
    return {((k, 1),): 1}
