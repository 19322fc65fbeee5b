"""Upper bound u_before + u_after - 1: a neuron v through which the first part of a graph speaks
to the rest.

A component of phi is a sum of products b a, with b a component of the part before (from a source to
v) and a one of the part after (from v to an output), plus a component of the part after that does
not meet v. So a law of a part is a law of the whole. Near a generic point the parts have D_before -
u_before and D_after - u_after independent laws, in different parameters. The balance of v is one
more (see laws/neurons): its derivatives at the edges into v are twice their parameters theta_e, and
sum theta_e db/dtheta_e = b is not 0 for some b (each path of b has one of these edges), while the
laws of the part before have gradients orthogonal to grad b. So there are D - (u_before + u_after -
1) independent laws.

If every b is 0, because frozen weights cancel, then W is in that of the part after and the
dimension at most u_after, which is no more than u_before + u_after - 1 if u_before >= 1.
"""

from ..reading import SPLITS, Declined, Refused, integer, record
from . import Bound, upper_bound


def check(graph, proof: dict, where: str, rank: int | None, budget) -> Bound:
    if graph.explicit is not False:
        raise Refused(f"{where}: only a graph can be split")
    if where.count(".") >= SPLITS:
        raise Declined(f"more than {SPLITS} splits inside each other")
    record(proof, where, "kind node before after")
    v = integer(proof["node"], f"{where}.node", 0, 10**9)
    with budget.temporary():
        budget.hold(4 * len(graph.edges))
        before, after = parts(graph, v, where, budget)
        most_before, lines_before = upper_bound(before, proof["before"], f"{where}.before", budget)
        if most_before < 1:
            raise Refused(f"{where}.before: the bound is 0, so nothing comes through node {v}")
        most_after, lines_after = upper_bound(after, proof["after"], f"{where}.after", budget)
    lines = [f"split at node {v}"]
    lines += [
        f"  before node {v}: {line}" if k == 0 else f"  {line}"
        for k, line in enumerate(lines_before)
    ]
    lines += [
        f"  after node {v}: {line}" if k == 0 else f"  {line}" for k, line in enumerate(lines_after)
    ]
    return Bound(most_before + most_after - 1, tuple(lines))


def parts(graph, v: int, where: str, budget) -> tuple:
    """The parts before and after v; refused unless v splits the graph."""
    budget.spend(20 * len(graph.edges))
    if v not in graph.into or v not in graph.out or v in graph.outputs:
        raise Refused(f"{where}.node: {v} is not a hidden neuron of this part of the graph")
    if v not in graph.reached(graph.sources, graph.out) or not graph.outputs & graph.reached(
        [v], graph.out
    ):
        raise Refused(f"{where}.node: {v} is not on a path from a source to an output")
    ahead = graph.reached([v], graph.into) - graph.sources  # v and the set A of the contract
    if graph.outputs & ahead or any(w not in ahead for u in ahead - {v} for w, _ in graph.out[u]):
        raise Refused(f"{where}.node: not every path from the neurons before {v} goes through it")
    if not all(graph.own(k) for _, k in graph.into[v] + graph.out[v]):
        raise Refused(
            f"{where}.node: an edge at {v} is frozen or shares its parameter with another edge"
        )
    first = [edge for edge in graph.edges if edge[1] in ahead]
    rest = [edge for edge in graph.edges if edge[1] not in ahead]
    before = graph.part(first, graph.sources, {v}, graph.gated - {v})
    after = graph.part(rest, graph.sources | {v}, graph.outputs, graph.gated - {v})
    if before.variables & after.variables:
        raise Refused(f"{where}.node: a parameter occurs before and after {v}")
    return before, after
