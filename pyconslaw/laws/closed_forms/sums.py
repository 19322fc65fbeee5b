"""Laws that are sums of logarithms and angles, with laws as coefficients, and of quotients whose
denominators are products of Darboux polynomials.

The irreducible factors of the denominator of a rational law are Darboux polynomials P_j. So the
quotients are polynomials in the variables and the y_j = 1 / P_j, and X y_j = -y_j^2 X P_j. With g_m
polynomials that are known to be laws, atoms a_j (log P_j, or an angle) and monomials m_k,

    h = sum of c_mj g_m a_j + sum of r_k m_k(x, y)

is a law where sum of c_mj g_m X a_j + sum of r_k X m_k = 0 for all X: linear equations for the
numbers c and r at every point. They are solved modulo primes, lifted, and proved by multiplying
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, islice
from math import comb, prod

import numpy as np

from pyconslaw._core.poly import Polynomials
from pyconslaw.exact.basis import nullspace
from pyconslaw.exact.primes import word_primes
from pyconslaw.exact.residues import Residues
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.darboux import UNKNOWNS, Angle, Darboux, asking, short
from pyconslaw.laws.closed_forms.forms import ClosedForm, form_of, vanishes
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.stated.products import PRODUCT_LIMIT, product_of
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

PRIMES = 6  # that the coefficients may take
SPARE = 5  # points beyond as many as there are unknowns
POLES = 20  # Darboux polynomials whose reciprocals take part

Monomial = tuple[int, ...]  # variables with repetition, those from the number of variables on are y


@dataclass(frozen=True, eq=False)
class Ansatz:
    """atoms: Darboux polynomials and angles; weights: 1, and laws that may be their coefficients;
    poles: Darboux polynomials; monomials: in the variables and the reciprocals of the poles.
    """

    atoms: tuple[Darboux | Angle, ...]
    weights: tuple[Polynomial, ...]
    poles: tuple[Darboux, ...]
    monomials: tuple[Monomial, ...]

    @property
    def unknowns(self) -> int:
        return len(self.atoms) * len(self.weights) + len(self.monomials)


def ansatz_of(
    size: int,
    atoms: Sequence[Darboux | Angle],
    laws: Sequence[Polynomial],
    degree: int,
    weight: int,
    *,
    ask: Ask = nobody,
) -> Ansatz | None:
    """All monomials up to the degree, with as many reciprocals as UNKNOWNS allow, and coefficients
    that are products of at most `weight` laws; None where it is too large without reciprocals, or
    the products have too many terms. ask: as in `sums`.
    """
    poles = [atom for atom in atoms if isinstance(atom, Darboux)]
    poles = sorted(poles, key=lambda d: d.polynomial.total_degree())[:POLES]
    counts = [n for n in range(weight + 1) if comb(len(laws) + n, n) <= UNKNOWNS]
    several = sum(comb(len(laws) + n - 1, n) if laws else n == 0 for n in counts)
    if len(atoms) * several + comb(size + degree, degree) - 1 > UNKNOWNS:
        return None
    lengths = [len(g.terms) for g in laws]
    if sum(prod(c) for n in counts for c in combinations_with_replacement(lengths, n)) > (
        PRODUCT_LIMIT
    ):
        return None
    weights = [
        product_of(chosen)
        for n in counts
        for chosen in asking(combinations_with_replacement(laws, n), ask)
    ]
    while True:
        ask()
        variables = size + len(poles)
        if comb(variables + degree, degree) <= 2 * UNKNOWNS:
            monomials = [
                m
                for k in range(1, degree + 1)
                for m in combinations_with_replacement(range(variables), k)
                if not _cancels(m, size, poles)
            ]
            found = Ansatz(tuple(atoms), tuple(weights), tuple(poles), tuple(monomials))
            if found.unknowns <= UNKNOWNS:
                return found
        if not poles:
            return None
        poles = poles[:-1]


def _cancels(monomial: Monomial, size: int, poles: Sequence[Darboux]) -> bool:
    """Whether a variable meets its own reciprocal."""
    own = [poles[v - size].polynomial for v in monomial if v >= size]
    single = {m.index(1) for p in own if p.total_degree() == len(p) == 1 for m in p.monoms()}
    return any(v in single for v in monomial)


def sums(
    family: PolynomialFields, ring: Ring, ansatz: Ansatz, rng, *, ask: Ask = nobody
) -> list[ClosedForm]:
    """A basis of the laws of the ansatz, short, proved; constants are left out. ask: called now and
    then; what it raises ends the search.
    """
    if not ansatz.unknowns:
        return []
    fields, residues = [ring.field(field) for field in family.fields], Residues()
    values = _Values(ring, fields, ansatz)
    for prime in islice(word_primes(), PRIMES):
        rows = values.rows(prime, rng, ask)
        residues.add(nullspace(rows, prime, ask), prime)
        if not residues.dimension:
            return []
        vectors = residues.rational()
        forms = [_form(ring, ansatz, v, ask) for v in short(vectors)] if vectors else []
        if forms and all(form is None or vanishes(ring, form, fields) for form in forms):
            return [form for form in forms if form is not None]
    return []


class _Values:
    """The polynomials of the equations, to be evaluated together."""

    def __init__(self, ring: Ring, fields, ansatz: Ansatz):
        self.size, self.fields, self.ansatz = ring.variables, fields, ansatz
        self.listed: list[Polynomial] = []
        self._number: dict[Polynomial, int] = {}
        self._ring = ring
        self.of_poles = [self._add(ring.back(d.polynomial)) for d in ansatz.poles]
        self.of_weights = [self._add(g) for g in ansatz.weights]
        self.of_fields = [
            {v: self._add(ring.back(f)) for v, f in field.items()} for field in fields
        ]
        self.of_atoms = [self._all(atom.cofactors) for atom in ansatz.atoms]
        self.of_cofactors = [self._all(d.cofactors) for d in ansatz.poles]

    def _add(self, f: Polynomial) -> int:
        if f not in self._number:
            self._number[f] = len(self.listed)
            self.listed.append(f)
        return self._number[f]

    def _all(self, elements) -> list[int]:
        return [self._add(self._ring.back(f)) for f in elements]

    def rows(self, prime: int, rng, ask: Ask) -> np.ndarray:
        """The equations at random points modulo a prime below 2^31, (fields points) x unknowns."""
        ansatz, count, p = self.ansatz, self.ansatz.unknowns + SPARE, np.uint64(prime)
        points = rng.array((count, self.size), 1, prime)
        table = Polynomials([f.terms for f in self.listed], self.size, prime)
        at = np.zeros((len(self.listed), count), dtype=np.uint64)
        for k, x in enumerate(points):
            ask()
            at[:, k] = table.evaluate(x)
        y = [_inverses(at[k], prime) for k in self.of_poles]
        x = np.array([*points.T, *y], dtype=np.uint64)
        blocks = []
        for i, field in enumerate(self.of_fields):
            ask()
            slope = np.zeros_like(x)
            for v, k in field.items():
                slope[v] = at[k]
            for j, cofactors in enumerate(self.of_cofactors):  # X y = -y K, where X P = K P
                slope[self.size + j] = (p - y[j]) * at[cofactors[i]] % p
            columns = [
                at[g] * at[cofactors[i]] % p for cofactors in self.of_atoms for g in self.of_weights
            ]
            columns += [_derivative(m, x, slope, p) for m in ansatz.monomials]
            blocks.append(np.array(columns, dtype=np.uint64).T)
        return np.concatenate(blocks)


def _inverses(values: np.ndarray, prime: int) -> np.ndarray:
    found = [pow(int(value), -1, prime) if value else 0 for value in values]
    return np.array(found, dtype=np.uint64)


def _derivative(monomial: Monomial, x: np.ndarray, slope: np.ndarray, p) -> np.ndarray:
    """Of a product of variables, at all points."""
    total = np.zeros(x.shape[1], dtype=np.uint64)
    for k, v in enumerate(monomial):
        term = slope[v]
        for w in (*monomial[:k], *monomial[k + 1 :]):
            term = term * x[w] % p
        total = (total + term) % p
    return total


def _form(ring: Ring, ansatz: Ansatz, vector: list[int], ask: Ask) -> ClosedForm | None:
    """The law with these coefficients; None for a constant."""
    ask()
    logs, angles, products = [], [], []
    each, k = len(ansatz.weights), 0
    for atom in ansatz.atoms:
        weight = sum(
            (c * ring.of(g) for c, g in zip(vector[k : k + each], ansatz.weights, strict=True)),
            ring.zero,
        )
        k += each
        if weight.is_zero():
            continue
        if not weight.is_constant():
            products.append((weight, _alone(ring, atom)))
        elif isinstance(atom, Darboux):
            logs.append((int(weight.leading_coefficient()), atom.polynomial))
        else:
            angles.append((int(weight.leading_coefficient()), atom.u, atom.w, atom.d))
    top, bottom = _quotient(ring, ansatz, vector[k:])
    form = form_of(ring, logs, top, bottom, angles=angles, products=products)
    whole = form.logs or form.angles or form.products
    return form if whole or any(f.degree for f in form.quotient) else None


def _alone(ring: Ring, atom: Darboux | Angle) -> ClosedForm:
    """The form of one logarithm or angle."""
    # written as it is: to scale it would change the law that it is multiplied by
    if isinstance(atom, Darboux):
        return ClosedForm(((1, ring.back(atom.polynomial)),))
    return ClosedForm(angles=((1, ring.back(atom.u), ring.back(atom.w), atom.d),))


def _quotient(ring: Ring, ansatz: Ansatz, coefficients: list[int]) -> tuple:
    """The sum of the monomials with these coefficients, as numerator and denominator."""
    size, poles = ring.variables, [d.polynomial for d in ansatz.poles]
    used = [(c, m) for c, m in zip(coefficients, ansatz.monomials, strict=True) if c]
    most = [max((m.count(size + j) for _, m in used), default=0) for j in range(len(poles))]
    top, bottom = ring.zero, ring.one
    for c, m in used:
        term = ring.context.constant(c)
        for v in m:
            term = term * ring.gens[v] if v < size else term
        for j, p in enumerate(poles):
            term = term * p ** (most[j] - m.count(size + j))
        top = top + term
    for p, power in zip(poles, most, strict=True):
        bottom = bottom * p**power
    return top, bottom
