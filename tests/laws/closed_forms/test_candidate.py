"""Candidates beyond polynomials: proved, or refuted by a point."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from pyconslaw import InputError, System, check_law, find_laws, linear, product, to_latex, to_sympy
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.closed_forms.law import ClosedLaw

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
