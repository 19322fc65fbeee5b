"""Products of named matrices: which of them together are one layered linear network, by names
alone, and the polynomials that they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pyconslaw.errors import LimitError
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import Factor, LayeredPart, Products, product_text

EXPANSION_LIMIT = 200_000  # terms of products that are written out

Chain = tuple[Factor, ...]


def product_parts(products: Products) -> tuple[list[LayeredPart], list[int]]:
    """The groups of products that are layered linear networks, and the products of no such group.

    Products that have a matrix in common, directly or through others, are a group. It is the
    network of [L_1; ...; L_p] C [R_1 ... R_q] if its products are L_i C R_j for all i and j, up to
    transposition and repetition: one chain C of matrices, perhaps none, and each matrix in one
    place and in one position there. Nothing is written out.

    Examples
    --------
    >>> shapes = ((2, 5), (2, 5), (2, 5), (3, 3))                    # A^T B, C^T A and D D
    >>> factors = (((0, True), (1, False)), ((2, True), (0, False)), ((3, False), (3, False)))
    >>> parts, rest = product_parts(Products(shapes, factors))
    >>> [part.layers.widths for part in parts], rest
    ([(10, 2, 5)], [2])
    """
    parts, rest = [], []
    for group in groups(products.factors):
        sides = _stacked([products.factors[i] for i in group])
        if sides is None:
            rest += group
        else:
            parts.append(_part(products, *sides))
    return parts, sorted(rest)


def groups(products: Sequence[Chain]) -> list[list[int]]:
    """The products that hang together by common matrices, groups in the order of their first."""
    group_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for i, factors in enumerate(products):
        matrices = {matrix for matrix, _ in factors}
        touched = {group_of[matrix] for matrix in matrices if matrix in group_of}
        into = min(touched, default=i)
        members.setdefault(into, [])
        for other in sorted(touched - {into}):
            members[into] += members.pop(other)
        members[into].append(i)
        for k in members[into] if len(touched) > 1 else [i]:
            group_of |= {matrix: into for matrix, _ in products[k]}
    return [sorted(group) for _, group in sorted(members.items())]


def _stacked(group: list[Chain]) -> tuple[list[Factor], Chain, list[Factor]] | None:
    """(left factors, chain, right factors) such that the products are all of left, chain, right."""
    if len({len(factors) for factors in group}) > 1:
        return None
    if len(group[0]) == 1:
        same = len({factors[0][0] for factors in group}) == 1
        return ([], (), [group[0][0]]) if same else None
    turned = _turned(group)
    if turned is None:
        return None
    lefts = list(dict.fromkeys(factors[0] for factors in turned))
    rights = list(dict.fromkeys(factors[-1] for factors in turned))
    middle = group[0][1:-1]
    places = [matrix for matrix, _ in (*lefts, *middle, *rights)]
    pairs = {(factors[0], factors[-1]) for factors in turned}
    if len(set(places)) < len(places) or len(pairs) < len(lefts) * len(rights):
        return None
    return lefts, middle, rights


def _turned(group: list[Chain]) -> list[Chain] | None:
    """The products, some of them transposed, so that all have the chain of the first one inside
    and no matrix is on the left in one and on the right in another.
    """
    middle = group[0][1:-1]
    if middle:
        turned = [f if f[1:-1] == middle else transposed(f) for f in group]
        return turned if all(f[1:-1] == middle for f in turned) else None
    beside: dict[int, list[Chain]] = {}
    for factors in group:
        for matrix, _ in factors:
            beside.setdefault(matrix, []).append(factors)
    left, todo = {group[0][0][0]: True, group[0][1][0]: False}, [group[0][0][0], group[0][1][0]]
    while todo:
        matrix = todo.pop()
        for factors in beside[matrix]:
            other = factors[0][0] if factors[1][0] == matrix else factors[1][0]
            if other not in left:
                left[other] = not left[matrix]
                todo.append(other)
    return [f if left[f[0][0]] else transposed(f) for f in group]


def transposed(factors: Chain) -> Chain:
    return tuple((matrix, not flag) for matrix, flag in reversed(factors))


def _part(products: Products, lefts: list[Factor], middle: Chain, rights) -> LayeredPart:
    columns = sum(products.shape(factor)[1] for factor in rights)
    rows = [sum(products.shape(factor)[0] for factor in lefts)] if lefts else []
    inside = [products.shape(factor)[0] for factor in (rights[0], *reversed(middle))]
    widths = (columns, *inside, *rows)
    hidden = len(widths) - 2
    layers = Layers(widths, (False,) * hidden, (False,) * (hidden + 1))
    return LayeredPart(layers, partial(_variables, products, lefts, middle, rights))


def _variables(
    products: Products, lefts: list[Factor], middle: Chain, rights: list[Factor]
) -> NDArray[np.int64]:
    """The variables of the network of these factors, in the order of its parameters."""
    first = np.concatenate([products.entries(factor) for factor in rights], axis=1)
    last = [products.entries(factor) for factor in lefts]
    matrices = [first, *(products.entries(factor) for factor in reversed(middle))]
    matrices += [np.concatenate(last, axis=0)] if last else []
    return np.concatenate([matrix.ravel() for matrix in matrices])


def written_out(
    products: Products, numbers: Iterable[int], limit: int = EXPANSION_LIMIT
) -> list[Polynomial]:
    """The entries of these products as polynomials, product by product, row by row.

    Raises
    ------
    LimitError
        where they have more than `limit` terms
    """
    numbers = list(numbers)
    check_terms(products, numbers, limit)
    return list(chain.from_iterable(_entries(products, products.factors[i]) for i in numbers))


def entry_names(products: Products, names: Sequence[str]) -> list[str]:
    """Names of all entries of all products, as they are written out: (Q^T K)[0,1]."""
    return [
        f"({product_text(factors, names)})[{row},{column}]"
        for i, factors in enumerate(products.factors)
        for row, column in np.ndindex(products.ends(i))
    ]


def check_terms(products: Products, numbers: Iterable[int], limit: int = EXPANSION_LIMIT) -> None:
    """Raises LimitError where `written_out` would."""
    terms = sum(products.terms(i) for i in numbers)
    if terms > limit:
        raise LimitError(
            f"phi: {terms} terms of products, more than the {limit} that are written out"
        )


def _entries(products: Products, factors: Chain) -> list[Polynomial]:
    first, *others = (products.entries(factor).tolist() for factor in factors)
    paths: list[list[list[tuple[int, ...]]]] = [[[(v,)] for v in row] for row in first]
    for matrix in others:
        paths = [
            [
                [path + (matrix[k][j],) for k, found in enumerate(row) for path in found]
                for j in range(len(matrix[0]))
            ]
            for row in paths
        ]
    return [
        Polynomial.of((1, [(v, 1) for v in path]) for path in found)
        for row in paths
        for found in row
    ]
