"""The exact search for polynomial laws: all of them, in canonical form,
equal to the slow nullspace over Q.
"""

import random
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from verify.random_dags import draw, network

import pyconslaw.laws.polynomial.search as module
from pyconslaw import (
    InputError,
    LimitError,
    System,
    known_laws,
    linear,
    mlp,
    polynomial_laws,
    polynomial_system,
    product,
)
from pyconslaw.exact.primes import large_primes
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.polynomial.search import law_gradients, plan
from pyconslaw.laws.polynomial.search import polynomial_laws as search
from pyconslaw.records.polynomial import Polynomial

PRIME = 2**61 - 1


def order(monomial, size):
    """The documented order: by degree,
    then lexicographically by variables (x1^2 before x1 x2 before x2^2).
    """
    exponents = dict(monomial)
    return sum(exponents.values()), [-exponents.get(v, 0) for v in range(size)]


def assert_canonical(laws, size):
    own = []
    for law in laws:
        assert law == Polynomial.of(law.terms) and law.degree >= 1
        assert gcd(*(c for c, _ in law.terms)) == 1
        last_c, last = max(law.terms, key=lambda t: order(t[1], size))
        assert last_c > 0
        own.append(last)
    assert own == sorted(own, key=lambda m: order(m, size)) and len(set(own)) == len(own)
    for law, mine in zip(laws, own, strict=True):
        assert not {m for _, m in law.terms} & (set(own) - {mine})


def compare(phi, size, degrees):
    """Ours against the oracle on the same components {packed monomial: c}."""
    family = PolynomialFields([Polynomial.of(slow.terms(f)) for f in phi], size)
    found = search(family, degrees)
    expected = slow_laws.law_basis(phi, size, degrees)
    assert [dict(slow.polynomial(h.terms)) for h in found] == expected
    assert all(slow.is_law(slow.polynomial(h.terms), phi) for h in found)
    assert_canonical(found, size)
    return found


NETWORKS = [
    ([1, 2, 1], "relu", "none"),
    ([1, 1, 1, 1], "relu", "none"),
    ([2, 2, 1], "relu", "hidden"),
    ([1, 3, 1], "linear", "none"),
    ([2, 2, 1], "linear", "none"),
    ([1, 2, 2], "linear", "hidden"),
    ([1, 2, 2, 1], "linear", "none"),
    ([1, 1, 2, 1], ["linear", "relu"], "all"),
    ([1, 2], "linear", "all"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("degrees", [[1], [2], [3], [1, 2, 3]], ids=str)
def test_networks_against_the_oracle(network, degrees):
    phi, size = slow_networks.layered(*network)
    compare(list(dict(sorted(phi.items())).values()), size, degrees)


@pytest.mark.parametrize(
    "network", [NETWORKS[0], NETWORKS[4], ([1, 1, 1, 1, 1], "linear", "none")], ids=str
)
def test_degree_4_against_the_oracle(network):
    phi, size = slow_networks.layered(*network)
    found = compare(list(phi.values()), size, [4])
    assert found  # products of laws


monomials = st.dictionaries(st.integers(0, 2), st.integers(1, 3), min_size=1, max_size=2).map(
    lambda m: sorted(m.items())
)


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from([1, -1, 2, -3]), monomials), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True).map(sorted),
)
def test_random_systems_against_the_oracle(phi, degrees):
    phi = [f for f in map(slow.polynomial, phi) if slow.degree(f)]
    if phi:
        compare(phi, 3, degrees)


