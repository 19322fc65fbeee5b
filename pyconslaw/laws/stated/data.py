"""Laws that come from the data or from the loss."""

from __future__ import annotations

from itertools import combinations
from math import gcd, lcm

import numpy as np

from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.laws.stated.balance import balance_laws, neighbours
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial


def data_laws(graph: Graph, sources: np.ndarray, hears: np.ndarray, loss: str):
    """Linear laws of the function on data, as (reason, polynomial).

    Into a neuron v, the weights from sources move in the span of the examples on which v hears from
    the outputs (hears: examples x nodes): their products with vectors orthogonal to those are
    conserved. With a softmax loss the signals of the outputs add up to 0: so do the gradients of a
    column. Only parameters that are on one edge are considered.
    """
    column = {s: k for k, s in enumerate(graph.sources)}
    for v in range(graph.nodes):
        edges = [
            e
            for e in range(graph.ptr[v], graph.ptr[v + 1])
            if int(graph.tail[e]) in column
            and graph.param[e] != FROZEN
            and graph.uses[graph.param[e]] == 1
        ]
        if not edges:
            continue
        seen = sources[:, [column[int(graph.tail[e])] for e in edges]][hears[:, v]]
        rows = [_primitive(row) for row in seen.tolist()]
        matrix = np.array(rows, dtype=object).reshape(len(rows), len(edges))
        for vector in integer_nullspace(matrix):
            yield (
                "data",
                Polynomial.of(
                    (c, [(int(graph.param[e]), 1)]) for c, e in zip(vector, edges, strict=True) if c
                ),
            )
    if loss == "softmax":
        yield from (("softmax", law) for law in _column_sums(graph))


def _column_sums(graph: Graph):
    """The sums of the weights from a node to all outputs, where these have no gate and feed
    nothing: the signals there are those of the loss.
    """
    if np.isin(graph.outputs, graph.tail).any():
        return
    gated = set(graph.gated)
    columns: dict[int, list[int]] = {}
    for o in graph.outputs:
        for e in range(graph.ptr[o], graph.ptr[o + 1]):
            own = o not in gated and graph.param[e] != FROZEN and graph.uses[graph.param[e]] == 1
            columns.setdefault(int(graph.tail[e]), []).append(int(graph.param[e]) if own else -1)
    for params in columns.values():
        if len(params) == len(graph.outputs) and min(params) >= 0:
            yield Polynomial.of((1, [(k, 1)]) for k in params)


def twin_laws(graph: Graph, gated: tuple[int, ...], gates: np.ndarray):
    """Balance laws of two neurons that are switched alike, as (reason, polynomial).

    graph: without the gates that are constant; gated, gates: its nodes that had one, and their
    values (examples x gated). For neurons i, j with the same neighbours and equal gates g, values
    z = g s and signals d = g b, the derivative of their balance along an output is
    g b_i s_j + g b_j s_i - g s_i b_j - g s_j b_i = 0. The laws of neurons without gate are among
    those of the graph.
    """
    switched, found = set(graph.gated), neighbours(graph)
    groups: dict[tuple, list[int]] = {}
    for v, column in zip(gated, gates.T, strict=True):
        if v in switched and v in found:
            groups.setdefault((*found[v][:2], tuple(column.tolist())), []).append(v)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    yield from (("twins", law) for law in balance_laws(graph, pairs))


def _primitive(row) -> list[int]:
    """A rational row times a positive number: integers without common factor."""
    scale = lcm(*(x.denominator for x in row))
    integers = [int(x * scale) for x in row]
    content = gcd(*integers) or 1
    return [x // content for x in integers]
