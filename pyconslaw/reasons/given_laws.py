"""Upper bounds by laws that are known already, each of them proved by whoever hands them in."""

from __future__ import annotations

from collections.abc import Sequence

from pyconslaw.laws.closed_forms.forms import ONE, ClosedForm, form_rows
from pyconslaw.laws.polynomial.search import law_gradients
from pyconslaw.reasons.independence import independent
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial


def given_laws_bound(
    size: int, laws: Sequence[Polynomial | ClosedForm], rng, ask: Ask = nobody
) -> UpperBound:
    """dimension <= D - rank of the gradients of these laws, in size variables.

    Polynomials alone are the proof `polynomial-laws`, otherwise all are `closed-forms`; the checker
    multiplies them out again. Laws whose 1-forms are not closed are left out.
    """
    return _bound(size, laws, "laws that were handed in", rng, ask)


def joined_bound(
    size: int,
    given: UpperBound,
    known: Sequence[Polynomial | ClosedForm],
    rng,
    ask: Ask = nobody,
) -> UpperBound:
    """The bound by laws that were handed in together with those that are known anyway."""
    laws = [*given.laws, *given.forms, *known]
    return _bound(size, laws, "laws that were handed in and known laws", rng, ask)


def _bound(
    size: int, given: Sequence[Polynomial | ClosedForm], what: str, rng, ask: Ask
) -> UpperBound:
    laws = [law for law in given if isinstance(law, Polynomial) or law.is_closed]
    plain = [law for law in laws if isinstance(law, Polynomial)]
    held: tuple[Polynomial, ...] = ()
    forms: tuple[ClosedForm, ...] = ()
    if len(plain) == len(laws):
        mask, witness = independent(lambda x, p: law_gradients(plain, size, x, p), rng, size, ask)
        held = tuple(law for law, keep in zip(plain, mask, strict=True) if keep)
        proof = {"kind": "polynomial-laws", "laws": [law.json() for law in held], **witness}
    else:
        every = [law if isinstance(law, ClosedForm) else ClosedForm((), (law, ONE)) for law in laws]
        mask, witness = independent(lambda x, p: form_rows(every, size, x, p), rng, size, ask)
        forms = tuple(form for form, keep in zip(every, mask, strict=True) if keep)
        proof = {"kind": "closed-forms", "laws": [form.json() for form in forms], **witness}
    count = int(mask.sum())
    open_forms = len(given) - len(laws)
    beside = f", without {open_forms} with laws as coefficients" if open_forms else ""
    reason = (f"{what} ({count} independent{beside})",)
    return UpperBound(size - count, reason, proof, held, len(laws), (witness["prime"],), forms)
