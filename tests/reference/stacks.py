"""Stacks of layers as functions in float64, from their words: read and run by hand, sharing nothing
with the library but the names of parameters.

Data have axes (examples, positions, features), or (batches, examples, channels, places, ...) where
there are places.
"""

import re
from itertools import product

import numpy as np

from reference.blocks import attention, layer_norm, relu, rms, silu, softmax

SMOOTH = {
    "gelu": lambda z: z / (1 + np.exp(-1.702 * z)),
    "silu": silu,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
GATES = {
    "relu": relu,
    "leaky_relu": lambda z: np.where(z.real > 0, z, z / 10),
    "abs": lambda z: np.where(z.real > 0, z, -z),
    "squared_relu": lambda z: relu(z) ** 2,
    "linear": lambda z: z,
}
ACTS = {**SMOOTH, **GATES}


def split_words(text):
    """Pieces between commas that are in no brackets."""
    pieces, depth, last = [], 0, 0
    for at, mark in enumerate(text + ","):
        depth += {"[": 1, "]": -1}.get(mark, 0)
        if mark == "," and depth == 0:
            pieces.append(text[last:at].strip())
            last = at + 1
    return pieces


class Stack:
    """f(p) on fixed data; p: arrays by name."""

    def __init__(self, words, rng, examples=24):
        self.source, *self.layers = split_words(words)
        self.rng, self.frozen = rng, {}
        kind = re.findall(r"\d+", self.source)
        self.tokens = self.source.startswith("tokens")
        self.space = "x" in self.source
        if self.tokens:
            self.ids = rng.integers(int(kind[0]), size=(examples, 3))
            self.places = rng.integers(int(kind[2]), size=(examples, 3)) if kind[2:] else None
        elif self.space:
            self.data = rng.normal(size=(examples // 4, 4, *map(int, kind)))
        else:
            self.data = 2 * rng.normal(size=(examples, 3, int(kind[0])))

    def __call__(self, p):
        self.p, self.n = p, 0
        if not self.tokens:
            return self.run(self.layers, self.data)
        z = p["E"][self.ids]
        if self.places is not None:
            z = z + p["P"][self.places]
        return self.run(self.layers, z)

    def run(self, layers, z):
        for words in layers:
            z = z + self.run(split_words(words[1:-1]), z) if words[0] == "[" else self.one(words, z)
        return z

    def one(self, words, z):
        self.n += 1
        kind, *rest = words.split()
        sizes = [int(w) for w in rest if w.isdigit()]
        options = dict(w.partition("=")[::2] for w in rest if not w.isdigit())
        return getattr(self, f"_{kind}", self.other)(z, kind, sizes, options)

    def weight(self, name, shape):
        """A weight that is trained, or one that is not and is drawn once."""
        if name in self.p:
            return self.p[name]
        return self.frozen.setdefault(name, self.rng.normal(size=shape))

    def _linear(self, z, kind, sizes, options):
        return z @ self.p[f"W{self.n}"].T + self.p.get(f"b{self.n}", 0)

    def _frozen(self, z, kind, sizes, options):
        return z @ self.weight(f"F{self.n}", (sizes[0], z.shape[-1])).T

    def _lora(self, z, kind, sizes, options):
        own = self.p[f"B{self.n}"] @ self.p[f"A{self.n}"]
        beside = 0 if "alone" in options else self.weight(f"F{self.n}", own.shape)
        return z @ (own + beside).T

    def _unembed(self, z, kind, sizes, options):
        return z @ self.p["E"].T

    def _gated(self, z, kind, sizes, options):
        act = ACTS[options.get("gate", "silu")]
        return act(z @ self.p[f"G{self.n}"].T) * (z @ self.p[f"U{self.n}"].T)

    def _experts(self, z, kind, sizes, options):
        scores = z @ self.p[f"R{self.n}"].T
        weigh = SMOOTH["sigmoid"] if options.get("gate") == "sigmoid" else softmax
        weights, act, out = weigh(scores), ACTS[options.get("act", "relu")], 0
        for e in range(sizes[0]):
            up, down = self.p[f"U{self.n}x{e}"], self.p[f"D{self.n}x{e}"]
            out = out + weights[..., e : e + 1] * (act(z @ up.T) @ down.T)
        return out

    def _attention(self, z, kind, sizes, options):
        n, p = self.n, dict(self.p)
        heads = int(options.get("heads", 1))
        kv = int(options.get("kv_heads", heads))
        dim = int(options.get("head_dim", z.shape[-1] // heads))
        if "lora" in options:
            shape = heads * dim, z.shape[-1]
            for name in ("Q", "V"):
                frozen = self.weight(f"F{name}{n}", shape)
                p[f"{name}{n}"] = frozen + p[f"B{name}{n}"] @ p[f"A{name}{n}"]
            p[f"K{n}"] = self.weight(f"FK{n}", shape)
            p[f"O{n}"] = self.weight(f"FO{n}", shape[::-1])
        if "linear" in options:
            return _unweighed(z, p, n, heads)
        angle = 0.7 if "rotary" in options else 0.0
        return attention(z, p, n, heads=heads, kv=kv, angle=angle)

    def _conv(self, z, kind, sizes, options):
        return conv(
            z,
            self.p[f"K{self.n}"],
            self.p.get(f"b{self.n}"),
            [int(options.get(key, d)) for key, d in (("stride", 1), ("padding", 0), ("groups", 1))],
        )

    def _average(self, z, kind, sizes, options):
        axes = tuple(range(3, z.ndim))
        if "window" not in options:
            return z.mean(axis=axes)
        w = int(options["window"])
        for axis in axes:
            keep = z.shape[axis] // w
            z = np.take(z, range(keep * w), axis=axis)
            z = z.reshape(*z.shape[:axis], keep, w, *z.shape[axis + 1 :]).mean(axis=axis + 1)
        return z

    def _flatten(self, z, kind, sizes, options):
        return z.reshape(*z.shape[:2], -1)

    def _prelu(self, z, kind, sizes, options):
        slope = self.p[f"slope{self.n}"]
        return np.where(z.real > 0, z, z * slope)

    def _softmax(self, z, kind, sizes, options):
        return softmax(z)

    def other(self, z, kind, sizes, options):
        if kind in ACTS:
            return ACTS[kind](z)
        extra = (slice(None), *[None] * (z.ndim - 3)) if self.space else slice(None)
        if kind == "batch":
            axes = tuple(a for a in range(z.ndim) if a != 2 and (a or not self.space))
            z = z - z.mean(axis=axes, keepdims=True)
            z = z / np.sqrt((z * z).mean(axis=axes, keepdims=True))
        else:
            z = {"rms": rms, "layer": layer_norm}[kind](z)
        gain, shift = (self.p.get(f"{name}{self.n}") for name in ("gain", "shift"))
        z = z if gain is None else z * gain[extra]
        return z if shift is None else z + shift[extra]


def _unweighed(z, p, n, heads):
    """Attention without softmax."""
    q, k, v = (z @ p[f"{name}{n}"].T for name in "QKV")
    parts = []
    for a, b, c in zip(*(np.split(x, heads, axis=-1) for x in (q, k, v))):
        parts.append(np.einsum("xid,xjd->xij", a, b) @ c)
    return np.concatenate(parts, axis=-1) @ p[f"O{n}"].T


def conv(z, kernel, bias, how):
    """Place by place. z: (batches, examples, channels, places, ...)."""
    stride, padding, groups = how
    space = z.ndim - 3
    z = np.pad(z, [(0, 0)] * 3 + [(padding, padding)] * space)
    outputs, share, k = kernel.shape[:3]
    sizes = [(m - k) // stride + 1 for m in z.shape[3:]]
    out = np.zeros((*z.shape[:2], outputs, *sizes), dtype=np.result_type(z, kernel))
    for o in range(outputs):
        first = o // (outputs // groups) * share
        for place in product(*map(range, sizes)):
            part = z[
                (slice(None), slice(None), slice(first, first + share))
                + tuple(slice(s * stride, s * stride + k) for s in place)
            ]
            out[(slice(None), slice(None), o, *place)] = (part * kernel[o]).sum(
                axis=tuple(range(2, part.ndim))
            )
        if bias is not None:
            out[:, :, o] += bias[o]
    return out
