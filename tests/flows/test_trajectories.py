"""The vector fields of every flow against its differential equation in floats: directions at a
point, laws along a trajectory.
"""

import random
from fractions import Fraction

import numpy as np
import pytest
from reference.flows import integrate
from trajectories import at, slopes, speeds, trajectory

from pyconslaw import System, known_laws, linear, mlp, polynomial_laws, under_flow

FLOWS = (
    "weight-decay",
    "mirror",
    "momentum",
    "nesterov",
    "riemannian-momentum",
    "dual-momentum",
    "accelerated-mirror",
)
NETS = (
    linear([1, 2, 1]),
    linear([2, 2, 1]),
    mlp([2, 1, 2], bias=True),
    System("xyz", phi=["x*y*z", "x^2 + 3*y"]),
)


def under(net, name, tau=0.5):
    return under_flow(net, name, tau=None if name in ("mirror", "nesterov") else Fraction(tau))


def outside(vector, span):
    """How far a vector is from a span, in parts of its length."""
    basis = np.linalg.qr(np.array(span).T)[0]
    return np.linalg.norm(vector - basis @ (basis.T @ vector)) / np.linalg.norm(vector)


@pytest.mark.parametrize("name, tau", [*((name, 0.5) for name in FLOWS), ("accelerated-mirror", 0)])
@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_directions(name, tau, net):
    """Without force the coordinates move along the drift; the gradient of phi_i adds a multiple
    of control i.
    """
    moved = under(net, name, tau)
    rng = np.random.default_rng(5)
    x, still, forced = speeds(net, name, rng, tau)
    if moved.drift is None:
        assert not still.any()
    else:
        assert outside(still, [at(moved.drift, x)]) < 1e-8
    for control, speed in zip(moved.written, forced, strict=True):
        assert outside(speed - still, [at(control, x)]) < 1e-7


CASES = [  # (network, flow, degree, number of laws found there)
    (linear([2, 2, 1]), "weight-decay", 4, 3),
    (linear([2, 2, 1]), "mirror", 1, 2),
    (linear([2, 2, 1]), "momentum", 3, 1),
    (linear([1, 2, 1]), "momentum", 3, 2),
    (linear([1, 2, 1]), "nesterov", 5, 2),
    (mlp([2, 1, 2], bias=True), "weight-decay", 4, 1),
    (System("xyz", phi=["x - y", "z^2"]), "momentum", 2, 2),
    (System("xyz", phi=["x - y", "z^2"]), "nesterov", 4, 1),
]


@pytest.mark.parametrize(
    "net, name, degree, found", CASES, ids=lambda x: getattr(x, "name", str(x))
)
def test_laws_stay_constant_and_others_drift(net, name, degree, found):
    laws = polynomial_laws(under(net, name), degree)
    rng = np.random.default_rng(7)
    path = trajectory(net, name, rng)
    assert laws.dimension >= found and len(laws) >= found
    values = laws.values(path)
    size = np.abs(values).max(axis=0)
    assert (np.abs(values - values[0]) < 1e-8 * np.maximum(size, 1)).all()
    others = path @ rng.normal(size=(path.shape[1], 4)) + path**2 @ rng.normal(
        size=(path.shape[1], 4)
    )
    assert (np.abs(others - others[0]).max(axis=0) > 1e-2).all()


@pytest.mark.parametrize("name", ("momentum", "weight-decay"))
def test_laws_of_the_gradient_flow_drift(name):
    """U^T U - V^T V is no law any more."""
    net = linear([2, 2, 2])
    theta = trajectory(net, name, np.random.default_rng(3))[:, : net.size]
    values = polynomial_laws(net, 2).values(theta)
    assert (np.abs(values - values[0]).max(axis=0) > 1e-2).any()


def test_accelerated_mirror_without_friction():
    """theta'' = -theta' dE: x' y' is a law of phi = x - y, as p_x p_y is with friction."""
    net = System("xyz", phi=["x - y", "z^2"])
    for tau in (0.5, 0):
        laws = polynomial_laws(under(net, "accelerated-mirror", tau), 2)
        assert "px*py" in {str(law) for law in laws}
        path = trajectory(net, "accelerated-mirror", np.random.default_rng(2), tau=tau)
        values = laws.values(path)
        assert (np.abs(values - values[0]) < 1e-8 * np.abs(values).max(axis=0)).all()


RATED = ("gradient", *FLOWS)
DECAYING = ("weight-decay", "momentum", "nesterov")


