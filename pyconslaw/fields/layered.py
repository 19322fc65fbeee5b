"""Probes of a layered network, many words at a time: where the prime is small, gradients and
brackets of two letters are matrix products.

A gradient is, layer by layer, the product d z^T of signals and values, and the derivative of one
along another is a sum of two such: along V = (d z^T of f), the values of g move by z' = m (U
z'_below + d_f (z_f . z_g)), the signals likewise, and D(grad g) V is d' z^T + d z'^T. So [f, g] has
rank four in each layer, and the sweeps of many words are products of the weights with a matrix that
has a row for each word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyconslaw._core.balanced import matmul
from pyconslaw._core.checked import reduced
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.records.graph import Graph, Layers

FAST_PRIME = 1 << 23  # sums of four products of residues stay exact in a double
FROM_PARAMETERS = 1_000  # below, the sweeps word by word take no longer
BLOCK = 1 << 22  # entries of a block of values that are worked on at once


class LayeredFields(ProbeFields):
    """W of a layered network: `ProbeFields`, with the short words in blocks."""

    def __init__(self, graph: Graph, layers: Layers):
        super().__init__(graph)
        self.layers = layers

    def __reduce__(self) -> tuple[type[ProbeFields], tuple[Any, ...]]:
        return LayeredFields, (self.graph, self.layers)

    def values(self, generators, words, point, prime):
        if (
            prime >= FAST_PRIME
            or self.parameters < FROM_PARAMETERS
            or not words
            or any(len(word) > 2 or not word for word in words)
        ):
            return super().values(generators, words, point, prime)
        used = sorted({letter for word in words for letter in word})
        number = {letter: k for k, letter in enumerate(used)}
        x = reduced(point, "point", (self.parameters,), prime)
        rows = reduced(generators[used], "generators", (None, sum(map(len, self._columns))), prime)
        sweep = _Sweep(self.layers, rows, x, prime)
        out = np.empty((len(words), self.parameters), dtype=np.uint64)
        size = max(1, BLOCK // self.parameters)
        for length in (1, 2):
            places = np.array(
                [i for i, word in enumerate(words) if len(word) == length], dtype=np.intp
            )
            letters = np.array(
                [[number[letter] for letter in words[i]] for i in places], dtype=np.intp
            ).reshape(len(places), length)
            for start in range(0, len(places), size):
                block = letters[start : start + size]
                out[places[start : start + size]] = (
                    sweep.gradients(block[:, 0])
                    if length == 1
                    else sweep.brackets(block[:, 0], block[:, 1])
                )
        return out


class _Sweep:
    """Values and signals of some probes at a point, by layer; rows belong to probes."""

    def __init__(self, layers: Layers, rows: np.ndarray, point: np.ndarray, prime: int):
        self.layers, self.prime = layers, prime
        n, q = layers.widths, len(layers.widths) - 1
        self.weights, self.gates, start = [], [], 0
        for k in range(q):
            end = start + n[k + 1] * n[k]
            matrix = np.ascontiguousarray(point[start:end].reshape(n[k + 1], n[k]))
            start = end + n[k + 1] * layers.biased[k]
            self.weights.append((matrix, point[end:start]))
        at = n[0] + any(layers.biased)
        one = rows[:, n[0] : at]
        for k, has in enumerate(layers.gated, 1):
            self.gates.append(rows[:, at : at + n[k]] if has else None)
            at += n[k] * has
        z, self.below, self.signals = rows[:, : n[0]], [], [rows[:, at:]]
        for k in range(q):
            self.below.append(np.concatenate([z, one], axis=1) if layers.biased[k] else z)
            if k < q - 1:
                w, bias = self.weights[k]
                z = self._times(z, w.T)
                if layers.biased[k]:
                    z = (z + one * bias) % prime
                z = self._gated(z, self.gates[k])
        for k in range(q - 1, 0, -1):
            self.signals.insert(
                0, self._gated(self._times(self.signals[0], self.weights[k][0]), self.gates[k - 1])
            )

    def _times(self, a, b):
        return matmul(np.ascontiguousarray(a), np.ascontiguousarray(b), self.prime)

    def _gated(self, x, gates):
        return x if gates is None else x * gates % self.prime

    def _dots(self, a, b):
        """Row by row."""
        return (a * b % self.prime).sum(axis=1, keepdims=True) % self.prime

    def _joined(self, parts) -> np.ndarray:
        """The rows of blocks (words x n_k x n_below), in the order of the parameters."""
        found = []
        for n, block in zip(self.layers.widths, parts, strict=False):
            found.append(block[:, :, :n].reshape(len(block), -1))
            if block.shape[2] > n:
                found.append(block[:, :, n])
        return np.concatenate(found, axis=1)

    def _outer(self, pairs) -> np.ndarray:
        """Sums of outer products (words x n x m) of pairs of rows, at most four, as residues."""
        left = np.stack([a for a, _ in pairs], axis=2).astype(np.float64)
        right = np.stack([b for _, b in pairs], axis=1).astype(np.float64)
        return (left @ right).astype(np.int64) % self.prime

    def gradients(self, f) -> np.ndarray:
        return self._joined(
            [self._outer([(d[f], z[f])]) for d, z in zip(self.signals, self.below, strict=True)]
        ).astype(np.uint64)

    def brackets(self, f, g) -> np.ndarray:
        """[f, g] = Dg f - Df g, word by word."""
        z_dots = [self._dots(z[f], z[g]) for z in self.below]
        d_dots = [self._dots(d[f], d[g]) for d in self.signals]
        (z_g, d_g), (z_f, d_f) = (
            self._moved(g, f, z_dots, d_dots),
            self._moved(f, g, z_dots, d_dots),
        )
        p, parts = np.uint64(self.prime), []
        for k, (d, z) in enumerate(zip(self.signals, self.below, strict=True)):
            parts.append(
                self._outer(
                    [
                        (d_g[k], z[g]),
                        (d[g], z_g[k]),
                        ((p - d_f[k]) % p, z[f]),
                        ((p - d[f]) % p, z_f[k]),
                    ]
                )
            )
        return self._joined(parts).astype(np.uint64)

    def _moved(self, g, f, z_dots, d_dots) -> tuple[list, list]:
        """How the values and signals of probes g move along the gradients of f."""
        n, q, p = self.layers.widths, len(self.layers.widths) - 1, self.prime
        z = np.zeros((len(g), n[0]), dtype=np.uint64)
        values, signals = [], [np.zeros((len(g), n[q]), dtype=np.uint64)]
        for k in range(q):
            values.append(
                np.concatenate([z, np.zeros((len(g), 1), dtype=np.uint64)], axis=1)
                if self.layers.biased[k]
                else z
            )
            if k < q - 1:
                z = self._times(z, self.weights[k][0].T) + self.signals[k][f] * z_dots[k] % p
                z = self._gated(z % p, None if self.gates[k] is None else self.gates[k][g])
        for k in range(q - 1, 0, -1):
            d = (
                self._times(signals[0], self.weights[k][0])
                + self.below[k][f][:, : n[k]] * d_dots[k] % p
            )
            signals.insert(
                0, self._gated(d % p, None if self.gates[k - 1] is None else self.gates[k - 1][g])
            )
        return values, signals
