"""A user's own candidate that is no polynomial: a quotient, or a closed-form law."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from pyconslaw.entries.parse import parse_quotient
from pyconslaw.entries.quotients import integral, polynomial_of
from pyconslaw.fields.named import Named
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.check import CheckResult, check_network, nonzero_point
from pyconslaw.laws.closed_forms.forms import ClosedForm, atoms_of, slope_of, vanishes
from pyconslaw.laws.closed_forms.law import ClosedLaw
from pyconslaw.laws.closed_forms.reading import has_functions, read_closed
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROVED


def read_form(network: Named, law) -> ClosedForm | None:
    """The form of a candidate that is a `ClosedLaw` or a text with a denominator, or with
    logarithms or arctangents; None for other candidates. Errors: InputError.
    """
    return read_scaled(network, law)[0]


def read_scaled(network: Named, law) -> tuple[ClosedForm | None, int]:
    """(form, scale): the candidate is the law of the form, divided by the scale."""
    if isinstance(law, ClosedLaw):
        check_network(network, law)
        return law.form, 1
    if not isinstance(law, str):
        return None, 1
    number = {name: i for i, name in enumerate(network.entry_names)}
    if has_functions(law):
        return read_closed(law, number, "law")
    return (_read_quotient(law, number) if "/" in law else None), 1


def _read_quotient(law: str, number: dict[str, int]) -> ClosedForm | None:
    """The form of a quotient; None for a polynomial."""
    top, bottom = parse_quotient(law, number, "law")
    whole, scale = integral(top)
    below = polynomial_of({m: int(c) * scale for m, c in bottom.items()})
    return ClosedForm((), (polynomial_of(whole), below)) if below.degree else None


def check_form(network: Named, form: ClosedForm, scale: int = 1) -> CheckResult:
    """Exact: the form multiplied out along every generator of W, or a point where it is not 0.
    scale: what the candidate was multiplied by. Errors: LimitError when phi has too many paths.
    """
    problem = network.problem
    moving = first_moving(problem, form)
    if moving is None:
        return CheckResult(
            True,
            PROVED,
            f"<grad h, X_i> = 0 identically for all {len(problem.generators)} generators, "
            "where no denominator vanishes",
        )
    number, at, derivative = moving
    name = list(network.generators)[number]
    return CheckResult(
        False,
        PROVED,
        f"<grad h, {'grad phi' if problem.written is None else 'X'}> is not zero for {name}",
        name,
        dict(zip(network.entry_names, at, strict=True)),
        None if derivative is None else derivative / scale,
    )


def first_moving(
    problem: Problem, form: ClosedForm
) -> tuple[int, list[int], Fraction | None] | None:
    """Exact: (the first generator that moves the form, an integer point, how fast there, where that
    is rational); None where none does. Errors: LimitError when phi has too many paths.
    """
    ring, family = Ring(problem.size), problem.explicit()
    for number, field in enumerate(family.fields):
        if vanishes(ring, form, [ring.field(field)]):
            continue
        moved = _moved_weight(ring, form, ring.field(field))
        if moved is not None:
            point, _ = nonzero_point(ring.back(moved))
            return number, [point.get(v, 0) for v in range(problem.size)], None
        below = [ring.of(form.quotient[1])]
        below += [slope_of(ring, {}, kind, about)[1] for _, kind, about in atoms_of(ring, form)]
        numerator = _numerator(ring, form, ring.field(field))
        point, _ = nonzero_point(ring.back(prod([numerator, *below], start=ring.one)))
        at = [point.get(v, 0) for v in range(problem.size)]
        return number, at, _derivative(form, field, at)
    return None


def _moved_weight(ring: Ring, form: ClosedForm, field):
    """The derivative of a coefficient of a logarithm or angle that moves along a vector field, as
    does the law then, for they are algebraically independent; None where all are laws.
    """
    slopes = (ring.along(field, ring.of(g)) for g, _ in form.products)
    return next((slope for slope in slopes if not slope.is_zero()), None)


def _numerator(ring: Ring, form: ClosedForm, field):
    """The form along a vector field, times all denominators."""
    top, bottom = map(ring.of, form.quotient)
    parts = [(bottom * ring.along(field, top) - top * ring.along(field, bottom), bottom * bottom)]
    for c, kind, about in atoms_of(ring, form):
        slope, below = slope_of(ring, field, kind, about)
        parts.append((c * slope, below))
    return sum(
        (
            above * prod((b for j, (_, b) in enumerate(parts) if j != k), start=ring.one)
            for k, (above, _) in enumerate(parts)
        ),
        ring.zero,
    )


def _derivative(form: ClosedForm, field, at: list[int]) -> Fraction:
    """The form along a vector field at an integer point."""

    def value(f: Polynomial) -> Fraction:
        return Fraction(f.at(at))

    def slope(f: Polynomial) -> Fraction:
        return sum(
            (value(part) * value(field[v]) for v, part in f.gradient().items() if v in field),
            Fraction(0),
        )

    a, b = form.quotient
    total = (slope(a) * value(b) - value(a) * slope(b)) / value(b) ** 2
    total += sum(c * slope(p) / value(p) for c, p in form.logs)
    total += sum(
        c * (value(u) * slope(w) - value(w) * slope(u)) / (value(u) ** 2 - d * value(w) ** 2)
        for c, u, w, d in form.angles
    )
    inner = (value(g) * _derivative(f, field, at) for g, f in form.products)
    return total + sum(inner, Fraction(0))
