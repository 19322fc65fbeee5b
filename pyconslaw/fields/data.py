"""The function on a finite data set: vector fields of the actual network, gates fixed by data and
weights.

While no neuron changes its activation on any example, the output on example i is a polynomial of
the weights: the probe with sources x_i, gates a_i(theta) and one output. W is the span of the
gradients of these (and of the loss's view of them), a subspace of that of phi, so there can be more
laws: dead and always-on neurons, data in a subspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.records.graph import FROZEN, Graph

LOSSES = ("full", "softmax")


class DataFields(ProbeFields):
    """W of the function on data: generator number i * outputs + o is output o (or, for softmax, o
    minus the last) on example i.

    gates: (examples x gated nodes) rationals; sources: (examples x sources). A generator row is its
    number.
    """

    description = "the outputs on the data"

    def __init__(self, graph: Graph, sources: np.ndarray, gates: np.ndarray, loss: str):
        super().__init__(graph)
        outputs = len(graph.outputs)
        self._sources, self._gates = sources, gates
        views = np.eye(outputs, dtype=int)
        self._views = views if loss == "full" else views[:-1] - views[-1]
        self.size = len(sources) * len(self._views)

    def draw(self, rng, start, count, bound):
        return np.arange(start, min(start + count, self.size), dtype=np.uint64)[:, None]

    def _residues(self, rationals, prime: int) -> list[int]:
        return [x.numerator * pow(x.denominator, -1, prime) % prime for x in rationals]

    def _probes(self, generators, prime):
        rows = []
        for number in generators[:, 0].tolist():
            example, view = divmod(number, len(self._views))
            rows.append(
                [
                    *self._residues(self._sources[example], prime),
                    *self._residues(self._gates[example], prime),
                    *(int(x) % prime for x in self._views[view]),
                ]
            )
        width = sum(map(len, self._columns))
        return super()._probes(np.array(rows, dtype=np.uint64).reshape(len(rows), width), prime)

    def size_bounds(self, bound):
        numbers = [*self._sources.ravel(), *self._gates.ravel()]
        scale = lcm(1, *(x.denominator for x in numbers))
        largest = max((abs(x) * scale for x in numbers), default=1)
        return super().size_bounds(max(2, int(largest) + 1, scale))

    def generators_json(self, generators):
        raise InputError("network: the laws of a function on data have no certificate yet")


def activations(
    graph: Graph,
    theta: np.ndarray,
    sources: np.ndarray,
    slopes: Sequence[Fraction],
    names: Sequence[str],
) -> np.ndarray:
    """The gate values (examples x gated nodes) at rational weights: 1 where the input is positive,
    else the node's slope.

    Where everything that feeds a neuron vanishes nearby (zero data, neurons that are off), it
    counts as off. Errors: InputError when an input is exactly 0 otherwise: the function is not
    differentiable there.
    """
    nothing = np.array([Fraction(0)] * len(sources), dtype=object)
    z = {s: sources[:, k] for k, s in enumerate(graph.sources)}
    silent = {s: z[s] == 0 for s in z}  # zero whatever the weights nearby
    slope = dict(zip(graph.gated, slopes, strict=True))
    gates = {}
    for v in range(graph.nodes):
        if v in z:
            continue
        total, quiet = nothing, np.ones(len(sources), dtype=bool)
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            u = int(graph.tail[e])
            w = (
                theta[graph.param[e]]
                if graph.param[e] != FROZEN
                else Fraction(int(graph.weight[e]))
            )
            total = total + w * z[u]
            quiet &= silent[u].astype(bool)
        if v in slope:
            kink = np.flatnonzero((total == 0).astype(bool) & ~quiet)
            if len(kink) and slope[v] != 1:
                raise InputError(
                    f"weights: neuron {names[v]} is exactly at its kink on example {kink[0]}"
                )
            gates[v] = np.where(
                (total > 0).astype(bool), Fraction(1), np.where(quiet, Fraction(0), slope[v])
            )
            total = total * gates[v]
            quiet = quiet | (gates[v] == 0).astype(bool)
        z[v], silent[v] = total, quiet
    if not gates:
        return np.empty((len(sources), 0), dtype=object)
    return np.stack([gates[v] for v in graph.gated], axis=1)


def reduced_graph(graph: Graph, gates: np.ndarray) -> Graph:
    """The graph on which the laws of the function can be read: neurons that are always on lose
    their gate, those that are always off their edges' place on any path (the edges are moved to
    a node that nothing reaches, or that reaches nothing).
    """
    constant = {
        v: gates[0, k] for k, v in enumerate(graph.gated) if len(set(gates[:, k].tolist())) == 1
    }
    off = [v for v, value in constant.items() if value == 0]
    on = {v for v, value in constant.items() if value == 1}
    tail, head = graph.tail + 1, graph.head + 1
    tail = np.where(np.isin(graph.tail, off), 0, tail)
    head = np.where(np.isin(graph.head, off), graph.nodes + 1, head)
    order = np.lexsort((tail, head))
    return Graph(
        graph.nodes + 2,
        graph.params,
        tail[order],
        head[order],
        graph.param[order],
        tuple(s + 1 for s in graph.sources),
        tuple(o + 1 for o in graph.outputs),
        tuple(v + 1 for v in graph.gated if v not in on),
        None if graph.weight is None else graph.weight[order],
    )
