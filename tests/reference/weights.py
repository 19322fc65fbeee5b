"""Flows with a rate and a decay for each coordinate, as vector fields written out.

theta_k' = -rate_k (d_k E + decay_k theta_k), or the same as a force on velocities. Coefficients are
residues; the clock is e^{unit t}, or t itself where unit is 0.
"""

from .polynomials import gradient, variable
from .ranks import MERSENNE


def residue(x):
    return x.numerator * pow(x.denominator, -1, MERSENNE) % MERSENNE


def times(c, f):
    return {m: a * residue(c) % MERSENNE for m, a in f.items()}


def rated(fields, rates):
    return [{k: times(rates[k], f) for k, f in field.items()} for field in fields]


def clock_of(unit, place):
    return times(unit, variable(place)) if unit else {0: 1}


def first_order(fields, rates, decay=None, unit=None):
    """(vector fields, number of coordinates); without decay there is no clock."""
    size, fields = len(rates), rated(fields, rates)
    if decay is None:
        return fields, size
    drift = {k: times(-rates[k] * decay[k], variable(k)) for k in range(size)}
    drift = {k: f for k, f in drift.items() if any(f.values())} | {size: clock_of(unit, size)}
    return [*fields, drift], size + 1


def momentum(fields, rates, decay, tau):
    """theta'' + tau theta' = -rate (grad E + decay theta)."""
    size = len(rates)
    forces = [{size + k: f for k, f in field.items()} for field in rated(fields, rates)]
    drift = {2 * size: clock_of(tau, 2 * size)}
    for k in range(size):
        drift[k] = variable(size + k)
        drag = times(-tau, variable(size + k)) | times(-rates[k] * decay[k], variable(k))
        drift[size + k] = {m: c for m, c in drag.items() if c}
    return [*forces, {k: f for k, f in drift.items() if f}], 2 * size + 1


def gradients(phi):
    return [gradient(f) for f in phi]
