"""Sums of logarithms, angles and quotients: where Darboux polynomials are looked for, the cheap
places first, and the laws that are made of them, until as many are exhibited as are wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.conjugates import conjugate_pairs
from pyconslaw.laws.closed_forms.darboux import (
    Angle,
    Darboux,
    angles,
    asking,
    candidates,
    darboux_polynomials,
    logarithmic_laws,
)
from pyconslaw.laws.closed_forms.forms import ONE, ClosedForm, form_rows
from pyconslaw.laws.closed_forms.invariant import invariant_polynomials
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.closed_forms.sums import ansatz_of, sums
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

PRIME_BITS = 61
WEIGHTS = (0, 1, 2)  # how many laws are multiplied in a coefficient, the fewest first
COEFFICIENTS = 20  # laws that may be coefficients


class Collection:
    """Laws that are independent at one random point modulo one prime."""

    def __init__(self, variables: int, rng):
        self.size, self.prime = variables, rng.prime(PRIME_BITS)
        self.point = rng.array(variables, 1, self.prime)
        self.basis = Echelon(variables, self.prime)
        self.forms: list[ClosedForm] = []

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

    @property
    def polynomials(self) -> list[Polynomial]:
        """Those that are polynomials."""
        plain = (form for form in self.forms if not (form.logs or form.angles or form.products))
        return [form.quotient[0] for form in plain if form.quotient[1] == ONE]


class _Search:
    """What is known of a family: its Darboux polynomials and their angles."""

    def __init__(self, family: PolynomialFields, degree: int, laws: Collection, wanted: int, ask):
        self.family, self.degree, self.ask = family, degree, ask
        self.laws, self.wanted = laws, wanted
        self.ring = Ring(family.parameters)
        self.fields = [self.ring.field(field) for field in family.fields]
        self.known: list[Darboux] = []
        self.turns: list[Angle] = []
        self.weighed = False  # whether coefficients that are laws were looked for

    @property
    def atoms(self) -> int:
        return len(self.known) + len(self.turns)

    @property
    def done(self) -> bool:
        return len(self.laws.forms) >= self.wanted

    def look(self, given: Iterable, splits: Sequence = ()) -> None:
        """At the factors of polynomials; where they bring something new, at sums over them.

        splits: (u, w, d) with norms that are among what is given.
        """
        before, ring, ask = self.atoms, self.ring, self.ask
        more = [*(item.polynomial for item in self.known), *given]
        self.known = darboux_polynomials(self.family, ring, more, ask=ask)
        self.turns = list(angles(ring, asking(self.known, ask), self.fields, splits))
        if self.atoms > before or not before:
            found = logarithmic_laws(
                self.family, ring, self.known, turns=self.turns, degree=self.degree, ask=ask
            )
            self.laws.add(found, self.wanted)

    def weigh(self, weight: int, rng) -> None:
        """At sums with products of so many laws as coefficients, and with reciprocals."""
        polynomials = self.laws.polynomials[:COEFFICIENTS] if weight else []
        atoms: list[Darboux | Angle] = [*self.known, *self.turns]
        if weight:  # what laws multiply has to be independent of all else, up to constants
            norms = {str(item.polynomial) for item in self.known}
            atoms = [*self.known, *(t for t in self.turns if self._norm(t) in norms)]
        size, ask = self.ring.variables, self.ask
        ansatz = ansatz_of(size, atoms, polynomials, self.degree, weight, ask=ask)
        if ansatz is not None and (polynomials or not weight):
            self.weighed |= weight > 0
            found = sums(self.family, self.ring, ansatz, rng, ask=ask)
            self.laws.add(found, self.wanted, ask)

    def _norm(self, turn: Angle) -> str:
        """The polynomial that it splits, normal."""
        return str(self.ring.normal(turn.u * turn.u - turn.d * turn.w * turn.w))


def logarithmic(
    family: PolynomialFields,
    degree: int,
    laws: Collection,
    wanted: int,
    *,
    rng,
    effort: float,
    closed: bool,
    ask: Ask,
) -> str:
    """What was searched, in words; laws are added to the collection. The arguments are those of
    `search.find_forms`.
    """
    search = _Search(family, degree, laws, wanted, ask)
    ring = search.ring
    more = [ring.of(f) for form in laws.forms for f in form.quotient]
    search.look([*candidates(family, ring, degree, ask=ask), *more])
    if not search.done:
        found = invariant_polynomials(family, degree, rng, effort, ask=ask)
        search.look(map(ring.of, found))
    if not search.done:
        search.weigh(0, rng)
    known = search.atoms
    if not search.done:
        pairs, rationals = conjugate_pairs(family, degree, rng, effort, ask=ask)
        splits = [(ring.of(u), ring.of(w), d) for u, w, d in pairs]
        norms = [u * u - d * w * w for u, w, d in splits]
        search.look([*map(ring.of, rationals), *norms], splits)
    for weight in (0,) if closed else WEIGHTS:
        if not search.done and (weight or search.atoms > known):
            search.weigh(weight, rng)
    beside = ", with laws as coefficients" if search.weighed else ""
    return (
        f"logarithmic sums over {len(search.known)} Darboux polynomials and quotients of degree <= "
        f"{degree}{beside}"
    )
