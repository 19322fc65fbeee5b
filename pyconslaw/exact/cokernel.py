"""A large common divisor of the bordered minors of an integer matrix, from the orders of two
elements of a finite group.

Let B be the minor of a Lift, h = |det B|, C and R the rows below and the columns beside it, D the
corner. In G = Z^r / B Z^r, a group of order h, the combination R w has an order o1, the denominator
of B^-1 R w; in the dual of G, w' C has an order o2. Where the lower rows take B^-1 R w to integers,
o1 divides every minor of size r + 1 around B, and where w' C B^-1 takes R to integers, so does o2
(docs/mathematics.md, Rank and nullspace of integer matrices). For a product of two random factors
lcm(o1, o2) is nearly all of h, and four vectors are lifted far instead of a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, isqrt, lcm, log2, prod

import numpy as np

from pyconslaw._core import balanced
from pyconslaw._core.zp import is_prime
from pyconslaw.exact.digits import joined, scaled
from pyconslaw.exact.residues import rational
from pyconslaw.exact.steps import portions
from pyconslaw.records.budget import Ask, nobody

SHARES = (0.6, 0.75, 1.05)  # of log2 h: bits of an order that are tried
# bits by which a rational number must be smaller than chance would make it
GUARD = 24
# of the bits of the bound for the minors: with fewer, the matrix may as well be lifted
ENOUGH = 0.5
# denominators that a combination of the entries may miss
SMOOTH = 2**8 * 3**5 * 5**3 * 7**2 * prod(q for q in range(11, 100, 2) if is_prime(q))
LEAF = 32  # size of the Gram matrices that are factored at once
# for the rounding of a few thousand logarithms and square roots, relative to 1
SLACK = 1e-9


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
    """An upper triangle T with T' gram T = 1, about, by halves. Raises Unfit where floats do not
    see that gram is positive definite.
    """
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


def lengths(rows: np.ndarray, triangle: np.ndarray, off: float) -> np.ndarray:
    """Bounds for the lengths of the rows of `rows` times an upper triangle; off: the rounding of an
    entry, per length of its row.
    """
    h = len(triangle) // 2
    squares = np.zeros(len(rows))
    for product in (rows[:, :h] @ triangle[:h, :h], rows @ triangle[:, h:]):
        squares += np.einsum("ij,ij->i", product, product)
    return (np.sqrt(squares) + off * np.sqrt(np.einsum("ij,ij->i", rows, rows)) + 1e-200) * (
        1 + SLACK
    )


def minor_bounds(
    minor: np.ndarray, lower: np.ndarray, beside: np.ndarray, corner: np.ndarray
) -> MinorBounds:
    """Hadamard's bounds after multiplication by an upper triangle T of floats that makes the rows
    of B T nearly orthonormal.

    |det B| |det T| <= product of the lengths of the rows of B T; the same for a bordered minor,
    with T and 1 / rho on the diagonal. Any T will do; an entry of a product in floats is off by at
    most r u / (1 - r u) times the lengths of its row and column, u = 2^-53. float64, but for the
    corner. Raises Unfit where T is not to be had.
    """
    r = len(minor)
    triangle = whitening(minor.T @ minor)
    scales = np.abs(triangle.diagonal())
    if (
        not np.isfinite(triangle).all()
        or not (scales > 1e-200).all()
        or not max(triangle.max(), -triangle.min()) < 1e100
    ):
        raise Unfit
    # twice the bound, for its own rounding
    off = (r + 8) * 2.0**-52 * float(np.linalg.norm(triangle))
    inside, below = lengths(minor, triangle, off), lengths(lower, triangle, off)
    columns, last = (
        np.einsum("ij,ij->j", beside, beside),
        np.maximum(corner.max(axis=1, initial=0), -corner.min(axis=1, initial=0)),
    )
    rho = max(1.0, float(np.sqrt(columns.max(initial=0))))
    more = float(np.einsum("ij,i->j", beside**2, inside**-2).max(initial=0)) / rho**2
    outside = float((below**2 + last.astype(float) ** 2 / rho**2).max(initial=0))
    volume = float(np.log2(scales).sum())
    whole = float(np.log2(inside).sum()) - volume
    slack = SLACK * (r + abs(volume) + 1)
    return MinorBounds(
        whole + slack,
        whole + more / 2 * log2(np.e) + log2(rho) + log2(max(outside, 1e-300)) / 2 + slack,
    )


class Sides:
    """Two rows and two columns lifted together through the minor B in front of a matrix (m x n
    float32 integers): the solutions x of x B = rows[k] and y of B y = cols[k], digit by digit.
    inverse: that of B modulo p. Raises Larger where rows[0] or cols[0] does not follow in the
    whole matrix.
    """

    def __init__(
        self,
        rows: np.ndarray,
        cols: np.ndarray,
        matrix: np.ndarray,
        inverse: np.ndarray,
        p: int,
        ask: Ask = nobody,
    ):
        self._ask = ask
        self.rows, self.cols, self.matrix, self.inverse, self.p = rows, cols, matrix, inverse, p
        self._start = rows, cols
        self._digits = np.empty((0, 4, len(inverse)), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._digits)

    def reach(self, count: int) -> None:
        """Steps to so many digits, unless they are there."""
        found, work = [self._digits], 4.0 * self.matrix.size + 4.0 * self.inverse.size
        for portion in portions(count - len(self), work):
            self._ask()
            more, self.rows, self.cols, follows = balanced.solve(
                self.rows, self.cols, self.matrix, self.inverse, self.p, portion
            )
            if not follows:
                raise Larger
            found.append(more)
        self._digits = np.concatenate(found)

    def digits(self, which: int) -> np.ndarray:
        """Those of the solution for rows[0], rows[1], cols[0] or cols[1], (k x r)."""
        return self._digits[:, which]

    def seen(self, side: int) -> int:
        """The solution for rows[0] times cols[1] (side 0), or that for cols[0] times rows[1] (side
        1), modulo p^(2 k), k digits there: its first k come from x and cols[1], the next from
        what is left of rows[0] and y (docs/mathematics.md).
        """
        r, across = len(self.inverse), 1 - side
        other = (self._start[across][1, :r], (self.rows, self.cols)[side][0, :r])
        low = self.digits(2 * side).astype(np.int64) @ other[0].astype(np.int64)
        high = self.digits(2 * across + 1).astype(np.int64) @ other[1].astype(np.int64)
        return joined(np.concatenate([low, high]), self.p)

    def order(self, side: int) -> int | None:
        """The least d > 0 for which d times that solution is integer, once it is proved that it
        solves all equations, of the whole matrix; None if there are not digits enough.
        """
        square = self.p ** (2 * len(self))
        pair = rational(self.seen(side) % square, square, isqrt(square >> GUARD))
        if pair is None:
            return None
        scale, r = SMOOTH * pair[1], len(self.inverse)
        reach = int(
            abs(self.matrix[:, :r] if side else self.matrix[:r].T).sum(axis=1, dtype=float).max()
        )
        largest = int(abs(self._start[side][0]).max())
        for count in sorted({min(digits_for(log2(pair[1]), self.p), len(self)), len(self)}):
            numerators = scaled(self.digits(2 * side)[:count], scale, self.p)
            # both sides, congruent modulo p^k, are equal
            if reach * max(max(numerators), -min(numerators)) + scale * largest < self.p**count:
                return scale // gcd(scale, *numerators)
        return None


def digits_for(bits: float, p: int) -> int:
    """How many should do for an order of so many bits."""
    return int((bits + SMOOTH.bit_length() + 2 * GUARD) / log2(p)) + 1


def orders(sides: Sides, whole: float) -> tuple[int, int]:
    """Those of both solutions, in a group of an order of about `whole` bits. Raises Larger, Unfit
    where they need more digits than that.
    """
    found: list[int | None] = [None, None]
    tries = [share * whole for share in SHARES]
    while tries:
        sides.reach(digits_for(tries.pop(0), sides.p))
        for side in (0, 1):
            found[side] = found[side] or sides.order(side)
        first, second = found
        if first and second:
            return first, second
        # of the other one, if these two are all of the group
        missing = whole - log2(first or second or 1)
        if tries and missing < tries[0] and digits_for(missing, sides.p) > len(sides):
            tries.insert(0, missing)
    raise Unfit


def common_divisor(
    matrix: np.ndarray, inverse: np.ndarray, p: int, ask: Ask = nobody
) -> tuple[int, float]:
    """(divisor, bits): a divisor of all minors of size r + 1 around the minor B in front, coprime
    to p, and log2 of a bound for them.

    matrix: (m x n) float32 integers; inverse (r x r): that of B modulo p. Raises Larger where the
    rank is, Unfit where no divisor is found.
    """
    ask()
    r = len(inverse)
    minor, lower, beside = (
        part.astype(np.float64) for part in (matrix[:r, :r], matrix[r:, :r], matrix[:r, r:])
    )
    bounds = minor_bounds(minor, lower, beside, matrix[r:, r:])
    whole = bounds.minor
    rng = np.random.default_rng(r)
    rows, cols = np.zeros((2, matrix.shape[1])), np.zeros((2, len(matrix)))
    rows[0] = np.einsum("i,ij->j", 2.0 * rng.integers(0, 2, len(matrix) - r) - 1, matrix[r:])
    cols[0] = np.einsum("ij,j->i", matrix[:, r:], 2.0 * rng.integers(0, 2, matrix.shape[1] - r) - 1)
    rows[1, :r], cols[1, :r] = 2.0 * rng.integers(0, 2, (2, r)) - 1
    try:
        first, second = orders(Sides(rows, cols, matrix, inverse, p, ask), whole)
    except OverflowError:
        raise Unfit from None
    divisor = lcm(first, second)
    if log2(divisor) < ENOUGH * bounds.bordered:
        raise Unfit
    return divisor, bounds.bordered
