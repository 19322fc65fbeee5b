"""What a walk over a graph knows: values, actions of parameters, relations that wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from .graph import Meta
from .parts import Part, aligned, scaled
from .relations import Relations
from .unknowns import ZERO, Unknowns

MOST_ENTRIES = 1 << 22  # of a parameter whose entries have an unknown each


@dataclass(eq=False)
class Weight:
    """A parameter's action: None until its first use decides it."""

    name: str
    shape: tuple[int, ...]
    trainable: bool
    parts: tuple[Part, ...] | None = None
    shift: Fraction = Fraction(0)
    values: Any = None


@dataclass(frozen=True)
class Stack:
    """An axis whose places belong to experts by indices: the action has one place an expert."""

    axis: int
    by: str  # the node of the indices
    size: int


@dataclass(eq=False)
class Value:
    """A tensor on the walk: its shape, its action, and what else is known."""

    shape: tuple[int, ...]
    kind: str = "f"
    parts: tuple[Part, ...] = ()
    weight: Weight | None = None  # if it is a parameter as it stands, plus a shift
    shift: Fraction = Fraction(0)
    const: np.ndarray | None = None
    gauge: bool = False  # whether it is a parameter or a view of one
    live: bool = False  # whether a parameter that is trained reaches it
    guessed: bool = False  # whether sizes depend on data
    stack: Stack | None = None  # along one axis the action has the places of a stack instead

    @property
    def ndim(self):
        """Axes."""
        return len(self.shape)


@dataclass(eq=False)
class Stop:
    """An operator without a rule, with the parts that it stopped."""

    op: str
    path: str
    parts: tuple[Part, ...]


