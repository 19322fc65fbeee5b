"""Explicit components that are the entries of products of two matrices, recognised.

In sum_k a_ik b_kj the variables of one k meet in monomials, those of different k do not: the graph
on the variables whose edges are the monomials falls into the classes k, each of them complete and
bipartite. One class says which component is which entry (i, j), the others have to agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pyconslaw._core.dense import Echelon
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Monomial, Polynomial
from pyconslaw.records.products import LayeredPart
from pyconslaw.records.sets import joined

# Entries that only occur in combinations of entries are recognised up to so many, in so many
# components.
COMBINED_LIMIT, ROW_LIMIT = 200, 20_000
PRIME = 2**61 - 1  # modulo which the combinations have to be independent

Edge = tuple[int, int]


def bilinear_parts(components: Sequence[Polynomial]) -> tuple[list[LayeredPart], list[int]]:
    """The parts that are entries of products of two matrices, and the components in no such part.

    A part is all components of one or more sets without a common variable whose gradients span
    those of the entries of one product: entries times numbers (also twice), plus constants, and
    combinations of these and of up to 200 others, from which the others follow. A single variable
    that nothing else meets is a part, too. Order and names of variables do not matter; linear in
    the terms.

    Parameters
    ----------
    components
        the components of phi

    Returns
    -------
    parts
        layers (m, r, n) for sum_k a_ik b_kj with n rows, m columns, and r summands; the variables
        are the b_kj in the order (k, j), then the a_ik in the order (i, k)
    rest
        numbers of the other components

    Examples
    --------
    >>> from pyconslaw import System
    >>> net = System(["a", "b", "c", "x", "y"], phi=["a*x + b*y", "3*c"])
    >>> parts, rest = bilinear_parts(net.phi)
    >>> [(part.layers.widths, part.variables.tolist()) for part in parts], rest
    ([((1, 2, 1), [3, 4, 0, 1]), ((1, 1), [2])], [])
    """
    parts, rest = [], []
    for members in joined([_variables(f) for f in components]):
        found = _recognised([components[i] for i in members])
        if found is None:
            rest += members
        else:
            parts += found
    return parts, sorted(rest)


def _variables(component: Polynomial) -> list[int]:
    return [v for _, m in component.terms for v, _ in m]


def _recognised(components: list[Polynomial]) -> list[LayeredPart] | None:
    """The parts of components that hang together; None where they are none."""
    entries = _entries(components)
    if entries is None:
        return None
    found = []
    for members in joined([[v for edge in entry for v in edge] for entry in entries]):
        part = _part([entries[i] for i in members])
        if part is None:
            return None
        found.append(part)
    return found


def _entries(components: list[Polynomial]) -> list[list[tuple[int, ...]]] | None:
    """The sums of monomials of which the components are independent combinations, as many as
    these: monomials that have the same coefficients belong to one sum.
    """
    columns: dict[Monomial, list[tuple[int, int]]] = {}
    for i, f in enumerate(components):
        for c, m in f.terms:
            if len(m) > 2 or any(e != 1 for _, e in m):
                return None
            if m:
                columns.setdefault(m, []).append((i, c))
    sums: dict[tuple, list[tuple[int, ...]]] = {}
    for m, column in columns.items():
        sums.setdefault(tuple(column), []).append(tuple(v for v, _ in m))
    return list(sums.values()) if _independent(list(sums)) else None


def _independent(columns: list[tuple[tuple[int, int], ...]]) -> bool:
    """Whether sparse columns, pairs (row, entry), are independent. A column that has a row to
    itself is, of all others.
    """
    uses = Counter(i for column in columns for i, _ in column)
    mixed = [column for column in columns if all(uses[i] > 1 for i, _ in column)]
    rows = sorted({i for column in mixed for i, _ in column})
    if not mixed:
        return True
    if len(mixed) > COMBINED_LIMIT or not len(mixed) <= len(rows) <= ROW_LIMIT:
        return False
    number = {i: k for k, i in enumerate(rows)}
    dense = np.zeros((len(mixed), len(rows)), dtype=np.uint64)
    for line, column in zip(dense, mixed, strict=True):
        for i, c in column:
            line[number[i]] = c % PRIME
    basis = Echelon(len(rows), PRIME)
    basis.extend(dense)
    return basis.rank == len(mixed)


def _part(entries: list[list[tuple[int, ...]]]) -> LayeredPart | None:
    """The product whose entries these sums of monomials are; None where there is none."""
    inner = len(entries[0])
    lengths = {len(edge) for entry in entries for edge in entry}
    if lengths == {1}:
        alone = np.array(entries[0][0], dtype=np.int64)
        plain = len(entries) == inner == 1
        return LayeredPart(Layers((1, 1), (), (False,)), lambda: alone) if plain else None
    if lengths != {2} or any(len(entry) != inner for entry in entries):
        return None
    entry_of = {edge: i for i, entry in enumerate(entries) for edge in entry}
    sides = _sides(list(entry_of))
    if sides is None or len(sides) != inner:
        return None
    aligned = _aligned(sides, entry_of, len(entries))
    if aligned is None:
        return None
    left, right = aligned
    variables = np.concatenate([right.ravel(), left.T.ravel()])
    widths = (right.shape[1], inner, left.shape[1])
    return LayeredPart(Layers(widths, (False,), (False, False)), lambda: variables)


def _sides(edges: list[Edge]) -> list[tuple[list[int], list[int]]] | None:
    """The two sides of each class of the graph, the one with the least variable first; None where
    a class is not complete and bipartite. Sides are sorted, classes by their least variable.
    """
    near: dict[int, list[int]] = {}
    for u, v in edges:
        near.setdefault(u, []).append(v)
        near.setdefault(v, []).append(u)
    seen: set[int] = set()
    found = []
    for u in sorted(near):
        if u in seen:
            continue
        right = sorted(near[u])
        left = sorted(near[right[0]])
        seen.update(left, right)
        complete = all(len(near[v]) == len(right) for v in left) and all(
            len(near[v]) == len(left) for v in right
        )
        inside = set(right)
        if not complete or not all(inside.issuperset(near[v]) for v in left):
            return None
        found.append((left, right))
    return found


def _aligned(sides, entry_of, count: int) -> tuple[NDArray, NDArray] | None:
    """Rows a_k and b_k of variables, a row for each class, such that the monomial of a_ki and b_kj
    is in the same entry for all k; None where there are none.
    """
    first, second = sides[0]
    place = {
        _entry(u, v, entry_of): (i, j) for i, u in enumerate(first) for j, v in enumerate(second)
    }
    if not len(place) == count == len(first) * len(second):
        return None
    rows, columns = [], []
    for left, right in sides:
        pair = _ordered(left, right, entry_of, place, sides[0])
        pair = pair or _ordered(right, left, entry_of, place, sides[0])
        if pair is None:
            return None
        rows.append(pair[0])
        columns.append(pair[1])
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)


def _entry(u: int, v: int, entry_of) -> int:
    return entry_of[(u, v) if u < v else (v, u)]


def _ordered(left, right, entry_of, place, pattern) -> tuple[list[int], list[int]] | None:
    """The two sides of a class in the order of the rows and of the columns of the product."""
    if (len(left), len(right)) != tuple(map(len, pattern)):
        return None
    row = {place[_entry(u, right[0], entry_of)][0]: u for u in left}
    column = {place[_entry(left[0], v, entry_of)][1]: v for v in right}
    if len(row) < len(left) or len(column) < len(right):
        return None
    right_entries = all(
        place[_entry(u, v, entry_of)] == (i, j) for i, u in row.items() for j, v in column.items()
    )
    if not right_entries:
        return None
    return [row[i] for i in range(len(left))], [column[j] for j in range(len(right))]
