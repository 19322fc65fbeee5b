"""Laws with names: values, gradients, trajectories, text that can be read back, LaTeX."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import polynomials as slow

from pyconslaw import Law, check_law, known_laws, linear, mlp, polynomial_laws, product
from pyconslaw.entries.parse import parse_polynomial
from pyconslaw.laws.law import latex_name
from pyconslaw.records.polynomial import Polynomial

NET = mlp([2, 3, 1], bias=True)
monomials = st.dictionaries(st.integers(0, NET.size - 1), st.integers(1, 4), max_size=3).map(
    lambda m: tuple(sorted(m.items()))
)
polys = st.lists(st.tuples(st.integers(-(10**6), 10**6), monomials), max_size=5).map(Polynomial.of)


@given(polys, st.lists(st.integers(-5, 5), min_size=NET.size, max_size=NET.size))
def test_values_and_gradients_are_exact_on_integers(h, point):
    f = slow.polynomial(h.terms)
    law = Law(NET, h)
    assert law.value(point) == slow.evaluate(f, point)
    assert law.gradient(point).tolist() == [
        slow.evaluate(slow.derivative(f, v), point) for v in range(NET.size)
    ]
    big = [x * 10**30 for x in point]
    assert int(law.value(big)) == slow.evaluate(f, big)
    assert [int(x) for x in law.gradient(big)] == [
        slow.evaluate(slow.derivative(f, v), big) for v in range(NET.size)
    ]


@given(polys, st.lists(st.floats(-2, 2), min_size=NET.size, max_size=NET.size))
def test_gradients_against_finite_differences(h, point):
    law, x = Law(NET, h), np.array(point)
    found = law.gradient(x)
    step = 1e-5
    for v in range(NET.size):
        e = np.zeros(NET.size)
        e[v] = step
        scale = sum(abs(c) for c, _ in h.terms) * 4**12 + 1
        assert abs((law.value(x + e) - law.value(x - e)) / (2 * step) - found[v]) < 1e-8 * scale


@given(polys)
def test_text_reads_back(h):
    law = Law(NET, h)
    names = {name: k for k, name in enumerate(NET.entry_names)}
    parsed = parse_polynomial(str(law), names)
    assert (parsed.numerator, parsed.denominator) == (h, 1)
    assert repr(float("nan")) not in law.latex()


@pytest.mark.parametrize(
    "net",
    [linear([2, 2, 2]), NET, product(12), mlp([2, 2, 2, 1], ["linear", "relu"], bias="all")],
    ids=lambda n: n.name,
)
def test_all_known_laws_read_back_and_are_conserved(net):
    laws = known_laws(net)
    for law in laws:
        again = check_law(net, str(law))
        assert again and again.verdict == "proved"
        assert bool(check_law(net, law)) and bool(check_law(net, law.polynomial))


@pytest.mark.parametrize(
    ("terms", "text", "latex"),
    [
        (
            [(1, [(0, 2)]), (-1, [(9, 2)])],
            "W1[0,0]^2 - W2[0,0]^2",
            r"\left(W^{(1)}_{0,0}\right)^{2} - \left(W^{(2)}_{0,0}\right)^{2}",
        ),
        (
            [(-1, [(0, 2)]), (1, [(9, 2)])],
            "W2[0,0]^2 - W1[0,0]^2",
            r"\left(W^{(2)}_{0,0}\right)^{2} - \left(W^{(1)}_{0,0}\right)^{2}",
        ),
        (
            [(2, [(0, 1), (1, 1)]), (-3, [(6, 1)])],
            "2*W1[0,0]*W1[0,1] - 3*b1[0]",
            r"2 W^{(1)}_{0,0} W^{(1)}_{0,1} - 3 b^{(1)}_{0}",
        ),
        ([(-1, [(6, 1)])], "-b1[0]", r"-b^{(1)}_{0}"),
        ([(-7, [])], "-7", "-7"),
        ([(1, [])], "1", "1"),
        ([], "0", "0"),
        ([(1, [(0, 3)]), (5, [])], "5 + W1[0,0]^3", r"5 + \left(W^{(1)}_{0,0}\right)^{3}"),
    ],
)
def test_printing(terms, text, latex):
    law = Law(NET, Polynomial.of(terms))
    assert (str(law), law.latex()) == (text, latex)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("x12", "x_{12}"),
        ("x_3", "x_{3}"),
        ("W12[3,10]", "W^{(12)}_{3,10}"),
        ("b2[7]", "b^{(2)}_{7}"),
        ("alpha", r"\mathrm{alpha}"),
        ("my_var", r"\mathrm{my\_var}"),
    ],
)
def test_latex_names(name, latex):
    assert latex_name(name) == latex


def test_latex_of_scalars_needs_no_parentheses():
    assert [law.latex() for law in polynomial_laws(product(3), 2)] == [
        "x_{2}^{2} - x_{1}^{2}",
        "x_{3}^{2} - x_{1}^{2}",
    ]


def test_law_sets_on_a_trajectory():
    laws = known_laws(NET)
    points = np.random.default_rng(0).normal(size=(4, 7, NET.size))
    found = laws.values(points)
    assert (
        found.shape == (4, 7, 3)
        and len(laws) == 3
        and list(laws) == list(laws.laws)
        and laws[-1] is laws.laws[2]
    )
    for t in np.ndindex(4, 7):
        assert found[t] == pytest.approx([float(law.value(points[t])) for law in laws])
    named = {
        "W1": points[..., :6].reshape(4, 7, 3, 2),
        "b1": points[..., 6:9],
        "W2": points[..., 9:].reshape(4, 7, 1, 3),
    }
    assert (laws.values(named) == found).all()
    assert laws[0].gradient(points).shape == (4, 7, NET.size)
    assert known_laws(linear([2, 3])).values(np.zeros((5, 6))).shape == (5, 0)


def test_conserved_along_gradient_descent_of_a_flow():
    """Runge-Kutta steps of the gradient flow of a linear network on random data: the laws stay,
    a non-law drifts.
    """
    net = linear([2, 3, 2])
    laws = known_laws(net)
    rng = np.random.default_rng(1)
    data, target = rng.normal(size=(2, 5)), rng.normal(size=(2, 5))

    def velocity(theta):
        first, second = theta[:6].reshape(3, 2), theta[6:].reshape(2, 3)
        residual = (second @ first @ data - target) @ data.T
        return -np.concatenate([(second.T @ residual).ravel(), (residual @ first.T).ravel()])

    theta = rng.normal(size=12)
    steps = [theta]
    for _ in range(500):
        h = 2e-4
        k1 = velocity(theta)
        k2 = velocity(theta + h / 2 * k1)
        k3 = velocity(theta + h / 2 * k2)
        k4 = velocity(theta + h * k3)
        theta = theta + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        steps.append(theta)
    values = laws.values(np.array(steps))
    assert np.abs(values - values[0]).max() < 1e-9
    norm = (np.array(steps) ** 2).sum(axis=1)
    assert np.abs(norm - norm[0]).max() > 1e-1


@pytest.mark.parametrize(
    "dtype", [np.float32, np.float64, np.int64, np.int8, np.complex128, object]
)
def test_kinds_of_numbers(dtype):
    law = known_laws(product(2))[0]
    assert law.value(np.array([100, 50], dtype=dtype)) == 7500
    assert law.gradient(np.array([100, 50], dtype=dtype)).tolist() == [200, -100]


def test_fractions_stay_exact():
    law = known_laws(product(2))[0]
    assert law.value(np.array([Fraction(1, 3), Fraction(1, 2)], dtype=object)) == Fraction(-5, 36)


def test_json():
    laws = known_laws(NET)
    assert laws.json() == {
        "network": NET.name,
        "degree": 2,
        "dimension": 3,
        "independent": 3,
        "laws": [str(h) for h in laws],
        "complete": True,
        "verdict": "proved",
    }
    assert laws.json(latex=True)["laws"] == [h.latex() for h in laws]


def test_laws_are_frozen():
    laws = known_laws(NET)
    with pytest.raises(dataclasses.FrozenInstanceError):
        laws.independent = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        laws[0].polynomial = None
