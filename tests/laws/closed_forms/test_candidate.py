"""Candidates beyond polynomials: proved, or refuted by a point."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import integrals as slow

from pyconslaw import (
    InputError,
    LimitError,
    System,
    check_law,
    find_laws,
    linear,
    product,
    to_latex,
    to_sympy,
)
from pyconslaw.laws.closed_forms.candidate import read_law
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.closed_forms.law import ClosedLaw
from pyconslaw.laws.stated.products import product_of
from pyconslaw.records.polynomial import Polynomial

SCALING = System(["x", "y"], fields=[["x", "y"], ["x^2", "x*y"]])
LOTKA = System(["x", "y"], fields=[["x*(1 - y)", "y*(x - 1)"]])


@pytest.mark.parametrize(
    "text", ["x/y", "(x + y)/(2*x - y)", "x^3/(y^3 - x*y^2)", "1/(1 + y/x)", "x/y/3 + 1/2"]
)
def test_quotients_that_are_conserved(text):
    found = check_law(SCALING, text)
    assert found and found.verdict == "proved" and found.point is None


@pytest.mark.parametrize("text", ["x/(1 + y)", "1/x", "x^2/y", "(x - 1)/(y - 1)"])
def test_quotients_that_are_not(text):
    """The derivative at the point, by SymPy."""
    found = check_law(SCALING, text)
    assert not found and found.verdict == "proved" and found.derivative != 0
    x, y = sympy.symbols("x y")
    h = sympy.sympify(text.replace("^", "**"))
    field = (
        {"fields[0]": (x, y), "fields[1]": (x, y)}[found.component]
        if found.component == "fields[0]"
        else (x**2, x * y)
    )
    slope = (sympy.diff(h, x) * field[0] + sympy.diff(h, y) * field[1]).subs(
        {x: found.point["x"], y: found.point["y"]}
    )
    assert Fraction(int(slope.p), int(slope.q)) == found.derivative


def test_closed_laws_as_candidates():
    law = find_laws(LOTKA)[0]
    assert check_law(LOTKA, law)
    wrong = ClosedLaw(LOTKA, ClosedForm(((1, law.form.logs[0][1]),), law.form.quotient))
    found = check_law(LOTKA, wrong)
    assert not found and found.derivative
    turning = System(["x", "y"], fields=[["x - y", "x + y"]])
    spiral = find_laws(turning)[0]
    assert check_law(turning, spiral)
    c, u, w, d = spiral.form.angles[0]
    found = check_law(
        turning,
        ClosedLaw(turning, ClosedForm(spiral.form.logs, spiral.form.quotient, ((c + 1, u, w, d),))),
    )
    assert not found and found.derivative
    with pytest.raises(InputError, match="is a law of"):
        check_law(turning, law)


def test_polynomials_go_their_way():
    assert check_law(product(2), "x1^2/2 - x2^2/2") and check_law(
        linear([1, 1, 1]), "W1[0,0]^2 - W2[0,0]^2"
    )
    assert not check_law(product(2), "x1/x2")
    for bad in ("x1/0", "x1/(x2 - x2)", "x1/x3", "/x1"):
        with pytest.raises(InputError):
            check_law(product(2), bad)


def test_exports_agree_with_values():
    for net in (
        LOTKA,
        SCALING,
        System(["x", "y"], fields=[["2*x", "7*y"]]),
        System(["x", "y"], fields=[["x - 2*y", "x + y"]]),
        System(["x", "y"], fields=[["x + 2*y", "x + y"]]),
    ):
        law = find_laws(net)[0]
        value = float(
            to_sympy(law).subs({"x": sympy.Rational(7, 3), "y": sympy.Rational(1, 2)}).evalf()
        )
        shift = value - float(law.value(np.array([7 / 3, 0.5])))
        assert abs(shift) < 1e-9 and to_sympy(find_laws(net)) == [to_sympy(law)]
        assert to_latex(law) == law.latex() and law.latex() in to_latex(find_laws(net))


ALONG_Z = System(["x", "y", "z"], fields=[[0, 0, 1]])


@pytest.mark.parametrize(
    "text",
    [
        "z*arctan((x+y)/(x-y)) + z*arctan((x-y)/(x+y)) - z*arctan(y/x) - z*arctan(x/y)",
        "z*arctan(y/x) + z*arctan(x/y)",
        "z*arctan((x+2*y)/(2*x-y)) - z*arctan(y/x)",
    ],
)
def test_no_verdict_where_constants_decide(text):
    """What is multiplied by z is constant where it is defined, and may be 0."""
    with pytest.raises(InputError, match="law: arctangents that differ by constants"):
        check_law(ALONG_Z, text)


def test_angles_that_differ_by_constants():
    """Where no constant decides there is a verdict: z is moved, and its coefficient stays."""
    found = check_law(ALONG_Z, "z*arctan(y/x) - z*arctan(x/y)")
    assert not found and found.coefficient in ("2*z", "-2*z") and found.derivative is None
    assert check_law(ALONG_Z, "arctan(y/x) + arctan(x/y)").verdict == "proved"
    still = System(["x", "y", "z", "t"], fields=[[0, 0, 0, 1]])
    assert check_law(still, "z*arctan(y/x) + z*arctan(x/y)")
    assert check_law(still, "(z + t)*log(x) - t*log(x)")


@pytest.mark.parametrize("fields", [["1", "0"], ["x", "y"], ["y", "0"]])
def test_a_coefficient_that_moves_claims_nothing_about_the_derivative(fields):
    """x log(y): log is undefined at y = 0, and the derivative log(y) is 0 at y = 1."""
    found = check_law(System(["x", "y"], fields=[fields]), "x*log(y)")
    assert not found and (found.coefficient, found.derivative) == ("x", None)
    assert found.point["y"] != 0 and "the coefficient x of" in found.reason
    assert "its derivative" not in str(found) and "that of the coefficient" in str(found)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("log(x + 1) + log(x + y)", ["x + 1", "x + y"]),
        ("arctan(y/x)", ["x"]),
        ("arctan(1/y) + x", ["y"]),
        ("1/x + log(y)/2 + arctan(x/(y - 1))", ["x", "y", "y - 1"]),
        ("x/y + log(y - x)", ["y", "y - x"]),
    ],
)
def test_refuting_points_are_where_everything_is_defined(text, others):
    """By SymPy, the derivative too."""
    found = check_law(System(["x", "y"], fields=[["1", "1 + x^2"]]), text)
    x, y = symbols = sympy.symbols("x y")
    at = {x: found.point["x"], y: found.point["y"]}
    assert all(sympy.sympify(f).subs(at) != 0 for f in others), at
    h = sympy.sympify(text.replace("arctan", "atan"))
    slope = sum(sympy.diff(h, v) * f for v, f in zip(symbols, (1, 1 + x**2), strict=True))
    assert slope.subs(at) == sympy.Rational(str(found.derivative)) != 0


SIX = [f"x{k}" for k in range(6)]
_BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from pyconslaw import System, check_law
names = [f"x{k}" for k in range(6)]
net = System(names, fields=[[1] * 6])
text = " + ".join(
    "log(" + " + ".join(f"{(7 * i + 3 * j * j + i * j) % 19 + 1}*{x}" for j, x in enumerate(names))
    + " + 1)" for i in range(20)
)
found = check_law(net, text)
assert not found and found.verdict == "proved" and found.derivative
"""


