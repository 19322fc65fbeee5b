"""Rules of layers that divide by a size of their input."""

from __future__ import annotations

import numpy as np

from ..parts import Part
from ..state import Value
from .call import Call, NoRule
from .conv import reshaped_or
from .elementwise import add_values


def absorbed(call: Call, parts, axes, eps):
    """What is constant along axes is divided out, but for an eps."""
    left = call.state.nonzero(call.state.constant(parts, axes))
    call.state.apart(parts)  # what is divided by differs from place to place
    if eps:
        call.ignore(left, f"eps {eps:g}")


def gained(call: Call, weight, bias, axes):
    """The action after a gain and a bias along axes of the result."""
    state, shape = call.state, call.x().shape
    parts: tuple[Part, ...] = ()
    places = [k for k in range(len(shape)) if k in axes]

    def spread(part):
        ids = part.ids.reshape(
            [part.ids.shape[places.index(k)] if k in places else 1 for k in range(len(shape))]
        )
        return Part(ids, part.coef)

    if isinstance(weight, Value):
        flat = state.entrywise(weight)
        state.apart(flat)
        parts = tuple(spread(part) for part in flat)
    if isinstance(bias, Value):
        inner = tuple(Part(p.ids.reshape([p.ids.shape[k] for k in places]), p.coef) for p in parts)
        value = Value(tuple(shape[k] for k in places), "f", inner)
        parts = tuple(spread(part) for part in add_values(state, value, bias))
    return parts


def layer_norm(call: Call):
    """Over the last axes, with gains and biases for each entry of them."""
    x, shape = call.x(), call.get(1, "normalized_shape")
    axes = list(range(x.ndim - len(shape), x.ndim))
    name = call.node.op.split(".")[1]
    eps = call.get(4, "eps", 1e-5)
    absorbed(call, call.parts(), axes, eps)
    parts = gained(call, call.get(2, "weight"), call.get(3, "bias"), axes)
    return call.outs(parts) if name == "native_layer_norm" else call.out(parts)


def rms_norm(call: Call):
    """The same without a mean and a bias."""
    x, shape = call.x(), call.get(1, "normalized_shape")
    axes = list(range(x.ndim - len(shape), x.ndim))
    eps = call.get(3, "eps")
    absorbed(call, call.parts(), axes, 1e-7 if eps is None else eps)
    parts = gained(call, call.get(2, "weight"), None, axes)
    return call.outs(parts) if isinstance(call.node.out, tuple) else call.out(parts)


def group_norm(call: Call):
    """Over the channels of a group and all places."""
    x = call.x()
    name = call.node.op.split(".")[1]
    if name == "native_group_norm":
        weight, bias, groups, eps = (call.get(k) for k in (1, 2, 6, 7))
    else:
        groups, weight = call.get(1, "num_groups"), call.get(2, "weight")
        bias, eps = call.get(3, "bias"), call.get(4, "eps", 1e-5)
    split = (x.shape[0], groups, x.shape[1] // groups, *x.shape[2:])
    parts = reshaped_or(call.state, call.parts(), x.shape, split)
    absorbed(call, parts, range(2, len(split)), eps)
    parts = gained(call, weight, bias, [1])
    return call.outs(parts) if name == "native_group_norm" else call.out(parts)


def instance_norm(call: Call):
    """Over all places of a channel, for one example."""
    weight, bias = call.get(1, "weight"), call.get(2, "bias")
    if not call.get(5, "use_input_stats", True):
        return fixed(call, weight, bias, call.get(3))
    x = call.x()
    absorbed(call, call.parts(), range(2, x.ndim), call.get(7, "eps", 1e-5))
    return call.out(gained(call, weight, bias, [1]))


def batch_norm(call: Call):
    """Over the batch in train mode; by fixed numbers in eval mode."""
    train, eps = bool(call.get(5, "training")), call.get(7, "eps", 1e-5)
    return normalized(call, train, eps, (call.get(3), call.get(4)))


def functional_batch_norm(call: Call):
    """What functional graphs have in its place."""
    name = call.node.op
    if "no_stats" in name:
        return normalized(call, True, call.get(5, "eps"), (None, None))
    if "no_training" in name:
        return normalized(call, False, call.get(6, "eps"), (call.get(3), call.get(4)))
    if call.get(5, "training") not in (True, False):
        raise NoRule
    return normalized(call, call.get(5), call.get(7, "eps"), (call.get(3), call.get(4)))


def normalized(call: Call, train, eps, statistics):
    """Both modes of a batch norm."""
    weight, bias = call.get(1, "weight"), call.get(2, "bias")
    mean = statistics[0]
    if not train and mean is not None:
        return fixed(call, weight, bias, mean)
    x = call.x()
    absorbed(call, call.parts(), [k for k in range(x.ndim) if k != 1], eps)
    parts = gained(call, weight, bias, [1])
    return call.outs(parts) if isinstance(call.node.out, tuple) else call.out(parts)


def fixed(call: Call, weight, bias, mean):
    """Gains, after a shift by fixed means: channels whose mean is not zero cannot scale."""
    state, x = call.state, call.x()
    parts = state.nonzero(call.parts())
    known = isinstance(mean, Value) and mean.const is not None
    moved = np.flatnonzero(mean.const) if known else np.arange(x.shape[1])
    if len(moved):
        state.vanish(
            [
                Part(p.ids.take(moved, axis=1) if p.ids.shape[1] > 1 else p.ids, p.coef)
                for p in parts
            ]
        )
        if parts:
            state.note("fixed means of a batch norm that are not zero stop the scale of channels")
    state.apart(parts)
    gains: tuple[Part, ...] = ()
    if isinstance(weight, Value):
        flat = state.entrywise(weight)
        state.apart(flat)
        shape = [-1 if k == 1 else 1 for k in range(x.ndim)]
        gains = tuple(Part(p.ids.reshape(shape), p.coef) for p in flat)
    out = call.out((*state.nonzero(parts), *gains))
    if isinstance(bias, Value):
        swapped = _last(x.ndim)
        last = tuple(Part(p.ids.transpose(swapped), p.coef) for p in out.parts)
        value = Value(tuple(x.shape[k] for k in swapped), "f", last)
        back = np.argsort(swapped)
        out.parts = tuple(
            Part(p.ids.transpose(back), p.coef) for p in add_values(state, value, bias)
        )
    return call.outs(out.parts) if isinstance(call.node.out, tuple) else out


def _last(ndim):
    """An order of axes with the channels at the end."""
    return [0, *range(2, ndim), 1]


def table():
    """The rules of this family."""
    found = {"layer_norm": layer_norm, "native_layer_norm": layer_norm, "rms_norm": rms_norm}
    found |= {"_fused_rms_norm": rms_norm, "group_norm": group_norm}
    found |= {"native_group_norm": group_norm, "instance_norm": instance_norm}
    found |= {"batch_norm": batch_norm, "_native_batch_norm_legit": functional_batch_norm}
    found |= {"_native_batch_norm_legit_functional": functional_batch_norm}
    found |= {"_native_batch_norm_legit_no_training": functional_batch_norm}
    found |= {"native_batch_norm": batch_norm, "_batch_norm_impl_index": batch_norm}
    return found
