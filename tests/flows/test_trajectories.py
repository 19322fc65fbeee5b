"""The vector fields of every flow against its differential equation in floats: directions at a
point, laws along a trajectory.
"""

from fractions import Fraction

import numpy as np
import pytest
from trajectories import at, speeds, trajectory

from pyconslaw import System, linear, mlp, polynomial_laws, under_flow

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
