"""Polynomial laws of a given degree: exact linear algebra over Q on the full ansatz.

h = sum_m c_m m over all monomials m of the degrees asked for is a law when <grad h, grad phi_i> = 0 identically for
every i: linear equations in c with integer coefficients (Marcotte, Gribonval and Peyre 2023, section 2.3). They fall into
connected components; each is solved modulo a prime (a guess), lifted to Q, and proved by multiplying out over Z.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, groupby
from math import comb

import numpy as np

from pyconslaw._core.gate import reduced
from pyconslaw._core.poly import Polynomials
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.polynomials import PolynomialFields, large_primes, packed
from pyconslaw.laws.nullspace import integer_nullspace
from pyconslaw.records import Polynomial

UNKNOWN_LIMIT = 200_000
ENTRY_LIMIT = 10_000_000
DENSE_LIMIT = 1 << 27


def check_degrees(degrees, variables: int) -> list[int]:
    """The degrees as a sorted list. Errors: InputError; LimitError when the ansatz is too large."""
    if len(degrees) > UNKNOWN_LIMIT:
        raise LimitError(f"degree: {len(degrees)} degrees have more than {UNKNOWN_LIMIT} unknown coefficients")
    wanted = sorted(set(degrees))
    if any(isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1 for k in wanted):
        raise InputError(f"degree: expected integers >= 1, got {list(degrees)}")
    unknowns = sum(comb(variables + k - 1, k) if k < 10**6 else UNKNOWN_LIMIT + 1 for k in wanted)
    if unknowns > UNKNOWN_LIMIT:
        raise LimitError(f"degree: {wanted} in {variables} variables has {unknowns} unknown coefficients, "
                         f"more than {UNKNOWN_LIMIT}")
    return [int(k) for k in wanted]


def _ansatz(degrees, variables: int) -> list[tuple[tuple[int, int], ...]]:
    """All monomials of these degrees, by degree and then lexicographically by variables."""
    return [tuple((v, len(list(run))) for v, run in groupby(choice))
            for k in degrees for choice in combinations_with_replacement(range(variables), k)]


def _equations(family: PolynomialFields, monomials, prime: int):
    """The entries (row, column, integer coefficient) of the linear system."""
    rows, columns, coefficients, offset, total = [], [], [], 0, 0
    largest = max((sum(e for _, e in m) for m in monomials), default=0)
    for field in family.fields:
        if 2 * largest * max(f.norm for f in field.values()) >= prime:
            raise LimitError("phi: coefficients above 2^60 are not supported by the law search")
        touched = [k for k, m in enumerate(monomials) if any(v in field for v, _ in m)]
        row, column, value = packed(field, family.parameters, prime).lie_derivatives([monomials[k] for k in touched])
        total += len(row)
        if total > ENTRY_LIMIT:
            raise LimitError(f"degree: the linear system has more than {ENTRY_LIMIT} entries")
        rows.append(row + offset)
        columns.append(np.array(touched, dtype=np.int64)[column])
        signed = value.astype(np.int64)
        coefficients.append(np.where(signed > prime // 2, signed - prime, signed))
        offset += int(row.max(initial=-1)) + 1
    join = (lambda parts: np.concatenate(parts)) if rows else (lambda parts: np.zeros(0, dtype=np.int64))
    return join(rows), join(columns), join(coefficients)


def _components(rows, columns, unknowns: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(columns, entry numbers) of the connected components of the bipartite graph of rows and columns.

    Labels of columns and rows go down to the smallest column label of the component.
    """
    label = np.arange(unknowns)
    if len(rows):
        row_label = np.full(rows.max() + 1, unknowns)
        while True:
            np.minimum.at(row_label, rows, label[columns])
            smaller = label.copy()
            np.minimum.at(smaller, columns, row_label[rows])
            smaller = smaller[smaller]                      # pointer jumping: logarithmically many sweeps
            if np.array_equal(smaller, label):
                break
            label = smaller
    by_column = np.argsort(label, kind="stable")
    entry_label = label[columns]
    by_entry = np.argsort(entry_label, kind="stable")
    names, starts = np.unique(label[by_column], return_index=True)
    ends = np.append(starts[1:], unknowns)
    entry_starts = np.searchsorted(entry_label[by_entry], names, side="left")
    entry_ends = np.searchsorted(entry_label[by_entry], names, side="right")
    for s, e, es, ee in zip(starts, ends, entry_starts, entry_ends, strict=True):
        yield by_column[s:e], by_entry[es:ee]


def polynomial_laws(family: PolynomialFields, degrees: Sequence[int]) -> tuple[Polynomial, ...]:
    """A basis of the space of polynomial laws that are sums of monomials of these degrees, over Q; exact.

    Canonical: integer coefficients without common factor; each law is positive in a monomial of its own (its last one
    in the order by degree, then by variables) that no other law contains. Constants are never counted. Errors:
    InputError for a degree below 1, LimitError when the ansatz or the linear system is too large (the message says how large).
    """
    monomials = _ansatz(check_degrees(degrees, family.parameters), family.parameters)
    rows, columns, coefficients = _equations(family, monomials, next(large_primes()))
    found = []
    for members, entries in _components(rows, columns, len(monomials)):
        if len(members) == 1 and len(entries):
            continue                                        # c * unknown = 0
        place = {c: k for k, c in enumerate(members.tolist())}
        lines, inverse = np.unique(rows[entries], return_inverse=True)
        if len(lines) * len(members) > DENSE_LIMIT:
            raise LimitError(f"degree: a connected component of the linear system has {len(lines)} equations in "
                             f"{len(members)} unknowns, more than {DENSE_LIMIT} entries")
        matrix = np.zeros((len(lines), len(members)), dtype=np.int64)
        np.add.at(matrix, (inverse, [place[c] for c in columns[entries].tolist()]), coefficients[entries])
        for vector in integer_nullspace(np.unique(matrix, axis=0)):
            terms = [(x, monomials[c]) for x, c in zip(vector, members.tolist(), strict=True) if x]
            last = max(c for x, c in zip(vector, members.tolist(), strict=True) if x)
            found.append((last, Polynomial.of(terms)))
    return tuple(law for _, law in sorted(found, key=lambda item: item[0]))


def law_gradients(laws, variables: int, point, prime: int) -> Iterator[np.ndarray]:
    """The gradients of polynomial laws at an integer point mod prime, (laws x variables), as one block."""
    x = reduced(point, "point", (None,), prime)
    yield Polynomials([law.terms for law in laws], variables, prime).gradients(x)
