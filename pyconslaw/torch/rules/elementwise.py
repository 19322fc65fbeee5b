"""Rules of operators that work entry by entry."""

from __future__ import annotations

from fractions import Fraction

from ..parts import aligned, scaled
from ..state import Value
from .call import EPS, Call, NoRule, is_zero


def same(call: Call):
    """Casts and copies: the value itself, a parameter as it stands included."""
    x = call.x()
    if call.node.out.kind in "ib" or x.kind in "ib":
        return kill(call)
    return x


def kill(call: Call):
    """What has no scale: all actions that enter are zero, and none leaves."""
    for value in call.values():
        call.state.vanish(call.state.parts(value))
    meta = call.node.out
    return call.outs() if isinstance(meta, tuple) else call.out()


def nothing(call: Call):
    """What only looks at shapes, or makes a tensor: no action."""
    meta = call.node.out
    return call.outs() if isinstance(meta, tuple) else call.out()


def linear(call: Call):
    """A multiple of the entries."""
    return call.out(call.parts())


def homogeneous(degree):
    """A rule of functions with f(t x) = t^degree f(x) for positive t."""

    def rule(call: Call):
        parts = call.parts()
        call.state.apart(parts)
        return call.out(scaled(parts, degree))

    return rule


def sign(call: Call):
    """A sign is not changed by positive factors."""
    call.state.apart(call.parts())
    return call.out()


def power(call: Call):
    """A fixed power of a tensor."""
    k = call.number(1, "exponent")
    if not isinstance(call.get(0), Value) or k is None:
        return kill(call)
    exact = Fraction(k).limit_denominator(64)
    if float(exact) != float(k):
        return kill(call)
    return homogeneous(exact)(call)


def shifted(call: Call, x: Value, number):
    """A tensor plus a number."""
    if number == 0 and x.shape == call.node.out.shape:
        return x
    if x.weight is not None and x.shape == call.node.out.shape:
        return Value(x.shape, x.kind, (), x.weight, x.shift + Fraction(number), gauge=x.gauge)
    parts = call.state.parts(x)
    if number == 0:
        return call.out(parts)
    if 0 < number < EPS:
        call.ignore(call.state.nonzero(parts), f"eps {number:g}")
        return call.out(parts)
    call.state.vanish(parts)
    return call.out()


def add(call: Call):
    """A sum of two tensors, or of a tensor and a number."""
    return summed(call, call.get(2, "alpha", 1), 1)


def subtract(call: Call):
    """A difference."""
    return summed(call, call.get(2, "alpha", 1), -1)


def reverse_subtract(call: Call):
    """The difference the other way."""
    call.args = (call.args[1], call.args[0], *call.args[2:])
    return summed(call, 1, -1)


def summed(call: Call, alpha, sign_of):
    """Both actions are the same; a number is an eps, a shift of a parameter, or stops."""
    first = call.get(0)
    number = call.number(1, "other")
    if number is not None and isinstance(first, Value) and first.live:
        return shifted(call, first, number * alpha * sign_of)
    number = call.number(0)
    if number is not None and isinstance(call.get(1), Value):
        return shifted(call, call.x(1), number * sign_of)
    a, b = call.x(0), call.get(1, "other")
    if not isinstance(b, Value):
        raise NoRule
    return call.out(add_values(call.state, a, b))


def add_values(state, a: Value, b: Value):
    """The action of a sum."""
    for x, y in ((a, b), (b, a)):
        if is_zero(y):
            return state.parts(x)
    if state.fresh(a) and not state.fresh(b):
        a, b = b, a
    ndim = max(a.ndim, b.ndim)
    if state.fresh(b):
        if state.fresh(a):
            state.entrywise(a)
        parts = aligned(state.nonzero(state.parts(a)), ndim)
        shape = (1,) * (ndim - b.ndim) + b.shape
        parts = state.constant(parts, [k for k, n in enumerate(shape) if n == 1])
        own = tuple(type(p)(p.ids.reshape(p.ids.shape[ndim - b.ndim :]), p.coef) for p in parts)
        state.assign(b, own)
        return parts
    pa, pb = state.nonzero(state.parts(a)), state.nonzero(state.parts(b))
    state.equal(pa, pb)
    if not pa or not pb:
        return ()
    return aligned(pa if len(pa) <= len(pb) else pb, ndim)


def multiply(call: Call):
    """A product."""
    return product(call, 1)


def divide(call: Call):
    """A quotient."""
    if call.get(2, "rounding_mode") is not None:
        return kill(call)
    return product(call, -1)


