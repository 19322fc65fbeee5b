"""Laws of graphs with tied weights, frozen edges and idle parameters.

A potential is a function pi on the nodes, 0 at sources and outputs, such that pi(head) - pi(tail)
is the same number kappa_c on all edges that carry parameter c and 0 on frozen edges (edges on no
path from a source to an output do not matter). Then h = sum_c kappa_c theta_c^2 is conserved: every
path from a source to an output gains 0 in total, so sum_c kappa_c theta_c df/dtheta_c = 0 for every
probe f. For one untied neuron, pi = 1 there and 0 elsewhere is its balance. A parameter on no path
is a law itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from pyconslaw.errors import LimitError
from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial

TIED_LIMIT = 3_000  # size of the linear system for tied weights
DENSE_BYTES = 24  # of an entry of it, with what its nullspace takes


@dataclass(frozen=True)
class Potential:
    """A potential with integer values, by node, where it is not 0, and its law."""

    values: tuple[tuple[int, int], ...]
    law: Polynomial


def idle_parameters(graph: Graph) -> list[int]:
    """The parameters that occur on no path from a source to an output."""
    return np.setdiff1d(graph.own_params, graph.param[graph.alive]).tolist()


def _classes(graph: Graph) -> np.ndarray:
    """For each node the smallest node that frozen live edges join it to; -1 where that holds a
    source or an output.
    """
    label = np.arange(graph.nodes)
    frozen = graph.alive & (graph.param == FROZEN)
    tails, heads = graph.tail[frozen], graph.head[frozen]
    while True:
        smaller = label.copy()
        low = np.minimum(label[tails], label[heads])
        np.minimum.at(smaller, tails, low)
        np.minimum.at(smaller, heads, low)
        smaller = smaller[smaller]
        if np.array_equal(smaller, label):
            break
        label = smaller
    fixed = np.zeros(graph.nodes, dtype=bool)
    fixed[label[list(graph.sources + graph.outputs)]] = True
    down, up = graph.reachable
    return np.where(fixed[label] | ~(down & up), -1, label)


def potentials(graph: Graph, *, ask: Ask = nobody, memory: float = inf) -> list[Potential]:
    """A basis of the space of potentials, with their laws; canonical. Errors: LimitError for large
    tied systems, or those that take more bytes; those of ask.
    """
    label = _classes(graph)
    free = np.unique(label[label >= 0])
    column = np.full(graph.nodes + 1, -1)
    column[free] = np.arange(len(free))
    live = graph.alive & (graph.param != FROZEN)
    head, tail = column[label[graph.head[live]]], column[label[graph.tail[live]]]
    params = graph.param[live]
    first = {}
    equations: dict[frozenset, None] = {}  # different ones, in their order
    for e, c in enumerate(params.tolist()):
        k = first.setdefault(c, e)
        # kappa on edge e = kappa on the first edge of the class
        if k != e:
            row: dict[int, int] = {}
            for node, sign in ((head[e], 1), (tail[e], -1), (head[k], -1), (tail[k], 1)):
                if node >= 0:
                    row[int(node)] = row.get(int(node), 0) + sign
            if any(row.values()):
                equations[frozenset((node, x) for node, x in row.items() if x)] = None
    if equations:
        if len(free) > TIED_LIMIT or len(equations) > 10 * TIED_LIMIT:
            raise LimitError(
                f"graph: {len(equations)} ties between {len(free)} neurons, more than {TIED_LIMIT}"
            )
        if DENSE_BYTES * len(equations) * len(free) > memory:
            raise LimitError(f"graph: {len(equations)} ties between {len(free)} neurons: no room")
        lines = [(i, node, x) for i, row in enumerate(equations) for node, x in row]
        matrix = tuple(map(list, zip(*lines, strict=True)))
        basis = integer_nullspace(matrix, shape=(len(equations), len(free)), ask=ask)
    else:
        basis = [{k: 1} for k in range(len(free))]
    members: dict[int, list[int]] = {}
    for v in np.flatnonzero(label >= 0).tolist():
        members.setdefault(int(column[label[v]]), []).append(v)
    edges = np.array(list(first.values()), dtype=np.int64)
    touching: dict[int, list[int]] = {}
    for e in edges.tolist():
        for k in {int(head[e]), int(tail[e])} - {-1}:
            touching.setdefault(k, []).append(e)
    found = []
    for vector in basis:
        ask()
        entries = vector if isinstance(vector, dict) else {k: x for k, x in enumerate(vector) if x}
        kappa = {
            int(params[e]): entries.get(int(head[e]), 0) - entries.get(int(tail[e]), 0)
            for k in entries
            for e in touching.get(k, ())
        }
        law = Polynomial.of((x, [(c, 2)]) for c, x in kappa.items())
        values = sorted((v, x) for k, x in entries.items() for v in members[k])
        found.append(Potential(tuple(values), law))
    return found
