"""Graphs of layered programs, edge by edge, from their widths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyconslaw.errors import LimitError
from pyconslaw.records.graph import Graph

EDGE_LIMIT = 2_000_000  # edges of a graph that is written out


def layered_graph(widths: Sequence[int], names: Sequence[str], biased: Sequence[bool]) -> Graph:
    """The graph of a layered network: inputs, constant neuron (with any biases), then layer by
    layer. biased: per layer of edges.

    Errors: LimitError beyond 2 000 000 edges.
    """
    total = sum(m * (n + b) for n, m, b in zip(widths, widths[1:], biased, strict=False))
    if total > EDGE_LIMIT:
        raise LimitError(f"dims: {total} edges, more than the {EDGE_LIMIT} that are listed")
    constant = widths[0] if any(biased) else None
    below, start = 0, widths[0] + (constant is not None)
    sources, outputs = range(start), range(0)
    gated: list[int] = []
    edges = np.empty((3, total), dtype=np.int64)
    offset = 0  # of edges, and of parameters
    for k, (n, width, has_bias) in enumerate(zip(widths, widths[1:], biased, strict=False)):
        weights, end = width * n, offset + width * (n + has_bias)
        tail, head, param = edges[:, offset:end].reshape(3, width, n + has_bias)
        # edges are sorted by tail: the constant neuron comes after the inputs, before all others
        first = int(has_bias and k > 0)
        tail[:, first : first + n] = np.arange(below, below + n)
        param[:, first : first + n] = np.arange(offset, offset + weights).reshape(width, n)
        if constant is not None and has_bias:
            tail[:, 0 if first else n] = constant
            param[:, 0 if first else n] = np.arange(offset + weights, end)
        outputs = range(start, start + width)
        head[:] = np.arange(start, start + width)[:, None]
        if k < len(names) and names[k] != "linear":
            gated += outputs
        below, start, offset = start, start + width, end
    tail, head, param = edges
    return Graph(start, total, tail, head, param, tuple(sources), tuple(outputs), tuple(gated))
