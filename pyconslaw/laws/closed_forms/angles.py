"""Angles (u, w, d), which separate u + sqrt(d) w from its conjugate, in one normal form; squares of
integers are taken out of d.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from pyconslaw.laws.closed_forms.ring import Ring

DIVISORS = 100_000  # that are tried


def without_squares(n: int) -> tuple[int, int]:
    """(e, r) with n = e r^2, r > 0: e has no square factor but those made of two or more primes
    beyond DIVISORS, so none where |n| <= DIVISORS^3.
    """
    if not n:
        return 0, 1
    rest, free, root, k = abs(n), 1 if n > 0 else -1, 1, 2
    # beyond its cube root a number has no more than two prime factors
    while k <= DIVISORS and k**3 <= rest:
        while rest % (k * k) == 0:
            rest, root = rest // (k * k), root * k
        if rest % k == 0:
            rest, free = rest // k, free * k
        k += 1 + (k > 2)
    last = isqrt(rest)
    return (free, root * last) if last * last == rest else (free * rest, root)


def normal_angle(ring: Ring, u, w, d: int) -> tuple[Fraction, tuple]:
    """(c, (u, w, d)): the form of the given angle is c times that of this one, which has no common
    factor, positive first coefficients and no square in d; both are constant where it is 0.
    """
    d, root = without_squares(d)
    c, w = Fraction(1, root), root * w
    common = u.gcd(w)
    u, w = ring.quotient(u, common), ring.quotient(w, common)
    # the form is homogeneous of degree 0, and odd in u and in w
    if not u.is_zero() and u.leading_coefficient() < 0:
        c, u = -c, -u
    if not w.is_zero() and w.leading_coefficient() < 0:
        c, w = -c, -w
    return c, (u, w, d)
