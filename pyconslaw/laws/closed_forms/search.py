"""Laws of several forms, one form after the other, until as many are exhibited as are wanted; and
what was searched, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.errors import LimitError
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.darboux import candidates, darboux_polynomials, logarithmic_laws
from pyconslaw.laws.closed_forms.forms import ONE, ClosedForm, form_rows
from pyconslaw.laws.closed_forms.invariant import invariant_polynomials
from pyconslaw.laws.closed_forms.rational import rational_laws
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.polynomial.search import polynomial_laws
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

FORMS = ("polynomial", "rational", "logarithmic")
PRIME_BITS = 61
ANSATZ = 5_000  # unknowns of the polynomial search
# of the searches beyond polynomials: of the system, of all components together
VARIABLES, TERMS = 60, 2_000


@dataclass(frozen=True)
class Found:
    """forms: proved laws whose gradients are independent; searched: in words, what was looked for
    and what is thereby excluded.
    """

    forms: tuple[ClosedForm, ...]
    searched: tuple[str, ...]


class Collection:
    """Laws that are independent at one random point modulo one prime."""

    def __init__(self, variables: int, rng):
        self.size, self.prime = variables, rng.prime(PRIME_BITS)
        self.point = rng.array(variables, 1, self.prime)
        self.basis, self.forms = Echelon(variables, self.prime), []

    def add(self, forms: Sequence[ClosedForm], wanted: int, ask: Ask = nobody) -> None:
        """Those of the forms that are independent of what is here, and of each other, up to a
        number.
        """
        for form in forms:
            ask()
            if len(self.forms) >= wanted:
                return
            if self.basis.extend(next(form_rows([form], self.size, self.point, self.prime))).any():
                self.forms.append(form)

    def rows(self, point, prime: int) -> np.ndarray:
        return next(form_rows(self.forms, self.size, point, prime))


def find_forms(
    family: PolynomialFields,
    wanted: int,
    degree: int,
    forms: Sequence[str],
    rng,
    known: Sequence[Polynomial] = (),
    effort: float = 1.0,
    *,
    ask: Ask = nobody,
) -> Found:
    """At most `wanted` independent laws of these forms (see FORMS), proved; cheap forms first.

    degree: of polynomials; of the relations that rational laws are read off; of R, and of Darboux
    polynomials that are looked for. known: laws that are proved already. effort: share of the work
    that the rational search may take. ask: called now and then; what it raises ends the search.
    """
    laws, searched = Collection(family.parameters, rng), []
    family = _different(family.directions())
    laws.add([ClosedForm((), (h, ONE)) for h in known], wanted)
    if "polynomial" in forms and len(laws.forms) < wanted:
        searched.append(_polynomials(family, degree, laws, wanted, ask))
    terms = sum(len(f.terms) for field in family.fields for f in field.values())
    if family.parameters > VARIABLES or terms > TERMS:
        what = (
            f"{family.parameters} variables and {terms} terms, the most are {VARIABLES} and {TERMS}"
        )
        return Found(tuple(laws.forms), (*searched, f"no other forms: {what}"))
    if "rational" in forms and len(laws.forms) < wanted:
        searched.append(_rational(family, degree, laws, wanted, rng, effort, ask))
    if "logarithmic" in forms and len(laws.forms) < wanted:
        searched.append(_logarithmic(family, degree, laws, wanted, rng, effort, ask))
    return Found(tuple(laws.forms), tuple(searched))


def _different(family: PolynomialFields) -> PolynomialFields:
    """The vector fields without repetitions, up to sign."""
    kept = {}
    for field in family.fields:
        first = next(iter(field.values())).terms[0][0]
        signed = {
            v: Polynomial(tuple((c if first > 0 else -c, m) for c, m in f.terms))
            for v, f in field.items()
        }
        kept.setdefault(tuple(sorted(signed.items(), key=lambda item: item[0])), field)
    return PolynomialFields(kept.values(), family.parameters)


def _polynomials(family, degree: int, laws: Collection, wanted: int, ask: Ask) -> str:
    top = degree
    while top and comb(family.parameters + top, top) > ANSATZ:
        top -= 1
    try:
        found = polynomial_laws(family, range(1, top + 1), ask=ask) if top else ()
    except LimitError as error:
        return f"polynomials: {error}"
    laws.add([ClosedForm((), (h, ONE)) for h in found], wanted, ask)
    return (
        f"polynomials of degree <= {top}, all of them"
        if top
        else "no polynomials: too many unknowns"
    )


def _rational(
    family, degree: int, laws: Collection, wanted: int, rng, effort: float, ask: Ask
) -> str:
    excluded, text = 0, ""
    for k in range(1, degree + 1):
        left = wanted - len(laws.forms)
        found = rational_laws(family, k, laws.rows, left, rng, effort, ask=ask)
        laws.add(found.forms, wanted)
        excluded = k if found.none else excluded
        text = found.unfinished or text
        if len(laws.forms) == wanted or found.unfinished:
            break
    if excluded:
        rest = (
            f"; of degree <= {k}: {text}"
            if text
            else f"; of degree <= {k} by relations"
            if k > excluded
            else ""
        )
        return f"quotients P / Q of degree <= {excluded}: there are none{rest}"
    return f"quotients P / Q by relations of degree <= {k}" + (f" ({text})" if text else "")


def _logarithmic(
    family, degree: int, laws: Collection, wanted: int, rng, effort: float, ask: Ask
) -> str:
    ring = Ring(family.parameters)
    more = [ring.of(f) for form in laws.forms for f in form.quotient]
    given = [*candidates(family, ring, degree, ask=ask), *more]
    known = darboux_polynomials(family, ring, given, ask=ask)
    laws.add(logarithmic_laws(family, ring, known, degree, ask=ask), wanted)
    if len(laws.forms) < wanted:
        more = [d.polynomial for d in known] + [
            ring.of(f) for f in invariant_polynomials(family, degree, rng, effort, ask=ask)
        ]
        again = darboux_polynomials(family, ring, more, ask=ask)
        if len(again) > len(known):
            known = again
            laws.add(logarithmic_laws(family, ring, known, degree, ask=ask), wanted)
    return (
        f"logarithmic sums over {len(known)} Darboux polynomials and quotients of degree <= "
        f"{degree}"
    )
