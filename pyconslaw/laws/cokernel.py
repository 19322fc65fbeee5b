"""A large common divisor of the bordered minors of an integer matrix, from the orders of two elements of a finite group.

Let B be the minor of a Lift, h = |det B|, C and R the rows below and the columns beside it, D the corner. In G = Z^r / B Z^r, a group of order h, the
combination R w has an order o1, the denominator of B^-1 R w; in the dual of G, w' C has an order o2. Numbers d1 | o1, d2 | o2, coprime to each other and to
h / (d1 d2), have cyclic parts of G to themselves; where the lower rows take B^-1 R w to integers, and w' C B^-1 takes R to integers, d1 d2 divides every
minor of size r + 1 around B (docs/mathematics.md, Rank and nullspace of integer matrices). For a product of two random factors these are nearly all of h, and
two vectors are lifted far instead of a matrix.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial, gcd, isqrt, log2

import numpy as np

from pyconslaw._core import fast
from pyconslaw.laws.lifting import rational

SHARES = (0.45, 0.6, 0.75, 1.05)    # of log2 h: bits of an order that are tried
CHUNK = 64                          # digits between two looks for a signal
GUARD = 24                          # bits by which a rational number must be smaller than chance would make it
LARGEST = 1 << 12                   # bound for h / lcm(o1, o2)
SMOOTH = 2**8 * 3**5 * 5**3 * 7**2 * 11 * 13 * 17 * 19 * 23 * 29 * 31   # denominators that one combination of the entries may miss
LIMB = 16                           # bits of the parts of integers that are multiplied by digits of 22 bits,
TERMS = 1 << (53 - 22 - LIMB)       # and so many products summed, without rounding
LEAF = 32                           # size of the Gram matrices that are factored at once
SLACK = 1e-9                        # for the rounding of a few thousand logarithms and square roots, relative to 1


class Unfit(Exception):
    """The matrix is not of the kind for which this pays; nothing is known."""


class Larger(Exception):
    """The rank over Q is larger than modulo this prime."""


@dataclass(frozen=True)
class MinorBounds:
    """log2 of bounds for |det B| and for the minors of size r + 1 around it."""

    minor: float
    bordered: float


def whitening(gram: np.ndarray) -> np.ndarray:
    """An upper triangle T with T' gram T = 1, about, by halves. Raises Unfit where floats do not see that gram is positive definite."""
    n, h = len(gram), len(gram) // 2
    if n <= LEAF:
        try:
            return np.triu(np.linalg.inv(np.linalg.cholesky(gram)).T)
        except np.linalg.LinAlgError:
            raise Unfit from None
    out = np.zeros_like(gram)
    first = out[:h, :h] = whitening(gram[:h, :h])
    off = first.T @ gram[:h, h:]
    last = out[h:, h:] = whitening(gram[h:, h:] - off.T @ off)
    out[:h, h:] = -first @ (off @ last)
    return out


def minor_bounds(minor: np.ndarray, lower: np.ndarray, beside: np.ndarray, corner: np.ndarray) -> MinorBounds:
    """Hadamard's bounds after multiplication by an upper triangle T of floats that makes the rows of B T nearly orthonormal.

    |det B| |det T| <= product of the lengths of the rows of B T; the same for a bordered minor, with T and 1 / rho on the diagonal. Any T will
    do; an entry of a product in floats is off by at most r u / (1 - r u) times the lengths of its row and column, u = 2^-53. Raises Unfit where T is
    not to be had.
    """
    r = len(minor)
    triangle = whitening(minor.T @ minor)
    scales = np.abs(triangle.diagonal())
    if not np.isfinite(triangle).all() or not (scales > 1e-200).all() or not (abs(triangle) < 1e100).all():
        raise Unfit
    off = (r + 8) * 2.0**-52 * float(np.linalg.norm(triangle))             # twice the bound, for its own rounding

    def lengths(rows):
        return (np.linalg.norm(rows @ triangle, axis=1) + off * np.linalg.norm(rows, axis=1) + 1e-200) * (1 + SLACK)

    inside, below = lengths(minor), lengths(lower)
    rho = max(1.0, float(np.linalg.norm(beside, axis=0).max(initial=0)))
    more = float((beside**2 / inside[:, None]**2).sum(axis=0).max(initial=0)) / rho**2
    last = float((below**2 + abs(corner).max(axis=1, initial=0)**2 / rho**2).max(initial=0))
    volume = float(np.log2(scales).sum())
    whole = float(np.log2(inside).sum()) - volume
    slack = SLACK * (r + abs(volume) + 1)
    return MinorBounds(whole + slack, whole + more / 2 * log2(np.e) + log2(rho) + log2(max(last, 1e-300)) / 2 + slack)


