"""A small parser of polynomial expressions. Nothing is evaluated: text becomes terms, within stated
limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from pyconslaw.entries.quotients import (
    BIT_LIMIT,
    DEPTH_LIMIT,
    EXPONENT_LIMIT,
    Arithmetic,
    Quotient,
    integral,
    polynomial_of,
)
from pyconslaw.errors import InputError
from pyconslaw.records.polynomial import Polynomial

LENGTH_LIMIT = 1_000_000

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*(?:\[[\w,\s]*\])?)|(\*\*|[-+*/^()]))", re.ASCII
)


@dataclass(frozen=True)
class Rational:
    """numerator / denominator: a polynomial with integer coefficients over a positive integer."""

    numerator: Polynomial
    denominator: int


def checked_polynomial(value, variables: int, name: str) -> Polynomial:
    """A Polynomial from a caller, brought to canonical form. Errors: InputError unless it is one in
    that many variables.
    """
    if not isinstance(value, Polynomial):
        raise InputError(f"{name}: expected a string or a Polynomial, got {type(value).__name__}")
    try:
        numbers = [c for c, _ in value.terms] + [
            x for _, m in value.terms for factor in m for x in factor
        ]
        right = all(isinstance(x, int) and not isinstance(x, bool) for x in numbers) and all(
            0 <= v < variables and e >= 1 for _, m in value.terms for v, e in m
        )
    except (TypeError, ValueError):
        right = False
    if not right:
        raise InputError(
            f"{name}: expected integer coefficients, variables 0 .. {variables - 1} and "
            "exponents >= 1, "
            f"got {value!r:.80}"
        )
    return Polynomial.of(value.terms)


def parse_polynomial(text: str, variables: Mapping[str, int], name: str = "expression") -> Rational:
    """The polynomial that a text such as "2*W1[0,0]^2 - x*y/3" denotes, over the given variables.

    Grammar: + - * / ^ (or **), parentheses, integers and decimals such as 0.5 (taken as the
    fractions that they are written as), variable names; division by numbers only, exponents are
    integers 0 .. 10 000. Errors: InputError with the position; also beyond 10^6
    characters, 10^5 terms, 10^6 steps of work, 100 nested parentheses or 10 000-bit coefficients.
    """
    terms, _ = _Parser(text, variables, name, False).run()
    whole, denominator = integral(terms)
    return Rational(polynomial_of(whole), denominator)


def parse_quotient(text: str, variables: Mapping[str, int], name: str = "expression") -> Quotient:
    """The same for rational functions: division by anything that is not identically zero, exponents
    of both signs. Errors: as `parse_polynomial`.
    """
    parser = _Parser(text, variables, name, True)
    return parser.normal(parser.run())


class _Parser(Arithmetic):
    def __init__(self, text, variables, name, quotients):
        super().__init__(name)
        if not isinstance(text, str):
            raise InputError(f"{name}: expected a string, got {type(text).__name__}")
        if len(text) > LENGTH_LIMIT:
            raise InputError(f"{name}: {len(text)} characters, more than {LENGTH_LIMIT}")
        self.text, self.variables, self.quotients = text, variables, quotients
        self.place, self.end, self.depth = 0, 0, 0
        self.advance()

    def fail(self, message) -> NoReturn:
        raise InputError(f"{self.name}: {message} at character {self.place} of {self.text[:80]!r}")

    def advance(self):
        """Reads the next token into kind and token; kind is "" at the end."""
        match = _TOKEN.match(self.text, self.end)
        if match:
            kind = match.lastindex
            self.place, self.end = match.span(kind)
            self.kind, self.token = ("number", "variable", "operator")[kind - 1], match.group(kind)
            return
        self.place = self.end
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1
        if self.place < len(self.text):
            self.fail("unexpected character")
        self.kind = self.token = ""

    def run(self) -> Quotient:
        value = self.sum()
        if self.kind:
            self.fail(f"unexpected {self.token!r}")
        return value

    def sum(self) -> Quotient:
        total = self.number(0)
        sign = 1
        if self.token in ("+", "-"):
            sign = -1 if self.token == "-" else 1
            self.advance()
        while True:
            total = self.add(total, self.term(), sign)
            if self.token not in ("+", "-"):
                return self.kept(total[0]), total[1]
            sign = -1 if self.token == "-" else 1
            self.advance()

    def term(self) -> Quotient:
        value = self.factor()
        while self.token in ("*", "/"):
            operator = self.token
            self.advance()
            other = self.factor()
            if operator == "*":
                value = self.multiply(value, other)
            elif not self.quotients and set(other[0]) != {()}:
                self.fail("division by something that is not a nonzero number")
            else:
                value = self.divide(value, other)
        return value

    def factor(self) -> Quotient:
        if self.token in ("+", "-"):
            self.fail("a sign after an operator needs parentheses")
        value = self.atom()
        if self.token in ("^", "**"):
            self.advance()
            below = self.quotients and self.token == "-"
            if below:
                self.advance()
            if self.kind != "number" or "." in self.token:
                kind = "an" if self.quotients else "a non-negative"
                self.fail(f"expected {kind} integer exponent")
            value = self.raise_to(value, self.integer(EXPONENT_LIMIT))
            if below:
                value = self.divide(self.number(1), value)
            if self.token in ("^", "**"):
                self.fail("a power of a power needs parentheses")
        return value

    def integer(self, limit=None) -> int:
        if len(self.token) > BIT_LIMIT // 4:
            self.fail("an integer with too many digits")
        number = int(self.token)
        if limit is not None and number > limit:
            self.fail(f"an exponent above {limit}")
        self.advance()
        return number

    def decimal(self) -> Fraction:
        if len(self.token) > BIT_LIMIT // 4:
            self.fail("a number with too many digits")
        number = Fraction(self.token)
        self.advance()
        return number

    def atom(self) -> Quotient:
        if self.kind == "number":
            return self.number(self.decimal() if "." in self.token else self.integer())
        if self.kind == "variable":
            variable = self.variables.get(self.token)
            if variable is None:
                variable = self.variables.get(re.sub(r"\s", "", self.token))
            if variable is None:
                self.fail(f"unknown variable {self.token!r}")
            self.advance()
            return self.variable(variable)
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


class QuotientParser(_Parser):
    """The parser of rational functions, for those who know more atoms than it does."""

    def __init__(self, text, variables, name):
        super().__init__(text, variables, name, True)
