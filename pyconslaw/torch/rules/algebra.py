"""Rules of what is linear in each of two tensors."""

from __future__ import annotations

from ..parts import Part, aligned
from ..state import Value
from .call import Call, NoRule
from .elementwise import add_values


def moved(part: Part, letters, target) -> Part:
    """A part with its axes in the order of other letters; axes that are lost have size 1."""
    keep = [k for k, letter in enumerate(letters) if letter in target]
    ids = part.ids.reshape([part.ids.shape[k] for k in keep])
    kept = [letters[k] for k in keep]
    order = [kept.index(letter) for letter in target if letter in kept]
    shape = iter(ids.transpose(order).shape)
    return Part(
        ids.transpose(order).reshape([next(shape) if t in kept else 1 for t in target]), part.coef
    )


def along(letters, chosen):
    """Axes of letters."""
    return [k for k, letter in enumerate(letters) if letter in chosen]


def split(state, parts, letters, other, out):
    """Parts along contracted letters, constant along letters of their own; and the others."""
    contracted = {x for x in letters if x in other and x not in out}
    lone = {x for x in letters if x not in other and x not in out}
    parts = state.constant(parts, along(letters, lone))
    axes = set(along(letters, contracted))
    inner = tuple(p for p in parts if p.support & axes)
    outer = tuple(p for p in parts if not p.support & axes)
    own = along(letters, {x for x in letters if x not in other})
    state.apart(inner, own)  # the other factor acts alike at each of their places
    return state.constant(inner, own), outer


def contract(state, a, b, out, free=True):
    """The action of a product that is summed over letters which only both factors have.

    Each factor is (value, letters), a value may be a fresh parameter. With `free`, inner actions
    cancel up to one unknown for each index that all three have.
    """
    (x, lx), (w, lw) = a, b
    if state.fresh(x):
        if not state.fresh(w):
            return contract(state, b, a, out, free)
        state.parts(x)
    both = [letter for letter in lx if letter in lw and letter in out]
    px = state.simple(state.parts(x))
    state.apart(px, along(lx, both))
    inner, outer = split(state, px, lx, lw, out)
    if state.fresh(w):
        made = weight_action(state, w, (lw, both, out), tuple(moved(p, lx, lw) for p in inner))
        return (*(moved(p, lx, out) for p in outer), moved(made, lw, out))
    pw = state.simple(state.parts(w))
    state.apart(pw, along(lw, both))
    inner_w, outer_w = split(state, pw, lw, lx, out)
    result = [moved(p, lx, out) for p in outer] + [moved(p, lw, out) for p in outer_w]
    letters = [*both, *(letter for letter in lx if letter in lw and letter not in out)]
    terms = [moved(p, lx, letters) for p in inner] + [moved(p, lw, letters) for p in inner_w]
    if terms and free and not x.gauge and not w.gauge:
        sizes = [w.shape[lw.index(x)] for x in both]
        scale = state.relations.helper((*sizes, *(1,) * (len(letters) - len(both))))
        terms.append(scale.times(-1))
        result.append(moved(scale, letters, out))
    state.vanish(terms)
    return tuple(result)


def weight_action(state, w: Value, letters, inner):
    """Gives a fresh parameter its action: inner parts cancel, outer axes have fresh unknowns."""
    lw, both, out = letters
    shape = [n if letter in out else 1 for letter, n in zip(lw, w.shape, strict=True)]
    made = state.unknown(w.weight, shape)
    state.apart((made,), along(lw, both))
    state.assign(w, (*(p.times(-1) for p in inner), made))
    return made


def linear(call: Call):
    """x W^T + b."""
    x, w, bias = call.x(0), call.x(1), call.get(2, "bias")
    lead = [("b", k) for k in range(x.ndim - 1)]
    outer = ["o"] if w.ndim == 2 else []
    parts = contract(call.state, (x, [*lead, "i"]), (w, [*outer, "i"]), [*lead, *outer])
    return with_bias(call, parts, bias)


def with_bias(call: Call, parts, bias):
    """A result with a bias that is added."""
    out = call.out(parts)
    if isinstance(bias, Value):
        out.parts = aligned(add_values(call.state, out, bias), out.ndim)
    return out


def matmul(call: Call):
    """Products of matrices, batches broadcast."""
    return call.out(product(call.state, call.x(0), call.x(1)))


def product(state, a: Value, b: Value):
    """The action of a matrix product as matmul understands shapes."""
    la = [*(("b", k) for k in range(a.ndim - 2, 0, -1)), *(["i", "c"] if a.ndim > 1 else ["c"])]
    lb = [*(("b", k) for k in range(b.ndim - 2, 0, -1)), *(["c", "j"] if b.ndim > 1 else ["c"])]
    out: list = [("b", k) for k in range(max(a.ndim, b.ndim) - 2, 0, -1)]
    out += [x for x in ("i",) if x in la] + [x for x in ("j",) if x in lb]
    a, la, b, lb = broadcast(state, a, la, b, lb)
    return contract(state, (a, la), (b, lb), out)


def broadcast(state, a, la, b, lb):
    """Letters of axes of size 1 that the other factor has larger get names of their own."""
    sizes = {}
    for value, letters in ((a, la), (b, lb)):
        for letter, n in zip(letters, value.shape, strict=True):
            sizes[letter] = max(n, sizes.get(letter, 1))
    new = []
    for mark, value, letters in (("a", a, la), ("b", b, lb)):
        pairs = zip(letters, value.shape, strict=True)
        new.append([x if n == sizes[x] else (mark, x) for x, n in pairs])
    return a, new[0], b, new[1]


def addmm(call: Call):
    """A bias plus a product."""
    if 0 in (call.get(None, "beta", 1), call.get(None, "alpha", 1)):
        raise NoRule
    return with_bias(call, product(call.state, call.x(1), call.x(2)), call.x(0))


def outer(call: Call):
    """The product of two vectors."""
    return call.out(contract(call.state, (call.x(0), ["i"]), (call.x(1), ["j"]), ["i", "j"]))


def einsum(call: Call):
    """A sum over letters, of one or two tensors."""
    text, values = call.get(0), call.get(1)
    if not isinstance(text, str) or not isinstance(values, list | tuple):
        raise NoRule
    left, arrow, out = text.replace(" ", "").partition("->")
    words = left.split(",")
    if not arrow or len(words) != 2 or len(values) != 2 or "." in text:
        raise NoRule
    if any(len(set(word)) < len(word) for word in (*words, out)):
        raise NoRule
    a, b = values
    a, la, b, lb = broadcast(call.state, a, list(words[0]), b, list(words[1]))
    if set(la) | set(lb) != set(words[0]) | set(words[1]):
        raise NoRule
    return call.out(contract(call.state, (a, la), (b, lb), list(out)))


def table():
    """The rules of this family."""
    found = {"linear": linear, "matmul": matmul, "mm": matmul, "bmm": matmul, "mv": matmul}
    found |= {"dot": matmul, "addmm": addmm, "baddbmm": addmm}
    found |= {"outer": outer, "einsum": einsum}
    return found
