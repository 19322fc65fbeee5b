"""Hypersurfaces that consist of leaves: candidates for Darboux polynomials, from points of a line
modulo a small prime.
"""

from __future__ import annotations

from math import comb, isqrt

import numpy as np

from pyconslaw.exact.residues import integers_of, rational
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.relations import Relations
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

SMALL = 8191  # the prime
LINES = 2
# monomials; products of the curves through the points of a line
INVARIANT, WORK = 40, 4e8


def invariant_polynomials(
    family: PolynomialFields, degree: int, rng, effort: float = 1.0, *, ask: Ask = nobody
) -> list[Polynomial]:
    """Candidates for Darboux polynomials of degree at most `degree`: a search, to be checked by who
    asks.

    The leaf of a point where a Darboux polynomial P is 0 lies in P = 0, so there is a relation
    more, P itself. Modulo a small prime a line has such points: all its points are looked at.
    Coefficients are quotients of numbers up to 63. Nothing is found beyond INVARIANT monomials, or
    effort, a share of WORK. ask: called now and then; what it raises ends the search.
    """
    found = {}
    for k in range(1, degree + 1):
        if comb(family.parameters + k, k) > INVARIANT:
            break
        relations = Relations(family, k, SMALL, rng, ask)
        if relations.too_long:
            break
        if len(relations.settle(rng.array(family.parameters, 1, SMALL))):
            # every leaf has relations: rational laws
            break
        if relations.cost * SMALL > effort * WORK:
            break
        for _ in range(LINES):
            base, direction = rng.array((2, family.parameters), 1, SMALL)
            points = (base + np.arange(SMALL, dtype=np.uint64)[:, None] * direction) % np.uint64(
                SMALL
            )
            for vector in relations.single(points):
                ask()
                for terms in _lifted(vector, relations.monomials):
                    found[terms] = None
    return list(found)


def _lifted(vector: np.ndarray, monomials) -> list[Polynomial]:
    """Polynomials with small coefficients that a vector modulo SMALL may stand for."""
    out = []
    for pivot in dict.fromkeys(int(x) for x in vector if x):
        scale = pow(pivot, -1, SMALL)
        pairs = [rational(int(x) * scale % SMALL, SMALL, isqrt(SMALL // 2)) for x in vector]
        if None not in pairs:
            out.append(
                Polynomial.of(
                    (c, [(v, 1) for v in m])
                    for c, m in zip(integers_of(pairs), monomials, strict=True)
                )
            )
    return out
