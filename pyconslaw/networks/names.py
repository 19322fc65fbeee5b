"""From the words of the command line to a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.networks.builders import icnn, linear, mlp, nmf, product
from pyconslaw.networks.files import read_network
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.network import Network
from pyconslaw.networks.stacks import recurrent, residual, tied_autoencoder
from pyconslaw.networks.systems import System
from pyconslaw.networks.under import under_flow

OPTIONS = ("file", "activations", "bias", "blocks", "steps", "loss", "flow", "tau", "metric")
AGAIN = {"decay": "decay", "rate": "rates"}  # options that may stand once for each parameter


def _integer(text: object, name: str) -> int:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,12}", text):
        raise InputError(f"{name}: expected an integer, got {text!r}")
    return int(text)


def _dims(size: str) -> list[int]:
    """Widths as 3-3-3, 3,3,3 or 3x3x3."""
    if not isinstance(size, str):
        raise InputError(f"dims: expected widths joined by -, such as 3-3-3, got {size!r}")
    separator = next((mark for mark in size if mark in "-,x"), "-")
    return [_integer(word, "dims") for word in size.split(separator)]


def _widths(size: str, what: str, counts: Sequence[int]) -> list[int]:
    """So many widths. Errors: InputError says which."""
    found = _dims(size)
    if len(found) not in counts:
        raise InputError(f"dims: expected {what}, such as 2-3-1, got {size!r}")
    return found


@dataclass(frozen=True)
class _Asked:
    """The words after KIND, as typed; those that are None were not."""

    kind: str
    size: str
    activations: str | Sequence[str] | None
    bias: bool | str
    blocks: int | str | None
    steps: int | str | None
    flow: dict[str, Any]

    @property
    def activation(self) -> Any:
        """One for all neurons, which the builders check."""
        return "relu" if self.activations is None else self.activations

    def number(self, name: str, value: int | str | None) -> int:
        if value is None:
            raise InputError(f"{name}: {self.kind} needs a number of {name}")
        return _integer(value, name)


def _linear(asked: _Asked) -> Network:
    return linear(_dims(asked.size), asked.bias, **asked.flow)


def _relu(asked: _Asked) -> Network:
    return mlp(_dims(asked.size), "relu", asked.bias, **asked.flow)


def _mlp(asked: _Asked) -> Network:
    dims, names = _dims(asked.size), asked.activations
    if names is None:
        raise InputError("activations: mlp needs one per hidden layer, such as linear,relu")
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",")] if names.strip() else []
    return mlp(dims, names, asked.bias, **asked.flow)


def _product(asked: _Asked) -> Network:
    return under_flow(product(_integer(asked.size, "size")), **_flow(asked))


def _nmf(asked: _Asked) -> Network:
    return nmf(_dims(asked.size), **asked.flow)


def _icnn(asked: _Asked) -> Network:
    return icnn(_dims(asked.size), asked.bias, **asked.flow)


def _residual(asked: _Asked) -> Network:
    width, hidden, *outputs = _widths(asked.size, "WIDTH-HIDDEN-OUTPUTS or WIDTH-HIDDEN", (2, 3))
    blocks = asked.number("blocks", asked.blocks)
    activation, ends = asked.activation, outputs[0] if outputs else None
    return residual(width, blocks, hidden, activation, ends, bias=asked.bias, **asked.flow)


def _recurrent(asked: _Asked) -> Network:
    inputs, hidden, outputs = _widths(asked.size, "INPUTS-HIDDEN-OUTPUTS", (3,))
    steps, activation = asked.number("steps", asked.steps), asked.activation
    return recurrent(inputs, hidden, outputs, steps, activation, bias=asked.bias, **asked.flow)


def _autoencoder(asked: _Asked) -> Network:
    dims, activation = _dims(asked.size), asked.activation
    return tied_autoencoder(dims, activation, bias=asked.bias, **asked.flow)


def _system(asked: _Asked) -> Network:
    found = read_network(asked.size)
    if not isinstance(found, System):
        raise InputError(
            f"{asked.size}: expected a system, an object with variables, and phi or fields, or "
            f"with matrices and products; got {found.name}"
        )
    return under_flow(found, **_flow(asked))


def _flow(asked: _Asked) -> dict[str, Any]:
    return {"flow": None, **asked.flow}


@dataclass(frozen=True)
class _Kind:
    """What makes a network of a kind, and which options it has besides those of the flow."""

    make: Callable[[_Asked], Network]
    options: tuple[str, ...]


MADE = {
    "linear": _Kind(_linear, ("bias",)),
    "relu": _Kind(_relu, ("bias",)),
    "mlp": _Kind(_mlp, ("activations", "bias")),
    "product": _Kind(_product, ()),
    "nmf": _Kind(_nmf, ()),
    "icnn": _Kind(_icnn, ("bias",)),
    "residual": _Kind(_residual, ("activations", "bias", "blocks")),
    "recurrent": _Kind(_recurrent, ("activations", "bias", "steps")),
    "tied-autoencoder": _Kind(_autoencoder, ("activations", "bias")),
    "system": _Kind(_system, ()),
}
KINDS = tuple(MADE)


def network_of(
    kind: str,
    size: str,
    activations: str | Sequence[str] | None = None,
    bias: bool | str = False,
    *,
    blocks: int | str | None = None,
    steps: int | str | None = None,
    loss: str | None = None,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """The network of `pyconslaw count KIND SIZE`.

    Parameters
    ----------
    kind : str
        "linear", "relu", "mlp", "product", "nmf", "icnn", "residual", "recurrent",
        "tied-autoencoder" or "system"; nmf and icnn are under the mirror flow unless another is
        named.
    size : str
        Dims such as "3-3-3", "3,3,3" or "3x3x3"; of residual WIDTH-HIDDEN-OUTPUTS or WIDTH-HIDDEN,
        of recurrent INPUTS-HIDDEN-OUTPUTS, of product a number, of system the path of a file
        (docs/files.md).
    activations : str or sequence of str, optional
        For mlp one for each hidden layer, comma-separated or a sequence; for residual, recurrent
        and tied-autoencoder one for all.
    bias : bool or "all"
        As in `mlp`.
    blocks : int or str, optional
        For residual, which needs it.
    steps : int or str, optional
        For recurrent, which needs it.
    loss : str, optional
        As in `under_loss`.
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

    Raises
    ------
    InputError
        Names the word that is wrong.
    LimitError
        As the builders.
    OSError
        When the file of a system cannot be read.

    Examples
    --------
    >>> network_of("mlp", "5-6-4-3", "linear,relu").object
    'mixed'
    >>> network_of("relu", "2x3x1").name
    'relu 2-3-1'
    """
    if not isinstance(kind, str) or kind not in MADE:
        raise InputError(f"kind: expected one of {', '.join(KINDS)}, got {kind!r}")
    given = {"activations": activations, "bias": bias or None, "blocks": blocks, "steps": steps}
    given["metric"] = metric if kind == "icnn" else None
    given["loss"] = loss if kind in ("nmf", "icnn") else None
    for name, value in given.items():
        if value is not None and name not in MADE[kind].options:
            others = [k for k, made in MADE.items() if name in made.options] or ["other networks"]
            raise InputError(f"{name}: belongs to {', '.join(others)}, not to {kind}")
    words = {"flow": flow, "tau": tau, "metric": metric, "decay": decay, "rates": rates}
    asked = {key: value for key, value in words.items() if value is not None}
    shape = kind, size, activations, bias, blocks, steps
    if loss is None:
        return MADE[kind].make(_Asked(*shape, asked))
    return under_flow(
        under_loss(MADE[kind].make(_Asked(*shape, {})), loss), **{"flow": None, **asked}
    )