def product(call: Call, power_of):
    """Actions add; unknowns are told apart where the other factor varies."""
    state = call.state
    if call.number(1, "other") is not None and isinstance(call.get(0), Value):
        return call.out(call.parts(0))
    if call.number(0) is not None and isinstance(call.get(1), Value):
        return call.out(scaled(call.parts(1), power_of))
    a, b = call.x(0), call.get(1, "other")
    if not isinstance(b, Value):
        raise NoRule
    ndim = max(a.ndim, b.ndim)
    pa, pb = aligned(state.entrywise(a), ndim), aligned(state.entrywise(b), ndim)
    for parts, other in ((pa, b), (pb, a)):
        if other.const is not None:
            shape = (1,) * (ndim - other.ndim) + other.shape
            state.apart_by(parts, other.const.reshape(shape), shape)
        else:
            lead = ndim - other.ndim
            state.apart(parts, [lead + k for k, n in enumerate(other.shape) if n > 1])
    return call.out(state.simple((*pa, *scaled(pb, power_of))))


def extreme(call: Call):
    """The larger or smaller of two tensors: both scale alike."""
    a, b = call.x(0), call.get(1, "other")
    if not isinstance(b, Value):
        return kill(call)
    parts = add_values(call.state, a, b)
    call.state.apart(parts)
    for value in (a, b):
        call.state.apart(call.state.parts(value))
    return call.out(parts)


def clamp(call: Call):
    """A lower bound at zero is a relu, a tiny one an eps; others stop."""
    low, high = call.number(1, "min"), call.number(2, "max")
    if any(isinstance(call.get(k), Value) and call.number(k) is None for k in (1, 2)):
        return kill(call)
    parts = call.parts()
    if low is None and high == 0:
        return homogeneous(1)(call)
    if high is None and low is not None and 0 <= low < EPS:
        call.state.apart(parts)
        if low:
            call.ignore(call.state.nonzero(parts), f"eps {low:g}")
        return call.out(parts)
    return kill(call)


def ceiling(call: Call):
    """An upper bound at zero is a relu of the negative."""
    return homogeneous(1)(call) if call.number(1, "max") == 0 else kill(call)


def threshold(call: Call):
    """A relu where both numbers are zero."""
    if call.number(1) == 0 and call.number(2) == 0:
        return homogeneous(1)(call)
    return kill(call)


def prelu(call: Call):
    """Passes; slopes are not scaled."""
    call.state.vanish(call.parts(1))
    return homogeneous(1)(call)


def compare(call: Call):
    """Truth values: a comparison with zero does not see positive factors."""
    if call.number(1, "other") == 0:
        return sign(call)
    return kill(call)


def where(call: Call):
    """A choice by data: both sides scale alike, or one of them is zero."""
    condition, a, b = call.x(0), call.get(1, "self"), call.get(2, "other")
    call.state.vanish(call.state.parts(condition))
    return chosen(call, condition, a, b)


def masked_fill(call: Call):
    """Entries that a mask chooses become a number."""
    mask = call.x(1)
    call.state.vanish(call.state.parts(mask))
    return chosen(call, mask, call.x(0), call.get(2, "value"))


def chosen(call, mask, a, b):
    """Two values of which a mask chooses: a zero scales like anything."""
    state = call.state
    sides = [s for s in (a, b) if not (is_zero(s) or (not isinstance(s, Value) and s == 0))]
    ndim = len(call.node.out.shape)
    lead = ndim - mask.ndim
    along = [lead + k for k, n in enumerate(mask.shape) if n > 1]
    if not sides:
        return call.out()
    if len(sides) == 2:
        values = [s for s in sides if isinstance(s, Value)]
        if len(values) < 2:
            state.vanish(state.parts(values[0]) if values else ())
            return call.out()
        parts = add_values(state, *values)
        for value in values:
            state.apart(aligned(state.parts(value), ndim), along)
    else:
        parts = state.parts(sides[0]) if isinstance(sides[0], Value) else ()
    parts = aligned(parts, ndim)
    state.apart(parts, along)
    return call.out(parts)


def dropout(call: Call):
    """Nothing in eval mode; in training a random mask."""
    rate, train = call.number(1), call.get(2, "train", True)
    if not train or rate == 0:
        return call.out(call.parts()) if isinstance(call.node.out, tuple) else call.x()
    parts = call.parts()
    axes = None
    if "feature" in call.node.op:
        axes = (0, 1)
    call.state.apart(parts, axes)
    return call.out(parts)


