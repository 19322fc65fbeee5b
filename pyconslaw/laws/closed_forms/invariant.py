"""Hypersurfaces that consist of leaves: candidates for Darboux polynomials, from points of a line
modulo a small prime.
"""

from __future__ import annotations

from collections.abc import Iterator
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

    Coefficients are quotients of numbers up to 63. Nothing is found beyond INVARIANT monomials, or
    effort, a share of WORK. ask: called now and then; what it raises ends the search.
    """
    found = {}
    for monomials, vectors in relations_on_lines(family, degree, SMALL, rng, effort, ask=ask):
        for vector in vectors:
            ask()
            for terms in lifted(vector, monomials, SMALL):
                found[terms] = None
    return list(found)


def relations_on_lines(
    family: PolynomialFields,
    degree: int,
    prime: int,
    rng,
    effort: float,
    *,
    lines: int = LINES,
    ask: Ask = nobody,
) -> Iterator[tuple[list[tuple[int, ...]], Iterator[np.ndarray]]]:
    """(monomials, their coefficients modulo the prime in the relations that hold at single points
    of some lines) for each degree, as far as the work allows.

    The leaf of a point where a Darboux polynomial P is 0 lies in P = 0, so there is a relation
    more, P itself. Modulo a small prime a line has such points: all its points are looked at.
    lines: at most so many, LINES where more are too much work.
    """
    size = family.parameters
    for k in range(1, degree + 1):
        if comb(len(family.moving) + k, k) > INVARIANT:
            break
        relations = Relations(family, k, prime, rng, ask)
        if relations.too_long:
            break
        if len(relations.settle(rng.array(size, 1, prime))):
            # every leaf has relations: rational laws
            break
        if relations.cost * prime > effort * WORK:
            break

        room = max(LINES, int(effort * WORK / (relations.cost * prime)))

        def vectors(relations=relations, room=room) -> Iterator[np.ndarray]:
            for _ in range(min(lines, room)):
                base, direction = rng.array((2, size), 1, prime)
                steps = np.arange(prime, dtype=np.uint64)[:, None]
                yield from relations.single((base + steps * direction) % np.uint64(prime))

        yield relations.monomials, vectors()


def lifted(vector: np.ndarray, monomials, prime: int) -> list[Polynomial]:
    """Polynomials with small coefficients that a vector modulo a prime may stand for."""
    out = []
    for pivot in dict.fromkeys(int(x) for x in vector if x):
        scale = pow(pivot, -1, prime)
        pairs = [rational(int(x) * scale % prime, prime, isqrt(prime // 2)) for x in vector]
        if None not in pairs:
            out.append(polynomial_of(integers_of(pairs), monomials))
    return out


def polynomial_of(coefficients: list[int], monomials) -> Polynomial:
    """The sum of coefficients times monomials."""
    return Polynomial.of(
        (c, [(v, 1) for v in m]) for c, m in zip(coefficients, monomials, strict=True)
    )
