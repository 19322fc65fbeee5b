"""Which changes of its arguments an operator hides, given those of its result that are hidden."""

from __future__ import annotations

import numpy as np

from .back import Back, same
from .back_places import places
from .nulls import FREE, SAME, is_free, is_same, labels, lowered, masked, plain, singles


def added(b: Back):
    """A sum sees what its terms see, but for what is broadcast."""
    for k in (0, 1):
        argument = b.get(k, "other" if k else None)
        meta = b.meta(argument)
        if meta is not None:
            b.give(argument, [lowered(null, b.shape, meta.shape) for null in b.out])


def times(b: Back):
    """A product tells apart where the other factor varies."""
    multiplied(b, True)


def over(b: Back):
    """A quotient, in its numerator."""
    if b.get(2, "rounding_mode") is None:
        multiplied(b, False)


def multiplied(b: Back, both):
    """Products; the second factor of a quotient is left out."""
    a, c = b.get(0), b.get(1, "other")
    for argument, other in ((a, c), (c, a)) if both else ((a, c),):
        meta, second = b.meta(argument), b.meta(other)
        if meta is None:
            continue
        if argument == other:
            b.give(argument, [])
            continue
        axes = varying(second.shape, b.shape) if second is not None else ()
        b.give(argument, [through(null, b.shape, axes, meta.shape) for null in b.out])


def varying(shape, out_shape):
    """Axes of the result along which an argument varies."""
    lead = len(out_shape) - len(shape)
    return {lead + k for k, n in enumerate(shape) if n > 1}


def through(null, out_shape, axes, shape):
    """Changes before a mask along axes and a broadcast."""
    null = masked(null, out_shape, axes)
    return None if null is None else lowered(null, out_shape, shape)


def chosen(b: Back):
    """where and masked_fill: products with masks."""
    name = b.node.op.split(".")[1]
    mask, sides = (b.get(0), (b.get(1), b.get(2))) if name == "where" else (b.get(1), (b.get(0),))
    axes = varying(b.meta(mask).shape, b.shape)
    for side in sides:
        meta = b.meta(side)
        if meta is not None:
            b.give(side, [through(null, b.shape, axes, meta.shape) for null in b.out])


def dropped(b: Back):
    """Dropout: nothing in eval mode."""
    if not b.get(2, "train", True) or b.get(1) == 0:
        same(b)
    else:
        axes = range(len(b.shape))
        b.give(b.get(0), [masked(null, b.shape, axes) for null in b.out])


def bias(b: Back, argument, axes=None):
    """A bias that is added; along axes of the result where it is not the last ones."""
    meta = b.meta(argument)
    if meta is None:
        return
    found = []
    for null in b.out:
        shape = list(b.shape)
        if axes is not None:
            rest = [k for k in range(len(shape)) if k not in axes]
            order = [*rest, *axes]
            null, shape = tuple(null[k] for k in order), [shape[k] for k in order]
        found.append(lowered(null, tuple(shape), meta.shape))
    b.give(argument, found)


def factor(b: Back, argument, letters, other, out):
    """One factor of a sum of products; letters of the two factors and of the result."""
    meta = b.meta(argument)
    if meta is None:
        return
    sizes = dict(zip(out, b.shape, strict=True))
    found = []
    for null in b.out:
        specs = dict(zip(out, null, strict=True))
        specs = {x: singles(s, sizes[x]) if x in other else s for x, s in specs.items()}
        gone = [s for x, s in specs.items() if x not in letters]
        ones = [sizes[x] for x in specs if x not in letters]
        if any(s is None for s in specs.values()):
            continue
        if all(n == 1 or is_free(s) for s, n in zip(gone, ones, strict=True)):
            found.append(tuple(specs.get(x, FREE) for x in letters))
    b.give(argument, found)


