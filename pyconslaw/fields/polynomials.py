"""Vector fields written out: explicit sparse polynomials with integer coefficients."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import reduce
from math import gcd, log2, prod

import flint
import numpy as np

from pyconslaw._core.checked import reduced
from pyconslaw._core.poly import Polynomials
from pyconslaw.errors import InputError
from pyconslaw.exact.primes import large_primes
from pyconslaw.fields.still import Brackets
from pyconslaw.records.polynomial import Monomial, Polynomial

VectorField = dict[int, Polynomial]
LINK = 5e5  # products of one bracket in a chain
# a common factor is looked for up to these sizes
GCD_TERMS, GCD_BOX, GCD_VARIABLES = 20_000, 100_000, 20


def packed(vector_field: VectorField, variables: int, prime: int) -> Polynomials:
    """The vector field mod prime in the C core's form."""
    zero = Polynomial(())
    return Polynomials(
        [vector_field.get(v, zero).terms for v in range(variables)], variables, prime
    )


class PolynomialFields:
    """W = span of finitely many explicit vector fields with polynomial coefficients.

    generators: components phi_i, whose gradients are taken, or vector fields {variable: polynomial}
    (gradients or not), with integer coefficients in that many variables. Generator i is the i-th of
    them; a generator row is (i,). moving: the coordinates that some of them moves, increasing.
    """

    description = "explicit polynomials"

    def __init__(self, generators: Iterable[Polynomial | VectorField], variables: int):
        given = list(generators)
        self.parameters = variables
        self.fields: tuple[VectorField, ...] = tuple(
            f.gradient() if isinstance(f, Polynomial) else f for f in given
        )
        for i, (source, field) in enumerate(zip(given, self.fields, strict=True)):
            name, what = (
                ("phi", "a polynomial that is not constant")
                if isinstance(source, Polynomial)
                else ("fields", "a vector field that is not zero")
            )
            if not any(f.terms for f in field.values()):
                raise InputError(f"{name}[{i}]: expected {what}")
            largest = max([*field, *(v for f in field.values() for _, m in f.terms for v, _ in m)])
            if largest >= variables:
                raise InputError(
                    f"{name}[{i}]: variable {largest} is not below the number of "
                    f"variables, {variables}"
                )
        self.size = len(self.fields)
        self._norms = [max(f.norm for f in field.values()) for field in self.fields]
        self._degrees = [max(f.degree for f in field.values()) for field in self.fields]
        self._brackets = Brackets(self.fields, variables)
        self.moving = self._brackets.moving

    @property
    def terms(self) -> int:
        """Of all components together."""
        return sum(len(f.terms) for field in self.fields for f in field.values())

    def again(self) -> PolynomialFields:
        """The same vector fields, with brackets of their own."""
        twin = copy(self)
        twin._brackets = self._brackets.again()
        return twin

    def draw(self, rng, start, count, bound):
        return np.arange(start, min(start + count, self.size), dtype=np.uint64)[:, None]

    def values(self, generators, words, point, prime):
        place = self._brackets.place(reduced(point, "point", (self.parameters,), prime))
        numbers = generators[:, 0].tolist()
        rows = [self._brackets.row(tuple(numbers[i] for i in word), place, prime) for word in words]
        return np.array(rows, dtype=np.uint64).reshape(len(rows), self.parameters)

    def chain(self, generators, letters, length, point, prime):
        """Values of (ad_f)^k g, k = 0, 1, ..., the words (f, ..., f, g) of the letters (f, g): up
        to length, as long as the brackets stay short.
        """
        place = self._brackets.place(reduced(point, "point", (self.parameters,), prime))
        rows: list[np.ndarray] = []
        first, last = (int(generators[letter, 0]) for letter in letters)
        for k in range(length + 1):
            word = (first,) * k + (last,)
            if k and self._brackets.cost(word) > LINK:
                break
            rows.append(self._brackets.row(word, place, prime))
            if k and not self._brackets.terms[word]:
                break
        return np.array(rows, dtype=np.uint64).reshape(len(rows), self.parameters)

    def chain_cost(self, length: int) -> float:
        """The most products `chain` takes."""
        return LINK * (length + 1.0)

    def cost(self, generators, words):
        numbers = generators[:, 0].tolist()
        return float(sum(self._brackets.cost(tuple(numbers[i] for i in word)) for word in words))

    def written_terms(self, generators, words) -> float:
        """The most terms that the longest of the words has once it is written out, with coordinates
        that never move as they are; as if none cancelled.
        """
        numbers = generators[:, 0].tolist()
        lengths = (self._brackets.written_terms([numbers[i] for i in word]) for word in words)
        return max(lengths, default=0.0)

    def size_bounds(self, bound):
        return max(self._degrees), log2(max(self._norms))

    def generators_json(self, generators):
        return None

    def active(self) -> list[int]:
        """The variables that occur, as components or in them, increasing."""
        return sorted(
            {v for field in self.fields for v in field}
            | {v for field in self.fields for f in field.values() for _, m in f.terms for v, _ in m}
        )

    def restricted(self, variables: list[int]) -> PolynomialFields:
        """The same vector fields in these variables alone, renumbered; the others must not
        occur.
        """
        number = {v: k for k, v in enumerate(variables)}
        return PolynomialFields(
            [{number[v]: f.renumbered(number) for v, f in field.items()} for field in self.fields],
            len(variables),
        )

    def directions(self) -> PolynomialFields:
        """The vector fields divided by the common factor of their components: the same laws (where
        it is not zero), lower degrees.
        """
        fields = [_without_factor(field) for field in self.fields]
        same = all(field is own for field, own in zip(fields, self.fields, strict=True))
        return self if same else PolynomialFields(fields, self.parameters)


