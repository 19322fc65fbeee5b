"""Upper bounds by laws beyond polynomials."""

from __future__ import annotations

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.forms import form_rows
from pyconslaw.laws.closed_forms.search import FORMS, find_forms
from pyconslaw.reasons.independence import independent
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody


def closed_form_bound(
    family: PolynomialFields,
    wanted: int,
    degree: int,
    rng,
    *,
    effort: float = 1.0,
    ask: Ask = nobody,
) -> UpperBound:
    """dimension <= D - k by k independent laws of the forms of `laws.closed_forms.search`, at most
    `wanted` of them. Errors: those of ask.
    """
    found = find_forms(family, wanted, degree, FORMS, rng, effort=effort, closed=True, ask=ask)
    size = family.parameters
    mask, witness = independent(lambda x, p: form_rows(found.forms, size, x, p), rng, size, ask)
    kept = tuple(form for form, keep in zip(found.forms, mask, strict=True) if keep)
    proof = {"kind": "closed-forms", "laws": [form.json() for form in kept], **witness}
    sorts = [form.sort for form in kept]
    reasons = tuple(
        f"{sort} laws ({sorts.count(sort)} independent)" for sort in FORMS if sort in sorts
    )
    return UpperBound(
        size - len(kept),
        reasons or (f"number of parameters ({size})",),
        proof,
        (),
        len(kept),
        (witness["prime"],),
        kept,
        found.searched,
    )
