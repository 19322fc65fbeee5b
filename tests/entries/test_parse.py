"""The parser of polynomials: grammar, precedence, positions of errors,
and limits that hold against hostile text.
"""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reference import polynomials as slow

from pyconslaw.entries.parse import parse_polynomial
from pyconslaw.errors import InputError
from pyconslaw.records.polynomial import Polynomial

NAMES = {"x": 0, "y": 1, "W1[0,0]": 2, "W1[0,12]": 3, "b_2": 4}


def parsed(text):
    """{monomial factors: rational coefficient}."""
    found = parse_polynomial(text, NAMES)
    assert found.denominator >= 1 and found.numerator == Polynomial.of(found.numerator.terms)
    return {m: Fraction(c, found.denominator) for c, m in found.numerator.terms}


def failure(text, names=NAMES, name="law"):
    with pytest.raises(InputError) as caught:
        parse_polynomial(text, names, name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    return message


X, Y = ((0, 1),), ((1, 1),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", {X: 1}),
        ("-x", {X: -1}),
        ("+x", {X: 1}),
        ("0", {}),
        ("7", {(): 7}),
        ("007", {(): 7}),
        ("x + y - x", {Y: 1}),
        ("x - y - y", {X: 1, Y: -2}),
        ("-x^2", {((0, 2),): -1}),
        ("-2^2", {(): -4}),
        ("(-2)^2", {(): 4}),
        ("2*x^2*y", {((0, 2), (1, 1)): 2}),
        ("2*x**2", {((0, 2),): 2}),
        ("x*y*x", {((0, 2), (1, 1)): 1}),
        ("x/2 - y/3", {X: Fraction(1, 2), Y: Fraction(-1, 3)}),
        ("6/2/3*x", {X: 1}),
        ("x/2*y", {((0, 1), (1, 1)): Fraction(1, 2)}),
        ("1/2*x", {X: Fraction(1, 2)}),
        ("(x+y)*(x-y)", {((0, 2),): 1, ((1, 2),): -1}),
        ("x*(y+1)-x*y", {X: 1}),
        ("(x+y)^2 - x^2 - y^2", {((0, 1), (1, 1)): 2}),
        ("x^0", {(): 1}),
        ("0^0", {(): 1}),
        ("(x-x)^0", {(): 1}),
        ("0^3", {}),
        ("(x+y)^0", {(): 1}),
        ("(x+1)^1", {X: 1, (): 1}),
        ("x*(-y)", {((0, 1), (1, 1)): -1}),
        ("x/(1/2)", {X: 2}),
        ("x/(2+1)", {X: Fraction(1, 3)}),
        ("W1[0,0]^2 - W1[0,12]^2", {((2, 2),): 1, ((3, 2),): -1}),
        ("W1[0, 0]*b_2", {((2, 1), (4, 1)): 1}),
        (" x\t+\n y ", {X: 1, Y: 1}),
        ("((((x))))", {X: 1}),
        ("3*x^2/6", {((0, 2),): Fraction(1, 2)}),
        ("2^10*x", {X: 1024}),
        ("0.5*x", {X: Fraction(1, 2)}),
        ("0.10*x - 1.250*y", {X: Fraction(1, 10), Y: Fraction(-5, 4)}),
        ("x/0.25", {X: 4}),
        ("0.0*x", {}),
        ("x^10000", {((0, 10000),): 1}),
        ("-(x - y)", {X: -1, Y: 1}),
        ("x-(y-x)", {X: 2, Y: -1}),
        (f"{10**60}*x/{10**59}", {X: 10}),
    ],
)
def test_grammar(text, expected):
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", 0, "unexpected end"),
        ("x+", 2, "unexpected end"),
        ("x*", 2, "unexpected end"),
        ("(x", 2, r"expected )"),
        ("x)", 1, "unexpected ')'"),
        ("()", 1, "unexpected ')'"),
        ("x$y", 1, "unexpected character"),
        ("x y", 2, "unexpected 'y'"),
        ("2x", 1, "unexpected 'x'"),
        ("1.*x", 1, "unexpected character"),
        (".5*x", 0, "unexpected character"),
        ("0.5.5*x", 3, "unexpected character"),
        ("x^2.0", 2, "exponent"),
        ("1e5*x", 1, "unexpected 'e5'"),
        ("x2", 0, "unknown variable 'x2'"),
        ("x+z", 2, "unknown variable 'z'"),
        ("W1[0,1]", 0, "unknown variable"),
        ("W1", 0, "unknown variable"),
        ("x*-y", 2, "a sign after an operator needs parentheses"),
        ("x+-1*y", 2, "a sign after an operator needs parentheses"),
        ("x^-1", 2, "exponent"),
        ("x^y", 2, "exponent"),
        ("x^(2)", 2, "exponent"),
        ("x^2^2", 3, "needs parentheses"),
        ("x^", 2, "exponent"),
        ("x^10001", 2, "exponent above"),
        ("x/y", 3, "division"),
        ("x/0", 3, "division"),
        ("x/(1-1)", 7, "division"),
        ("x=y", 1, "unexpected character"),
        ("x;y", 1, "unexpected character"),
        ("*x", 0, "unexpected '*'"),
        ("x//2", 2, "unexpected '/'"),
        ("x***2", 3, "exponent"),
        ("__import__", 0, "unexpected character"),
        ("x\x00", 1, "unexpected character"),
        ("é", 0, "unexpected character"),
        ("x²", 1, "unexpected character"),
        ("２", 0, "unexpected character"),
        ("x[0]", 0, "unknown variable"),
        ("1e3", 1, "e3"),
    ],
)
def test_errors_name_the_place(text, place, what):
    message = failure(text)
    assert what in message
    assert f"at character {place} of {text[:80]!r}" in message


