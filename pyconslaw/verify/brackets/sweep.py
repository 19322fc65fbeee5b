"""The gradient of a probe f = sum of out_o z_o on a graph, by a sweep forward, of the values z of
the nodes, and one back, of the derivatives d of f by what arrives at them, before their gates.

A number is a list of coefficients, as of nilpotent numbers.
"""

from operator import add

from .nilpotent import times


def plus(a: list, b: list) -> list:
    return list(map(add, a, b))


def sweep(graph, probe, weight: list, reduced) -> tuple[dict, dict, list]:
    """z, d, and the derivatives of f by the parameters, of which edges that share one get the sum.

    probe: the numbers of sources, of gates and of outputs, by node; weight: of each edge, the
    frozen ones last; reduced(x, c): the number c x. Nodes that are not in z have the value 0.
    """
    source, gate, out = probe
    rest = [0] * (len(weight[0]) - 1)
    z = {s: [c, *rest] for s, c in source.items()}
    for v in graph.order:
        total = [0, *rest]
        for u, k in graph.into[v]:
            if u in z:
                total = plus(total, times(weight[k], z[u]))
        z[v] = reduced(total, gate.get(v, 1))
    back = {v: [out.get(v, 0), *rest] for v in graph.order}
    d, slope = {}, [[0, *rest]] * len(weight)
    for v in reversed(graph.order):
        d[v] = reduced(back[v], gate.get(v, 1))
        for u, k in graph.into[v]:
            if u in z:
                slope[k] = plus(slope[k], times(z[u], d[v]))
            if u in back:
                back[u] = plus(back[u], times(weight[k], d[v]))
    return z, d, [reduced(x, 1) for x in slope[: graph.size]]
