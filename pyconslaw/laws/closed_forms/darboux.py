"""Darboux polynomials: X_i P = K_i P for every vector field, K_i a polynomial, the cofactor. Sums
of their logarithms are the laws beyond rational ones.

If X_i P_j = K_ij P_j then sum of c_j dP_j / P_j + d(R / B) vanishes on W exactly when sum_j c_j
K_ij + X_i(R / B) = 0 for all i: linear equations over Q for the c_j and the coefficients of R, once
the P_j and B are chosen (Darboux 1878; Christopher 1999 for R / B).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import flint

from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.angles import normal_angle
from pyconslaw.laws.closed_forms.forms import ClosedForm, form_of, vanishes
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.budget import Ask, nobody

UNKNOWNS = 400  # coefficients of R and weights together
EIGEN = 60  # rows of a matrix whose eigenvectors are looked for


@dataclass(frozen=True, eq=False)
class Darboux:
    """P with its cofactors, one for each vector field."""

    polynomial: flint.fmpz_mpoly
    cofactors: tuple[flint.fmpz_mpoly, ...]


@dataclass(frozen=True, eq=False)
class Angle:
    """The form (u dw - w du) / (u^2 - d w^2), d no square: what separates u + w sqrt(d) from its
    conjugate. cofactors: its values along the fields.
    """

    u: flint.fmpz_mpoly
    w: flint.fmpz_mpoly
    d: int
    cofactors: tuple[flint.fmpz_mpoly, ...]


def angles(ring: Ring, known: Iterable[Darboux], fields, splits: Iterable = ()) -> Iterator[Angle]:
    """The angles of Darboux polynomials 4 a N = u^2 - d w^2, a a number, where the form is a
    polynomial along all fields. splits: more (u, w, d), of polynomials that are not quadratic in a
    variable.
    """
    listed = [split for item in known if (split := _conjugates(ring, item.polynomial))]
    seen = {str(ring.normal(u * u - d * w * w)) for u, w, d in listed}
    for u, w, d in splits:
        norm = str(ring.normal(u * u - d * w * w))
        if norm not in seen:
            seen.add(norm)
            listed.append(normal_angle(ring, u, w, d)[1])
    for u, w, d in listed:
        if u.is_constant() and w.is_constant():
            continue
        cofactors = [
            ring.quotient(u * ring.along(field, w) - w * ring.along(field, u), u * u - d * w * w)
            for field in fields
        ]
        if None not in cofactors:
            yield Angle(u, w, d, tuple(cofactors))


def _conjugates(ring: Ring, n) -> tuple | None:
    """(u, w, d) with u^2 - d w^2 a constant multiple of an irreducible n that is quadratic in some
    variable.
    """
    for v, e in enumerate(n.degrees()):
        if e != 2 or not n.derivative(v).derivative(v).is_constant():
            continue
        u, twice = n.derivative(v), n.derivative(v).derivative(v)
        square = u * u - 2 * twice * n  # the discriminant in this variable
        if square.is_zero():
            continue
        content, parts = ring.factor(square)
        if all(k % 2 == 0 for _, k in parts):
            d, w = content, ring.one
            for f, k in parts:
                w = w * f ** (k // 2)
            return normal_angle(ring, u, w, d)[1]
    return None


def candidates(family: PolynomialFields, ring: Ring, degree: int, *, ask: Ask = nobody) -> Iterator:
    """Where Darboux polynomials are looked for first: variables, components, eigenvectors of degree
    at most `degree` of linear vector fields.
    """
    fields = [ring.field(field) for field in family.fields]
    yield from ring.gens
    yield from (f for field in fields for f in field.values())
    yield from _eigenvectors(ring, fields, degree, ask)


def darboux_polynomials(
    family: PolynomialFields, ring: Ring, given: Iterable, *, ask: Ask = nobody
) -> list[Darboux]:
    """The irreducible factors of given polynomials that are Darboux polynomials, each once."""
    fields, found = [ring.field(field) for field in family.fields], []
    for p in ring.factors(asking(given, ask)):
        ask()
        cofactors = [ring.quotient(ring.along(field, p), p) for field in fields]
        if None not in cofactors:
            found.append(Darboux(p, tuple(cofactors)))
    return found


def asking(given: Iterable, ask: Ask) -> Iterator:
    """The same, with a question before each."""
    for f in given:
        ask()
        yield f


def _span(ring: Ring, degrees: Iterable[int]) -> list[flint.fmpz_mpoly]:
    """The monomials of these degrees."""
    out = []
    for k in degrees:
        for m in combinations_with_replacement(range(ring.variables), k):
            f = ring.one
            for v in m:
                f = f * ring.gens[v]
            out.append(f)
    return out


def _eigenvectors(ring: Ring, fields, degree: int, ask: Ask) -> Iterator:
    """Polynomials of degree 1 .. degree that the vector fields of degree 1, together, multiply by
    rational numbers: eigenvectors of a combination of them.
    """
    mixed: dict = {}
    # weights that no two eigenvalues are likely to agree for
    for k, field in enumerate(fields):
        if all(sum(m) <= 1 for f in field.values() for m in f.to_dict()):
            for v, f in field.items():
                mixed[v] = mixed.get(v, ring.zero) + (7919**k % 1009 + k) * f
    for k in range(1, degree + 1):
        basis = _span(ring, range(k + 1)) if comb(ring.variables + k, k) <= EIGEN else []
        number = {f.monoms()[0]: j for j, f in enumerate(basis)}
        rows = [[0] * len(basis) for _ in basis]  # column j: the derivative of monomial j
        for j, f in enumerate(basis):
            ask()
            for m, c in ring.along(mixed, f).to_dict().items():
                rows[number[m]][j] = int(c)
        matrix = flint.fmpz_mat(rows) if mixed and basis else None
        for factor, _ in matrix.charpoly().factor()[1] if matrix is not None else ():
            if factor.degree() == 1:
                value = int(-factor[0])
                shifted = [
                    [x - value * (i == j) for j, x in enumerate(row)] for i, row in enumerate(rows)
                ]
                for vector in integer_nullspace(shifted, ask=ask):
                    yield sum((c * f for c, f in zip(vector, basis, strict=True) if c), ring.zero)


def logarithmic_laws(
    family: PolynomialFields,
    ring: Ring,
    known: list[Darboux],
    *,
    turns: list[Angle],
    degree: int,
    ask: Ask = nobody,
) -> list[ClosedForm]:
    """Laws sum of c_j log P_j + R / B over known Darboux polynomials, R of degree at most `degree`,
    B = 1 or one P_j: a basis for each B, proved.

    turns: the angles of the P_j, which take part in the sum.
    """
    fields = [ring.field(field) for field in family.fields]
    atoms = [*known, *turns]
    top = degree
    while top and comb(ring.variables + top, top) + len(atoms) > UNKNOWNS:
        top -= 1
    monomials = _span(ring, range(1, top + 1))
    found = []
    for bottom in [None, *known]:
        b = ring.one if bottom is None else bottom.polynomial
        rows: list[dict] = [{} for _ in fields]
        numerators = monomials if bottom is None else [ring.one, *monomials]
        columns = [[atom.cofactors[i] * b for i in range(len(fields))] for atom in atoms]
        columns += [
            [
                ring.along(field, f) - (0 if bottom is None else bottom.cofactors[i] * f)
                for i, field in enumerate(fields)
            ]
            for f in asking(numerators, ask)
        ]
        for j, column in enumerate(columns):
            for i, f in enumerate(column):
                for m, c in f.to_dict().items():
                    rows[i].setdefault(m, {})[j] = int(c)
        matrix = [
            [entries.get(j, 0) for j in range(len(columns))]
            for row in rows
            for entries in row.values()
        ]
        solved = integer_nullspace(matrix or [[0] * len(columns)], ask=ask)
        for vector in short(solved) if columns else ():
            ask()
            weights, turned, coefficients = (
                vector[: len(known)],
                vector[len(known) : len(atoms)],
                vector[len(atoms) :],
            )
            r = sum((c * f for c, f in zip(coefficients, numerators, strict=True) if c), ring.zero)
            form = form_of(
                ring,
                [(c, d.polynomial) for c, d in zip(weights, known, strict=True)],
                r,
                b,
                angles=[(c, a.u, a.w, a.d) for c, a in zip(turned, turns, strict=True)],
            )
            if (
                form.logs or form.angles or form.quotient[0].degree or form.quotient[1].degree
            ) and vanishes(ring, form, fields):
                found.append(form)
    return found


def short(vectors: list[list[int]]) -> list[list[int]]:
    """A basis of the same lattice with short vectors, so that exponents are small."""
    if len(vectors) < 2:
        return vectors
    return [[int(x) for x in row] for row in flint.fmpz_mat(vectors).lll().tolist()]
