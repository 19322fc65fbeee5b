"""Texts of laws are read back: what is printed, what people type, and what is no such sum."""

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy
from reference import integrals as slow

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    assert_laws,
    check_law,
    complement,
    find_laws,
)
from pyconslaw.laws.closed_forms.candidate import read_law
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.closed_forms.law import ClosedLaw
from pyconslaw.laws.closed_forms.reading import _Function, read_closed
from pyconslaw.records.polynomial import Polynomial

SYSTEMS = [
    (["y", "z"], [["y - z + y*(y^2 + z^2)", "z + y + z*(y^2 + z^2)"]]),
    (["y", "z"], [["y + 2*z + y*(y^2 - 2*z^2)", "z + y + z*(y^2 - 2*z^2)"]]),
    (["s", "e", "n"], [["-s*n", "s*n", "-n*(1 + e)"]]),
    (["x", "y"], [["x - 2*y", "x + y"]]),
    (["x", "y"], [["2*x", "7*y"]]),
    (["x", "y"], [["x + y", "y"]]),
    (["x", "y", "a", "b"], [{"x": "a*x + 3*b*y", "y": "b*x + a*y"}]),
    (["x", "y", "a", "b", "c", "d"], [{"x": "a*x - b*x*y", "y": "d*x*y - c*y"}]),
    (["s", "i", "r", "b", "g"], [{"s": "-b*s*i", "i": "b*s*i - g*i", "r": "g*i"}]),
    (["r", "p"], [["p", "4/r^3 - 1/r^2"]]),
]


@pytest.mark.parametrize(("variables", "fields"), SYSTEMS)
def test_what_find_laws_prints_is_read_back(variables, fields):
    """By check_law, complement and assert_laws; the form is the same, up to what scales it."""
    net = System(variables, fields=fields)
    report = analyze(net)
    laws = find_laws(net, report=report)
    texts = [str(law) for law in laws]
    assert laws.complete and all(check_law(net, text) for text in texts)
    for law, text in zip(laws, texts, strict=True):
        form, scale = read_law(net, text)
        if isinstance(form, ClosedForm) and not law.form.is_power:
            assert (scale, str(ClosedLaw(net, form))) == (1, text)
    left = complement(net, texts, report=report)
    assert (left.dimension, len(left), left.complete) == (0, 0, True)
    assert assert_laws(net, len(laws), known=texts).laws == len(laws)


NET = System(["x", "y", "k"], fields=[{"x": 1}])


@pytest.mark.parametrize(
    "text",
    [
        "log(x)/2 - 3*k*log(y)/4 + x/y",
        "ln(2*x*y^2/(x + y))",
        "log(x^2 - y^2) + (k + 1)*log((x - y)/(x + y))",
        "atan(x/y)*k - arctan(1/(1 + x))/3",
        "arctan(sqrt(8)*x/y)/sqrt(2)",
        "sqrt(3)*log(x + sqrt(3)*y) - sqrt(3)*log(x - sqrt(3)*y)",
        "log((x + sqrt(1/2))^2 - y/7)/sqrt(2) - log((x - sqrt(1/2))^2 - y/7)/sqrt(2)",
        "sqrt(4)*log(x) + log(x + sqrt(2)) + log(x - sqrt(2))",
        "(k*log(x) + x*log(x))/(k + x)",
        "log ( x ) - arctan(sqrt(5)*(x + 1)/sqrt(5))",
        "log(x) + log(3) - log(x)",
    ],
)
def test_sums_mean_what_they_say(text):
    """The derivative by x, at a point, against SymPy."""
    form, scale = read_closed(text, {"x": 0, "y": 1, "k": 2}, "law")
    symbols = sympy.symbols("x y k")
    typed = text.replace("ln", "log").replace("^", "**").replace("arctan", "atan")
    expected = sympy.diff(sympy.sympify(typed), symbols[0])
    law = ClosedLaw(NET, form)
    for at in ([0.3, 1.7, 2.0], [2.5, 0.4, -1.0]):
        value = float(expected.subs(dict(zip(symbols, at, strict=True))).evalf())
        slope = law.gradient(at)[0]
        if form.is_power:  # printed as a product: its logarithm was read
            slope /= law.value(at)
        assert abs(slope / scale - value) < 1e-9


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("log(log(x))", "of a logarithm"),
        ("log(x)*log(y)", "product of logarithms"),
        ("log(x)^2", "product of logarithms"),
        ("1/log(x)", "in a denominator"),
        ("log(0*x)", "of zero"),
        ("log(x)/y", "no polynomial"),
        ("sqrt(x)*log(x)", "square root of something"),
        ("sqrt(0)*log(x)", "square root of something"),
        ("sqrt(2)*log(x)", "does not cancel"),
        ("sqrt(2)*x + log(y)", "does not cancel"),
        ("log(sqrt(2)*x + sqrt(3)*y)", "different square roots"),
        ("arctan(x + sqrt(2)*y)", "in one of its terms"),
        ("k*log(2) + log(x)", "constant, or a sum"),
        ("k*log(3*x)", "constant, or a sum"),
        ("k*arctan(1/2)", "constant, or a sum"),
        ("k*arctan(2*x^2*y/(x^4 - y^2))", "constant, or a sum"),
        ("log(x", "expected"),
        ("log(z)", "unknown variable 'z'"),
        ("exp(x) + log(x)", "unknown variable 'exp'"),
        ("log(x)/(sqrt(2)*sqrt(2) - 2)", "division by zero"),
    ],
)
def test_what_is_no_such_sum(text, what):
    with pytest.raises(
        InputError, match=f"law: .*{what}.* of {text[:6].replace('(', '.')}" and what
    ):
        check_law(NET, text)


