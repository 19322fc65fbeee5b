"""Differences of outputs, as softmax sees them: as many dimensions as with one output less.

An orthogonal change of the rows of the last weights, W, makes one row the mean of all, which
differences do not see, and the others what they see: docs/mathematics.md, "What is counted".
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pyconslaw.records.bounds import Bounds, LowerBound, UpperBound
from pyconslaw.records.graph import FROZEN, Graph


def with_fewer_outputs(graph: Graph) -> Graph | None:
    """The graph that reads all but one of the nodes whose differences a graph reads; None where it
    reads anything else, or these are fed by others, by edges that are tied or frozen, or read on.

    Examples
    --------
    >>> from pyconslaw import linear, under_loss
    >>> found = with_fewer_outputs(under_loss(linear([2, 3]), "softmax").graph)
    >>> found.outputs, found.head.tolist()
    ((2, 3), [2, 2, 3, 3, 4, 4])
    """
    if graph.weight is None:
        return None
    outputs = np.array(graph.outputs)
    is_output = np.zeros(graph.nodes, dtype=bool)
    is_output[outputs] = True
    reads = is_output[graph.head]
    heads, tails, weights = (part[reads] for part in (graph.head, graph.tail, graph.weight))
    if (
        (graph.param[reads] != FROZEN).any()
        or is_output[graph.tail].any()
        or heads.tolist() != np.repeat(outputs, 2).tolist()
        or sorted(set(weights.tolist())) != [-1, 1]
        or (weights[::2] == weights[1::2]).any()
    ):
        return None
    first, last = tails[weights == 1], np.unique(tails[weights == -1])
    rows = np.append(first, last)
    if len(last) > 1 or len(np.unique(rows)) < len(first) + 1:
        return None
    is_row = np.zeros(graph.nodes, dtype=bool)
    is_row[rows] = True
    other = np.concatenate([np.array(graph.sources), np.array(graph.gated)]).astype(int)
    if (is_row | is_output)[other].any() or np.count_nonzero(is_row[graph.tail]) != len(heads):
        return None
    fed = np.flatnonzero(is_row[graph.head])
    if (graph.param[fed] == FROZEN).any() or (graph.uses[graph.param[fed]] > 1).any():
        return None
    tails_of = [graph.tail[graph.ptr[o] : graph.ptr[o + 1]] for o in rows.tolist()]
    if any(not np.array_equal(tails_of[0], others) for others in tails_of[1:]):
        return None
    kept = ~reads
    param = graph.param[kept]
    return replace(
        graph,
        tail=graph.tail[kept],
        head=graph.head[kept],
        param=param,
        outputs=tuple(sorted(first.tolist())),
        weight=graph.weight[kept] if (param == FROZEN).any() else None,
    )


def fewer_outputs(found: Bounds) -> Bounds:
    """The bounds of a graph that reads differences, from those of the graph with one output less.

    Its laws are in other coordinates, so they are not handed on.
    """
    lower, upper = found.lower, found.upper
    why = "as with one output less"
    return Bounds(
        LowerBound(
            lower.rank,
            tuple(f"{reason}, {why}" for reason in lower.reasons),
            f"{lower.method}, {why}",
            lambda: {"kind": "fewer-outputs", "base": lower.make_proof()},
            lower.primes,
            complete=lower.complete,
        ),
        UpperBound(
            upper.dimension,
            tuple(f"{reason}, {why}" for reason in upper.reasons),
            {"kind": "fewer-outputs", "base": upper.proof},
            stated=upper.stated,
            primes=upper.primes,
        ),
    )
