"""The components of phi of a graph, written out path by path."""

from collections import Counter
from math import prod

from ..brackets.polynomials import gradient, without_zeros
from ..reading import Declined

PATHS = 200_000


def members(graph, budget) -> list:
    """The gradients of the components in order, each a call that makes it."""
    return [lambda f=f: gradient(f, budget) for f in components(graph, budget)]


def components(graph, budget) -> list:
    """The components of phi that are not constant, expanded path by path: one for each source,
    gated nodes that are passed in order, and output, in increasing order of this list of
    nodes.
    """
    budget.spend(20 * len(graph.edges))
    graph = graph.live
    paths, length = dict.fromkeys(graph.sources, 1), {}
    for v in graph.order:
        tails = [u for u, _ in graph.into[v]]
        paths[v] = min(sum(paths[u] for u in tails), PATHS + 1)
        length[v] = max(length.get(u, 0) for u in tails) + 1
    number, longest = sum(paths[o] for o in graph.outputs), max(length.values(), default=0)
    if number > PATHS:
        raise Declined(f"{number} paths or more to expand, the most is {PATHS}")
    budget.hold(2 * number * (longest + 1))
    budget.spend(number * longest**2)
    phi, todo = {}, [(o, o, (), ()) for o in graph.outputs]
    while todo:  # from the outputs back to the sources
        v, output, gates, factors = todo.pop()
        if v in graph.sources:
            component = phi.setdefault((v, *gates[::-1], output), {})
            monomial = tuple(sorted(Counter(k for k in factors if k < graph.size).items()))
            constant = prod(graph.frozen[k - graph.size] for k in factors if k >= graph.size)
            component[monomial] = component.get(monomial, 0) + constant
        gates += (v,) if v in graph.gated else ()
        todo += [(u, output, gates, factors + (k,)) for u, k in graph.into.get(v, ())]
    ordered = (without_zeros(phi[key]) for key in sorted(phi))
    return [component for component in ordered if any(component)]
