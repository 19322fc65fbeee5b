"""Layers as what they do to values: maps, gates, and operators where a block is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from pyconslaw.blocks.forms import Form, Poly
from pyconslaw.blocks.trace import Trace, Values
from pyconslaw.errors import InputError

GATES = ("relu", "leaky_relu", "abs")
SMOOTH = ("gelu", "silu", "tanh", "sigmoid")
NORMS = ("rms", "layer", "batch")
FINITE = "gates of tokens: so many that each is open for some and closed for others"
EPS = "norms without eps: a direction is all that is seen of what is before them"


def flat(z: Values, what: str) -> int:
    """The number of features. Errors: InputError unless these are on one axis."""
    if z.ndim != 1:
        raise InputError(f"layers: {what} needs flat features; put flatten before it")
    return len(z)


def mapped(t: Trace, z: Values, weights: Values, bias: Values | None = None) -> Values:
    """W z + b."""
    out = np.empty(len(weights), dtype=object)
    for i, row in enumerate(weights.tolist()):
        pairs = list(zip(row, z.tolist(), strict=True))
        out[i] = t.total(pairs + ([] if bias is None else [(bias[i], t.one)]))
    return out


def linear(
    t: Trace, z: Values, n: int, outputs: int, *, bias: bool = False, frozen: bool = False
) -> Values:
    """Layer number n, a linear map."""
    inputs = flat(z, "linear")
    weights = t.frozen(outputs, inputs) if frozen else t.parameter(f"W{n}", outputs, inputs)
    return mapped(t, z, weights, t.parameter(f"b{n}", outputs) if bias else None)


def low_rank(
    t: Trace, names: Sequence[str], shape: tuple[int, int], rank: int, beside: bool
) -> Values:
    """B A, beside a frozen matrix or alone; names: of A and B."""
    outputs, inputs = shape
    first, second = t.parameter(names[0], rank, inputs), t.parameter(names[1], outputs, rank)
    out: Values = t.frozen(outputs, inputs) if beside else np.full(shape, None)
    for i, j in np.ndindex(shape):
        total: Poly = out.item((i, j)) or {}
        for k in range(rank):
            total = t.plus(total, t.times(second.item((i, k)), first.item((k, j))))
        out[i, j] = total
    return out


def lora(t: Trace, z: Values, n: int, outputs: int, *, rank: int, alone: bool = False) -> Values:
    """A frozen map and beside it B A of some rank; or that alone."""
    names, shape = (f"A{n}", f"B{n}"), (outputs, flat(z, "lora"))
    return mapped(t, z, low_rank(t, names, shape, rank, not alone))


def tied(t: Trace, z: Values, embedding: Values) -> Values:
    """Logits by the embedding itself."""
    if flat(z, "unembed") != embedding.shape[1]:
        raise InputError(f"layers: unembed needs {embedding.shape[1]} features, got {len(z)}")
    return mapped(t, z, embedding)


def activation(t: Trace, z: Values, n: int, kind: str) -> Values:
    """Positively homogeneous activations are gates; the others are cuts."""
    if kind in SMOOTH:
        t.told(f"{kind}: all of what is before it is seen")
        t.see(z.ravel().tolist())
        return t.fresh(*z.shape)
    if kind == "softmax":
        flat(z, "softmax")
        t.told("softmax: what is before it is seen up to a common shift")
        t.see(t.differences(z.tolist()))
        return t.fresh(*z.shape)
    if any(t.tokens.intersection(key) for form in z.ravel().tolist() for key in form):
        t.told(FINITE)
    out = np.empty(z.shape, dtype=object)
    slopes = t.parameter(f"slope{n}", len(z)) if kind == "prelu" else None
    for place in np.ndindex(z.shape):
        value: Form = z.item(place)
        if kind == "squared_relu":
            value = t.product(value, value)
        above = t.gated(value, t.atom())
        if slopes is not None:
            below = t.gated(t.scale(value, slopes.item(place[0])), t.atom())
            above = t.add(above, below)
        out[place] = above
    return out


def norm(
    t: Trace, z: Values, n: int, kind: str, *, gain: bool = False, bias: bool = False
) -> Values:
    """A norm with eps 0, with trained gains and shifts or without: a direction is seen."""
    t.told(EPS)
    out = _batch(t, z) if kind == "batch" else _of_features(t, z, kind)
    for name, wanted in (("gain", gain), ("shift", bias)):
        if not wanted:
            continue
        entries = t.parameter(f"{name}{n}", len(z))
        for place in np.ndindex(out.shape):
            value: Form = out.item(place)
            p: Poly = entries.item(place[0])
            moved = t.add(value, t.scale(t.one, p))
            out[place] = t.scale(value, p) if name == "gain" else moved
    return out


def _of_features(t: Trace, z: Values, kind: str) -> Values:
    least = 2 if kind == "rms" else 3
    if flat(z, f"{kind} norm") < least:
        raise InputError(
            f"layers: a {kind} norm of {len(z)} features sees signs only; expected {least} or more"
        )
    values = z.tolist()
    if kind == "rms":
        t.see_direction(values)
        return t.fresh(len(z))
    t.see_direction(t.differences(values))
    out = t.fresh(len(z))
    last: Form = {}
    for value in out[:-1]:
        last = t.add(last, value, -1)
    out[-1] = last  # what a layer norm gives has the sum 0
    return out


def _batch(t: Trace, z: Values) -> Values:
    """Each channel less its mean over the batch, and up to a factor: constants are not seen."""
    if t.tokens:
        raise InputError("layers: a batch norm of tokens is not known here")
    for values in z.reshape(len(z), -1).tolist():
        t.see_direction([{key: p for key, p in form.items() if key} for form in values])
    return t.fresh(*z.shape)


def gated_unit(t: Trace, z: Values, n: int, hidden: int, kind: str) -> Values:
    """act(G z) * (U z), entry by entry: two maps, the first of which opens gates."""
    inputs = flat(z, "gated")
    gate = mapped(t, z, t.parameter(f"G{n}", hidden, inputs))
    up = mapped(t, z, t.parameter(f"U{n}", hidden, inputs))
    out = np.empty(hidden, dtype=object)
    if kind in SMOOTH:
        t.told(f"{kind}: all of what is before it is seen")
        t.see(gate.tolist())
        gate = t.fresh(hidden)
    for k in range(hidden):
        value = t.product(gate[k], up[k])
        out[k] = t.gated(value, t.atom()) if kind in GATES else value
    return out


def experts(
    t: Trace, z: Values, n: int, *, number: int, hidden: int, kind: str, gate: str
) -> Values:
    """A sum of feed-forward networks, weighted by a softmax (or sigmoids) of a linear map."""
    width = flat(z, "experts")
    scores = mapped(t, z, t.parameter(f"R{n}", number, width)).tolist()
    if gate == "softmax":
        t.told("softmax of a router: its logits are seen up to a common shift")
        t.see(t.differences(scores))
    else:
        t.told("sigmoid of a router: its logits are seen")
        t.see(scores)
    out = [dict[tuple[int, ...], dict]() for _ in range(width)]
    for e in range(number):
        weight = t.atom()
        up = mapped(t, z, t.parameter(f"U{n}x{e}", hidden, width))
        down = t.parameter(f"D{n}x{e}", width, hidden)
        inner = up if kind == "linear" else activation(t, up, n, kind)
        for i, value in enumerate(mapped(t, inner, down).tolist()):
            out[i] = t.add(out[i], t.gated(value, weight))
    return _array(out)


def residual(t: Trace, z: Values, branch: Callable[[Values], Values]) -> Values:
    """z + branch(z)."""
    other = branch(z)
    if other.shape != z.shape:
        raise InputError(
            f"layers: a residual branch of {_shape(other)} beside a stream of {_shape(z)}"
        )
    out = np.empty(z.shape, dtype=object)
    for place in np.ndindex(z.shape):
        out[place] = t.add(z.item(place), other.item(place))
    return out


def convolution(t: Trace, z: Values, n: int, outputs: int, options: dict) -> Values:
    """Kernels shared by all places; options: kernel, stride, padding, groups, bias."""
    kernel, stride = options["kernel"], options.get("stride", 1)
    padding, groups = options.get("padding", 0), options.get("groups", 1)
    inputs, space = len(z), z.shape[1:]
    if not space:
        raise InputError("layers: a convolution needs an input with places, such as 1x5")
    if inputs % groups or outputs % groups:
        raise InputError(
            f"layers: {groups} groups do not divide {inputs} channels in and {outputs} out"
        )
    share = inputs // groups
    weights = t.parameter(f"K{n}", outputs, share, *[kernel] * len(space))
    bias = t.parameter(f"b{n}", outputs) if options.get("bias") else None
    sizes = [(m + 2 * padding - kernel) // stride + 1 for m in space]
    if min(sizes) < 1:
        raise InputError(f"layers: a kernel of {kernel} does not fit into {_shape(z)}")
    out = np.empty((outputs, *sizes), dtype=object)
    for c, *place in np.ndindex(out.shape):
        first = c // (outputs // groups) * share
        terms = [] if bias is None else [(bias.item(c), t.one)]
        for offset in product(range(kernel), repeat=len(space)):
            at = [p * stride + s - padding for p, s in zip(place, offset, strict=True)]
            if all(0 <= x < m for x, m in zip(at, space, strict=True)):
                terms += [
                    (weights.item((c, k, *offset)), z.item((first + k, *at))) for k in range(share)
                ]
        out[(c, *place)] = t.total(terms)
    return out


def average(t: Trace, z: Values, window: int | None = None) -> Values:
    """Sums over windows side by side, or over everything: means, up to a constant factor."""
    space = z.shape[1:]
    if not space:
        raise InputError("layers: average needs an input with places, such as 1x5")
    if window is None:
        out = np.empty(len(z), dtype=object)
        for c in range(len(z)):
            out[c] = _sum(t, z[c].ravel().tolist())
        return out
    sizes = [m // window for m in space]
    if min(sizes) < 1:
        raise InputError(f"layers: a window of {window} does not fit into {_shape(z)}")
    out = np.empty((len(z), *sizes), dtype=object)
    for c, *place in np.ndindex(out.shape):
        part = tuple(slice(p * window, (p + 1) * window) for p in place)
        out[(c, *place)] = _sum(t, z[(c, *part)].ravel().tolist())
    return out


def _sum(t: Trace, values: Sequence[Form]) -> Form:
    total: Form = {}
    for form in values:
        total = t.add(total, form)
    return total


def _array(values: Sequence[Form]) -> Values:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _shape(z: Values) -> str:
    return "x".join(map(str, z.shape))
