"""Texts of laws in closed form, as they are printed: sums of quotients and of logarithms and
arctangents with polynomial coefficients.

A logarithm, an arctangent and a square root are parsed as variables of their own, so that
everything is a rational function of them. What is left is linear in the first two, and square roots
go in pairs: log |u + s w|, s^2 = d, is half of log |u^2 - d w^2| and s times an angle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

from pyconslaw.entries.parse import QuotientParser
from pyconslaw.entries.quotients import ONE, Quotient, Terms, integral, polynomial_of
from pyconslaw.laws.closed_forms.angles import normal_angle, without_squares
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.polynomial import Polynomial

NAMES = {"log": "log", "ln": "log", "arctan": "arctan", "atan": "arctan", "sqrt": "sqrt"}
_CALL = re.compile(rf"\b({'|'.join(NAMES)})\s*\(", re.ASCII)
_OPENING = re.compile(r"\s*\(")
LARGEST = 10**15  # numerator times denominator under a square root
ROOT_WORK = 1_000  # steps for its squares
# of what is factored, but for powers of variables, and of what common factors are looked for in
FACTORED, DIVIDED, TERMS = 100, 400, 20_000
PRODUCTS = 5_000_000  # of terms of norms


def has_functions(text: str) -> bool:
    """Whether a text has a logarithm, an arctangent or a square root.

    >>> has_functions("log(x) - x"), has_functions("x/(x + y)")
    (True, False)
    """
    return bool(_CALL.search(text))


def read_closed(text: str, variables: Mapping[str, int], name: str) -> tuple[ClosedForm, int]:
    """(form, scale): the law that a text denotes is that of the form, divided by the scale.

    Errors: InputError for what is no such sum, and as `parse_quotient`.
    """
    return _Reading(_Functions(text, variables, name)).form()


@dataclass(frozen=True)
class _Function:
    """What a variable stands for: a logarithm or arctangent of a quotient, or a square root."""

    kind: str
    about: tuple = ()
    radicand: int = 0


class _Functions(QuotientParser):
    """Rational functions in the variables, and in functions, which are numbered after them."""

    def __init__(self, text, variables, name):
        super().__init__(text, variables, name)
        self.first = max(variables.values(), default=-1) + 1
        self.functions: list[_Function] = []
        self._number: dict[_Function, int] = {}

    def atom(self) -> Quotient:
        called = self.kind == "variable" and self.token in NAMES
        if not called or not _OPENING.match(self.text, self.end):
            return super().atom()
        kind = NAMES[self.token]
        self.advance()
        return self._call(kind, self.normal(self.reduced(super().atom())))

    def _call(self, kind: str, inner: Quotient) -> Quotient:
        top, bottom = inner
        if kind == "sqrt":
            number = Fraction(top.get((), 0))
            if set(top) - {()} or bottom is not ONE or number <= 0:
                self.fail("a square root of something that is not a positive number")
            if number.numerator * number.denominator > LARGEST:
                self.fail(f"a square root of a / b with a b above {LARGEST}")
            return self._root(number)
        if not top:
            self.fail(f"{kind} of zero")
        if any(self.function(v).kind != "sqrt" for v in self.functions_in(top, bottom)):
            self.fail(f"{kind} of a logarithm or an arctangent")
        key = tuple(tuple(sorted(part.items())) for part in inner)
        return self.variable(self._numbered(_Function(kind, key)))

    def _root(self, number: Fraction) -> Quotient:
        """sqrt(a / b) = r sqrt(d) / b, a b = d r^2."""
        self.spend(ROOT_WORK)
        d, root = without_squares(number.numerator * number.denominator)
        outside = self.number(Fraction(root, number.denominator))
        if d == 1:
            return outside
        return self.multiply(outside, self.variable(self._numbered(_Function("sqrt", radicand=d))))

    def _numbered(self, function: _Function) -> int:
        if function not in self._number:
            self._number[function] = self.first + len(self.functions)
            self.functions.append(function)
        return self._number[function]

    def function(self, v: int) -> _Function:
        return self.functions[v - self.first]

    def functions_in(self, *parts: Terms) -> list[int]:
        """The variables that stand for functions, increasing."""
        return sorted({v for terms in parts for m in terms for v, _ in m if v >= self.first})

    def roots_in(self, terms: Terms) -> list[int]:
        return [v for v in self.functions_in(terms) if self.function(v).kind == "sqrt"]

    def without_squares(self, terms: Terms) -> Terms:
        """The same with square roots to the first power at most."""
        total: Terms = {}
        for m, c in terms.items():
            rest = []
            for v, e in m:
                if v >= self.first and self.function(v).kind == "sqrt":
                    c, e = self.small(c * self.function(v).radicand ** (e // 2)), e % 2
                if e:
                    rest.append((v, e))
            total[tuple(rest)] = self.small(total.get(tuple(rest), 0) + c)
        return self.kept(total)

    def split(self, terms: Terms, v: int) -> tuple[Terms, Terms]:
        """(a, b) with a + b times the variable v, which is there to the first power at most."""
        a: Terms = {}
        b: Terms = {}
        for m, c in terms.items():
            rest = tuple(factor for factor in m if factor[0] != v)
            (a if len(rest) == len(m) else b)[rest] = c
        return a, b

    def conjugate(self, terms: Terms, v: int) -> Terms:
        """With -v in the place of the variable v."""
        a, b = self.split(terms, v)
        return a | self.times({((v, 1),): -1}, b)

    def reduced(self, value: Quotient) -> Quotient:
        """The same without square roots in the denominator."""
        top, bottom = (self.without_squares(part) for part in value)
        for v in self.roots_in(bottom):
            other = self.conjugate(bottom, v)
            top, bottom = (self.without_squares(self.times(f, other)) for f in (top, bottom))
        if not bottom:
            self.fail("division by zero")
        return top, ONE if bottom == ONE else bottom


@dataclass
class _Reading:
    """A parsed text as a sum of atoms with coefficients, which are quotients over one denominator.

    logs: by irreducible polynomial; angles: by (u, w, d).
    """

    parser: _Functions
    ring: Ring = field(init=False)
    logs: dict[Polynomial, Terms] = field(default_factory=dict)
    angles: dict[tuple[Polynomial, Polynomial, int], Terms] = field(default_factory=dict)

    def __post_init__(self):
        self.ring = Ring(self.parser.first, PRODUCTS)

    def form(self) -> tuple[ClosedForm, int]:
        """The form, and what the law was multiplied by."""
        parser = self.parser
        top, bottom = parser.reduced(parser.run())
        if any(parser.function(v).kind != "sqrt" for v in parser.functions_in(bottom)):
            parser.fail("a logarithm or an arctangent in a denominator")
        rest: Terms = {}
        for v, coefficient in self._by_function(top).items():
            if v is None:
                rest = coefficient
            elif parser.function(v).kind == "log":
                self._log(parser.function(v).about, coefficient)
            else:
                self._arctan(parser.function(v).about, coefficient)
        return self._written(rest, bottom)

    def _by_function(self, top: Terms) -> dict[int | None, Terms]:
        """The coefficients of the logarithms and arctangents; None for what has none."""
        parser = self.parser
        found: dict[int | None, Terms] = {}
        for m, c in top.items():
            atoms = self._atoms(m)
            own = [v for v, e in m if v in atoms]
            if len(own) > 1 or any(e > 1 for v, e in m if v in own):
                parser.fail("a product of logarithms or arctangents")
            rest = tuple(factor for factor in m if factor[0] not in own)
            found.setdefault(own[0] if own else None, {})[rest] = c
        return found

    def _atoms(self, monomial) -> list[int]:
        listed = self.parser.functions_in({monomial: 1})
        return [v for v in listed if self.parser.function(v).kind != "sqrt"]

    def _halves(self, about: tuple) -> tuple[Terms, Terms, Terms, int | None]:
        """(a, b, c, s) for the quotient (a + b s) / c with at most one square root s."""
        top, bottom = map(dict, about)
        roots = self.parser.roots_in(top)
        if len(roots) > 1:
            self.parser.fail("different square roots in one logarithm or arctangent")
        if not roots:
            return top, {}, bottom, None
        return *self.parser.split(top, roots[0]), bottom, roots[0]

    def _log(self, about: tuple, coefficient: Terms) -> None:
        """log |(a + b s) / c| = log |a^2 - d b^2| / 2 - log |c| + s angle(a, b, d)."""
        parser = self.parser
        a, b, c, s = self._halves(about)
        self._factors(c, coefficient, Fraction(-1))
        if s is None:
            self._factors(a, coefficient, Fraction(1))
            return
        d = parser.function(s).radicand
        norm = self._norm(a, b, d)
        self._factors(norm, coefficient, Fraction(1, 2))
        turned = parser.without_squares(parser.times(coefficient, {((s, 1),): 1}))
        if norm != parser.power(c, 2):
            self._angle(a, b, d, turned)
            return
        # z = (a + b s) / c has norm 1: it is 1 + z over its conjugate, and has twice its angle
        double = parser.times(turned, {(): 2})
        self._angle(parser.add((dict(a), ONE), (c, ONE))[0], b, d, double)

    def _norm(self, a: Terms, b: Terms, d: int) -> Terms:
        parser = self.parser
        total, _ = parser.add((parser.power(a, 2), ONE), (parser.power(b, 2), ONE), -d)
        return parser.kept(total)

    def _arctan(self, about: tuple, coefficient: Terms) -> None:
        a, b, c, s = self._halves(about)
        if s is None:
            self._angle(c, a, -1, coefficient)
            return
        if a:
            self.parser.fail("arctan of a sum with a square root in one of its terms")
        turned = self.parser.times(coefficient, {((s, 1),): 1})
        self._angle(c, b, -self.parser.function(s).radicand, self.parser.without_squares(turned))

    def _factors(self, terms: Terms, coefficient: Terms, weight: Fraction) -> None:
        """coefficient * weight * log |terms|, factor by factor, the numbers apart."""
        whole, by = integral(terms)
        content, factors = self._factored(self.ring.of(polynomial_of(whole)))
        for number, k in ((abs(content), 1), (by, -1)):
            factors.append((self.ring.context.constant(number), k))
        for factor, k in factors:
            if not factor.is_one():
                own = self.ring.back(self.ring.normal(factor) if factor.total_degree() else factor)
                self.logs[own] = self._plus(self.logs.get(own, {}), coefficient, k * weight)

    def _angle(self, u: Terms, w: Terms, d: int, coefficient: Terms) -> None:
        """coefficient times the angle of u + s w, without a common factor of u and w."""
        scales = lcm(*(c.denominator for c in (*u.values(), *w.values())))
        first, second = (
            self.ring.of(polynomial_of({m: int(c * scales) for m, c in part.items()}))
            for part in (u, w)
        )
        self._small(DIVIDED, first, second)
        c, (first, second, d) = normal_angle(self.ring, first, second, d)
        key = self.ring.back(first), self.ring.back(second), d
        self.angles[key] = self._plus(self.angles.get(key, {}), coefficient, c)

    def _factored(self, f) -> tuple[int, list]:
        """As `Ring.factor`."""
        powers = f.term_content()
        self._small(FACTORED, self.ring.quotient(f, powers))
        self.parser.spend(len(f))
        return self.ring.factor(f)

    def _small(self, degree: int, *polynomials) -> None:
        """Errors: InputError where factors would take too long; what they take counts as work."""
        for f in polynomials:
            if f.total_degree() > degree or len(f) > TERMS:
                self.parser.fail(
                    f"a polynomial of degree {f.total_degree()} with {len(f)} terms, at most "
                    f"{degree} and {TERMS} where factors are looked for,"
                )
            self.parser.spend(len(f) + 10 * min(f.total_degree(), FACTORED) ** 2)

    def _plus(self, total: Terms, more: Terms, weight: Fraction) -> Terms:
        weighed = self.parser.times(more, {(): weight})
        return self.parser.kept(self.parser.add((dict(total), ONE), (weighed, ONE))[0])

    def _written(self, rest: Terms, bottom: Terms) -> tuple[ClosedForm, int]:
        """All coefficients over the one denominator, times what makes them whole."""
        weights = [*self.logs.values(), *self.angles.values()]
        if any(self.parser.functions_in(terms) for terms in (*weights, rest)):
            self.parser.fail("a square root that does not cancel")
        top, below = (self._element(terms) for terms in (rest, bottom))
        logs = {p: self._divided(terms, below) for p, terms in self.logs.items() if terms}
        angles = {a: self._divided(terms, below) for a, terms in self.angles.items() if terms}
        number = top[1] / below[1] if rest else Fraction(1)
        factors = [factor for _, factor in (*logs.values(), *angles.values())]
        scale = lcm(*(factor.denominator for factor in (*factors, number)))
        self._small(DIVIDED, top[0], below[0])
        common = top[0].gcd(below[0])
        above = self.ring.quotient(top[0], common) * int(number * scale)
        under = self.ring.quotient(below[0], common) if rest else self.ring.one
        quotient = self.ring.back(above), self.ring.back(under)
        plain, turned, products = [], [], []
        for p, weight in logs.items():
            number, law = self._weight(weight, scale)
            if law is not None:
                self._must_be_one(self.ring.of(p))
                products.append((law, ClosedForm(((1, p),))))
            elif p.degree:  # else a constant
                plain.append((number, p))
        for (u, w, d), weight in angles.items():
            number, law = self._weight(weight, scale)
            if law is not None:
                first, second = self.ring.of(u), self.ring.of(w)
                square = self.ring.times(second, second)
                self._must_be_one(self.ring.times(first, first) - d * square)
                products.append((law, ClosedForm(angles=((1, u, w, d),))))
            elif u.degree or w.degree:  # else a constant
                turned.append((number, u, w, d))
        return ClosedForm(tuple(plain), quotient, tuple(turned), tuple(products)), scale

    def _must_be_one(self, norm) -> None:
        """What a law multiplies is no constant and no sum of several, which would depend on what
        else may occur; of angles with one norm see `candidate`. norm: under the logarithm, or of
        what is under the angle.
        """
        factors = self._factored(norm)[1]
        if len(factors) != 1 or factors[0][1] != 1:
            self.parser.fail("a law times a logarithm or arctangent that is a constant, or a sum")

    def _weight(self, divided: tuple, scale: int) -> tuple[int, Polynomial | None]:
        """A coefficient times the scale: a number, or a polynomial."""
        weight = divided[0] * int(divided[1] * scale)
        if weight.is_constant():
            return int(weight.leading_coefficient()), None
        return 0, self.ring.back(weight)

    def _element(self, terms: Terms) -> tuple:
        """(element of the ring without content, the number that it has to be multiplied by)."""
        if not terms:
            return self.ring.zero, Fraction(1)
        whole, by = integral(terms)
        content = gcd(*whole.values())
        element = self.ring.of(polynomial_of({m: c // content for m, c in whole.items()}))
        return element, Fraction(content, by)

    def _divided(self, terms: Terms, bottom: tuple) -> tuple:
        """A coefficient over the denominator, as `_element`."""
        (above, number), (below, by) = self._element(terms), bottom
        found = self.ring.quotient(above, below)
        if found is None:
            self.parser.fail("the coefficient of a logarithm or arctangent is no polynomial")
        return found, number / by
