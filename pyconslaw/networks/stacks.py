"""Networks with skips and shared weights: residual stacks, recurrent networks unrolled, tied
autoencoders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.networks.builders import bias_of, widths_of
from pyconslaw.networks.dag import GATED, Edge, dag
from pyconslaw.networks.network import Network
from pyconslaw.networks.under import under_flow

ACTIVATIONS = ("linear", *GATED)


ONE = "1"  # the node that biases come from


@dataclass
class _Stack:
    """Layers that are put on one another: nodes with kinds, and edges."""

    activation: str
    bias: str
    nodes: list[tuple[str, str]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def __post_init__(self) -> None:
        _activation(self.activation)
        if self.bias != "none":
            self.nodes.append((ONE, "constant"))

    def inputs(self, layer: list[str]) -> list[str]:
        self.nodes += [(name, "input") for name in layer]
        return layer

    def neurons(
        self, layer: list[str], edges: Iterable[Edge], end: bool = False, shared: str | None = None
    ) -> list[str]:
        """A layer with the edges into it, and its biases. end: it is linear, and has biases only
        where all neurons have. shared: what biases are called that other layers share.
        """
        self.nodes += [(name, "linear" if end else self.activation) for name in layer]
        self.edges += edges
        if self.bias == "all" or (self.bias == "hidden" and not end):
            self.edges += [
                Edge(ONE, name, None if shared is None else f"{shared}_{i}")
                for i, name in enumerate(layer)
            ]
        return layer

    def named(self, words: str, outputs: list[str], own: dict[str, Any]) -> Network:
        """The network with the name that it has on the command line, under a flow."""
        made = dag(self.nodes, self.edges, outputs)
        words += "" if self.activation == "relu" else f" --activations {self.activation}"
        words += {"none": "", "hidden": " --bias", "all": " --bias all"}[self.bias]
        named = replace(made, description=replace(made.description, name=words))
        return under_flow(named, **own)


def _check_edges(count: int) -> None:
    """Errors: LimitError before a list of too many edges is made."""
    if count > EDGE_LIMIT:
        raise LimitError(f"edges: {count} edges, more than {EDGE_LIMIT}")


def _positive(value, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InputError(f"{name}: expected an integer >= 1, got {value!r}")
    return int(value)


def _activation(name) -> str:
    if name not in ACTIVATIONS:
        raise InputError(f"activation: expected one of {', '.join(ACTIVATIONS)}, got {name!r}")
    return name


def _layer(letter: str, size: int) -> list[str]:
    return [f"{letter}_{i}" for i in range(size)]


def _full(tails, heads, matrix: str | None = None, transpose: bool = False) -> list[Edge]:
    """All edges between two layers; with a matrix name the weight (head i, tail j) is the parameter
    matrix_i_j (transposed: matrix_j_i).
    """
    return [
        Edge(
            tail,
            head,
            None if matrix is None else f"{matrix}_{j}_{i}" if transpose else f"{matrix}_{i}_{j}",
        )
        for i, head in enumerate(heads)
        for j, tail in enumerate(tails)
    ]


def residual(
    width: int,
    blocks: int,
    hidden: int,
    activation: str = "relu",
    outputs: int | None = None,
    *,
    bias: bool | str = False,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """A residual stack z_{l+1} = z_l + U_l act(V_l z_l), with skips frozen at 1, and a linear
    read-out y = R z.

    Parameters
    ----------
    width : int
        Of z.
    blocks : int
        Their number.
    hidden : int
        Width inside a block.
    activation : str
        "relu", "leaky_relu", "abs" or "linear".
    outputs : int, optional
        Rows of R; without it z itself is read.
    bias : bool or "all"
        True puts biases on the neurons inside of blocks, "all" on z_1, z_2, ... and y too.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        On the command line `residual WIDTH-HIDDEN-OUTPUTS --blocks N`, or `WIDTH-HIDDEN`.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag` and `under_flow`.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, section 4, for the setting.

    Examples
    --------
    >>> residual(2, 2, 3, outputs=1).size
    26
    >>> residual(2, 1, 1, bias=True).entry_names
    ('W[h1_0,z0_0]', 'W[h1_0,z0_1]', 'b[h1_0]', 'W[z1_0,h1_0]', 'W[z1_1,h1_0]')
    """
    n, count, m = (
        _positive(width, "width"),
        _positive(blocks, "blocks"),
        _positive(hidden, "hidden"),
    )
    ends = [] if outputs is None else _layer("y", _positive(outputs, "outputs"))
    _check_edges(count * (2 * n * m + n) + n * len(ends))
    stack = _Stack(activation, bias_of(bias))
    below = stack.inputs(_layer("z0", n))
    for k in range(1, count + 1):
        inner, above = _layer(f"h{k}", m), _layer(f"z{k}", n)
        stack.neurons(inner, _full(below, inner))
        skips = [Edge(u, v, frozen=1) for u, v in zip(below, above, strict=True)]
        below = stack.neurons(above, _full(inner, above) + skips, end=True)
    if ends:
        below = stack.neurons(ends, _full(below, ends), end=True)
    size = "-".join(map(str, [n, m, len(ends)] if ends else [n, m]))
    own = {"flow": flow, "tau": tau, "metric": metric, "decay": decay, "rates": rates}
    return stack.named(f"residual {size} --blocks {count}", below, own)


def recurrent(
    inputs: int,
    hidden: int,
    outputs: int,
    steps: int,
    activation: str = "relu",
    *,
    bias: bool | str = False,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """A recurrent network unrolled: h_t = act(A h_{t-1} + B x_t + b) for t = 1 .. steps, h_0 = 0, y
    = C h_steps; A, B and b are shared.

    Parameters
    ----------
    inputs : int
        Width of every x_t.
    hidden : int
        Width of every h_t.
    outputs : int
        Width of y.
    steps : int
        How often the network is applied.
    activation : str
        "relu", "leaky_relu", "abs" or "linear".
    bias : bool or "all"
        True puts biases b on hidden neurons, the same ones in all steps, "all" on y too.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        A is (hidden x hidden), B (hidden x inputs), C (outputs x hidden). On the command line
        `recurrent INPUTS-HIDDEN-OUTPUTS --steps N`.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag` and `under_flow`.

    Examples
    --------
    >>> recurrent(1, 2, 1, steps=3).size              # A 2 x 2, B 2 x 1, C 1 x 2
    8
    >>> recurrent(1, 2, 1, steps=3, bias=True).size   # and b
    10
    """
    n, m = _positive(inputs, "inputs"), _positive(hidden, "hidden")
    count, ends = _positive(steps, "steps"), _layer("y", _positive(outputs, "outputs"))
    _check_edges(count * m * n + (count - 1) * m * m + m * len(ends))
    stack = _Stack(activation, bias_of(bias))
    below: list[str] = []
    for t in range(1, count + 1):
        x, h = stack.inputs(_layer(f"x{t}", n)), _layer(f"h{t}", m)
        below = stack.neurons(h, _full(below, h, "A") + _full(x, h, "B"), shared="b")
    stack.neurons(ends, _full(below, ends, "C"), end=True)
    words = f"recurrent {n}-{m}-{len(ends)} --steps {count}"
    own = {"flow": flow, "tau": tau, "metric": metric, "decay": decay, "rates": rates}
    return stack.named(words, ends, own)


def tied_autoencoder(
    dims: Sequence[int],
    activation: str = "relu",
    *,
    bias: bool | str = False,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """An autoencoder n_0 - ... - n_k - ... - n_0 whose decoder matrices are the transposed encoder
    matrices.

    Parameters
    ----------
    dims : sequence of int
        Widths of the encoder, n_0, ..., n_k.
    activation : str
        "relu", "leaky_relu", "abs" or "linear", of all neurons but the outputs.
    bias : bool or "all"
        True puts biases on all neurons but the outputs, "all" on these too; none is tied.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        On the command line `tied-autoencoder DIMS`.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag` and `under_flow`.

    Examples
    --------
    >>> tied_autoencoder([3, 2]).size
    6
    """
    widths = widths_of(dims)
    pairs = list(zip(widths, widths[1:], strict=False))
    _check_edges(sum(2 * n * m for n, m in pairs))
    stack = _Stack(activation, bias_of(bias))
    below = stack.inputs(_layer("x", widths[0]))
    for k, width in enumerate(widths[1:], 1):
        layer = _layer(f"e{k}", width)
        below = stack.neurons(layer, _full(below, layer, f"W{k}"))
    for k in range(len(widths) - 1, 0, -1):
        layer = _layer("y", widths[0]) if k == 1 else _layer(f"d{k - 1}", widths[k - 1])
        edges = _full(below, layer, f"W{k}", transpose=True)
        below = stack.neurons(layer, edges, end=k == 1)
    words = f"tied-autoencoder {'-'.join(map(str, widths))}"
    own = {"flow": flow, "tau": tau, "metric": metric, "decay": decay, "rates": rates}
    return stack.named(words, below, own)
