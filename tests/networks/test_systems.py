"""Systems: what a user types in, cleared of denominators; refusals that name the place."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    Network,
    Polynomial,
    System,
    analyze,
    certify,
    check_law,
    count,
    known_laws,
    polynomial_laws,
    polynomial_system,
)
from pyconslaw.verify import verify_bytes

x, y, z = sympy.symbols("x y z")


def written(system):
    """The vector fields as SymPy expressions."""
    symbols = sympy.symbols(system.entry_names)
    return [
        [
            sum(
                (c * sympy.prod(symbols[v] ** e for v, e in m) for c, m in field[k].terms),
                sympy.Integer(0),
            )
            if k in field
            else 0
            for k in range(system.size)
        ]
        for field in system.written
    ]


def test_forms_of_an_entry():
    """The same vector field in every form that is taken."""
    spec = System(["x", "y"], fields=[["x*y/2", "-1/3"]]).spec
    assert spec == {
        "type": "fields",
        "variables": ["x", "y"],
        "fields": [[[0, [[3, [[0, 1], [1, 1]]]]], [1, [[-2, []]]]]],
    }
    for entries in (
        [x * y / 2, -sympy.Rational(1, 3)],
        ("x*y/2", Fraction(-1, 3)),
        {"y": "-1/3", "x": x * y / 2},
        sympy.Matrix([x * y / 2, -sympy.Rational(1, 3)]),
        [Polynomial(((3, ((0, 1), (1, 1))),)), -2],
    ):
        assert System([x, y], fields=[entries]).spec == spec


def test_polynomial_components_stay_components():
    net = System(["x", "y"], phi=["x*y/2", x**2])
    assert (
        net.spec == polynomial_system(["x", "y"], ["x*y", "x^2"]).spec
        and net.spec["type"] == "polynomials"
    )
    assert net.phi is not None and net.written is None and isinstance(net, Network)
    assert list(net.generators) == ["phi[0]", "phi[1]"]


def test_rational_components_become_vector_fields():
    net = System(["x", "y", "z"], phi=["x/y", "x*z"])
    assert (
        net.phi is None
        and net.components == {}
        and list(net.generators) == ["fields[0]", "fields[1]"]
    )
    assert written(net) == [[y, -x, 0], [z, 0, x]]
    assert (count(net), [str(h) for h in polynomial_laws(net, 2)]) == (1, ["z^2 - x^2 - y^2"])


def test_denominators_are_cleared():
    net = System(
        ["x", "y"],
        fields=[["1/(1 + y)", "x/(2*(1 + y))"], ["1/x", "1/y"], ["x/(y - 1)", "y/(1 - y)"]],
    )
    assert written(net) == [[2, x], [y, x], [-x, y]]


@settings(max_examples=8)
@given(
    st.lists(st.tuples(*[st.integers(-3, 3)] * 4), min_size=2, max_size=2),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_clearing_keeps_the_direction(rows, a, b):
    entries = [
        (p * x + q) / (a * x * y + b) + sympy.Rational(r, a) * y / (x + s) for p, q, r, s in rows
    ]
    if not any(sympy.simplify(e) for e in entries):
        return
    ((first, second),) = written(System([x, y], fields=[entries]))
    assert sympy.simplify(first * entries[1] - second * entries[0]) == 0
    assert sympy.simplify(entries[0]) == 0 or sympy.simplify(first) != 0
    coefficients = [c for f in (first, second) if f != 0 for c in sympy.Poly(f, x, y).coeffs()]
    assert all(c.is_Integer for c in coefficients) and abs(sympy.gcd_list(coefficients)) == 1


BAD = {
    "neither": ({}, "^phi: "),
    "both": ({"phi": ["x"], "fields": [["x", "y"]]}, "^phi: .*not both"),
    "no fields": ({"fields": []}, "^fields: expected a sequence of vector fields"),
    "text": ({"fields": "xy"}, "^fields: "),
    "number": ({"fields": 3}, "^fields: "),
    "a type": ({"fields": list}, "^fields: "),
    "field of a type": ({"fields": [list]}, r"^fields\[0\]: "),
    "mapping": ({"fields": {"x": 1}}, "^fields: "),
    "field of text": ({"fields": ["xy"]}, r"^fields\[0\]: "),
    "field of a number": ({"fields": [3]}, r"^fields\[0\]: "),
    "short": ({"fields": [["x"]]}, r"^fields\[0\]: expected 2 entries"),
    "long": ({"fields": [["x", "y"], ["x", "y", 1]]}, r"^fields\[1\]: expected 2"),
    "zero": (
        {"fields": [["x", "y"], [0, "x - x"]]},
        r"^fields\[1\]: expected a vector field that is not zero",
    ),
    "twice": ({"fields": [{"x": 1, x: 2}]}, r"^fields\[0\]: a variable occurs twice"),
    "empty": ({"fields": [{}]}, r"^fields\[0\]: expected a vector field that is not zero"),
    "unknown": ({"fields": [{"z": 1}]}, r"^fields\[0\]: unknown variable 'z'"),
    "key": ({"fields": [{0: 1}]}, r"^fields\[0\]: unknown variable 0"),
    "entry": ({"fields": [["x", "z"]]}, r"^fields\[0\]\[1\]: unknown variable 'z' at character 0"),
    "float": ({"fields": [[0.5, "x"]]}, r"^fields\[0\]\[0\]: expected an exact number"),
    "division": ({"fields": [["1/(x - x)", 1]]}, r"^fields\[0\]\[0\]: division by zero"),
    "denominators": ({"fields": [["1/(x+y)^70", "1/(x-y)^70"]] * 2}, None),
    "work": ({"fields": [["1/(x+y+1)^45", "(x+y)^300/(x-y+2)^2"]]}, r"^fields\[0\]: more than"),
    "constant component": (
        {"phi": ["x/x"]},
        r"^phi\[0\]: expected a component that is not constant",
    ),
    "constant component 2": (
        {"phi": ["x/y", "(x+y)/(2*x+2*y)"]},
        r"^phi\[1\]: expected a component that is not constant",
    ),
    "none": ({"fields": [[None, 1]]}, r"^fields\[0\]\[0\]: expected a string"),
}


@pytest.mark.parametrize("kind", BAD)
def test_refused(kind):
    arguments, what = BAD[kind]
    if what is None:
        assert System(["x", "y"], **arguments).size == 2
        return
    with pytest.raises(InputError, match=what):
        System(["x", "y"], **arguments)


@pytest.mark.parametrize(
    "names",
    [[], ["x", "x"], {"x"}, [x, "x"], [1], ["x y"], [x + y], [None], 5, [sympy.Symbol("a b")]],
    ids=repr,
)
def test_names(names):
    with pytest.raises(InputError, match="^variables: "):
        System(names, fields=[["x", "y"]])


def test_candidates_are_checked_against_the_vector_fields():
    net = System(["x", "y"], fields=[["y", "-x"]])
    assert check_law(net, "x^2 + y^2") and "vector fields" in check_law(net, "x^2 + y^2").reason
    found = check_law(net, "x^2/3")
    assert (bool(found), found.component, found.verdict) == (False, "fields[0]", "proved")
    assert found.derivative == Fraction(2, 3) * found.point["x"] * found.point["y"] != 0


def test_a_system_that_is_no_gradient_gives_other_numbers_than_its_potential():
    assert count(System(["x", "y", "z"], fields=[["0", "0", "1"], ["1", "0", "0"]])) == 1
    # a contact structure
    assert count(System(["x", "y", "z"], fields=[["0", "0", "1"], ["1", "z", "0"]])) == 0


def test_large_powers():
    """Coefficients of hundreds of bits and a common factor: the laws are those of the direction."""
    net = System(["x", "y", "z"], phi=["(3*x-5*y+z)^20", "(3*x-5*y+z)^21"])
    report = analyze(net)
    assert (report.laws, report.verdict) == (2, "proved")
    assert [str(h) for h in polynomial_laws(net, 1, report=report)] == ["5*x + 3*y", "3*z - x"]
    assert verify_bytes(certify(net, report=report).bytes).laws == 2
    assert count(System(["x", "y"], phi=["(3*x-5*y)^60", "(3*x-5*y)^61"])) == 1


def test_many_variables():
    """10 000 variables, few of which occur: the others are laws."""
    names = [f"x{k}" for k in range(10_000)]
    net = System(names, fields=[{"x1": "x2", "x2": "-x1"}, {"x5": "x7^60"}])
    report = analyze(net)
    assert (report.laws, report.verdict, report.parameters) == (9_998, "proved", 10_000)
    assert report.upper_by[0] == "2 parts without a common variable"
    laws = known_laws(net, report=report)
    assert len(laws) == 9_998 and laws.complete
    one = System(names, fields=[["1"] * 10_000])
    assert count(one) == 9_999


def test_known_laws_of_a_system_of_vector_fields():
    net = System(["x", "y", "z"], fields=[["y", "-x", 0]])
    assert [str(h) for h in known_laws(net)] == ["z", "x^2 + y^2"]


@pytest.mark.parametrize("zero", [["0", 0], {}, {"x": "x - x"}, [sympy.Integer(0), "0/y"]], ids=str)
def test_a_drift_that_is_zero_is_none(zero):
    plain, still = System("xy", phi=["x*y"]), System("xy", phi=["x*y"], drift=zero)
    assert still.spec == plain.spec and still.name == plain.name
    assert still.drift is None and still.poles == ()
    for flow in ("momentum", "natural"):
        moved = System("xy", fields=[["y", "x"]], drift=zero, flow=flow)
        assert moved.spec == System("xy", fields=[["y", "x"]], flow=flow).spec
    with pytest.raises(InputError, match="^drift: expected 2 entries"):
        System("xy", phi=["x*y"], drift=[0])
    with pytest.raises(InputError, match="^drift: unknown variable 'z'"):
        System("xy", phi=["x*y"], drift={"z": 0})
