"""The sign flow theta' = -sign(grad E): the limit of Adam without averages (beta_1 = beta_2 = 0),
and of steepest descent in the sup norm.

grad E ranges over the range of J(theta)^T, J = d phi, so theta' over the sign patterns that this
space takes. Coordinate k is the value of a linear functional, column J_k of J, so the patterns are
those of an arrangement of hyperplanes J_k w = 0. Call two coordinates of one class when their
columns are not zero and proportional. The hyperplane of a class contains a point w on none of the
other hyperplanes; from one side of it to the other exactly the signs of this class change, all at
once, so the patterns span the vectors

    sum over k in the class of e_k d/d theta_k,    e_k = the sign of J_k / J_(first of the class),

and nothing else. Near a point where columns that are not proportional everywhere are not
proportional, and those not zero everywhere not zero, these vectors are constant: they are the
vector fields of the flow there, and D less the number of classes is the number of laws, theta_k -
e_k theta_first, all linear. (Patterns with zeros, of special data, are means of two patterns
without.) The signs e_k depend on the region, the number does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from pyconslaw._core.zp import Random
from pyconslaw.entries.quotients import Arithmetic, Terms
from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.records.polynomial import Polynomial

REGION_BOUND, TRIES = 10_000, 20


def default_region(gradients: Sequence[VectorField], names: Sequence[str]) -> tuple[int, ...]:
    """A point with positive coordinates near which the classes are those of a generic point."""
    for seed in range(TRIES):
        region = tuple(Random(seed).array(len(names), 1, REGION_BOUND).tolist())
        try:
            class_fields(gradients, region, names)
        except InputError:
            if seed == TRIES - 1:
                raise
        else:
            break
    return region


def class_fields(
    gradients: Sequence[VectorField], region: Sequence[int], names: Sequence[str]
) -> list[VectorField]:
    """The vector field of each class near a point with integer coordinates, in the order of their
    first coordinates.

    Errors: InputError when the point is not generic, so that near it there are patterns that it
    does not show; beyond the limits of the parser.
    """
    columns: dict[int, dict[int, Polynomial]] = {}
    for i, gradient in enumerate(gradients):
        for k, f in gradient.items():
            if f.terms:
                columns.setdefault(k, {})[i] = f
    classes: dict[tuple, list[tuple[int, int]]] = {}
    for k, column in sorted(columns.items()):
        values = [(i, v) for i, f in column.items() if (v := f.at(region))]
        if not values:
            raise InputError(
                f"flow: the derivative by {names[k]} vanishes at the point, though not "
                "everywhere; the sign flow needs another point"
            )
        content = gcd(*(v for _, v in values))
        sign = 1 if values[0][1] > 0 else -1
        classes.setdefault(tuple((i, sign * v // content) for i, v in values), []).append((k, sign))
    arithmetic = Arithmetic("flow: sign")
    for members in classes.values():
        first = members[0][0]
        for k, _ in members[1:]:
            if not _proportional(columns[first], columns[k], arithmetic):
                raise InputError(
                    f"flow: the derivatives by {names[first]} and {names[k]} are "
                    "proportional at the point, though not "
                    "everywhere; the sign flow needs another point"
                )
    return [
        {k: Polynomial(((sign * members[0][1], ()),)) for k, sign in members}
        for members in classes.values()
    ]


def _proportional(
    a: dict[int, Polynomial], b: dict[int, Polynomial], arithmetic: Arithmetic
) -> bool:
    """Are two columns proportional as rational functions? a_i b_j = a_j b_i for one j with a_j not
    zero and all i.
    """
    if a.keys() != b.keys():
        return False
    j = min(a)
    top, bottom = _terms(a[j]), _terms(b[j])
    return all(
        arithmetic.times(_terms(a[i]), bottom) == arithmetic.times(top, _terms(b[i])) for i in a
    )


def _terms(f: Polynomial) -> Terms:
    return {m: c for c, m in f.terms}
