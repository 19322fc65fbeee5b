"""Both bounds of a path-lifting at once, from counts of edges and nodes: no point, no prime, no
search.

Where every node that a path passes through has a gate, phi has one monomial a path, and rank d phi
at a point without zeros is the rank of the exponents. That is (trained live edges) - (free classes
of hidden nodes), which the laws of potentials bound from above as well: docs/mathematics.md,
"Spanning paths".
"""

from __future__ import annotations

from collections.abc import Mapping

from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.fields.problem import Problem
from pyconslaw.records.bounds import Bounds, LowerBound, UpperBound
from pyconslaw.records.budget import Budget, Cost
from pyconslaw.records.graph import Layers

GRAPH_METHOD, LAYERS_METHOD = "spanning paths", "theorem"


class Paths:
    """A row of the table: a graph is read edge by edge in a few linear passes; of a layered network
    that is too large for that the widths say it all, since every edge lies on a path.

    Source: Stock and Gribonval 2022 for the path-lifting and its rescalings; the proof is in
    docs/mathematics.md.
    """

    name, interval = "paths", False

    def applies(self, problem: Problem) -> bool:
        """Where no path meets a neuron without gate, and no two edges of paths are tied."""
        if problem.layers is not None:
            return all(problem.layers.gated)
        return problem.has_graph and not (
            problem.path_counts["merged"] or problem.path_counts["tied"]
        )

    def title(self, problem: Problem) -> str:
        return self.name

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost:
        edges = 0 if _by_widths(problem) else problem.size
        return Cost(1e-4 + 3e-7 * edges, 1e5 + 100.0 * edges)

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """They are equal.

        >>> from pyconslaw import mlp
        >>> Paths().bounds(mlp([2, 3, 1]).problem, None).lower.rank
        6
        """
        if not self.applies(problem):
            return None
        return widths_bounds(problem.layers) if _by_widths(problem) else graph_bounds(problem)


def _by_widths(problem: Problem) -> bool:
    return problem.layers is not None and problem.size > EDGE_LIMIT


def widths_bounds(layers: Layers) -> Bounds:
    """Of a layered network whose hidden neurons all have gates."""
    rank = layers.params - layers.hidden
    reason = (
        f"theorem: {layers.params} edges, all on paths, less {layers.hidden} gated hidden neurons"
    )
    return _bounds(layers.params, layers.hidden, rank, reason, LAYERS_METHOD)


def graph_bounds(problem: Problem) -> Bounds:
    """Of a graph to which the method applies."""
    counts: Mapping[str, int] = problem.path_counts
    rank = counts["live"] - counts["frozen"] - counts["classes"]
    laws = counts["classes"] + counts["idle"]
    reason = f"{rank} spanning paths with independent exponents"
    return _bounds(problem.size, laws, rank, reason, GRAPH_METHOD)


def _bounds(size: int, laws: int, rank: int, reason: str, method: str) -> Bounds:
    if size - laws != rank:
        raise AssertionError(f"{size} parameters, {laws} laws, rank {rank}: please report")
    lower = LowerBound(rank, (reason,), method, lambda: {"kind": "spanning-paths"}, complete=True)
    known = f"balance laws ({laws} independent)" if laws else f"number of parameters ({size})"
    return Bounds(lower, UpperBound(rank, (known,), {"kind": "potentials"}, stated=laws))
