"""Parameters with names and shapes; gated graphs, edge by edge or by their widths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

FROZEN = -1  # Graph.param of an edge with a constant weight


@dataclass(frozen=True)
class Parameter:
    """A named array of parameters.

    Attributes
    ----------
    name : str
    shape : tuple of int
        () for a scalar.
    """

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of its entries."""
        return prod(map(int, self.shape))

    def entries(self) -> Iterator[str]:
        """Names of the entries in row-major order.

        Yields
        ------
        str
            W1[0,0], W1[0,1], ...; the bare name for a scalar.
        """
        for index in np.ndindex(self.shape):
            yield f"{self.name}[{','.join(map(str, index))}]" if index else self.name

    def entry(self, number: int) -> str:
        """The name of one entry.

        Parameters
        ----------
        number : int
            In row-major order.

        Returns
        -------
        str
        """
        if not self.shape:
            return self.name
        index = []
        for n in reversed(self.shape):
            number, i = divmod(number, n)
            index.append(str(i))
        return f"{self.name}[{','.join(reversed(index))}]"


@dataclass(frozen=True, eq=False)
class Graph:
    """A gated linear program on a directed acyclic graph, or a part of one.

    Nodes are numbered in topological order. Edge e runs from tail[e] to head[e] > tail[e] with
    parameter param[e], which other edges may share, or, where that is FROZEN, with the constant
    weight[e]; edges are sorted by head, then tail. sources inject a value, outputs are read, gated
    nodes multiply what they receive by a free factor. A part keeps the numbers of nodes and
    parameters of the whole.
    """

    nodes: int
    params: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    param: NDArray[np.int64]
    sources: tuple[int, ...]
    outputs: tuple[int, ...]
    gated: tuple[int, ...]
    weight: NDArray[np.int64] | None = None

    def __reduce__(self) -> tuple[type[Graph], tuple[Any, ...]]:
        """What a pickle holds: not what was computed from it."""
        edges, ends = (self.tail, self.head, self.param), (self.sources, self.outputs, self.gated)
        return Graph, (self.nodes, self.params, *edges, *ends, self.weight)

    @property
    def edges(self) -> int:
        return len(self.tail)

    @cached_property
    def ptr(self) -> NDArray[np.int64]:
        """Edges into node v are ptr[v] .. ptr[v+1]-1."""
        return np.concatenate(
            [[0], np.cumsum(np.bincount(self.head, minlength=self.nodes))]
        ).astype(np.int64)

    @cached_property
    def own_params(self) -> NDArray[np.int64]:
        """The parameters that occur on an edge, increasing."""
        return np.flatnonzero(self.uses)

    @cached_property
    def uses(self) -> NDArray[np.int64]:
        """On how many edges each parameter occurs."""
        return np.bincount(self.param[self.param != FROZEN], minlength=self.params)

    @cached_property
    def reachable(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which nodes a source reaches, and which nodes reach an output."""
        down, up = np.zeros(self.nodes, dtype=bool), np.zeros(self.nodes, dtype=bool)
        down[list(self.sources)] = True
        up[list(self.outputs)] = True
        tails, heads = self.tail.tolist(), self.head.tolist()
        for u, v in zip(tails, heads, strict=True):
            down[v] |= down[u]
        for u, v in zip(reversed(tails), reversed(heads), strict=True):
            up[u] |= up[v]
        return down, up

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Which edges lie on a path from a source to an output."""
        down, up = self.reachable
        return down[self.tail] & up[self.head]


@dataclass(frozen=True)
class Layers:
    """A layered gated program by its widths alone: every node of a layer is joined to every node of
    the next.

    gated: for each hidden layer whether its nodes are. biased: for each layer but the first whether
    a constant node, one more source, feeds it too.
    """

    widths: tuple[int, ...]
    gated: tuple[bool, ...]
    biased: tuple[bool, ...]

    @property
    def params(self) -> int:
        """The number of edges; each has a parameter of its own."""
        return sum(
            m * (n + b) for n, m, b in zip(self.widths, self.widths[1:], self.biased, strict=False)
        )

    @property
    def hidden(self) -> int:
        return sum(self.widths[1:-1])
