"""Values of words on a graph: a bracket is not expanded but evaluated at the point.

Words f, ..., f, g with at least three f, chains, have a module of their own, which is loaded when
there is one.
"""

from importlib import import_module

from .nilpotent import bracket
from .probes import read_probes
from .sweep import sweep


def values(graph, words: list, probes: list, at: list, q: int, budget):
    """The values of the words at a point modulo q; a word of length m costs 3^(m+1) products per
    edge, all chains of one f and g up to length k about 20 k^2.
    """
    longest, nested = sorted_words(words)
    size = len(graph.edges) + len(graph.sources)
    with budget.temporary():
        budget.hold(4 * size * 2 ** min(max(nested, default=1) - 1, 64))
    budget.spend(cost(words, size))
    rows = {}
    if longest:
        module = import_module(".chains", __package__)
        rows = module.chains(graph, probes, longest, at, q, budget)
    for word in words:
        if is_chain(word):
            yield rows[word[0], word[-1]][len(word) - 1]
        else:
            yield bracket_at(graph, [probes[g] for g in word], at, q)


def read_generators(graph, value, where: str, budget) -> list:
    return read_probes(graph, value, f"{where}.generators", budget)


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


def bracket_at(graph, word: list, at: list, q: int) -> list:
    """The value of the nested bracket of the probes in a word."""

    def reduced(number: list, factor: int) -> list:
        return [factor * x % q for x in number]

    def gradient(probe: list, theta: list) -> list:
        rest = [0] * (len(theta[0]) - 1)
        return sweep(graph, probe, theta + [[c, *rest] for c in graph.frozen], reduced)[2]

    return [x[0] for x in bracket(gradient, word, [[t % q] for t in at], q)]
