"""Laws of flows that are read off a graph: laws by expansion, and all that the search finds on
small networks.
"""

from fractions import Fraction

import pytest
from pyconslaw._core.zp import Random

from pyconslaw import analyze, certify, check_law, dag, linear, mlp, polynomial_laws, under_flow
from pyconslaw.laws.stated.moving import Units, decayed, rotations
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.runs import Runs
from pyconslaw.verify import verify_bytes

DAG = dag(
    [
        ("x", "input"),
        ("z", "input"),
        ("h", "linear"),
        ("k", "linear"),
        ("r", "relu"),
        ("y", "linear"),
        ("u", "linear"),
    ],
    [
        ("x", "h"),
        ("z", "h"),
        ("x", "k"),
        ("z", "k"),
        ("h", "r"),
        ("k", "r"),
        ("h", "y"),
        ("k", "y"),
        ("r", "y"),
        {"from": "x", "to": "y", "frozen": 2},
        ("z", "u"),
    ],
)
NETS = [
    linear([2, 3, 2]),
    linear([2, 2, 2], bias="all"),
    linear([2, 2, 2, 2]),
    mlp([2, 3, 2, 1], ["linear", "relu"]),
    DAG,
]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
@pytest.mark.parametrize(
    "flow, tau", [("momentum", "1/2"), ("momentum", 0), ("nesterov", 3), ("nesterov", 2)]
)
def test_rotations(net, flow, tau):
    """Every one is a law, and they are all that there is of that shape."""
    moved = under_flow(net, flow, tau=tau)
    laws = rotations(net.graph, moved.phase.clock, moved.phase.factor)
    assert laws and all(
        check_law(moved, law).conserved and law.degree == 2 + moved.phase.factor for law in laws
    )
    report = analyze(moved)
    assert report.verdict == "proved" and report.upper_by == (
        f"rotations of twin neurons ({report.laws} independent)",
    )
    assert verify_bytes(certify(moved, report=report).bytes).laws == report.laws
    if net.size < 13 and flow == "momentum" and tau:
        assert polynomial_laws(moved, 3).dimension == len(laws)


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
@pytest.mark.parametrize("tau", ["1/2", 0])
def test_decay(net, tau):
    moved = under_flow(net, "weight-decay", tau=tau)
    plain = balance_bound(net.graph, Random(1)).laws
    laws = decayed(plain, Units(moved.phase.clock, moved.phase.factor))
    assert len(laws) == len(plain) and all(check_law(moved, law).conserved for law in laws)
    report = analyze(moved)
    assert (
        report.laws == analyze(net).laws
        and report.verdict == "proved"
        and report.upper_by[0].endswith("for laws h of the flow of the gradient")
    )
    assert verify_bytes(certify(moved, report=report).bytes).laws == report.laws


def test_laws_that_are_not_homogeneous_are_left_out():
    """x^2 + x is none of a decaying flow; x^2 and x are, times different powers."""
    mixed, square, line = (
        Polynomial.of(terms)
        for terms in ([(1, [(0, 2)]), (1, [(0, 1)])], [(1, [(0, 2)])], [(3, [(0, 1)])])
    )
    assert decayed([mixed, square, line], Units(1, 1)) == [
        Polynomial.of([(1, [(0, 2), (1, 2)])]),
        Polynomial.of([(3, [(0, 1), (1, 1)])]),
    ]


def test_larger_networks():
    """Beyond what a search of all polynomials would take."""
    for net, laws in (
        (linear([8, 8, 8], flow="momentum"), 28),
        (mlp([6, 6, 6, 6], flow="weight-decay"), 12),
        (linear([20, 10, 20], flow="weight-decay"), 55),
    ):
        report = analyze(net)
        assert (report.laws, report.verdict) == (laws, "proved")


@pytest.mark.parametrize("flow, tau", [("momentum", "1/2"), ("momentum", 0), ("nesterov", 3)])
def test_rotations_with_rates_and_decays(flow, tau):
    """Terms are divided by their rates; twins whose weights differ in one of both have no law."""
    net = linear([2, 3, 2])
    for given, wanted in (
        ({"rates": {"W1": 2}}, 3),
        ({"rates": {"W1": 2, "W2": "1/3"}, "decay": {"W2": "1/5"}}, 3),
        ({"rates": {"W1[0,0]": 2}}, 1),
        ({"decay": {"W1[0,0]": 2}}, 1),
        ({"decay": "1/5"}, 3),
    ):
        moved = under_flow(net, flow, tau=tau, **given)
        phase = moved.phase
        laws = rotations(net.graph, phase.clock, phase.factor, phase.rates, phase.pull)
        assert len(laws) == wanted and all(check_law(moved, law).conserved for law in laws)
    # without the weights they are no laws of it
    plain = rotations(net.graph, phase.clock, phase.factor)
    moved = under_flow(net, flow, tau=tau, rates={"W1": 2})
    assert not any(check_law(moved, law).conserved for law in plain)


def test_units():
    """h(y), y_k = s^(p_k) theta_k / sqrt(rate_k), up to a constant and where it is a polynomial."""
    square = Polynomial.of([(1, [(0, 2)]), (-1, [(1, 2)])])
    runs = [Runs.of((1, Fraction(x)) for x in pair) for pair in ((2, 3), (1, 1), (1, 2))]
    units = Units(2, 1, None, runs[0])
    assert (
        units.law(square).terms
        == Polynomial.of([(3, [(0, 2), (2, 2)]), (-2, [(1, 2), (2, 2)])]).terms
    )
    assert Units(None, 0, None, runs[0]).law(square).degree == 2
    assert Units(2, 1, runs[1]).law(square) == Units(2, 1).law(square)
    uneven = Units(2, 1, runs[2])
    assert uneven.uneven and not uneven.is_even(square)
    mixed = Polynomial.of([(1, [(0, 2)]), (1, [(1, 1)])])
    assert uneven.is_even(mixed) and not Units(2, 1).is_even(mixed)
    assert decayed([square, mixed], uneven) == [uneven.law(mixed)]
    assert decayed([square, mixed], Units(2, 1)) == [Units(2, 1).law(square)]
    assert Units(None, 0, None, runs[0]).law(mixed) is None  # sqrt(2)
    half = Runs.of([(2, Fraction(1, 3))])
    assert Units(2, 1, half).law(square) is None  # s^(2/3)
