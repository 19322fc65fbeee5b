"""Blocks layer by layer: the phi of what is built of maps, gates, norms, attention, experts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from pyconslaw.blocks import layers as acts
from pyconslaw.blocks.heads import attention, heads_of
from pyconslaw.blocks.trace import Block, Trace, Values
from pyconslaw.blocks.words import Layer, layers_of, number, text_of
from pyconslaw.errors import InputError

FLAG = bool
GATED = ("linear", *acts.GATES, *acts.SMOOTH)

# kind: how many sizes, and its options with what they are: a flag, a size, or one of some names
KINDS: dict[str, tuple[int, dict]] = {
    "linear": (1, {"bias": FLAG}),
    "frozen": (1, {}),
    "lora": (1, {"rank": int, "alone": FLAG}),
    "unembed": (0, {}),
    "gated": (1, {"gate": GATED}),
    "experts": (2, {"gate": ("softmax", "sigmoid"), "act": (*GATED,)}),
    "attention": (
        0,
        {
            **dict.fromkeys(("heads", "kv_heads", "head_dim", "value_dim", "lora"), int),
            **dict.fromkeys(("rotary", "bias", "linear"), FLAG),
        },
    ),
    "conv": (
        1,
        {**dict.fromkeys(("kernel", "stride", "padding", "groups"), int), "bias": FLAG},
    ),
    "average": (0, {"window": int}),
    "flatten": (0, {}),
    **dict.fromkeys(acts.NORMS, (0, {"gain": FLAG, "bias": FLAG})),
    **dict.fromkeys((*acts.GATES, "squared_relu", "prelu", *acts.SMOOTH, "softmax"), (0, {})),
}
NEEDED = {"lora": ("rank",), "conv": ("kernel",)}


def stack(source: int | str, layers: str | Sequence) -> Block:
    """A block of layers, one after another: all that data see of its parameters, as a system.

    It is cut at operators that are neither polynomial nor gates: smooth activations, norms,
    softmaxes. What enters a cut is seen, up to what the cut does not see (a factor before a norm, a
    common shift before a softmax); what leaves it is free. The components of phi are polynomials in
    the parameters, and quotients of these before norms. They are written out, so sizes have to be
    small: at most 5000 parameters, 100 000 terms. `cuts` says what was assumed, and frozen
    weights are integers without any pattern.

    Parameters
    ----------
    source : int or str
        A number of features; or "2x5", channels and places of an image; or "tokens 4 2", an
        embedding of 4 tokens in 2 features, and "tokens 4 2 positions 3" with one of 3 positions
        added.
    layers : str or sequence
        Such as "linear 3 bias, relu, linear 2": `linear N`, `frozen N` (not trained),
        `lora N rank=R` (beside a frozen map, or `alone`), `gated N gate=silu`, `unembed` (by the
        embedding of the tokens), `attention heads=2 kv_heads=1 head_dim=2 value_dim=2` (perhaps
        `rotary`, `bias`, `linear`, `lora=R`), `experts NUMBER HIDDEN` (`act=relu`, `gate=softmax`),
        `conv N kernel=K` (`stride`, `padding`, `groups`, `bias`), `average` (`window=K`),
        `flatten`; `rms`, `layer` or `batch` with `gain`, `bias`; `relu`, `leaky_relu`, `abs`,
        `prelu`, `squared_relu`, `gelu`, `silu`, `tanh`, `sigmoid`, `softmax`, which as the last
        one is a cross-entropy loss. A list, or what is in brackets, is a branch beside a skip.

    Returns
    -------
    Block

    Raises
    ------
    InputError
        Names the layer.
    LimitError
        When it is too large to be written out.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, section 4, for the laws of blocks.

    Examples
    --------
    >>> from pyconslaw import count
    >>> net = stack(2, "leaky_relu, linear 2, linear 2, rms gain, linear 2")
    >>> net.size, count(net), net.cuts
    (14, 6, ('norms without eps: a direction is all that is seen of what is before them',))
    >>> tokens = stack("tokens 2 2", [["rms gain", "linear 2", "gelu", "linear 2"], "rms gain"])
    >>> [p.name for p in tokens.parameters], count(tokens)
    (['E', 'gain1', 'W2', 'W4', 'gain5'], 3)
    """
    listed = layers_of(layers)
    trace, z, table, name = _source(source)
    z = _Builder(trace, table).run(listed, z)
    trace.see(z.ravel().tolist())
    return trace.block(f"stack {name}, {text_of(listed)}")


def _source(given) -> tuple[Trace, Values, Values | None, str]:
    """The trace, the values at the beginning, an embedding if there is one, and the words."""
    text = given if isinstance(given, str) else str(given)
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise InputError(f"source: expected an integer or a text, got {given!r:.80}")
    words = text.split()
    if words[:1] == ["tokens"] and len(words) in (3, 5):
        trace, (size, width) = Trace(number(words[1], text)), [number(w, text) for w in words[1:3]]
        table = trace.parameter("E", size, width)
        z = np.empty(width, dtype=object)
        z[:] = [{(a,): table[a, i] for a in range(size)} for i in range(width)]
        if len(words) == 5:
            z = _positions(trace, z, number(words[4], text))
        return trace, z, table, " ".join(words)
    trace = Trace()
    shape = [number(word, text) for word in text.split("x")]
    return trace, trace.fresh(*shape), None, text


def _positions(t: Trace, z: Values, count: int) -> Values:
    """Trained positions added: of all positions one is there, as of all tokens one is."""
    table = t.parameter("P", count, len(z))
    atoms = [t.atom() for _ in range(count - 1)]
    out = np.empty(len(z), dtype=object)
    for i, value in enumerate(z.tolist()):
        total = t.add(value, t.scale(t.one, table[0, i]))
        for s, a in enumerate(atoms, 1):
            total = t.add(total, {(a,): t.plus(table[s, i], table[0, i], -1)})
        out[i] = total
    return out


class _Builder:
    """Runs layers, numbering those with parameters."""

    def __init__(self, trace: Trace, table: Values | None):
        self.trace, self.table, self.number = trace, table, 0

    def run(self, layers: Sequence, z: Values) -> Values:
        for layer in layers:
            if isinstance(layer, list):
                z = acts.residual(self.trace, z, partial(self.run, layer))
            else:
                z = self._layer(layer, z)
        return z

    def _layer(self, layer: Layer, z: Values) -> Values:
        _check(layer)
        self.number += 1
        t, n, sizes, options = self.trace, self.number, layer.sizes, layer.options
        table: dict[str, Callable[[], Values]] = {
            "linear": lambda: acts.linear(t, z, n, *sizes, **options),
            "frozen": lambda: acts.linear(t, z, n, *sizes, frozen=True),
            "lora": lambda: acts.lora(t, z, n, *sizes, **options),
            "gated": lambda: acts.gated_unit(t, z, n, sizes[0], options.get("gate", "silu")),
            "conv": lambda: acts.convolution(t, z, n, sizes[0], options),
            "average": lambda: acts.average(t, z, **options),
            "flatten": lambda: z.ravel(),
            "unembed": lambda: self._unembed(z),
            "attention": lambda: self._attention(z, options),
            "experts": lambda: self._experts(z, sizes, options),
        }
        if layer.kind in table:
            return table[layer.kind]()
        if layer.kind in acts.NORMS:
            return acts.norm(t, z, n, layer.kind, **options)
        return acts.activation(t, z, n, layer.kind)

    def _unembed(self, z: Values) -> Values:
        if self.table is None:
            raise InputError("layers: unembed needs tokens")
        return acts.tied(self.trace, z, self.table)

    def _attention(self, z: Values, options: dict) -> Values:
        given = {key: value for key, value in options.items() if key != "linear"}
        spec = heads_of(len(z), given | {"softmax": not options.get("linear", False)})
        return attention(self.trace, z, self.number, spec)

    def _experts(self, z: Values, sizes, options: dict) -> Values:
        count, hidden = sizes
        kind, gate = options.get("act", "relu"), options.get("gate", "softmax")
        return acts.experts(
            self.trace, z, self.number, number=count, hidden=hidden, kind=kind, gate=gate
        )


def _check(layer: Layer) -> None:
    """Errors: InputError names the layer and the word."""
    if layer.kind not in KINDS:
        raise InputError(f"layers: expected one of {', '.join(KINDS)}, got {layer.kind!r:.80}")
    sizes, options = KINDS[layer.kind]
    if len(layer.sizes) != sizes:
        raise InputError(f"layers: {layer.text!r:.80}: expected {sizes} sizes behind {layer.kind}")
    missing = [key for key in NEEDED.get(layer.kind, ()) if key not in layer.options]
    if missing:
        raise InputError(f"layers: {layer.text!r:.80}: expected {missing[0]}=N")
    for key, value in layer.options.items():
        kind = options.get(key)
        if kind is None:
            known = f"one of {', '.join(options)}" if options else "no options"
            raise InputError(f"layers: {layer.text!r:.80}: expected {known}, got {key!r}")
        fits = value in kind if isinstance(kind, tuple) else type(value) is kind
        if not fits:
            what = "no value" if kind is FLAG else "a number" if kind is int else " or ".join(kind)
            raise InputError(f"layers: {layer.text!r:.80}: {key}: expected {what}")
