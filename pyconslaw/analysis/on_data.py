"""The laws of the function on given data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import combinations, islice
from typing import Any

import numpy as np

from pyconslaw._core.zp import Random
from pyconslaw.analysis.checked import checked, rational_weights
from pyconslaw.analysis.counting import concluded, looked_again, notes_of
from pyconslaw.brackets.search import trace_rank
from pyconslaw.entries.arrays import rational_array
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.data import (
    TOO_LONG,
    DataFields,
    activations,
    activity,
    loss_of,
    reduced_graph,
    settled,
)
from pyconslaw.fields.outputs import (
    TERM_LIMIT,
    count_terms,
    output_polynomials,
    representatives,
    span_basis,
)
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.stated.data import data_laws, twin_laws
from pyconslaw.methods.generic import Generic
from pyconslaw.methods.table import Answer, find_bounds
from pyconslaw.networks.network import Network
from pyconslaw.networks.question import FunctionQuestion, function_question
from pyconslaw.reasons.balance_laws import function_bound
from pyconslaw.reasons.polynomial_laws import sparse_bound
from pyconslaw.records.bounds import Bounds, UpperBound
from pyconslaw.records.budget import DEFAULT_EFFORT, Budget
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.problem import VectorFields
from pyconslaw.records.report import FunctionReport

# products that brackets of the outputs, written out, may be expected to take
WRITTEN_WORK = 2e10
# products of a look at the outputs themselves, where their brackets are too dear
LOOK = 1e8
# terms of the outputs from which probes come first, a tenth of a second
MANY_TERMS = 5_000
# most edges of the graph times examples: each is a product of fractions, some microseconds
EDGES = 10_000_000
# pairs of generators whose brackets are estimated
PAIRS = 1_000


def analyze_function(
    network: Network,
    weights,
    inputs,
    *,
    loss: str = "full",
    slope=Fraction(1, 100),
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], None] | None = None,
) -> FunctionReport:
    """The laws of the function on given data, near given weights, instead of those of phi.

    The weights fix on which examples each ReLU is on, which stays so nearby. The outputs on the
    examples are polynomials there, W is spanned by their gradients (under softmax by those of their
    differences), and the number of laws is D minus the generic dimension of Lie(W). Dead neurons,
    neurons that are switched alike, weights that are never used, few examples and data in a
    subspace add laws to those of `analyze`. Where the outputs are short enough to be written out
    they are searched as a `System` is, and `certify(network, report=report)` writes the certificate
    of a proved count.

    Parameters
    ----------
    network : Network
        One with a graph, under the flow of the gradient.
    weights : array, mapping or sequence
        As in `Network.flatten`, rational: integers, fractions, texts such as "1/2"; floats are
        taken as the binary fractions they are.
    inputs : array
        Shape (examples, input width), of the same numbers.
    loss : str
        "full" sees all outputs; "softmax", or "cross_entropy", their differences.
    slope : rational number
        Of leaky ReLU.
    seed : int
        As in `analyze`.
    effort : float
        As in `analyze`.
    progress : callable, optional
        As in `analyze`.

    Returns
    -------
    FunctionReport
        About these data; nothing takes it for one about the network.

    Raises
    ------
    InputError
        Also when a neuron is exactly at its kink.
    LimitError
        For numbers of more than 1000 digits, for more than 10 000 000 edges times examples, and as
        `analyze`.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, section 2 (W_g); 2025, proposition 2.12 for the loss.

    Examples
    --------
    >>> from pyconslaw import analyze_function, certify, mlp
    >>> net = mlp([2, 2, 1])
    >>> weights = [1, 1, -1, -1, 1, 1]                      # the second neuron is dead
    >>> report = analyze_function(net, weights, [[1, 0], [0, 1], [2, 1]])
    >>> report.laws, report.verdict, report.object
    (4, 'proved', 'function on 3 examples')
    >>> certify(net, report=report).json["claim"]["laws"]
    4
    """
    rng = checked(network, seed, effort)
    if not network.has_graph or network.flow != "gradient":
        raise InputError(
            "network: expected a network with a graph, under the flow of the gradient, "
            f"got {network.name}"
        )
    loss = loss_of(loss)
    theta, _ = rational_weights(network, weights, "weights")
    data = rational_array(
        inputs, (None, len(network.problem.graph.sources) - len(network.constants)), "inputs"
    )
    if not len(data):
        raise InputError("inputs: expected at least one example")
    if (work := network.problem.graph.edges * len(data)) > EDGES:
        raise LimitError(
            f"inputs: {network.name} has {network.problem.graph.edges} edges, which on {len(data)} "
            f"examples are {work} numbers, more than {EDGES}"
        )
    slope = rational_array(slope, (), "slope").item()
    question = function_question(network, theta, data, loss, slope)
    family = _data_fields(network, question, slope)
    limits = Budget(rng, effort, progress=progress)
    bounds, by = _function_bounds(family, limits)
    answer = Answer(bounds, by, rng)
    error = looked_again(answer, limits)
    notes = notes_of(bounds, error, limits)
    return FunctionReport.of(concluded(network, seed, answer, error, notes), question)


def _data_fields(network: Network, question: FunctionQuestion, slope: Fraction) -> DataFields:
    """W, the gates being those at the weights."""
    graph, constants = network.problem.graph, set(network.constants)
    columns = iter(question.inputs.T)
    one = np.array([Fraction(1)] * len(question.inputs), dtype=object)
    sources = np.stack([one if s in constants else next(columns) for s in graph.sources], axis=1)
    below = {"relu": Fraction(0), "leaky_relu": slope, "abs": Fraction(-1)}
    slopes = [below[kind] for kind in network.gate_kinds]
    gates = activations(graph, question.weights, sources, slopes, network.node_names)
    few = representatives(sources, settled(graph, sources, gates))
    return DataFields(graph, *few, question.loss)


def _function_bounds(family: DataFields, limits: Budget) -> tuple[Bounds, str]:
    """Both bounds, by the methods for explicit systems where the outputs are written out, with
    less effort where brackets of these are dear; else by probes, against the laws that are known.
    And the row of the table that they are of.
    """
    rng = limits.rng
    if _terms(family) > MANY_TERMS:
        look = _look(family, limits)
        if look.meet:
            return look, Generic.name
    basis = _written(family)
    if basis is not None and not basis:
        return _motionless(family, rng), Generic.name
    stated = _stated_bound(family, rng.spawn())
    if basis is None:
        return _searched(family, stated, limits), Generic.name
    written = Problem(family.parameters, phi=basis)
    explicit = written.explicit()
    here = limits.share(effort=_effort(explicit, limits.effort))
    found, by = _searched(explicit, stated, here), Generic.name
    if not found.meet:
        seed = rng.spawn().below(1 << 62)
        answer = find_bounds(written, "the function", here, seed)
        found, by = _better(found, answer.bounds), answer.by
    if not found.meet and not found.lower.complete:
        found = _better(found, _searched(family, found.upper, limits))
    return found, by


def _terms(family: DataFields) -> float:
    """How many terms the outputs have when they are written out."""
    if not len(family.views):
        return 0.0
    return count_terms(family.graph, family.sources, family.gates)


def _look(family: DataFields, limits: Budget) -> Bounds:
    """The bounds by probes against the laws that are known. For the proof the outputs are written
    out, when it is asked for.
    """
    rng, look = limits.rng, limits.share(effort=min(limits.effort, LOOK))
    found = _searched(family, _stated_bound(family, rng.spawn()), look)
    seed = rng.spawn().below(1 << 62)
    proof = partial(_written_proof, family, found.lower.rank, seed, limits.effort)
    return replace(found, lower=replace(found.lower, make_proof=proof))


def _written_proof(family: DataFields, rank: int, seed: int, effort: float) -> dict[str, Any]:
    """That of the rank, by brackets of the outputs written out. Errors: LimitError where these are
    too long, or their brackets too dear.
    """
    basis = _written(family)
    if basis:
        explicit = PolynomialFields(basis, family.parameters)
        effort = _effort(explicit, effort)
        lower = trace_rank(explicit, Random(seed), target=rank, effort=effort)
        if lower.rank == rank:
            return lower.make_proof()
    raise LimitError(TOO_LONG)


def _written(family: DataFields) -> tuple[Polynomial, ...] | None:
    """A basis of the outputs as polynomials; None where they are too long."""
    if not len(family.views):
        return ()
    if _terms(family) > TERM_LIMIT:
        return None
    return span_basis(output_polynomials(family.graph, family.sources, family.gates, family.views))


def _motionless(family: DataFields, rng) -> Bounds:
    """The bounds where W is 0: every weight is a law."""
    nothing = PolynomialFields((), family.parameters)
    why = (
        "no output depends on a weight"
        if len(family.views)
        else "the loss sees no difference of outputs"
    )
    upper = replace(sparse_bound(nothing, [], rng.spawn()), reasons=(why,))
    return Bounds(trace_rank(nothing, rng.spawn(), target=0), upper, nothing)


def _stated_bound(family: DataFields, rng) -> UpperBound:
    """The bound by laws that are read off the graph, the data and the loss, without search."""
    graph, sources, gates = family.graph, family.sources, family.gates
    active = activity(graph, sources, gates)
    reduced = reduced_graph(graph, gates, active)
    shifted = tuple(v + 1 for v in graph.gated)
    extra = (
        *data_laws(graph, sources, active.hears, family.loss),
        *twin_laws(reduced, shifted, gates),
    )
    return function_bound(reduced, extra, rng)


def _searched(family: VectorFields, upper: UpperBound, limits: Budget) -> Bounds:
    """Brackets against a bound."""
    lower = trace_rank(
        family,
        limits.rng.spawn(),
        target=upper.dimension,
        effort=limits.effort,
        progress=limits.tell,
    )
    return Bounds(lower, upper, family)


def _better(first: Bounds, second: Bounds) -> Bounds:
    """The better of both bounds. Of equal lower bounds the second is taken, which was looked at
    more closely.
    """
    lower = first if first.lower.rank > second.lower.rank else second
    both = first.best(second)
    return Bounds(lower.lower, both.upper, lower.family)


def _effort(explicit: PolynomialFields, effort: float) -> float:
    """What brackets of the outputs may take: a look, where they are dear."""
    return effort if _bracket_work(explicit) <= WRITTEN_WORK else min(effort, LOOK)


def _bracket_work(family: PolynomialFields) -> float:
    """Products that the brackets of two generators are expected to take, as many as there are
    parameters or pairs.
    """
    pairs = family.size * (family.size - 1) // 2
    listed = list(islice(combinations(range(family.size), 2), 0, pairs, 1 + pairs // PAIRS))
    if not listed:
        return 0.0
    letters = np.arange(family.size, dtype=np.uint64)[:, None]
    return family.cost(letters, listed) / len(listed) * min(pairs, family.parameters)
