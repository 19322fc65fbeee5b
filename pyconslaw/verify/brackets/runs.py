"""Words at a point of copies (see copies), looked at in sub-networks of a few of them.

A run is the sub-network of some copies. Where weights outside it are those of the point, probes
that vanish on the other copies have values and signals 0 there, so their gradients live inside the
run and are those of the sub-network; so do and are their brackets. Hence the value of a word in the
run, with zeros elsewhere, is in the trace, and so are its projections to the components (see
components). Everything is an integer; ranks modulo a prime are at most those over Q.
"""

from dataclasses import dataclass

from ..reading import Refused, integers, items, record
from ..systems.layered import layered
from ..systems.layers import Layers
from ..systems.programs import Program
from .components import components, projections
from .echelon import add
from .words_of_graphs import cost, read_generators, values


@dataclass(frozen=True)
class Run:
    """The sub-network of some copies; cost: roughly what its words take."""

    where: str
    copies: list
    layers: Layers
    generators: list
    words: list
    cost: int


def dimension(layers, types: list, runs, where: str, q: int, budget) -> int:
    """The dimension that the words of the runs show the trace at the point to have, at least."""
    sizes = components(types, layers.biased)
    bases: dict = {key: [] for key in sizes}
    read = [
        read_run(layers, types, entry, f"{where}[{r}]", budget)
        for r, entry in enumerate(items(runs, where))
    ]
    budget.announce(sum(run.cost for run in read))
    # of each row a part is made in which all types are together
    together = sum(t.size for t in types) + len(types) * len(layers.dims)
    for run in read:
        blocks, listed = rows(run, types, q, budget)
        for row in listed:
            budget.spend(4 * (len(row) + together))
            for key, part in projections(types, run.copies, blocks, row).items():
                if key in sizes and any(part):
                    add(bases[key], part, q, budget)
    return sum(times * len(bases[key]) for key, (_, times) in sizes.items())


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
    own = Layers(widths, layers.gated, layers.biased)
    words = items(entry["words"], f"{where}.words")
    listed = [
        word
        for word in words
        if type(word) is list and word and all(type(letter) is int for letter in word)
    ]
    work = cost(listed, own.size + widths[0] + 1) + own.size * len(words) ** 2 // 2
    return Run(where, copies, own, entry["generators"], words, work)


def rows(run: Run, types: list, q: int, budget) -> tuple[list, list]:
    """The blocks of its parameters, and the values of its words, after a look at them."""
    with budget.temporary():
        budget.hold((20 + len(run.words)) * run.layers.size)
        budget.spend(sum(run.layers.dims) * len(run.copies))  # rows of a layer, copies in each
        at, blocks = parameters(types, run.copies, run.layers.biased)
        graph = Program(*layered(run.layers.dims, run.layers.gated, run.layers.biased))
        generators = read_generators(graph, run.generators, run.where, budget)
        for k, word in enumerate(run.words):
            if not integers(word, f"{run.where}.words[{k}]", 0, len(generators) - 1):
                raise Refused(f"{run.where}.words[{k}]: the word is empty")
        return blocks, list(values(graph, run.words, generators, at, q, budget))


def parameters(types: list, copies: list, biased: list) -> tuple[list, list]:
    """The point of the network of some copies, and the block of each parameter, in their order: the
    copy of its head and that of its tail, or None for a bias.
    """
    at: list = []
    blocks: list = []
    for k, has in enumerate(biased):
        for a, t in enumerate(copies):
            for row in range(types[t].widths[k + 1]):
                for b, u in enumerate(copies):
                    n = types[u].widths[k]
                    at += types[t].matrices[k][row] if a == b else [0] * n
                    blocks += [(a, b)] * n
        for a, t in enumerate(copies if has else ()):
            at += [0] * types[t].widths[k + 1]
            blocks += [(a, None)] * types[t].widths[k + 1]
    return at, blocks
