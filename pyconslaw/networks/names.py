"""From the words of the command line to a network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.networks.builders import icnn, linear, mlp, nmf, product
from pyconslaw.networks.files import read_network
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.network import Network
from pyconslaw.networks.systems import System
from pyconslaw.networks.under import under_flow

KINDS = ("linear", "relu", "mlp", "product", "nmf", "icnn", "system")


def _integer(text: str, name: str) -> int:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,12}", text):
        raise InputError(f"{name}: expected an integer, got {text!r}")
    return int(text)


def _dims(size: str) -> list[int]:
    """Widths as 3-3-3, 3,3,3 or 3x3x3."""
    if not isinstance(size, str):
        raise InputError(f"dims: expected widths joined by -, such as 3-3-3, got {size!r}")
    separator = next((mark for mark in size if mark in "-,x"), "-")
    return [_integer(word, "dims") for word in size.split(separator)]


def _positive(kind, size, bias, other: Mapping[str, Any], own: Mapping[str, Any]) -> Network:
    """nmf and icnn, which are under the mirror flow unless another is named."""
    given = dict(own)
    for name, value in (
        *other.items(),
        ("metric", given["metric"] if kind == "icnn" else None),
        ("bias", (kind == "nmf" and bias) or None),
    ):
        if value is not None:
            raise InputError(f"{name}: belongs to other networks, not to {kind}")
    given["flow"] = given["flow"] or "mirror"
    if kind == "nmf":
        return nmf(_dims(size), **given)
    del given["metric"]
    return icnn(_dims(size), bias, **given)


def network_of(
    kind: str,
    size: str,
    activations: str | Sequence[str] | None = None,
    bias: bool | str = False,
    *,
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
        "linear", "relu", "mlp", "product", "system", "nmf" or "icnn"; the last two are under the
        mirror flow unless another is named.
    size : str
        Dims such as "3-3-3", "3,3,3" or "3x3x3"; of product a number, of system the path of a file
        (docs/files.md).
    activations : str or sequence of str, optional
        For mlp only: one for each hidden layer, comma-separated or a sequence.
    bias : bool or "all"
        As in `mlp`.
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
    own = {"flow": flow, "tau": tau, "metric": metric, "decay": decay, "rates": rates}
    if kind in ("nmf", "icnn"):
        other = {"loss": loss, "activations": activations}
        return _positive(kind, size, bias, other, own)
    if any(value is not None for value in own.values()):
        found = network_of(kind, size, activations, bias, loss=loss)
        return under_flow(found, **own)
    if loss is not None:
        return under_loss(network_of(kind, size, activations, bias), loss)
    if kind not in KINDS:
        raise InputError(f"kind: expected one of {', '.join(KINDS)}, got {kind!r}")
    if activations is not None and kind != "mlp":
        raise InputError(f"activations: belong to mlp, not to {kind}")
    if kind == "system":
        if bias:
            raise InputError("bias: a system has none")
        found = read_network(size)
        if not isinstance(found, System):
            raise InputError(
                f"{size}: expected a system, an object with variables, and phi or fields, or with "
                f"matrices and products; got {found.name}"
            )
        return found
    if kind == "product":
        if bias:
            raise InputError("bias: product has none")
        return product(_integer(size, "size"))
    dims = _dims(size)
    if kind == "linear":
        return linear(dims, bias)
    if kind == "relu":
        return mlp(dims, "relu", bias)
    if activations is None:
        raise InputError("activations: mlp needs one per hidden layer, such as linear,relu")
    if isinstance(activations, str):
        activations = (
            [name.strip() for name in activations.split(",")] if activations.strip() else []
        )
    return mlp(dims, activations, bias)
