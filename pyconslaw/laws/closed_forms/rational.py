"""Rational laws P / Q: found from the polynomials that vanish on a leaf, proved by multiplying out.

Let V be the monomials of degree at most d in the coordinates that move. The relations between them
on the leaf through theta, in reduced echelon form, have coefficients that are constant along
leaves: they are rational laws, as functions of theta. If P / Q is a law with P, Q in V, then P - (P
/ Q)(theta) Q is a relation; so if V has no relation on the leaf of one point, modulo one prime, no
such law exists over Q (docs/mathematics.md). The coefficients are known point by point: degrees
from lines, P and Q by linear algebra modulo primes, lifted to Q.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, islice
from math import comb

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw._core.dense import nullspace as short_nullspace
from pyconslaw.exact.basis import nullspace
from pyconslaw.exact.primes import word_primes
from pyconslaw.exact.residues import Residues
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.forms import ClosedForm, form_of, vanishes
from pyconslaw.laws.closed_forms.relations import Relations
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

MONOMIALS = 150  # of V
VARIABLES = 40
LARGEST = 6  # degree of P and Q
UNKNOWNS = 900  # coefficients of P and Q together
PRIMES = 6  # that their coefficients may take
WORK = 4e9  # products of the curves through all points


@dataclass(frozen=True)
class RationalSearch:
    """forms: proved laws, independent of the given ones. none: whether it is proved that no law P /
    Q, P, Q of that degree, exists beyond constants.

    unfinished: why laws that exist may be missing, or "".
    """

    forms: tuple[ClosedForm, ...]
    none: bool
    unfinished: str = ""


def rational_laws(
    family: PolynomialFields,
    degree: int,
    rows_of,
    wanted: int,
    rng,
    effort: float = 1.0,
    *,
    ask: Ask = nobody,
) -> RationalSearch:
    """Rational laws from the relations of degree at most `degree`, at most `wanted` more than are
    given.

    rows_of(point, prime): the gradients of the laws that are known, (laws x D). effort: share of
    WORK. ask: called now and then; what it raises ends the search.
    """
    size, moving = family.parameters, len(family.moving)
    if comb(moving + degree, degree) > MONOMIALS or moving > VARIABLES:
        return RationalSearch(
            (), False, f"more than {MONOMIALS} monomials or {VARIABLES} variables"
        )
    prime = next(word_primes())
    relations = Relations(family, degree, prime, rng, ask)
    if relations.too_long:
        return RationalSearch((), False, "the curves cost too much")
    base = rng.array(size, 1, prime)
    first = relations.settle(base)
    if not len(first):
        return RationalSearch((), True)
    if relations.cost * (size + 2) * (2 * LARGEST + 3) > effort * WORK:
        return RationalSearch((), False, "the curves cost too much")
    shapes, left = _shapes(relations, base, first, rng, ask)
    gradients, found, ring = rows_of(base, prime), [], Ring(size)
    for shape in shapes:
        if len(found) == wanted:
            break
        together = np.concatenate([gradients, shape.gradient[None]])
        if not Echelon(size, prime).extend(together)[-1]:
            continue
        form = _reconstructed(family, degree, shape, ring, rng, effort, ask)
        if form is None:
            left += 1
        else:
            found.append(form)
            gradients = together
    text = (
        f"{left} coefficients of relations were not reconstructed"
        if left and len(found) < wanted
        else ""
    )
    return RationalSearch(tuple(found), False, text)


@dataclass(frozen=True, eq=False)
class _Shape:
    """One coefficient of a relation as a rational function: where it stands, its degrees, its
    gradient at the base point.
    """

    place: tuple[int, int]
    top: int
    bottom: int
    each: tuple[tuple[int, int], ...]  # degrees of P and Q in each variable
    homogeneous: bool
    gradient: np.ndarray


def _shapes(
    relations: Relations, base: np.ndarray, first: np.ndarray, rng, ask: Ask
) -> tuple[list[_Shape], int]:
    """The coefficients that are not constant and of small degree, the simplest first; how many are
    of larger degree.
    """
    p, size = relations.prime, relations.curves.size
    steps = np.arange(2 * LARGEST + 3, dtype=np.uint64)
    direction = rng.array(size, 1, p)
    lines = [(base + steps[:, None] * direction) % p]
    lines += [(base + steps[:, None] * np.eye(size, dtype=np.uint64)[v]) % p for v in range(size)]
    values = [relations.at(line) for line in (*lines, (base * np.uint64(2) % p)[None])]
    if any(block.shape != first.shape for block in (b for line in values for b in line)):
        return [], 1  # an unlucky point or prime
    table, (twice,) = [np.array(line) for line in values[:-1]], values[-1]
    shapes, seen, larger = [], set(), 0
    for place in zip(*np.nonzero(first), strict=True):
        ask()
        on = [[int(x) for x in line[:, place[0], place[1]]] for line in table]
        key = tuple(on[0])
        if key in seen or tuple((p - x) % p for x in key) in seen or len(set(key)) == 1:
            continue
        seen.add(key)
        whole = _fraction(on[0], p)
        parts = [_fraction(line, p) for line in on[1:]] if whole else [None]
        if None in parts:
            larger += 1
            continue
        slopes = [
            (n[1] * d[0] - n[0] * d[1]) * pow(d[0], -2, p) % p
            for n, d in ((pad(n), pad(d)) for n, d in parts)
        ]
        at_twice = int(twice[place])
        top, bottom = len(whole[0]) - 1, len(whole[1]) - 1
        homogeneous = (at_twice - int(first[place]) * pow(2, top - bottom, p)) % p == 0
        shapes.append(
            _Shape(
                (int(place[0]), int(place[1])),
                top,
                bottom,
                tuple((len(n) - 1, len(d) - 1) for n, d in parts),
                homogeneous,
                np.array(slopes, dtype=np.uint64),
            )
        )
    return sorted(shapes, key=lambda s: (max(s.top, s.bottom), s.top + s.bottom, s.place)), larger


def pad(coefficients: list[int]) -> list[int]:
    return [*coefficients, 0, 0]


def _fraction(values: list[int], p: int) -> tuple[list[int], list[int]] | None:
    """The rational function with these values at 0, 1, 2, ..., of smallest degree: coefficients of
    numerator and denominator, from the constant.
    """
    count = len(values)
    for degree in range((count - 3) // 2 + 1):
        powers = [[pow(s, e, p) for e in range(degree + 1)] for s in range(count)]
        found = short_nullspace(
            [row + [(p - c) * x % p for x in row] for row, c in zip(powers, values, strict=True)], p
        )
        if len(found):
            vector = [int(x) for x in found[0]]
            top, bottom = _trimmed(vector[: degree + 1]), _trimmed(vector[degree + 1 :])
            return (top, bottom) if any(bottom) and bottom[0] else None
    return None


def _trimmed(coefficients: list[int]) -> list[int]:
    while len(coefficients) > 1 and not coefficients[-1]:
        coefficients = coefficients[:-1]
    return coefficients


def _monomials(
    size: int, degree: int, homogeneous: bool, each: list[int]
) -> list[tuple[int, ...]] | None:
    """The monomials of P or Q; None if they are too many."""
    degrees = [degree] if homogeneous else range(degree + 1)
    allowed = [v for v in range(size) if each[v]]
    if sum(comb(max(len(allowed) + k - 1, 0), k) for k in degrees) > 200_000:
        return None
    listed = (
        m
        for k in degrees
        for m in combinations_with_replacement(allowed, k)
        if all(m.count(v) <= each[v] for v in set(m))
    )
    kept = list(islice(listed, UNKNOWNS))
    return kept if len(kept) < UNKNOWNS else None


def _reconstructed(
    family, degree: int, shape: _Shape, ring: Ring, rng, effort: float, ask: Ask
) -> ClosedForm | None:
    """P / Q for one coefficient, proved to be a law; None if it has too many terms or too large
    coefficients.
    """
    size = family.parameters
    sides = [
        _monomials(size, total, shape.homogeneous, [pair[k] for pair in shape.each])
        for k, total in enumerate((shape.top, shape.bottom))
    ]
    if None in sides or sum(map(len, sides)) > UNKNOWNS:
        return None
    fields, residues, count = (
        [ring.field(field) for field in family.fields],
        Residues(),
        sum(map(len, sides)) + 2,
    )
    for prime in islice(word_primes(), PRIMES):
        relations = Relations(family, degree, prime, rng, ask)
        points = rng.array((count, size), 1, prime)
        relations.settle(points[0])
        if relations.cost * count > effort * WORK:
            return None
        blocks = relations.at(points)
        if any(len(block) <= shape.place[0] for block in blocks):
            continue
        values = np.array([block[shape.place] for block in blocks], dtype=np.uint64)
        top, bottom = (_values(side, points, prime) for side in sides)
        residues.add(
            nullspace(
                np.concatenate(
                    [top, (prime - values)[:, None] * bottom % np.uint64(prime)], axis=1
                ),
                prime,
                ask,
            ),
            prime,
        )
        ask()
        vectors = residues.rational()
        for vector in vectors[:1] if vectors else ():
            parts = [
                ring.of(
                    Polynomial.of((c, [(v, 1) for v in m]) for c, m in zip(half, side, strict=True))
                )
                for half, side in zip(
                    (vector[: len(sides[0])], vector[len(sides[0]) :]), sides, strict=True
                )
            ]
            if parts[1].is_zero() or parts[0].is_zero():
                continue
            form = form_of(ring, (), *parts)
            if vanishes(ring, form, fields):
                return form
    return None


def _values(monomials, points: np.ndarray, prime: int) -> np.ndarray:
    """Monomials at points mod prime < 2^31, (points x monomials)."""
    out = np.ones((len(points), len(monomials)), dtype=np.uint64)
    for j, m in enumerate(monomials):
        for v in m:
            out[:, j] = out[:, j] * points[:, v] % np.uint64(prime)
    return out