def weighted(net, name, draw):
    """The network under a flow with random rates and decays, and what the reference needs."""
    rates = {p.name: Fraction(draw.choice(["1", "3", "1/2"])) for p in net.parameters}
    rates[net.parameters[0].name] = Fraction(2)
    decay = {p.name: Fraction(draw.choice(["0", "1/2", "1/3"])) for p in net.parameters}
    decay[net.parameters[-1].name] = Fraction(1, 4)
    given = {"rates": rates} | ({"decay": decay} if name in DECAYING else {})
    if name not in ("gradient", "mirror", "nesterov", "weight-decay"):
        given["tau"] = Fraction(1, 2)
    each = [
        np.array([float(values[p.name]) for p in net.parameters for _ in range(p.size)])
        for values in (rates, decay)
    ]
    moved = under_flow(net, name, **given)
    known = {"rates": each[0], "tau": 0.5}
    if name in DECAYING:
        known["decay"] = each[1]
    if name == "weight-decay":  # the clock's own unit
        known["tau"] = moved.spec["tau"][0] / moved.spec["tau"][1]
    return moved, known


@pytest.mark.parametrize("name", RATED)
@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_directions_with_rates_and_decays(name, net, fresh_seed):
    moved, known = weighted(net, name, random.Random(fresh_seed))
    x, still, forced = speeds(net, name, np.random.default_rng(fresh_seed), **known)
    if moved.drift is None:
        assert not still.any()
    else:
        assert outside(still, [at(moved.drift, x)]) < 1e-8
    for control, speed in zip(moved.written, forced, strict=True):
        assert outside(speed - still, [at(control, x)]) < 1e-7


WEIGHTED = [  # (network, flow, arguments, number of laws found)
    (linear([2, 2, 1]), "gradient", {"rates": {"W1": 3}}, 3),
    (mlp([2, 2, 2], bias=True), "gradient", {"rates": {"W1": 3, "b1": "1/2"}}, 2),
    (mlp([2, 2, 2]), "weight-decay", {"decay": {"W1": "1/2", "W2": "1/2"}}, 2),
    (
        linear([2, 2, 2]),
        "weight-decay",
        {"rates": {"W1": 2}, "decay": {"W1": "1/4", "W2": "1/2"}},
        3,
    ),
    (linear([2, 2, 2]), "momentum", {"rates": {"W1": 2}, "decay": {"W2": "1/3"}}, 1),
    (linear([1, 2, 1]), "nesterov", {"rates": {"W1": 2}, "decay": "1/3"}, 1),
    (linear([2, 2, 1]), "mirror", {"rates": {"W1": 2}}, 2),
]


@pytest.mark.parametrize("net, name, given, found", WEIGHTED, ids=lambda x: getattr(x, "name", ""))
def test_weighted_laws_stay_constant(net, name, given, found):
    """|in|^2 / rate_in - |out|^2 / rate_out, times powers of the clock; others drift."""
    tau = None if name in ("gradient", "mirror", "nesterov", "weight-decay") else Fraction(1, 2)
    moved = under_flow(net, name, tau=tau, **given)
    laws = known_laws(moved)
    assert len(laws) == found and laws.complete

    def each(key, other):
        values = given.get(key, {})
        values = values if isinstance(values, dict) else {p.name: values for p in net.parameters}
        listed = [float(Fraction(values.get(p.name, other))) for p in net.parameters]
        return np.repeat(listed, [p.size for p in net.parameters])

    known = {"rates": each("rates", 1), "tau": 0.5}
    known |= {"decay": each("decay", 0)} if name in DECAYING else {}
    if name == "weight-decay":
        known["tau"] = float(Fraction(*(moved.spec["tau"])))
    path = trajectory(net, name, np.random.default_rng(11), **known)
    values = laws.values(path)
    size = np.abs(values).max(axis=0)
    assert (np.abs(values - values[0]) < 1e-8 * np.maximum(size, 1)).all()
    if name == "gradient":
        plain = known_laws(net).values(path)
        assert (np.abs(plain - plain[0]).max(axis=0) > 1e-2).any()


def test_decoupled_decay_is_coupled_decay_with_more_friction():
    """theta' = v - l theta, v' = -tau v - g: the laws of friction tau + l and decay tau l."""
    net, tau, fall = linear([2, 3, 2]), 0.5, 0.25
    moved = under_flow(net, "momentum", tau=Fraction(3, 4), decay=Fraction(1, 8))
    laws, parts = known_laws(moved), slopes(net)
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, len(parts)))

    def speed(t, state, force):
        theta, v = state
        return np.array([v - fall * theta, -tau * v - force(theta)])

    def force(t, theta):
        weights = a + b * np.cos(3 * t)
        return sum(x * f(theta) for x, f in zip(weights, parts, strict=True))

    state = rng.normal(size=(2, net.size))
    times, states = integrate(speed, state, force, start=0.0, steps=400, step=2e-3)
    path = [
        [*theta, *(v - fall * theta), np.exp(0.75 * t)]
        for t, (theta, v) in zip(times, states, strict=True)
    ]
    values = laws.values(np.array(path))
    assert len(laws) == 3 and (np.abs(values - values[0]) < 1e-8).all()
    wrong = np.array([[*point[:-1], point[-1] ** (2 / 3)] for point in path])  # friction tau
    assert (np.abs(laws.values(wrong) - laws.values(wrong)[0]).max(axis=0) > 1e-2).all()
