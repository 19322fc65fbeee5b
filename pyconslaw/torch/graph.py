"""The graph of a module, without torch: nodes with an operator's name, arguments and shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Ref:
    """An argument that is the result of a node."""

    name: str


@dataclass(frozen=True)
class Meta:
    """Shape and kind of a tensor: "f" floating, "i" whole numbers, "b" truth values. A guessed
    shape has sizes that depend on data.
    """

    shape: tuple[int, ...]
    kind: str
    guessed: bool = False


@dataclass(frozen=True, eq=False)
class Node:
    """One operator. `out` is a Meta, a tuple of them, or None; `value` is known if constant."""

    name: str
    op: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    out: Any
    path: str = ""
    value: np.ndarray | None = None


@dataclass(frozen=True)
class Parameter:
    """A parameter of the module: first name, further names, shape, and whether it is trained."""

    name: str
    others: tuple[str, ...]
    shape: tuple[int, ...]
    trainable: bool
    values: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in order; operators "param", "input", "constant" have no arguments."""

    nodes: tuple[Node, ...]
    outputs: tuple[tuple[str, str], ...]  # name of the output (key, index), node
    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...] = ()


def refs(argument) -> list[str]:
    """Names of the nodes in an argument, however nested."""
    if isinstance(argument, Ref):
        return [argument.name]
    if isinstance(argument, list | tuple):
        return [name for item in argument for name in refs(item)]
    if isinstance(argument, dict):
        return [name for item in argument.values() for name in refs(item)]
    return []