def combined(digits: np.ndarray, powers: list[int]) -> list[int]:
    """The integers sum_k digits[k] powers[k], column by column. digits: (k x r) integers of at most 22 bits; powers: k >= 1 integers >= 0."""
    size = max(x.bit_length() for x in powers) // LIMB + 1
    limbs = np.frombuffer(b"".join(x.to_bytes(2 * size, "little") for x in powers), dtype="<u2").reshape(len(powers), size)
    total = np.zeros((size + 4, digits.shape[1]), dtype=np.int64)
    for k in range(0, len(powers), TERMS):
        total[:size] += (limbs[k:k + TERMS].T.astype(float) @ digits[k:k + TERMS].astype(float)).astype(np.int64)
    for j in range(size + 3):
        total[j + 1] += total[j] >> LIMB
        total[j] &= (1 << LIMB) - 1
    top = LIMB * (size + 3)
    rows = np.ascontiguousarray(total[:-1].astype("<u2").T)
    return [int.from_bytes(row.tobytes(), "little") + (high << top) for row, high in zip(rows, total[-1].tolist(), strict=True)]


def multiples(scale: int, p: int, count: int) -> list[int]:
    """scale p^k modulo p^count, k < count."""
    modulus = p ** count
    found = [scale % modulus]
    while len(found) < count:
        found.append(found[-1] * p % modulus)
    return found


def order(rest: np.ndarray, matrix: np.ndarray, inverse: np.ndarray, p: int, tries: Sequence[float]) -> int:
    """The least d > 0 for which d x is integer, where x B = rest[:r], once it is proved that x matrix = rest. matrix: (r x n) with B in front; inverse:
    that of B modulo p; tries: bits of d, increasing, for which there are to be digits enough. Raises Larger where x matrix = rest fails, Unfit
    where d is larger."""
    r = len(matrix)
    reach, largest = int(abs(matrix).sum(axis=0).max()), int(abs(rest).max())
    digits, left = np.empty((0, r), dtype=np.float32), rest
    rng = np.random.default_rng(r)
    for bits in tries:
        wanted = int((2 * bits + SMOOTH.bit_length() + 2 * GUARD) / log2(p)) + 1
        while len(digits) < wanted:
            more, left, follows = fast.solve(left, matrix, inverse, p, min(CHUNK, wanted - len(digits)))
            if not follows:
                raise Larger
            digits = np.concatenate([digits, more])
        modulus = p ** len(digits)
        pair = rational(summed(digits, rng.integers(1, 1 << 12, r), p) % modulus, modulus, isqrt(modulus >> GUARD))
        if pair is None:
            continue
        scale = SMOOTH * pair[1]
        half = modulus // 2
        numerators = [(x + half) % modulus - half for x in combined(digits, multiples(scale, p, len(digits)))]
        if reach * max(map(abs, numerators)) + scale * largest < modulus:      # both sides, congruent modulo p^k, are equal
            return scale // gcd(scale, *numerators)
    raise Unfit


def summed(digits: np.ndarray, weights: np.ndarray, p: int) -> int:
    """The combination with these weights, below 2^12, of the numbers with these digits (k x r) in base p."""
    total = 0
    for x in reversed((digits.astype(np.int64) @ weights).tolist()):
        total = total * p + x
    return total


def stripped(n: int, by: int) -> int:
    """The largest divisor of n > 0 that is coprime to by."""
    while (common := gcd(n, by)) > 1:
        n //= common
    return n


def common_divisor(rows: tuple[np.ndarray, np.ndarray], columns: tuple[np.ndarray, np.ndarray], corner: np.ndarray, p: int) -> tuple[int, float]:
    """(divisor, bits): a divisor of all minors of size r + 1 around B, coprime to p, and log2 of a bound for them.

    rows: B with R beside it (r x n), and the inverse of B modulo p; columns: the transposes of B above C (r x m), and of that inverse; corner: D.
    C-contiguous, the inverses float32, the others float64. Raises Larger where the rank is, Unfit where no divisor is found.
    """
    r = len(rows[0])
    minor, beside, lower = rows[0][:, :r], rows[0][:, r:], columns[0][:, r:].T
    bounds = minor_bounds(minor, lower, beside, corner)
    whole = bounds.minor
    rng = np.random.default_rng(r)
    right, above = (2.0 * rng.integers(0, 2, n) - 1 for n in (corner.shape[1], len(corner)))
    try:
        first = order(np.concatenate([beside @ right, corner @ right]), *columns, p, [share * whole for share in SHARES])
        other = whole - log2(first)                       # if these two are all of the group
        second = order(above @ np.hstack([lower, corner]), *rows, p, [other, *(share * whole for share in SHARES if share * whole > other)])
    except OverflowError:
        raise Unfit from None
    common = gcd(first, second)
    missing = whole - log2(first // common) - log2(second)
    if missing > log2(LARGEST):
        raise Unfit
    small = factorial(int(2**missing * (1 + SLACK)) + 1) * common         # its primes: all that the group may have besides
    return stripped(first, small) * stripped(second, small), bounds.bordered
