"""Rank and nullspace of an integer matrix over Q, proved: guessed modulo a prime, then lifted far
enough to be sure.
"""

from __future__ import annotations

from itertools import islice
from math import inf, lcm, log2

import flint
import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.exact.padic import SMALLEST, Larger, Lift, lifts
from pyconslaw.exact.primes import large_primes
from pyconslaw.exact.residues import primitive
from pyconslaw.exact.steps import base_bits, is_quick, largest_entry
from pyconslaw.records.budget import Ask, nobody

ATTEMPTS = 20  # primes before the slow exact ways take over
FIRST = 4  # digits with which a nullspace is tried first


def _checked(matrix) -> np.ndarray:
    """The matrix as int64 where that holds it, as Python integers otherwise. Errors: InputError."""
    try:
        a = np.asarray(matrix)
        a = a if a.dtype.kind in "iu" else np.array(matrix, dtype=object)
    except (ValueError, OverflowError) as error:
        raise InputError(f"matrix: {error}") from None
    if a.ndim != 2:
        raise InputError(f"matrix: expected two axes, got shape {a.shape}")
    if a.dtype == object and any(
        isinstance(x, bool) or not isinstance(x, int | np.integer) for x in a.ravel().tolist()
    ):
        raise InputError("matrix: expected integers")
    small = not a.size or (-(1 << 62) < int(a.min()) and int(a.max()) < 1 << 62)
    return a.astype(np.int64 if small else object, copy=False)


def _lifts(a: np.ndarray, ask: Ask):
    """Lifts of a matrix whose entries are small enough for exact steps; none otherwise."""
    if a.dtype == object:
        return
    largest = largest_entry(a)
    bits = base_bits(min(a.shape), largest)
    if bits >= SMALLEST:
        yield from islice(lifts(a, bits, is_quick(a, largest), ask), ATTEMPTS)


def integer_rank(matrix, *, ask: Ask = nobody) -> int:
    """The rank over Q of an integer matrix, proved.

    A minor that is not zero modulo a prime bounds it from below. From above: the digits of a p-adic
    solution vanish on the other rows up to Hadamard's bound for the minors, or a small rational
    solution is found on the way, or the minors have so large a common divisor that they are zero;
    see docs/mathematics.md.

    Parameters
    ----------
    matrix : array or sequence of rows
        Shape (m, n), any integers.
    ask : callable, optional
        Called now and then; what it raises ends the work.

    Returns
    -------
    int

    Raises
    ------
    InputError
        For what is no matrix of integers.

    References
    ----------
    Dixon 1982 for the p-adic solution.

    Examples
    --------
    >>> from pyconslaw import integer_rank
    >>> integer_rank([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    2
    """
    a = _checked(matrix)
    if a.shape[0] < a.shape[1]:
        a = a.T  # fewer columns to lift
    for lift in _lifts(a, ask):
        try:
            if _is_rank(lift):
                return len(lift.rows)
        except Larger:
            continue
    return _rank_by_primes(a, ask)


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


def _rank_by_primes(a: np.ndarray, ask: Ask = nobody) -> int:
    """The largest rank modulo primes whose product passes Hadamard's bound for all minors: entries
    of any size.
    """
    exact = flint.fmpz_mat(a.tolist()) if a.size else flint.fmpz_mat(*a.shape)
    most, product, rank = min(a.shape), 1, 0
    bits = max((sum(x * x for x in row).bit_length() for row in a.tolist()), default=0) / 2
    for prime in large_primes():
        ask()
        rank = max(rank, flint.nmod_mat(exact, prime).rank())
        product *= prime
        if rank == most or product.bit_length() > (rank + 1) * bits + 2:
            return rank
    raise AssertionError("unreachable: there are enough primes")


def integer_nullspace(matrix, *, ask: Ask = nobody) -> list[list[int]]:
    """Primitive integer basis of the right nullspace over Q of an integer matrix, proved.

    The method is that of `integer_rank`; the vectors are lifted until their products with all rows
    are known to vanish over Z.

    Parameters
    ----------
    matrix : array or sequence of rows
        Shape (m, n), any integers.
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

    References
    ----------
    Dixon 1982 for the p-adic solution.

    Examples
    --------
    >>> from pyconslaw import integer_nullspace
    >>> integer_nullspace([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    [[1, -2, 1]]
    """
    a = _checked(matrix)
    n = a.shape[1]
    if not a.any():
        return [[int(i == j) for j in range(n)] for i in range(n)]
    for lift in _lifts(a, ask):
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
