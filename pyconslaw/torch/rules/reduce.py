"""Rules of sums, norms and pools along axes."""

from __future__ import annotations

from ..parts import Part, scaled
from .call import Call, NoRule
from .elementwise import kill


def shrunk(call: Call, parts, axes):
    """The result: axes of size 1, or none where the shape has lost them."""
    x = call.x()
    meta = call.node.out[0] if isinstance(call.node.out, tuple) else call.node.out
    if len(meta.shape) == x.ndim:
        return parts
    keep = [k for k in range(x.ndim) if k not in axes]
    return tuple(Part(p.ids.reshape([p.ids.shape[k] for k in keep]), p.coef) for p in parts)


def reduction(degree=1, straight=True, place=1):
    """A rule of functions along axes that scale with a degree; some are linear."""

    def rule(call: Call):
        if call.node.out is None or call.x().kind in "ib":
            return kill(call)
        axes = call.axes(place) if len(call.args) > place or "dim" in call.kwargs else None
        if axes is None or isinstance(call.get(place), bool):
            axes = list(range(call.x().ndim))
        parts = call.state.constant(call.parts(), axes)
        if not straight:
            call.state.apart(parts)
        parts = shrunk(call, scaled(parts, degree), axes)
        if isinstance(call.node.out, tuple):
            return call.outs(parts, parts)
        return call.out(parts)

    return rule


def largest(call: Call):
    """The largest along an axis, and where it is."""
    if isinstance(call.get(1, "other"), int) or len(call.args) == 1 or "dim" in call.kwargs:
        rule = reduction(straight=False)
        if isinstance(call.node.out, tuple):
            axes = call.axes(1)
            parts = call.state.constant(call.parts(), axes)
            call.state.apart(parts)
            return call.outs(shrunk(call, parts, axes))
        return rule(call)
    from .elementwise import extreme

    return extreme(call)


def norm(call: Call):
    """A norm along axes."""
    name = call.node.op.split(".")[1]
    order = call.get(1, "ord" if name == "linalg_vector_norm" else "p", 2)
    if isinstance(order, int | float) and order == 0:
        return kill(call)
    axes = call.axes(2)
    parts = call.state.constant(call.parts(), axes)
    call.state.apart(parts)
    return call.out(shrunk(call, parts, axes))


def variance_mean(call: Call):
    """A variance, with the square of the scale, and a mean."""
    axes = call.axes(1)
    parts = call.state.constant(call.parts(), axes)
    call.state.apart(parts)
    left = shrunk(call, parts, axes)
    return call.outs(scaled(left, 2), left)


def cumulative(call: Call):
    """A running sum along an axis."""
    return call.out(call.state.constant(call.parts(), [call.axis(1)]))


def pool(spatial, straight):
    """A rule of pools over the last axes."""

    def rule(call: Call):
        x = call.x()
        parts = call.state.constant(call.parts(), range(x.ndim - spatial, x.ndim))
        if not straight:
            call.state.apart(parts)
        return call.outs(parts) if isinstance(call.node.out, tuple) else call.out(parts)

    return rule


def resize(call: Call):
    """Interpolation between places of an image."""
    x = call.x()
    return call.out(call.state.constant(call.parts(), range(2, x.ndim)))


def weight_norm(call: Call):
    """g v / |v|, the norm over all axes but one."""
    v, g = call.x(0), call.x(1)
    axis = call.axis(2, "dim", 0, v.ndim)
    state = call.state
    lost = [k for k in range(v.ndim) if k != axis]
    if state.fresh(v):
        shape = [n if k == axis else 1 for k, n in enumerate(v.shape)]
        state.assign(v, (state.unknown(v.weight, shape),))
    state.constant(state.parts(v), lost)
    state.apart(state.parts(v))
    parts = state.entrywise(g)
    state.apart(parts)
    return call.out(parts)


def histogram(call: Call):
    """Not covered."""
    raise NoRule


def table():
    """The rules of this family."""
    found = {"sum": reduction(), "mean": reduction(), "nansum": reduction()}
    found |= {"amax": reduction(1, False), "amin": reduction(1, False), "max": largest}
    found |= {"min": largest, "var": reduction(2, False), "std": reduction(1, False)}
    found |= {"linalg_vector_norm": norm, "norm": norm, "var_mean": variance_mean}
    found |= {"cumsum": cumulative, "_weight_norm": weight_norm, "prod": kill, "median": kill}
    for k in (1, 2, 3):
        for name, straight in (("max_pool", False), ("avg_pool", True)):
            found[f"{name}{k}d"] = found[f"adaptive_{name}{k}d"] = pool(k, straight)
        found[f"max_pool{k}d_with_indices"] = pool(k, False)
        found[f"_adaptive_avg_pool{k}d"] = pool(k, True)
    names = ("upsample_nearest1d", "upsample_nearest2d", "upsample_bilinear2d", "upsample_linear1d")
    names += ("upsample_bicubic2d", "upsample_nearest3d", "upsample_trilinear3d")
    names += ("_upsample_nearest_exact2d", "_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa")
    return found | dict.fromkeys(names, resize)
