"""Values of words on a graph: a bracket is not expanded but evaluated at the point.

That takes nilpotent numbers: for a new e with e^2 = 0, Taylor gives Y(theta + e X(theta)) =
Y(theta) + e DY X, and [X, Y] = DY X - DX Y.
"""

from ..reading import Refused, items, point, record
from .chains import chain
from .nilpotent import times


def read_generators(graph, value, where: str, budget) -> list:
    """The probes f = sum of out_o z_o: for each the numbers of its sources, gates and outputs,
    by node.
    """
    probes = []
    for k, entry in enumerate(items(value, f"{where}.generators")):
        place = f"{where}.generators[{k}]"
        record(entry, place, "source gate out")
        budget.hold(len(graph.sources) + len(graph.gated) + len(graph.outputs))
        roles = ("source", graph.sources), ("gate", graph.gated), ("out", graph.outputs)
        probes.append(
            [
                dict(zip(sorted(nodes), point(entry[role], f"{place}.{role}", len(nodes))))
                for role, nodes in roles
            ]
        )
    return probes


def values(graph, words: list, probes: list, at: list, q: int, budget):
    """The values of the words at a point modulo q; a word of length m costs 3^(m+1) products per
    edge.

    Words f, ..., f, g with at least three f are taken together for each pair f, g: chains of length
    k cost about 20 k^2.
    """
    longest, nested = sorted_words(words)
    size = len(graph.edges) + len(graph.sources)
    with budget.temporary():
        budget.hold(4 * size * 2 ** min(max(nested, default=1) - 1, 64))
    budget.spend(cost(words, size))
    for k in longest.values():
        if k >= q:
            raise Refused("a chain of brackets is as long as the prime")
        budget.hold((graph.size + 4 * size) * (k + 1))
    rows = {(f, g): chain(graph, probes[f], probes[g], k, at, q) for (f, g), k in longest.items()}
    for word in words:
        if is_chain(word):
            yield rows[word[0], word[-1]][len(word) - 1]
        else:
            yield [
                x[0] for x in bracket_at(graph, [probes[g] for g in word], [[t % q] for t in at], q)
            ]


def sorted_words(words: list) -> tuple:
    """The longest chain for each pair f, g, and the lengths of the other words."""
    longest: dict = {}
    for word in filter(is_chain, words):
        key = word[0], word[-1]
        longest[key] = max(longest.get(key, 0), len(word) - 1)
    return longest, [len(word) for word in words if not is_chain(word)]


def cost(words: list, size: int) -> int:
    """What the values of words take on a graph with so many edges and sources."""
    longest, nested = sorted_words(words)
    return size * (
        sum(3 ** min(m + 1, 64) for m in nested) + sum(20 * (k + 1) ** 2 for k in longest.values())
    )


def is_chain(word: list) -> bool:
    """A word f, ..., f, g with at least three f."""
    return len(word) > 3 and len(set(word[:-1])) == 1


def bracket_at(graph, word: list, theta: list, q: int) -> list:
    """The nested bracket of the probes in a word, at a point with nilpotent coordinates."""
    x = probe_gradient(graph, *word[0], theta, q)
    if len(word) == 1:
        return x
    half = len(theta[0])
    y = bracket_at(graph, word[1:], [t + a for t, a in zip(theta, x)], q)
    back = probe_gradient(graph, *word[0], [t + b[:half] for t, b in zip(theta, y)], q)
    return [[(s - t) % q for s, t in zip(b[half:], c[half:])] for b, c in zip(y, back)]


def probe_gradient(graph, source: dict, gate: dict, out: dict, theta: list, q: int) -> list:
    """grad f at theta, by a forward sweep of values z and a backward sweep of signals d.

    A parameter that edges share gets the sum of their derivatives. Nodes that are not in z have the
    value 0.
    """
    rest = [0] * (len(theta[0]) - 1)
    weight = theta + [[c] + rest for c in graph.frozen]
    z = {s: [c] + rest for s, c in source.items()}
    for v in graph.order:
        total = [0] + rest
        for u, k in graph.into[v]:
            if u in z:
                total = [x + y for x, y in zip(total, times(weight[k], z[u]))]
        g = gate.get(v, 1)
        z[v] = [g * x % q for x in total]
    back = {v: [out.get(v, 0)] + rest for v in graph.order}
    result = [[0] + rest] * len(weight)
    for v in reversed(graph.order):
        g = gate.get(v, 1)
        d = [g * x % q for x in back[v]]
        for u, k in graph.into[v]:
            if u in z:
                result[k] = [(x + y) % q for x, y in zip(result[k], times(z[u], d))]
            if u in back:
                back[u] = [x + y for x, y in zip(back[u], times(weight[k], d))]
    return result[: graph.size]
