"""Lower bound by brackets at a point that is made of copies of small networks, looked at in
sub-networks of a few copies.

A run is the sub-network of some copies. Where weights outside it are those of the point, probes
that vanish on the other copies have values and signals 0 there, so their gradients live inside the
run and are those of the sub-network; so do and are their brackets. Hence the value of a word in the
run, with zeros elsewhere, is in the trace, and so are its projections to the components (see
copies): for copies a, b of one type the blocks aa and bb in sum and difference, ab and ba likewise;
for types t < u the blocks between a copy of each; the biases of a copy. The multiplicity of the
diagonal part ("one") is 1: types are taken together there, each scaled by its number of copies,
which does not change the rank. Everything is an integer; ranks modulo a prime are at most those
over Q.
"""

from dataclasses import dataclass

from ..arithmetic import prime
from ..brackets.echelon import add
from ..brackets.words_of_graphs import cost, read_generators, values
from ..reading import Refused, integers, items, record
from ..systems.copies import components, read_types
from ..systems.layers import layered
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: only a layered network has such points")
    record(proof, where, "kind prime types runs")
    q = prime(proof["prime"], f"{where}.prime")
    types = read_types(layers.dims, proof["types"], f"{where}.types", budget)
    found = component_ranks(layers, types, proof["runs"], f"{where}.runs", q, budget)
    total = sum(times * found[key] for key, (_, times) in components(types, layers.biased).items())
    if total < rank:
        raise Refused(f"{where}.runs: the words show {total} independent brackets, not {rank}")
    reason = f"{rank} independent bracket values at a symmetric integer point modulo the prime {q}"
    return Bound(rank, (reason,), q)


def component_ranks(layers, types: list, runs, where: str, q: int, budget) -> dict:
    """The rank that the words of the runs have in each component."""
    parts = components(types, layers.biased)
    bases: dict = {key: [] for key in parts}
    read = [
        read_run(layers, types, entry, f"{where}[{r}]", budget)
        for r, entry in enumerate(items(runs, where))
    ]
    budget.announce(sum(run.cost for run in read))
    for run in read:
        with budget.temporary():
            budget.hold(20 * run.size)
            graph = layered(run.widths, layers.gated, layers.biased)
            generators = read_generators(graph, run.generators, run.where, budget)
            for k, word in enumerate(run.words):
                if not integers(word, f"{run.where}.words[{k}]", 0, len(generators) - 1):
                    raise Refused(f"{run.where}.words[{k}]: the word is empty")
            at, targets = inside(layers, types, run.copies, parts)
            rows = values(graph, run.words, generators, at, q, budget)
            kept = [list(row) for row in rows]
        for value in kept:
            budget.spend(4 * run.size)
            rows: dict = {}
            for x, uses in zip(value, targets):
                for key, place_in, sign in uses if x else ():
                    row = rows.setdefault(key, [0] * parts[key][0])
                    row[place_in] += sign * x
            for key, row in rows.items():
                add(bases[key], row, q, budget)
    return {key: len(basis) for key, basis in bases.items()}


@dataclass(frozen=True)
class Run:
    """The sub-network of some copies; cost: roughly what its words take."""

    where: str
    copies: list
    widths: list
    size: int
    generators: list
    words: list
    cost: int


def read_run(layers, types: list, entry, where: str, budget) -> Run:
    record(entry, where, "copies generators words")
    copies = integers(entry["copies"], f"{where}.copies", 0, len(types) - 1)
    budget.spend(4 * len(copies) ** 2 * len(layers.dims))
    if any(copies.count(t) > min(2, types[t].copies) for t in copies):
        raise Refused(
            f"{where}.copies: a type occurs more than twice, or more often than it has copies"
        )
    widths = [sum(types[t].widths[k] for t in copies) for k in range(len(layers.dims))]
    if not all(widths):
        raise Refused(f"{where}.copies: a layer is empty")
    size = sum(n * m for n, m in zip(widths, widths[1:])) + sum(
        n for n, has in zip(widths[1:], layers.biased) if has
    )
    words = items(entry["words"], f"{where}.words")
    listed = [
        word
        for word in words
        if type(word) is list and word and all(type(letter) is int for letter in word)
    ]
    return Run(
        where,
        copies,
        widths,
        size,
        entry["generators"],
        words,
        cost(listed, size + widths[0] + 1) + size * len(words) ** 2 // 2,
    )


def inside(layers, types: list, copies: list, parts: dict) -> tuple:
    """The point of a run, and for each of its parameters where it counts: (component, place,
    sign).
    """
    first = {t: copies.index(t) for t in copies}
    offset, total = {}, 0
    for t, kind in enumerate(types):
        offset[t], total = total, total + kind.size
    at, targets, done = [], [], {}
    # entries of the block (head of type t, tail of type u) in lower layers
    done = {(t, u): 0 for t in copies for u in copies}
    bias_done = dict.fromkeys(copies, 0)
    for k in range(1, len(layers.dims)):
        for a, t in enumerate(copies):
            for i in range(types[t].widths[k]):
                for b, u in enumerate(copies):
                    for j in range(types[u].widths[k - 1]):
                        at.append(types[t].matrices[k - 1][i][j] if a == b else 0)
                        place = done[t, u] + i * types[u].widths[k - 1] + j
                        targets.append(uses(types, t, u, a, b, place, first, offset, parts))
        if layers.biased[k - 1]:
            for a, t in enumerate(copies):
                for i in range(types[t].widths[k]):
                    at.append(0)
                    targets.append([(("bias", t), bias_done[t] + i, 1)] if a == first[t] else [])
            for t in first:
                bias_done[t] += types[t].widths[k]
        for t, u in done:
            done[t, u] += types[t].widths[k] * types[u].widths[k - 1]
    return at, targets


def uses(
    types: list, t: int, u: int, a: int, b: int, place: int, first: dict, offset: dict, parts: dict
) -> list:
    """Where a weight from copy b (of type u) to copy a (of type t) counts; place is its place in
    the block.
    """
    if a == b:
        found = [(("one",), offset[t] + place, 1)]
        if ("diagonal", t) in parts:
            found.append((("diagonal", t), place, 1 if a == first[t] else -1))
        return found
    if t == u:
        return [(("symmetric", t), place, 1), (("skew", t), place, 1 if a == first[t] else -1)]
    if a != first[t] or b != first[u]:
        return []
    low, high = min(t, u), max(t, u)
    before = (
        0 if t == low else sum(n * m for n, m in zip(types[low].widths[1:], types[high].widths))
    )
    return [(("pair", low, high), before + place, 1)]
