"""Vector fields of a gated graph as probes: random combinations of the gradients of phi, paths
never listed.
"""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np

from pyconslaw._core.checked import reduced
from pyconslaw._core.probe import FROZEN as FROZEN_EDGE
from pyconslaw._core.probe import Probes, Program
from pyconslaw.records.graph import FROZEN, Graph

TOGETHER = 256  # probes that are set up at a time
CHAIN = 3  # as in the C core: from so many equal letters on, a word's end is a chain


def chain_end(word) -> int:
    """The number of letters f in the end f, ..., f, g of a word; 0 when there are fewer than
    CHAIN.
    """
    k = 0
    while k + 2 <= len(word) and word[-2 - k] == word[-2]:
        k += 1
    return k if k >= CHAIN else 0


class ProbeFields:
    """W = span{grad phi_i} of a graph, through f = sum_o out_o z_o with free sources, gates and
    output weights.

    phi has one component for each (source, set of gated nodes, output) joined by paths; f is the
    sum of the components, each times its own monomial in the free values, so the gradients of such
    f span W. A generator is the row (source values, gate values, output weights).
    """

    description = "probes"

    size = None

    def __init__(self, graph: Graph):
        self.graph = graph
        self.parameters = graph.params
        param = np.where(graph.param == FROZEN, FROZEN_EDGE, graph.param)
        weight = None if graph.weight is None else graph.weight.tolist()
        self._program = Program(graph.ptr, graph.tail, param, graph.params, weight)

    def __reduce__(self) -> tuple[type[ProbeFields], tuple[Any, ...]]:
        """What a pickle holds: the graph, of which the rest is made."""
        return ProbeFields, (self.graph,)

    @property
    def _columns(self) -> list[tuple[int, ...]]:
        return [self.graph.sources, self.graph.gated, self.graph.outputs]

    def draw(self, rng, start, count, bound):
        return rng.array((count, sum(map(len, self._columns))), 1, bound)

    def _probes(self, generators, prime):
        g = self.graph
        parts = np.split(
            reduced(generators, "generators", (None, sum(map(len, self._columns))), prime),
            np.cumsum([len(c) for c in self._columns])[:-1],
            axis=1,
        )
        arrays = []
        for nodes, values, default in zip(self._columns, parts, (0, 1, 0), strict=True):
            full = np.full((len(generators), g.nodes), default, dtype=np.uint64)
            full[:, nodes] = values
            arrays.append(full)
        return Probes(self._program, *arrays, prime)

    def values(self, generators, words, point, prime):
        used = sorted({letter for word in words for letter in word})
        renumber = {letter: k for k, letter in enumerate(used)}
        short = [[renumber[letter] for letter in word] for word in words]
        probes, x = (
            self._probes(generators[used], prime),
            reduced(point, "point", (self.parameters,), prime),
        )
        ends = [chain_end(word) for word in words]
        longest: dict[tuple[int, int], int] = {}  # pure chains share one computation
        for word, k in zip(short, ends, strict=True):
            if k and k == len(word) - 1:
                key = word[0], word[-1]
                longest[key] = max(longest.get(key, 0), k)
        out = np.empty((len(words), self.parameters), dtype=np.uint64)
        nested = [
            i
            for i, (word, k) in enumerate(zip(words, ends, strict=True))
            if not k or k < len(word) - 1
        ]
        out[nested] = probes.words([short[i] for i in nested], x)
        for (f, g), length in longest.items():
            block = probes.chain(f, g, length, x)
            for i, (word, k) in enumerate(zip(short, ends, strict=True)):
                if k and k == len(word) - 1 and (word[0], word[-1]) == (f, g):
                    out[i] = block[k]
        return out

    def at_points(self, generators, points, prime):
        """The value of generator k at point k, (generators x parameters)."""
        rows = []
        for k, point in enumerate(points):
            if k % TOGETHER == 0:
                probes = self._probes(generators[k : k + TOGETHER], prime)
            rows.append(probes.words([(k % TOGETHER,)], point))
        return np.concatenate(rows) if rows else np.zeros((0, self.parameters), dtype=np.uint64)

    def chain(self, generators, letters, length, point, prime, *, stop=None):
        """Values of (ad_f)^k g, k = 0 .. length, the words (f, ..., f, g), of the letters (f, g);
        polynomial cost in length. None when stop() has said so.
        """
        x = reduced(point, "point", (self.parameters,), prime)
        return self._probes(generators[list(letters)], prime).chain(0, 1, length, x, stop)

    def chain_cost(self, length: int) -> float:
        """Estimated products of `chain`."""
        return self.graph.edges * (length + 1.0) ** 3

    def cost(self, generators, words):
        total, pure = 0.0, {}
        for word in words:
            k = chain_end(word)
            if k and k == len(word) - 1:
                key = word[0], word[-1]
                pure[key] = max(pure.get(key, 0), k)
            else:
                total += (
                    4 * self.graph.edges * 3.0 ** (len(word) - k) * (2.0 * (k + 1) ** 3 if k else 1)
                )
        return total + sum(self.chain_cost(k) for k in pure.values())

    def size_bounds(self, bound):
        paths = np.zeros(self.graph.nodes)  # log2 of the number of paths from sources
        depth = np.zeros(self.graph.nodes, dtype=np.int64)
        sources = set(self.graph.sources)
        for v in range(self.graph.nodes):
            tails = self.graph.tail[self.graph.ptr[v] : self.graph.ptr[v + 1]]
            paths[v] = 0.0 if v in sources else -np.inf
            if len(tails):
                paths[v] = np.logaddexp2.reduce(np.append(paths[tails], paths[v]))
                depth[v] = depth[tails].max() + 1
        longest = int(depth.max(initial=0))
        total = float(np.logaddexp2.reduce(paths[list(self.graph.outputs)]))
        if self.graph.weight is not None:
            total += longest * log2(max(int(abs(self.graph.weight).max(initial=1)), 1))
        # a partial derivative of degree longest - 1: each path once, times source, gates and output
        # weight
        return max(longest - 1, 0), max(total, 0.0) + log2(max(longest, 1)) + (longest + 2) * log2(
            bound
        )

    def generators_json(self, generators):
        ends = np.cumsum([len(c) for c in self._columns])[:-1]
        return [
            dict(
                zip(
                    ("source", "gate", "out"),
                    (part.tolist() for part in np.split(row, ends)),
                    strict=True,
                )
            )
            for row in generators
        ]
