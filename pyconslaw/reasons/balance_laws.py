"""Upper bounds by laws that are read off a graph."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from pyconslaw.errors import LimitError
from pyconslaw.laws.polynomial.search import law_gradients
from pyconslaw.laws.stated.balance import balance_gradients, balance_laws, balance_pairs
from pyconslaw.laws.stated.potentials import idle_parameters, potentials
from pyconslaw.laws.stated.symmetries import SLOT_BYTES, SLOTS, symmetry_laws
from pyconslaw.reasons.independence import independent
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial


def balance_bound(
    graph: Graph,
    rng,
    ask: Ask = nobody,
    *,
    memory: float = inf,
    even: Callable[[Polynomial], bool] | None = None,
) -> UpperBound:
    """dimension <= D - rank of the gradients of the laws read off the graph.

    Those are the balance laws (Du, Hu and Lee 2018; Arora et al. 2018), and, where weights are tied
    or frozen or parameters idle, the laws of potentials. D is the number of parameters that occur
    in the graph, which may be a part of a larger one. memory: bytes that the linear system of the
    potentials may take, and the search for symmetries; with less, fewer laws are looked for.
    even: which laws may be taken, by default all.
    """
    plain = graph.alive.all() and (graph.param != FROZEN).all() and (graph.uses <= 1).all()
    if plain:
        pairs = balance_pairs(graph)
        if even is not None:
            listed = balance_laws(graph, pairs)
            pairs = [pair for pair, law in zip(pairs, listed, strict=True) if even(law)]
        mask, witness = independent(
            lambda x, p: balance_gradients(graph, pairs, x, p), rng, graph.params, ask
        )
        kept = [pair for pair, keep in zip(pairs, mask, strict=True) if keep]
        entries = [
            ({"neurons": list(pair)}, law)
            for pair, law in zip(kept, balance_laws(graph, kept), strict=True)
        ]
        stated = len(pairs)
    else:
        everything = [
            (why, law) for why, law in _graph_laws(graph, ask, memory) if even is None or even(law)
        ]
        polynomials = [law for _, law in everything]
        mask, witness = independent(
            lambda x, p: law_gradients(polynomials, graph.params, x, p), rng, graph.params, ask
        )
        entries = [entry for entry, keep in zip(everything, mask, strict=True) if keep]
        stated = len(everything)
    laws = tuple(law for _, law in entries)
    proof = {
        "kind": "balance-laws",
        "laws": [{**why, "polynomial": law.json()} for why, law in entries],
        **witness,
    }
    size = len(graph.own_params)
    reason = f"balance laws ({len(laws)} independent)" if laws else f"number of parameters ({size})"
    return UpperBound(size - len(laws), (reason,), proof, laws, stated, (witness["prime"],))


def function_bound(graph: Graph, extra, rng, ask: Ask = nobody) -> UpperBound:
    """dimension <= D - rank of the laws read off a graph together with extra ones, pairs (reason,
    law). The certificate states them as polynomial laws of the outputs, written out.
    """
    everything = [*extra, *(("graph", law) for _, law in _graph_laws(graph, ask))]
    laws = [law for _, law in everything]
    mask, witness = independent(
        lambda x, p: law_gradients(laws, graph.params, x, p), rng, graph.params, ask
    )
    kept = [entry for entry, keep in zip(everything, mask, strict=True) if keep]
    words = {
        "graph": "laws of the graph with its constant gates",
        "twins": "balance laws of neurons that are switched alike",
        "data": "linear laws of the data",
        "softmax": "column sums under softmax",
    }
    reasons = tuple(
        f"{text} ({n} independent)"
        for key, text in words.items()
        if (n := sum(why == key for why, _ in kept))
    )
    proof = {"kind": "polynomial-laws", "laws": [law.json() for _, law in kept], **witness}
    return UpperBound(
        graph.params - len(kept),
        reasons or (f"number of parameters ({graph.params})",),
        proof,
        tuple(law for _, law in kept),
        len(everything),
        (witness["prime"],),
    )


def graph_polynomials(graph: Graph) -> list[Polynomial]:
    """All laws that are read off a graph, dependent ones too."""
    return [
        *(law for _, law in _graph_laws(graph)),
        *balance_laws(graph, [pair for pair in balance_pairs(graph) if pair[0] == pair[1]]),
    ]


def _graph_laws(graph: Graph, ask: Ask = nobody, memory: float = inf):
    """(why, law) for every law that can be read off a graph with tied, frozen or idle
    parameters.
    """
    slots = int(min(SLOTS, memory / SLOT_BYTES))
    for k in idle_parameters(graph):
        yield {"idle": k}, Polynomial.of([(1, [(k, 1)])])
    try:
        listed = potentials(graph, ask=ask, memory=memory)
    except LimitError:  # too many ties for a dense system
        yield from symmetry_laws(graph, slots, known=True, ask=ask)
        return
    for potential in listed:
        yield {"potential": [list(entry) for entry in potential.values]}, potential.law
    pairs = [(i, j) for i, j in balance_pairs(graph) if i != j]
    yield from (
        ({"neurons": list(pair)}, law)
        for pair, law in zip(pairs, balance_laws(graph, pairs), strict=True)
    )
    yield from symmetry_laws(graph, slots, ask=ask)
