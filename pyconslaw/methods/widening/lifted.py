"""Lifted vector fields of a small layered network: what a probe does to the weights, and to neurons
that are about to be added.

A neuron that is added to hidden layer k has weights y = (a, b) from the layer below (and the
constant neuron) and to the layer above, a vector of E_k. While y is small the network does not feel
it, and a probe f moves it by y' = M_k(theta) y, and the weight between two such neurons, y in layer
k and x in layer k + 1, by q_k(theta)(y, x). A lifted vector field is (grad f, M, q); all M and q
are read off where the neurons run over bases. docs/mathematics.md has the theory. Arrays have the
axes (word, nilpotent part, ...): part S of an element of (Z/p)[e_1, ..., e_m] / (e_i^2) belongs to
the product of the e_i with bit i - 1 in S.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from pyconslaw.methods.widening.growth import spaces
from pyconslaw.records.graph import Layers

PRIME_BITS = 26  # sums of 2^11 products of residues stay below 2^63


@dataclass(frozen=True, eq=False)
class Probe:
    """Probes, one a row of each array: source values (the constant neuron last), gates of the
    neurons and of the added ones, weights of the outputs.
    """

    source: np.ndarray
    gates: tuple[np.ndarray, ...]  # for each hidden layer; ones where it has none
    added: np.ndarray  # words x hidden layers, ones likewise
    out: np.ndarray

    def __getitem__(self, rows) -> Probe:
        return Probe(
            self.source[rows], tuple(g[rows] for g in self.gates), self.added[rows], self.out[rows]
        )

    def __len__(self) -> int:
        return len(self.out)

    def joined(self, other: Probe) -> Probe:
        """These, then the others."""
        gates = tuple(np.concatenate(pair) for pair in zip(self.gates, other.gates, strict=True))
        pairs = ((self.source, other.source), (self.added, other.added), (self.out, other.out))
        source, added, out = map(np.concatenate, pairs)
        return Probe(source, gates, added, out)

    def json(self, layers: Layers) -> list[dict]:
        has = [k for k, gates in enumerate(layers.gated) if gates]
        wide = layers.widths[0] + any(layers.biased)
        return [
            {
                "source": self.source[i, :wide].tolist(),
                "gate": [m for k in has for m in self.gates[k][i].tolist()],
                "added": self.added[i, has].tolist(),
                "out": self.out[i].tolist(),
            }
            for i in range(len(self.out))
        ]


def draw_probes(layers: Layers, count: int, rng, bound: int) -> Probe:
    """Random probes."""

    def numbers(n, free=True):
        return (
            rng.array((count, n), 1, bound).astype(np.int64)
            if free
            else np.ones((count, n), dtype=np.int64)
        )

    source = numbers(layers.widths[0] + 1)
    gates = tuple(numbers(n, has) for n, has in zip(layers.widths[1:], layers.gated, strict=False))
    added = (
        np.concatenate([numbers(1, has) for has in layers.gated], axis=1)
        if layers.gated
        else numbers(0)
    )
    return Probe(source, gates, added, numbers(layers.widths[-1]))


@cache
def _splits(parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of disjoint sets (bit masks) below parts, ordered by their union, and where each
    union starts.
    """
    pairs = [(t, s ^ t) for s in range(parts) for t in range(s + 1) if t & s == t]
    sizes = [2 ** s.bit_count() for s in range(parts)]
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    return left, right, np.cumsum([0, *sizes[:-1]])


