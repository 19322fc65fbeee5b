"""The nullspace of an integer matrix over Q, exact: guessed modulo a prime, lifted, proved by multiplying out."""
from __future__ import annotations

from math import gcd, isqrt, lcm

import flint
import numpy as np

from pyconslaw._core.dense import nullspace
from pyconslaw.fields.polynomials import large_primes


def _rational(residue: int, prime: int) -> tuple[int, int]:
    """Rational reconstruction: n / d = residue mod prime with n, d below sqrt(prime / 2), if there is one (Wang 1981)."""
    bound = isqrt(prime // 2)
    r0, r1, s0, s1 = prime, residue, 0, 1
    while r1 > bound:
        q = r0 // r1
        r0, r1, s0, s1 = r1, r0 - q * r1, s1, s0 - q * s1
    return (r1, s1) if s1 > 0 else (-r1, -s1)


def primitive(integers: list[int]) -> list[int]:
    """Integers divided by their greatest common divisor."""
    content = gcd(*integers)
    return [x // content for x in integers]


def integers_of(pairs: list[tuple[int, int]]) -> list[int]:
    """The primitive integer vector on the line of the rational vector n / d."""
    scale = lcm(*(d for _, d in pairs))
    return primitive([n * (scale // d) for n, d in pairs])


def integer_nullspace(matrix: np.ndarray) -> list[list[int]]:
    """Primitive integer basis of the right nullspace over Q of an integer matrix, proved.

    Each vector is positive in its own free column (the columns without a pivot, from the left) and zero in the others.
    Modulo a prime the nullspace is at least as large as over Q; as many exact independent members as it has vectors
    prove that it is no larger.
    """
    prime = next(large_primes())
    unknowns = matrix.shape[1]
    reduced = (matrix % prime).astype(np.uint64)
    vectors = []
    for vector in nullspace(np.unique(reduced, axis=0), prime).tolist():
        pairs = [_rational(x, prime) if x else (0, 1) for x in vector]
        scale = lcm(*(d for _, d in pairs))
        integers = [n * (scale // d) for n, d in pairs]
        content = gcd(*integers)
        vectors.append([x // content for x in integers])
    if vectors and len(matrix):
        product = flint.fmpz_mat(matrix.tolist()) * flint.fmpz_mat(vectors).transpose()
        if product != flint.fmpz_mat(len(matrix), len(vectors)):
            return _exact_nullspace(matrix, unknowns)
    return vectors


def _exact_nullspace(matrix: np.ndarray, unknowns: int) -> list[list[int]]:
    """The same basis by exact elimination: the way out when the lift from one prime fails."""
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
        content = gcd(*vector)
        vectors.append([x // content for x in vector])
    return vectors
