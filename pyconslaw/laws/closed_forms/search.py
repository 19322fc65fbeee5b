"""Laws of several forms, one form after the other, until as many are exhibited as are wanted; and
what was searched, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from pyconslaw.errors import LimitError
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.forms import ONE, ClosedForm
from pyconslaw.laws.closed_forms.logarithmic import Collection, logarithmic
from pyconslaw.laws.closed_forms.rational import rational_laws
from pyconslaw.laws.polynomial.search import polynomial_laws
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

FORMS = ("polynomial", "rational", "logarithmic")
ANSATZ = 5_000  # unknowns of the polynomial search
# of the searches beyond polynomials: variables that move, all of them, terms of all components
VARIABLES, ALL_VARIABLES, TERMS = 60, 600, 2_000


@dataclass(frozen=True)
class Found:
    """forms: proved laws whose gradients are independent; searched: in words, what was looked for
    and what is thereby excluded.
    """

    forms: tuple[ClosedForm, ...]
    searched: tuple[str, ...]


def find_forms(
    family: PolynomialFields,
    wanted: int,
    degree: int,
    forms: Sequence[str],
    rng,
    known: Sequence[Polynomial] = (),
    effort: float = 1.0,
    *,
    closed: bool = False,
    ask: Ask = nobody,
) -> Found:
    """At most `wanted` independent laws of these forms (see FORMS), proved; cheap forms first.

    degree: of polynomials; of the relations that rational laws are read off; of R, and of Darboux
    polynomials that are looked for. known: laws that are proved already. effort: share of the work
    that the rational search may take. closed: laws of closed 1-forms alone, which certificates
    have. ask: called now and then; what it raises ends the search.
    """
    laws, searched = Collection(family.parameters, rng), []
    family = _different(family.directions())
    laws.add([ClosedForm((), (h, ONE)) for h in known], wanted)
    if "polynomial" in forms and len(laws.forms) < wanted:
        searched.append(_polynomials(family, degree, laws, wanted, ask))
    terms = family.terms
    moving = len(family.moving)
    if moving > VARIABLES or family.parameters > ALL_VARIABLES or terms > TERMS:
        counts = (
            (family.parameters, "variables", ALL_VARIABLES),
            (moving, "variables that move", VARIABLES),
            (terms, "terms", TERMS),
        )
        beyond = [f"{n} {what}, the most are {most}" for n, what, most in counts if n > most]
        return Found(tuple(laws.forms), (*searched, f"no other forms: {'; '.join(beyond)}"))
    if "rational" in forms and len(laws.forms) < wanted:
        still = sorted(set(range(family.parameters)) - set(family.moving))
        laws.add([ClosedForm((), (Polynomial(((1, ((v, 1),)),)), ONE)) for v in still], wanted)
        searched.append(_rational(family, degree, laws, wanted, rng, effort, ask))
    if "logarithmic" in forms and len(laws.forms) < wanted:
        how = {"rng": rng, "effort": effort, "closed": closed, "ask": ask}
        searched.append(logarithmic(family, degree, laws, wanted, **how))
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
    beside = " but of coordinates that never move" * (len(family.moving) < family.parameters)
    if excluded:
        rest = (
            f"; of degree <= {k}: {text}"
            if text
            else f"; of degree <= {k} by relations"
            if k > excluded
            else ""
        )
        return f"quotients P / Q of degree <= {excluded}: there are none{beside}{rest}"
    return f"quotients P / Q by relations of degree <= {k}" + (f" ({text})" if text else "")
