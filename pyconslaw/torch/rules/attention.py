"""Rules of attention, embeddings and mixtures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..parts import Part, aligned
from ..state import Value
from .algebra import contract
from .call import Call, NoRule


def attention(call: Call):
    """softmax(q k^T + mask) v: scores are not scaled, values are."""
    state = call.state
    q, k, v = call.x(0), call.x(1), call.x(2)
    mask = call.get(3, "attn_mask")
    if isinstance(mask, Value):
        state.vanish(state.parts(mask))
    grouped = call.get(7, "enable_gqa", False)
    if grouped:
        k, v = repeated(call, k, q.shape[-3]), repeated(call, v, q.shape[-3])
    lead = [("b", n) for n in range(q.ndim - 2)]
    if not q.ndim == k.ndim == v.ndim or q.shape[:-2] != k.shape[:-2]:
        raise NoRule
    scores = contract(
        state, (q, [*lead, "q", "d"]), (k, [*lead, "k", "d"]), [*lead, "q", "k"], False
    )
    state.vanish(scores)
    return call.out(averaged(state, q.ndim, v))


def averaged(state, ndim, v):
    """The action of an average over places, whose weights depend on all the rest."""
    parts = state.constant(state.parts(v), [v.ndim - 2])
    state.apart(parts, range(ndim - 2))
    return parts


def repeated(call: Call, x: Value, heads):
    """Keys or values with each head as often as queries share it."""
    times = heads // x.shape[-3]
    if times == 1:
        return x
    axis, found = x.ndim - 3, []
    for part in call.state.parts(x):
        if part.ids.shape[axis] > 1:
            at = np.repeat(np.arange(x.shape[axis]), times)
            tags = np.tile(np.arange(times), x.shape[axis])
            tags = tags.reshape([-1 if n == axis else 1 for n in range(x.ndim)])
            ids = call.state.unknowns.copies(part.ids.take(at, axis=axis), tags)
            part = replace(part, ids=ids)
        found.append(part)
    shape = (*x.shape[:axis], heads, *x.shape[axis + 1 :])
    return Value(shape, "f", tuple(found))


def embedding(call: Call):
    """Rows of a table: the rows have no scale, the features have."""
    weight, ids = call.x(0), call.x(1)
    state = call.state
    padding = call.get(2, "padding_idx", -1)
    scaled_by_count = call.get(3, "scale_grad_by_freq", False)
    state.vanish(state.parts(ids))
    if scaled_by_count or (padding is not None and padding >= 0 and not row_zero(weight, padding)):
        if weight.weight is not None and weight.weight.trainable:
            state.note(f"the padding row of {weight.weight.name} gets no gradient: no laws with it")
        state.vanish(state.parts(weight))
        return call.out()
    if state.fresh(weight):
        made = state.unknown(weight.weight, (1, weight.shape[1]))
        state.assign(weight, (made,))
        parts = state.parts(weight)
    else:
        parts = state.parts(weight)
        state.vanish([p for p in parts if 0 in p.support])
        parts = state.nonzero([p for p in parts if 0 not in p.support])
    last = tuple(Part(p.ids.reshape(p.ids.shape[1:]), p.coef) for p in parts)
    return call.out(aligned(last, len(call.node.out.shape)))


def row_zero(weight: Value, row):
    """Whether a row of a table is known to be zero."""
    values = weight.weight.values if weight.weight is not None else None
    return values is not None and not bool((values[row] != 0).any())


def table():
    """The rules of this family."""
    return {"scaled_dot_product_attention": attention, "embedding": embedding}
