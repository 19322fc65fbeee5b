"""A user's own candidate that is no polynomial: a quotient, or a closed-form law."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pyconslaw.entries.foreign import is_sympy, typed
from pyconslaw.entries.parse import parse_quotient
from pyconslaw.entries.quotients import integral, polynomial_of
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.named import Named
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.check import (
    WORK_LIMIT,
    CheckResult,
    check_network,
    check_polynomial,
    read_candidate,
)
from pyconslaw.laws.closed_forms.forms import ClosedForm, vanishes
from pyconslaw.laws.closed_forms.groups import groups
from pyconslaw.laws.closed_forms.law import ClosedLaw
from pyconslaw.laws.closed_forms.looks import Looks
from pyconslaw.laws.closed_forms.reading import has_functions, read_closed
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.law import Law
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROVED

EXACT = 100_000_000  # terms, times their degree and the bits of a point, of a derivative there


def read_law(network: Named, law) -> tuple[Polynomial | ClosedForm, int]:
    """(polynomial or form, scale): the candidate, as `check_law` takes it, is that law divided by
    the positive scale. Errors: InputError.
    """
    if isinstance(law, ClosedLaw):
        check_network(network, law)
        return law.form, 1
    if is_sympy(law):
        law = typed(law, {name: i for i, name in enumerate(network.entry_names)}, "law")
    if not isinstance(law, str) or not ("/" in law or has_functions(law)):
        return read_candidate(network, law)
    number = {name: i for i, name in enumerate(network.entry_names)}
    if has_functions(law):
        return read_closed(law, number, "law")
    top, bottom = parse_quotient(law, number, "law")
    whole, scale = integral(top)
    below = polynomial_of({m: int(c) * scale for m, c in bottom.items()})
    if not below.degree:  # ONE
        return polynomial_of(whole), scale
    return ClosedForm((), (polynomial_of(whole), below)), 1


def check_read(network: Named, law: Polynomial | ClosedForm, scale: int, rng) -> CheckResult:
    """The work behind `pyconslaw.check_law`, for what was read. Errors: LimitError; InputError as
    `check_form`.
    """
    if isinstance(law, ClosedForm):
        return check_form(network, law, scale)
    return check_polynomial(network, law, scale, rng)


def check_form(network: Named, form: ClosedForm, scale: int = 1) -> CheckResult:
    """Exact: the form multiplied out along every generator of W, or a point where it is not 0, or a
    coefficient that is no law. scale: what the candidate was multiplied by. Errors: LimitError when
    phi has too many paths, or the form too many terms; InputError for angles that differ by
    constants, with coefficients that are no laws.
    """
    problem = network.problem
    moved = _refutation(problem, form)
    if moved is None:
        return CheckResult(
            True,
            PROVED,
            f"<grad h, X_i> = 0 identically for all {len(problem.generators)} generators, "
            "where no denominator vanishes",
        )
    name = list(network.generators)[moved.number]
    reason = f"<grad h, {'grad phi' if problem.written is None else 'X'}> is not zero for {name}"
    coefficient = None
    if moved.coefficient is not None:
        coefficient = str(Law(network, moved.coefficient))
        reason += (
            f", which moves the coefficient {coefficient:.80} of a logarithm or an angle: these "
            "are independent of each other and of rational functions"
        )
    return CheckResult(
        False,
        PROVED,
        reason,
        name,
        dict(zip(network.entry_names, moved.at, strict=True)),
        None if moved.derivative is None else moved.derivative / scale,
        coefficient=coefficient,
    )


@dataclass(frozen=True)
class _Moved:
    """The first generator that moves a form, an integer point, and how fast there, where that is
    rational and not too long to be written; or a coefficient that is moved there, with no claim
    about the form at the point.
    """

    number: int
    at: list[int]
    derivative: Fraction | None = None
    coefficient: Polynomial | None = None


def _refutation(problem: Problem, form: ClosedForm) -> _Moved | None:
    """Exact; None where no generator moves the form. Errors: as `check_form`."""
    ring, family = Ring(problem.size, WORK_LIMIT), problem.explicit()
    for number, field in enumerate(family.fields):
        coefficient = _moved_coefficient(ring, form, ring.field(field))
        if coefficient is not None:
            at = _point(Looks(form, field, problem.size, coefficient))
            return _Moved(number, at, coefficient=coefficient)
        looks = Looks(form, field, problem.size)
        if looks.moves() or not vanishes(ring, form, [ring.field(field)]):
            at = _point(looks)
            short = looks.terms * looks.degree * max(at).bit_length() <= EXACT
            return _Moved(number, at, _derivative(form, field, at) if short else None)
    return None


def _point(looks: Looks) -> list[int]:
    at = looks.point()
    if at is None:
        raise LimitError("law: it is not conserved, but no point was found that shows it")
    return at


def _moved_coefficient(ring: Ring, form: ClosedForm, field) -> Polynomial | None:
    """A coefficient of a logarithm or angle that moves along a vector field, as does the law then:
    its derivative is linear in them, with rational functions as coefficients, and they are
    independent (see `groups`). None where all are laws.
    """
    if all(ring.along(field, ring.of(g)).is_zero() for g, _ in form.products):
        return None
    for group in groups(ring, form.products):
        if not ring.along(field, group.coefficient).is_zero():
            return ring.back(group.coefficient)
    raise InputError(
        "law: arctangents that differ by constants, times what is no law; expected one of them "
        "alone, as the answer depends on the constants"
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
