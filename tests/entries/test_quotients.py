"""Rational functions with limits: against exact evaluation, in their normal form, and under
load.
"""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pyconslaw.entries.parse import parse_quotient
from pyconslaw.entries.quotients import ONE
from pyconslaw.errors import InputError

NAMES = {"x": 0, "y": 1, "z": 2}


def at(terms, point):
    total = Fraction(0)
    for m, c in terms.items():
        for v, e in m:
            c = c * point[v] ** e
        total += c
    return total


@st.composite
def expressions(draw, depth=3):
    """(text, function of a point, or None where it divides by zero)."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["x", "y", "z", None]))
        if name is None:
            number = draw(st.integers(0, 9))
            return str(number), lambda p: Fraction(number)
        return name, lambda p: p[NAMES[name]]
    kind = draw(st.sampled_from("+-*/^"))
    text, left = draw(expressions(depth=depth - 1))
    if kind == "^":
        e = draw(st.integers(0, 3))
        return f"({text})^{e}", lambda p: left(p) ** e
    other, right = draw(expressions(depth=depth - 1))
    operation = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }[kind]
    return f"({text}){kind}({other})", lambda p: operation(left(p), right(p))


@given(expressions(), st.tuples(*[st.integers(-(10**9), 10**9)] * 3))
def test_values(case, point):
    text, value = case
    p = [Fraction(x) for x in point]
    try:
        expected = value(p)
    except ZeroDivisionError:
        assume(False)
    top, bottom = parse_quotient(text, NAMES)
    assume(at(bottom, p))
    assert at(top, p) / at(bottom, p) == expected


@given(expressions())
def test_denominators_are_primitive(case):
    try:
        top, bottom = parse_quotient(case[0], NAMES)
    except InputError as error:
        assert "division by zero" in str(error)
        return
    assert all(top.values()) and (bottom is ONE or set(bottom) != {()})
    assert all(c.denominator == 1 for c in bottom.values()) and bottom[min(bottom)] > 0
    from math import gcd

    assert gcd(*(int(c) for c in bottom.values())) == 1


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x^-1", "1/x"),
        ("3*x**-2*y", "3*y/x^2"),
        ("(x+y)^-3", "1/(x+y)^3"),
        ("x^-0", "1"),
        ("1/x^-1", "x"),
        ("-x^-1", "-1/x"),
        ("0.5^-2", "4"),
    ],
)
def test_negative_exponents(text, same):
    assert parse_quotient(text, NAMES) == parse_quotient(same, NAMES)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(x-x)^-1", "division by zero"),
        ("x^--1", "expected an integer exponent"),
        ("x^-y", "expected an integer exponent"),
        ("x^-10001", "an exponent above 10000"),
        ("1/(x-x)", "division by zero"),
        ("1/0", "division by zero"),
        ("x/(y/0)", "division by zero"),
        ("1/(1+x)^2000", "steps of work"),
        ("+".join(f"1/(x+{k})" for k in range(2000)), "steps of work"),
        ("1/x^9999/x^9999", "an exponent above"),
        ("1/(((x+y)^20)^20)^20", "steps of work"),
    ],
)
def test_limits(text, what):
    with pytest.raises(InputError, match=what):
        parse_quotient(text, NAMES, "entry")


def test_what_is_within_the_limits():
    assert parse_quotient("(3*x-5*y)^60", NAMES)[1] is ONE
    top, bottom = parse_quotient("1/(2*x+4*y)^60", NAMES)
    assert len(bottom) == 61 and top == {(): Fraction(1, 2**60)}
    assert parse_quotient("x/(1/y)/y", NAMES)[1] == {((1, 1),): 1}  # nothing is cancelled
