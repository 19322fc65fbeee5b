"""From vector fields with rational components to vector fields with integer polynomials, of the
same direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyconslaw.entries.quotients import ONE, Arithmetic, Quotient, Terms, polynomial_of, primitive
from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.records.polynomial import Polynomial


def cleared(components: Mapping[int, Quotient], name: str) -> VectorField:
    """The vector field {variable: component} times the product of its different denominators,
    primitive.

    Different means written differently: nothing is factored. Constants are no denominators. Errors:
    InputError for zero, or beyond the limits.
    """
    components = {v: q for v, q in components.items() if q[0]}
    if not components:
        raise InputError(f"{name}: expected a vector field that is not zero")
    arithmetic = Arithmetic(name)
    bottoms = {
        frozenset(bottom.items()): bottom for _, bottom in components.values() if bottom is not ONE
    }
    products = {}
    for v, (top, bottom) in components.items():
        own = frozenset(bottom.items()) if bottoms else None
        for key, other in bottoms.items():
            top = top if key == own else arithmetic.times(top, other)
        products[v] = top
    # one content for the whole vector field: terms of different components are kept apart by a
    # leading mark
    whole = primitive({(v, m): c for v, top in products.items() for m, c in top.items()})
    split: dict[int, dict] = {v: {} for v in products}
    for (v, m), c in whole.items():
        split[v][m] = c
    return {v: polynomial_of(terms) for v, terms in split.items()}


def poles_of(bottoms: Iterable[Terms]) -> tuple[Polynomial, ...]:
    """The different denominators among these, up to constants: what is cleared is claimed where
    none of them vanishes.
    """
    return tuple(
        dict.fromkeys(
            polynomial_of(primitive(bottom)) for bottom in bottoms if bottom.keys() != {()}
        )
    )
