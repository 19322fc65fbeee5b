"""Linear laws that come from the data or from the loss."""

from __future__ import annotations

from math import gcd, lcm

import numpy as np

from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial


def data_laws(graph: Graph, sources: np.ndarray, gates: np.ndarray, loss: str):
    """Linear laws of the function on data, as (reason, polynomial).

    Into a neuron v, the weights from sources move in the span of the examples on which v is not
    off: their products with vectors orthogonal to those are conserved. With a softmax loss the
    signals of the outputs add up to 0: so do the gradients of a column. Only parameters that are on
    one edge are considered.
    """
    gate_of = {v: gates[:, k] for k, v in enumerate(graph.gated)}
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
        seen = sources[:, [column[int(graph.tail[e])] for e in edges]]
        rows = [
            _primitive(row)
            for i, row in enumerate(seen.tolist())
            if v not in gate_of or gate_of[v][i] != 0
        ]
        matrix = np.array(rows, dtype=object).reshape(len(rows), len(edges))
        for vector in integer_nullspace(matrix):
            yield (
                "data",
                Polynomial.of(
                    (c, [(int(graph.param[e]), 1)]) for c, e in zip(vector, edges, strict=True) if c
                ),
            )
    if loss == "softmax":
        columns: dict[int, list[int]] = {}
        for o in graph.outputs:
            for e in range(graph.ptr[o], graph.ptr[o + 1]):
                if o in gate_of or graph.param[e] == FROZEN or graph.uses[graph.param[e]] > 1:
                    columns.setdefault(int(graph.tail[e]), []).append(-1)
                else:
                    columns.setdefault(int(graph.tail[e]), []).append(int(graph.param[e]))
        for params in columns.values():
            if len(params) == len(graph.outputs) and min(params) >= 0:
                yield "softmax", Polynomial.of((1, [(k, 1)]) for k in params)


def _primitive(row) -> list[int]:
    """A rational row times a positive number: integers without common factor."""
    scale = lcm(*(x.denominator for x in row))
    integers = [int(x * scale) for x in row]
    content = gcd(*integers) or 1
    return [x // content for x in integers]
