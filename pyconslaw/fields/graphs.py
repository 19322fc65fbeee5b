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
    first = widths[0] + (constant is not None)
    tails, heads, params = [], [], []
    below, start, offset = np.arange(widths[0]), first, 0
    for width, has_bias in zip(widths[1:], biased, strict=True):
        n = len(below)
        weight = offset + np.arange(width * n).reshape(width, n)
        feeds = np.broadcast_to(below, (width, n))
        offset += width * n
        if has_bias:
            weight = np.column_stack([weight, offset + np.arange(width)])
            feeds = np.column_stack([feeds, np.full(width, constant)])
            offset += width
        order = np.argsort(feeds[0], kind="stable")
        tails.append(feeds[:, order].ravel())
        params.append(weight[:, order].ravel())
        heads.append(np.repeat(start + np.arange(width), feeds.shape[1]))
        below = start + np.arange(width)
        start += width
    ends = np.cumsum([first, *widths[1:]])
    gated = [v for k, a in enumerate(names) if a != "linear" for v in range(ends[k], ends[k + 1])]
    return Graph(
        nodes=int(ends[-1]),
        params=offset,
        tail=np.concatenate(tails),
        head=np.concatenate(heads),
        param=np.concatenate(params),
        sources=tuple(range(first)),
        outputs=tuple(range(int(ends[-2]), int(ends[-1]))),
        gated=tuple(map(int, gated)),
    )
