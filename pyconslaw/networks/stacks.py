"""Networks with skips and shared weights: residual stacks, recurrent networks unrolled, tied
autoencoders.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.networks.builders import widths_of
from pyconslaw.networks.dag import GATED, Edge, dag
from pyconslaw.networks.network import Network

ACTIVATIONS = ("linear", *GATED)


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
    width: int, blocks: int, hidden: int, activation: str = "relu", outputs: int | None = None
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

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag`.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, section 4, for the setting.

    Examples
    --------
    >>> residual(2, 2, 3, outputs=1).size
    26
    """
    n, count, m = (
        _positive(width, "width"),
        _positive(blocks, "blocks"),
        _positive(hidden, "hidden"),
    )
    nodes = [(name, "input") for name in _layer("z0", n)]
    edges: list[Edge] = []
    below = _layer("z0", n)
    for k in range(1, count + 1):
        inner, above = _layer(f"h{k}", m), _layer(f"z{k}", n)
        nodes += [(name, _activation(activation)) for name in inner] + [
            (name, "linear") for name in above
        ]
        edges += _full(below, inner) + _full(inner, above)
        edges += [Edge(u, v, frozen=1) for u, v in zip(below, above, strict=True)]
        below = above
    if outputs is not None:
        ends = _layer("y", _positive(outputs, "outputs"))
        nodes += [(name, "linear") for name in ends]
        edges += _full(below, ends)
        below = ends
    return dag(nodes, edges, below)


def recurrent(
    inputs: int, hidden: int, outputs: int, steps: int, activation: str = "relu"
) -> Network:
    """A recurrent network unrolled: h_t = act(A h_{t-1} + B x_t) for t = 1 .. steps, h_0 = 0, y = C
    h_steps; A and B are shared.

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

    Returns
    -------
    Network
        A is (hidden x hidden), B (hidden x inputs), C (outputs x hidden).

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag`.

    Examples
    --------
    >>> recurrent(1, 2, 1, steps=3).size              # A 2 x 2, B 2 x 1, C 1 x 2
    8
    """
    n, m = _positive(inputs, "inputs"), _positive(hidden, "hidden")
    nodes, edges = [], []
    below: list[str] = []
    for t in range(1, _positive(steps, "steps") + 1):
        x, h = _layer(f"x{t}", n), _layer(f"h{t}", m)
        nodes += [(name, "input") for name in x] + [(name, _activation(activation)) for name in h]
        edges += _full(below, h, "A") + _full(x, h, "B")
        below = h
    ends = _layer("y", _positive(outputs, "outputs"))
    nodes += [(name, "linear") for name in ends]
    return dag(nodes, edges + _full(below, ends, "C"), ends)


def tied_autoencoder(dims: Sequence[int], activation: str = "relu") -> Network:
    """An autoencoder n_0 - ... - n_k - ... - n_0 whose decoder matrices are the transposed encoder
    matrices.

    Parameters
    ----------
    dims : sequence of int
        Widths of the encoder, n_0, ..., n_k.
    activation : str
        "relu", "leaky_relu", "abs" or "linear", of all neurons but the outputs.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `dag`.

    Examples
    --------
    >>> tied_autoencoder([3, 2]).size
    6
    """
    widths = widths_of(dims)
    nodes = [(name, "input") for name in _layer("x", widths[0])]
    edges: list[Edge] = []
    below = _layer("x", widths[0])
    for k, width in enumerate(widths[1:], 1):
        layer = _layer(f"e{k}", width)
        nodes += [(name, _activation(activation)) for name in layer]
        edges += _full(below, layer, f"W{k}")
        below = layer
    for k in range(len(widths) - 1, 0, -1):
        layer = _layer("y", widths[0]) if k == 1 else _layer(f"d{k - 1}", widths[k - 1])
        nodes += [(name, "linear" if k == 1 else _activation(activation)) for name in layer]
        edges += _full(below, layer, f"W{k}", transpose=True)
        below = layer
    return dag(nodes, edges, below)