def test_names_of_functions_may_be_variables():
    """log is a variable here, unless it is called."""
    net = System(["log", "x"], fields=[["x", "0"]])
    assert check_law(net, "x/(1 + x)") and check_law(net, "log(x) + x/(x + 1)")
    assert not check_law(net, "log/x + log(x)")


def test_refutations_have_the_derivative_of_the_text():
    net = System(["x", "y"], fields=[["x", "y"]])
    found = check_law(net, "log(x)/2 + log(y)/3")
    assert not found and found.derivative == Fraction(5, 6)
    moved = check_law(net, "x*log(y)")
    assert not moved and moved.derivative is None and "fields[0]" in moved.reason
    with pytest.raises(InputError, match=r"laws\[1\]: is not a conservation law"):
        complement(net, ["log(x) - log(y)", "log(x)"])


def drawn(draw, variables):
    """A polynomial with small coefficients that is not constant."""
    while True:
        terms = [
            (draw.randint(-3, 3), [(draw.randrange(variables), 1)] * draw.randint(0, 2))
            for _ in range(3)
        ]
        f = Polynomial.of(terms)
        if f.degree:
            return f


def test_random_forms_are_read_back(fresh_seed):
    """Values at points differ by a constant, which is that of logarithms of constants."""
    draw, net = random.Random(fresh_seed), System(["x", "y", "z"], phi=["x*y*z"])
    for _ in range(40):
        d = draw.choice([-1, -2, 2, 3, -5])
        linear = [(1, [(0, 1)]), (draw.randint(-3, 3), [(1, 1)]), (draw.randint(-3, 3), [])]
        inner = ClosedForm(((1, Polynomial.of(linear)),))
        form = ClosedForm(
            tuple((draw.choice([-2, 1, 3]), drawn(draw, 3)) for _ in range(2)),
            (drawn(draw, 3), drawn(draw, 3)),
            ((draw.choice([-1, 2]), drawn(draw, 3), drawn(draw, 3), d),),
            ((drawn(draw, 3), inner),),
        )
        law = ClosedLaw(net, form)
        again, scale = read_law(net, str(law))
        points = np.array([[0.31, 1.27, 0.73], [1.13, -0.43, 2.03], [0.97, 2.21, -1.37]])
        with np.errstate(all="ignore"):
            one, other = law.gradient(points), ClosedLaw(net, again).gradient(points) / scale
        good = (np.abs(one) < 1e6).all(axis=1)  # not at a pole, where both are rounded away
        assert np.allclose(one[good], other[good], rtol=1e-6, atol=1e-6), str(law)


def test_a_focus_with_the_text_of_a_paper():
    """Another way to write the law of a public question, by SymPy and by the library."""
    fields = [["y - z + y*(y^2 + z^2)", "z + y + z*(y^2 + z^2)"]]
    text = "arctan(z/y) - log(y^2 + z^2)/2 + log(1 + y^2 + z^2)/2"
    assert slow.is_law(text, ["y", "z"], fields)
    assert check_law(System(["y", "z"], fields=fields), text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        # its squares would be looked for up to 10^15
        ("log(x)*sqrt(1/1000000000000000000000000000057)", "a square root of a / b"),
        ("log(x)*sqrt(1000000000000000000000000000057)", "a square root of a / b"),
        # the factors of x^5040 - 1 take minutes
        ("log(x^5040 - 1)", "degree 5040"),
        ("log(x^100*y^100 - k^200 + 1)", "degree 200"),
        ("arctan((x^500 - 1)/(y^499 - k))", "degree 499"),
        ("log(y) + (x^500 - 1)/(y^499 - k)", "degree 500"),
        ("+".join(f"log(x^99 - {i}*y^98)" for i in range(1, 30)), "steps of work"),
        ("+".join(f"sqrt({10**14 + i})*log(x)" for i in range(2000)), "steps of work"),
    ],
)
def test_what_takes_too_long_is_refused(text, what):
    with pytest.raises(InputError, match=f"^law: .*{what}"):
        check_law(NET, text)


def test_norms_are_multiplied_out_within_limits():
    net = System(["x", "y", "k"], fields=[[0, 0, 1]])
    long = " + ".join(f"{i}*x^{i}*y^{j}" for i in range(1, 50) for j in range(50))
    with pytest.raises(LimitError, match="products of terms"):
        check_law(net, f"k*arctan(({long})/(x + y))")


def test_powers_of_variables_are_no_work():
    read = [read_law(NET, text)[0] for text in ("log(x^900*y^3)", "900*log(x) + 3*log(y)")]
    assert set(read[0].logs) == set(read[1].logs)


def test_square_roots_of_large_squares():
    """sqrt(p^2) = p, p^2 beyond all squares that are tried one by one."""
    p = 31_622_743  # prime, p^2 < 10^15
    assert read_law(NET, f"sqrt({p * p})*log(x)") == read_law(NET, f"{p}*log(x)")


def test_functions_are_looked_up_not_searched(monkeypatch):
    """Two functions are compared where their hashes agree."""
    compared, equal = [], _Function.__eq__
    monkeypatch.setattr(
        _Function, "__eq__", lambda one, other: compared.append(1) or equal(one, other)
    )
    form, _ = read_law(NET, " + ".join(f"log(x + {i % 100})" for i in range(300)))
    assert len(form.logs) == 100 and len(compared) <= 600
