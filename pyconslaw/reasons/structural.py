"""The upper bound that needs no search for laws: by the graph, the widths, or the number of
components.
"""

from __future__ import annotations

from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.problem import Problem
from pyconslaw.reasons.generic_balance import generic_balance
from pyconslaw.reasons.polynomial_laws import sparse_bound
from pyconslaw.reasons.small_degree import is_stated, small_degree_bound, stated_flow_bound
from pyconslaw.reasons.split import graph_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.thresholds import BY_WIDTHS


def structural_bound(problem: Problem, rng, ask: Ask = nobody) -> UpperBound:
    """The best upper bound that is at hand. Errors: those of ask."""
    layers = problem.layers
    if layers is not None and problem.size >= BY_WIDTHS and min(layers.widths[1:-1], default=1) > 1:
        return generic_balance(layers)  # no neuron to split at, and no rank to compute
    if problem.has_graph:
        return graph_bound(problem.graph, rng, ask)
    if is_stated(problem):
        return stated_flow_bound(problem, rng, ask)
    if len(problem.generators) == 1:
        return UpperBound(1, ("single generator",), {"kind": "single-generator"})
    return small_degree_bound(problem, rng, ask) or sparse_bound(problem.explicit(), [], rng)


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
