"""Darboux polynomials that split over a quadratic field: u^2 - d w^2 with u + sqrt(d) w and its
conjugate Darboux over Q(sqrt(d)).

Modulo a prime for which d is a square the two are polynomials over Z/p, with an irrational number
in the place of sqrt(d): each is the relation that the leaves of its zeros have more, on a line at
random points that are its own. Half the sum of two such relations is u, half the difference a
multiple of w, and the square of that multiple is d.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import gcd, isqrt

import numpy as np

from pyconslaw.exact.residues import integers_of, primitive, rational
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.angles import without_squares
from pyconslaw.laws.closed_forms.invariant import lifted, polynomial_of, relations_on_lines
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

# -1 and the primes up to 13 are squares modulo it, so the d made of them are
SPLITTING = 8089
LINES = 12  # of which a conic meets half
MOST = 12  # relations of one degree that are paired

Split = tuple[Polynomial, Polynomial, int]  # u, w, d


def conjugate_pairs(
    family: PolynomialFields, degree: int, rng, effort: float = 1.0, *, ask: Ask = nobody
) -> tuple[list[Split], list[Polynomial]]:
    """Candidates (u, w, d) with u + sqrt(d) w of degree at most `degree`, and those for Darboux
    polynomials over Q that the same lines meet, to be checked by who asks; d is no square. The
    limits are those of `invariant_polynomials`.
    """
    found: dict[Split, None] = {}
    rationals: dict[Polynomial, None] = {}
    on_lines = relations_on_lines(family, degree, SPLITTING, rng, effort, lines=LINES, ask=ask)
    for monomials, vectors in on_lines:
        different = {tuple(_scaled(v, int(np.flatnonzero(v)[0])).tolist()): v for v in vectors}
        for vector in different.values():
            rationals |= dict.fromkeys(lifted(vector, monomials, SPLITTING))
        for a, b in combinations(list(different.values())[:MOST], 2):
            ask()
            for u, w, d in _pairs(a, b):
                found[polynomial_of(u, monomials), polynomial_of(w, monomials), d] = None
    return sorted(found, key=_length), list(rationals)


def _length(split: Split) -> tuple[int, int]:
    """Short ones first."""
    u, w, d = split
    return u.norm + w.norm, abs(d)


def _scaled(vector: np.ndarray, pivot: int) -> np.ndarray:
    """The multiple modulo SPLITTING with a 1 at the pivot."""
    inverse = pow(int(vector[pivot]), -1, SPLITTING)
    return vector.astype(np.int64) * inverse % SPLITTING


def _pairs(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[list[int], list[int], int]]:
    """Coefficients of u and w, and d, that two vectors may stand for."""
    half = (SPLITTING + 1) // 2
    for pivot in np.flatnonzero((a != 0) & (b != 0)).tolist():
        first, second = _scaled(a, pivot), _scaled(b, pivot)
        u, turned = (first + second) * half % SPLITTING, (first - second) * half % SPLITTING
        place = np.flatnonzero(turned)
        if not len(place):
            continue
        root = int(turned[place[0]])
        square, left, right = _small([root * root]), _small(u), _small(_scaled(turned, place[0]))
        if square is None or left is None or right is None:
            continue
        whole = _whole(left, right, square[0])
        if whole is not None:
            yield whole


def _small(residues: Iterable[int]) -> list[tuple[int, int]] | None:
    """Quotients of small numbers with these residues."""
    bound = isqrt(SPLITTING // 2)
    found = [rational(int(x) % SPLITTING, SPLITTING, bound) for x in residues]
    pairs = [pair for pair in found if pair is not None]
    return pairs if len(pairs) == len(found) else None


def _whole(u, w, square) -> tuple[list[int], list[int], int] | None:
    """u + sqrt(d) w times a number, so that everything is an integer; None where d is a square.

    u, w: quotients; square: the quotient d.
    """
    (above, below), left, right = square, integers_of(u), integers_of(w)
    # u = left / scale_u and w = right / scale_w, by their first coefficients that are not 0
    scale_u, scale_w = _scale(u, left), _scale(w, right)
    d, by = without_squares(above * below)
    if d in (0, 1):
        return None
    # sqrt(above / below) = by sqrt(d) / below
    p, q = scale_w[0] * below * scale_u[1], scale_u[0] * by * scale_w[1]
    content = gcd(p, q) or 1
    whole = primitive([x * p // content for x in left] + [x * q // content for x in right])
    return whole[: len(left)], whole[len(left) :], d


def _scale(pairs, integers: list[int]) -> tuple[int, int]:
    """(m, n) with integers = m / n times the quotients, n > 0."""
    k = next(j for j, x in enumerate(integers) if x)
    m, n = integers[k] * pairs[k][1], pairs[k][0]
    common = gcd(m, n) * (1 if n > 0 else -1)
    return m // common, n // common
