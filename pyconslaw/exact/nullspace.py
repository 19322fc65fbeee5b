"""Rank and nullspace of an integer matrix over Q, proved: what is sparse is eliminated over Z; what
is left is guessed modulo a prime, then lifted far enough to be sure.
"""

from __future__ import annotations

from itertools import islice
from math import inf, lcm, log2
from typing import Any

import flint
import numpy as np

from pyconslaw._core import balanced, sparse
from pyconslaw.errors import LimitError
from pyconslaw.exact.basis import threads
from pyconslaw.exact.by_primes import balanced_residues, rank_by_primes
from pyconslaw.exact.choice import APART, LIFTING, is_sparse, rank_way
from pyconslaw.exact.matrices import DENSE_LIMIT, Sparse, read, without_content
from pyconslaw.exact.padic import SMALLEST, Larger, Lift, lifts
from pyconslaw.exact.pivots import (
    LIGHT,
    Pivots,
    check_room,
    columns_of,
    dense_of,
    extended,
    is_held,
)
from pyconslaw.exact.primes import large_primes, prime_below
from pyconslaw.exact.residues import primitive
from pyconslaw.exact.sizes import Sizes
from pyconslaw.exact.steps import QUICK, base_bits, is_quick
from pyconslaw.records.budget import Ask, nobody

FILL = 100  # entries that sparse elimination modulo a prime may touch, for each one there is
ATTEMPTS = 20  # primes before the slow exact ways take over
FIRST = 4  # digits with which a nullspace is tried first


def _lifts(a: np.ndarray, sizes: Sizes, ask: Ask):
    """Lifts of a matrix whose entries are small enough for exact steps; none otherwise."""
    if a.dtype == object:
        return
    bits = base_bits(min(a.shape), sizes.largest)
    if bits >= SMALLEST:
        yield from islice(lifts(a, bits, is_quick(sizes), ask), ATTEMPTS)


def integer_rank(matrix: Any, *, shape: tuple[int, int] | None = None, ask: Ask = nobody) -> int:
    """The rank over Q of an integer matrix, proved.

    Where few entries are not zero, pivots 1 and -1 are eliminated over Z as long as that stays
    sparse. Of what is left, a minor that is not zero modulo a prime bounds the rank from below.
    From above: the digits of a p-adic solution vanish on the other rows up to Hadamard's bound for
    the minors, or a small rational solution is found on the way, or the minors have so large a
    common divisor that they are zero; a few rows or columns with large entries count as one each.
    See docs/mathematics.md.

    Parameters
    ----------
    matrix : array, sequence of rows, sparse matrix or (rows, columns, entries)
        Any integers, of shape (m, n). Sparse matrices and arrays of SciPy come in any format; with
        `shape`, a tuple of three sequences says where, from 0, the entries are that are not zero.
        Entries in one place are added up.
    shape : tuple of two int, optional
        (m, n), which turns matrix into (rows, columns, entries).
    ask : callable, optional
        Called now and then; what it raises ends the work.

    Returns
    -------
    int

    Raises
    ------
    InputError
        For what is no matrix of integers.
    LimitError
        For a sparse matrix with more than 2e7 entries that are not zero, rows and columns of them
        counted as four more each, or where elimination leaves more than 2.5e8 entries.

    References
    ----------
    Markowitz 1957 for the sparse elimination, Dixon 1982 for the p-adic solution.

    Examples
    --------
    >>> from pyconslaw import integer_rank
    >>> integer_rank([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    2
    >>> rows, columns, entries = [0, 0, 1, 1], [0, 5, 0, 5], [1, -1, 2, -2]
    >>> integer_rank((rows, columns, entries), shape=(10**9, 10**9))
    1
    """
    a = read(matrix, shape)
    if isinstance(a, Sparse):
        return _sparse_rank(a, DENSE_LIMIT, ask)
    return _sparse_rank(Sparse.of(a), inf, ask) if _is_thin(a) else dense_rank(a, ask)


def _is_thin(a: np.ndarray) -> bool:
    """Whether a dense matrix is eliminated sparsely at first."""
    count = np.count_nonzero(a)
    return is_sparse(a.shape, count) and is_held(count, a.shape)


def _sparse_rank(a: Sparse, room: float, ask: Ask) -> int:
    """The pivots of sparse elimination, and the rank of what it leaves. Errors: LimitError where
    that has more entries than room.
    """
    small, _ = a.compressed()
    if not is_sparse(small.shape, len(small.entry)):
        return dense_rank(small.dense(room), ask)
    check_room(len(small.entry), small.shape)
    pivots = Pivots(*_lightest(small))
    pivots.run(ask)
    rest = pivots.rest
    return len(pivots.taken) + dense_rank(dense_of(rest, columns_of(rest), room), ask)


