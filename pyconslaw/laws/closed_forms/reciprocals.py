"""Vector fields with denominators, in coordinates for their reciprocals, where they are short.

Multiplying by all denominators makes polynomials of vector fields, but long ones: each component
has the denominators of all others as factors. With a coordinate y for 1 / P, y' = -y^2 <grad P, .>,
every component is divided by as many factors as some other component has.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

TERMS = 20_000  # of all components together, which are factored
POLES = 20


@dataclass(frozen=True, eq=False)
class Reciprocals:
    """fields: in the variables of the family, then one for 1 / P of each of the poles P.

    The first components of fields[i], times the product of the P to the powers[i], are those of
    generator i where the last variables are 1 / P.
    """

    poles: tuple[Polynomial, ...]
    powers: tuple[tuple[int, ...], ...]
    fields: PolynomialFields


def reciprocals(family: PolynomialFields, *, ask: Ask = nobody) -> Reciprocals | None:
    """The family in coordinates for the reciprocals of factors that most components share.

    None where there are no such factors, or the components are too long to be factored. A factor is
    a polynomial of two terms or more; factors that only occur together are multiplied. ask: called
    before each component; what it raises ends the search.
    """
    if family.terms > TERMS:
        return None
    ring = Ring(family.parameters)
    found: dict = {}  # by factor: multiplicities, by (generator, component)
    for i, field in enumerate(family.fields):
        for v, f in field.items():
            ask()
            for factor, k in ring.factor(ring.of(f))[1]:
                factor = ring.normal(factor)
                if len(factor) > 1:
                    found.setdefault(str(factor), (factor, {}))[1][i, v] = k
    together: dict[Any, Any] = defaultdict(lambda: ring.one)
    for factor, seen in found.values():
        if any(_is_shared(field, i, seen) for i, field in enumerate(family.fields)):
            together[tuple(sorted(seen.items()))] *= factor
    if not 0 < len(together) <= POLES:
        return None
    poles = list(together.values())
    return _extended(family, ring, poles, [dict(seen) for seen in together], ask)


def _is_shared(field: dict, i: int, seen: dict) -> bool:
    """Whether most components of generator i have the factor, and not all as often."""
    powers = [seen.get((i, v), 0) for v in field]
    return 2 * sum(map(bool, powers)) >= len(field) > 1 and min(powers) < max(powers)


def _extended(family, ring: Ring, poles: list, seen: list[dict], ask: Ask) -> Reciprocals:
    size, wide = family.parameters, Ring(family.parameters + len(poles))
    slopes = [ring.gradient(p) for p in poles]
    powers, fields = [], []
    for i, field in enumerate(family.fields):
        most = tuple(max(own.get((i, v), 0) for v in field) for own in seen)
        short = {}
        for v, f in field.items():
            ask()
            rest = ring.of(f)
            monomial = wide.one
            for j, (own, p) in enumerate(zip(seen, poles, strict=True)):
                power = own.get((i, v), 0)
                rest = ring.quotient(rest, p**power)
                monomial *= wide.gens[size + j] ** (most[j] - power)
            short[v] = wide.of(ring.back(rest)) * monomial
        for j, slope in enumerate(slopes):
            square = wide.gens[size + j] ** 2
            along = [short[w] * wide.of(ring.back(s)) for w, s in slope.items() if w in short]
            moved = -square * sum(along, wide.zero)
            if not moved.is_zero():
                short[size + j] = moved
        powers.append(most)
        fields.append({v: wide.back(f) for v, f in short.items()})
    listed = tuple(ring.back(p) for p in poles)
    return Reciprocals(listed, tuple(powers), PolynomialFields(fields, size + len(poles)))
