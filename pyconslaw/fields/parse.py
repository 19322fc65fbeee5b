"""A small parser of polynomial expressions. Nothing is evaluated: text becomes terms, within stated limits."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from pyconslaw.errors import InputError
from pyconslaw.records import Polynomial

LENGTH_LIMIT = 1_000_000
TERM_LIMIT = 100_000
WORK_LIMIT = 1_000_000
EXPONENT_LIMIT = 10_000
DEPTH_LIMIT = 100
BIT_LIMIT = 10_000

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z]\w*(?:\[[\w,\s]*\])?)|(\*\*|[-+*/^()]))", re.ASCII)
Terms = dict[tuple[tuple[int, int], ...], Fraction]


@dataclass(frozen=True)
class Rational:
    """numerator / denominator: a polynomial with integer coefficients over a positive integer."""

    numerator: Polynomial
    denominator: int


def checked_polynomial(value, variables: int, name: str) -> Polynomial:
    """A Polynomial from a caller, brought to canonical form. Errors: InputError unless it is one in that many variables."""
    if not isinstance(value, Polynomial):
        raise InputError(f"{name}: expected a string or a Polynomial, got {type(value).__name__}")
    try:
        numbers = [c for c, _ in value.terms] + [x for _, m in value.terms for factor in m for x in factor]
        right = all(isinstance(x, int) and not isinstance(x, bool) for x in numbers) and all(
            0 <= v < variables and e >= 1 for _, m in value.terms for v, e in m)
    except (TypeError, ValueError):
        right = False
    if not right:
        raise InputError(f"{name}: expected integer coefficients, variables 0 .. {variables - 1} and exponents >= 1, "
                         f"got {value!r:.80}")
    return Polynomial.of(value.terms)


def parse_polynomial(text: str, variables: Mapping[str, int], name: str = "expression") -> Rational:
    """The polynomial that a text such as "2*W1[0,0]^2 - x*y/3" denotes, over the given variables.

    Grammar: + - * / ^ (or **), parentheses, integers, variable names; division by numbers only, exponents are
    integers 0 .. 10 000. Errors: InputError with the position; also beyond 10^6 characters, 10^5 terms, 10^6 steps of work, 100 nested parentheses or
    10 000-bit coefficients.
    """
    if not isinstance(text, str):
        raise InputError(f"{name}: expected a string, got {type(text).__name__}")
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"{name}: {len(text)} characters, more than {LENGTH_LIMIT}")
    terms = _Parser(text, variables, name).run()
    denominator = lcm(*(c.denominator for c in terms.values()))
    return Rational(Polynomial.of((int(c * denominator), m) for m, c in terms.items()), denominator)


class _Parser:
    def __init__(self, text, variables, name):
        self.text, self.variables, self.name = text, variables, name
        self.place, self.depth, self.work = 0, 0, 0
        self.advance()

    def fail(self, message):
        raise InputError(f"{self.name}: {message} at character {self.place} of {self.text[:80]!r}")

    def advance(self):
        """Reads the next token into kind and token; kind is "" at the end."""
        self.place = getattr(self, "end", 0)
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1
        match = _TOKEN.match(self.text, self.place)
        if match:
            self.end = match.end()
            self.kind = ("number", "variable", "operator")[match.lastindex - 1]
            self.token = match.group(match.lastindex)
        elif self.text[self.place:].strip():
            self.fail("unexpected character")
        else:
            self.kind = self.token = ""

    def run(self) -> Terms:
        value = self.sum()
        if self.kind:
            self.fail(f"unexpected {self.token!r}")
        return value

    def sum(self) -> Terms:
        total: Terms = {}
        sign = 1
        if self.token in ("+", "-"):
            sign = -1 if self.token == "-" else 1
            self.advance()
        while True:
            for m, c in self.term().items():
                total[m] = self.small(total.get(m, 0) + sign * c)
            if self.token not in ("+", "-"):
                return self.checked(total)
            sign = -1 if self.token == "-" else 1
            self.advance()

    def term(self) -> Terms:
        value = self.factor()
        while self.token in ("*", "/"):
            operator = self.token
            self.advance()
            other = self.factor()
            if operator == "*":
                value = self.times(value, other)
            elif set(other) != {()}:
                self.fail("division by something that is not a nonzero number")
            else:
                self.work += len(value)
                value = {m: self.small(c / other[()]) for m, c in value.items()}
        return value

    def factor(self) -> Terms:
        if self.token in ("+", "-"):
            self.fail("a sign inside a product needs parentheses")
        value = self.atom()
        if self.token in ("^", "**"):
            self.advance()
            if self.kind != "number":
                self.fail("expected a non-negative integer exponent")
            exponent = self.integer(EXPONENT_LIMIT)
            value = self.power(value, exponent)
            if self.token in ("^", "**"):
                self.fail("a power of a power needs parentheses")
        return value

    def power(self, value: Terms, exponent: int) -> Terms:
        if len(value) == 1:
            (m, c), = value.items()
            if max(c.numerator.bit_length(), c.denominator.bit_length()) * exponent > BIT_LIMIT and abs(c) != 1:
                self.fail(f"a coefficient of more than {BIT_LIMIT} bits")
            return {tuple((v, e * exponent) for v, e in m if exponent): c ** exponent}
        result: Terms = {(): Fraction(1)}
        for _ in range(exponent):
            result = self.times(result, value)
            if not result:
                break
        return result

    def integer(self, limit=None) -> int:
        if len(self.token) > BIT_LIMIT // 4:
            self.fail("an integer with too many digits")
        number = int(self.token)
        if limit is not None and number > limit:
            self.fail(f"an exponent above {limit}")
        self.advance()
        return number

    def atom(self) -> Terms:
        if self.kind == "number":
            number = self.integer()
            return {(): Fraction(number)} if number else {}
        if self.kind == "variable":
            variable = self.variables.get(re.sub(r"\s", "", self.token))
            if variable is None:
                self.fail(f"unknown variable {self.token!r}")
            self.advance()
            return {((variable, 1),): Fraction(1)}
        if self.token == "(":
            self.depth += 1
            if self.depth > DEPTH_LIMIT:
                self.fail(f"more than {DEPTH_LIMIT} nested parentheses")
            self.advance()
            value = self.sum()
            if self.token != ")":
                self.fail("expected )")
            self.depth -= 1
            self.advance()
            return value
        self.fail(f"unexpected {self.token!r}" if self.kind else "unexpected end")

    def times(self, a: Terms, b: Terms) -> Terms:
        self.work += len(a) * len(b)
        if self.work > WORK_LIMIT:
            self.fail(f"more than {WORK_LIMIT} steps of work")
        total: Terms = {}
        for m, c in a.items():
            for n, d in b.items():
                exponents = dict(m)
                for v, e in n:
                    exponents[v] = exponents.get(v, 0) + e
                key = tuple(sorted(exponents.items()))
                total[key] = self.small(total.get(key, 0) + c * d)
        return self.checked(total)

    def small(self, c):
        """The coefficient, if it is not too long; its length counts as work."""
        bits = max(c.numerator.bit_length(), c.denominator.bit_length())
        if bits > BIT_LIMIT:
            self.fail(f"a coefficient of more than {BIT_LIMIT} bits")
        self.work += 1 + bits // 64
        if self.work > WORK_LIMIT:
            self.fail(f"more than {WORK_LIMIT} steps of work")
        return c

    def checked(self, terms: Terms) -> Terms:
        terms = {m: c for m, c in terms.items() if c}
        if len(terms) > TERM_LIMIT:
            self.fail(f"more than {TERM_LIMIT} terms")
        if any(e > EXPONENT_LIMIT for m in terms for _, e in m):
            self.fail(f"an exponent above {EXPONENT_LIMIT}")
        return terms
