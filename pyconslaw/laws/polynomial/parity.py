"""Sign changes of coordinates that leave W as it is, and what they separate.

A sign change eps in {1, -1}^D that takes every component of phi, or every vector field, to itself
or its negative takes laws to laws, so the space of polynomial laws is the direct sum of its parts
under any set of such changes: monomials on which one of them differs never mix
(docs/mathematics.md). Sixty-four of them, drawn at random, are packed into one word a variable: the
exclusive or of the words of its odd variables is the class of a monomial. Too few or unlucky draws
make classes larger, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from pyconslaw._core.zp import Random
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import FROZEN, Graph

MASKS = 1_000  # relations between two questions


@dataclass(frozen=True, eq=False)
class Grading:
    """keys: a word for each variable. by_degree: whether phi is homogeneous, so that degrees do not
    mix either.
    """

    keys: np.ndarray
    by_degree: bool


def grading_of(family: PolynomialFields | ProbeFields, rng: Random, ask: Ask = nobody) -> Grading:
    """The grading of the laws of a family of vector fields."""
    if isinstance(family, ProbeFields):
        return _graph_grading(family.graph, rng)
    relations, homogeneous = [], True
    # the sign of a term m d/dx_v is that of m times that of x_v
    for field in family.fields:
        ask()
        masks = [
            1 << v ^ sum(1 << w for w, e in m if e % 2)
            for v, f in field.items()
            for _, m in f.terms
        ]
        relations += [mask ^ masks[0] for mask in masks[1:]]
        homogeneous &= len({sum(e for _, e in m) for f in field.values() for _, m in f.terms}) <= 1
    return Grading(_random_words(relations, family.parameters, rng, ask), homogeneous)


def _random_words(relations: list[int], count: int, rng: Random, ask: Ask = nobody) -> np.ndarray:
    """count random words such that the exclusive or over the bits of every relation is 0 (and no
    others, as far as chance has it).
    """
    rows: dict[int, int] = {}
    for k, mask in enumerate(relations):
        if k % MASKS == 0:
            ask()
        kept = 0  # reduced in all bits, not the first alone: rows stay short
        while mask:
            top = mask.bit_length() - 1
            if top not in rows:
                kept |= 1 << top
            mask ^= rows.get(top, 1 << top)
        if kept:
            rows[kept.bit_length() - 1] = kept
    words = rng.array(count, 0, (1 << 64) - 1)
    # the others of the row are lower, and final
    for top in sorted(rows):
        mask, word = rows[top] ^ 1 << top, 0
        while mask:
            low = mask & -mask
            word ^= int(words[low.bit_length() - 1])
            mask ^= low
        words[top] = word
    return words


def _graph_grading(graph: Graph, rng: Random) -> Grading:
    """A node's sign is that of what it passes on times that of what it receives; without gate the
    two agree.

    An edge changes by the sign at its tail times that at its head: the product over a path then
    depends on its gated nodes and ends alone, as a component of phi does. Where a direct edge is
    the only path between two such nodes it is free besides.
    """
    unique, homogeneous = _segments(graph)
    nodes, edges = graph.nodes, graph.edges
    gated = np.zeros(nodes, dtype=bool)
    gated[list(graph.gated)] = True
    receives = np.where(gated, nodes + np.arange(nodes), np.arange(nodes))
    alive, tied = graph.alive, (graph.param == FROZEN)
    own = graph.param != FROZEN
    tied[own] = graph.uses[graph.param[own]] > 1
    free = unique | ~alive
    relations, first = [], {}

    def mask(e):
        return (
            1 << 2 * nodes + e
            if free[e]
            else 1 << int(graph.tail[e]) ^ 1 << int(receives[graph.head[e]])
        )

    for e in np.flatnonzero(alive & tied).tolist():
        c = int(graph.param[e])
        if c == FROZEN:
            relations.append(mask(e))
        else:
            relations.append(mask(e) ^ mask(first.setdefault(c, e)))
    words = _random_words(relations, 2 * nodes + edges, rng)
    by_edge = np.where(free, words[2 * nodes :], words[graph.tail] ^ words[receives[graph.head]])
    keys = rng.array(graph.params, 0, (1 << 64) - 1)  # stays with parameters on no path
    at = alive & own
    keys[graph.param[at]] = by_edge[at]
    return Grading(keys, homogeneous)


def _segments(graph: Graph) -> tuple[np.ndarray, bool]:
    """(which edges are alone between two ends of segments, whether all segments between the same
    ends are equally long).

    A segment is a path between sources, gated nodes and outputs without a gate inside; its length
    counts the edges that are not frozen.
    """
    alive = graph.alive
    out: dict[int, list[int]] = {}
    for e in np.flatnonzero(alive).tolist():
        out.setdefault(int(graph.tail[e]), []).append(e)
    heads, frozen = graph.head.tolist(), (graph.param == FROZEN).tolist()
    gated, outputs = set(graph.gated), set(graph.outputs)
    entered = set(graph.head[alive].tolist())
    unique, homogeneous = np.zeros(graph.edges, dtype=bool), True
    for a in sorted({*graph.sources, *gated} & out.keys()):
        paths, shortest, longest, todo = {a: 1}, {a: 0}, {a: 0}, [a]
        while todo:
            v = heappop(todo)
            for e in out.get(v, ()):
                w, low, high = heads[e], shortest[v] + (not frozen[e]), longest[v] + (not frozen[e])
                if w not in paths:
                    paths[w], shortest[w], longest[w] = 0, low, high
                    if w not in gated:
                        heappush(todo, w)
                paths[w] = min(2, paths[w] + paths[v])
                shortest[w], longest[w] = min(shortest[w], low), max(longest[w], high)
        homogeneous &= all(shortest[v] == longest[v] for v in paths if v in gated or v in outputs)
        if a in gated or a not in entered:
            for e in out[a]:
                unique[e] = paths[heads[e]] == 1 and (heads[e] in gated or heads[e] not in out)
    return unique, homogeneous