@dataclass(eq=False)
class State:
    """The whole state."""

    unknowns: Unknowns = field(default_factory=Unknowns)
    weights: dict[str, Weight] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)
    ignored: list[tuple[tuple[Part, ...], str]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    starts: list[tuple[int, str]] = field(default_factory=list)  # first unknown of a parameter

    def __post_init__(self):
        self.relations = Relations(self.unknowns)

    def note(self, text):
        """Counts a remark."""
        self.notes[text] = self.notes.get(text, 0) + 1

    # actions of values
    def fresh(self, value: Value) -> bool:
        """Whether a value is a parameter that was not used yet."""
        weight = value.weight
        return weight is not None and weight.trainable and weight.parts is None

    def parts(self, value: Value) -> tuple[Part, ...]:
        """The action of a value; a parameter that is met for the first time gets unknowns."""
        weight = value.weight
        if value.stack is not None:  # who does not know of experts needs them to be alike
            value.parts, value.stack = self.constant(value.parts, [value.stack.axis]), None
        if weight is None:
            return value.parts
        if not weight.trainable:
            return ()
        if weight.parts is None:
            shapes = axes_of(value.shape)
            self.assign(value, tuple(self.unknown(weight, shape) for shape in shapes))
        if value.shift != weight.shift:
            self.vanish(weight.parts or ())
            weight.parts, weight.shift = (), value.shift
            self.note(f"{weight.name} is used with and without a shift")
        return weight.parts or ()

    def unknown(self, weight: Weight | None, shape) -> Part:
        """Unknowns that belong to a parameter."""
        assert weight is not None
        self.starts.append((self.unknowns.size, weight.name))
        part = Part(self.unknowns.new(tuple(shape)))
        self.starts.append((self.unknowns.size, ""))
        return part

    def assign(self, value: Value, parts):
        """Decides the action of a parameter at its first use."""
        if value.weight is not None:
            value.weight.parts, value.weight.shift = tuple(parts), value.shift

    def entrywise(self, value: Value):
        """The action of a parameter whose entries have an unknown each, if it is fresh."""
        if self.fresh(value) and np.prod(value.shape, dtype=np.int64) <= MOST_ENTRIES:
            self.assign(value, (self.unknown(value.weight, value.shape),))
        return self.parts(value)

    # relations
    def vanish(self, parts):
        """The sum of parts is zero."""
        self.relations.add(parts)

    def equal(self, a, b):
        """Two actions are the same where they are broadcast."""
        ndim = max([p.ids.ndim for p in (*a, *b)], default=0)
        self.relations.add((*aligned(a, ndim), *scaled(aligned(b, ndim), -1)))

    def nonzero(self, parts):
        """Parts without those that are zero."""
        return tuple(p for p in parts if p.coef and not self.unknowns.is_zero(p.ids).all())

    def simple(self, parts):
        """The same sum with fewer parts: constant arrays of size 1, like arrays once."""
        found: dict = {}
        for part in self.nonzero(parts):
            root, code = self.unknowns.find(part.ids)
            ids = part.ids
            for axis in sorted(part.support):
                head = (slice(None),) * axis + (slice(0, 1),)
                if (root == root[head]).all() and (code == code[head]).all():
                    ids, root, code = ids[head], root[head], code[head]
            key = (ids.shape, root.tobytes(), code.tobytes())
            if key in found:
                part = found[key].times(1 + part.coef / found[key].coef)
                ids = part.ids
            found[key] = Part(ids, part.coef)
            if not part.coef:
                del found[key]
        return tuple(found.values())

    def constant(self, parts, axes):
        """Parts that are constant along axes, and what is left of them (size 1 there)."""
        axes = frozenset(axes)
        parts = self.nonzero(parts)
        moving = [p for p in parts if p.support & axes]
        if not moving:
            return parts
        firsts = tuple(
            Part(
                p.ids[tuple(slice(0, 1) if k in axes else slice(None) for k in range(p.ids.ndim))],
                p.coef,
            )
            for p in moving
        )
        self.relations.add((*moving, *scaled(firsts, -1)))
        return (*firsts, *(p for p in parts if not p.support & axes))

    # labels
    def apart(self, parts, axes=None):
        """Tells the unknowns of parts apart along axes, or along all."""
        for part in parts:
            along = part.support if axes is None else part.support & frozenset(axes)
            if along:
                shape = [n if k in along else 1 for k, n in enumerate(part.ids.shape)]
                tags = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
                self.refine(part, tags)

    def apart_by(self, parts, array, shape):
        """Tells parts apart along axes where an array differs, which is broadcast to the shape."""
        array = np.broadcast_to(array, np.broadcast_shapes(array.shape, (1,) * len(shape)))
        for part in parts:
            along = sorted(k for k in part.support if array.shape[k] > 1)
            if not along:
                continue
            moved = np.moveaxis(array, along, range(len(along)))
            rows = moved.reshape(int(np.prod(moved.shape[: len(along)])), -1)
            _, tags = np.unique(rows, axis=0, return_inverse=True)
            size = [n if k in along else 1 for k, n in enumerate(array.shape)]
            self.refine(part, np.asarray(tags).reshape(size))

    def refine(self, part, tags):
        """Refines labels by tags, in an event of its own."""
        tags = np.asarray(tags, dtype=np.int64) + (self.unknowns.event() << 32)
        live = part.ids != ZERO
        if live.all():
            self.unknowns.refine(part.ids, tags)
        else:
            self.unknowns.refine(part.ids[live], np.broadcast_to(tags, part.ids.shape)[live])

    def owners(self, parts):
        """Names of the parameters whose unknowns are in parts."""
        starts = np.array([start for start, _ in self.starts], dtype=np.int64)
        names = set()
        for part in parts:
            for ids in (part.ids, self.unknowns.find(part.ids)[0]):
                at = np.unique(np.searchsorted(starts, np.unique(ids), side="right") - 1)
                names |= {self.starts[k][1] for k in at.tolist() if k >= 0}
        return tuple(sorted(names - {""}))


def value_of(meta: Meta | None, parts=(), **more) -> Value | None:
    """A value of the shape that the graph says."""
    if meta is None:
        return None
    return Value(meta.shape, meta.kind, tuple(parts), guessed=meta.guessed, **more)


def axes_of(shape):
    """Shapes of the unknowns of a parameter as it stands: rows and columns, of each of a stack of
    matrices; of kernels the channels alone.
    """
    large = [k for k, n in enumerate(shape) if n > 1]
    if len(shape) == 3 and shape[0] > 1:
        chosen = [(0, k) for k in large[1:]] or [(0,)]
    else:
        chosen = [(k,) for k in large[:2]] or [()]
    return [tuple(n if k in some else 1 for k, n in enumerate(shape)) for some in chosen]