def test_many_logarithms_are_refuted_without_multiplying_out():
    """Their common denominator has degree 20 in six variables."""
    done = subprocess.run([sys.executable, "-c", _BOUNDED], timeout=120, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_what_would_have_to_be_multiplied_out_is_counted(monkeypatch):
    """log(P Q R) - log(P) - log(Q) - log(R), with the product not taken apart."""
    net = System(SIX, fields=[{v: f"{v}^2 + 1" for v in SIX}])
    linear = [
        Polynomial.of([(k + j + 1, [(j, 1)]) for j in range(6)] + [(1, [])]) for k in range(3)
    ]
    logs = ((1, product_of(linear)), *((-1, f) for f in linear))
    law = ClosedLaw(net, ClosedForm(logs))
    assert check_law(net, law)
    monkeypatch.setattr("pyconslaw.laws.closed_forms.candidate.WORK_LIMIT", 1000)
    with pytest.raises(LimitError, match="law: more than 1000 products of terms"):
        check_law(net, law)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_derivatives_at_points_agree_with_differences(data):
    """Random quotients, logarithms and angles in two variables."""
    number = st.integers(-4, 4)
    a, b, c, d, e = (data.draw(number) for _ in range(5))
    text = f"({a}*x*y + 1)/(y + {abs(b) + 1}) + ({c})*log(x^2 + {abs(b) + 1})"
    text += f" + ({d})*arctan(y/(x + 5))"
    net = System(["x", "y"], fields=[["1", f"{e}*x + y"]])
    found = check_law(net, text)
    if found:
        assert a == c == d == 0 or slow.is_law(text, ["x", "y"], [["1", f"{e}*x + y"]])
        return
    at = np.array([found.point["x"], found.point["y"]], dtype=float)
    along = np.array([1.0, e * at[0] + at[1]])
    form, scale = read_law(net, text)
    slope = ClosedLaw(net, form).gradient(at) @ along / scale
    assert abs(slope - float(found.derivative)) < 1e-9 * max(1.0, abs(slope))
