"""Rules of convolutions: channels are contracted in each group, places are alike."""

from __future__ import annotations

from ..parts import Part, aligned, reshaped
from ..state import State, Value, Weight
from .algebra import contract
from .call import Call, NoRule
from .elementwise import add_values


def convolution(call: Call):
    """Convolutions of any dimension, transposed ones too."""
    name = call.node.op.split(".")[1]
    if name == "convolution":
        transposed, groups = call.get(6), call.get(8)
    else:
        transposed, groups = "transpose" in name, call.get(6, "groups", 1)
    state, x, w = call.state, call.x(0), call.x(1)
    spatial = w.ndim - 2
    batch = x.shape[: x.ndim - spatial - 1]
    lead = len(batch)
    parts = squeezed(state.constant(state.parts(x), range(lead + 1, x.ndim)), spatial)
    split = (*batch, groups, x.shape[lead] // groups)
    inner = Value(split, "f", reshaped_or(state, parts, x.shape[: lead + 1], split))
    letters = [("b", k) for k in range(lead)]
    kernel = ["g", *("io" if transposed else "oi"), *(("k", k) for k in range(spatial))]
    shape = (groups, w.shape[0] // groups, *w.shape[1:])
    view, back = grouped(state, w, shape)
    parts = contract(state, (inner, [*letters, "g", "i"]), (view, kernel), [*letters, "g", "o"])
    if back is not None:
        back()
    out = shape[kernel.index("o")]
    parts = reshaped_or(state, parts, (*batch, groups, out), (*batch, groups * out))
    if isinstance(call.get(2, "bias"), Value):
        value = Value((*batch, groups * out), "f", parts)
        parts = aligned(add_values(state, value, call.get(2, "bias")), value.ndim)
    return call.out([Part(p.ids.reshape(p.ids.shape + (1,) * spatial), p.coef) for p in parts])


def squeezed(parts, spatial):
    """Parts without the last axes, along which they are constant."""
    return tuple(Part(p.ids.reshape(p.ids.shape[: p.ids.ndim - spatial]), p.coef) for p in parts)


def reshaped_or(state: State, parts, old, new):
    """Parts of another shape; NoRule where it takes too many unknowns."""
    found = reshaped(state.unknowns, parts, old, new)
    if found is None:
        raise NoRule
    return found


def grouped(state: State, w: Value, shape):
    """A kernel with its groups as an axis, and what hands its action back to the parameter."""
    if w.weight is None or not state.fresh(w):
        parts = reshaped_or(state, state.parts(w), w.shape, shape)
        return Value(shape, "f", parts, gauge=w.gauge), None
    view = Value(shape, "f", (), Weight(w.weight.name, shape, True), gauge=True)

    def back():
        state.assign(w, reshaped_or(state, state.parts(view), shape, w.shape))

    return view, back


def table():
    """The rules of this family."""
    names = ["conv1d", "conv2d", "conv3d", "convolution"]
    names += ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]
    return dict.fromkeys(names, convolution)
