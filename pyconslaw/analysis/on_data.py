"""The laws of the function on given data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pyconslaw.analysis.checked import checked, rational_weights
from pyconslaw.analysis.counting import concluded, looked_again, notes_of
from pyconslaw.brackets.search import trace_rank
from pyconslaw.entries.arrays import rational_array
from pyconslaw.errors import InputError
from pyconslaw.fields.data import LOSSES, DataFields, activations, reduced_graph
from pyconslaw.laws.stated.data import data_laws
from pyconslaw.methods.table import Answer
from pyconslaw.networks.network import Network
from pyconslaw.reasons.balance_laws import function_bound
from pyconslaw.records.bounds import Bounds, UpperBound
from pyconslaw.records.budget import DEFAULT_EFFORT, Budget
from pyconslaw.records.report import Report


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
) -> Report:
    """The laws of the function on given data, near given weights, instead of those of phi;
    report.object says so.

    weights fix on which examples each ReLU is on, which stays so nearby; W is then spanned by the
    gradients of the outputs on the examples (loss="softmax": of their differences, all that a
    softmax cross-entropy sees), and the number of laws is D minus the generic dimension of Lie(W)
    there. Dead neurons, neurons that are always on, few examples and data in a subspace add laws to
    those of `analyze`.

    weights: as in `Network.flatten`, rational: integers, fractions, texts such as "1/2" (floats are
    taken as the binary fractions they are). inputs: (examples, input width), of the same. slope: of
    leaky ReLU, rational. Source: Marcotte, Gribonval and Peyre 2023, section 2 (W_g); 2025,
    proposition 2.12 for the loss. Errors: InputError, also when a neuron is exactly at its kink; as
    `analyze`.

    >>> from pyconslaw import analyze_function, mlp
    >>> net = mlp([2, 2, 1])
    >>> weights = [1, 1, -1, -1, 1, 1]                      # the second neuron is dead
    >>> report = analyze_function(net, weights, [[1, 0], [0, 1], [2, 1]])
    >>> report.laws, report.verdict, report.object
    (4, 'proved', 'function on 3 examples')
    """
    rng = checked(network, seed, effort)
    if not network.has_graph or network.spec["type"] == "flow":
        raise InputError(
            "network: expected a network with a graph, under the flow of the gradient, "
            f"got {network.name}"
        )
    if loss not in LOSSES:
        raise InputError(f"loss: expected one of {', '.join(LOSSES)}, got {loss!r}")
    graph, constants = network.graph, set(network.constants)
    theta, _ = rational_weights(network, weights, "weights")
    data = rational_array(inputs, (None, len(graph.sources) - len(constants)), "inputs")
    if not len(data):
        raise InputError("inputs: expected at least one example")
    columns = iter(data.T)
    one = np.array([Fraction(1)] * len(data), dtype=object)
    sources = np.stack([one if s in constants else next(columns) for s in graph.sources], axis=1)
    slope = rational_array(slope, (), "slope").item()
    slopes = [slope if kind == "leaky_relu" else Fraction(0) for kind in network.gate_kinds]
    gates = activations(graph, theta, sources, slopes, network.node_names)
    best = function_bound(
        reduced_graph(graph, gates), data_laws(graph, sources, gates, loss), rng.spawn()
    )
    family = DataFields(graph, sources, gates, loss)
    if not family.size:
        best = UpperBound(0, ("the loss sees no difference of outputs",), {})
    limits = Budget(rng, effort, progress=progress)
    lower = trace_rank(
        family, rng.spawn(), target=best.dimension, effort=effort, progress=limits.tell
    )
    answer = Answer(Bounds(lower, best, family), "generic", rng)
    error = looked_again(answer, limits)
    report = concluded(network, seed, answer, error, notes_of(answer.bounds, error, limits))
    return replace(report, object=f"function on {len(data)} example{'s' * (len(data) > 1)}")
