"""The outputs on the examples as polynomials of the weights, while no gate changes.

Output o on example i is the sum over the paths from a source to o of the source's value, the gates
and the weights along the path. W is spanned by the gradients of these, so by those of any basis of
their span over Q; the one that is taken here is the reduced echelon form, which the checker of
certificates makes too.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

import flint
import numpy as np

from pyconslaw.records.graph import FROZEN, Graph
from pyconslaw.records.polynomial import Monomial, Polynomial
from pyconslaw.records.sets import joined

Terms = dict[Monomial, Fraction | int]

TERM_LIMIT = 200_000  # of all nodes on all examples
DENSE_LIMIT = 4_000_000  # coefficients of a matrix that is eliminated
# products of words that this takes at most: a second or two
ECHELON_LIMIT = 3e10
PRIME = (1 << 62) - 57


def representatives(sources: np.ndarray, gates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Examples (sources and gates, as given) whose outputs have the same span, mostly fewer.

    Where two examples have the same gates an output is linear in the values of the sources, so that
    a basis of their span will do: the reduced echelon form, with integers. Where that is too dear
    they are kept.
    """
    patterns: dict[tuple, list[list[int]]] = {}
    for row, pattern in zip(sources.tolist(), gates.tolist(), strict=True):
        patterns.setdefault(tuple(pattern), []).append(_whole(row))
    rows, kept = [], []
    for pattern, listed in patterns.items():
        basis = _echelon(listed)
        for row in listed if basis is None else basis:
            rows.append(row)
            kept.append(pattern)
    # np.array alone would take lists of equal length for a further axis
    found = np.empty((len(rows), sources.shape[1]), dtype=object)
    switched = np.empty((len(rows), gates.shape[1]), dtype=object)
    for k, (row, pattern) in enumerate(zip(rows, kept, strict=True)):
        found[k], switched[k] = [Fraction(x) for x in row], pattern
    return found, switched


def count_terms(graph: Graph, sources: np.ndarray, gates: np.ndarray) -> float:
    """How many terms the polynomials of all nodes have on all examples, before equal ones are
    added up.
    """
    place = {v: k for k, v in enumerate(graph.sources)}
    gate = {v: k for k, v in enumerate(graph.gated)}
    paths = np.zeros((graph.nodes, len(sources)))
    up = graph.reachable[1]
    for v in range(graph.nodes):
        if v in place:
            paths[v] = sources[:, place[v]] != 0
            continue
        if up[v]:
            paths[v] = paths[graph.tail[graph.ptr[v] : graph.ptr[v + 1]]].sum(axis=0)
        if v in gate:
            paths[v] *= gates[:, gate[v]] != 0
    return float(paths.sum())


def output_polynomials(graph: Graph, sources, gates, views: np.ndarray) -> list[Terms]:
    """The outputs as they are seen by the loss, (examples x views) of them one after the other."""
    found = []
    for row, pattern in zip(sources.tolist(), gates.tolist(), strict=True):
        z = _sweep(graph, row, pattern)
        for view in views.tolist():
            total: Terms = {}
            for factor, o in zip(view, graph.outputs, strict=True):
                if factor:
                    _add(total, z.get(o, {}), factor)
            found.append({m: c for m, c in total.items() if c})
    return found


def span_basis(polynomials: Iterable[Terms]) -> tuple[Polynomial, ...] | None:
    """The reduced echelon basis of the span of these over Q, constants left out.

    Monomials are taken in their order, coefficients are integers without common factor, the first
    one positive. None where the elimination is too dear.

    >>> a, b, c = ((0, 1),), ((0, 1), (1, 1)), ((1, 2),)
    >>> [f.terms for f in span_basis([{a: 2, b: 1, (): 5}, {b: 3, c: 6}, {a: 2, b: 2, c: 2}])]
    [((1, ((0, 1),)), (-1, ((1, 2),))), ((1, ((0, 1), (1, 1))), (2, ((1, 2),)))]
    """
    rows = [row for f in polynomials if (row := {m: c for m, c in f.items() if m and c})]
    basis: list[Polynomial] = []
    for members in joined(rows):
        group = [rows[k] for k in members]
        columns = sorted({m for row in group for m in row})
        lines = _echelon([_whole([row.get(m, 0) for m in columns]) for row in group])
        if lines is None:
            return None
        for line in lines:
            terms = tuple((c, m) for c, m in zip(line, columns, strict=True) if c)
            basis.append(Polynomial(terms))
    return tuple(sorted(basis, key=lambda f: f.terms[0][1]))


def _sweep(graph: Graph, row: list, pattern: list) -> dict[int, Terms]:
    """The polynomials of the nodes on one example, those that reach an output and are not 0."""
    z: dict[int, Terms] = {s: {(): x} for s, x in zip(graph.sources, row, strict=True) if x}
    gate = dict(zip(graph.gated, pattern, strict=True))
    up = graph.reachable[1]
    for v in range(graph.nodes):
        if v in z or not up[v] or gate.get(v, 1) == 0:
            continue
        total: Terms = {}
        for e in range(graph.ptr[v], graph.ptr[v + 1]):
            below = z.get(int(graph.tail[e]))
            if below and graph.param[e] == FROZEN:
                _add(total, below, int(graph.weight[e]) * gate.get(v, 1))
            elif below:
                _add(total, _times(below, int(graph.param[e])), gate.get(v, 1))
        total = {m: c for m, c in total.items() if c}
        if total:
            z[v] = total
    return z


def _add(total: Terms, p: Terms, factor) -> None:
    for m, c in p.items():
        total[m] = total.get(m, 0) + (c if factor == 1 else factor * c)


def _times(p: Terms, k: int) -> Terms:
    """The polynomial times the variable k."""
    return {(*m, (k, 1)) if not m or m[-1][0] < k else _merged(m, k): c for m, c in p.items()}


def _merged(m: Monomial, k: int) -> Monomial:
    exponents = dict(m)
    exponents[k] = exponents.get(k, 0) + 1
    return tuple(sorted(exponents.items()))


def _whole(row: list) -> list[int]:
    """The row times a positive number that makes it integral, without common factor."""
    scale = lcm(*(x.denominator for x in row))
    integers = [int(x * scale) for x in row]
    content = gcd(*integers) or 1
    return [x // content for x in integers]


def _echelon(rows: list[list[int]]) -> list[list[int]] | None:
    """The rows of the reduced echelon form that are not 0: without common factor, first entries
    positive. None where that is too dear.
    """
    columns = len(rows[0]) if rows else 0
    if not columns:
        return []
    if len(rows) * columns > DENSE_LIMIT:
        return None
    # a lower bound of the rank over Q
    rank = flint.nmod_mat(len(rows), columns, [x for row in rows for x in row], PRIME).rank()
    if rank == columns:
        return [[int(i == j) for j in range(columns)] for i in range(columns)]
    bits = max(abs(x) for row in rows for x in row).bit_length() + 1
    if rank**3 * columns * bits > ECHELON_LIMIT:
        return None
    form, _, rank = flint.fmpz_mat(rows).rref()
    found = []
    for k in range(rank):
        line = [int(form[k, j]) for j in range(columns)]
        first = next(x for x in line if x)
        content = gcd(*line) if first > 0 else -gcd(*line)
        found.append([x // content for x in line])
    return found
