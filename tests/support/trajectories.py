"""Numbers along flows of small systems, from the reference, in the coordinates of the library."""

import numpy as np
from reference.flows import flow, integrate

from pyconslaw.records.polynomial import Polynomial


def value(f, x):
    """A polynomial at a float point."""
    return sum(c * np.prod([x[v] ** e for v, e in m]) for c, m in f.terms)


def at(field, x):
    """A vector field at a float point."""
    out = np.zeros(len(x))
    for v, f in field.items():
        out[v] = value(f, x)
    return out


def slopes(network):
    """grad phi_i(theta) as functions."""
    gradients = [
        f.gradient() if isinstance(f, Polynomial) else f for f in network.generators.values()
    ]
    return [lambda theta, f=f: at(f, theta) for f in gradients]


def trajectory(network, name, rng, *, steps=400, step=2e-3, tau=0.5, **weights):
    """Coordinates along a flow with a random smooth force, shape (steps + 1, coordinates)."""
    parts = slopes(network)
    a, b, c = rng.normal(size=(3, len(parts)))

    def force(t, theta):
        return sum(
            (x + y * np.cos(3 * t) + z * np.sin(5 * t)) * f(theta)
            for x, y, z, f in zip(a, b, c, parts, strict=True)
        )

    start, speed, shown = flow(name, tau, **weights)
    state = start(rng.uniform(0.5, 1.5, network.size), rng.normal(size=network.size))
    times, states = integrate(speed, state, force, start=1.0, steps=steps, step=step)
    return np.array([shown(t, x) for t, x in zip(times, states, strict=True)])


def speeds(network, name, rng, tau=0.5, **weights):
    """(coordinates, their speed without force, with each grad phi_i as force) at a random state,
    by a central difference of `shown`.
    """
    start, speed, shown = flow(name, tau, **weights)
    theta, w, t, eps = (
        rng.uniform(0.5, 1.5, network.size),
        rng.normal(size=network.size),
        1.25,
        1e-5,
    )
    state = start(theta, w)

    def moved(force):
        rate = speed(t, state, force)
        ahead, behind = (np.array(shown(t + h, state + h * rate)) for h in (eps, -eps))
        return (ahead - behind) / (2 * eps)

    return (
        np.array(shown(t, state)),
        moved(lambda theta: np.zeros(network.size)),
        [moved(lambda theta, f=f: f(theta)) for f in slopes(network)],
    )
