"""A law of a potential: numbers pi at the nodes, 0 at sources and outputs. On each live edge, that
is on a path from a source to an output, let kappa be pi at its head minus pi at its tail: this
must be 0 if the edge is frozen, and the same kappa_k on all live edges that carry parameter k.
Then h = sum of kappa_k theta_k^2. The operator sum of kappa_k theta_k d/dtheta_k multiplies the
product of the weights on a path by the sum of kappa along it, a parameter counting at each edge
where it occurs; and this is pi at the end minus pi at the start.
"""

from ..reading import WORD, Refused, integers, items


def law(graph, entries, place: str, budget) -> dict:
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
    kappa: dict = {}
    for u, v, k in graph.live.edges:
        gain = pi.get(v, 0) - pi.get(u, 0)
        wanted = 0 if k >= graph.size else kappa.setdefault(k, gain)
        if gain != wanted:
            raise Refused(
                f"{place}: it gains {gain} on the edge {u} -> {v}, where it must gain {wanted}"
            )
    return {((k, 2),): gain for k, gain in kappa.items() if gain}
