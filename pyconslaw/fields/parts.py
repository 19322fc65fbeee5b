"""Vector fields that fall into parts without a common variable."""

from __future__ import annotations

from dataclasses import dataclass

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.sets import joined


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the vector fields, by number, with the variables that occur in them, and in these
    variables alone.
    """

    generators: tuple[int, ...]
    variables: tuple[int, ...]
    family: PolynomialFields


def parts_of(family: PolynomialFields) -> list[Part]:
    """The finest parts, in the order of their first vector fields.

    >>> from pyconslaw import System
    >>> net = System(["x", "y", "z", "u"], fields=[{"x": "y"}, {"u": 1}, {"y": "x^2"}])
    >>> [(part.generators, part.variables) for part in parts_of(net.explicit())]
    [((0, 2), (0, 1)), ((1,), (3,))]
    """
    occur = [
        sorted({*field, *(v for f in field.values() for _, m in f.terms for v, _ in m)})
        for field in family.fields
    ]
    together = joined(occur)
    if len(together) == 1 and len({v for some in occur for v in some}) == family.parameters:
        return [Part(tuple(range(family.size)), tuple(range(family.parameters)), family)]
    found = []
    for generators in together:
        seen = {v for i in generators for v in occur[i]}
        number = {v: k for k, v in enumerate(sorted(seen))}
        fields = [
            {number[v]: f.renumbered(number) for v, f in family.fields[i].items()}
            for i in generators
        ]
        found.append(Part(tuple(generators), tuple(number), PolynomialFields(fields, len(number))))
    return found
