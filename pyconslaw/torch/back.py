"""An operator on the way back: which changes of its arguments it hides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .graph import Meta, Node, Ref


@dataclass(eq=False)
class Back:
    """An operator, with changes of its results; `given` collects those of arguments by name."""

    node: Node
    metas: dict[str, Any]
    outs: dict[Any, list]
    given: dict[str, list] = field(default_factory=dict)

    @property
    def out(self):
        """Changes of the only or first result."""
        return self.outs.get(None, self.outs.get(0, []))

    @property
    def shape(self):
        """Shape of the only or first result."""
        out = self.node.out
        return (out[0] if isinstance(out, tuple) else out).shape

    def get(self, k, name=None, default=None):
        """An argument by place or name."""
        if k is not None and k < len(self.node.args):
            return self.node.args[k]
        return self.node.kwargs.get(name, default)

    def meta(self, argument):
        """Shape and kind of an argument that is a tensor, else None."""
        meta = self.metas.get(argument.name) if isinstance(argument, Ref) else None
        return meta if isinstance(meta, Meta) else None

    def give(self, argument, some):
        """Hands changes to an argument; each use of it counts."""
        if isinstance(argument, Ref):
            self.given.setdefault(argument.name, []).append([s for s in some if s is not None])

    def x(self):
        """Shape of the first argument."""
        return self.meta(self.get(0)).shape

    def axis(self, k, name="dim", default=None):
        """An axis of the first argument."""
        return self.get(k, name, default) % max(1, len(self.x()))


def same(b: Back):
    """Casts, copies, signs, factors."""
    b.give(b.get(0), b.out)
