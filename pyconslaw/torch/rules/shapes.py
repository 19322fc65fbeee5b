"""Rules of what moves entries about: the same is done to arrays of unknowns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..parts import Part, aligned, joined, padded, permuted, reshaped, taken
from ..state import Value, value_of
from .call import Call, NoRule, is_zero
from .elementwise import add_values


def shown(call: Call, parts):
    """The result, which is a view of a parameter where its argument is one."""
    return call.out(parts, gauge=call.x().gauge)


def view(call: Call):
    """Another shape, row by row."""
    x, shape = call.x(), call.node.out.shape
    if shape == x.shape:
        return x
    parts = reshaped(call.state.unknowns, call.state.parts(x), x.shape, shape)
    if parts is None:
        raise NoRule
    return shown(call, parts)


def permute(call: Call):
    """Axes in another order."""
    order = [k % call.x().ndim for k in call.get(1, "dims")]
    return shown(call, permuted(call.parts(), order))


def swap(a, b):
    """A rule that exchanges two axes."""

    def rule(call: Call):
        x = call.x()
        i, j = call.get(1, "dim0", a), call.get(2, "dim1", b)
        if x.ndim < 2:
            return x
        order = list(range(x.ndim))
        i, j = i % x.ndim, j % x.ndim
        order[i], order[j] = order[j], order[i]
        return shown(call, permuted(call.parts(), order))

    return rule


def reverse_axes(call: Call):
    """All axes in the opposite order."""
    return shown(call, permuted(call.parts(), range(call.x().ndim)[::-1]))


def expand(call: Call):
    """A tensor that is broadcast."""
    return shown(call, aligned(call.parts(), len(call.node.out.shape)))


def cut(call: Call, axis, positions):
    """The tensor at positions of an axis; what is inside is told apart from what is not."""
    state, x = call.state, call.x()
    parts = taken(call.parts(), axis, positions, x.shape[axis])
    if len(positions) < x.shape[axis]:
        for part in parts:
            if part.ids.shape[axis] > 1 or len(positions) == 1:
                state.refine(part, 0)
    return parts


def slice_positions(n, start, end, step=1):
    """Positions of a slice, whose ends may be open; None if they are not numbers."""
    start = 0 if start is None else start
    end = n if end is None else min(end, n)
    if not all(isinstance(k, int) for k in (start, end, step)):
        return None
    return np.arange(n)[start:end:step]


def positions_of(call: Call, axis, start, end, step=1):
    """The same of an axis of the first argument."""
    found = slice_positions(call.x().shape[axis], start, end, step)
    if found is None:
        raise NoRule
    return found


def slice_of(call: Call):
    """Part of an axis."""
    axis = call.axis(1, "dim", 0)
    found = positions_of(call, axis, call.get(2, "start"), call.get(3, "end"), call.get(4, "step", 1))
    if len(found) == call.x().shape[axis]:
        return call.x()
    return shown(call, cut(call, axis, found))


def narrow(call: Call):
    """Part of an axis, by its length."""
    axis, start = call.axis(1), call.get(2, "start")
    if not isinstance(start, int):
        raise NoRule
    return shown(call, cut(call, axis, np.arange(start, start + call.get(3, "length"))))


def select(call: Call):
    """One place of an axis."""
    axis, k = call.axis(1), call.get(2, "index")
    if not isinstance(k, int):
        raise NoRule
    parts = cut(call, axis, np.array([k % call.x().shape[axis]]))
    return shown(call, dropped(parts, axis))


def dropped(parts, axis):
    """Parts without an axis of size 1."""
    return tuple(
        replace(p, ids=p.ids.reshape(p.ids.shape[:axis] + p.ids.shape[axis + 1 :])) for p in parts
    )


def pieces(call: Call):
    """An axis cut into pieces, as their sizes say."""
    x, axis = call.x(), call.axis(2, "dim", 0)
    found, start = [], 0
    for meta in call.node.out:
        n = meta.shape[axis]
        if n == x.shape[axis]:
            found.append(x)
            continue
        value = value_of(meta, cut(call, axis, np.arange(start, start + n)), gauge=x.gauge)
        found.append(value)
        start += n
    return tuple(found)


def unbind(call: Call):
    """All places of an axis, one by one."""
    axis = call.axis(1, "dim", 0)
    return tuple(
        value_of(meta, dropped(cut(call, axis, np.array([k])), axis), gauge=call.x().gauge)
        for k, meta in enumerate(call.node.out)
    )


def squeeze(call: Call):
    """Without axes of size 1, or with one more."""
    x = call.x()
    parts = reshaped(call.state.unknowns, call.parts(), x.shape, call.node.out.shape)
    return shown(call, parts)


def cat(call: Call):
    """Tensors side by side."""
    values = [v for v in call.get(0) if v.shape != (0,)]
    if not values:
        return call.out()
    axis = call.get(1, "dim", 0) % values[0].ndim
    found = [(call.state.parts(v), v.shape[axis]) for v in values]
    return call.out(joined(call.state.unknowns, found, axis))


def stack(call: Call):
    """Tensors side by side along a new axis."""
    values = call.get(0)
    axis = call.get(1, "dim", 0) % (values[0].ndim + 1)
    found = []
    for value in values:
        parts = tuple(
            replace(p, ids=np.expand_dims(p.ids, axis)) for p in call.state.parts(value)
        )
        found.append((parts, 1))
    return call.out(joined(call.state.unknowns, found, axis))


def repeat(call: Call):
    """Copies one after the other."""
    x = call.x()
    times = list(call.get(1, "repeats"))
    parts = aligned(call.parts(), len(times))
    shape = (1,) * (len(times) - x.ndim) + x.shape
    for axis, k in enumerate(times):
        if k != 1 and shape[axis] > 1:
            at = np.tile(np.arange(shape[axis]), k)
            parts = copied(call, parts, axis, at)
    return call.out(parts)


def copied(call: Call, parts, axis, positions):
    """Parts at positions that may occur often: each time a copy."""
    found = []
    for part in parts:
        if part.ids.shape[axis] > 1:
            order = np.zeros(len(positions), dtype=np.int64)
            seen: dict[int, int] = {}
            for k, at in enumerate(np.asarray(positions).tolist()):
                order[k] = seen[at] = seen.get(at, -1) + 1
            tags = order.reshape([-1 if k == axis else 1 for k in range(part.ids.ndim)])
            part = replace(part, ids=call.state.unknowns.copies(
                part.ids.take(positions, axis=axis), tags))
        found.append(part)
    return tuple(found)


def repeat_interleave(call: Call):
    """Each place of an axis several times."""
    times, axis = call.get(1, "repeats"), call.get(2, "dim")
    if not isinstance(times, int) or axis is None:
        raise NoRule
    axis %= call.x().ndim
    positions = np.repeat(np.arange(call.x().shape[axis]), times)
    return call.out(copied(call, call.parts(), axis, positions))


def flip(call: Call):
    """An axis the other way round."""
    parts = call.parts()
    for axis in call.axes(1, "dims"):
        parts = taken(parts, axis, np.arange(call.x().shape[axis])[::-1], 0)
    return call.out(parts)


def roll(call: Call):
    """An axis turned: what comes in at the other end is alike only where all is."""
    shifts, axes = call.get(1, "shifts"), call.get(2, "dims", [])
    shifts = [shifts] if isinstance(shifts, int) else list(shifts)
    axes = [axes] if isinstance(axes, int) else list(axes)
    if not axes:
        raise NoRule
    parts, shape = call.parts(), call.x().shape
    for shift, axis in zip(shifts, axes, strict=True):
        axis %= len(shape)
        parts = taken(parts, axis, np.roll(np.arange(shape[axis]), shift), 0)
    return call.out(parts)


def pad(call: Call):
    """Numbers around a tensor: zeros scale like anything."""
    x = call.x()
    mode, value = call.get(2, "mode", "constant"), call.get(3, "value", 0)
    if call.node.op.split(".")[1] == "constant_pad_nd":
        mode, value = "constant", call.get(2, "value", 0)
    widths = list(call.get(1, "pad"))
    axes = [x.ndim - 1 - k // 2 for k in range(0, len(widths), 2) if widths[k] or widths[k + 1]]
    parts = call.parts()
    if mode != "constant":
        return call.out(call.state.constant(parts, axes))
    if value:
        call.state.vanish(parts)
        return call.out()
    for k in range(0, len(widths), 2):
        axis, before, after = x.ndim - 1 - k // 2, widths[k], widths[k + 1]
        found = []
        for part in parts:
            if part.ids.shape[axis] > 1:
                if min(before, after) < 0:
                    raise NoRule
                wide = [(before, after) if i == axis else (0, 0) for i in range(part.ids.ndim)]
                part = replace(part, ids=np.pad(part.ids, wide))
            found.append(part)
        parts = tuple(found)
    return call.out(parts)


def index(call: Call):
    """Places that arrays of indices choose: known ones are taken, else all are alike."""
    x, indices = call.x(), call.get(1, "indices")
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
        return call.out(copied(call, call.parts(), axis, chosen.const.ravel() % call.x().shape[axis]))
    return call.out(call.state.constant(call.parts(), [axis]))


def written(call: Call, axes, k_base=0, k_source=None):
    """A tensor with parts of another written to places of it: both scale alike."""
    state = call.state
    base, source = call.x(k_base), call.get(k_source)
    rest = state.constant(state.parts(base), axes)
    if not isinstance(source, Value):
        if source != 0:
            state.vanish(rest)
            return call.out()
        return call.out(rest)
    return rest, source


def scatter(call: Call):
    """Entries of a source put or added at places along an axis."""
    axis, source = call.axis(1), call.get(3)
    base = call.x()
    state = call.state
    if not isinstance(source, Value):
        raise NoRule
    parts = state.constant(state.parts(source), [axis])
    state.apart(parts)
    if is_zero(base):
        return call.out(parts)
    rest = state.constant(state.parts(base), [axis])
    state.apart(rest)
    state.equal(rest, parts)
    return call.out(rest if parts else ())


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
    found = positions_of(call, axis, call.get(3, "start"), call.get(4, "end"), call.get(5, "step", 1))
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
    base, mask, source = call.x(0), call.x(1), call.x(2)
    state = call.state
    parts = state.constant(state.parts(source), range(source.ndim))
    ones = tuple(Part(padded(p.ids.reshape(()), len(call.node.out.shape)), p.coef) for p in parts)
    value = Value(call.node.out.shape, "f", ones)
    del mask
    result = add_values(state, base, value)
    state.apart(result)
    return call.out(result)


def unfold(call: Call):
    """Windows along an axis, which become a new axis."""
    axis = call.axis(1, "dimension")
    parts = call.state.constant(call.parts(), [axis])
    return call.out(tuple(replace(p, ids=p.ids[..., None]) for p in parts))


def diagonal(call: Call):
    """The places where two axes agree."""
    i, j = call.axis(2, "dim1", 0), call.axis(3, "dim2", 1)
    parts = call.state.constant(call.parts(), [i, j])
    found = tuple(dropped(dropped(parts, max(i, j)), min(i, j)))
    return call.out(tuple(replace(p, ids=p.ids[..., None]) for p in found))


def triangle(call: Call):
    """A fixed mask of zeros over the last two axes."""
    parts = call.parts()
    ndim = call.x().ndim
    call.state.apart(parts, [ndim - 2, ndim - 1])
    return call.out(parts)


def table():
    """The rules of this family."""
    found = dict.fromkeys(("view", "reshape", "_unsafe_view", "flatten", "unflatten"), view)
    found |= {"view_copy": view, "permute": permute, "transpose": swap(0, 1), "t": swap(0, 1)}
    found |= {"swapaxes": swap(0, 1), "movedim": moveaxis, "mT": swap(-2, -1)}
    found |= {"numpy_T": reverse_axes, "adjoint": swap(-2, -1)}
    found |= {"expand": expand, "expand_as": expand, "broadcast_to": expand}
    found |= {"slice": slice_of, "narrow": narrow, "select": select, "unbind": unbind}
    found |= dict.fromkeys(("split", "chunk", "split_with_sizes", "tensor_split"), pieces)
    found |= {"squeeze": squeeze, "unsqueeze": squeeze, "cat": cat, "concat": cat, "stack": stack}
    found |= {"concatenate": cat, "repeat": repeat, "repeat_interleave": repeat_interleave}
    found |= {"tile": repeat, "flip": flip, "roll": roll, "pad": pad, "constant_pad_nd": pad}
    found |= {"index": index, "gather": gather, "index_select": index_select, "scatter": scatter}
    found |= {"scatter_add": scatter, "index_add": index_add, "slice_scatter": slice_scatter}
    found |= {"select_scatter": select_scatter, "copy": copy, "masked_scatter": masked_scatter}
    found |= {"unfold": unfold, "diagonal": diagonal, "tril": triangle, "triu": triangle}
    found |= {"view_as": view, "reshape_as": view}
    return found


def moveaxis(call: Call):
    """Axes moved to other places."""
    source, target = call.get(1, "source"), call.get(2, "destination")
    ndim = call.x().ndim
    source = [source] if isinstance(source, int) else source
    target = [target] if isinstance(target, int) else target
    order = np.moveaxis(np.arange(ndim).reshape([1] * 0 + [-1]), 0, 0).tolist()
    rest = [k for k in order if k not in {s % ndim for s in source}]
    for t, s in sorted((t % ndim, s % ndim) for s, t in zip(source, target, strict=True)):
        rest.insert(t, s)
    return shown(call, permuted(call.parts(), rest))
