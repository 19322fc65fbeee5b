"""The balance of hidden neurons: for i, j with the same neighbours, and a parameter of its own on
every edge at them,

    h = sum over u of theta_{u->i} theta_{u->j}  -  sum over w of theta_{i->w} theta_{j->w}.

For a probe f with values z and signals d (d_w = derivative of f by what arrives at w, before its
gate) the derivative of f is z_u d_i at u->i and z_i d_w at i->w. If i and j have no gates, <grad h,
grad f> = z_j d_i + z_i d_j - z_i d_j - z_j d_i = 0. If i = j has a gate g, s arrives at it and b is
the signal behind it, then z = g s and d = g b, and the two sums are 2 s g b and 2 g s b. This holds
for all sources, gates and outputs, so for every component of phi.
"""

from ..reading import Refused, integers


def law(graph, pair, place: str, budget) -> dict:
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
