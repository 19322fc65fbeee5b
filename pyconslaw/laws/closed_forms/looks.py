"""A form along a vector field at points modulo a prime: what is not 0 there is not 0, and nothing
has to be multiplied out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyconslaw._core.poly import Polynomials
from pyconslaw._core.zp import Random
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.stated.products import product_of
from pyconslaw.records.polynomial import Polynomial

PRIME_BITS = 61
LOOKS = 3  # points where a form that is none is seen, but with a tiny probability
COORDINATES = 1 << 20  # of points that are drawn
LARGEST = 10  # small coordinates that are tried in their place
TESTS, WORK = 100, 20_000_000  # points at least; terms that may be evaluated beyond


class Looks:
    """Of a form with coefficients that are laws of the vector field, or of a coefficient alone, at
    points where no denominator and no argument of the form is 0.
    """

    def __init__(
        self, form: ClosedForm, field: VectorField, size: int, coefficient: Polynomial | None = None
    ):
        self.size, self.random = size, Random(0)
        self.prime = self.random.prime(PRIME_BITS)
        self.atoms = list(_atoms(form))
        self.coefficient = coefficient
        listed = [*form.quotient, *(p for _, parts, _ in self.atoms for p in parts)]
        if coefficient is not None:
            listed.append(coefficient)
        self.listed, self.along = listed, list(field)
        weights = [g for g, *_ in self.atoms]
        components = list(field.values())
        self.table = _table(listed, size, self.prime)
        self.weights = _table(weights, size, self.prime)
        self.field = _table(components, size, self.prime)
        every = [*listed, *weights, *components]
        self.terms = sum(len(f.terms) for f in every)
        self.degree = max(f.degree for f in every)
        self.matter = sorted({*self.along, *(v for f in every for _, m in f.terms for v, _ in m)})

    def at(self, point: list[int]) -> int:
        """The derivative modulo the prime; 0 where a denominator or an argument is 0."""
        prime, x = self.prime, np.array(point, dtype=np.uint64)
        values = [int(value) for value in self.table.evaluate(x)]
        field = [int(value) for value in self.field.evaluate(x)]
        slopes = [
            sum(int(row[v]) * f for v, f in zip(self.along, field, strict=True))
            for row in self.table.gradients(x)
        ]
        weights = self.weights.evaluate(x)
        (a, b), (da, db) = values[:2], slopes[:2]
        pieces, k, arguments = [(b * da - a * db, b * b)], 2, b
        for g, (_, parts, d) in zip(weights, self.atoms, strict=True):
            value, slope = values[k : k + len(parts)], slopes[k : k + len(parts)]
            k += len(parts)
            arguments = arguments * (value[0] or not self.listed[k - len(parts)].terms) % prime
            if d is None:
                pieces.append((int(g) * slope[0], value[0]))
            else:
                (u, w), (du, dw) = value, slope
                pieces.append((int(g) * (u * dw - w * du), u * u - d * w * w))
        if not arguments or not all(below % prime for _, below in pieces):
            return 0
        if self.coefficient is not None:
            return slopes[-1] % prime
        return sum(above * pow(below, -1, prime) for above, below in pieces) % prime

    def moves(self) -> bool:
        """Whether the derivative was seen not to be 0."""
        return any(
            self.at(self.random.array(self.size, 0, self.prime).tolist()) for _ in range(LOOKS)
        )

    def point(self) -> list[int] | None:
        """Integers, small where they can be, where the derivative is not 0; None where no point was
        found.
        """
        left = max(TESTS, WORK // max(1, self.terms))
        for _ in range(LOOKS):
            drawn = self.random.array(len(self.matter), 1, COORDINATES).tolist()
            at = [0] * self.size
            for v, value in zip(self.matter, drawn, strict=True):
                at[v] = int(value)
            if self.at(at):
                break
        else:
            return None
        for v in self.matter:
            for value in range(LARGEST):
                if left <= 0:
                    return at
                left -= 1
                smaller = [*at[:v], value, *at[v + 1 :]]
                if self.at(smaller):
                    at = smaller
                    break
        return at


def _table(polynomials: list[Polynomial], size: int, prime: int) -> Polynomials:
    return Polynomials([f.terms for f in polynomials], size, prime)


def _atoms(form: ClosedForm) -> Iterator[tuple[Polynomial, tuple[Polynomial, ...], int | None]]:
    """(coefficient, (P,), None) of logarithms, (coefficient, (u, w), d) of angles."""
    for c, p in form.logs:
        yield Polynomial(((c, ()),)), (p,), None
    for c, u, w, d in form.angles:
        yield Polynomial(((c, ()),)), (u, w), d
    for g, inner in form.products:
        for by, parts, square in _atoms(inner):
            yield product_of([g, by]), parts, square
