"""What laws multiply: logarithms of irreducible polynomials, and angles with irreducible norms,
those together that are the same up to a sign and a constant.

Different groups are multiplicatively independent up to constants, which makes them algebraically
independent of each other and of the variables; see docs/mathematics.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt, lcm

import flint

from pyconslaw.errors import InputError
from pyconslaw.laws.closed_forms.angles import normal_angle
from pyconslaw.laws.closed_forms.forms import ClosedForm, atoms_of
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.polynomial import Polynomial


@dataclass(eq=False)
class Group:
    """atom: the first of them, (P,) or (u, w, d), which stands for all; parts: what each is
    multiplied by, in multiples of that one; several: whether some differ by a constant.
    """

    atom: tuple
    parts: list[tuple[Fraction, flint.fmpz_mpoly]] = field(default_factory=list)
    several: bool = False

    @property
    def coefficient(self) -> flint.fmpz_mpoly:
        """The sum of the parts, up to a positive number."""
        scale = lcm(*(by.denominator for by, _ in self.parts))
        first, *rest = (int(by * scale) * g for by, g in self.parts)
        return sum(rest, first)


def groups(ring: Ring, products: Iterable[tuple[Polynomial, ClosedForm]]) -> list[Group]:
    """The groups of the terms g f of forms. Errors: InputError where f is no single logarithm or
    angle of what is irreducible.
    """
    found: dict[str, dict[int, Group]] = {}
    atom: tuple
    for g, inner in products:
        atoms = list(atoms_of(ring, inner))
        if len(atoms) != 1 or inner.products or inner.quotient[0].terms:
            raise InputError("law: a law times a sum, expected one logarithm or angle")
        ((c, kind, about),) = atoms
        if kind == "log":
            norm = ring.normal(about[0])
            by, atom, d = Fraction(c), (norm,), 0
        else:
            by, (u, w, d) = normal_angle(ring, *about)
            by, atom, norm = c * by, (u, w, d), ring.normal(_norm(ring, u, w, d))
        _check_irreducible(ring, norm)
        alike = found.setdefault(str(norm), {})
        # squares of large primes are not taken out
        if d and any(e != d and e * d > 0 and isqrt(e * d) ** 2 == e * d for e in alike):
            raise InputError(f"law: a square root of {d}, expected one without large squares")
        group = alike.setdefault(d, Group(atom))
        if group.atom != atom:
            group.several = True
            by *= _orientation(ring, group.atom, atom, norm)
        group.parts.append((by, ring.of(g)))
    return [group for alike in found.values() for group in alike.values()]


def check_apart(ring: Ring, forms: Iterable[ClosedForm], name: str) -> None:
    """Errors: InputError where angles that laws multiply differ by a constant, which residues in
    the place of their values do not show.
    """
    products = [entry for form in forms for entry in form.products]
    if any(group.several for group in groups(ring, products)):
        raise InputError(
            f"{name}: a law times an arctangent, and a law times another that differs from it by a "
            "constant; expected both with the same arctangent"
        )


def _norm(ring: Ring, u, w, d: int):
    return ring.times(u, u) - d * ring.times(w, w)


def _check_irreducible(ring: Ring, norm) -> None:
    factors = ring.factor(norm)[1]
    if len(factors) != 1 or factors[0][1] != 1:
        raise InputError("law: a law times a logarithm or an angle that is a constant, or a sum")


def _orientation(ring: Ring, one: tuple, other: tuple, norm) -> int:
    """1 where l = u + s w is a multiple of that of the other, -1 where it is one of its conjugate:
    there are no more where the norm is irreducible, and the same.
    """
    (u, w, d), (a, b, _) = one, other
    # l times the conjugate of the other
    parts = ring.times(u, a) - d * ring.times(w, b), ring.times(w, a) - ring.times(u, b)
    return 1 if all(ring.quotient(part, norm) is not None for part in parts) else -1
