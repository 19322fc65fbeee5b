"""The traps of the literature, each as a test: where plausible shortcuts count wrongly."""

import pytest
from named import build
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from reference.trace import trace_dimensions

from pyconslaw import (
    Polynomial,
    analyze,
    certify,
    known_laws,
    linear,
    polynomial_laws,
    polynomial_system,
)
from pyconslaw.verify import verify_bytes

T10 = "7*a^3*b - 2*b*c^2*d + 5*e^3*a - 11*b^2*d*e + 3*c^4 + a*b*c*d - 13*d^3 + 2*e^2*b"


def test_t10_one_random_polynomial():
    """One polynomial field in R^5: four local laws, and no polynomial law of degree 4."""
    net = polynomial_system("abcde", [T10])
    report = analyze(net)
    assert (report.laws, report.verdict) == (4, "proved")
    found = polynomial_laws(net, 4, up_to=True, report=report)
    assert (len(found), found.dimension, found.independent, found.complete) == (0, 0, 0, False)
    assert slow_laws.law_basis([slow.polynomial(net.phi[0].terms)], 5, [4]) == []


def test_trap_a_balanced_laws_are_not_complete():
    for dims, laws, balanced in (
        ([1, 2, 2, 1], 7, 6),
        ([1, 2, 2, 1, 2], 8, 7),
        ([2, 1, 2, 2, 1, 2], 9, 8),
    ):
        net = linear(dims)
        report = analyze(net)
        found = known_laws(net, report=report)
        assert (report.laws, report.verdict, found.independent, found.complete) == (
            laws,
            "proved",
            balanced,
            False,
        )


def test_trap_b_independence_is_counted_by_gradients():
    """r > N: ten quadratic laws, linearly independent, of which nine are functionally
    independent.
    """
    net = linear([1, 4, 2])
    quadratic = polynomial_laws(net, 2)
    assert (analyze(net).laws, quadratic.dimension, quadratic.independent, quadratic.complete) == (
        9,
        10,
        9,
        True,
    )
    found = known_laws(net)
    assert (found.dimension, found.independent, len(found), found.complete) == (10, 9, 9, True)


@pytest.mark.parametrize("r", [1, 2, 3])
def test_trap_c_scalar_input_and_output(r):
    """n = m = 1: r^2 quadratic laws, 2 r - 1 independent."""
    net = linear([1, r, 1])
    quadratic = polynomial_laws(net, 2)
    assert (analyze(net).laws, quadratic.dimension, quadratic.independent) == (
        2 * r - 1,
        r * r,
        2 * r - 1,
    )


def test_trap_d_the_report_says_what_is_counted():
    objects = {
        name: analyze(build(name)).object
        for name in (
            "linear 2-2-2",
            "relu 2-3-1 --bias",
            "product 6",
            "mlp 5-6-4-3 --activations linear,relu",
        )
    }
    assert list(objects.values()) == ["matrix product", "path-lifting", "system", "mixed"]


def test_trap_f_all_generators_are_used():
    """Brackets with the first three generators only stop at 7 and would give 8 laws."""
    phi, size = slow_networks.layered([3, 1, 3, 3], "linear")
    assert trace_dimensions([slow.gradient(f) for f in phi.values()], size, letters=3)[-1] == 7
    same = polynomial_system(
        [f"x{v}" for v in range(size)], [Polynomial.of(slow.terms(f)) for f in phi.values()]
    )
    for net in (linear([3, 1, 3, 3]), same):
        report = analyze(net)
        assert (report.laws, report.verdict) == (7, "proved")


def test_trap_g_high_powers():
    """phi = ((3x - 5y)^8, (3x - 5y)^9) has one law, where floats find none."""
    net = polynomial_system(["x", "y"], ["(3*x-5*y)^8", "(3*x-5*y)^9"])
    report = analyze(net)
    assert (report.laws, report.verdict) == (1, "proved")
    assert [str(h) for h in polynomial_laws(net, 1, report=report)] == ["5*x + 3*y"]
    assert verify_bytes(certify(net).bytes).laws == 1
