"""Small random systems of explicit vector fields, as records and for the oracles."""

from reference import polynomials as slow

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.polynomial import Polynomial


def drawn_polynomial(draw, size, *, terms=2, degree=2, largest=3):
    """A random polynomial, not zero."""
    while True:
        found = Polynomial.of(
            (
                draw.choice([-1, 1]) * draw.randrange(1, largest + 1),
                [(draw.randrange(size), 1) for _ in range(draw.randrange(degree + 1))],
            )
            for _ in range(terms)
        )
        if found.terms:
            return found


def drawn_family(draw, size, count, **options):
    """count vector fields, each at some of the variables; options: of the polynomials."""
    fields = []
    for _ in range(count):
        moved = sorted(draw.sample(range(size), draw.randrange(1, size + 1)))
        fields.append({v: drawn_polynomial(draw, size, **options) for v in moved})
    return PolynomialFields(fields, size)


def for_oracle(family):
    """The vector fields in the form of `reference.polynomials`."""
    return [
        {v: slow.polynomial([(c, list(m)) for c, m in f.terms]) for v, f in field.items()}
        for field in family.fields
    ]
