"""Expressions of any make as rational functions: text, records, numbers, SymPy trees, python-flint
polynomials.

SymPy is never imported: an object of its own making brings its nodes along, and only the nodes
listed here are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from numbers import Rational

import flint

from pyconslaw.entries.parse import checked_polynomial, parse_quotient
from pyconslaw.entries.quotients import (
    DEPTH_LIMIT,
    EXPONENT_LIMIT,
    ONE,
    TERM_LIMIT,
    Arithmetic,
    Quotient,
)
from pyconslaw.entries.symbols import Entry
from pyconslaw.errors import InputError
from pyconslaw.records.polynomial import Polynomial

_FLINT = (flint.fmpz_mpoly, flint.fmpq_mpoly)


def is_sympy(value) -> bool:
    return str(type(value).__module__).partition(".")[0] == "sympy"


def key_of(key):
    """The name of a SymPy symbol; anything else as it is."""
    return key.name if is_sympy(key) and getattr(key, "is_Symbol", False) else key


def read_quotient(value, variables: Mapping[str, int], name: str) -> Quotient:
    """The rational function that an expression stands for, its denominator primitive.

    value: a string (see `parse_polynomial`; division by polynomials is understood), a
    `records.Polynomial`, an integer or Fraction, a SymPy expression of sums, products, integer
    powers, rational numbers and symbols, or a python-flint fmpz_mpoly or fmpq_mpoly whose
    generators are named like the variables. Errors: InputError names the place; the limits are
    those of the parser.
    """
    if isinstance(value, str):
        return parse_quotient(value, variables, name)
    if isinstance(value, Entry):
        return Arithmetic(name).normal(value.quotient)
    arithmetic = _Walk(name, variables)
    if isinstance(value, Polynomial):
        return {
            m: Fraction(c) for c, m in checked_polynomial(value, len(variables), name).terms
        }, ONE
    if isinstance(value, flint.fmpz | flint.fmpq):
        return arithmetic.number(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, Rational) and not isinstance(value, bool):
        return arithmetic.number(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, _FLINT):
        return arithmetic.flint(value)
    if is_sympy(value):
        return arithmetic.normal(arithmetic.sympy(value, 0))
    if isinstance(value, float):
        raise InputError(
            f"{name}: expected an exact number, got the float {value!r}; write it as a fraction"
        )
    raise InputError(
        f"{name}: expected a string, a Polynomial, a rational number, a SymPy expression "
        "or a python-flint "
        f"polynomial, got {type(value).__name__}"
    )


def _entry_names(node) -> tuple[str, ...]:
    """What an entry of a SymPy MatrixSymbol may be called, as parameters have it: that of a column
    has one index perhaps.
    """
    if type(node).__name__ != "MatrixElement" or not getattr(node.args[0], "is_symbol", False):
        return ()
    name, (row, column) = node.args[0].name, node.args[1:]
    return (f"{name}[{row},{column}]", *([f"{name}[{row}]"] if column == 0 else []))


def typed(value, variables: Mapping[str, int], name: str):
    """A SymPy expression as the text that it prints as; anything else as it is. Errors: InputError
    for symbols that are no variables, and for floats.
    """
    if not is_sympy(value):
        return value
    todo, seen, written = [value], 0, {}
    while todo:
        node, seen = todo.pop(), seen + 1
        if seen > TERM_LIMIT:
            raise InputError(f"{name}: more than {TERM_LIMIT} nodes")
        names = (node.name,) if getattr(node, "is_Symbol", False) else _entry_names(node)
        if names:
            known = next((entry for entry in names if entry in variables), None)
            if known is None:
                raise InputError(f"{name}: unknown variable {names[0]!r:.80}")
            written[str(node)] = known
        elif getattr(node, "is_Float", False):
            raise InputError(f"{name}: expected exact numbers, got the float {node}")
        else:
            todo += getattr(node, "args", ())
    found = [re.escape(shown) for shown, known in written.items() if shown != known]
    if not found:
        return str(value)
    return re.sub(rf"(?<!\w)(?:{'|'.join(found)})", lambda match: written[match[0]], str(value))


def read_rational(value, name: str) -> Rational:
    """An exact rational number: an integer, a Fraction or whatever is registered as Rational, a
    python-flint fmpz or fmpq, or a text such as "-2/3".

    Floats and truth values are refused. Errors: InputError.

    >>> read_rational("-2/6", "weight"), read_rational(flint.fmpq(1, 2), "weight")
    (Fraction(-1, 3), Fraction(1, 2))
    """
    if (
        isinstance(value, str)
        and re.fullmatch(r"-?\d{1,300}(/\d{1,300})?", value, re.ASCII)
        and not re.search(r"/0+$", value)
    ):
        return Fraction(value)
    if isinstance(value, Rational | flint.fmpz | flint.fmpq) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    raise InputError(
        f'{name}: expected an integer, a fraction or a text such as "-2/3", got {value!r:.40}'
    )


class _Walk(Arithmetic):
    def __init__(self, name, variables):
        super().__init__(name)
        self.variables = variables

    def known(self, name) -> int:
        if name not in self.variables:
            self.fail(f"unknown variable {name!r:.80}")
        return self.variables[name]

    def sympy(self, node, depth: int) -> Quotient:
        if depth > DEPTH_LIMIT:
            self.fail(f"more than {DEPTH_LIMIT} nested expressions")
        if getattr(node, "is_Symbol", False):
            return self.variable(self.known(node.name))
        if names := _entry_names(node):
            known = next((entry for entry in names if entry in self.variables), names[0])
            return self.variable(self.known(known))
        if getattr(node, "is_Rational", False):
            return self.number(Fraction(int(node.p), int(node.q)))
        if getattr(node, "is_Add", False):
            total = self.number(0)
            for part in node.args:
                total = self.add(total, self.sympy(part, depth + 1))
            return self.kept(total[0]), total[1]
        if getattr(node, "is_Mul", False):
            total = self.number(1)
            for part in node.args:
                total = self.multiply(total, self.sympy(part, depth + 1))
            return total
        if getattr(node, "is_Pow", False) and getattr(node.args[1], "is_Integer", False):
            base, exponent = self.sympy(node.args[0], depth + 1), int(node.args[1].p)
            if abs(exponent) > EXPONENT_LIMIT:
                self.fail(f"an exponent above {EXPONENT_LIMIT}")
            power = self.raise_to(base, abs(exponent))
            return power if exponent >= 0 else self.divide(self.number(1), power)
        self.fail(
            "expected sums, products, integer powers, rational numbers and symbols, got "
            "the SymPy node "
            f"{type(node).__name__}"
        )

    def flint(self, value) -> Quotient:
        if len(value) > TERM_LIMIT:
            self.fail(f"more than {TERM_LIMIT} terms")
        names, terms = value.context().names(), {}
        for exponents, c in value.to_dict().items():
            factors = [
                (self.known(names[k]), self.exponent(int(e))) for k, e in enumerate(exponents) if e
            ]
            terms[tuple(sorted(factors))] = self.small(
                Fraction(int(c.numerator), int(c.denominator))
            )
        return self.kept(terms), ONE
