"""The planner: which method, from cheap to costly. A bound is a bound whatever the plan; what did
not help is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import comb
from time import process_time

from pyconslaw._core.zp import Random
from pyconslaw.brackets.search import DEFAULT_EFFORT, trace_rank
from pyconslaw.errors import InputError, LimitError
from pyconslaw.exact.basis import threads
from pyconslaw.fields.expand import count_paths
from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.fields.parts import Part, parts_of
from pyconslaw.fields.polynomials import PolynomialFields, cached
from pyconslaw.laws.polynomial.search import plan
from pyconslaw.methods.paths import path_bounds
from pyconslaw.methods.single_generator import is_scalar, scalar_bounds
from pyconslaw.methods.symmetric.plan import points
from pyconslaw.methods.symmetric.points import LAW_PRIME_BITS
from pyconslaw.methods.symmetric.search import symmetric_bounds
from pyconslaw.methods.widening.bounds import generic_balance, widening_bounds, widening_cost
from pyconslaw.networks.network import Network
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.closed_forms import closed_form_bound
from pyconslaw.reasons.closing_algebra import closing_bound
from pyconslaw.reasons.direct_sum import summed
from pyconslaw.reasons.involutive import involutive_bound
from pyconslaw.reasons.polynomial_laws import flow_bound, polynomial_bound, sparse_bound
from pyconslaw.reasons.split import graph_bound
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Layers, Parameter
from pyconslaw.records.problem import VectorFields

# a search at points with symmetry may spend so many times the effort: it is far likelier to end
# with a proof
SYMMETRIC_EFFORT = 50
# seconds of a search for brackets that are spent on an estimate, one batch more at most
TRIAL = 0.3
# seconds that closing algebras, laws beyond polynomials and frames of few variables take
BEYOND = 0.5
PARAMETER_LIMIT = 20_000  # of a search at a generic point
# parameters from which a layered network is first looked at as a wide one: growth, points with
# symmetry
LAYERED_FROM = 1_500
# the same for growth where that is quick: its certificates are checked in a fraction of the time
GROWTH_FROM = 200
COMPONENT_BYTES = 56  # of a component of a bracket that is kept, most of them zero
# products of a search for growth that is made first; about a minute, a second
WIDENING_LIMIT, QUICK = 1e11, 3e8
# beyond, points with symmetry that cost less come first: their certificates are checked sooner too
DEEP = 3e7
METHODS = ("auto", "paths", "widening", "symmetric", "generic")
# below this many paths explicit polynomials are tried for missing laws
EXPANSION_PATHS = 2_000
ANSATZ_LIMIT = 3_000  # unknowns of the degree-2 search that is tried unasked
FLOW_ANSATZ = 300_000  # the same for flows, whose laws are seldom seen without search
# coordinates from which a system is first cut into parts without a common variable
PARTS_FROM = 100
# coordinates from which it is not looked at as a whole once it falls into parts
WHOLE_TO = 1_000
FLOW_SIZE = 3_000  # coordinates of a flow whose laws are looked for unasked
# these times the vector fields, which are all evaluated for each equation
FLOW_WORK = 2e7
ALGEBRA_LIMIT = 40  # largest closing Lie algebra that is looked for
# variables of a system whose laws beyond polynomials are looked for unasked
FORMS_LIMIT = 30
FORMS_DEGREE, FORMS_EFFORT = 2, 0.1
# variables of a system whose frame over the rational functions is looked for
FRAME_LIMIT = 20


def find_bounds(
    network: Network,
    method: str,
    rng,
    effort: float,
    progress=None,
    memory: float | None = None,
) -> tuple[VectorFields | None, LowerBound, UpperBound]:
    """(family, lower bound, upper bound) by the first method that meets, or the dearest one tried;
    the family only where it was searched.

    method: "auto" or one of METHODS. memory: bytes that the method may take, by its estimate.
    Errors: InputError for a method that is not for this network; LimitError.
    """
    if method not in METHODS:
        raise InputError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")
    if memory is not None and (expected := estimate(network, method, trial=0)).memory > memory:
        raise LimitError(
            f"memory: {network.name} needs {expected}, more than {memory / 1e6:.0f} MB"
        )
    if method in ("auto", "paths"):
        found = _path_bounds(network)
        if found is not None:
            return None, *found
    if (
        method == "auto"
        and network.size >= GROWTH_FROM
        and network.layers is not None
        and is_scalar(network.layers)
    ):
        return None, *scalar_bounds(network.layers)
    if network.layers is not None and (
        method in ("widening", "symmetric") or (method == "auto" and network.size >= GROWTH_FROM)
    ):
        how = "quick" if method == "auto" and network.size < LAYERED_FROM else method
        found = _layered(network.layers, how, rng.spawn(), effort, progress)
        if found is not None and (
            method != "auto"
            or found[0].rank == found[1].dimension
            or network.size > PARAMETER_LIMIT
        ):
            return None, *found
    if method in ("paths", "widening", "symmetric"):
        raise InputError(f"method: {method} is not for {network.name}")
    if network.size > PARAMETER_LIMIT:
        raise LimitError(
            f"network: {network.name} has {network.size} parameters; brackets at a generic "
            "point are "
            f"limited to {PARAMETER_LIMIT}"
        )
    split = (
        _by_parts(network, rng.spawn(), effort, progress) if network.size >= PARTS_FROM else None
    )
    if split is not None and (split[0].rank == split[1].dimension or network.size >= WHOLE_TO):
        return None, *split
    family, lower, upper = _generic(network, rng, effort, progress)
    if lower.rank < upper.dimension and not network.has_graph and network.size < PARTS_FROM:
        split = _by_parts(network, rng.spawn(), effort, progress)
        if split is not None and split[0].rank == split[1].dimension:
            return None, *split
    if (
        lower.rank < upper.dimension
        and method == "auto"
        and network.layers is not None
        and network.size < LAYERED_FROM
    ):
        # where a generic point needs too many rounds
        found = _layered(network.layers, method, rng.spawn(), effort, progress)
        if found is not None and max(found[0].rank, lower.rank) == min(
            found[1].dimension, upper.dimension
        ):
            return (
                None,
                max(found[0], lower, key=lambda b: b.rank),
                min(found[1], upper, key=lambda b: b.dimension),
            )
    return family, lower, upper


def _path_bounds(network: Network) -> tuple[LowerBound, UpperBound] | None:
    """Both bounds at once where no path meets a neuron without gate: edge by edge, or by the widths
    of too large a network.
    """
    if network.layers is not None and network.size > EDGE_LIMIT:
        return path_bounds(network.layers)
    return path_bounds(network.graph) if network.has_graph else None


@dataclass(frozen=True)
class Estimate:
    """What `find_bounds` will try first, and roughly what that takes: seconds, and bytes of
    memory.
    """

    method: str
    seconds: float
    memory: float

    def __str__(self) -> str:
        return (
            f"method {self.method}, about {self.seconds:.2g} s and "
            f"{max(self.memory / 1e6, 1):.0f} MB"
        )


def estimate(network: Network, method: str = "auto", trial: float = TRIAL) -> Estimate:
    """The method, time and memory of the search for bounds. The constants are of an AMD EPYC (Zen
    3) with AVX2, November 2026.

    trial: seconds that the brackets of an explicit system are tried for, whose lengths are not
    known beforehand; 0: they are not.
    """
    auto = method == "auto"
    if (auto or method == "paths") and network.layers is not None and all(network.layers.gated):
        edges = network.size if network.size <= EDGE_LIMIT else 0
        return Estimate("paths", 3e-7 * edges, 100.0 * edges)
    wide = network.layers is not None and network.size >= LAYERED_FROM
    if (
        auto
        and network.size >= GROWTH_FROM
        and network.layers is not None
        and is_scalar(network.layers)
    ):
        return Estimate("single generator", 0.01, 1e6)
    if network.layers is not None and (
        method == "widening" or auto and network.size >= GROWTH_FROM
    ):
        cost = widening_cost(network.layers)
        rng = Random(0)
        cheaper = (
            cost is not None
            and auto
            and wide
            and cost > DEEP
            and next(points(network.layers, rng, cost, rng.prime(LAW_PRIME_BITS)), None)
        )
        if (
            cost is not None
            and not cheaper
            and (not auto or cost <= (WIDENING_LIMIT if wide else QUICK))
        ):
            return Estimate("widening", 0.05 + 1e-9 * cost, 10e6)
    if network.layers is not None and (method == "symmetric" or auto and wide):
        rng = Random(0)
        for split, point in points(network.layers, rng, float("inf"), rng.prime(LAW_PRIME_BITS)):
            return Estimate(
                f"symmetric, {point.text()}", 0.05 + 5e-10 * split.cost, 2000.0 * split.size
            )
    if (
        (auto or method == "paths")
        and network.has_graph
        and network.size > 1_000
        and _path_bounds(network)
    ):
        return Estimate("paths", 3e-7 * network.size, 100.0 * network.size)
    size = min(network.size, PARAMETER_LIMIT)
    kept = 0 if network.has_graph else COMPONENT_BYTES * size * cached(size)
    seconds = 1.2e-11 * size**3 / threads() + 7e-8 * size**2
    return Estimate(
        "generic",
        seconds if network.has_graph or not trial else max(seconds, _tried(network, trial)),
        12.0 * size**2 + kept,
    )


def _tried(network: Network, trial: float) -> float:
    """Seconds of the search on explicit vector fields: for laws by its size, for brackets by a
    trial, which is drawn out rank by rank.
    """
    family, start, stopped = network.explicit(), process_time(), []
    parts = (
        parts_of(family)
        if network.size >= PARTS_FROM and (network.phase is None or network.phase.clock is None)
        else []
    )
    if len(parts) > 1:
        return _tried_parts(network, parts, trial)
    laws, stated = _laws_seconds(network, family), _is_stated(network)
    quick = stated or laws < trial
    target = _structural_bound(network, Random(0)).dimension if quick else network.size
    seen = []

    def watch(rank: int, _: int) -> bool:
        seen.append((process_time(), rank))
        stopped[:] = [True] * (seen[-1][0] - start > trial and rank < target)
        return bool(stopped)

    lower = trace_rank(family, Random(0), target=target, progress=watch)
    # the search for laws, which has not been made
    ahead = not quick or (stated and lower.rank < target)
    seconds = process_time() - start + (laws if ahead else 0.0)
    if stopped and len(seen) > 1:
        (first, low), (last, high) = seen[0], seen[-1]
        seconds += (target - high) * (last - first) / max(high - low, 1)
    elif lower.rank < target and network.size <= FORMS_LIMIT:
        seconds += BEYOND
    return seconds


def _tried_parts(network: Network, parts: list[Part], trial: float) -> float:
    """The same for the parts of a system, of which as many are looked at as there is time for."""
    start, done = process_time(), 0
    for part in parts:
        _generic(
            _alone(network, part),
            Random(0),
            DEFAULT_EFFORT / len(parts),
            lambda rank, target: process_time() - start > trial,
        )
        done += len(part.variables)
        if process_time() - start > trial:
            break
    return (process_time() - start) * sum(len(part.variables) for part in parts) / done


def _laws_seconds(network: Network, family: PolynomialFields) -> float:
    """Of the search for laws that `polynomial_bound_of_degree_2` makes; 0 where it makes none."""
    if network.phase is None:
        return plan(family, (1, 2)).seconds if comb(network.size + 2, 2) <= ANSATZ_LIMIT else 0.0
    degree = next(_flow_degrees(network, family), 0)
    try:
        return (
            len(network.phase.powers) * plan(family, range(1, degree + 1)).seconds
            if degree
            else 0.0
        )
    except LimitError:  # a class that parities do not split
        return 0.0


def explicit_fields(network: Network) -> PolynomialFields | None:
    """Explicit vector fields when they are few and short enough to search for missing laws."""
    if network.has_graph and count_paths(network.graph) > EXPANSION_PATHS:
        return None
    return network.explicit()


def _structural_bound(network: Network, rng) -> UpperBound:
    """The bound that needs no search: by the graph, or for an explicit system by its number of
    components.
    """
    if (
        network.layers is not None
        and network.size >= LAYERED_FROM
        and min(network.layers.widths[1:-1], default=1) > 1
    ):
        # no neuron to split at, and no rank to compute
        return generic_balance(network.layers)
    if network.has_graph:
        return graph_bound(network.graph, rng)
    if _is_stated(network):
        return _stated_flow_bound(network, rng)
    if len(network.generators) == 1:
        return UpperBound(1, ("single generator",), {"kind": "single-generator"})
    return polynomial_bound_of_degree_2(network, rng) or sparse_bound(network.explicit(), [], rng)


def polynomial_bound_of_degree_2(network: Network, rng) -> UpperBound | None:
    """The laws of degree at most 2 of a small system, as an upper bound; None if it is not
    small.
    """
    family = explicit_fields(network)
    if family is None:
        return None
    if network.phase is not None:
        return _flow_bound(network, family, rng)
    small = comb(network.size + 2, 2) <= ANSATZ_LIMIT
    if not small and (network.has_graph or comb(len(family.active()) + 2, 2) > ANSATZ_LIMIT):
        return None
    try:
        return (polynomial_bound if small else sparse_bound)(family, [1, 2], rng)
    except LimitError:  # coefficients too large for the search
        return None


def _is_stated(network: Network) -> bool:
    """Whether laws of a flow follow from the graph, or from laws of the flow of the gradient."""
    phase, base = network.phase, network.base
    if (
        phase is None
        or phase.factor is None
        or phase.parameter is not None
        or base is None
        or network.size > FLOW_SIZE
    ):
        return False
    return base.has_graph or phase.clock == base.size


def _stated_flow_bound(network: Network, rng) -> UpperBound:
    """The bound by these laws."""
    phase, base = network.phase, network.base
    second = phase.clock > base.size
    laws = (
        ()
        if second
        else (
            balance_bound(base.graph, rng)
            if base.has_graph
            else polynomial_bound_of_degree_2(base, rng) or sparse_bound(base.explicit(), [], rng)
        ).laws
    )
    return flow_bound(base.graph, laws, phase.clock, phase.factor, second, rng)


def _flow_degrees(network: Network, family: PolynomialFields) -> Iterator[int]:
    """Up to which degrees laws of a flow are looked for, the first that is not too much."""
    for degree in dict.fromkeys((network.phase.degree, 2, 1)):
        unknowns = comb(network.size + degree, degree) * len(network.phase.powers)
        if degree and unknowns <= FLOW_ANSATZ and unknowns * len(family.fields) <= FLOW_WORK:
            yield degree


def _flow_bound(network: Network, family: PolynomialFields, rng) -> UpperBound | None:
    """The same for a flow, with the powers of its clock: times e^{tau t} a law may be of small
    degree.
    """
    if network.size > FLOW_SIZE:
        return None
    phase = network.phase
    for degree in _flow_degrees(network, family):
        try:
            found = polynomial_bound(family, range(1, degree + 1), rng, phase.clock, phase.powers)
        except LimitError:  # a class that parities do not split
            continue
        if degree > 1 or not _is_stated(network):
            return found
        return min(found, _stated_flow_bound(network, rng), key=lambda b: b.dimension)
    return _stated_flow_bound(network, rng) if _is_stated(network) else None


def _searched_bounds(network: Network, lower: LowerBound, rng) -> Iterable[UpperBound]:
    """Further exact bounds, dearer ones last; tried only when the cheap ones do not meet the rank
    that was reached.

    Where the search for brackets ended on its budget only the first: the others could meet its rank
    by chance alone.
    """
    # otherwise it was the first bound
    if network.has_graph or _is_stated(network):
        bound = polynomial_bound_of_degree_2(network, rng)
        if bound is not None:
            yield bound
    family = explicit_fields(network) if lower.complete else None
    if family is not None:
        bound = closing_bound(family, ALGEBRA_LIMIT)
        if bound is not None:
            yield bound
    if family is not None and network.size <= FORMS_LIMIT:
        yield closed_form_bound(
            family, network.size - lower.rank, FORMS_DEGREE, rng.spawn(), FORMS_EFFORT
        )
    if family is not None and network.size <= FRAME_LIMIT:
        bound = involutive_bound(family, network.size)
        if bound is not None:
            yield bound


def _layered(
    layers: Layers, how: str, rng, effort, progress
) -> tuple[LowerBound, UpperBound] | None:
    """The bounds by growth from a small network, or else at points with symmetry. how: "auto",
    "quick" (growth that is quick, or nothing), "widening" or "symmetric". None: neither is for
    this network.
    """
    if how != "symmetric":
        cost = widening_cost(layers)
        if how == "auto" and cost is not None and cost > DEEP:
            found = _symmetric(layers, rng.spawn(), min(cost, SYMMETRIC_EFFORT * effort), progress)
            if found is not None and found[0].rank == found[1].dimension:
                return found
        if (
            cost is not None
            and cost <= SYMMETRIC_EFFORT * effort
            and (how == "widening" or cost <= (QUICK if how == "quick" else WIDENING_LIMIT))
        ):
            found = widening_bounds(
                layers, rng.spawn(), effort=SYMMETRIC_EFFORT * effort, progress=progress
            )
            if found is not None:
                return found
    return (
        None
        if how in ("widening", "quick")
        else _symmetric(layers, rng.spawn(), SYMMETRIC_EFFORT * effort, progress)
    )


def _symmetric(layers: Layers, rng, limit, progress) -> tuple[LowerBound, UpperBound] | None:
    """The bounds at points with symmetry that are worth so many products, cheap ones first: the
    first pair that meets, else the best of each. None: no such point.
    """
    best = None
    law_prime = rng.prime(LAW_PRIME_BITS)
    for split, point in points(layers, rng, limit, law_prime):
        lower, upper = symmetric_bounds(
            point, rng.spawn(), effort=max(limit, split.cost), progress=progress
        )
        best = (
            (lower, upper)
            if best is None
            else (
                max(best[0], lower, key=lambda b: b.rank),
                min(best[1], upper, key=lambda b: b.dimension),
            )
        )
        if best[0].rank == best[1].dimension:
            break
    return best


def _by_parts(network: Network, rng, effort, progress) -> tuple[LowerBound, UpperBound] | None:
    """The bounds of an explicit system as sums over its parts; None where there is but one and it
    is the whole.
    """
    if network.has_graph or (network.phase is not None and network.phase.clock is not None):
        return None
    parts = parts_of(network.explicit())
    if len(parts) == 1 and len(parts[0].variables) == network.size:
        return None
    done, bounds, target = 0, [], sum(min(len(part.variables), network.size) for part in parts)
    told = progress and (lambda rank, _: progress(done + rank, target))
    for part in parts:
        _, lower, upper = _generic(_alone(network, part), rng, effort / len(parts), told)
        bounds.append((lower, upper))
        done += lower.rank
    return summed(parts, bounds, network.size)


def _alone(network: Network, part: Part) -> Network:
    return Network(
        network.name,
        {},
        (Parameter("x", (len(part.variables),)),),
        "system",
        None,
        written=part.family.fields,
        phase=network.phase,
    )


def _generic(
    network: Network, rng, effort, progress
) -> tuple[VectorFields, LowerBound, UpperBound]:
    """The search at a random point, against the best exact upper bound."""
    best = _structural_bound(network, rng.spawn())
    family = network.fields()
    lower = trace_rank(family, rng.spawn(), target=best.dimension, effort=effort, progress=progress)
    if lower.rank < best.dimension:
        for bound in _searched_bounds(network, lower, rng.spawn()):
            searched = best.searched + bound.searched
            best = replace(min(best, bound, key=lambda b: b.dimension), searched=searched)
            if best.dimension == lower.rank:
                break
    return family, lower, best
