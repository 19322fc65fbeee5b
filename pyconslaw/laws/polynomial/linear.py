"""Laws of degree 1: the nullspace of the coefficients of the vector fields, at any size.

sum of c_v x_v is a law when sum of c_v a_v = 0 for the coefficients a_v that a monomial has in the
components v of a vector field: one sparse equation for each monomial and vector field, with as many
unknowns as there are coordinates. Nothing is split by parities, and no ansatz is written out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from pyconslaw._core import sparse
from pyconslaw.errors import LimitError
from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.exact.primes import large_primes
from pyconslaw.exact.residues import Residues
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

PRIMES = 20  # that coefficients may take; longer ones are left to exact elimination
FILL = 4e8  # entries of sparse eliminations together: a few seconds
DENSE = 4_000_000  # entries of a matrix that is eliminated exactly

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

    Errors: LimitError when elimination fills in or coefficients are too long.
    """
    rows = equations(family, ask)
    parts = _parts(rows, family.parameters)
    found = []
    for columns, own in parts:
        ask()
        for vector in _Part(columns, own).solutions(ask):
            terms = tuple((c, ((v, 1),)) for v, c in zip(columns, vector, strict=True) if c)
            found.append(Polynomial(terms))
    return tuple(sorted(found, key=lambda law: law.terms[-1][1]))


def _parts(rows: Sequence[Row], size: int) -> list[tuple[list[int], list[Row]]]:
    """(variables, equations) of the finest parts without a common variable; each variable is in
    one.
    """
    above = list(range(size))

    def root(v: int) -> int:
        while above[v] != v:
            above[v] = v = above[above[v]]
        return v

    for row in rows:
        first = root(row[0][0])
        for v, _ in row[1:]:
            above[root(v)] = first
    variables, own = defaultdict(list), defaultdict(list)
    for v in range(size):
        variables[root(v)].append(v)
    for row in rows:
        own[root(row[0][0])].append(row)
    return [(columns, own[r]) for r, columns in variables.items()]


@dataclass(frozen=True, eq=False)
class _Part:
    """Equations in some variables, increasing."""

    columns: list[int]
    rows: list[Row]

    def solutions(self, ask: Ask) -> list[list[int]]:
        """The canonical basis of the nullspace, proved."""
        size, number = len(self.columns), {v: k for k, v in enumerate(self.columns)}
        if not self.rows:
            return [[1]] if size == 1 else np.eye(size, dtype=int).tolist()
        row = np.repeat(np.arange(len(self.rows)), [len(r) for r in self.rows])
        column = np.array([number[v] for r in self.rows for v, _ in r])
        values = [c for r in self.rows for _, c in r]
        residues = Residues()
        for _, prime in zip(range(PRIMES), large_primes(), strict=False):
            reduced = np.array([c % prime for c in values], dtype=np.uint64)
            solved = sparse.nullspace(row, column, reduced, size, prime, FILL, ask)
            if solved is None:
                break
            residues.add(_dense(solved, size), prime)
            vectors = residues.rational()
            if not residues.dimension:
                return []
            if vectors is not None and self._hold(number, vectors):
                return vectors
        if size * len(self.rows) > DENSE:
            raise LimitError(
                f"degree: {len(self.rows)} equations in {size} unknown coefficients of degree 1 "
                "fill in when they are eliminated, or have long coefficients"
            )
        matrix = np.zeros((len(self.rows), size), dtype=object)
        matrix[row, column] = values
        return integer_nullspace(matrix, ask=ask)

    def _hold(self, number: dict[int, int], vectors: list[list[int]]) -> bool:
        """Whether integer vectors solve all equations."""
        return not any(
            sum(c * vector[number[v]] for v, c in row) for row in self.rows for vector in vectors
        )


def _dense(solved, size: int) -> np.ndarray:
    """A vector a row, from the sparse nullspace."""
    free, vector, column, value = solved
    out = np.zeros((len(free), size), dtype=np.uint64)
    out[np.arange(len(free)), free] = 1
    out[vector, column] = value
    return out
