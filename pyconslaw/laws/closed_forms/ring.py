"""Polynomials of python-flint for records, and back: products, quotients and factors over Z."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

import flint
from flint.utils.flint_exceptions import DomainError

from pyconslaw.errors import LimitError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.records.polynomial import Polynomial


class Ring:
    """Z[x_0, ..., x_(D-1)]; work: products of terms that `times` and `along` may take together,
    beyond which they raise LimitError.
    """

    def __init__(self, variables: int, work: float = inf):
        self.variables, self.work, self.left = variables, work, work
        self.context = flint.fmpz_mpoly_ctx.get([f"x{k}" for k in range(variables)], "lex")
        self.zero, self.one = self.context.from_dict({}), self.context.constant(1)
        self.gens = self.context.gens()

    def of(self, f: Polynomial) -> flint.fmpz_mpoly:
        """The element that a record stands for."""
        rows = {}
        for c, m in f.terms:
            exponents = [0] * self.variables
            for v, e in m:
                exponents[v] = e
            rows[tuple(exponents)] = c
        return self.context.from_dict(rows)

    def back(self, f: flint.fmpz_mpoly) -> Polynomial:
        """The record of an element."""
        return Polynomial.of(
            (int(c), [(v, int(e)) for v, e in enumerate(m) if e]) for m, c in f.to_dict().items()
        )

    def field(self, field: VectorField) -> dict[int, flint.fmpz_mpoly]:
        return {v: self.of(f) for v, f in field.items()}

    def gradient(self, f) -> dict[int, flint.fmpz_mpoly]:
        """The nonzero partial derivatives by variable."""
        return {v: f.derivative(v) for v, e in enumerate(f.degrees()) if e}

    def along(self, field: dict[int, flint.fmpz_mpoly], f) -> flint.fmpz_mpoly:
        """<grad f, X> for a vector field X in this ring."""
        return sum(
            (self.times(field[v], slope) for v, slope in self.gradient(f).items() if v in field),
            self.zero,
        )

    def times(self, f, g) -> flint.fmpz_mpoly:
        """The product, within the work that is left."""
        self.left -= len(f) * len(g)
        if self.left < 0:
            raise LimitError(f"law: more than {self.work} products of terms")
        return f * g

    def normal(self, f) -> flint.fmpz_mpoly:
        """The primitive multiple of f with a positive first coefficient; 0 stays 0."""
        if f.is_zero():
            return f
        f = f.primitive()[1]
        return -f if f.leading_coefficient() < 0 else f

    def factor(self, f) -> tuple[int, list[tuple[flint.fmpz_mpoly, int]]]:
        """The content of f and its irreducible factors with their exponents."""
        try:
            content, parts = f.factor()
        # python-flint 0.9 sorts by coefficients as 32-bit integers; over Q it does not
        except OverflowError:
            rationals = flint.fmpq_mpoly_ctx.get(self.context.names(), "lex")
            content, parts = rationals.from_dict(f.to_dict()).factor()
            parts = [
                (self.context.from_dict({m: int(c) for m, c in p.to_dict().items()}), k)
                for p, k in parts
            ]
        return int(content), [(p, int(k)) for p, k in parts]

    def factors(self, polynomials: Iterable) -> Iterator[flint.fmpz_mpoly]:
        """The irreducible factors of polynomials, normal, each once."""
        seen = set()
        for f in polynomials:
            if f.is_zero() or f.is_constant():
                continue
            for factor, _ in self.factor(f)[1]:
                factor = self.normal(factor)
                key = str(factor)
                if key not in seen and not factor.is_constant():
                    seen.add(key)
                    yield factor

    @staticmethod
    def quotient(f, g):
        """f / g if g divides f, else None."""
        # a remainder can have far more terms than both
        try:
            return f / g
        except DomainError:
            return None