@given(
    st.lists(
        st.tuples(st.integers(-4, 4), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4
    ),
    st.integers(1, 4),
)
def test_quadratic_systems_against_the_oracle(entries, degree):
    """Linear gradient fields: many laws, and components that couple several monomials."""
    f = slow.polynomial(
        [
            (c, [(i, 1), (j, 1)] if i < j else [(i, 2)] if i == j else [(j, 1), (i, 1)])
            for c, i, j in entries
        ]
    )
    if slow.degree(f):
        compare([f], 3, [degree])


def test_law_with_long_coefficients():
    """The law b x - a y of a x + b y with 40-bit a, b: its quotient does not fit one prime."""
    a, b = 2**40 + 1, 2**40 - 1
    net = polynomial_system(["x", "y"], [f"{a}*x + {b}*y"])
    assert [str(h) for h in polynomial_laws(net, 1)] == [f"{a}*y - {b}*x"]


def test_float_trap_of_small_eigenvalues():
    """grad phi = (x/10, 2y/10, -3z/10) has the law x y z, the only one of degree 3."""
    net = polynomial_system(["x", "y", "z"], ["x^2/20 + 2*y^2/20 - 3*z^2/20"])
    assert [str(h) for h in polynomial_laws(net, 3)] == ["x*y*z"]


def test_degrees_without_laws():
    """x^2 - y^2 has the laws (x y)^k: none of odd degree, up to degree 11."""
    net = polynomial_system(["x", "y"], ["x^2 - y^2"])
    assert [len(polynomial_laws(net, k)) for k in range(1, 12)] == [0, 1] * 5 + [0]
    assert [str(h) for h in polynomial_laws(net, 11, up_to=True)] == [
        "x*y",
        "x^2*y^2",
        "x^3*y^3",
        "x^4*y^4",
        "x^5*y^5",
    ]


def test_product_basis():
    """T4: x_i^2 - x_1^2."""
    assert [str(h) for h in polynomial_laws(product(6), 2)] == [
        f"x{i}^2 - x1^2" for i in range(2, 7)
    ]


def test_sets_of_laws():
    found = polynomial_laws(linear([1, 3, 1]), 2)  # TRAP C: nine laws, five independent
    assert (found.degree, found.dimension, found.independent, len(found), found.complete) == (
        2,
        9,
        5,
        9,
        True,
    )
    found = polynomial_laws(linear([1, 2, 2, 1]), 2)  # TRAP A
    assert (found.dimension, found.independent, found.complete, found.verdict) == (
        6,
        6,
        False,
        "proved",
    )
    up_to = polynomial_laws(mlp([1, 2, 1]), 4, up_to=True)
    parts = [polynomial_laws(mlp([1, 2, 1]), k) for k in (1, 2, 3, 4)]
    assert [str(h) for h in up_to] == [str(h) for part in parts for h in part]
    assert up_to.dimension == sum(p.dimension for p in parts) == 2 + 3 and up_to.independent == 2


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_trap_c_scalar_input_and_output(n):
    """Linear 1-r-1: r^2 quadratic laws (the extra ones u_k v_l - u_l v_k), 2r - 1 of them
    independent.
    """
    found = polynomial_laws(linear([1, n, 1]), 2)
    assert (found.dimension, found.independent) == (n * n, 2 * n - 1)
    antisymmetric = [
        h
        for h in found
        if all(len(m) == 2 and m[0][0] < n <= m[1][0] for _, m in h.polynomial.terms)
    ]
    assert len(antisymmetric) == n * (n - 1) // 2


def test_idle_variables_are_laws():
    net = polynomial_system(["x", "y", "z"], ["x*y"])
    assert [str(h) for h in polynomial_laws(net, 1)] == ["z"]
    assert [str(h) for h in polynomial_laws(net, 2)] == ["y^2 - x^2", "z^2"]


def test_many_small_components():
    """Degree 2 on 90 parameters: 4095 unknowns that fall apart."""
    net = mlp([9, 5, 9])
    found = polynomial_laws(net, 2)
    assert {str(h) for h in known_laws(net)} == {negated(str(h)) for h in found}
    assert found.dimension == 5 and found.complete


def negated(text):
    plus, minus = [], []
    for term in text.replace(" - ", " + -").split(" + "):
        (minus if term.startswith("-") else plus).append(term.lstrip("-"))
    return " + ".join(minus) + "".join(f" - {t}" for t in plus)


@pytest.mark.parametrize("degree", [0, -1, True, 1.0, "2", None, [2]], ids=repr)
def test_bad_degree(degree):
    with pytest.raises(InputError, match="^degree: expected"):
        polynomial_laws(product(2), degree)


def test_coefficients_beyond_the_word_are_refused_by_the_search():
    family = PolynomialFields([Polynomial(((2**61, ((0, 2),)),))], 1)
    with pytest.raises(LimitError, match="phi: coefficients"):
        search(family, [2])


def test_coefficients_that_factors_of_all_monomials_make_too_large():
    """x^2 y has the derivative (2 (p - 1) / 2 + 1) x^2 y along ((p - 1) / 2) x d/dx + y d/dy:
    zero modulo p, the first prime.
    """
    prime = next(large_primes())
    family = PolynomialFields(
        [{0: Polynomial.of([(prime // 2, [(0, 1)])]), 1: Polynomial.of([(1, [(1, 1)])])}], 2
    )
    with pytest.raises(LimitError, match="phi: coefficients"):
        search(family, [1], times=(0, 1))


def test_gradients_of_laws():
    laws = [h.polynomial for h in polynomial_laws(product(3), 2)]
    point = [5, 7, 11]
    (block,) = law_gradients(laws, 3, point, PRIME)
    assert block.tolist() == [[PRIME - 10, 14, 0], [PRIME - 10, 0, 22]]


@pytest.mark.parametrize("dims", [[200, 200, 200], [300, 300]], ids=str)
def test_too_many_paths_or_unknowns(dims):
    with pytest.raises(LimitError):
        polynomial_laws(linear(dims), 2)


def both_ways(net, degrees):
    """By the graph (stated laws, sampled bound) and by explicit polynomials (lifted, multiplied
    out): the same.
    """
    found = search(net.fields(), degrees)
    assert found == search(net.explicit(), degrees)
    assert_canonical(found, net.size)
    return found


@pytest.mark.parametrize(
    "net",
    [
        linear([3, 3, 3]),
        mlp([2, 3, 2]),
        mlp([2, 3, 3, 2], ["linear", "relu"]),
        linear([2, 3, 2], bias="all"),
        linear([2, 1, 3, 1, 2]),
        product(5),
        linear([1, 4, 1]),
    ],
    ids=lambda n: n.name,
)
@pytest.mark.parametrize("degrees", [[1], [2], [3], [1, 2]], ids=str)
def test_graphs_and_written_systems(net, degrees):
    both_ways(net, degrees)


def test_120_random_graphs_both_ways():
    """Ties, frozen edges, idle parameters, outputs that feed on."""
    rng, laws = random.Random(11), 0
    for _ in range(120):
        net = network(draw(rng))
        laws += len(both_ways(net, [1, 2] if net.size < 20 else [1]))
    assert laws > 100


def test_degree_4_of_the_named_networks():
    assert len(both_ways(linear([3, 3, 3]), [4])) == 21  # products of six laws of degree 2
    assert len(both_ways(mlp([2, 3, 2]), [4])) == 6
    found = polynomial_laws(mlp([3, 4, 3]), 4)
    assert (found.dimension, found.independent, found.complete) == (10, 4, True)


@pytest.mark.parametrize(
    ("net", "laws"),
    [(mlp([10, 22, 22, 10]), 44), (linear([14, 20, 20, 16]), 420)],
    ids=lambda n: getattr(n, "name", n),
)
def test_degree_2_with_a_thousand_parameters(net, laws):
    found = search(net.fields(), [2])
    assert len(found) == laws
    assert_canonical(found, net.size)
    span = {m for h in found for _, m in h.terms}
    assert all(m in span for law in known_laws(net) for _, m in law.polynomial.terms)


def test_narrow_laws_are_stated_not_searched():
    """125 more laws of linear 1-50-1 than balances, in degree 2: no path needs to be listed."""
    assert len(search(linear([1, 50, 1]).fields(), [2])) == 2500
    assert len(search(linear([3, 1, 4, 1, 3]).fields(), [2])) == len(
        search(linear([3, 1, 4, 1, 3]).explicit(), [2])
    )


def test_laws_beyond_the_stated_ones(monkeypatch):
    """What a graph does not state is lifted from primes and multiplied out path by path; too
    many paths are named.
    """
    expected = search(linear([2, 3, 2]).fields(), [2])
    monkeypatch.setattr(module, "graph_laws", lambda graph, ask: ([], []))
    assert search(linear([2, 3, 2]).fields(), [2]) == expected != ()
    with pytest.raises(LimitError, match="^degree: there seem to be laws beyond .* 262144 paths"):
        search(linear([2] * 18).fields(), [2])


def test_laws_that_are_not_products():
    """1-2-2-1 has a seventh law, which no polynomial of degree 2 shows."""
    assert both_ways(linear([1, 2, 2, 1]), [4])


def test_plan_names_the_sizes():
    made = plan(linear([14, 20, 20, 16]).fields(), [2])
    assert (made.unknowns, made.largest) == (500500, 1000) and made.classes < 300_000
    assert (
        "500500 unknown coefficients in" in str(made) and made.memory > 2**24 and made.seconds > 0
    )
    with pytest.raises(LimitError, match="unknown coefficients"):
        plan(linear([100, 100]).fields(), [2])


@pytest.mark.parametrize("power", [0, 1, 2])
def test_laws_that_are_a_power_times_small_polynomials(power):
    """times: those of the full search, of degree up to power + 2, in which every monomial is
    divisible by s^power and by no other way.
    """
    net = System(
        ["x", "y", "p", "q", "s"], fields=[["p", "q", "-p", "-q", "s"], [0, 0, "x", "y", 0]]
    )
    found = search(net.explicit(), [1, 2], (4,) * power)
    full = search(net.explicit(), range(1, power + 3))
    wanted = [h for h in full if all(dict(m).get(4, 0) >= power for _, m in h.terms)]
    assert sorted(h.terms for h in found) == sorted(h.terms for h in wanted) and (
        power != 1 or found
    )