def linear(b: Back):
    """x W^T + b."""
    x, w = b.get(0), b.get(1)
    lead = [("b", k) for k in range(len(b.meta(x).shape) - 1)]
    outer = ["o"] if len(b.meta(w).shape) == 2 else []
    out = [*lead, *outer]
    factor(b, x, [*lead, "i"], [*outer, "i"], out)
    factor(b, w, [*outer, "i"], [*lead, "i"], out)
    bias(b, b.get(2, "bias"))


def matmul(b: Back):
    """Products of matrices."""
    products(b, b.get(0), b.get(1))


def products(b: Back, first, second):
    """Products of matrices; only batches of equal sizes."""
    p, q = b.meta(first).shape, b.meta(second).shape
    batch = max(len(p), len(q)) - 2
    if len(p) < 2 or len(q) < 2 or first == second:
        return
    letters = [("b", k) for k in range(batch)]
    la = [*letters[batch - len(p) + 2 :], "i", "c"]
    lb = [*letters[batch - len(q) + 2 :], "c", "j"]
    if any(p[la.index(x)] != q[lb.index(x)] for x in la if x in lb):
        return
    out = [*letters, "i", "j"]
    factor(b, first, la, lb, out)
    factor(b, second, lb, la, out)


def addmm(b: Back):
    """A bias plus a product."""
    if not b.node.kwargs:
        products(b, b.get(1), b.get(2))
        bias(b, b.get(0))


def einsum(b: Back):
    """Two factors with letters, of equal sizes, none twice in one."""
    text, values = b.get(0), b.get(1)
    left, arrow, out = str(text).replace(" ", "").partition("->")
    words = left.split(",")
    if not arrow or len(words) != 2 or "." in text or values[0] == values[1]:
        return
    if any(len(set(word)) < len(word) for word in (*words, out)):
        return
    sizes: dict = {}
    for word, value in zip(words, values, strict=True):
        for letter, n in zip(word, b.meta(value).shape, strict=True):
            if sizes.setdefault(letter, n) != n:
                return
    factor(b, values[0], list(words[0]), set(words[1]), list(out))
    factor(b, values[1], list(words[1]), set(words[0]), list(out))


def convolution(b: Back):
    """Kernels and biases: null directions over outputs of one group."""
    x, w = b.get(0), b.get(1)
    spatial = len(b.meta(w).shape) - 2
    channel = len(b.shape) - spatial - 1
    bias(b, b.get(2, "bias"), [channel])
    name = b.node.op.split(".")[1]
    groups = b.get(6, "groups", 1) if name != "convolution" else b.get(8)
    if name == "convolution" or "transpose" in name or x == w:
        return
    n = b.shape[channel]
    of_group = np.arange(n) // (n // groups)
    found = []
    for null in b.out:
        spec = null[channel]
        free = all(
            m == 1 or is_free(s)
            for k, (s, m) in enumerate(zip(null, b.shape, strict=True))
            if k != channel
        )
        if not free:
            continue
        if groups > 1 and not is_free(spec):
            array = labels(spec, n)
            for label in np.unique(array).tolist():
                if len(np.unique(of_group[array == label])) > 1:
                    array = np.where(array == label, -1, array)
            spec = plain(array)
        if spec is not None:
            found.append((spec, *(FREE,) * (spatial + 1)))
    b.give(w, found)


def shift_along(axes_of):
    """A rule of what does not see constants along axes."""

    def rule(b: Back):
        axes = axes_of(b)
        n = len(b.x())
        b.give(b.get(0), [tuple(SAME if k in axes else FREE for k in range(n))])

    return rule


def softmax(b: Back):
    """Shifts along the axis are not seen."""
    shift_along(lambda b: {b.axis(1)})(b)


def largest(b: Back):
    """Values along an axis move with a shift along it, nothing else is known."""
    place = 2 if "topk" in b.node.op else 1
    if not isinstance(b.node.out, tuple):
        return
    axis = b.axis(place, "dim", -1)
    found = [null for null in b.out if len(null) == len(b.x()) and is_same(null[axis])]
    b.give(b.get(0), found)


