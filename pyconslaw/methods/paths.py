"""Both bounds of a path-lifting at once, from counts of edges and nodes: no point, no prime, no
search.

Where every node that a path passes through has a gate, phi has one monomial a path, and rank d phi
at a point without zeros is the rank of the exponents. That is (trained live edges) - (free classes
of hidden nodes), which the laws of potentials bound from above as well: docs/mathematics.md,
"Spanning paths".
"""

from __future__ import annotations

from pyconslaw._core.graph import path_counts
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Graph, Layers

GRAPH_METHOD, LAYERS_METHOD = "spanning paths", "theorem"


def path_bounds(program: Graph | Layers) -> tuple[LowerBound, UpperBound] | None:
    """dim Lie(W)(theta) from below and above, equal; None if a path passes through a node without
    gate, or two live edges are tied.

    A graph is read edge by edge in a few linear passes; of a layered network the widths say it all:
    every edge lies on a path. Source: Stock and Gribonval 2022 for the path-lifting and its
    rescalings; the proof is in docs/mathematics.md.

    >>> from pyconslaw import mlp
    >>> net = mlp([2, 3, 1])
    >>> [path_bounds(program)[0].rank for program in (net.graph, net.layers)]
    [6, 6]
    """
    if isinstance(program, Layers):
        if not all(program.gated):
            return None
        reason = (
            f"theorem: {program.params} edges, all on paths, less {program.hidden} gated "
            "hidden neurons"
        )
        return _bounds(
            program.params, program.hidden, program.params - program.hidden, reason, LAYERS_METHOD
        )
    counts = path_counts(
        program.nodes,
        program.params,
        program.tail,
        program.head,
        program.param,
        program.sources,
        program.outputs,
        program.gated,
    )
    if counts["merged"] or counts["tied"]:
        return None
    rank = counts["live"] - counts["frozen"] - counts["classes"]
    laws = counts["classes"] + counts["idle"]
    return _bounds(
        program.params,
        laws,
        rank,
        f"{rank} spanning paths with independent exponents",
        GRAPH_METHOD,
    )


def _bounds(
    size: int, laws: int, rank: int, reason: str, method: str
) -> tuple[LowerBound, UpperBound]:
    if size - laws != rank:
        raise AssertionError(f"{size} parameters, {laws} laws, rank {rank}: please report")
    lower = LowerBound(rank, (reason,), method, lambda: {"kind": "spanning-paths"}, complete=True)
    known = f"balance laws ({laws} independent)" if laws else f"number of parameters ({size})"
    return lower, UpperBound(rank, (known,), {"kind": "potentials"}, stated=laws)