class LiftedFields:
    """The lifted vector fields of a layered network at a point, modulo a prime of at most 26
    bits.
    """

    def __init__(self, layers: Layers, point: np.ndarray, prime: int):
        self.layers, self.prime, self.spaces = layers, prime, spaces(layers)
        weights, start = [], 0
        for k, (below, n) in enumerate(zip(layers.widths, layers.widths[1:], strict=False)):
            w = point[start : start + n * below].reshape(n, below)
            start += n * below
            if layers.biased[k]:
                w = np.concatenate([w, point[start : start + n].reshape(n, 1)], axis=1)
                start += n
            weights.append(w.astype(np.int64) % prime)
        self.state = tuple(weights) + tuple(np.eye(e, dtype=np.int64) for e in self.spaces)
        self.size = (
            layers.params
            + sum(e * e for e in self.spaces)
            + sum(a * b for a, b in zip(self.spaces, self.spaces[1:], strict=False))
        )
        self.sweep = 3 * layers.params + 3 * self.size

    def cost(self, letters: int) -> float:
        """Products of one word of so many letters."""
        return self.sweep * 3.0**letters

    def _times(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Matrix products over nilpotent numbers."""
        parts = a.shape[1]
        if parts == 1:
            return (a @ b) % self.prime
        left, right, start = _splits(parts)
        return np.add.reduceat((a[:, left] @ b[:, right]) % self.prime, start, axis=1) % self.prime

    def _gated(self, x: np.ndarray, factor: np.ndarray) -> np.ndarray:
        return x * factor[:, None, :, None] % self.prime

    def _fields(self, probe: Probe, state: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
        """The lifted vector field of probe i at state i: for the weights, for the added neurons,
        for the weights between these.
        """
        layers, n, q = self.layers, self.layers.widths, len(self.layers.widths) - 1
        weights, added = state[:q], state[q:]
        words, parts = weights[0].shape[:2]

        def constant(values):
            full = np.zeros((words, parts, values.shape[1], 1), dtype=np.int64)
            full[:, 0, :, 0] = values
            return full

        one = constant(probe.source[:, -1:])
        # by layer: the values below it, the constant neuron last
        below = []
        z = constant(probe.source[:, :-1])
        for k in range(q):
            below.append(np.concatenate([z, one], axis=2) if layers.biased[k] else z)
            if k < q - 1:
                z = self._gated(self._times(weights[k], below[k]), probe.gates[k])
        signals = [constant(probe.out)]  # from the outputs down, behind the gates
        for k in range(q - 1, 0, -1):
            back = np.swapaxes(weights[k][:, :, :, : n[k]], 2, 3)
            signals.insert(0, self._gated(self._times(back, signals[0]), probe.gates[k - 1]))
        moved = [self._times(d, np.swapaxes(z, 2, 3)) for d, z in zip(signals, below, strict=True)]
        values, behind = [], []  # rows: of the added neurons of a layer
        for k, y in enumerate(added):
            ins = below[k].shape[2]
            gate = probe.added[:, k : k + 1]
            values.append(
                self._gated(self._times(np.swapaxes(below[k], 2, 3), y[:, :, :ins]), gate)
            )
            behind.append(
                self._gated(self._times(np.swapaxes(signals[k + 1], 2, 3), y[:, :, ins:]), gate)
            )
            moved.append(
                np.concatenate(
                    [self._times(below[k], behind[k]), self._times(signals[k + 1], values[k])],
                    axis=2,
                )
            )
        between = [
            self._times(np.swapaxes(v, 2, 3), d) for v, d in zip(values, behind[1:], strict=False)
        ]
        return (*moved, *between)

    def _word(self, probes: Probe, letters: np.ndarray, state):
        """Nested brackets: [g, w] is the e-part of w(theta + e g(theta)) less that of g(theta + e
        w(theta)).
        """
        first = probes[letters[:, 0]]
        x = self._fields(first, state)
        if letters.shape[1] == 1:
            return x
        half = state[0].shape[1]
        # the weights between added neurons act on nothing
        known = len(state)
        y = self._word(
            probes,
            letters[:, 1:],
            [np.concatenate(pair, axis=1) for pair in zip(state, x[:known], strict=True)],
        )
        back = self._fields(
            first,
            [
                np.concatenate([s, v[:, :half]], axis=1)
                for s, v in zip(state, y[:known], strict=True)
            ],
        )
        return tuple((a[:, half:] - b[:, half:]) % self.prime for a, b in zip(y, back, strict=True))

    def values(self, probes: Probe, words: Sequence[Sequence[int]]) -> np.ndarray:
        """Values of words of one length at the point: weights, M_1, M_2, ..., q_1, q_2, ... in a
        row each.
        """
        letters = np.array(words, dtype=np.int64)
        state = [np.broadcast_to(s, (len(words), 1, *s.shape)) for s in self.state]
        return np.concatenate(
            [part[:, 0].reshape(len(words), -1) for part in self._word(probes, letters, state)],
            axis=1,
        ).astype(np.uint64)
