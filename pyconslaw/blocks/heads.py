"""Attention as what it does to values: scores that a softmax sees, and averages of values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pyconslaw.blocks.forms import Form
from pyconslaw.blocks.layers import flat, low_rank, mapped
from pyconslaw.blocks.trace import Trace, Values
from pyconslaw.errors import InputError


@dataclass(frozen=True)
class Heads:
    """Sizes and options of an attention layer, checked.

    heads query heads, kv of key and value; size: of queries and keys, value: of values. rotary:
    positions enter by rotations of pairs (i, i + size / 2). bias: of queries, keys and values, and
    of the output. softmax: without it the scores themselves weigh. lora: of this rank beside the
    frozen maps to queries and values, 0: all maps are trained.
    """

    heads: int
    kv: int
    size: int
    value: int
    rotary: bool = False
    bias: bool = False
    softmax: bool = True
    lora: int = 0

    @property
    def group(self) -> int:
        """Query heads for a head of keys and values."""
        return self.heads // self.kv


def heads_of(width: int, given: dict) -> Heads:
    """The sizes that follow from those that are given. Errors: InputError names the argument."""
    heads = given.get("heads", 1)
    kv = given.get("kv_heads") or heads
    size = given.get("head_dim") or max(width // heads, 1)
    value = given.get("value_dim") or size
    if heads % kv:
        raise InputError(f"kv_heads: expected a divisor of {heads} heads, got {kv}")
    if given.get("rotary") and size % 2:
        raise InputError(f"head_dim: rotary positions turn pairs, expected even, got {size}")
    if given.get("lora") and given.get("bias"):
        raise InputError("lora: beside frozen maps without biases")
    if given.get("rotary") and not given.get("softmax", True):
        raise InputError("softmax: rotary positions are for attention with one")
    options = {key: given.get(key, default) for key, default in OPTIONS.items()}
    return Heads(heads, kv, size, value, **options)


OPTIONS = {"rotary": False, "bias": False, "softmax": True, "lora": 0}


def attention(t: Trace, z: Values, n: int, spec: Heads, context: Values | None = None) -> Values:
    """Layer number n. context: where keys and values are from, the block's own input by default, at
    another position then.
    """
    width = flat(z, "attention")
    other = _elsewhere(t, z) if context is None else context
    source = len(other)
    queries = _projected(t, z, f"Q{n}", (spec.heads * spec.size, width), spec)
    keys = _projected(t, other, f"K{n}", (spec.kv * spec.size, source), spec)
    values = _projected(t, other, f"V{n}", (spec.kv * spec.value, source), spec)
    shape = width, spec.heads * spec.value
    out = t.frozen(*shape) if spec.lora else t.parameter(f"O{n}", *shape)
    bias = t.parameter(f"bo{n}", width) if spec.bias else None
    read = []
    for h in range(spec.heads):
        g = h // spec.group
        q, k = _part(queries, h, spec.size), _part(keys, g, spec.size)
        read.append(_weighed(t, (q, k), _part(values, g, spec.value), spec))
    return mapped(t, np.concatenate(read), out, bias)


def _weighed(t: Trace, scored: tuple[Values, Values], values: Values, spec: Heads) -> Values:
    """The values of a head, averaged by its scores."""
    out = np.empty(len(values), dtype=object)
    if not spec.softmax:
        score = _score(t, zip(scored[0].tolist(), scored[1].tolist(), strict=True))
        for i, value in enumerate(values.tolist()):
            out[i] = t.product(score, value)
        return out
    _see_scores(t, *scored, spec.rotary)
    weight = t.atom()
    for i, value in enumerate(values.tolist()):
        # weights have the sum 1: what is the same everywhere is not averaged
        same = {key: p for key, p in value.items() if key in t.one}
        out[i] = t.add(t.gated(_moving(t, value), weight), same)
    return out


def _score(t: Trace, pairs: Iterable[tuple[Form, Form]]) -> Form:
    score: Form = {}
    for a, b in pairs:
        score = t.add(score, t.product(a, b))
    return score


def _see_scores(t: Trace, q: Values, k: Values, rotary: bool) -> None:
    """What a softmax over positions of keys sees: not what is the same for all of them."""
    t.told("softmax of attention, over two positions or more: scores are seen up to a common shift")
    if rotary:
        half = len(q) // 2
        for i in range(half):
            near, far = (q[i], q[i + half]), (k[i], k[i + half])
            even = t.add(t.product(near[0], far[0]), t.product(near[1], far[1]))
            odd = t.add(t.product(near[0], far[1]), t.product(near[1], far[0]), -1)
            t.see([even, odd])
        return
    moving = [_moving(t, b) for b in k.tolist()]
    t.see([_score(t, zip(q.tolist(), moving, strict=True))])


def _moving(t: Trace, value: Form) -> Form:
    """What is not the same at all positions: all but biases."""
    return {key: p for key, p in value.items() if key not in t.one}


def _elsewhere(t: Trace, z: Values) -> Values:
    """The same values at another position: atoms of their own, but for what is there as well."""
    names: dict[int, int] = {}
    out = np.empty(len(z), dtype=object)
    for i, form in enumerate(z.tolist()):
        same = {key: p for key, p in form.items() if key in t.one}
        other = {key: p for key, p in form.items() if key not in t.one}
        uneven = t.tokens and same and any(same.get(key) != same.get(min(same)) for key in t.one)
        if uneven or any(t.tokens.intersection(key) for key in other):
            raise InputError("layers: put a norm between tokens and attention")
        for key in other:
            names |= {a: t.atom() for a in key if a not in names}
        out[i] = same | t.renamed(other, names)
    return out


def _projected(t: Trace, z: Values, name: str, shape: tuple[int, int], spec: Heads) -> Values:
    """Queries, keys or values of all heads."""
    bias = t.parameter(f"b{name.lower()}", shape[0]) if spec.bias else None
    if not spec.lora:
        return mapped(t, z, t.parameter(name, *shape), bias)
    if name[0] == "K":
        return mapped(t, z, t.frozen(*shape))
    return mapped(t, z, low_rank(t, (f"A{name}", f"B{name}"), shape, spec.lora, beside=True))


def _part(values: Values, head: int, size: int) -> Values:
    return values[head * size : (head + 1) * size]
