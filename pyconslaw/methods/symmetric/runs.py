"""Sub-networks of a few copies at a symmetric point, and what values of brackets there say about
each component of the trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from pyconslaw.fields.graphs import layered_graph
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.methods.symmetric.points import Component, SymmetricPoint

LINEAR, GATED = "linear", "relu"


class Run:
    """The sub-network of some copies, at most two of each type; probes that vanish outside it never
    leave it.
    """

    def __init__(self, point: SymmetricPoint, copies: Sequence[int]):
        self.copies = tuple(copies)
        kinds = [point.types[t] for t in copies]
        layers = [[kind.widths[k] for kind in kinds] for k in range(point.layers + 1)]
        self.widths = tuple(map(sum, layers))
        names = [GATED if gate else LINEAR for gate in point.gated]
        self.fields = ProbeFields(layered_graph(self.widths, names, point.biased))
        # by parameter: the weight, and (copy of the head, copy of the tail), the constant neuron
        # being copy n
        values, owners = [], []
        n = len(copies)
        for k in range(1, point.layers + 1):
            below, above = (np.repeat(np.arange(n), layers[k - 1 + up]) for up in (0, 1))
            block = np.zeros((len(above), len(below)), dtype=np.int64)
            for copy, kind in enumerate(kinds):
                block[np.ix_(above == copy, below == copy)] = kind.matrices[k - 1]
            values.append(block.ravel())
            owners.append((above[:, None] * (n + 1) + below).ravel())
            if point.biased[k - 1]:
                values.append(np.zeros(len(above), dtype=np.int64))
                owners.append(above * (n + 1) + n)
        self.point = np.concatenate(values).astype(np.uint64)
        owner = np.concatenate(owners)
        self._at = {
            (a, b): np.flatnonzero(owner == a * (n + 1) + b) for a in range(n) for b in range(n + 1)
        }
        offsets = np.cumsum([0, *(t.size for t in point.types)])
        self._offset = {t: int(offsets[t]) for t in set(copies)}
        self._total, self._sizes = int(offsets[-1]), [t.size for t in point.types]
        self._many = {t for t in set(copies) if point.types[t].copies > 1}

    @property
    def size(self) -> int:
        """Parameters of the sub-network."""
        return len(self.point)

    def project(self, values: np.ndarray, prime: int) -> dict[Component, np.ndarray]:
        """What each row of values (rows x parameters, mod prime) has in each component that this
        run can see.
        """
        p, n = np.uint64(prime), len(self.copies)
        first: dict[int, int] = {}
        second: dict[int, int] = {}
        for copy, kind in enumerate(self.copies):
            (second if kind in first else first)[kind] = copy

        def block(a, b):
            return values[:, self._at[a, b]]

        def plus(x, y):
            return (x + y) % p

        def minus(x, y):
            return (x + (p - y)) % p

        one = np.zeros((len(values), self._total), dtype=np.uint64)
        found: dict[Component, np.ndarray] = {("one",): one}
        for kind, a in first.items():
            diagonal = block(a, a)
            place = slice(self._offset[kind], self._offset[kind] + self._sizes[kind])
            one[:, place] = diagonal
            if kind in second:
                b = second[kind]
                one[:, place] = plus(diagonal, block(b, b))
                diagonal = minus(diagonal, block(b, b))
                found["symmetric", kind] = plus(block(a, b), block(b, a))
                found["skew", kind] = minus(block(a, b), block(b, a))
            if kind in self._many:
                found["diagonal", kind] = diagonal
            if len(self._at[a, n]):
                found["bias", kind] = block(a, n)
        for i, j in combinations(sorted(first), 2):
            found["pair", i, j] = np.concatenate(
                [block(first[i], first[j]), block(first[j], first[i])], axis=1
            )
        return {key: rows for key, rows in found.items() if rows.shape[1]}


def joint_run(point: SymmetricPoint) -> tuple[int, ...]:
    """All types, twice where there are two copies."""
    return tuple(t for t, kind in enumerate(point.types) for _ in range(min(kind.copies, 2)))


def small_runs(point: SymmetricPoint) -> Iterator[tuple[int, ...]]:
    """The copies of small runs: each type twice, each pair of types, and all types of one copy
    together.
    """
    kinds = range(len(point.types))
    yield from (helped(point, (t,) * min(point.types[t].copies, 2)) for t in kinds)
    yield from (helped(point, pair) for pair in combinations(kinds, 2))
    lonely = tuple(t for t in kinds if point.types[t].copies == 1)
    if len(lonely) > 2:
        yield helped(point, lonely)


def larger_run(point: SymmetricPoint, component: Component) -> tuple[int, ...]:
    """Copies for a component that small runs left short: its types twice, and the longest type."""
    kinds = component[1:] or range(len(point.types))
    longest = _longest(point)
    return tuple(t for t in sorted({*kinds, longest}) for _ in range(min(point.types[t].copies, 2)))


def _longest(point: SymmetricPoint) -> int:
    """The type that goes farthest from the input to the output, the smallest of several."""

    def rank(t):
        kind = point.types[t]
        return min(kind.widths) > 0, np.count_nonzero(kind.widths), -kind.size

    return max(range(len(point.types)), key=rank)


def helped(point: SymmetricPoint, copies: tuple[int, ...]) -> tuple[int, ...]:
    """The copies; where some width is 0, with the longest type, so that something gets from the
    input to the output.
    """
    widths = [sum(point.types[t].widths[k] for t in copies) for k in range(point.layers + 1)]
    longest = _longest(point)
    return (
        copies
        if min(widths) or copies.count(longest) == min(point.types[longest].copies, 2)
        else (*copies, longest)
    )


def run_size(point: SymmetricPoint, copies) -> int:
    """Weights of the sub-network of these copies; 0 when a layer is empty."""
    widths = [sum(point.types[t].widths[k] for t in copies) for k in range(point.layers + 1)]
    return sum(a * b for a, b in zip(widths, widths[1:], strict=False)) if min(widths) else 0
