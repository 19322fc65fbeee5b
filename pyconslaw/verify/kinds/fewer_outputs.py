"""Both bounds of a graph that reads differences of outputs, from those of a graph with one less.

The outputs are linear nodes d_1, ..., d_(m-1), and d_k is o_k - o, for neurons o_1, ..., o_(m-1), o
without gates that nothing else reads, fed by the same nodes t, by edges with parameters of their
own: rows W_1, ..., W_(m-1), W_m. A component of phi is sum over t of (W_kt - W_mt) psi_t, with psi
in the other parameters. So W is spanned by the gradients of sum over t of (c W)_t psi_t for all
numbers c_1, ..., c_m that add up to 0. Let R be an orthogonal m x m matrix whose last row is
constant, and V = R W: c W = (R c) V, and the last entry of R c is 0, the others are any. So in the
coordinates V these are the components of the graph that reads o_1, ..., o_(m-1), where the last row
V_m occurs in none. An orthogonal change of coordinates keeps gradients and brackets, so the
dimension of the trace at generic points is that of this graph.
"""

from ..reading import Refused, record
from ..systems.graph import Graph
from . import Bound, lower_bound, upper_bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind base")
    if system.explicit is not False:
        raise Refused(f"{where}: differences of outputs belong to a graph")
    budget.spend(20 * len(system.edges))
    with budget.temporary():
        budget.hold(8 * len(system.edges))
        base = with_fewer(system, where)
        what = "as the graph with one output less instead of differences"
        if rank is not None:
            q, least = lower_bound(base, proof["base"], rank, budget, f"{where}.base")
            return Bound(rank, (f"{least}, {what}",), q)
        most, reasons = upper_bound(base, proof["base"], f"{where}.base", budget)
    return Bound(most, (f"{what}:", *reasons))


def with_fewer(graph, where: str) -> Graph:
    """The graph that reads all but one of the nodes whose differences the graph reads."""
    weights: dict = {d: {} for d in graph.outputs}  # what each output reads: {weight: node}
    for d, read in weights.items():
        for o, k in graph.into.get(d, ()):
            read[graph.frozen[k - graph.size] if k >= graph.size else None] = o
        if len(graph.into.get(d, ())) != 2 or read.keys() != {1, -1} or d in graph.out:
            raise Refused(f"{where}: output {d} is not the difference of two nodes alone")
    first, last = [read[1] for read in weights.values()], {read[-1] for read in weights.values()}
    rows = {*first, *last}
    if len(last) > 1 or len(rows) <= len(first) or (rows | graph.outputs) & graph.gated:
        raise Refused(f"{where}: the outputs are not the differences to one node, without gates")
    tails = {u for u, _ in graph.into.get(first[0], ())}
    for o in rows:
        arriving = graph.into.get(o, ())
        if o in graph.ends or {u for u, _ in arriving} != tails:
            raise Refused(f"{where}: node {o} is not fed by the same nodes as the others")
        if not all(graph.own(k) for _, k in arriving):
            raise Refused(f"{where}: an edge into node {o} has no parameter of its own")
        if not graph.outputs.issuperset(v for v, _ in graph.out[o]):
            raise Refused(f"{where}: node {o} is read by others than the outputs")
    kept = [edge for edge in graph.edges if edge[1] not in graph.outputs]
    return Graph(graph.size, kept, graph.sources, first, graph.gated, graph.frozen)