def _without_factor(field: VectorField) -> VectorField:
    """The vector field divided by the greatest common divisor of its components over Z, if that is
    found within the limits GCD_*.
    """
    parts = list(field.values())
    if any(len(f.terms) == 1 for f in parts):  # then the divisor has one term
        content = gcd(*(c for f in parts for c, _ in f.terms))
        shortest: Monomial = min((m for f in parts for _, m in f.terms), key=len)
        common = dict(shortest)
        for f in parts:
            for _, m in f.terms:
                common = {v: min(e, common[v]) for v, e in m if v in common}
        if content == 1 and not common:
            return field
        return {
            v: Polynomial.of(
                (c // content, [(w, e - common.get(w, 0)) for w, e in m]) for c, m in f.terms
            )
            for v, f in field.items()
        }
    names = sorted({v for f in parts for _, m in f.terms for v, _ in m})
    if len(names) > GCD_VARIABLES or sum(len(f.terms) for f in parts) > GCD_TERMS:
        return field
    largest = [max(dict(m).get(v, 0) for f in parts for _, m in f.terms) for v in names]
    if prod(1 + e for e in largest) > GCD_BOX:
        return field
    ring = flint.fmpz_mpoly_ctx.get([f"x{k}" for k in range(len(names))], "lex")
    place = {v: k for k, v in enumerate(names)}

    def dense(monomial):
        exponents = [0] * len(names)
        for v, e in monomial:
            exponents[place[v]] = e
        return tuple(exponents)

    rows = {v: ring.from_dict({dense(m): c for c, m in f.terms}) for v, f in field.items()}
    divisor = reduce(lambda f, g: f.gcd(g), sorted(rows.values(), key=len))
    if divisor.is_one():
        return field
    return {
        v: Polynomial.of(
            (int(c), [(names[k], int(e)) for k, e in enumerate(m) if e])
            for m, c in (f / divisor).to_dict().items()
        )
        for v, f in rows.items()
    }


def lift(residue: int, prime: int) -> int:
    """The representative of a residue in (-prime/2, prime/2)."""
    return residue - prime if residue > prime // 2 else residue


def exact_bracket(f: VectorField, g: VectorField, variables: int) -> VectorField:
    """[f, g] = Dg f - Df g over the integers, from brackets modulo enough primes.

    Every coefficient is at most (deg f + deg g) |f| |g| in absolute value, |f| the largest
    coefficient sum of a component: when the product of the primes passes twice that, the symmetric
    remainder is the coefficient.
    """
    if not f or not g:
        return {}
    bound = max(p.degree for p in f.values()) + max(p.degree for p in g.values())
    bound *= max(p.norm for p in f.values()) * max(p.norm for p in g.values())
    modulus = 1
    total: list[dict[Monomial, int]] = [{} for _ in range(variables)]
    for prime in large_primes():
        if modulus > 2 * bound:
            break
        residues = packed(f, variables, prime).bracket(packed(g, variables, prime)).terms()
        inverse = pow(modulus, -1, prime)
        for known, terms in zip(total, residues, strict=True):
            fresh = {m: c for c, m in terms}
            for m in known.keys() | fresh.keys():
                old = known.get(m, 0)
                known[m] = old + modulus * ((fresh.get(m, 0) - old) * inverse % prime)
        modulus *= prime
    out = {
        v: Polynomial.of((lift(c, modulus), m) for m, c in terms.items())
        for v, terms in enumerate(total)
    }
    return {v: f for v, f in out.items() if f.terms}
