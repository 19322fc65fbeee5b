"""One operator on the walk: its arguments as values, and the result that a rule makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph import Node
from ..parts import aligned
from ..state import State, Value, value_of

EPS = 1e-3  # a number below it that is added is an eps


class NoRule(Exception):
    """A rule says that it does not cover these arguments."""


@dataclass(eq=False)
class Call:
    """A node with its arguments."""

    state: State
    node: Node
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def get(self, k, name=None, default=None):
        """An argument by place or name."""
        if k is not None and k < len(self.args):
            return self.args[k]
        return self.kwargs.get(name, default)

    def x(self, k=0) -> Value:
        """An argument that must be a tensor."""
        value = self.get(k)
        if not isinstance(value, Value):
            raise NoRule
        return value

    def parts(self, k=0):
        """The action of an argument."""
        return self.state.parts(self.x(k))

    def out(self, parts=(), **more):
        """The result, with an action whose axes are those of its shape."""
        meta = self.node.out
        if isinstance(meta, tuple):
            meta = meta[0]
        return value_of(meta, aligned(parts, len(meta.shape)), **more)

    def outs(self, *parts):
        """Several results."""
        found = [value_of(meta) for meta in self.node.out]
        for k, action in enumerate(parts):
            if found[k] is not None:
                found[k].parts = tuple(action)
        return tuple(found)

    def number(self, k, name=None):
        """A number, given as such or as a constant tensor of one entry; else None."""
        value = self.get(k, name)
        if isinstance(value, bool) or value is None:
            return None
        if isinstance(value, int | float):
            return value
        if isinstance(value, Value) and value.const is not None and value.const.size == 1:
            return value.const.reshape(()).item()
        return None

    def values(self):
        """All tensors among the arguments, lists opened."""
        return flat((self.args, self.kwargs))

    def axis(self, k, name="dim", default=None, ndim=None):
        """One axis, counted from the front."""
        ndim = self.x().ndim if ndim is None else ndim
        axis = self.get(k, name, default)
        return axis % max(ndim, 1)

    def axes(self, k, name="dim", ndim=None):
        """Axes as a list; none given means all."""
        ndim = self.x().ndim if ndim is None else ndim
        axes = self.get(k, name)
        if axes is None or (isinstance(axes, list | tuple) and not axes):
            return list(range(ndim))
        axes = [axes] if isinstance(axes, int) else axes
        return [axis % max(ndim, 1) for axis in axes]

    def ignore(self, parts, what):
        """Remembers that something was ignored, of these parts."""
        if parts:
            path = self.node.path
            self.state.ignored.append((tuple(parts), f"{what}{' of ' + path if path else ''}"))


def flat(argument):
    """Tensors in an argument, however nested."""
    if isinstance(argument, Value):
        return [argument]
    if isinstance(argument, list | tuple):
        return [value for item in argument for value in flat(item)]
    if isinstance(argument, dict):
        return [value for item in argument.values() for value in flat(item)]
    return []


def is_zero(value):
    """Whether a tensor is known to be zero."""
    return isinstance(value, Value) and value.const is not None and not np.any(value.const)
