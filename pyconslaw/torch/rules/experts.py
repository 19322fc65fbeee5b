"""Stacks of experts: places of a tensor belong to experts by indices, and act as these do.

Along that axis the action has one place an expert. Rules that work place by place are applied to
tensors of that size; all others need the experts to act alike.
"""

from __future__ import annotations

from dataclasses import replace

from ..graph import Meta, Ref
from ..state import Stack, Value
from .algebra import contract
from .call import Call, NoRule, flat

ENTRYWISE = frozenset(
    ("mul", "div", "add", "silu", "gelu", "sigmoid", "tanh", "relu", "square", "pow", "neg", "to",
     "_to_copy", "clamp", "clone", "contiguous", "leaky_relu")
)  # fmt: skip
OTHER_AXES = {"chunk": 2, "split": 2, "split_with_sizes": 2, "slice": 1, "select": 1}


def grouped(call: Call):
    """Rows, sorted by expert, times the matrix of their expert."""
    x, w, ends = call.x(0), call.x(1), call.get(2, "offs")
    if x.ndim != 2 or w.ndim != 3:
        raise NoRule
    stack = Stack(0, name_of(call, 2, "offs"), w.shape[0])
    state = call.state
    parts = x.parts if x.stack == stack else state.constant(state.parts(x), [0])
    inner = Value((stack.size, x.shape[1]), "f", parts)
    made = contract(state, (inner, ["e", "k"]), (w, ["e", "k", "f"]), ["e", "f"])
    state.vanish(state.parts(ends) if isinstance(ends, Value) else ())
    return stacked(call, made, stack)


def stacked(call: Call, parts, stack):
    """The result with the places of a stack."""
    found = call.out(parts)
    found.stack = stack
    return found


def name_of(call: Call, k, word):
    """The node of an argument."""
    argument = call.node.args[k] if k < len(call.node.args) else call.node.kwargs.get(word)
    while isinstance(argument, list | tuple):
        argument = argument[0]
    if not isinstance(argument, Ref):
        raise NoRule
    return argument.name


def chosen(call: Call):
    """Matrices of a stack by indices, one for each place; None if it is another kind of index."""
    x, indices = call.x(), call.get(1, "indices")
    if len(indices) != 1 or x.ndim != 3 or not x.gauge or not isinstance(indices[0], Value):
        return None
    index = indices[0]
    if index.ndim != 1 or index.kind != "i" or index.const is not None:
        return None
    call.state.vanish(call.state.parts(index))
    stack = Stack(0, name_of(call, 1, "indices"), x.shape[0])
    found = stacked(call, call.state.parts(x), stack)
    found.gauge = True
    return found


def lifted(call: Call):
    """The call with the size of the stack in place of its axis, and the stack; None if the rule
    may do more than work place by place.
    """
    values = call.values()
    stacks = {value.stack for value in values if value.stack is not None}
    meta = call.node.out
    metas = meta if isinstance(meta, tuple) else (meta,)
    if len(stacks) != 1 or not all(isinstance(m, Meta) for m in metas):
        return None
    (stack,) = stacks
    ndim = {value.ndim for value in values if value.stack is not None}
    if len(ndim) > 1 or not place_by_place(call, stack, ndim.pop()):
        return None
    state = call.state

    def lift(argument):
        if isinstance(argument, list | tuple):
            return type(argument)(lift(item) for item in argument)
        if not isinstance(argument, Value) or argument.ndim <= stack.axis:
            return argument
        if argument.stack is None and argument.shape[stack.axis] == 1:
            return argument
        parts = argument.parts
        if argument.stack is None:
            parts = state.constant(state.parts(argument), [stack.axis])
        return Value(resized(argument.shape, stack), argument.kind, parts, gauge=argument.gauge)

    out = tuple(Meta(resized(m.shape, stack), m.kind) for m in metas)
    node = replace(call.node, out=out if isinstance(meta, tuple) else out[0])
    return Call(state, node, lift(call.args), dict(call.kwargs)), stack


def resized(shape, stack):
    """A shape with the size of the stack along its axis."""
    return tuple(stack.size if k == stack.axis else n for k, n in enumerate(shape))


def place_by_place(call: Call, stack, ndim):
    """Whether an operator leaves the axis of a stack alone."""
    name = call.node.op.split(".")[1] if "." in call.node.op else call.node.op
    tensors = [value for value in call.values() if value.ndim]
    if flat(list(call.kwargs.values())):
        return False
    if name in ENTRYWISE:
        return all(value.ndim == ndim for value in tensors)
    if name in OTHER_AXES:
        return call.axis(OTHER_AXES[name], "dim", 0) != stack.axis and (
            name != "select" or call.axis(1) > stack.axis
        )
    if name in ("bmm", "matmul"):
        return stack.axis == 0 and all(value.ndim == 3 for value in tensors)
    if name in ("transpose", "unsqueeze", "squeeze"):
        axes = [axis for axis in call.args[1:] if isinstance(axis, int)]
        size = ndim + (name == "unsqueeze")
        return bool(axes) and all(axis % size > stack.axis for axis in axes)
    return False


def settled(made, metas, stack):
    """Results of a lifted call with their own shapes and the stack."""
    if isinstance(made, tuple):
        return tuple(settled(m, meta, stack) for m, meta in zip(made, metas, strict=True))
    return Value(metas.shape, metas.kind, made.parts, gauge=made.gauge, stack=stack)


def table():
    """The rules of this family."""
    return {"_grouped_mm": grouped, "transformers.grouped_mm_fallback": grouped}
