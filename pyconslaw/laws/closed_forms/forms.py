"""Closed rational 1-forms: the laws that are rational, or logarithmic, or both in one sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from math import gcd, lcm, prod, sqrt

import numpy as np

from pyconslaw._core.checked import reduced
from pyconslaw._core.poly import Polynomials
from pyconslaw.laws.closed_forms.angles import normal_angle
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.closed_form import ONE as ONE
from pyconslaw.records.closed_form import ZERO as ZERO
from pyconslaw.records.closed_form import ClosedForm as ClosedForm
from pyconslaw.records.polynomial import Polynomial


def form_of(ring: Ring, logs=(), top=None, bottom=None, *, angles=(), products=()) -> ClosedForm:
    """From elements of a ring: without common factors, the first weight positive.

    products: pairs of an element that is not constant and a form.
    """
    logs = [(c, ring.normal(p)) for c, p in logs if c and not p.is_constant()]
    turned = [(c, *normal_angle(ring, u, w, d)) for c, u, w, d in angles if c]
    scale = lcm(*(by.denominator for _, by, _ in turned))
    logs = [(c * scale, p) for c, p in logs]
    angles = [
        (int(c * by * scale), *angle)
        for c, by, angle in turned
        if not (angle[0].is_constant() and angle[1].is_constant())
    ]
    products = [(scale * g, f) for g, f in products]
    top = ring.zero if top is None else scale * top
    bottom = ring.one if bottom is None else bottom
    if top.is_zero():
        bottom = ring.one
    common = top.gcd(bottom)
    top, bottom = ring.quotient(top, common), ring.quotient(bottom, common)
    if bottom.leading_coefficient() < 0:
        top, bottom = -top, -bottom
    weights = [c for c, *_ in (*logs, *angles)]
    leading = [int(g.leading_coefficient()) for g, _ in products]
    if not weights and not leading:  # A / B: contents do not matter to a law
        return ClosedForm((), (ring.back(ring.normal(top)), ring.back(bottom.primitive()[1])))
    contents = [int(g.content()) for g in (*(g for g, _ in products), top) if not g.is_zero()]
    content = gcd(*weights, *contents)
    sign = content if (*weights, *leading)[0] > 0 else -content
    whole = ring.context.constant(sign)
    top = ring.quotient(top, whole)
    return ClosedForm(
        tuple((c // sign, ring.back(p)) for c, p in logs),
        (ring.back(top), ring.back(bottom)),
        tuple((c // sign, ring.back(u), ring.back(w), d) for c, u, w, d in angles),
        tuple((ring.back(ring.quotient(g, whole)), f) for g, f in products),
    )


def atoms_of(ring: Ring, form: ClosedForm) -> Iterator[tuple]:
    """The logarithms and angles of a form as (coefficient, kind, elements): the coefficient an
    integer, or an element of the ring that has to be a law.
    """
    yield from ((c, "log", (ring.of(p),)) for c, p in form.logs)
    yield from ((c, "angle", (ring.of(u), ring.of(w), d)) for c, u, w, d in form.angles)
    for g, inner in form.products:
        weight = ring.of(g)
        yield from ((c * weight, kind, about) for c, kind, about in atoms_of(ring, inner))


def slope_of(ring: Ring, field, kind: str, about: tuple) -> tuple:
    """The derivative of a logarithm or an angle along a vector field, (numerator, denominator)."""
    if kind == "log":
        return ring.along(field, about[0]), about[0]
    u, w, d = about
    turn = ring.times(u, ring.along(field, w)) - ring.times(w, ring.along(field, u))
    return turn, ring.times(u, u) - d * ring.times(w, w)


def vanishes(ring: Ring, form: ClosedForm, fields) -> bool:
    """Whether the form is 0 along vector fields of the ring, and its coefficients are laws, as
    identities: the proof that it makes a law. Errors: LimitError beyond the work of the ring.
    """
    weights = [ring.of(g) for g, _ in form.products]
    return all(
        all(ring.along(field, g).is_zero() for g in weights) and _cancels(ring, form, field)
        for field in fields
    )


def _cancels(ring: Ring, form: ClosedForm, field) -> bool:
    """Whether the form is 0 along a vector field that its coefficients are laws of."""
    top, bottom = map(ring.of, form.quotient)
    whole = ring.zero
    # by the normal denominator: (numerator, content, denominator)
    over: dict[str, tuple] = {}
    for c, kind, about in atoms_of(ring, form):
        slope, below = slope_of(ring, field, kind, about)
        slope, simple = ring.times(ring.one * c, slope), ring.normal(below)
        content = ring.quotient(below, simple)
        above, by, _ = over.get(str(simple), (ring.zero, ring.one, simple))
        over[str(simple)] = above * content + slope * by, by * content, simple
    numerator = ring.times(bottom, ring.along(field, top)) - ring.times(
        top, ring.along(field, bottom)
    )
    denominator = ring.times(bottom, bottom)
    rest = []
    for above, by, below in over.values():
        part = ring.quotient(above, below)
        if part is None:
            rest.append((above, by * below))
        elif by.is_one():
            whole += part
        else:
            rest.append((part, by))
    numerator += ring.times(whole, denominator)
    for above, below in rest:
        numerator = ring.times(numerator, below) + ring.times(above, denominator)
        denominator = ring.times(denominator, below)
    return numerator.is_zero()


def form_rows(
    forms: Sequence[ClosedForm], variables: int, point, prime: int
) -> Iterator[np.ndarray]:
    """The gradients of the laws of forms at an integer point mod prime, (forms x variables), as one
    block; 0 where a denominator is 0.

    Logarithms and angles that are multiplied by laws have a residue of their own as value: they are
    algebraically independent of each other and of the variables (Ostrowski 1946).
    """
    x = reduced(point, "point", (None,), prime)
    out = np.zeros((len(forms), variables), dtype=np.uint64)
    for row, form in zip(out, forms, strict=True):
        total = _row(form, variables, x, prime)
        if total is not None:
            row[:] = total.astype(np.uint64)
    yield out


def gradients_of(
    laws: Sequence[Polynomial | ClosedForm], variables: int, point, prime: int
) -> Iterator[np.ndarray]:
    """The gradients of laws of any form, as `form_rows`."""
    forms = [law if isinstance(law, ClosedForm) else ClosedForm((), (law, ONE)) for law in laws]
    return form_rows(forms, variables, point, prime)


def _row(form: ClosedForm, variables: int, x, prime: int) -> np.ndarray | None:
    parts = [
        *form.quotient,
        *(p for _, p in form.logs),
        *(f for _, u, w, _ in form.angles for f in (u, w)),
        *(g for g, _ in form.products),
    ]
    table = Polynomials([f.terms for f in parts], variables, prime)
    values, slopes = (
        [int(value) for value in table.evaluate(x)],
        list(table.gradients(x).astype(object)),
    )
    top, bottom, *rest = zip(values, slopes, strict=True)
    pieces = [(bottom[0] * top[1] - top[0] * bottom[1], bottom[0] ** 2)]
    pieces += [(c * slope, value) for (c, _), (value, slope) in zip(form.logs, rest, strict=False)]
    rest = rest[len(form.logs) :]
    pieces += [
        (c * (u * dw - w * du), u * u - d * w * w)
        for (c, _, _, d), (u, du), (w, dw) in zip(
            form.angles, rest[: 2 * len(form.angles) : 2], rest[1::2], strict=False
        )
    ]
    for (_, inner), (g, dg) in zip(form.products, rest[2 * len(form.angles) :], strict=True):
        own = _row(inner, variables, x, prime)
        if own is None:
            return None
        pieces.append((g * own + _value(inner, prime) * dg, 1))
    if not all(below % prime for _, below in pieces):
        return None
    return sum(above * pow(below, -1, prime) for above, below in pieces) % prime


def _value(form: ClosedForm, prime: int) -> int:
    """A residue in the place of the value of logarithms and angles, the same for equal ones,
    opposite for opposite ones: their arguments are normal but for signs, which depend on the order
    of variables.
    """
    total = 0
    for c, p in form.logs:
        total += c * _residue(ClosedForm(((1, _signed(p)[1]),)))
    for c, u, w, d in form.angles:
        (first, u), (second, w) = _signed(u), _signed(w)
        total += c * first * second * _residue(ClosedForm(angles=((1, u, w, d),)))
    return total % prime


def _residue(atom: ClosedForm) -> int:
    return int.from_bytes(sha256(repr(atom.json()).encode()).digest())


def _signed(f: Polynomial) -> tuple[int, Polynomial]:
    """(sign, f times it), the first coefficient positive."""
    sign = -1 if f.terms and f.terms[0][0] < 0 else 1
    return sign, Polynomial(tuple((sign * c, m) for c, m in f.terms))


def numeric(form: ClosedForm, evaluate, powers: bool = True):
    """The law where evaluate(P) gives the value of a polynomial: a product of powers if it is one
    and powers are wanted, else the sum.
    """
    values = [evaluate(p) for _, p in form.logs]
    if form.is_power and powers:
        return prod(
            value ** float(c) if c < 0 else value**c
            for (c, _), value in zip(form.logs, values, strict=True)
        )
    top, bottom = map(evaluate, form.quotient)
    total = sum(
        (c * np.log(np.abs(value)) for (c, _), value in zip(form.logs, values, strict=True)),
        top / bottom,
    )
    for c, u, w, d in form.angles:
        s, u, w = sqrt(abs(d)), evaluate(u), evaluate(w)
        total = total + c * (
            np.arctan2(s * w, u) / s
            if d < 0
            else np.log(np.abs((u + s * w) / (u - s * w))) / (2 * s)
        )
    for g, inner in form.products:
        total = total + evaluate(g) * numeric(inner, evaluate, False)
    return total
