"""Counts of flows, proved and checked: the tables of Marcotte, Gribonval and Peyre 2024 ("Keep
the Momentum") as re-derived, and properties.
"""

import pytest
import sympy

from pyconslaw import System, analyze, certify, linear, mlp, under_flow
from pyconslaw.verify import verify_bytes


def proved(net):
    """The number of laws; both bounds meet, and the independent checker accepts the certificate,
    whose vector fields it builds itself.
    """
    report = analyze(net)
    assert report.verdict == "proved", (net.name, report)
    accepted = verify_bytes(
        certify(net, report=report).bytes,
        net.name if "metric" not in net.name and "system" not in net.name else None,
    )
    assert (accepted.parameters, accepted.laws) == (net.size, report.laws)
    return report.laws


MOMENTUM = {  # (n, m, r): (coordinates, laws)
    (1, 1, 1): (5, 0),
    (1, 1, 2): (9, 2),
    (1, 1, 3): (13, 6),
    (1, 1, 4): (17, 10),
    (2, 1, 1): (7, 0),
    (2, 1, 2): (13, 1),
    (2, 1, 3): (19, 3),
    (2, 2, 1): (9, 0),
    (2, 2, 2): (17, 1),
}


@pytest.mark.parametrize("n, m, r", MOMENTUM)
def test_momentum_of_linear_networks(n, m, r):
    net = linear([m, r, n], flow="momentum")
    assert (net.size, proved(net)) == MOMENTUM[n, m, r]


@pytest.mark.parametrize("n, m, r", [(2, 1, 7), (1, 2, 8), (2, 2, 3)])
def test_momentum_by_formula(n, m, r):
    """r(r-1)/2 laws, or 2Nr - N(2N+1) for r > 2N."""
    size = n + m
    assert proved(linear([m, r, n], flow="momentum")) == (
        r * (r - 1) // 2 if r <= 2 * size else 2 * size * r - size * (2 * size + 1)
    )


@pytest.mark.parametrize("tau", ["1/3", 2, 0, "lam"])
def test_tau_does_not_matter(tau):
    """Another unit of time; a parameter is one more law. Without friction the clock is t."""
    net = linear([2, 2, 1], flow="momentum", tau=tau)
    assert proved(net) == 1 + (tau == "lam")
    assert ("t" if tau == 0 else "s") in net.entry_names and ("lam" in net.entry_names) == (
        tau == "lam"
    )


@pytest.mark.parametrize(
    "net, laws",
    [(linear([2, 2, 2]), 1), (linear([1, 2, 1]), 2), (mlp([2, 1, 2]), 0)],
    ids=lambda x: getattr(x, "name", ""),
)
@pytest.mark.parametrize("tau", [1, 2, 3])
def test_nesterov_counts_as_momentum(net, laws, tau):
    assert proved(under_flow(net, "nesterov", tau=tau)) == laws


@pytest.mark.parametrize(
    "net", [mlp([1, 1, 1]), mlp([2, 2, 1]), mlp([2, 1, 2], bias=True)], ids=lambda net: net.name
)
def test_momentum_leaves_relu_networks_no_law(net):
    assert proved(under_flow(net, "momentum")) == 0


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 2, 2]),
        linear([1, 3, 1]),
        mlp([2, 2, 2]),
        mlp([2, 2, 1], bias=True),
        System("xyz", phi=["x*y*z"]),
    ],
    ids=lambda net: net.name,
)
def test_weight_decay_keeps_the_laws_of_homogeneous_components(net):
    """W is closed under scaling: as many laws, at the times of the clock."""
    assert proved(under_flow(net, "weight-decay", tau="2/7")) == proved(net)


def test_weight_decay_destroys_the_law_of_one_that_is_not():
    """phi = (1 + u)(1 + v), 2025, after theorem 2.1."""
    plain, decayed = (
        System("uv", phi=["(1+u)*(1+v)"], flow=flow) for flow in (None, "weight-decay")
    )
    assert (proved(plain), proved(decayed)) == (1, 0)
    assert proved(System("uv", phi=["u*v"], flow="weight-decay")) == 1


def test_a_shift_is_a_law_with_time():
    """phi = x - y: x + y + (x' + y')/tau and e^{tau t}(x' + y'), Noether."""
    net = System("xy", phi=["x - y"], flow="momentum", tau="1/2")
    assert proved(net) == 2


def test_a_drift_counts_as_one_more_vector_field():
    free, moved = System("xyz", phi=["x*y"]), System("xyz", phi=["x*y"], drift=["0", "0", "x"])
    assert (proved(free), proved(moved)) == (2, 1)
    assert proved(System("xyz", fields=[["y", "-x", 0]], drift={"z": "1 - z"})) == 1
    assert list(moved.generators) == ["phi[0]", "drift"] and moved.spec["drift"] == [
        [2, [[1, [[0, 1]]]]]
    ]


x, y, z = sympy.symbols("x y z")


@pytest.mark.parametrize(
    "phi", [[x * y], [x * y, x * z], [x + y + z], [x * y * z, x], [x**2 - y, z]], ids=str
)
def test_the_lagrangian_of_the_entropic_mirror_is_euclidean_in_other_coordinates(phi):
    """theta = x^2/4: as many laws of momentum for phi(x^2/4) as of riemannian-momentum for phi."""
    lifted = [f.subs({v: v**2 / 4 for v in (x, y, z)}, simultaneous=True) for f in phi]
    assert proved(System("xyz", phi=phi, flow="riemannian-momentum")) == proved(
        System("xyz", phi=lifted, flow="momentum")
    )
