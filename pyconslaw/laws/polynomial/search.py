"""Polynomial laws of a given degree: all of them, exact over Q.

h = sum_m c_m m over all monomials m of the degrees asked for is a law when <grad h, f> = 0
identically for every f in W (Marcotte, Gribonval and Peyre 2023, section 2.3). Parities split the
unknowns c into classes. In each, equations sampled modulo a prime bound the number of laws from
above; exact laws, read off a graph or lifted from the prime and multiplied out over Z, bound it
from below. Nothing is returned before the two meet. Short equations of explicit vector fields are
written out instead of sampled (`equations`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import flint
import numpy as np

from pyconslaw._core import balanced
from pyconslaw._core.checked import reduced
from pyconslaw._core.poly import Polynomials
from pyconslaw._core.zp import Random
from pyconslaw.errors import LimitError
from pyconslaw.exact.primes import large_primes, word_primes
from pyconslaw.exact.residues import Residues, primitive
from pyconslaw.fields.expand import components
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.laws.polynomial.ansatz import Ansatz, check_degrees
from pyconslaw.laws.polynomial.equations import (
    PRIMES_LIMIT,
    TERMS_LIMIT,
    Occurrences,
    dense_solutions,
    terms_of,
    vanishes,
    written_out,
)
from pyconslaw.laws.polynomial.linear import linear_laws, most_entries
from pyconslaw.laws.polynomial.parity import grading_of
from pyconslaw.laws.polynomial.sampling import EXTRA, SCREEN, Samples
from pyconslaw.laws.stated.products import graph_laws, products
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial

ENTRIES = 1 << 22  # of one block of gradients
COEFFICIENT = 250  # bytes of one of a law of degree 1, with its residues


@dataclass(frozen=True)
class Plan:
    """What a search will take. classes: number; largest: unknowns of the largest; memory: in bytes,
    at most; seconds: a rough guess, where the elimination of written-out equations does not fill
    in.
    """

    unknowns: int
    classes: int
    largest: int
    memory: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.unknowns} unknown coefficients in {self.classes} classes of at most "
            f"{self.largest}, "
            f"at most about {self.memory / 1e6:.0f} MB, expected to take about {self.seconds:.1f} s"
        )


def plan(
    family: PolynomialFields | ProbeFields, degrees: Sequence[int], times: tuple[int, ...] = ()
) -> Plan:
    """What `polynomial_laws` will take. Errors: as that, when the search is too large."""
    if _is_linear(family, degrees, times):
        size, terms = family.parameters, family.terms
        memory = 100 * size + 400 * terms + COEFFICIENT * most_entries(size)
        return Plan(size, 1, size, memory, 1e-5 * size + 2e-5 * terms)
    rng = Random(0)
    ansatz = _split(family, degrees, rng, times)
    unknowns, width = ansatz.table.shape
    classes, count = sum(map(len, ansatz.classes.values())), ansatz.largest + EXTRA
    entries = sum(rows.size * (size + EXTRA) for size, rows in ansatz.classes.items())
    memory, seconds = unknowns * (4 * width + 32), 3e-8 * unknowns * (width + 3)
    points = 16 * count * (family.parameters + 1) + 48 * min(entries, count * ansatz.largest)
    if isinstance(family, PolynomialFields):
        terms, held = family.terms, terms_of(family, ansatz.table)
        # points are taken where elimination fills in
        memory += 120 * classes + 200 * terms + max(points, 100 * min(held, TERMS_LIMIT))
        return Plan(
            unknowns,
            classes,
            ansatz.largest,
            memory,
            seconds
            + 1.5e-6 * classes
            + 4e-7 * held
            + 8e-6 * terms
            + 1e-6 * family.size * family.parameters,
        )
    work = sum(rows.size * size**2 for size, rows in ansatz.classes.items())
    member = 2e-4 + 5e-8 * family.graph.edges
    return Plan(
        unknowns,
        classes,
        ansatz.largest,
        memory + points,
        seconds + member * count + 2e-8 * width * entries + 1e-9 * work,
    )


def _is_linear(family, degrees, times) -> TypeGuard[PolynomialFields]:
    """Whether the search is that of `linear_laws`."""
    return isinstance(family, PolynomialFields) and list(degrees) == [1] and not times


def _split(family, degrees, rng: Random, times: tuple[int, ...] = (), ask: Ask = nobody) -> Ansatz:
    wanted = check_degrees(degrees, family.parameters)
    return Ansatz.of(wanted, family.parameters, grading_of(family, rng, ask), times)


def polynomial_laws(
    family: PolynomialFields | ProbeFields,
    degrees: Sequence[int],
    times: tuple[int, ...] = (),
    *,
    ask: Ask = nobody,
) -> tuple[Polynomial, ...]:
    """A basis of the space of polynomial laws that are sums of monomials of these degrees, over Q;
    exact. times: of such sums times the product of these variables (of explicit vector fields),
    with repetition. ask: called now and then; what it raises ends the search.

    family: explicit polynomials, or the probes of a graph, whose paths are listed only if it has
    laws that are not read off it. Canonical: integer coefficients without common factor; each law
    is positive in a monomial of its own (its last one in the order by degree, then by variables)
    that no other law contains. Constants are never counted. Errors: InputError for a degree below
    1, LimitError when the ansatz or a class is too large, or too many paths would have to be
    listed.
    """
    if _is_linear(family, degrees, times):
        return linear_laws(family, ask=ask)
    rng = Random(0)
    ansatz = _split(family, degrees, rng, times, ask)
    ask()
    found, rest = [], ansatz.classes
    if isinstance(family, PolynomialFields):
        _check_coefficients(family, ansatz)
        exact, rest = written_out(family, ansatz, ask)
        for rows, vectors in exact:
            found += _laws(ansatz, rows, _sparse(vectors))
    found += _sampled(family, ansatz, rest, rng, ask)
    return tuple(law for _, law in sorted(found, key=lambda item: item[0]))


def _sampled(
    family, ansatz: Ansatz, classes: dict[int, np.ndarray], rng: Random, ask: Ask = nobody
) -> list[tuple[int, Polynomial]]:
    """The laws in some classes, by size, from equations at points."""
    if not classes:
        return []
    samples = Samples(family, SCREEN, rng.spawn(), ask)
    # (rows of the ansatz, upper bound of the number of laws)
    open_classes = []
    for _, rows in sorted(classes.items()):
        nullity = samples.nullities(ansatz, rows)
        open_classes += [(rows[k], int(nullity[k])) for k in np.flatnonzero(nullity).tolist()]
    known = _stated(family, ansatz, [rows for rows, _ in open_classes], ask)
    found, missing = [], []
    for (rows, nullity), matrix in zip(open_classes, known, strict=True):
        ask()
        if _rank(matrix) < nullity:
            missing.append((rows, matrix))
        else:
            found += _laws(ansatz, rows, _canonical(matrix))
    return found + _lifted(family, ansatz, missing, rng, ask)


def _check_coefficients(family: PolynomialFields, ansatz: Ansatz) -> None:
    prime = next(large_primes())
    if any(
        2 * ansatz.table.shape[1] * f.norm >= prime
        for field in family.fields
        for f in field.values()
    ):
        raise LimitError("phi: coefficients above 2^60 are not supported by the law search")


def _laws(ansatz: Ansatz, rows: np.ndarray, vectors) -> list[tuple[int, Polynomial]]:
    """(last monomial, law) for vectors {place in the class: coefficient}."""
    return [
        (
            int(rows[max(vector)]),
            Polynomial(
                tuple(
                    sorted(
                        ((x, ansatz.monomial(rows[k])) for k, x in vector.items()),
                        key=lambda term: term[1],
                    )
                )
            ),
        )
        for vector in vectors
    ]


def _sparse(vectors: list[list[int]]) -> list[dict[int, int]]:
    return [{k: x for k, x in enumerate(vector) if x} for vector in vectors]


def _stated(family, ansatz: Ansatz, classes, ask: Ask) -> list[list[dict[int, int]]]:
    """For each class the laws that a graph states without search, as {place in the class:
    coefficient}.
    """
    known: list[list[dict[int, int]]] = [[] for _ in classes]
    if not isinstance(family, ProbeFields) or not classes:
        return known
    place = {
        ansatz.monomial(row): (c, k)
        for c, rows in enumerate(classes)
        for k, row in enumerate(rows.tolist())
    }
    linear, quadratic = graph_laws(family.graph, ask)
    for degree in ansatz.degrees:
        for law in products(linear, quadratic, degree):
            ask()
            parts: dict[int, dict[int, int]] = {}
            for coefficient, monomial in law.terms:
                if monomial not in place:
                    raise AssertionError(
                        f"a stated law is outside the classes that have laws: {law}; please report"
                    )
                c, k = place[monomial]
                parts.setdefault(c, {})[k] = coefficient
            for c, part in parts.items():
                known[c].append(part)
    return known


def _rank(vectors: list[dict[int, int]]) -> int:
    """A lower bound, modulo one prime, of the rank over Q."""
    if len(vectors) < 2:
        return len(vectors)
    columns = sorted({k for vector in vectors for k in vector})
    return balanced.rank(_dense(vectors, columns, SCREEN), SCREEN)[0]


def _dense(vectors, columns: list[int], prime: int) -> np.ndarray:
    number = {k: j for j, k in enumerate(columns)}
    out = np.zeros((len(vectors), len(columns)), dtype=np.uint64)
    for line, vector in zip(out, vectors, strict=True):
        line[[number[k] for k in vector]] = [x % prime for x in vector.values()]
    return out


def _canonical(vectors: list[dict[int, int]]) -> Iterator[dict[int, int]]:
    """The basis of their span over Q that is reduced from the last column to the first, primitive
    and positive in it.
    """
    if len(vectors) < 2:
        basis = [sorted(vector.items(), reverse=True) for vector in vectors]
    else:
        columns = sorted({k for vector in vectors for k in vector}, reverse=True)
        form, _, rank = flint.fmpz_mat(
            [[vector.get(k, 0) for k in columns] for vector in vectors]
        ).rref()
        basis = [
            [(k, int(form[i, j])) for j, k in enumerate(columns) if form[i, j]] for i in range(rank)
        ]
    for row in basis:
        values = primitive([x for _, x in row])
        sign = 1 if values[0] > 0 else -1
        yield {k: sign * x for (k, _), x in zip(row, values, strict=True)}


def _lifted(family, ansatz: Ansatz, classes, rng: Random, ask: Ask) -> list[tuple[int, Polynomial]]:
    """The laws in classes (rows, stated laws) where these do not reach the sampled bound: guessed
    modulo primes, then proved.
    """
    found, primes, batch, pending = [], word_primes(), 1, []
    explicit = family if isinstance(family, PolynomialFields) else None
    for rows, stated in classes:
        vectors = dense_solutions(family, ansatz, rows, ask) if explicit else None
        if vectors is None:
            pending.append((rows, stated, Residues()))
        else:
            found += _laws(ansatz, rows, _sparse(vectors))
    while pending:
        for _ in range(batch):
            samples = Samples(family, next(primes), rng.spawn(), ask)
            for rows, _, residues in pending:
                residues.add(samples.nullspace(ansatz, rows), samples.prime)
        batch = min(2 * batch, 16)
        tried, rest = [], []
        for rows, stated, residues in pending:
            ask()
            vectors = residues.rational()
            if residues.dimension == _rank(stated):
                found += _laws(ansatz, rows, _canonical(stated))
            elif vectors is None:
                rest.append((rows, stated, residues))
            else:
                tried.append((rows, stated, residues, vectors))
        if tried and explicit is None:
            explicit = _listed(family)
        right = (
            _are_laws(explicit, ansatz, [(rows, vectors) for rows, _, _, vectors in tried], ask)
            if tried
            else []
        )
        for (rows, stated, residues, vectors), good in zip(tried, right, strict=True):
            if good:
                found += _laws(ansatz, rows, _sparse(vectors))
            else:
                rest.append((rows, stated, residues))
        pending = rest
        if any(residues.count >= PRIMES_LIMIT for _, _, residues in pending):
            raise LimitError(
                f"degree: the coefficients of laws have more than {PRIMES_LIMIT * 15} bits"
            )
    return found


def _listed(family: ProbeFields) -> PolynomialFields:
    try:
        return PolynomialFields(components(family.graph).values(), family.parameters)
    except LimitError as error:
        raise LimitError(
            "degree: there seem to be laws beyond those read off the graph; proving them "
            "needs phi written out, "
            f"which has too many paths ({error})"
        ) from None


def _are_laws(family: PolynomialFields, ansatz: Ansatz, classes, ask: Ask) -> list[bool]:
    """For each class (rows, vectors) whether all its vectors are laws: <grad h, grad phi_i>
    multiplied out over Z.
    """
    monomials = Occurrences(
        ansatz.table[np.concatenate([rows for rows, _ in classes])], family.parameters
    )
    ends = np.cumsum([len(rows) for rows, _ in classes])
    starts = ends - [len(rows) for rows, _ in classes]
    matrices = [np.array(vectors, dtype=object).T for _, vectors in classes]
    good = [True] * len(classes)
    for field in family.fields:
        ask()
        row, column, coefficient = monomials.entries(field)
        for c, (begin, end) in enumerate(
            zip(
                np.searchsorted(column, starts).tolist(),
                np.searchsorted(column, ends).tolist(),
                strict=True,
            )
        ):
            mine = slice(begin, end)
            good[c] = good[c] and vanishes(
                row[mine], column[mine] - starts[c], coefficient[mine], matrices[c]
            )
    return good


def law_gradients(laws, variables: int, point, prime: int) -> Iterator[np.ndarray]:
    """The gradients of polynomial laws at an integer point mod prime, (laws x variables), in blocks
    of rows, one at least.
    """
    x = reduced(point, "point", (None,), prime)
    step = max(1, ENTRIES // max(1, variables))
    for k in range(0, max(1, len(laws)), step):
        some = [law.terms for law in laws[k : k + step]]
        yield Polynomials(some, variables, prime).gradients(x)