def test_white_space_before_the_wrong_character_does_not_shift_its_place():
    assert "at character 6" in failure("x  +  $")
    assert "at character 4" in failure("x + z")
    assert "at character 3" in failure("x  y")


@pytest.mark.parametrize("text", [None, 5, 1.5, b"x", ["x"], {"x": 1}], ids=repr)
def test_other_types_are_refused(text):
    assert f"expected a string, got {type(text).__name__}" in failure(text)


def test_long_text_is_cut_in_the_message():
    message = failure("x+" * 5000 + "$")
    assert len(message) < 300 and "at character 10000" in message


LIMITS = {
    "too long": ("9" * 10**7, "10000000 characters"),
    "digits": ("9" * 2501, "too many digits"),
    "a million digits": ("9" * 10**6, "too many digits"),
    "exponent digits": ("x^" + "9" * 2501, "too many digits"),
    "exponent": ("x^99999", "an exponent above 10000"),
    "exponent of a power": ("(x^200)^200", "an exponent above 10000"),
    "exponent of a product": ("x^9999*x^2", "an exponent above 10000"),
    "squares of squares": ("(" * 90 + "x" + ")^2" * 90, "an exponent above 10000"),
    "big power": ("2^10000", "10000 bits"),
    "tower": ("(9^999)^999", "10000 bits"),
    "big denominator": ("(1/2)^10000", "10000 bits"),
    "squared fractions": ("(" * 90 + "1/3" + ")^2" * 90, "10000 bits"),
    "products of numbers": ("9" * 2000 + ("*" + "9" * 2000) * 5, "10000 bits"),
    "parentheses": ("(" * 101 + "x" + ")" * 101, "100 nested parentheses"),
    "open": ("(" * 10**6, "100 nested parentheses"),
    "signs": ("-(" * 101 + "x" + ")" * 101, "100 nested parentheses"),
}


@pytest.mark.parametrize("kind", LIMITS)
def test_limits(kind):
    text, what = LIMITS[kind]
    assert what in failure(text)


