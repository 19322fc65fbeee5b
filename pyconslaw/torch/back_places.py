"""Changes that nobody sees, through what moves entries about."""

from __future__ import annotations

import numpy as np

from .back import Back, same
from .nulls import FREE, labels, lowered, plain, pulled, reshaped
from .rules.shapes import slice_positions


def view(b: Back):
    """Another shape."""
    b.give(b.get(0), [reshaped(null, b.shape, b.x()) for null in b.out])


def permute(b: Back):
    """Axes in another order."""
    order = [k % len(b.shape) for k in b.get(1, "dims")]
    reordered(b, order)


def reordered(b: Back, order):
    """Result axis k is axis order[k] of the argument."""
    back = np.argsort(order)
    b.give(b.get(0), [tuple(null[k] for k in back) for null in b.out])


def swap(i, j):
    """A rule that exchanges two axes."""

    def rule(b: Back):
        n = len(b.shape)
        if n < 2:
            return same(b)
        order = list(range(n))
        p, q = b.get(1, "dim0", i) % n, b.get(2, "dim1", j) % n
        order[p], order[q] = order[q], order[p]
        return reordered(b, order)

    return rule


def expand(b: Back):
    """A tensor that is broadcast."""
    b.give(b.get(0), [lowered(null, b.shape, b.x()) for null in b.out])


def inside(b: Back, axis, positions, some):
    """Changes of a tensor of which only a slice is read; `some` are those of the slice."""
    shape = b.x()
    n = shape[axis]
    outside = np.arange(n) + n
    found = []
    for null in [*some, None]:
        array = outside.copy()
        if null is None:
            array[positions] = -1
            rest = [FREE] * len(shape)
        else:
            array[positions] = labels(null[axis], len(positions))
            rest = list(null)
        spec = plain(array)
        if spec is not None:
            rest[axis] = spec
            found.append(tuple(rest))
    return found


def slice_of(b: Back):
    """Part of an axis."""
    axis = b.axis(1, "dim", 0)
    end = b.get(3, "end")
    positions = slice_positions(b.x()[axis], b.get(2, "start"), end, b.get(4, "step", 1))
    if positions is not None:
        b.give(b.get(0), inside(b, axis, positions, b.out))


def select(b: Back):
    """One place of an axis."""
    axis, k = b.axis(1), b.get(2, "index")
    if isinstance(k, int):
        some = [(*null[:axis], FREE, *null[axis:]) for null in b.out]
        b.give(b.get(0), inside(b, axis, np.array([k % b.x()[axis]]), some))


def pieces(b: Back):
    """An axis cut into pieces, or taken place by place."""
    gone = "unbind" in b.node.op
    axis = b.axis(1 if gone else 2, "dim", 0)
    start = 0
    for k, meta in enumerate(b.node.out):
        n = 1 if gone else meta.shape[axis]
        some = b.outs[k]
        if gone:
            some = [(*null[:axis], FREE, *null[axis:]) for null in some]
        b.give(b.get(0), inside(b, axis, np.arange(start, start + n), some))
        start += n


def copied(b: Back, sources):
    """Axes whose places are copies: out[k] = in[source[k]], by axis."""
    shape = b.x()
    found = []
    for null in b.out:
        specs = list(null)
        for axis, source in sources.items():
            specs[axis] = pulled(specs[axis], source, shape[axis])
        if all(spec is not None for spec in specs):
            found.append(tuple(specs))
    b.give(b.get(0), found)


def repeat_interleave(b: Back):
    """Each place of an axis several times."""
    times, axis = b.get(1, "repeats"), b.get(2, "dim")
    if isinstance(times, int) and axis is not None:
        axis %= len(b.x())
        copied(b, {axis: np.repeat(np.arange(b.x()[axis]), times)})


def repeat(b: Back):
    """Copies one after the other."""
    times = list(b.get(1, "repeats"))
    if len(times) == len(b.x()):
        pairs = enumerate(zip(times, b.x(), strict=True))
        copied(b, {axis: np.tile(np.arange(n), k) for axis, (k, n) in pairs if k > 1})


def flip(b: Back):
    """Axes the other way round."""
    axes = [axis % len(b.x()) for axis in b.get(1, "dims")]
    copied(b, {axis: np.arange(b.x()[axis])[::-1] for axis in axes})


def cat(b: Back):
    """Tensors side by side: changes of one that leave the others."""
    names = [a for a in b.get(0) if b.meta(a) is not None]
    axis = b.get(1, "dim", 0) % len(b.shape)
    start, n = 0, b.shape[axis]
    for argument in names:
        m = b.meta(argument).shape
        if len(m) != len(b.shape):
            return
        at = np.arange(start, start + m[axis])
        start += m[axis]
        found = []
        for null in b.out:
            array = labels(null[axis], n)
            out = np.ones(n, dtype=bool)
            out[at] = False
            piece = np.where(np.isin(array[at], array[out]), -1, array[at])
            spec = plain(piece)
            if spec is not None:
                found.append((*null[:axis], spec, *null[axis + 1 :]))
        b.give(argument, found)


def reduced(b: Back):
    """Sums and means along axes."""
    shape = b.x()
    axes = b.get(1, "dim")
    if axes is None or isinstance(axes, bool) or axes == []:
        axes = list(range(len(shape)))
    axes = {k % max(1, len(shape)) for k in ([axes] if isinstance(axes, int) else axes)}
    keep = len(b.shape) == len(shape)
    found = []
    for null in b.out:
        rest = iter(null if not keep else [s for k, s in enumerate(null) if k not in axes])
        found.append(tuple(FREE if k in axes else next(rest) for k in range(len(shape))))
    b.give(b.get(0), found)


def places():
    """The rules by the name of the operator without overload."""
    found: dict = dict.fromkeys(
        ("view", "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze"), view
    )
    found |= {"permute": permute, "transpose": swap(0, 1), "t": swap(0, 1), "mT": swap(-2, -1)}
    found |= {"expand": expand, "expand_as": expand, "slice": slice_of, "select": select}
    found |= dict.fromkeys(("split", "chunk", "split_with_sizes", "unbind"), pieces)
    found |= {"repeat_interleave": repeat_interleave, "repeat": repeat, "flip": flip}
    return found | {"cat": cat, "sum": reduced, "mean": reduced}
