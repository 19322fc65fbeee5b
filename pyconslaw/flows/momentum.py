"""Flows of second order in Euclidean form: theta' = w, and a force on w. The velocity of x is
called dx.

* momentum: w' = -tau w - M(theta)^-1 grad E. M is the identity unless a metric is given (then the
  force is preconditioned: not the momentum of a mirror flow, see `mirror_momentum`). Coordinates
  (theta, w, s), s = e^{tau t}: drift w d_theta - tau w d_w + tau s d_s, controls
  M^-1 grad phi_i d_w. With weight decay E is E + sum decay_k theta_k^2/2: the drift has
  -M^-1 decay theta d_w as well.
* nesterov: w' = -(tau/t) w - M^-1 grad E with a positive integer tau, 3 by default (Su, Boyd and
  Candes 2016). Coordinates (theta, w, t): the drift d_t + w d_theta - (tau/t) w d_w times t, which
  changes no law where t is not zero.

A law takes the same values on the drift alone, so for momentum it is a function of theta + w/tau
and s w (theta - t w and w for tau = 0), for nesterov of t^tau w and theta + t w/(tau - 1): linear
and quadratic ones have the powers of the clock that are listed with the flow.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyconslaw.entries.quotients import ONE, Quotient
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.flows.space import Components, Space


def momentum(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    n, inverse = space.size, _inverse(space, names)
    drift = (
        {k: (space.x(n + k), ONE) for k in range(n)}
        | {n + k: space.slowed(k, inverse) for k in range(n)}
        | space.time()
    )
    controls = [space.control(f, inverse, n) for f in gradients]
    return controls, drift, (0, 1, 2) if space.tau else (0,)


def nesterov(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    n, tau, t = space.size, int(space.setting.tau), space.x(space.clock)
    inverse = _inverse(space, names)
    drift = {k: (space.scaled(1, t, space.x(n + k)), ONE) for k in range(n)}
    drift |= {n + k: space.slowed(k, inverse, t) for k in range(n)} | {space.clock: (t, ONE)}
    controls = [space.control(f, inverse, n) for f in gradients]
    return controls, drift, tuple(sorted({0, 1, tau, tau + 1, 2 * tau}))


def _inverse(space: Space, names) -> list[Quotient] | None:
    return None if space.setting.metric is None else space.inverse(names)
