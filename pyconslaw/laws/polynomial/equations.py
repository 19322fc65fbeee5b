"""The equations for the coefficients of laws of explicit vector fields, written out: exact, sparse,
and solved class by class.

h = sum_m c_m m is a law when every monomial of every <grad h, X_i> has the coefficient 0: one
equation for each with integer coefficients, few of them not zero. Sparse elimination modulo a prime
guesses the solutions; products with all equations prove them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pyconslaw._core import sparse
from pyconslaw.errors import LimitError
from pyconslaw.exact.nullspace import integer_nullspace
from pyconslaw.exact.order import distinct
from pyconslaw.exact.primes import large_primes
from pyconslaw.exact.residues import Residues
from pyconslaw.fields.polynomials import PolynomialFields, VectorField, packed
from pyconslaw.laws.polynomial.ansatz import Ansatz
from pyconslaw.records.budget import Ask, nobody

TERMS_LIMIT = 1 << 21  # terms of the equations that are held at a time
# terms of the equations of one class that are written out whatever its size
FEW = 2_000
# an entry of a sparse elimination costs as much as so many products of a dense one
FILL = 100
PRIMES_LIMIT = 500  # primes that coefficients may take
DENSE_LIMIT = 4_000_000  # entries of equations, written out as one matrix of integers


class Occurrences:
    """In which rows of a table of monomials (see `Ansatz`) each variable occurs."""

    def __init__(self, table: np.ndarray, variables: int):
        order = np.argsort(table, axis=None, kind="stable")
        self.table, self.variables = table, variables
        self._rows = order // table.shape[1]
        self._start = np.searchsorted(table.ravel()[order], np.arange(variables + 1))

    def entries(self, field: VectorField) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(row, column, coefficient): the derivatives of the monomials along a vector field, exact
        where coefficients stay below 2^61. A column for each monomial, increasing; a row for
        each monomial that occurs in a derivative.
        """
        touched = distinct(
            np.concatenate([self._rows[self._start[v] : self._start[v + 1]] for v in field])
        )
        prime = next(large_primes())
        row, column, value = packed(field, self.variables, prime).lie_derivatives(
            self.table[touched]
        )
        coefficient = value.astype(np.int64)
        coefficient[coefficient > prime // 2] -= prime
        return row, touched[column], coefficient


def vanishes(row, column, coefficient, matrix) -> bool:
    """Is the sparse matrix with these entries times an integer matrix zero? Exact."""
    if not len(row):
        return True
    order = np.argsort(row, kind="stable")
    row = row[order]
    total = len(row) * int(np.abs(coefficient).max()) * max(map(abs, matrix.ravel().tolist()))
    exact = np.int64 if total < 1 << 62 else object
    products = coefficient[order].astype(exact)[:, None] * matrix.astype(exact)[column[order]]
    return not np.add.reduceat(products, np.flatnonzero(np.diff(row, prepend=-1)), axis=0).any()


@dataclass(frozen=True, eq=False)
class Equations:
    """The equations of some classes, as entries by increasing column. columns: unknown
    coefficients, class by class; ends: where classes end.
    """

    row: np.ndarray
    column: np.ndarray
    coefficient: np.ndarray
    ends: np.ndarray

    @staticmethod
    def of(
        family: PolynomialFields, ansatz: Ansatz, classes: list[np.ndarray], ask: Ask = nobody
    ) -> Equations:
        monomials = Occurrences(ansatz.table[np.concatenate(classes)], family.parameters)
        nothing = np.zeros(0, dtype=np.int64)
        parts, first = [(nothing, nothing, nothing)], 0
        for field in family.fields:
            ask()
            row, column, coefficient = monomials.entries(field)
            parts.append((row + first, column, coefficient))
            first += int(row.max(initial=-1)) + 1
        row, column, coefficient = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(column, kind="stable")
        return Equations(
            row[order],
            column[order],
            coefficient[order],
            np.cumsum([len(rows) for rows in classes]),
        )

    def solutions(
        self, prime: int, work: float, ask: Ask = nobody
    ) -> Iterator[tuple[int, np.ndarray]] | None:
        """(class, its nullspace modulo the prime), a vector a row with a 1 in a column of its own
        where it ends, where it is not zero; None when that takes more work (entries).
        """
        size = int(self.ends[-1])
        found = sparse.nullspace(self.row, self.column, self.coefficient, size, prime, work, ask)
        return None if found is None else self._by_class(*found)

    def _by_class(self, free, vector, column, value):
        owner = np.searchsorted(self.ends, free, side="right")
        order = np.argsort(vector, kind="stable")
        vector, column, value = vector[order], column[order], value[order]
        for c in np.unique(owner).tolist():
            begin, end = np.searchsorted(owner, [c, c + 1])
            start = self._start(c)
            vectors = np.zeros((end - begin, self.ends[c] - start), dtype=np.uint64)
            vectors[np.arange(end - begin), free[begin:end] - start] = 1
            mine = slice(*np.searchsorted(vector, [begin, end]))
            vectors[vector[mine] - begin, column[mine] - start] = value[mine]
            yield c, vectors

    def part(self, classes: list[int]) -> Equations:
        """The equations of some of the classes, increasing."""
        slices = [
            slice(*np.searchsorted(self.column, [self._start(c), self.ends[c]])) for c in classes
        ]
        ends = np.cumsum([self.ends[c] - self._start(c) for c in classes])
        shifts = [int(end) - int(self.ends[c]) for c, end in zip(classes, ends, strict=True)]
        return Equations(
            np.concatenate([self.row[s] for s in slices]),
            np.concatenate(
                [self.column[s] + shift for s, shift in zip(slices, shifts, strict=True)]
            ),
            np.concatenate([self.coefficient[s] for s in slices]),
            ends,
        )

    def _start(self, c: int) -> int:
        return int(self.ends[c - 1]) if c else 0

    def hold(self, c: int, vectors) -> bool:
        """Whether integer vectors solve the equations of a class. Exact."""
        start = self._start(c)
        mine = slice(*np.searchsorted(self.column, [start, self.ends[c]]))
        return vanishes(
            self.row[mine],
            self.column[mine] - start,
            self.coefficient[mine],
            np.array(vectors, dtype=object).T,
        )


def written_out(
    family: PolynomialFields, ansatz: Ansatz, ask: Ask = nobody
) -> tuple[list[tuple[np.ndarray, list[list[int]]]], dict[int, np.ndarray]]:
    """(found, rest): (class, basis of its laws) for each class that has laws, proved; and, by size
    as in the ansatz, the classes whose equations are too long or fill in, where equations at
    points are cheaper. Errors: LimitError.
    """
    found: list[tuple[np.ndarray, list[list[int]]]] = []
    rest: list[np.ndarray] = []
    for classes in _portions(family, ansatz, rest):
        equations = Equations.of(family, ansatz, classes, ask)
        solved = _solved(equations, [len(rows) for rows in classes], ask)
        if solved is None:
            rest += classes
        else:
            found += [(classes[c], vectors) for c, vectors in solved]
    return found, {
        size: np.array([rows for rows in rest if len(rows) == size])
        for size in sorted(set(map(len, rest)))
    }


def terms_of(family: PolynomialFields, table: np.ndarray):
    """The most terms that the equations for monomials have, for each stack of rows of a table."""
    by_variable = np.zeros(family.parameters + 1, dtype=np.int64)
    for field in family.fields:
        for v, f in field.items():
            by_variable[v] += len(f.terms)
    return by_variable[table].sum(axis=(-2, -1))


def _portions(family, ansatz: Ansatz, rest: list[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """The classes in portions of at most TERMS_LIMIT terms; those with more terms than equations at
    points have entries go to rest.
    """
    portion, held = [], 0
    for size, rows in sorted(ansatz.classes.items()):
        terms = terms_of(family, ansatz.table[rows])
        for of_class, number in zip(rows, terms.tolist(), strict=True):
            if number > min(max(FEW, size**2), TERMS_LIMIT):
                rest.append(of_class)
                continue
            if held + number > TERMS_LIMIT:
                yield portion
                portion, held = [], 0
            portion.append(of_class)
            held += number
    if portion:
        yield portion


def _solved(
    equations: Equations, sizes: list[int], ask: Ask
) -> list[tuple[int, list[list[int]]]] | None:
    """(class, basis of its solutions over Q) where there are any; None when elimination fills
    in.
    """
    found: list[tuple[int, list[list[int]]]] = []
    pending, seen = range(len(sizes)), defaultdict(Residues)
    for _, prime in zip(range(PRIMES_LIMIT), large_primes(), strict=False):
        solved = equations.solutions(
            prime, sum(10_000 + 6 * sizes[c] ** 2 + sizes[c] ** 3 / FILL for c in pending), ask
        )
        if solved is None:
            return None
        left = []
        # where there are none modulo a prime there are none over Q
        for k, solutions in solved:
            ask()
            residues = seen[pending[k]]
            residues.add(solutions, prime)
            vectors = residues.rational()
            if vectors is not None and equations.hold(k, vectors):
                found.append((pending[k], vectors))
            else:
                left.append(k)
        if not left:
            return found
        equations, pending = equations.part(left), [pending[k] for k in left]
    raise LimitError(f"degree: the coefficients of laws have more than {PRIMES_LIMIT * 61} bits")


def dense_solutions(
    family: PolynomialFields, ansatz: Ansatz, rows: np.ndarray, ask: Ask = nobody
) -> list[list[int]] | None:
    """The basis of the laws in one class from its equations as one dense matrix, proved; None where
    that is too large. For long coefficients: no prime is needed for each of their words.
    """
    if int(terms_of(family, ansatz.table[rows])) > DENSE_LIMIT:
        return None
    equations = Equations.of(family, ansatz, [rows], ask)
    lines, row = np.unique(equations.row, return_inverse=True)
    if len(lines) * len(rows) > DENSE_LIMIT:
        return None
    matrix = np.zeros((len(lines), len(rows)), dtype=np.int64)
    matrix[row, equations.column] = equations.coefficient
    return integer_nullspace(matrix, ask=ask)
