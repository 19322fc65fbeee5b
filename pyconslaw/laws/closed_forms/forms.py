"""Closed rational 1-forms: the laws that are rational, or logarithmic, or both in one sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd, prod, sqrt

import numpy as np

from pyconslaw._core.gate import reduced
from pyconslaw._core.poly import Polynomials
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.polynomial import Polynomial

ONE = Polynomial(((1, ()),))
ZERO = Polynomial(())


@dataclass(frozen=True)
class ClosedForm:
    """d(sum of c_j log |P_j| + A / B) plus angles: what it is d of, locally, is a law where it
    vanishes on W.

    logs holds the (c_j, P_j), quotient (A, B), angles (c, u, w, d) for c (u dw - w du) / (u^2 - d
    w^2), d no square: that is d of arctan(s w / u) / s, s^2 = -d, or of log |(u + s w) / (u - s w)|
    / (2 s), s^2 = d.
    """

    logs: tuple[tuple[int, Polynomial], ...] = ()
    quotient: tuple[Polynomial, Polynomial] = (ZERO, ONE)
    angles: tuple[tuple[int, Polynomial, Polynomial, int], ...] = ()

    @property
    def is_power(self) -> bool:
        """Whether the law is best written as a product of powers."""
        return bool(self.logs) and not self.angles and not self.quotient[0].terms

    @property
    def sort(self) -> str:
        """ "polynomial", "rational" (a quotient, or a product of integer powers) or
        "logarithmic".
        """
        if self.angles or self.logs and not self.is_power:
            return "logarithmic"
        return (
            "rational"
            if self.quotient[1].degree or any(c < 0 for c, _ in self.logs)
            else "polynomial"
        )

    def json(self) -> dict:
        """As in a certificate."""
        return {
            "logs": [[c, p.json()] for c, p in self.logs],
            "quotient": [f.json() for f in self.quotient],
            "angles": [[c, u.json(), w.json(), d] for c, u, w, d in self.angles],
        }

    def renumbered(self, number: Sequence[int]) -> ClosedForm:
        """The form with variable number[v] in the place of v."""
        return ClosedForm(
            tuple((c, p.renumbered(number)) for c, p in self.logs),
            (self.quotient[0].renumbered(number), self.quotient[1].renumbered(number)),
            tuple((c, u.renumbered(number), w.renumbered(number), d) for c, u, w, d in self.angles),
        )


def form_of(ring: Ring, logs=(), top=None, bottom=None, angles=()) -> ClosedForm:
    """From elements of a ring: without common factors, the first weight positive."""
    logs = [(c, ring.normal(p)) for c, p in logs if c and not p.is_constant()]
    angles = [entry for entry in angles if entry[0]]
    top, bottom = (ring.zero if top is None else top), (ring.one if bottom is None else bottom)
    if top.is_zero():
        bottom = ring.one
    common = top.gcd(bottom)
    top, bottom = ring.quotient(top, common), ring.quotient(bottom, common)
    if bottom.leading_coefficient() < 0:
        top, bottom = -top, -bottom
    weights = [c for c, *_ in (*logs, *angles)]
    if not weights:  # A / B: contents do not matter to a law
        return ClosedForm((), (ring.back(ring.normal(top)), ring.back(bottom.primitive()[1])))
    content = gcd(*weights, 0 if top.is_zero() else int(top.content()))
    sign = content if weights[0] > 0 else -content
    top = ring.quotient(top, ring.context.constant(sign))
    return ClosedForm(
        tuple((c // sign, ring.back(p)) for c, p in logs),
        (ring.back(top), ring.back(bottom)),
        tuple((c // sign, ring.back(u), ring.back(w), d) for c, u, w, d in angles),
    )


def vanishes(ring: Ring, form: ClosedForm, fields) -> bool:
    """Whether the form is 0 along vector fields of the ring, as an identity: the proof that it
    makes a law.
    """
    top, bottom = map(ring.of, form.quotient)
    factors = [(c, ring.of(p)) for c, p in form.logs]
    turns = [(c, ring.of(u), ring.of(w), d) for c, u, w, d in form.angles]
    for field in fields:
        numerator, denominator = (
            bottom * ring.along(field, top) - top * ring.along(field, bottom),
            bottom * bottom,
        )
        parts = [(c * ring.along(field, p), p) for c, p in factors]
        parts += [
            (c * (u * ring.along(field, w) - w * ring.along(field, u)), u * u - d * w * w)
            for c, u, w, d in turns
        ]
        for slope, below in parts:
            whole = ring.quotient(slope, below)
            if whole is not None:
                numerator += whole * denominator
            else:
                numerator, denominator = (
                    numerator * below + slope * denominator,
                    denominator * below,
                )
        if not numerator.is_zero():
            return False
    return True


def form_rows(
    forms: Sequence[ClosedForm], variables: int, point, prime: int
) -> Iterator[np.ndarray]:
    """The forms at an integer point mod prime, (forms x variables), as one block; 0 where a
    denominator is 0.
    """
    x = reduced(point, "point", (None,), prime)
    out = np.zeros((len(forms), variables), dtype=np.uint64)
    for row, form in zip(out, forms, strict=True):
        parts = [
            *form.quotient,
            *(p for _, p in form.logs),
            *(f for _, u, w, _ in form.angles for f in (u, w)),
        ]
        table = Polynomials([f.terms for f in parts], variables, prime)
        values, slopes = (
            [int(value) for value in table.evaluate(x)],
            list(table.gradients(x).astype(object)),
        )
        top, bottom, *rest = zip(values, slopes, strict=True)
        pieces = [(bottom[0] * top[1] - top[0] * bottom[1], bottom[0] ** 2)]
        pieces += [
            (c * slope, value) for (c, _), (value, slope) in zip(form.logs, rest, strict=False)
        ]
        pairs = rest[len(form.logs) :]
        pieces += [
            (c * (u * dw - w * du), u * u - d * w * w)
            for (c, _, _, d), (u, du), (w, dw) in zip(
                form.angles, pairs[::2], pairs[1::2], strict=True
            )
        ]
        if all(below % prime for _, below in pieces):
            row[:] = (sum(above * pow(below, -1, prime) for above, below in pieces) % prime).astype(
                np.uint64
            )
    yield out


def numeric(form: ClosedForm, evaluate):
    """The law where evaluate(P) gives the value of a polynomial: a product of powers if it is one,
    else the sum.
    """
    values = [evaluate(p) for _, p in form.logs]
    if form.is_power:
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
    return total
