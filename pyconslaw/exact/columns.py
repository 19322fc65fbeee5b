"""Rational columns from few p-adic digits, all at once."""

from __future__ import annotations

from math import isqrt

import numpy as np

from pyconslaw.exact.digits import scaled
from pyconslaw.exact.residues import primitive, rational

# bits by which a rational number must be smaller than chance would make it: a proof follows
SPARE = 8
# looks at a column: its denominator is put together from those of one entry less
ROUNDS = 5


def carried(sums: np.ndarray, p: int) -> np.ndarray:
    """Balanced digits (k x ...) of the numbers sum_i sums[i] p^i modulo p^k; sums: integers in
    floats, below 2^51 with what is carried.
    """
    digits, carry = np.empty_like(sums), 0.0
    for to, numbers in zip(digits, sums, strict=True):
        whole = numbers + carry
        carry = np.rint(whole / p)
        to[:] = whole - carry * p
    return digits


def multiplied(digits: np.ndarray, scales: list[int], p: int) -> np.ndarray:
    """Balanced digits of the columns (k x r x c) times one integer >= 0 each, modulo p^k, k <= 32;
    p < 2^23.
    """
    powers = [p**i for i in range(len(digits))]
    factors = np.array([[scale // power % p for scale in scales] for power in powers], dtype=float)
    sums = np.zeros(digits.shape)
    for i, factor in enumerate(factors):
        if factor.any():
            sums[i:] += factor * digits[: len(digits) - i]
    return carried(sums, p)


def short_columns(digits: np.ndarray, p: int, largest: int) -> tuple[list[int], np.ndarray] | None:
    """(scales, digits): for each column x of integers modulo p^k, scale x has these balanced
    digits, and is no larger than `largest`, nor is the scale. None where there is a column that
    this does not find.

    digits: (k x r x c), k <= 32, balanced, p < 2^23.
    """
    count, _, c = digits.shape
    modulus = p**count
    reach = min(isqrt(modulus >> SPARE), largest)
    if reach < 1:  # than any scale
        return None
    given = carried(digits.astype(float), p)
    powers, scales, found = float(p) ** np.arange(count), [1] * c, given.copy()
    for _ in range(ROUNDS):
        sizes = abs(np.tensordot(powers, found, 1))
        rows = sizes.argmax(axis=0)
        long = np.flatnonzero(sizes[rows, np.arange(c)] > reach * (1 - 1e-9)).tolist()
        if not long:
            return scales, found
        for column in long:
            y = sum(
                int(digit) * p**k for k, digit in enumerate(found[:, rows[column], column].tolist())
            )
            pair = rational(y % modulus, modulus, reach)
            if pair is None or scales[column] * pair[1] > reach:
                return None
            scales[column] *= pair[1]
        found[:, :, long] = multiplied(given[:, :, long], [scales[column] for column in long], p)
    return None


def primitive_columns(scales: list[int], digits: np.ndarray, p: int) -> list[tuple[int, list[int]]]:
    """(scale, numerators) of what short_columns found, in lowest terms."""
    used = digits[: max((k + 1 for k, digit in enumerate(digits) if digit.any()), default=1)]
    if max(p ** len(used), *scales) < 1 << 63:
        numerators = sum(digit.astype(np.int64) * p**k for k, digit in enumerate(used))
        denominators = np.array(scales, dtype=np.int64)
        content = np.gcd(np.gcd.reduce(numerators, axis=0), denominators)
        return list(
            zip((denominators // content).tolist(), (numerators // content).T.tolist(), strict=True)
        )
    numbers = scaled(used.transpose(0, 2, 1).reshape(len(used), -1), 1, p)
    r = len(numbers) // len(scales)
    return [
        lowest_terms(scale, numbers[at : at + r])
        for scale, at in zip(scales, range(0, len(numbers), r), strict=True)
    ]


def lowest_terms(scale: int, numerators: list[int]) -> tuple[int, list[int]]:
    """Fractions over one denominator, without common divisor."""
    scale, *numerators = primitive([scale, *numerators])
    return scale, numerators
