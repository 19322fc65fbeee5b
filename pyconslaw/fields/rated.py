"""Vector fields times rates of the coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm

from pyconslaw.fields.polynomials import VectorField
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.runs import Runs


def rated(fields: Sequence[VectorField], rates: Runs | None) -> Sequence[VectorField]:
    """Vector fields, each component times the rate of its coordinate, with integer coefficients
    without common factor.
    """
    if rates is None:
        return fields
    bottom = lcm(*(value.denominator for value in rates.values))
    found = []
    for field in fields:
        top = {k: int(rates.at(k) * bottom) for k in field}
        content = gcd(*(top[k] * c for k, f in field.items() for c, _ in f.terms))
        found.append(
            {
                k: Polynomial(tuple((top[k] * c // content, m) for c, m in f.terms))
                for k, f in field.items()
            }
        )
    return found
