"""The function on a finite data set: vector fields of the actual network, gates fixed by data and
weights.

While no neuron changes its activation on any example, the output on example i is a polynomial of
the weights: the probe with sources x_i, gates a_i(theta) and one output. W is the span of the
gradients of these (and of the loss's view of them), a subspace of that of phi, so there can be more
laws: dead and always-on neurons, data in a subspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.records.graph import FROZEN, Graph

LOSSES = ("full", "softmax")
SAME_LOSS = {"cross_entropy": "softmax"}  # another word for a loss
TOO_LONG = (
    "network: the outputs on the data have too many terms for a certificate, in which they are "
    "written out"
)


def loss_of(word) -> str:
    """The loss of a word. Errors: InputError."""
    loss = SAME_LOSS.get(word, word) if isinstance(word, str) else word
    if loss not in LOSSES:
        raise InputError(f"loss: expected one of {', '.join((*LOSSES, *SAME_LOSS))}, got {word!r}")
    return loss


class DataFields(ProbeFields):
    """W of the function on data: generator number i * outputs + o is output o (or, for softmax, o
    minus the last) on example i.

    gates: (examples x gated nodes) rationals; sources: (examples x sources); views: what the loss
    sees of the outputs, a row each. A generator row is its number.
    """

    description = "the outputs on the data"

    def __init__(self, graph: Graph, sources: np.ndarray, gates: np.ndarray, loss: str):
        super().__init__(graph)
        outputs = len(graph.outputs)
        self.sources, self.gates, self.loss = sources, gates, loss
        views = np.eye(outputs, dtype=int)
        self.views = views if loss == "full" else views[:-1] - views[-1]
        self.size = len(sources) * len(self.views)

    def draw(self, rng, start, count, bound):
        return np.arange(start, min(start + count, self.size), dtype=np.uint64)[:, None]

    def _residues(self, rationals, prime: int) -> list[int]:
        return [x.numerator * pow(x.denominator, -1, prime) % prime for x in rationals]

    def _probes(self, generators, prime):
        rows = []
        for number in generators[:, 0].tolist():
            example, view = divmod(number, len(self.views))
            rows.append(
                [
                    *self._residues(self.sources[example], prime),
                    *self._residues(self.gates[example], prime),
                    *(int(x) % prime for x in self.views[view]),
                ]
            )
        width = sum(map(len, self._columns))
        return super()._probes(np.array(rows, dtype=np.uint64).reshape(len(rows), width), prime)

    def size_bounds(self, bound):
        numbers = [*self.sources.ravel(), *self.gates.ravel()]
        scale = lcm(1, *(x.denominator for x in numbers))
        largest = max((abs(x) * scale for x in numbers), default=1)
        return super().size_bounds(max(2, int(largest) + 1, scale))

    def generators_json(self, generators):
        raise LimitError(TOO_LONG)


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


def settled(graph: Graph, sources: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """Gates of which the outputs are the same polynomials, as few different ones as possible.

    A gate is of consequence on an example where what arrives there is not 0 for all weights, and
    what leaves it may reach an output. A node whose gates of consequence are all 1 is on for good;
    of other nodes those that are of none are 0. Nodes are settled from the last to the first, so
    that what arrives is as given, and what is reached as settled (docs/mathematics.md).
    """
    place = {v: k for k, v in enumerate(graph.gated)}
    fed, found = _fed(graph, sources, gates), gates.copy()
    asked, heads = np.zeros((len(sources), graph.nodes), bool), _heads(graph)
    asked[:, list(graph.outputs)] = True
    on = np.ones(asked.shape, bool)
    for v in reversed(range(graph.nodes)):
        for w in heads[v]:
            asked[:, v] |= asked[:, w] & on[:, w]
        if v in place:
            own, matters = found[:, place[v]], fed[:, v] & asked[:, v]
            own[~matters] = Fraction(int(matters.any() and bool((own[matters] == 1).all())))
            on[:, v] = own != 0
    return found


@dataclass(frozen=True, eq=False)
class Activity:
    """Which nodes take part on which examples, (examples x nodes) each.

    speaks: what leaves the node is not 0 for all weights. hears: a change of what arrives at it may
    change an output.
    """

    speaks: np.ndarray
    hears: np.ndarray

    def used(self, graph: Graph) -> np.ndarray:
        """Which edges lie on an active path on some example."""
        ends = zip(graph.tail.tolist(), graph.head.tolist(), strict=True)
        return np.array([(self.speaks[:, u] & self.hears[:, v]).any() for u, v in ends], dtype=bool)


def activity(graph: Graph, sources: np.ndarray, gates: np.ndarray) -> Activity:
    """What is active on these examples, from sources to outputs and back."""
    fed, on = _fed(graph, sources, gates), np.ones((len(sources), graph.nodes), bool)
    on[:, list(graph.gated)] = gates != 0
    asked, heads = np.zeros(fed.shape, bool), _heads(graph)
    asked[:, list(graph.outputs)] = True
    for v in reversed(range(graph.nodes)):
        for w in heads[v]:
            asked[:, v] |= asked[:, w] & on[:, w]
    return Activity(fed & on, asked & on)


def _fed(graph: Graph, sources: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """Where what arrives at a node is not 0 for all weights."""
    fed, on = (
        np.zeros((len(sources), graph.nodes), bool),
        np.ones((len(sources), graph.nodes), bool),
    )
    fed[:, list(graph.sources)] = sources != 0
    on[:, list(graph.gated)] = gates != 0
    for u, v in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        fed[:, v] |= fed[:, u] & on[:, u]
    return fed


def _heads(graph: Graph) -> list[list[int]]:
    heads: list[list[int]] = [[] for _ in range(graph.nodes)]
    for u, v in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        heads[u].append(v)
    return heads


def reduced_graph(graph: Graph, gates: np.ndarray, active: Activity) -> Graph:
    """The graph on which the laws of the function can be read: neurons that are always on lose
    their gate, edges on no active path their place on any path.

    The latter are moved: from a node that nothing reaches to one that reaches nothing. Node v of
    the graph is v + 1 here.
    """
    free = (gates == 1).all(axis=0)
    used = active.used(graph)
    tail, head = np.where(used, graph.tail + 1, 0), np.where(used, graph.head + 1, graph.nodes + 1)
    order = np.lexsort((tail, head))
    return Graph(
        graph.nodes + 2,
        graph.params,
        tail[order],
        head[order],
        graph.param[order],
        tuple(s + 1 for s in graph.sources),
        tuple(o + 1 for o in graph.outputs),
        tuple(v + 1 for v, on in zip(graph.gated, free, strict=True) if not on),
        None if graph.weight is None else graph.weight[order],
    )
