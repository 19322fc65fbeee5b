"""The flow of the gradient with rates: both bounds, from those with all rates 1.

With theta_k = sqrt(rate_k) y_k the flow theta_k' = -rate_k d_k E is the flow of the gradient of
E(theta(y)) in y. Where all terms of a component of phi have equally many factors of each rate but
1, it is a constant times itself at y, so W is the same in y; a law h becomes h(theta_k /
sqrt(rate_k)) (docs/mathematics.md, "Rates and several speeds").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pyconslaw.fields.polynomials import VectorField
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.stated.moving import Units
from pyconslaw.reasons.homogeneous_decay import LISTED, DecayBound, has_potential
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Graph, Layers
from pyconslaw.records.polynomial import Monomial
from pyconslaw.records.runs import Runs

Program = Graph | Layers | Iterable[VectorField]
BY_EDGES = 100_000  # parameters of a layered network whose edges are looked at, as the checker does


def scales(base: Problem, rates: Runs | None) -> bool:
    """Whether rates can be taken as units of the parameters of a problem."""
    if rates is None:
        return True
    if base.layers is not None and (is_scalable(base.layers, rates) or base.size > BY_EDGES):
        return is_scalable(base.layers, rates)
    return is_scalable(base.graph if base.has_graph else base.explicit().fields, rates)


def is_scalable(program: Program, rates: Runs) -> bool:
    """Whether rates can be taken as units of the parameters, by the presentation alone; of a graph
    as `is_homogeneous`, for one rate after the other.

    >>> from fractions import Fraction
    >>> from pyconslaw import linear
    >>> two = Runs.of([(4, Fraction(2)), (6, Fraction(1)), (2, Fraction(1))])
    >>> [is_scalable(linear([2, 2, 2], bias=bias).graph, two) for bias in (False, "all")]
    [True, True]
    """
    if isinstance(program, Layers):
        return _layers_scalable(program, rates)
    if isinstance(program, Graph):
        return all(has_potential(program, rates.mask(r)) for r in rates.values if r != 1)
    return all(
        len({_factors(v, m, rates) for v, f in field.items() for _, m in f.terms}) == 1
        for field in program
    )


def blocks(layers: Layers) -> list[tuple[range, range]]:
    """For each layer but the inputs the numbers of its weights, and of its biases."""
    found, at = [], 0
    for n, m, has in zip(layers.widths, layers.widths[1:], layers.biased, strict=False):
        found.append((range(at, at + n * m), range(at + n * m, at + n * m + m * has)))
        at += m * (n + has)
    return found


def _layers_scalable(layers: Layers, rates: Runs) -> bool:
    """Between gates paths from the constant node must have equally many weights of each rate."""
    seen: Counter | None = None
    alike = True
    for k, pair in enumerate(blocks(layers)):
        block, own = (set(rates.within(part.start, part.stop)) for part in pair)
        if len(block) > 1 or len(own) > 1:
            return False
        if seen is not None:
            seen = seen + Counter(block - {1})
        if own:
            alike = alike and seen in (None, Counter(own - {1}))
            seen = Counter(own - {1})
        if k < len(layers.gated) and layers.gated[k]:
            seen = None
    return alike


def _factors(v: int, monomial: Monomial, rates: Runs) -> frozenset:
    """For each rate but 1 how many factors have it, the coordinate v that is moved among them."""
    found: Counter = Counter()
    for u, e in ((v, 1), *monomial):
        found[rates.at(u)] += e
    return frozenset((rate, e) for rate, e in found.items() if rate != 1)


def rescaled(lower: LowerBound, upper: UpperBound, rates: Runs) -> tuple[LowerBound, UpperBound]:
    """Both bounds of the flow with rates, which must be scalable, from those with all rates 1.

    >>> from fractions import Fraction
    >>> from pyconslaw import mlp
    >>> from pyconslaw.methods.paths import widths_bounds
    >>> found = widths_bounds(mlp([2, 3, 1]).layers)
    >>> rates = Runs.of([(6, Fraction(2)), (3, Fraction(1))])
    >>> low, high = rescaled(found.lower, found.upper, rates)
    >>> low.rank, high.dimension, high.proof
    (6, 6, {'kind': 'rescaled', 'base': {'kind': 'potentials'}})
    """
    units, how = Units(None, 0, None, rates), "the flow with all rates 1"
    long = sum(len(h.terms) for h in upper.laws) > LISTED
    laws = [] if long else [h for h in map(units.law, upper.laws) if h is not None]
    return DecayBound(
        lower.rank,
        lower.reasons,
        f"{how}: {lower.method}",
        lambda: {"kind": "rescaled", "base": lower.make_proof()},
        lower.primes,
        lower.rank_by_round,
        lower.complete,
        base=lower,
    ), UpperBound(
        upper.dimension,
        (f"{units.words} for laws h of {how}", *upper.reasons),
        {"kind": "rescaled", "base": upper.proof},
        tuple(laws) if len(laws) == len(upper.laws) else (),
        upper.stated,
        upper.primes,
        searched=upper.searched,
    )
