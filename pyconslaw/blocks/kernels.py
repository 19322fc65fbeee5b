"""Stacks of convolutions at real size: gated ones by their paths, without unrolling them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from pyconslaw.blocks.families import LawFamily, Share
from pyconslaw.blocks.layered import stack
from pyconslaw.blocks.layers import GATES
from pyconslaw.blocks.sizes import flag, named, size
from pyconslaw.blocks.trace import Block, block_of
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.arrays import dag_from_arrays
from pyconslaw.networks.spec import KINDS
from pyconslaw.records.graph import FROZEN, Parameter

EDGE_LIMIT = 50_000_000
LARGE = "inputs are so large that every product of entries of kernels occurs"


def convolutions(
    channels: Sequence[int],
    kernel: int | Sequence[int],
    *,
    act: str = "relu",
    space: int = 2,
    groups: int | Sequence[int] = 1,
    stride: int = 1,
    padding: int = 0,
    bias: bool = False,
) -> Block:
    """Convolutions one after another, with activations between them.

    With gates between them phi is the products of the entries along all paths through channels and
    places of the kernels, whatever stride and padding are, on inputs that are large enough; it is
    counted at any size by a graph that has such paths and is not unrolled. Linear ones are unrolled
    over an input that is as large as a stride and padding need it, and written out.

    Parameters
    ----------
    channels : sequence of int
        From input to output.
    kernel : int or sequence of int
        Size of the kernels along each axis, or one for each convolution.
    act : str
        "relu", "leaky_relu", "abs" or "linear".
    space : int
        1 or 2 axes.
    groups : int or sequence of int
        Of each convolution: as many as channels for one that is depthwise.
    stride : int
        Of all.
    padding : int
        Of all, with zeros.
    bias : bool
        Whether all have biases.

    Returns
    -------
    Block
        Parameters K1 (channels, channels / groups, kernel, ...), b1, K2, ...

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When it has to be written out and is too large, or has too many paths' edges.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, section 4, for two convolutions with ReLU.

    Examples
    --------
    >>> from pyconslaw import count
    >>> count(convolutions([3, 64, 64, 128], 3))
    128
    >>> count(convolutions([2, 2, 2], 2, act="linear", space=1))
    3
    >>> convolutions([4, 4, 8], [3, 1], groups=[4, 1], bias=True).parameters[0].shape
    (4, 1, 3, 3)
    """
    widths = [size(c, f"channels[{k}]") for k, c in enumerate(_listed(channels, "channels"))]
    if len(widths) < 2:
        raise InputError(f"channels: expected at least two numbers, got {channels!r:.80}")
    count = len(widths) - 1
    kernels, split = _each(kernel, count, "kernel"), _each(groups, count, "groups")
    if space not in (1, 2):
        raise InputError(f"space: expected 1 or 2 axes, got {space!r:.80}")
    for k, (pair, g) in enumerate(zip(pairwise(widths), split, strict=True)):
        if pair[0] % g or pair[1] % g:
            raise InputError(f"groups[{k}]: {g} does not divide {pair[0]} and {pair[1]} channels")
    if act not in (*GATES, "linear"):
        raise InputError(f"act: expected one of {', '.join(GATES)}, linear, got {act!r:.80}")
    step, rim = size(stride, "stride"), 0 if padding == 0 else size(padding, "padding")
    options: dict[str, Any] = {"kernel": _shown(kernels), "groups": _shown(split)}
    if options["groups"] == "1":
        del options["groups"]
    options |= {"act": act if act != "relu" else None, "space": space if space != 2 else None}
    options |= {"stride": step if step > 1 else None, "padding": rim or None}
    name = named("convolutions", **options, bias=flag(bias, "bias"))
    name = name.replace(" ", f" {'-'.join(map(str, widths))},", 1)
    if act == "linear" and count > 1:
        return _unrolled(name, widths, kernels, split, (space, step, rim, bias))
    return _by_paths(
        name, widths, [(m, g) for m, g in zip(kernels, split, strict=True)], space, bias
    )


def _listed(values, name: str) -> list:
    if not isinstance(values, list | tuple):
        raise InputError(f"{name}: expected a list of integers, got {values!r:.80}")
    return list(values)


def _each(value, count: int, name: str) -> list[int]:
    """One for each convolution."""
    if isinstance(value, int):
        return [size(value, name)] * count
    listed = [size(x, f"{name}[{k}]") for k, x in enumerate(_listed(value, name))]
    if len(listed) != count:
        raise InputError(f"{name}: expected {count} numbers, got {len(listed)}")
    return listed


def _shown(values: list[int]) -> str:
    return "-".join(map(str, values if len(set(values)) > 1 else values[:1]))


def _unrolled(name: str, widths, kernels, split, options) -> Block:
    """Linear convolutions, over an input where borders, if padded, and the middle are seen."""
    space, step, rim, bias = options
    reach, jump = 1, 1
    for k in kernels:
        reach, jump = reach + (k - 1) * jump, jump * step
    length = reach + (2 * reach + jump if rim else 0)
    words = [
        f"conv {c} kernel={k} stride={step} groups={g}"
        + (f" padding={rim}" if rim else "")
        + " bias" * bias
        for c, k, g in zip(widths[1:], kernels, split, strict=True)
    ]
    made = stack("x".join(map(str, [widths[0], *[length] * space])), words)
    return block_of(made, name, made.cuts)


def _by_paths(name: str, widths, kernels, space: int, bias: bool) -> Block:
    """Gated convolutions as a graph: each place of a kernel has an edge, through a neuron of its
    own from the second convolution on, since edges may not be parallel.
    """
    edges = sum(
        c * d // g * k**space * (1 if first else 2)
        for first, (c, d), (k, g) in zip(
            [True] + [False] * len(widths), pairwise(widths), kernels, strict=False
        )
    )
    if edges > EDGE_LIMIT:
        raise LimitError(f"channels: {edges} edges, more than {EDGE_LIMIT}")
    made = _Paths(bias)
    for n, ((c, d), (k, g)) in enumerate(zip(pairwise(widths), kernels, strict=True), 1):
        made.convolution(n, (c, d), k**space, g, last=n == len(kernels))
    network = dag_from_arrays(
        np.concatenate(made.kinds).tolist(),
        np.concatenate(made.tail),
        np.concatenate(made.head),
        np.concatenate(made.param),
        np.concatenate(made.weight),
        made.before.tolist(),
    )
    parameters = []
    for n, ((c, d), (k, g)) in enumerate(zip(pairwise(widths), kernels, strict=True), 1):
        parameters.append(Parameter(f"K{n}", (d, c // g, *[k] * space)))
        parameters += [Parameter(f"b{n}", (d,))] * bias
    families = [
        LawFamily(
            "diagonal",
            c,
            (
                Share(1, f"K{n}"),
                *[Share(1, f"b{n}")] * bias,
                Share(-1, f"K{n + 1}", columns=True, groups=g),
            ),
        )
        for n, (c, (_, g)) in enumerate(zip(widths[1:-1], kernels[1:], strict=True), 1)
    ]
    return block_of(network, name, [LARGE], families, tuple(parameters))


class _Paths:
    """The graph, convolution by convolution."""

    def __init__(self, bias: bool):
        self.bias, self.nodes, self.params = bias, 0, 0
        self.kinds: list[np.ndarray] = []
        self.tail: list[np.ndarray] = []
        self.head: list[np.ndarray] = []
        self.param: list[np.ndarray] = []
        self.weight: list[np.ndarray] = []
        self.before = np.zeros(0, dtype=np.int64)
        self.constant = self._nodes(1, "constant")[0] if bias else None

    def _nodes(self, count: int, kind: str) -> np.ndarray:
        self.kinds.append(np.full(count, KINDS.index(kind)))
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes)

    def _edges(self, tail, head, param, weight) -> None:
        for listed, values in zip(
            (self.tail, self.head, self.param, self.weight),
            (tail, head, param, weight),
            strict=True,
        ):
            listed.append(np.broadcast_to(values, np.shape(head)).ravel())

    def convolution(self, n: int, channels: tuple[int, int], places: int, groups: int, last: bool):
        """K of shape (d, c / groups, places), and its bias."""
        c, d = channels
        share = c // groups
        if n == 1:
            feet = self._nodes(c * places, "input").reshape(c, places)
        else:
            feet = self._nodes(c * places, "relu").reshape(c, places)
            self._edges(np.repeat(self.before, places), feet.ravel(), FROZEN, 1)
        heads = self._nodes(d, "linear" if last else "relu")
        first = (np.arange(d) // (d // groups) * share)[:, None] + np.arange(share)
        tail = feet[first]  # (d, share, places)
        numbers = np.arange(self.params, self.params + tail.size).reshape(tail.shape)
        self._edges(tail, np.broadcast_to(heads[:, None, None], tail.shape), numbers, 0)
        self.params += tail.size
        if self.bias:
            self._edges(self.constant, heads, np.arange(self.params, self.params + d), 0)
            self.params += d
        self.before = heads
