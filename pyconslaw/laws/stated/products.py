"""Laws of a graph that need no search: read off it, each with an exact reason, and their
products.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import comb

from pyconslaw.laws.stated.balance import balance_laws, balance_pairs, neighbours
from pyconslaw.laws.stated.potentials import idle_parameters, potentials
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Graph
from pyconslaw.records.polynomial import Monomial, Polynomial

PRODUCT_LIMIT = 1_000_000  # terms of all products of laws


def narrow_laws(graph: Graph, pairs) -> Iterator[Polynomial]:
    """theta_ui theta_jw - theta_uj theta_iw for each of these pairs of neurons i < j between a
    single u and a single w.

    With z, d as in `pyconslaw.laws.stated.balance`: its derivative along a probe is z_u d_i
    theta_jw + z_j d_w theta_ui - z_u d_j theta_iw - z_i d_w theta_uj = 0, because d_i = theta_iw
    d_w and z_i = theta_ui z_u.
    """
    found = neighbours(graph)
    for i, j in pairs:
        if i != j and len(found[i][2]) == len(found[i][3]) == 1:
            (ui,), (iw,), (uj,), (jw,) = *found[i][2:], *found[j][2:]
            yield Polynomial.of([(1, [(ui, 1), (jw, 1)]), (-1, [(uj, 1), (iw, 1)])])


def graph_laws(graph: Graph, ask: Ask = nobody) -> tuple[list[Polynomial], list[Polynomial]]:
    """The laws of degree 1 and those of degree 2 that can be read off a graph."""
    pairs = balance_pairs(graph)
    linear = [Polynomial.of([(1, [(k, 1)])]) for k in idle_parameters(graph)]
    quadratic = [potential.law for potential in potentials(graph, ask=ask)]
    quadratic += balance_laws(graph, [(i, j) for i, j in pairs if i != j])
    return linear, [h for h in (*quadratic, *narrow_laws(graph, pairs)) if h.terms]


def products(
    linear: list[Polynomial], quadratic: list[Polynomial], degree: int
) -> Iterator[Polynomial]:
    """All products of these laws of one degree; none if there are too many."""
    shapes = [(degree - 2 * j, j) for j in range(degree // 2 + 1)]
    longest = max((len(h.terms) for h in quadratic), default=1)
    if (
        sum(
            _multisets(len(linear), a) * _multisets(len(quadratic), b) * longest**b
            for a, b in shapes
        )
        > PRODUCT_LIMIT
    ):
        return
    for a, b in shapes:
        for first in combinations_with_replacement(linear, a):
            for rest in combinations_with_replacement(quadratic, b):
                yield product_of((*first, *rest))


def _multisets(n: int, k: int) -> int:
    return comb(n + k - 1, k) if n else k == 0


def product_of(factors) -> Polynomial:
    """The product of polynomials."""
    terms: tuple[tuple[int, Monomial], ...] = ((1, ()),)
    for f in factors:
        terms = Polynomial.of((c * d, [*m, *n]) for c, m in terms for d, n in f.terms).terms
    return Polynomial(terms)
