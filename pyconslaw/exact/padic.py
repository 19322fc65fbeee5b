"""Rank and nullspace of integer matrices over Q, exact, by p-adic lifting in floating-point
products that do not round.

Let A have rank r modulo a prime q, A11 be an r x r minor that is not zero modulo q, and order rows
and columns so that A = [A11 A12; A21 A22]. Dixon's lifting (1982) in the base b = q or q^2 gives
the digits of X = A11^-1 A12; the same step on the lower rows tests A21 X = A22 digit by digit.
Where row and column sums are below 2^22 - 2^15 the steps run in C, modulo q < 2^23 and, to divide
by q, modulo another prime. A digit that does not vanish proves that the rank is larger. If k digits
vanish then b^k divides every minor det(A11) (A22 - A21 X), and these are all zero once b^k passes
Hadamard's bound: the rank is r. It is also r as soon as a rational X, congruent to the digits, is
so small that A11 X = A12 and A21 X = A22, cleared of denominators and congruent modulo b^k, must be
equal. Where the minors have a large common divisor (cokernel.py), a few primes reach the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isqrt, lcm, log2

import numpy as np

from pyconslaw._core import balanced as core
from pyconslaw.exact.basis import threads
from pyconslaw.exact.cokernel import (
    SHARES,
    SMOOTH,
    Larger,
    Sides,
    Unfit,
    common_divisor,
    digits_for,
)
from pyconslaw.exact.columns import lowest_terms, primitive_columns, short_columns
from pyconslaw.exact.digits import joined, multiples, scaled
from pyconslaw.exact.inverse import balanced, inverse_modulo
from pyconslaw.exact.primes import prime_below
from pyconslaw.exact.residues import rational
from pyconslaw.exact.steps import QUICK, largest_entry, portions
from pyconslaw.records.budget import Ask, nobody

SMALLEST = 6  # bits of the least base that is worth the steps
# bits by which a rational number must be smaller than chance would make it
GUARD = 24
SHORT = 16  # digits up to which columns are looked at all at once
PROBE = 8  # digits of a column that show whether its entries are long
PIECE = 8192  # entries of X that are put together at once


@dataclass(eq=False)
class Lift:
    """The lifting of X for a matrix whose minor on `rows` x `cols` is not zero modulo q.

    matrix: integers, int64 or floats. digits: of X in the base, the least first, each (r x others).
    other: the columns that are not in cols. quick: see is_quick. ordered: the matrix with these
    rows and columns in front. inverse: of the minor modulo the base, balanced, once `invert` was
    called. ask: called between steps; what it raises ends the work.
    """

    matrix: np.ndarray
    rows: list[int]
    cols: list[int]
    base: int
    quick: bool = False
    ask: Ask = nobody

    def __post_init__(self):
        m, n = self.matrix.shape
        self.other = np.delete(np.arange(n), self.cols)
        entries = self.matrix.astype(np.float32 if self.quick else np.float64, copy=False)
        lower = np.delete(np.arange(m), self.rows)
        self.ordered = entries.take([*self.rows, *lower.tolist()], axis=0).take(
            [*self.cols, *self.other.tolist()], axis=1
        )
        self._left, self._first = (
            self.ordered[:, : len(self.rows)],
            self.ordered[:, len(self.rows) :],
        )
        self._rest = self._first
        self.digits: list[np.ndarray] = []
        self._finished = self.quick and not self._rest.any()

    @property
    def modulus(self) -> int:
        return self.base ** len(self.digits)

    def invert(self, q: int) -> None:
        """Sets the inverse of the minor modulo the base, q or q^2."""
        r = len(self.rows)
        if self.quick:
            self.inverse = core.inverse(self.ordered, r, q, threads())
            return
        minor = self._left[:r]
        inverse = inverse_modulo(balanced(minor, q), q)
        if self.base > q:  # one step of Newton's iteration
            defect = (np.eye(r) - minor @ inverse) / q
            inverse = balanced(inverse + q * balanced(inverse @ balanced(defect, q), q), self.base)
        self.inverse = inverse

    @cached_property
    def _steps(self) -> core.Lift:
        return core.Lift(self.ordered, self.inverse, self.base, prime_below(self.base), threads())

    def step(self) -> None:
        """One more digit. Raises Larger where the lower rows do not follow."""
        self.ask()
        if self.quick:
            digits, self._finished, follows = self._steps.steps(1)
            if not follows:
                raise Larger
            self.digits.extend(digits)
            return
        r, b = len(self.rows), self.base
        digit = balanced(self.inverse @ self._rest[:r], b)
        rest = self._rest - self._left @ digit
        quotient = np.rint(rest / b)
        if (quotient * b != rest).any():
            raise Larger
        self._rest = quotient
        self.digits.append(digit)

    @property
    def finished(self) -> bool:
        """Whether X is an integer matrix, all digits of which are known."""
        return self._finished if self.quick else not self._rest.any()

    def follow(self, count: int) -> None:
        """Steps to so many more digits, or to the end, which are not kept where that is dear.
        Raises Larger.
        """
        if not self.quick:
            for _ in range(count):
                if not self.finished:
                    self.step()
            return
        work = (len(self.rows) + len(self.matrix)) * len(self.rows) * len(self.other)
        for portion in portions(count, work):
            self.ask()
            _, self._finished, follows = self._steps.steps(portion, keep=False)
            if not follows:
                raise Larger
            if self._finished:
                return

    def _sides(self, cols: np.ndarray) -> Sides:
        """For two columns, and a row to see the first one with."""
        rows = np.zeros((2, self.ordered.shape[1]))
        rows[1, : len(self.rows)] = (
            2.0 * np.random.default_rng(len(self.rows)).integers(0, 2, len(self.rows)) - 1
        )
        return Sides(rows, cols, self.ordered, self.inverse, self.base, self.ask)

    def is_long(self) -> bool:
        """Whether X has long entries, in its first and its last column: no rational numbers of a
        few digits. False where the steps are not those of C. Raises Larger.
        """
        if not self.quick:
            return False
        sides = self._sides(self._first[:, [0, -1]].T.astype(np.float64))
        sides.reach(PROBE)
        modulus, weights = self.base**PROBE, np.arange(1, 1 + len(self.rows))
        return all(
            rational(
                joined(sides.digits(k).astype(np.int64) @ weights, self.base) % modulus,
                modulus,
                isqrt(modulus >> GUARD),
            )
            is None
            for k in (2, 3)
        )

    def vanish_modulo(self, bits: float, divisor: int) -> None:
        """Goes through further primes, of so many bits together and prime to the divisor, modulo
        which the minors of size r + 1 vanish too. Raises Larger.
        """
        q = self.base
        while bits > 0:
            self.ask()
            q = prime_below(q)
            if divisor % q == 0:
                continue
            if core.rank(self.ordered, q, threads(), len(self.rows) + 1)[0] > len(self.rows):
                raise Larger
            bits -= log2(q)

    def common_divisor(self) -> tuple[int, float] | None:
        """See cokernel.common_divisor; None where it finds none. The steps are those of C. Raises
        Larger.
        """
        try:
            return common_divisor(self.ordered, self.inverse, self.base, self.ask)
        except Unfit:
            return None

    def minors_bits(self) -> float:
        """log2 of a bound for all minors of size r + 1 that contain the pivots (Hadamard, by rows
        and by columns).
        """
        r, square = len(self.rows), self.matrix.astype(float) ** 2

        def bound(a, rows, cols, others):
            norms = a[:, cols].sum(axis=1) + (a[:, others].max(axis=1) if len(others) else 0)
            outside = np.setdiff1d(np.arange(len(a)), rows)
            last = norms[outside].max(initial=1)
            return (np.log2(np.maximum(norms[rows], 1)).sum() + log2(max(last, 1))) / 2

        both = (
            bound(square, self.rows, self.cols, self.other),
            bound(square.T, self.cols, self.rows, np.setdiff1d(np.arange(len(square)), self.rows)),
        )
        return (
            float(min(both)) * (1 + 1e-9) + 1 if r else log2(max(square.max(initial=1), 1)) / 2 + 1
        )

    @cached_property
    def _largest(self) -> int:
        return largest_entry(self.matrix)

    @property
    def _limit(self) -> int:
        """Up to this size of numerators and denominators, both sides of an equation for X that are
        congruent modulo the modulus are equal.
        """
        return (self.modulus - 1) // (2 * (len(self.rows) + 1) * self._largest)

    @property
    def _is_short(self) -> bool:
        return self.quick and len(self.digits) <= SHORT

    def _short(self) -> tuple[list[int], np.ndarray] | None:
        return short_columns(np.stack(self.digits), self.base, self._limit)

    def is_solved(self) -> bool:
        """Whether there are digits enough for `solution`."""
        return (self._short() if self._is_short else self.solution()) is not None

    def solution(self) -> list[tuple[int, list[int]]] | None:
        """X column by column as (denominator, numerators), proved, or None if there are not digits
        enough.
        """
        if not len(self.other):
            return []
        if self._is_short:
            short = self._short()
            return short and primitive_columns(*short, self.base)
        modulus, half = self.modulus, self.modulus // 2
        reach, limit = isqrt(modulus >> GUARD), self._limit
        for row, column in {
            (0, 0),
            (len(self.rows) // 2, len(self.other) // 2),
            (len(self.rows) - 1, len(self.other) - 1),
        }:
            if rational(self._entry(row, column) % modulus, modulus, reach) is None:
                return None
        found, count = [], self._piece
        for residues in (
            column
            for start in range(0, len(self.other), count)
            for column in self._columns(1, start, count)
        ):
            self.ask()
            scale = 1
            numerators: list[int] = []
            for x in residues:
                y = (x * scale + half) % modulus - half
                if not -reach <= y <= reach:
                    pair = rational(y % modulus, modulus, reach)
                    if pair is None:
                        return None
                    y, more = pair
                    scale *= more
                    numerators = [z * more for z in numerators]
                numerators.append(y)
            if max([scale, *map(abs, numerators)]) > limit:
                return None
            found.append(lowest_terms(scale, numerators))
        return found

    def denominator(self) -> int | None:
        """A number that takes X to integers, very likely, but for small primes: the order of a
        combination of its columns. None where none is found. Raises Larger.
        """
        if not self.quick:
            return None
        cols = np.zeros((2, len(self.matrix)))
        cols[0] = np.einsum(
            "ij,j->i",
            self._first,
            2.0 * np.random.default_rng(len(self.rows)).integers(0, 2, len(self.other)) - 1,
        )
        try:
            sides, bits = self._sides(cols), self.minors_bits()
            for share in SHARES:
                sides.reach(digits_for(share * bits, self.base))
                if order := sides.order(1):
                    return order
        except OverflowError:
            pass
        return None

    def digits_over(self, scale: int) -> int:
        """How many should do for solution_over(scale), if X has entries of a few digits before the
        point.
        """
        return (
            int(
                (log2(SMOOTH * scale) + log2(2 * (len(self.rows) + 1) * self._largest) + GUARD)
                / log2(self.base)
            )
            + 1
        )

    def solution_over(self, scale: int) -> list[tuple[int, list[int]]] | None:
        """The same where scale X, or SMOOTH scale X, is an integer matrix; None if it is not, or
        there are not digits enough.
        """
        found, count = [], self._piece
        for start in range(0, len(self.other), count):
            self.ask()
            for column, numbers in enumerate(self._columns(scale, start, count), start):
                one = self._congruent(scale, numbers)
                if one is None:
                    smooth = SMOOTH * scale
                    one = self._congruent(smooth, *self._columns(smooth, column, 1))
                    if one is None:
                        return None
                found.append(one)
            scale = lcm(scale, *(denominator for denominator, _ in found[start:]))
        return found

    def _congruent(self, scale: int, numerators: list[int]) -> tuple[int, list[int]] | None:
        """A column of X from integers congruent to scale times it, if they are small enough to
        prove it.
        """
        return (
            lowest_terms(scale, numerators)
            if max(scale, max(numerators), -min(numerators)) <= self._limit
            else None
        )

    @property
    def _piece(self) -> int:
        """Columns that are put together at once."""
        return max(1, PIECE // len(self.rows))

    def _columns(self, scale: int, start: int, count: int) -> list[list[int]]:
        """Column by column, integers congruent to scale X modulo the modulus, about the least in
        absolute value.
        """
        r, modulus = len(self.rows), self.modulus
        piece = (
            np.stack([digit[:, start : start + count] for digit in self.digits])
            .transpose(0, 2, 1)
            .reshape(len(self.digits), -1)
        )
        if self.quick:
            numbers = scaled(piece, scale, self.base)
        else:
            powers = np.array(multiples(scale, self.base, len(self.digits)), dtype=object)
            half = modulus // 2
            numbers = [
                (x + half) % modulus - half
                for x in (piece.astype(np.int64).astype(object) * powers[:, None])
                .sum(axis=0)
                .tolist()
            ]
        return [numbers[at : at + r] for at in range(0, len(numbers), r)]

    def _entry(self, row: int, column: int) -> int:
        return joined(
            np.array([digit[row, column] for digit in self.digits]).astype(np.int64), self.base
        )


def lifts(matrix: np.ndarray, bits: int, quick: bool = False, ask: Ask = nobody):
    """A Lift modulo each of decreasing primes, whose base has at most that many bits; cols are the
    first that will do modulo the prime. quick: in C, with primes of QUICK bits.
    """
    squared = bits >= 24 and not quick
    q = 1 << min(
        bits // 2 if squared else bits,
        22,
        (53 - len(matrix).bit_length()) // 2,
        (53 - matrix.shape[1].bit_length()) // 2,
    )
    q = 1 << QUICK if quick else q
    matrix = np.ascontiguousarray(matrix, dtype=np.float32 if quick else None)
    transposed = np.ascontiguousarray(matrix.T)
    while q > 16:
        ask()
        q = prime_below(q)
        _, cols, rows = core.rank(transposed if quick else transposed % q, q, threads())
        lift = Lift(matrix, rows, cols, q * q if squared else q, quick, ask)
        if rows:
            lift.invert(q)
        yield lift
