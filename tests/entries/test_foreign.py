"""Entries that are no text: SymPy trees, python-flint polynomials, numbers, records."""

import sys
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.entries.foreign import read_quotient
from pyconslaw.entries.quotients import ONE
from pyconslaw.errors import InputError
from pyconslaw.records.polynomial import Polynomial

NAMES = {"x": 0, "y": 1, "W1[0,0]": 2}
X, Y, W = (sympy.Symbol(name) for name in NAMES)


def read(value):
    return read_quotient(value, NAMES, "entry")


def as_sympy(quotient):
    symbols = [X, Y, W]
    parts = [
        sum(
            (
                sympy.Rational(c.numerator, c.denominator)
                * sympy.prod(symbols[v] ** e for v, e in m)
                for m, c in terms.items()
            ),
            sympy.Integer(0),
        )
        for terms in quotient
    ]
    return parts[0] / parts[1]


@st.composite
def trees(draw, depth=3):
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(
            st.sampled_from(
                [
                    X,
                    Y,
                    W,
                    sympy.Integer(3),
                    sympy.Rational(-2, 7),
                    sympy.Integer(0),
                    sympy.Integer(-1),
                ]
            )
        )
    kind, a = draw(st.sampled_from(["+", "*", "^"])), draw(trees(depth=depth - 1))
    if kind == "^":
        e = draw(st.integers(-2, 3))
        return a**e if a != 0 or e >= 0 else a
    b = draw(trees(depth=depth - 1))
    return a + b if kind == "+" else a * b


@given(trees())
def test_sympy_trees(tree):
    if tree.has(sympy.zoo, sympy.nan):
        with pytest.raises(InputError):
            read(tree)
        return
    try:
        found = read(tree)
    # 1 / (x - x (1 + 0)) and the like, which SymPy leaves standing
    except InputError as error:
        assert (
            "division by zero" in str(error)
            and sympy.simplify(1 / tree) in (0, sympy.nan, sympy.zoo)
            or sympy.simplify(tree).has(sympy.zoo, sympy.nan)
        )
        return
    assert sympy.simplify(as_sympy(found) - tree) == 0


@pytest.mark.parametrize(
    "value",
    [
        3,
        -3,
        2**100,
        np.int64(3),
        Fraction(1, 3),
        sympy.Integer(5),
        sympy.Rational(1, 7),
        sympy.S.Half,
        flint.fmpz(3),
        flint.fmpq(2, 3),
    ],
    ids=repr,
)
def test_numbers(value):
    top, bottom = read(value)
    exact = (
        Fraction(str(value))
        if type(value).__module__.startswith(("sympy", "flint"))
        else Fraction(value)
    )
    assert bottom is ONE and top == {(): exact}
    assert read(0) == ({}, ONE)


def test_flint_polynomials_go_by_name():
    names = ["y", "q", "x"]
    for kind, half in ((flint.fmpz_mpoly_ctx, 1), (flint.fmpq_mpoly_ctx, flint.fmpq(1, 2))):
        y, q, x = kind.get(names, "degrevlex").gens()
        assert read((x**2 * y - 3) * half) == (
            {((0, 2), (1, 1)): Fraction(str(half)), (): -3 * Fraction(str(half))},
            ONE,
        )
        with pytest.raises(InputError, match="^entry: unknown variable 'q'"):
            read(x + q)


BAD = {
    "sine": sympy.sin(X),
    "symbolic power": X**Y,
    "root": sympy.sqrt(X),
    "float": X * 0.1,
    "imaginary": sympy.I * X,
    "infinity": sympy.oo,
    "nan": sympy.nan,
    "relation": sympy.Eq(X, Y),
    "true": sympy.true,
    "matrix": sympy.Matrix([X]),
    "other symbol": sympy.Symbol("z"),
    "function": sympy.Function("f")(X),
    "derivative": sympy.Derivative(X**2, X),
    "power": (X + Y) ** 10000,
    "exponent": X**10**30,
    "minus exponent": X ** -(10**30),
    "digits": sympy.Integer(2) ** 40000,
    "deep": None,
    "inverse of a power": 1 / (X + Y) ** 10000,
    "class": sympy.Symbol,
    "binary": 0.1,
    "bool": True,
    "none": None,
    "list": [],
    "bytes": b"x",
    "object": object(),
    "complex": 1j,
    "numpy float": np.float64(0.5),
    "array": np.array([1]),
    "flint power": None,
    "decimal nan": float("nan"),
}
tower = X
for _ in range(150):
    tower = sympy.Mul(sympy.Add(tower, 1, evaluate=False), Y, evaluate=False)
BAD["deep"] = tower
BAD["flint power"] = flint.fmpz_mpoly_ctx.get(["x"], "lex").gens()[0] ** 20000


@pytest.mark.parametrize("kind", BAD)
def test_refused(kind):
    with pytest.raises(InputError, match="^entry: "):
        read(BAD[kind])


def test_subclasses_that_call_themselves_symbols_are_taken_by_name_alone():
    assert read(sympy.Dummy("x")) == read("x")
    with pytest.raises(InputError, match="unknown variable"):
        read(sympy.Symbol("__import__('os')"))


def test_records():
    assert read(Polynomial(((2, ((0, 1),)),))) == ({((0, 1),): 2}, ONE)
    with pytest.raises(InputError, match="^entry: expected integer coefficients"):
        read(Polynomial(((2, ((3, 1),)),)))


def test_sympy_is_not_imported_for_others():
    import subprocess

    code = (
        "import sys; from pyconslaw import System; System(['x'], fields=[['x']]); "
        "print('sympy' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "False"
    )
