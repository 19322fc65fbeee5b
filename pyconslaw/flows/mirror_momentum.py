"""Three momenta of a mirror flow, which have different laws. M = Hess psi is diagonal, its k-th
entry m_k a function of theta_k, g = 1/m.

* accelerated-mirror: p = theta + theta'/tau, (grad psi(p))' = -grad E(theta)/tau (Krichene, Bayen
  and Bartlett 2015, constant rate). Coordinates (theta, p, s): drift tau (p - theta) d_theta +
  tau s d_s, controls M(p)^-1 grad phi_i(theta) d_p (the factor 1/tau is dropped). The drift alone
  keeps p and s (theta - p). For tau = 0, where p has no limit, p stands for P = tau theta + theta'
  = theta': P' = -M(P/tau)^-1 grad E, which is M(P)^-1 up to a constant factor where an entry of M
  is homogeneous. Coordinates (theta, p, t): drift p d_theta + d_t, the same controls.
* riemannian-momentum: the Lagrangian |theta'|_M^2/2 - E with friction: m_k theta_k'' +
  m_k' theta_k'^2/2 + tau m_k theta_k' = -d_k E. With p_k = m_k theta_k': theta_k' = g_k p_k,
  p_k' = -tau p_k - g_k' p_k^2/2 - d_k E, polynomial where g is. Coordinates (theta, p, s). For the
  entropic mirror it is Euclidean momentum in x = 2 sqrt(theta).
* dual-momentum: q = (grad psi(theta))', q' = -tau q - grad E: theta_k' = g_k q_k. Coordinates
  (theta, q, s).

The clock is s = e^{tau t}; where g is rational, each vector field is multiplied by the product of
its denominators.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pyconslaw.entries.quotients import ONE, Quotient
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.flows.space import Components, Space, slope

POWERS = (0, 1, 2)


def accelerated_mirror(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    n = space.size
    inverse = space.inverse(names, n)
    drift = {}
    for k in range(n):
        pull = space.scaled(1, space.tau or ONE, space.x(n + k))
        drift[k] = space.add((pull, ONE), space.friction(k))
    powers = POWERS if space.tau else (0,)
    return [space.control(f, inverse, n) for f in gradients], drift | space.time(), powers


def riemannian_momentum(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    inverse = space.inverse(names)
    return _cotangent(space, gradients, inverse, lambda k: _curved(space, inverse[k], k))


def dual_momentum(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    return _cotangent(
        space, gradients, space.inverse(names), lambda k: space.friction(space.size + k)
    )


def _cotangent(
    space, gradients, inverse, change
) -> tuple[list[Components], Components, tuple[int, ...]]:
    """theta' = g p, p' = change - grad E."""
    n = space.size
    drift = {k: (space.times(inverse[k][0], space.x(n + k)), inverse[k][1]) for k in range(n)}
    drift |= {n + k: change(k) for k in range(n)} | space.time()
    return [space.control(f, None, n) for f in gradients], drift, POWERS if space.tau else (0,)


def _curved(space: Space, g: Quotient, k: int) -> Quotient:
    """-tau p - g' p^2/2 for g = a/b, as one quotient: over 2 b^2, if b is not constant."""
    (a, b), p = g, space.x(space.size + k)
    if b is ONE:
        return space.add(
            space.friction(space.size + k), (space.scaled(Fraction(-1, 2), slope(a, k), p, p), ONE)
        )
    square = space.scaled(2, b, b)
    wedge, _ = space.add(
        (space.scaled(1, slope(a, k), b), ONE), (space.scaled(1, a, slope(b, k)), ONE), -1
    )
    top = space.add(
        (space.scaled(-1, square, space.tau, p), ONE), (space.scaled(1, wedge, p, p), ONE), -1
    )
    return space.kept(top[0]), square
