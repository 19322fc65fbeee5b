"""Graphs all of whose components are homogeneous, by what their edges say; others may be unseen."""

from collections import Counter


def homogeneous(system, budget) -> bool:
    """Whether each component has a single degree, as far as edges, or layers, show it."""
    return few_biases(system) if system.explicit is None else has_potential(system, budget)


def few_biases(layers) -> bool:
    """A path from the constant node to the next gated layer, or to the outputs, has a weight for
    each layer on it. So there may be one layer with biases from one gated layer to the next.
    """
    biased = 0
    for has, gates in zip(layers.biased, [*layers.gated, False]):
        biased += has
        if biased > 1:
            return False
        biased = 0 if gates else biased
    return True


def scalable(system, budget, rates) -> bool:
    """Whether all paths of a component have equally many parameters of each rate but 1, as far as
    edges, or layers, show it.
    """
    if system.explicit is None:
        budget.spend(60 * len(system.dims))
        return layers_scalable(system, rates)
    return all(
        has_potential(system, budget, lambda k, rate=rate: rates.at(k) == rate)
        for rate in set(rates.values) - {1}
    )


def layers_scalable(layers, rates) -> bool:
    """A path has one weight of each layer from its first on, and where it starts at the constant
    node a bias of that first layer: between gates all such starts must be alike.
    """
    alike, seen = True, None
    for k, (weights, biases) in enumerate(layers.blocks):
        block, own = rates.within(*weights), rates.within(*biases)
        if len(block) > 1 or len(own) > 1:
            return False
        if seen is not None:
            seen = seen + Counter(block - {1})
        if own:
            start = Counter(own - {1})
            alike = alike and seen in (None, start)
            seen = start
        seen = None if [*layers.gated, True][k] else seen
    return alike


def has_potential(graph, budget, rising=lambda k: True) -> bool:
    """Whether numbers at nodes rise by 1 along an edge with a rising parameter, by 0 along others.

    Then the number of such parameters on a path without gates inside depends on its ends alone, and
    that of a whole path on its source, gates and output. Nodes where such paths begin (sources,
    gated nodes) have one number as a beginning and another as an end. A direct edge between two of
    them need not be looked at if it is the only path without gates between them.
    """
    budget.spend(60 * len(graph.edges))
    live, ends = graph.live, graph.sources | graph.gated
    begin = {u for u, v, _ in live.edges if v not in ends}
    arrive = {v for u, v, _ in live.edges if u not in ends}
    steps: dict = {}
    for u, v, k in live.edges:
        if u in ends and v in ends and not (u in begin and v in arrive):
            continue
        rise, tail = int(k < graph.size and rising(k)), (u, "out") if u in ends else (u, "in")
        steps.setdefault(tail, []).append(((v, "in"), rise))
        steps.setdefault((v, "in"), []).append((tail, -rise))
    height: dict = {}
    for root in steps:
        todo = [] if root in height else [root]
        height.setdefault(root, 0)
        while todo:
            u = todo.pop()
            for v, rise in steps[u]:
                if v not in height:
                    todo.append(v)
                if height.setdefault(v, height[u] + rise) != height[u] + rise:
                    return False
    return True
