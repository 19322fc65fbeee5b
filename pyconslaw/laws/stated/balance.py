"""Balance laws of a gated graph: for neurons i, j with the same neighbours,

    h_ij = sum_u theta_{u->i} theta_{u->j} - sum_w theta_{i->w} theta_{j->w}.

For i = j the neuron's balance |in|^2 - |out|^2; for a hidden linear layer, all pairs together, the
entries of W_k W_k^T + b_k b_k^T - W_{k+1}^T W_{k+1}. Why they are conserved is a local identity
with free gates, written out in docs/mathematics.md and checked by the verifier on the graph.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyconslaw._core.checked import reduced
from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Polynomial

BLOCK = 1 << 22  # entries of one block of gradients


def neighbours(graph: Graph) -> dict[int, tuple[tuple[int, ...], ...]]:
    """(in-neighbours, out-neighbours, in-parameters, out-parameters) of the nodes that may have
    balance laws.

    Those are the nodes that are neither sources nor outputs, with edges on both sides, none of them
    parallel, and a parameter of its own on each.
    """
    tail, head, param, ptr = (
        graph.tail.tolist(),
        graph.head.tolist(),
        graph.param.tolist(),
        graph.ptr.tolist(),
    )
    own = graph.param != FROZEN
    own[own] = graph.uses[graph.param[own]] == 1
    alone = own.tolist()
    out: list[list[int]] = [[] for _ in range(graph.nodes)]
    for e, u in enumerate(tail):
        out[u].append(e)
    ends = set(graph.sources) | set(graph.outputs)
    found = {}
    for v in range(graph.nodes):
        into, onward = range(ptr[v], ptr[v + 1]), out[v]
        if (
            v in ends
            or not into
            or not onward
            or not all(alone[e] for e in into)
            or not all(alone[e] for e in onward)
        ):
            continue
        # increasing, as edges are by head, then tail
        tails, heads = tuple(tail[e] for e in into), tuple(head[e] for e in onward)
        if len(set(tails)) == len(tails) and len(set(heads)) == len(heads):
            found[v] = tails, heads, tuple(param[e] for e in into), tuple(param[e] for e in onward)
    return found


def balance_pairs(graph: Graph) -> list[tuple[int, int]]:
    """The pairs (i, j), i <= j, that have a balance law: i = j, or two neurons without gate and
    with the same neighbours.
    """
    found, gated = neighbours(graph), set(graph.gated)
    twins: dict[tuple, list[int]] = {}
    for v, (tails, heads, _, _) in found.items():
        twins.setdefault((v,) if v in gated else (tails, heads), []).append(v)
    return sorted(
        (i, j) for group in twins.values() for k, i in enumerate(group) for j in group[k:]
    )


def balance_laws(graph: Graph, pairs) -> Iterator[Polynomial]:
    """The laws of these pairs as polynomials."""
    found = neighbours(graph) if pairs else {}
    # every parameter has one edge, so that no monomial comes twice
    for i, j in pairs:
        terms = [
            (((a, 2),) if a == b else ((a, 1), (b, 1)) if a < b else ((b, 1), (a, 1)), sign)
            for sign, side in ((1, 2), (-1, 3))
            for a, b in zip(found[i][side], found[j][side], strict=True)
        ]
        yield Polynomial(tuple((sign, monomial) for monomial, sign in sorted(terms)))


def balance_gradients(graph: Graph, pairs, point, prime: int) -> Iterator[np.ndarray]:
    """Blocks of the matrix (pairs x parameters) of the gradients mod prime at an integer point."""
    found = neighbours(graph)
    x = reduced(point, "point", (None,), prime)
    sides = {v: (np.array(f[2]), np.array(f[3])) for v, f in found.items()}
    step = max(1, BLOCK // max(1, graph.params))
    for start in range(0, len(pairs), step):
        block = np.zeros((len(pairs[start : start + step]), graph.params), dtype=np.uint64)
        for row, (i, j) in zip(block, pairs[start : start + step], strict=True):
            for sign, (a, b) in zip((1, -1), zip(sides[i], sides[j], strict=True), strict=True):
                va, vb = x[a], x[b]
                if i == j:
                    va = vb = (x[a] + x[a]) % np.uint64(prime)
                if sign < 0:
                    va, vb = (
                        (np.uint64(prime) - va) % np.uint64(prime),
                        (np.uint64(prime) - vb) % np.uint64(prime),
                    )
                row[a] = vb
                row[b] = va
        yield block
