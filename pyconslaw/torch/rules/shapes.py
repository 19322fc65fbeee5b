"""Rules of what moves entries about: the same is done to arrays of unknowns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..parts import aligned, joined, permuted, reshaped, taken
from ..state import value_of
from .call import Call, NoRule


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
    if not all(k is None or isinstance(k, int) for k in (start, end, step)):
        return None
    return np.arange(n)[start : n if end is None else end : step]


def positions_of(call: Call, axis, start, end, step=1):
    """The same of an axis of the first argument."""
    found = slice_positions(call.x().shape[axis], start, end, step)
    if found is None:
        raise NoRule
    return found


def slice_of(call: Call):
    """Part of an axis."""
    axis = call.axis(1, "dim", 0)
    found = positions_of(
        call, axis, call.get(2, "start"), call.get(3, "end"), call.get(4, "step", 1)
    )
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
    if sum(meta.shape[axis] for meta in call.node.out) != x.shape[axis]:
        raise NoRule
    found: list = []
    start = 0
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
        parts = tuple(replace(p, ids=np.expand_dims(p.ids, axis)) for p in call.state.parts(value))
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
            part = replace(
                part, ids=call.state.unknowns.copies(part.ids.take(positions, axis=axis), tags)
            )
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


def moveaxis(call: Call):
    """Axes moved to other places."""
    source, target = call.get(1, "source"), call.get(2, "destination")
    ndim = call.x().ndim
    source = [source] if isinstance(source, int) else source
    target = [target] if isinstance(target, int) else target
    rest = [k for k in range(ndim) if k not in {s % ndim for s in source}]
    for t, s in sorted((t % ndim, s % ndim) for s, t in zip(source, target, strict=True)):
        rest.insert(t, s)
    return shown(call, permuted(call.parts(), rest))


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
    found |= {"unfold": unfold, "diagonal": diagonal, "tril": triangle, "triu": triangle}
    found |= {"view_as": view, "reshape_as": view}
    return found