def test_what_is_within_the_limits_is_read():
    assert parsed("(" * 100 + "x" + ")" * 100) == {X: 1}
    assert parsed("9" * 2500) == {(): 10**2500 - 1}
    assert parsed("x+" * 10000 + "x") == {X: 10001}
    assert len(parsed("(x+y+1)^30")) == 31 * 32 // 2
    assert parsed("2^4990*x/2^4990") == {X: 1}


def test_long_monomials_count_as_work():
    """A step of work is a bounded number of moves, however many variables a monomial has."""
    names = {f"v{k}": k for k in range(10_000)}
    product = "*".join(names)
    (term,) = parse_polynomial(product, names).numerator.terms
    assert term == (1, tuple((k, 1) for k in range(10_000)))
    for text in (
        f"({product}+1)^30",
        "*".join(reversed(names)),
        f"({product})*({product})*({product})^2+v0*({product})",
    ):
        assert "steps of work" in failure(text, names)


def test_exponents_are_limited_where_they_arise():
    for text in ("x^10000*x", "(x*y^5000)^3", "(x+y^5000)^3", "(x^5000+1)*(y+x^5001)"):
        assert "an exponent above 10000" in failure(text)
    assert parsed("x^10000*y^10000") == {((0, 10_000), (1, 10_000)): 1}


BOMBS = {
    "power of a power": ("'((x+y)^100)^100'", "steps of work"),
    "high power": ("'(x+y)^10000'", "steps of work"),
    "many factors": ("'*'.join(f'(x+{k})' for k in range(5000))", "steps of work"),
    "nested powers": ("'('*50 + 'x+y' + ')^9'*50", "steps of work"),
    "repeated division": (
        "'(' + '+'.join(f'x^{k}' for k in range(1, 9000)) + ')' + '/1'*450_000",
        "",
    ),
    "growing denominators": ("'+'.join(f'x/{10**40 + k}' for k in range(20_000))", ""),
}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(k, marks=pytest.mark.long) if k in ("high power", "nested powers") else k
        for k in BOMBS
    ],
)
def test_expression_bombs_do_not_explode(kind):
    """In another process with a guard: every short text is answered, by a polynomial or by a
    refusal.
    """
    expression, what = BOMBS[kind]
    code = f"""
from pyconslaw.errors import InputError
from pyconslaw.entries.parse import parse_polynomial
try:
    parse_polynomial({expression}, {{"x": 0, "y": 1}})
except InputError as error:
    print("refused:", error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=25)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused") and what in done.stdout


@st.composite
def expressions(draw, depth=3):
    """(text, value): a random expression beside its value by the oracle's polynomials with
    Fractions.
    """
    if depth == 0 or draw(st.booleans()):
        name = draw(st.sampled_from(["x", "y", "W1[0,0]", None]))
        if name is None:
            number = draw(st.integers(0, 50))
            return str(number), slow.polynomial([(Fraction(number), [])])
        return name, {1 << 8 * NAMES[name]: Fraction(1)}
    kind = draw(st.sampled_from("+-*/^~"))
    text, value = draw(expressions(depth=depth - 1))
    if kind == "~":
        return f"(-({text}))", slow.add({}, value, -1)
    if kind == "^":
        e = draw(st.integers(0, 3))
        return f"({text})^{e}", slow.power(value, e) if value or e else {0: Fraction(1)}
    if kind == "/":
        d = draw(st.integers(1, 9))
        return f"({text})/{d}", slow.add({}, value, Fraction(1, d))
    other, right = draw(expressions(depth=depth - 1))
    if kind == "*":
        return f"({text})*({other})", slow.multiply(value, right)
    return f"({text}){kind}({other})", slow.add(value, right, 1 if kind == "+" else -1)


@given(expressions())
def test_random_expressions_against_the_oracle(case):
    text, value = case
    assert parsed(text) == {tuple(slow.factors(m)): c for m, c in value.items()}


@given(st.text(alphabet="xyz0123456789+-*/^()[], W$.\n", max_size=30))
@example("x^(")
@example("((")
def test_random_text_is_read_or_refused(text):
    try:
        parsed(text)
    except InputError as error:
        assert str(error).startswith("expression: ")