def native_dropout(call: Call):
    """The same, with the mask as a second result."""
    parts = call.parts()
    if call.get(2, "train") is not False and call.number(1) != 0:
        call.state.apart(parts)
    return call.outs(parts)


def glu(call: Call):
    """Half of a tensor times the sigmoid of the other half."""
    x = call.x()
    axis = call.axis(1, "dim", -1)
    half = x.shape[axis] // 2
    parts = call.parts()
    cut = [slice(None)] * x.ndim
    cut[axis] = slice(half, None)
    for part in parts:
        if part.ids.shape[axis] == 1:
            raise NoRule
    call.state.vanish([type(p)(p.ids[tuple(cut)], p.coef) for p in parts])
    cut[axis] = slice(0, half)
    kept = tuple(type(p)(p.ids[tuple(cut)], p.coef) for p in parts)
    call.state.apart(kept)
    return call.out(kept)


def detach(call: Call):
    """No gradient passes: what enters is zero, for graphs may say it where there is none."""
    if call.x().kind != "f":
        return nothing(call)
    return kill(call)


def table():
    """The rules of this family."""
    found = dict.fromkeys(SAME, same) | dict.fromkeys(KILL, kill) | dict.fromkeys(MAKE, nothing)
    found |= {"neg": linear, "add": add, "sub": subtract, "rsub": reverse_subtract}
    found |= {"mul": multiply, "div": divide, "pow": power, "square": homogeneous(2)}
    found |= {"multiply": multiply, "divide": divide, "subtract": subtract, "true_divide": divide}
    found |= {"sqrt": homogeneous(Fraction(1, 2)), "rsqrt": homogeneous(Fraction(-1, 2))}
    found |= {"reciprocal": homogeneous(-1), "relu": homogeneous(1), "abs": homogeneous(1)}
    found |= {"leaky_relu": homogeneous(1), "rrelu": kill, "prelu": prelu, "sign": sign}
    found |= {
        "sgn": sign,
        "clamp": clamp,
        "clamp_min": clamp,
        "clamp_max": ceiling,
        "threshold": threshold,
    }
    found |= {"maximum": extreme, "minimum": extreme, "where": where, "masked_fill": masked_fill}
    found |= dict.fromkeys(("gt", "ge", "lt", "le", "eq", "ne"), compare)
    found |= {"dropout": dropout, "feature_dropout": dropout, "alpha_dropout": kill}
    found |= {"native_dropout": native_dropout, "glu": glu, "detach": detach}
    return found


SAME = (
    "to",
    "_to_copy",
    "clone",
    "contiguous",
    "alias",
    "lift_fresh",
    "lift_fresh_copy",
    "float",
    "double",
    "half",
    "bfloat16",
    "type_as",
    "positive",
    "identity",
    "_assert_tensor_metadata",
)
KILL = (
    "gelu", "silu", "tanh", "sigmoid", "exp", "expm1", "log", "log1p", "log2", "log_sigmoid",
    "softplus", "mish", "elu", "selu", "celu", "hardswish", "hardsigmoid", "hardtanh", "relu6",
    "sin", "cos", "tan", "atan", "atan2", "erf", "erfc", "softsign", "hardshrink", "softshrink",
    "tanhshrink", "softmax", "_softmax", "log_softmax", "_log_softmax", "logsumexp", "logaddexp",
    "floor", "ceil", "round", "trunc", "frac", "argmax", "argmin", "argsort",
    "sort", "topk", "one_hot", "nonzero", "floor_divide", "remainder", "fmod", "bucketize",
    "searchsorted", "isnan", "isinf", "isfinite", "equal", "logical_not", "logical_and",
    "logical_or", "bitwise_and", "bitwise_or", "bitwise_not", "bitwise_xor", "logical_xor",
    "any", "all", "unique_consecutive", "xlogy", "asinh", "acosh", "sinh", "cosh", "i0", "sinc",
    "polar", "angle", "bincount", "histc", "exponential", "arange", "lerp", "exp2",
)  # fmt: skip
MAKE = (
    "zeros_like", "ones_like", "empty_like", "full_like", "new_zeros", "new_ones", "new_empty",
    "new_full", "rand_like", "randn_like", "zeros", "ones", "full", "empty", "arange", "eye",
    "rand", "randn", "randint", "sym_size", "numel", "scalar_tensor", "tensor", "linspace",
    "empty_permuted", "randint_like", "bernoulli_p", "_assert_async", "_assert_scalar",
)  # fmt: skip