def layer_norm(b: Back):
    """Shifts of all features together."""
    n, m = len(b.x()), len(b.get(1, "normalized_shape"))
    shift_along(lambda b: set(range(n - m, n)))(b)
    bias(b, b.get(3, "bias"))


def batch_norm(b: Back):
    """Shifts of a channel, where its mean is taken from the batch."""
    if len(b.node.args) > 5 and b.node.args[5] is True and "no_" not in b.node.op:
        shift_along(lambda b: set(range(len(b.x()))) - {1})(b)
    bias(b, b.get(2, "bias"), [1])


def instance_norm(b: Back):
    """Shifts of a channel of an example."""
    if b.get(5, "use_input_stats", True):
        shift_along(lambda b: set(range(2, len(b.x()))))(b)
    bias(b, b.get(2, "bias"), [1])


def group_norm(b: Back):
    """Shifts of a group of channels."""
    native = "native" in b.node.op
    groups = b.get(6) if native else b.get(1)
    n = b.x()[1]
    spec = plain(np.arange(n) // (n // groups))
    b.give(b.get(0), [(FREE, spec, *(SAME,) * (len(b.x()) - 2))])
    bias(b, b.get(2) if native else b.get(3, "bias"), [1])


def attention(b: Back):
    """Keys: shifts that are the same for all places; values: what the average keeps."""
    q, k, v = b.get(0), b.get(1), b.get(2)
    if k in (q, v) or q == v:
        return
    n = len(b.meta(k).shape)
    b.give(k, [tuple(SAME if i == n - 2 else FREE for i in range(n))])
    if b.meta(k).shape[: n - 2] != b.meta(q).shape[: n - 2]:
        return
    found = []
    for null in b.out:
        null = masked(null, b.shape, set(range(n - 2)))
        if null is None:
            continue
        if isinstance(null[n - 2], str):
            found.append((*null[: n - 2], null[n - 2], null[n - 1]))
    b.give(v, found)


def embedding(b: Back):
    """Rows, one by one where places are free, else all together."""
    weight = b.get(0)
    padding = b.get(2, "padding_idx", -1)
    if b.get(3, "scale_grad_by_freq", False) or (padding is not None and padding >= 0):
        return
    found = []
    for null in b.out:
        lead, sizes = null[:-1], b.shape[:-1]
        if all(n == 1 or is_free(s) for s, n in zip(lead, sizes, strict=True)):
            found.append((FREE, null[-1]))
        elif all(isinstance(s, str) for s in lead):
            found.append((SAME, null[-1]))
    b.give(weight, found)


def back_rules():
    """The rules by the name of the operator without overload."""
    found: dict = dict.fromkeys(
        ("to", "_to_copy", "clone", "contiguous", "alias", "type_as", "neg", "float", "double",
         "half", "bfloat16", "lift_fresh", "positive"), same)  # fmt: skip
    found |= {"add": added, "sub": added, "rsub": added, "mul": times, "div": over}
    found |= {"where": chosen, "masked_fill": chosen, "dropout": dropped}
    found |= {"native_dropout": dropped, "linear": linear, "matmul": matmul, "bmm": matmul}
    found |= {"einsum": einsum, "mm": matmul, "addmm": addmm, "baddbmm": addmm, "softmax": softmax}
    found |= dict.fromkeys(("_softmax", "log_softmax", "_log_softmax"), softmax)
    found |= {"topk": largest, "max": largest, "min": largest, "sort": largest}
    found |= {"layer_norm": layer_norm, "native_layer_norm": layer_norm, "group_norm": group_norm}
    found |= {"native_group_norm": group_norm, "batch_norm": batch_norm}
    found |= {"_native_batch_norm_legit_functional": batch_norm, "instance_norm": instance_norm}
    found |= {"native_batch_norm": batch_norm, "_native_batch_norm_legit": batch_norm}
    found |= {"scaled_dot_product_attention": attention, "embedding": embedding}
    names = ("conv1d", "conv2d", "conv3d", "convolution", "conv_transpose1d", "conv_transpose2d")
    return places() | found | dict.fromkeys(names, convolution)
