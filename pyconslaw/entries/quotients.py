"""Sparse rational functions within stated limits: what every reader of expressions computes with.

Coefficients are Fractions, or integers where no division made them. A quotient is a pair
(numerator, denominator) of sums of terms; the denominator of a polynomial is the object ONE.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import NoReturn

from pyconslaw.errors import InputError
from pyconslaw.records.polynomial import Monomial, Polynomial

TERM_LIMIT = 100_000
WORK_LIMIT = 1_000_000
EXPONENT_LIMIT = 10_000
DEPTH_LIMIT = 100
BIT_LIMIT = 10_000

# pairs (variable, exponent) that are copied or merged in a step of work
COPIED, MERGED = 64, 8

Terms = dict[Monomial, Fraction | int]
Quotient = tuple[Terms, Terms]
ONE: Terms = {(): 1}


class Arithmetic:
    """Sums, products, quotients and powers, one budget for all of them. Errors: InputError beyond
    it, by `fail`.
    """

    limit = WORK_LIMIT

    def __init__(self, name: str):
        self.name, self.work = name, 0

    def fail(self, message) -> NoReturn:
        raise InputError(f"{self.name}: {message}")

    def number(self, c) -> Quotient:
        return ({(): self.small(c)} if c else {}), ONE

    def variable(self, v: int) -> Quotient:
        return {((v, 1),): 1}, ONE

    def add(self, total: Quotient, other: Quotient, sign: int = 1) -> Quotient:
        """total + sign * other; the numerator of total may be changed."""
        (a, d), (b, e) = total, other
        if d is not e and d != e:
            a, b, d = self.times(a, e), self.times(b, d), self.times(d, e)
        for m, c in b.items():
            a[m] = self.small(a.get(m, 0) + sign * c)
        return a, d

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        bottom = a[1] if b[1] is ONE else b[1] if a[1] is ONE else self.times(a[1], b[1])
        return self.times(a[0], b[0]), bottom

    def divide(self, a: Quotient, b: Quotient) -> Quotient:
        if not b[0]:
            self.fail("division by zero")
        if set(b[0]) != {()} or b[1] is not ONE:
            return self.multiply(a, (b[1], b[0]))
        self.spend(len(a[0]))
        inverse = 1 / Fraction(b[0][()])
        factor = inverse.numerator if inverse.denominator == 1 else inverse
        return {m: self.small(c * factor) for m, c in a[0].items()}, a[1]

    def raise_to(self, a: Quotient, exponent: int) -> Quotient:
        """a^exponent, exponent >= 0."""
        return self.power(a[0], exponent), a[1] if a[1] is ONE else self.power(a[1], exponent)

    def power(self, value: Terms, exponent: int) -> Terms:
        if len(value) == 1:
            ((m, c),) = value.items()
            if (
                max(c.numerator.bit_length(), c.denominator.bit_length()) * exponent > BIT_LIMIT
                and abs(c) != 1
            ):
                self.fail(f"a coefficient of more than {BIT_LIMIT} bits")
            return {tuple((v, self.exponent(e * exponent)) for v, e in m if exponent): c**exponent}
        result: Terms = {(): 1}
        for _ in range(exponent):
            result = self.times(result, value)
            if not result:
                break
        return result

    def times(self, a: Terms, b: Terms) -> Terms:
        self.spend(len(a) * len(b))
        if len(a) == len(b) == 1:
            (m, c), (n, d) = *a.items(), *b.items()
            return {self.product(m, n): self.small(c * d)}
        total: Terms = {}
        for m, c in a.items():
            for n, d in b.items():
                key = self.product(m, n)
                total[key] = self.small(total.get(key, 0) + c * d)
        return self.kept(total)

    def product(self, m: Monomial, n: Monomial) -> Monomial:
        """The product of two monomials; their lengths count as work."""
        length = len(m) + len(n)
        if not m or not n or m[-1][0] < n[0][0]:
            self.spend(length // COPIED)
            return m + n
        self.spend(length // MERGED)
        exponents = dict(m)
        for v, e in n:
            exponents[v] = self.exponent(exponents.get(v, 0) + e)
        return tuple(sorted(exponents.items()))

    def exponent(self, e: int) -> int:
        if e > EXPONENT_LIMIT:
            self.fail(f"an exponent above {EXPONENT_LIMIT}")
        return e

    def small(self, c):
        """The coefficient, if it is not too long; its length counts as work, and that it is a
        fraction.
        """
        whole = isinstance(c, int)
        bits = (
            c.bit_length() if whole else max(c.numerator.bit_length(), c.denominator.bit_length())
        )
        if bits > BIT_LIMIT:
            self.fail(f"a coefficient of more than {BIT_LIMIT} bits")
        self.spend((1 if whole else 3) + bits // 64)
        return c

    def spend(self, steps: int) -> None:
        self.work += steps
        if self.work > self.limit:
            self.fail(f"more than {self.limit} steps of work")

    def kept(self, terms: Terms) -> Terms:
        """The terms without zeros. Errors: too many."""
        terms = {m: c for m, c in terms.items() if c}
        if len(terms) > TERM_LIMIT:
            self.fail(f"more than {TERM_LIMIT} terms")
        return terms

    def normal(self, value: Quotient) -> Quotient:
        """The same with a primitive integer denominator, positive in its first term: ONE if it is
        constant.
        """
        top, bottom = value
        if bottom is ONE:
            return value
        whole = primitive(bottom)
        first = min(whole)
        scale = Fraction(whole[first]) / bottom[first]
        if whole[first] < 0:
            scale, whole = -scale, {m: -c for m, c in whole.items()}
        top = {m: self.small(c * scale) for m, c in top.items()}
        return top, ONE if set(whole) == {()} else {m: Fraction(c) for m, c in whole.items()}


def integral(terms: Terms) -> tuple[dict[Monomial, int], int]:
    """(integer terms, positive denominator) of a polynomial with rational coefficients."""
    denominator = lcm(*(c.denominator for c in terms.values()))
    return {m: int(c * denominator) for m, c in terms.items()}, denominator


def primitive(terms: Terms) -> dict[Monomial, int]:
    """A positive multiple with integer coefficients without common factor."""
    whole, _ = integral(terms)
    content = gcd(*whole.values())
    return {m: c // content for m, c in whole.items()}


def polynomial_of(terms: dict[Monomial, int]) -> Polynomial:
    return Polynomial.of((c, m) for m, c in terms.items())
