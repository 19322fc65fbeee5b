"""Probes of a graph, f = sum of out_o z_o, as a certificate lists them."""

from ..reading import items, point, record


def read_probes(graph, value, where: str, budget, added: int | None = None) -> list:
    """For each probe the numbers of its sources, of its gates and of its outputs, by node; and,
    where there are added neurons, the list of their gates.
    """
    roles = ("source", graph.sources), ("gate", graph.gated), ("out", graph.outputs)
    probes = []
    for k, entry in enumerate(items(value, where)):
        place = f"{where}[{k}]"
        record(entry, place, "source gate out" + " added" * (added is not None))
        budget.hold(sum(len(nodes) for _, nodes in roles) + (added or 0))
        probe = [
            dict(zip(sorted(nodes), point(entry[role], f"{place}.{role}", len(nodes))))
            for role, nodes in roles
        ]
        gates = [] if added is None else [point(entry["added"], f"{place}.added", added)]
        probes.append(probe + gates)
    return probes
