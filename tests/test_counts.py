"""Named counts and families of networks and systems whose counts are known: proved, certified,
accepted.
"""

import pytest
import searched
from named import COUNTS, build
from reference import networks as slow_networks
from reference import polynomials as slow

from pyconslaw import (
    analyze,
    certify,
    count,
    known_laws,
    linear,
    mlp,
    network_of,
    polynomial_laws,
    polynomial_system,
    product,
)
from pyconslaw.verify import verify_bytes

# phi = U V^T with U n x r, V m x r
TWO_LAYERS = {
    (1, 1, 1): 1,
    (1, 1, 3): 5,
    (1, 2, 2): 3,
    (1, 2, 4): 9,
    (2, 2, 1): 1,
    (2, 2, 2): 3,
    (2, 2, 3): 6,
    (2, 2, 5): 14,
    (3, 2, 3): 6,
    (3, 3, 2): 3,
    (3, 1, 4): 10,
    (2, 1, 4): 9,
}
DEEP = {
    (2, 2, 2, 2): 6,
    (2, 1, 2, 2): 4,
    (1, 2, 1, 2): 4,
    (2, 3, 1, 2): 7,
    (1, 2, 2, 2): 6,
    (1, 1, 1, 1): 2,
}
PATH_LIFTINGS = {
    ("2-2-2-2", False): (12, 4),
    ("2-2-2-2", True): (16, 4),
    ("2-2-2-2", "all"): (18, 4),
    ("2-3-2", "all"): (17, 3),
    ("2-2-3-2-2", False): (20, 7),
}


@pytest.mark.parametrize("name", COUNTS)
def test_named_counts_are_proved_certified_and_accepted(name):
    net = build(name)
    report = analyze(net)
    assert (report.laws, report.verdict, report.laws_min, report.laws_max) == (
        COUNTS[name],
        "proved",
        COUNTS[name],
        COUNTS[name],
    )
    assert report.network == name and report.parameters == net.size and report.object == net.object
    assert (
        report.lower.rank == net.size - COUNTS[name]
        and report.upper_by
        and report.error_bound is None
    )
    accepted = verify_bytes(certify(net, report=report).bytes)
    assert (accepted.laws, accepted.parameters, accepted.system) == (COUNTS[name], net.size, name)
    assert count(net) == COUNTS[name]


MANY_ROUNDS = {"linear 2-8-8-2": 72, "linear 2-16-16-2": 272, "linear 1-20-20-2": 420}


@pytest.mark.parametrize("name", MANY_ROUNDS)
def test_counts_that_take_many_rounds(name):
    """Wide consecutive layers between narrow ends: a number of rounds in proportion to the
    width.
    """
    report = analyze(build(name))
    assert (report.laws, report.verdict) == (MANY_ROUNDS[name], "proved")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=pytest.mark.long) if n == "linear 1-20-20-2" else n
        for n in MANY_ROUNDS
    ],
)
def test_certificates_of_many_rounds_are_accepted(name):
    """What is proved here is proved to the checker: it does not decline the words that the
    search chose.
    """
    assert verify_bytes(certify(build(name)).bytes).laws == MANY_ROUNDS[name]


@pytest.mark.parametrize(("shape", "laws"), TWO_LAYERS.items())
def test_two_linear_layers(shape, laws):
    """T1: r (r + 1) / 2 for r <= N = n + m, else N r - N (N - 1) / 2."""
    n, m, r = shape
    report = analyze(linear([m, r, n]))
    assert (report.laws, report.verdict) == (laws, "proved")


@pytest.mark.parametrize(("dims", "laws"), DEEP.items())
def test_deep_linear(dims, laws):
    report = analyze(linear(dims))
    assert (report.laws, report.verdict) == (laws, "proved")


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dims", [(1, 1, 1), (2, 3, 2), (3, 5, 1), (1, 4, 3), (4, 7, 4)])
def test_two_relu_layers(dims, bias):
    """T2: one law for each hidden neuron, |out|^2 - |in|^2 (- bias^2)."""
    net = mlp(dims, bias=bias)
    report = analyze(net)
    assert (report.laws, report.verdict, report.object) == (dims[1], "proved", "path-lifting")
    laws, _ = slow_networks.balance(dims, "hidden" if bias else "none")
    assert [slow.polynomial(h.polynomial.terms) for h in known_laws(net, report=report)] == laws


@pytest.mark.parametrize(("network", "expected"), PATH_LIFTINGS.items())
def test_path_liftings(network, expected):
    """T3: the number of hidden neurons; brackets add nothing."""
    net = network_of("relu", network[0], bias=network[1])
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (*expected, "proved")
    assert report.method == "spanning paths"
    search = searched.analyze(net)
    assert (search.laws, set(search.rank_by_round)) == (expected[1], {net.size - expected[1]})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_product(size):
    """T4: one generator, D - 1 laws x_i^2 - x_1^2."""
    report = analyze(product(size))
    reason = "single generator" if size > 1 else "number of parameters (1)"
    assert (report.laws, report.verdict, report.upper_by) == (size - 1, "proved", (reason,))
    laws = polynomial_laws(product(size), 2, report=report)
    assert laws.independent == laws.dimension == size - 1 and laws.complete


def test_full_rank_systems_are_proved():
    """Two random components: brackets fill the space, no laws, nothing left to doubt."""
    net = polynomial_system("xyz", ["x^3*y + z", "x*z^2 - y^3"])
    report = analyze(net)
    assert (report.laws, report.verdict) == (0, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 0


def test_large_systems():
    """Eighty variables, too many for the unasked search of laws:
    the algebra of two commuting vector fields closes.
    """
    names = [f"x{i}" for i in range(80)]
    net = polynomial_system(
        names,
        ["*".join(names[:40]), "+".join(f"{x}^{3 + i % 3}" for i, x in enumerate(names[40:]))],
    )
    report = analyze(net)
    assert (report.laws, report.verdict) == (78, "proved")
    assert (
        len(known_laws(net, report=report)) == 39
    )  # of x0 ... x39; the others are not polynomials