def _lightest(a: Sparse) -> tuple[list[dict[int, int]], range]:
    """Rows and the range of columns, of the matrix or the transposed one: where fewer rows have
    large entries, which are no pivot rows.
    """
    large = (abs(a.entry) > LIGHT).astype(bool)
    turned = len(np.unique(a.row[large])) > len(np.unique(a.column[large]))
    a = a.transposed() if turned else a
    return a.rows(), range(a.shape[1])


def dense_rank(a: np.ndarray, ask: Ask = nobody) -> int:
    """The rank by the way that is estimated to be the quickest."""
    if not a.size:
        return 0
    a = without_content(a)
    if a.shape[0] < a.shape[1]:
        a = a.T  # fewer columns to lift
    sizes = Sizes.of(a)
    way, heavy = rank_way(a, sizes)
    if way == APART and heavy and (found := _rank_apart(a, *heavy, ask)) is not None:
        return found
    for lift in _lifts(a, sizes, ask) if way == LIFTING else ():
        try:
            if _is_rank(lift):
                return len(lift.rows)
        except Larger:
            continue
    return rank_by_primes(a, ask, sizes)


def _rank_apart(a: np.ndarray, axis: int, heavy: np.ndarray, ask: Ask) -> int | None:
    """The rank of the light lines and the number of the heavy ones, where modulo a prime the rank
    is as large; None otherwise.
    """
    lines = a if axis == 0 else a.T
    light, apart = lines[~heavy].astype(np.int64), lines[heavy]
    p = prime_below(1 << QUICK)
    found, rows, _ = balanced.rank(balanced_residues(np.vstack([light, apart]), p), p, threads())
    if sum(row >= len(light) for row in rows) < len(apart):
        return None
    return found if dense_rank(light, ask) + len(apart) == found else None


def _is_rank(lift: Lift) -> bool:
    """True once the rank of the prime is proved to be that over Q; raises Larger if it is not."""
    if not len(lift.other) or len(lift.rows) == len(lift.matrix) or lift.finished:
        return True
    if not lift.rows:
        raise Larger
    if lift.is_long() and (found := lift.common_divisor()):
        divisor, bits = found
        lift.vanish_modulo(bits - log2(divisor) - log2(lift.base), divisor)
        return True
    attempt, steps = 1, inf
    while attempt < steps / 2:
        while len(lift.digits) < attempt and not lift.finished:
            lift.step()
        if lift.finished or lift.is_solved():
            return True
        if attempt == 1:
            steps = int(lift.minors_bits() / log2(lift.base)) + 1
        attempt *= 2
    lift.follow(max(0, steps - len(lift.digits)))
    return True


def integer_nullspace(
    matrix: Any, *, shape: tuple[int, int] | None = None, ask: Ask = nobody
) -> list[list[int]]:
    """Primitive integer basis of the right nullspace over Q of an integer matrix, proved.

    The method is that of `integer_rank`; the vectors are lifted until their products with all rows
    are known to vanish over Z.

    Parameters
    ----------
    matrix : array, sequence of rows, sparse matrix or (rows, columns, entries)
        Any integers, of shape (m, n). Sparse matrices and arrays of SciPy come in any format; with
        `shape`, a tuple of three sequences says where, from 0, the entries are that are not zero.
        Entries in one place are added up.
    shape : tuple of two int, optional
        (m, n), which turns matrix into (rows, columns, entries).
    ask : callable, optional
        Called now and then; what it raises ends the work.

    Returns
    -------
    list of list of int
        n - rank vectors. Each is positive in its own free column (the columns without a pivot, from
        the left) and zero in the others; this determines the basis.

    Raises
    ------
    InputError
        For what is no matrix of integers.
    LimitError
        For a sparse matrix with more than 2e7 entries that are not zero, rows and columns of them
        counted as four more each, or where elimination leaves, or the basis has, more than 2.5e8
        entries.

    References
    ----------
    Markowitz 1957 for the sparse elimination, Dixon 1982 for the p-adic solution.

    Examples
    --------
    >>> from pyconslaw import integer_nullspace
    >>> integer_nullspace([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    [[1, -2, 1]]
    >>> integer_nullspace(([0, 0, 1], [0, 1, 2], [3, 2, 1]), shape=(2, 3))
    [[-2, 3, 0]]
    """
    a = read(matrix, shape)
    if isinstance(a, Sparse):
        return _sparse_nullspace(a, DENSE_LIMIT, ask)
    return _sparse_nullspace(Sparse.of(a), inf, ask) if _is_thin(a) else _dense_nullspace(a, ask)


