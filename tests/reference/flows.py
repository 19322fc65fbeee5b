"""Flows as a textbook writes them, integrated with floats: second order in theta, no clearing,
no phase space of the library's.

A force c(t) takes the place of the data: grad E = sum_i c_i(t) grad phi_i(theta). Each flow is a
triple (start, speed, shown): start(theta, velocity) is the state, speed(t, state, force) its
derivative, shown(t, state) the coordinates in which the library writes laws.
"""

import numpy as np

TAU = 0.5


def flow(name, tau=TAU, rates=1.0, decay=0.0):
    """The flow with the entropic metric where it has one; rates and decay for each coordinate. In
    weight-decay tau is the clock's, and without decay that of all.
    """

    def of_loss(speed):
        """The same with the derivative of the loss and its decay, times the rates, as the force."""
        own = tau if name == "weight-decay" and np.ndim(decay) == 0 else decay
        return lambda t, x, force: speed(t, x, lambda theta: rates * (force(theta) + own * theta))

    def euclidean(friction):
        def speed(t, state, force):
            theta, w = state
            return np.array([w, -friction(t) * w - force(theta)])

        return speed

    # theta'' = theta'^2/(2 theta) - tau theta' - theta dE
    def riemannian(t, state, force):
        theta, w = state
        return np.array([w, w**2 / (2 * theta) - tau * w - theta * force(theta)])

    def dual(t, state, force):  # y = log theta, y'' + tau y' = -dE
        y, rate = state
        return np.array([rate, -tau * rate - force(np.exp(y))])

    # (log p)' = -dE/tau, theta' = tau (p - theta); without friction theta'' = -theta' dE
    def accelerated(t, state, force):
        theta, p = state
        pull = tau * (p - theta) if tau else p
        return np.array([pull, -p * force(theta) / (tau or 1)])

    def pair(theta, w):
        return np.array([theta, w])

    s = {"s": lambda t: np.exp(tau * t) if tau else t, "t": lambda t: t}
    start, speed, shown = {
        "gradient": (lambda theta, w: theta, lambda t, x, force: -force(x), lambda t, x: [*x]),
        "weight-decay": (
            lambda theta, w: theta,
            lambda t, x, force: -force(x),
            lambda t, x: [*x, s["s"](t)],
        ),
        "mirror": (lambda theta, w: theta, lambda t, x, force: -x * force(x), lambda t, x: [*x]),
        "momentum": (pair, euclidean(lambda t: tau), lambda t, x: [*x.ravel(), s["s"](t)]),
        "nesterov": (pair, euclidean(lambda t: 3 / t), lambda t, x: [*x.ravel(), t]),
        "riemannian-momentum": (pair, riemannian, lambda t, x: [*x[0], *(x[1] / x[0]), s["s"](t)]),
        "dual-momentum": (
            lambda theta, w: np.array([np.log(theta), w]),
            dual,
            lambda t, x: [*np.exp(x[0]), *x[1], s["s"](t)],
        ),
        "accelerated-mirror": (pair, accelerated, lambda t, x: [*x.ravel(), s["s"](t)]),
    }[name]
    return start, of_loss(speed), shown


def integrate(speed, state, force, *, start, steps, step):
    """(times, states) by the classical Runge-Kutta method; force(t, theta) is grad E."""
    times, states = [start], [state]
    for k in range(steps):
        t, x = start + k * step, states[-1]
        f = [lambda theta, at=at: force(at, theta) for at in (t, t + step / 2, t + step)]
        a = speed(t, x, f[0])
        b = speed(t + step / 2, x + step / 2 * a, f[1])
        c = speed(t + step / 2, x + step / 2 * b, f[1])
        d = speed(t + step, x + step * c, f[2])
        states.append(x + step / 6 * (a + 2 * b + 2 * c + d))
        times.append(t + step)
    return np.array(times), np.array(states)
