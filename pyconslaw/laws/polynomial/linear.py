"""Laws of degree 1: the nullspace of the coefficients of the vector fields, at any size.

sum of c_v x_v is a law when sum of c_v a_v = 0 for the coefficients a_v that a monomial has in the
components v of a vector field: one sparse equation for each monomial and vector field, with as many
unknowns as there are coordinates. Nothing is split by parities, and no ansatz is written out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np

from pyconslaw._core import sparse
from pyconslaw.errors import LimitError
from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.exact.primes import large_primes
from pyconslaw.exact.residues import SparseResidues
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.sets import joined

PRIMES = 20  # that coefficients may take; longer ones are left to exact elimination
FILL = 4e8  # entries of sparse eliminations together: a few seconds
DENSE = 4_000_000  # entries of a matrix that is eliminated exactly, and of its nullspace
ENTRIES = 4_000_000  # coefficients of all laws together, a gigabyte

Row = tuple[tuple[int, int], ...]  # of (variable, coefficient), variables increasing


def equations(family: PolynomialFields, ask: Ask = nobody) -> list[Row]:
    """The different equations, primitive, the first coefficient of each positive.

    >>> from pyconslaw import System
    >>> equations(System(["x", "y"], fields=[["-2*x*y + 1", "2*x*y"]]).explicit())
    [((0, 1),), ((0, 1), (1, -1))]
    """
    found: dict[Row, None] = {}
    for field in family.fields:
        ask()
        rows = defaultdict(list)
        for v, f in sorted(field.items()):
            for c, m in f.terms:
                rows[m].append((v, c))
        for row in rows.values():
            content = gcd(*(c for _, c in row))
            content = content if row[0][1] > 0 else -content
            found[tuple((v, c // content) for v, c in row)] = None
    return sorted(found, key=lambda row: (len(row), row))


def linear_laws(family: PolynomialFields, *, ask: Ask = nobody) -> tuple[Polynomial, ...]:
    """A basis of the laws of degree 1 over Q, exact, canonical as that of `polynomial_laws`.

    Errors: LimitError when elimination fills in, coefficients are too long, or the laws.
    """
    rows = equations(family, ask)
    used = {v for row in rows for v, _ in row}
    found = [Polynomial(((1, ((v, 1),)),)) for v in range(family.parameters) if v not in used]
    room = ENTRIES
    for members in joined([[v for v, _ in row] for row in rows]):
        ask()
        for vector in _Part([rows[i] for i in members], room).solutions(ask):
            room -= len(vector)
            found.append(Polynomial(tuple((c, ((v, 1),)) for v, c in sorted(vector.items()))))
    return tuple(sorted(found, key=lambda law: law.terms[-1][1]))


def most_entries(size: int) -> int:
    """Of a basis of the laws in so many coordinates: free ones times others, no more than
    `linear_laws` takes.
    """
    return min(size + size**2 // 4, ENTRIES)


@dataclass(frozen=True, eq=False)
class _Part:
    """Equations that hang together. room: entries that their solutions may have."""

    rows: list[Row]
    room: int

    @cached_property
    def columns(self) -> list[int]:
        """The variables, increasing."""
        return sorted({v for row in self.rows for v, _ in row})

    def solutions(self, ask: Ask) -> list[dict[int, int]]:
        """The canonical basis of the nullspace, {variable: entry}, proved."""
        size, number = len(self.columns), {v: k for k, v in enumerate(self.columns)}
        row = np.repeat(np.arange(len(self.rows)), [len(r) for r in self.rows])
        column = np.array([number[v] for r in self.rows for v, _ in r])
        values = [c for r in self.rows for _, c in r]
        residues = SparseResidues()
        for _, prime in zip(range(PRIMES), large_primes(), strict=False):
            reduced = np.array([c % prime for c in values], dtype=np.uint64)
            solved = sparse.nullspace(row, column, reduced, size, prime, FILL, ask)
            if solved is None:
                break
            free, vector, place, value = solved
            if len(free) + len(value) > self.room:
                raise LimitError(
                    f"degree: expected laws of degree 1 with at most {ENTRIES} coefficients that "
                    f"are not zero together, got more, {len(free)} laws in {size} variables"
                )
            places = zip(vector.tolist(), place.tolist(), strict=True)
            entries = dict(zip(places, value.tolist(), strict=True))
            residues.add(tuple(free.tolist()), entries, prime)
            vectors = residues.rational(ask)
            if vectors is not None and self._hold(number, vectors, ask):
                return self._named(vectors)
        if size * max(len(self.rows), size - len(self.rows)) > min(DENSE, self.room):
            raise LimitError(
                f"degree: {len(self.rows)} equations in {size} unknown coefficients of degree 1 "
                "fill in when they are eliminated, or have long coefficients"
            )
        basis = integer_nullspace((row, column, values), shape=(len(self.rows), size), ask=ask)
        return self._named([{k: x for k, x in enumerate(vector) if x} for vector in basis])

    def _named(self, vectors: list[dict[int, int]]) -> list[dict[int, int]]:
        return [{self.columns[k]: x for k, x in vector.items()} for vector in vectors]

    def _hold(self, number: dict[int, int], vectors: list[dict[int, int]], ask: Ask) -> bool:
        """Whether integer vectors solve all equations."""
        uses: list[list[tuple[int, int]]] = [[] for _ in number]
        for i, row in enumerate(self.rows):
            for v, c in row:
                uses[number[v]].append((i, c))
        for vector in vectors:
            ask()
            sums: dict[int, int] = defaultdict(int)
            for k, x in vector.items():
                for i, c in uses[k]:
                    sums[i] += c * x
            if any(sums.values()):
                return False
        return True