def _sparse_nullspace(a: Sparse, room: float, ask: Ask) -> list[list[int]]:
    """The basis from that of what sparse elimination leaves. Errors: LimitError where matrices,
    and the basis, have more entries than room.
    """
    n = a.shape[1]
    _check_basis(n, min(len(a.entry), *a.shape), room)
    small, names = a.compressed()
    _check_basis(n, min(small.shape), room)
    if not is_sparse(small.shape, len(small.entry)):
        return _spread(_dense_nullspace(small.dense(room), ask), names, n)
    check_room(len(small.entry), small.shape)
    first = _first_columns(small, room, ask)
    _check_basis(n, len(first), room)
    pivots = Pivots(small.rows(), first, ranks=False)
    pivots.run(ask)
    left = sorted(set(range(small.shape[1])) - {column for column, _ in pivots.taken})
    basis = _dense_nullspace(dense_of(pivots.rest, left, room), ask)
    found = extended(basis, left, pivots.taken, small.shape[1], ask)
    if found is None:  # the prime took others for the first columns
        found = _dense_nullspace(small.dense(room), ask)
    return _spread(found, names, n)


def _check_basis(n: int, rank: int, room: float) -> None:
    """Errors: LimitError."""
    if n * (n - rank) > room:
        raise LimitError(
            f"matrix: expected a basis of at most {room} entries, got {n - rank} vectors of {n}"
        )


def _first_columns(a: Sparse, room: float, ask: Ask) -> list[int]:
    """Columns that do not depend on those before them, modulo a prime. Errors: LimitError."""
    p = next(large_primes())
    work = FILL * (len(a.entry) + sum(a.shape))
    found = sparse.nullspace(
        a.row, a.column, (a.entry % p).astype(np.int64), a.shape[1], p, work=work, ask=ask
    )
    if found is not None:
        return np.delete(np.arange(a.shape[1]), found[0]).tolist()
    p = prime_below(1 << QUICK)
    return balanced.rank(balanced_residues(a.dense(room).T, p), p, threads())[1]


def _spread(basis: list[list[int]], names: np.ndarray, n: int) -> list[list[int]]:
    """Vectors on the columns that have these numbers among n, and those of columns of zeros."""
    lonely = np.setdiff1d(np.arange(n), names).tolist()
    if not lonely:
        return basis
    vectors = [(column, {column: 1}) for column in lonely]
    columns = names.tolist()
    for vector in basis:
        entries = {column: x for column, x in zip(columns, vector, strict=True) if x}
        vectors.append((max(entries), entries))
    found = []
    for _, entries in sorted(vectors, key=lambda one: one[0]):
        whole = [0] * n
        for column, x in entries.items():
            whole[column] = x
        found.append(whole)
    return found


def _dense_nullspace(a: np.ndarray, ask: Ask) -> list[list[int]]:
    n = a.shape[1]
    if not a.any():
        return [[int(i == j) for j in range(n)] for i in range(n)]
    for lift in _lifts(a, Sizes.of(a), ask):
        try:
            vectors = _vectors(lift)
        except Larger:
            continue
        if vectors is not None:
            return vectors
    return _exact_nullspace(a, n)


def _vectors(lift: Lift) -> list[list[int]] | None:
    """The basis; None if the columns were not the first ones that will do over Q. Raises Larger."""
    if not lift.rows:
        raise Larger
    found = _lifted(lift) if len(lift.other) else []
    vectors = []
    for free, (scale, numerators) in zip(lift.other.tolist(), found, strict=True):
        vector = [0] * lift.matrix.shape[1]
        vector[free] = scale
        for column, x in zip(lift.cols, numerators, strict=True):
            if x and column > free:
                return None
            vector[column] = -x
        vectors.append(vector)
    return vectors


def _lifted(lift: Lift) -> list[tuple[int, list[int]]]:
    """X column by column as (denominator, numerators), proved. Raises Larger."""
    attempt, scale = FIRST, None
    while True:
        lift.step()
        if lift.finished or len(lift.digits) >= attempt:
            found = lift.solution_over(scale) if scale else None
            found = lift.solution() if found is None else found
            if found is not None:
                return found
            deep = attempt == FIRST and not lift.finished
            attempt = max(attempt + 1, len(lift.digits) * 3 // 2)
            scale = lift.denominator() if deep else scale
            if deep and scale:
                attempt = max(attempt, lift.digits_over(scale))


def _exact_nullspace(matrix: np.ndarray, unknowns: int) -> list[list[int]]:
    """The same basis by exact elimination: entries of any size."""
    reduced, _, rank = flint.fmpz_mat(matrix.tolist()).rref()
    rows = [[int(reduced[i, j]) for j in range(unknowns)] for i in range(rank)]
    pivots = [next(j for j, x in enumerate(row) if x) for row in rows]
    vectors = []
    for free in sorted(set(range(unknowns)) - set(pivots)):
        scale = lcm(*(row[p] for row, p in zip(rows, pivots, strict=True))) if rows else 1
        vector = [0] * unknowns
        vector[free] = scale
        for row, p in zip(rows, pivots, strict=True):
            vector[p] = -row[free] * (scale // row[p])
        vectors.append(primitive(vector))
    return vectors
