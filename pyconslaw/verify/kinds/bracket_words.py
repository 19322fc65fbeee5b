"""Lower bound: r nested brackets of members of W with independent values at one integer point
modulo q.

The brackets have integer coefficients, so their values are integers, and reduction modulo q keeps
sums and products. A minor of the values that is not 0 modulo q is not 0 over Q, hence not the zero
polynomial in theta: the r brackets are independent at every theta outside its zeros, and dim
Lie(W)(theta) >= r there.

On a graph a bracket is not expanded but evaluated at the point, with nilpotent numbers: for a new e
with e^2 = 0, Taylor gives Y(theta + e X(theta)) = Y(theta) + e DY X, and [X, Y] = DY X - DX Y.
"""

from ..arithmetic import bracket, check_rank, prime, row_at
from ..reading import Refused, integers, items, point, record
from ..systems import Graph
from .chains import chain


def bound(system, proof: dict, where: str, rank: int, budget) -> tuple[int, str]:
    on_graph = isinstance(system, Graph)
    record(proof, where, "kind prime point words pivots" + " generators" * on_graph)
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", system.size)
    words = items(proof["words"], f"{where}.words", rank)
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, rank)
    generators = (
        read_generators(system, proof["generators"], where, budget)
        if on_graph
        else [system.member(i, budget) for i in range(system.generators)]
    )
    for k, word in enumerate(words):
        if not integers(word, f"{where}.words[{k}]", 0, len(generators) - 1):
            raise Refused(f"{where}.words[{k}]: the word is empty")
    if on_graph:
        budget.announce(
            cost(words, len(system.edges) + len(system.sources)) + rank**2 * system.size // 8
        )
    rows = (values_on_graph if on_graph else values)(system, words, generators, at, q, budget)
    check_rank(rows, pivots, system.size, q, budget, f"{where}.words")
    return (
        q,
        f"{rank} independent bracket value{'' if rank == 1 else 's'} at an integer point "
        f"modulo the prime {q}",
    )


def values(system, words: list, letters: list, at: list, q: int, budget):
    """The values of the words at a point modulo q; brackets are expanded, once for each suffix
    of a word.
    """
    brackets, number = [], {}
    for word in words:
        budget.spend(len(word))
        suffix = None
        for letter in reversed(word):
            if suffix is not None and not brackets[suffix]:
                break  # [X, 0] = 0
            key = letter, suffix
            if key not in number:
                x = letters[letter]
                brackets.append(x if suffix is None else bracket(x, brackets[suffix], budget))
                number[key] = len(brackets) - 1
            suffix = number[key]
        yield row_at(brackets[suffix], at, q, budget)


def read_generators(graph: Graph, value, where: str, budget) -> list:
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


def values_on_graph(graph: Graph, words: list, probes: list, at: list, q: int, budget):
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


def bracket_at(graph: Graph, word: list, theta: list, q: int) -> list:
    """The nested bracket of the probes in a word, at a point with nilpotent coordinates."""
    x = probe_gradient(graph, *word[0], theta, q)
    if len(word) == 1:
        return x
    half = len(theta[0])
    y = bracket_at(graph, word[1:], [t + a for t, a in zip(theta, x)], q)
    back = probe_gradient(graph, *word[0], [t + b[:half] for t, b in zip(theta, y)], q)
    return [[(s - t) % q for s, t in zip(b[half:], c[half:])] for b, c in zip(y, back)]


def probe_gradient(graph: Graph, source: dict, gate: dict, out: dict, theta: list, q: int) -> list:
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


def times(a: list, b: list) -> list:
    """The product of two nilpotent numbers, in Z[e_1, ..., e_k] with e_i^2 = 0, not reduced
    modulo q.

    A number is the list of its 2^k coefficients; the second half is the part with e_k, the newest.
    """
    if len(a) == 1:
        return [a[0] * b[0]]
    if len(a) == 2:
        return [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
    half = len(a) // 2
    a0, a1, b0, b1 = a[:half], a[half:], b[:half], b[half:]
    return times(a0, b0) + [x + y for x, y in zip(times(a0, b1), times(a1, b0))]
