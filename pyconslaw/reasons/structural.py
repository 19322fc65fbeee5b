"""The upper bound that needs no search for laws: by the graph, the widths, or the number of
components.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf

from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.problem import Problem
from pyconslaw.reasons.generic_balance import generic_balance
from pyconslaw.reasons.polynomial_laws import sparse_bound
from pyconslaw.reasons.single_generator import is_scalar
from pyconslaw.reasons.small_degree import is_stated, small_degree_bound, stated_flow_bound
from pyconslaw.reasons.split import graph_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Layers
from pyconslaw.thresholds import BY_WIDTHS


def structural_bound(problem: Problem, rng, ask: Ask = nobody, memory: float = inf) -> UpperBound:
    """The best upper bound that is at hand, by means that take no more than so many bytes.

    Errors: those of ask.
    """
    layers = problem.layers
    if layers is not None and problem.size >= BY_WIDTHS:
        cut = by_widths(layers)
        # no neuron to split at, or no room for the rank of the laws beside it
        if min(layers.widths[1:-1], default=1) > 1 or rank_bytes(cut, problem.size) > memory:
            return generic_balance(layers)
    if problem.has_graph:
        return graph_bound(problem.graph, rng, ask, memory=memory)
    if is_stated(problem):
        return stated_flow_bound(problem, rng, ask, memory)
    if len(problem.generators) == 1:
        return UpperBound(1, ("single generator",), {"kind": "single-generator"})
    found = small_degree_bound(problem, rng, ask, memory)
    return found or sparse_bound(problem.explicit(), [], rng)


@dataclass(frozen=True)
class Cut:
    """What the widths of a layered network say, cut at hidden layers of width 1: its dimension is
    at most dimension; laws: of parts that are no single generator, whose rank is computed.
    """

    dimension: int
    laws: int

    def beside(self, other: Cut) -> Cut:
        """Both parts of a split."""
        return Cut(self.dimension + other.dimension - 1, self.laws + other.laws)


def by_widths(layers: Layers) -> Cut:
    """The dimension of a layered network by its widths, and by those of its parts."""
    widths, gated, biased = layers.widths, layers.gated, layers.biased
    free = max((k for k, bias in enumerate(biased, 1) if bias), default=0)  # no bias from here on
    cuts = [k for k in range(max(free, 1), len(widths) - 1) if widths[k] == 1 and not gated[k - 1]]
    found = Cut(1, 0)
    for start, end in pairwise([0, *cuts, len(widths) - 1]):
        found = found.beside(
            _part(Layers(widths[start : end + 1], gated[start : end - 1], biased[start:end]))
        )
    return found


def _part(layers: Layers) -> Cut:
    """The dimension of a layered network, not cut."""
    if is_scalar(layers):
        return Cut(1, 0)
    bound = generic_balance(layers)
    return Cut(bound.dimension, bound.stated)


def rank_bytes(cut: Cut, size: int) -> float:
    """Of the elimination of the laws of these parts, in size columns."""
    return 8.0 * min(cut.laws, size) * size


def trivial_bound(problem: Problem, rng) -> UpperBound:
    """What the widths say, or the number of parameters: nothing is computed."""
    if problem.layers is not None:
        return generic_balance(problem.layers)
    if not problem.has_graph:
        return sparse_bound(problem.explicit(), [], rng)
    size = problem.size
    point, prime = rng.array(size, 1, POINT_BOUND), rng.prime(PRIME_BITS)
    proof = {"kind": "balance-laws", "laws": []}
    proof |= {"prime": prime, "point": point.tolist(), "pivots": []}
    return UpperBound(size, (f"number of parameters ({size})",), proof, primes=(prime,))
