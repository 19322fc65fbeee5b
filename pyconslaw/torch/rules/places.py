"""Rules of entries that indices choose, or that take the place of others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..parts import Part, aligned, joined, padded, taken
from ..state import Value
from . import experts
from .call import Call, NoRule, is_zero
from .elementwise import add_values
from .shapes import copied, cut, positions_of


def index(call: Call):
    """Places that arrays of indices choose: known ones are taken, else all are alike."""
    x, indices = call.x(), call.get(1, "indices")
    stack = experts.chosen(call)
    if stack is not None:
        return stack
    at = [k for k, i in enumerate(indices) if i is not None]
    parts = call.parts()
    if any(indices[k].kind == "b" for k in at) and len(at) > 1:
        raise NoRule
    chosen = indices[at[0]]
    wide = chosen.ndim if chosen.kind == "b" else 1
    if len(at) == 1 and chosen.kind == "i" and chosen.const is not None and chosen.ndim == 1:
        positions = chosen.const % x.shape[at[0]]
        unique = len(np.unique(positions)) == len(positions)
        if unique:
            return call.out(cut(call, at[0], positions))
        return call.out(copied(call, parts, at[0], positions))
    axes = [k + i for k in at for i in range(wide)]
    parts = call.state.constant(parts, axes)
    for k in at:
        call.state.vanish(call.state.parts(indices[k]))
    return call.out(tuple(replace(p, ids=replaced_axes(p.ids, axes, call, at)) for p in parts))


def replaced_axes(ids, axes, call: Call, at):
    """Ids after axes of size 1 gave way to those of the indices."""
    keep = [k for k in range(ids.ndim) if k not in axes]
    count = len(call.node.out.shape) - len(keep)
    front = axes[0] if axes == list(range(axes[0], axes[0] + len(axes))) else 0
    shape = [ids.shape[k] for k in keep]
    return ids.reshape([*shape[:front], *(1,) * count, *shape[front:]])


def gather(call: Call):
    """One place of an axis for each index."""
    axis = call.axis(1)
    x, where = call.x(), call.x(2)
    parts = call.state.constant(call.parts(), [axis])
    for k, n in enumerate(where.shape):
        if k != axis and n < x.shape[k]:
            parts = taken(parts, k, np.arange(n), 0)
    call.state.apart(parts)
    return call.out(parts)


def index_select(call: Call):
    """Places of an axis."""
    axis, chosen = call.axis(1), call.x(2)
    if chosen.const is not None:
        return call.out(
            copied(call, call.parts(), axis, chosen.const.ravel() % call.x().shape[axis])
        )
    return call.out(call.state.constant(call.parts(), [axis]))


def scatter(call: Call):
    """Entries of a source put or added at places along an axis."""
    axis, source = call.axis(1), call.get(3)
    base = call.x()
    state = call.state
    if not isinstance(source, Value) or call.get(None, "reduce") is not None:
        raise NoRule
    parts = state.constant(state.parts(source), [axis])
    state.apart(parts)
    if is_zero(base):
        return call.out(parts)
    rest = state.constant(state.parts(base), [axis])
    state.apart(rest)
    state.equal(rest, parts)
    return call.out(rest if parts else ())


def index_put(call: Call):
    """Values written or added at places of the first axes: both scale alike there."""
    x, indices, values, state = call.x(), call.get(1, "indices"), call.x(2), call.state
    if any(i is None for i in indices):
        raise NoRule
    gone = sum(i.ndim if i.kind == "b" else 1 for i in indices)
    rest = x.ndim - gone
    for i in indices:
        state.vanish(state.parts(i))
    lead = max(values.ndim - rest, 0)
    parts = state.constant(state.parts(values), range(lead))
    own = values.ndim - lead
    shapes = [(1,) * (x.ndim - own) + p.ids.shape[lead:] for p in parts]
    parts = tuple(
        Part(p.ids.reshape(shape), p.coef) for p, shape in zip(parts, shapes, strict=True)
    )
    if is_zero(x):
        return call.out(parts)
    base = state.constant(state.parts(x), range(gone))
    if is_zero(values):
        state.apart(base)
        return call.out(base)
    state.equal(base, parts)
    return call.out(base if parts else ())


def index_add(call: Call):
    """Rows of a source added at places along an axis."""
    axis, source, base, state = call.axis(1), call.x(3), call.x(), call.state
    parts = state.constant(state.parts(source), [axis])
    if is_zero(base):
        return call.out(parts)
    rest = state.constant(state.parts(base), [axis])
    state.equal(rest, parts)
    return call.out(rest if parts else ())


def slice_scatter(call: Call):
    """A tensor with a slice replaced."""
    base, source = call.x(0), call.x(1)
    axis = call.axis(2, "dim", 0)
    found = positions_of(
        call, axis, call.get(3, "start"), call.get(4, "end"), call.get(5, "step", 1)
    )
    return call.out(replaced(call, base, source, axis, found))


def select_scatter(call: Call):
    """A tensor with one place replaced."""
    base, source, axis = call.x(0), call.x(1), call.axis(2)
    parts = tuple(replace(p, ids=np.expand_dims(p.ids, axis)) for p in call.state.parts(source))
    value = Value(source.shape[:axis] + (1,) + source.shape[axis:], "f", parts)
    at = np.array([call.get(3, "index") % base.shape[axis]])
    return call.out(replaced(call, base, value, axis, at))


def replaced(call: Call, base, source, axis, positions):
    """The action of a tensor of which another takes the place of a slice."""
    state, n = call.state, base.shape[axis]
    rest = np.setdiff1d(np.arange(n), positions)
    inner = state.parts(source)
    if not len(rest):
        return inner
    outer = taken(state.parts(base), axis, rest, n)
    for part in (*outer, *inner):
        state.refine(part, 0)
    order = np.argsort(np.concatenate([rest, positions]), kind="stable")
    parts = joined(state.unknowns, [(outer, len(rest)), (inner, len(positions))], axis)
    return taken(parts, axis, order, n)


def copy(call: Call):
    """A tensor that takes the place of another."""
    return call.out(aligned(call.parts(1), call.x().ndim))


def masked_scatter(call: Call):
    """Entries in order of a source at the places of a mask."""
    base, source = call.x(0), call.x(2)
    state = call.state
    parts = state.constant(state.parts(source), range(source.ndim))
    ones = tuple(Part(padded(p.ids.reshape(()), len(call.node.out.shape)), p.coef) for p in parts)
    value = Value(call.node.out.shape, "f", ones)
    result = add_values(state, base, value)
    state.apart(result)
    return call.out(result)


def table():
    """The rules of this family."""
    found = {"index": index, "gather": gather, "index_select": index_select, "scatter": scatter}
    found |= {"scatter_add": scatter, "index_add": index_add, "slice_scatter": slice_scatter}
    found |= {"select_scatter": select_scatter, "copy": copy, "index_put": index_put}
    found |= {"masked_scatter": masked_scatter}
    return found
