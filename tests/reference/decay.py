"""Weight decay as vector fields on the space of (theta, s), or (theta, s, tau), written out."""

from .polynomials import gradient, multiply, variable
from .ranks import MERSENNE


def decay_fields(fields, size, tau):
    """(vector fields, number of coordinates): the given ones, then the drift.

    tau: a Fraction, or None for a parameter, which is the last coordinate. The clock is
    s = e^{tau t}, or t itself where tau is 0.
    """
    clock = size
    if tau is None:
        friction = variable(size + 1)
    else:
        friction = {0: tau.numerator * pow(tau.denominator, -1, MERSENNE)} if tau else {}
    drift = {k: {m: -c for m, c in multiply(friction, variable(k)).items()} for k in range(size)}
    drift[clock] = multiply(friction, variable(clock)) or {0: 1}
    return [*fields, {v: f for v, f in drift.items() if f}], size + 1 + (tau is None)


def decay_of(phi, size, tau):
    """The same for the gradients of components."""
    return decay_fields([gradient(f) for f in phi], size, tau)
