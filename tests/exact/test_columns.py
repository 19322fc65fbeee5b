"""Columns of rational numbers from digits, all at once, against fractions."""

from fractions import Fraction
from math import gcd, lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.exact.columns import (
    carried,
    lowest_terms,
    multiplied,
    primitive_columns,
    short_columns,
)

PRIMES = [101, 8388593]


def digits_of(columns, p, count):
    """Balanced digits (count x r x c) of columns of fractions modulo p^count."""
    modulus, out = p**count, np.empty((count, len(columns[0]), len(columns)))
    for j, column in enumerate(columns):
        for i, x in enumerate(column):
            rest = x.numerator * pow(x.denominator, -1, modulus) % modulus
            for k in range(count):
                digit = (rest + p // 2) % p - p // 2
                out[k, i, j], rest = digit, (rest - digit) // p
    return out


def value(digits, p):
    return sum(int(digit) * p**k for k, digit in enumerate(digits))


def columns_of(rng, r, c, bits, p):
    """Fractions whose columns have common denominators below 2^bits, entries above 1 in size now
    and then.
    """

    def column():
        d = 1
        while d == 1 or d % p == 0:
            d = int.from_bytes(rng.bytes(20), "little") % (1 << bits) + 1
        return [
            Fraction(int.from_bytes(rng.bytes(20), "little") % (1 << bits) - (1 << bits - 1), d)
            for _ in range(r)
        ]

    return [column() for _ in range(c)]


def reduced(column):
    scale = lcm(*(x.denominator for x in column))
    return scale, [int(x * scale) for x in column]


def test_no_scale_is_small_enough():
    digits = np.zeros((2, 1, 1), dtype=np.float32)
    assert short_columns(digits, PRIMES[1], 1)[0] == [1]
    assert short_columns(digits, PRIMES[1], 0) is None


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize("bits", [1, 6, 20, 60, 61, 62, 63, 64, 120])
def test_columns_are_found(p, bits):
    """In words and beyond: with digits for twice the bits, and some to spare; not with fewer
    than they have.
    """
    rng = np.random.default_rng(bits)
    columns = columns_of(rng, 7, 5, bits, p)
    count = (2 * bits + 24) // (p.bit_length() - 1) + 2
    digits = digits_of(columns, p, count)
    largest = (1 << bits) + 1
    scales, found = short_columns(digits.astype(np.float32), p, largest)
    for j, column in enumerate(columns):
        assert [Fraction(value(found[:, i, j], p), scales[j]) for i in range(7)] == column
        assert 0 < scales[j] <= largest and abs(found).max() <= p / 2
    assert primitive_columns(scales, found, p) == [reduced(column) for column in columns]
    if bits > 6:
        assert short_columns(digits, p, 1 << (bits - 4)) is None
        assert short_columns(digits[: max(1, count // 2 - 2)], p, largest) is None


def test_a_denominator_put_together():
    """The largest entry shows a factor only, then another."""
    column = [Fraction(1000, 7), Fraction(300, 11), Fraction(20, 13), Fraction(1, 5)]
    scales, found = short_columns(
        digits_of([column, [Fraction(2)] * 4], 8388593, 4), 8388593, 10**9
    )
    assert primitive_columns(scales, found, 8388593) == [
        (5005, [715000, 136500, 7700, 1001]),
        (1, [2] * 4),
    ]
    many = [Fraction(10**6 // q, q) for q in (7, 11, 13, 17, 19, 23, 29)]
    # more rounds than it takes
    assert short_columns(digits_of([many], 8388593, 8), 8388593, 10**20) is None


def test_random_residues_are_not_short():
    rng = np.random.default_rng(1)
    for count in (1, 2, 5, 32):
        assert (
            short_columns(
                rng.integers(-4194296, 4194297, (count, 6, 4)).astype(float), 8388593, 10**300
            )
            is None
        )


def test_zeros():
    zeros = np.zeros((2, 3, 2))
    scales, found = short_columns(zeros, 101, 5)
    assert primitive_columns(scales, found, 101) == [(1, [0, 0, 0])] * 2
    assert short_columns(zeros + 1, 101, 0) is None


@given(st.sampled_from(PRIMES), st.integers(1, 32), st.integers(0, 2**32), st.integers(0, 2**700))
def test_multiplied(p, count, seed, scale):
    rng = np.random.default_rng(seed)
    digits = rng.integers(-(p // 2), p // 2 + 1, (count, 2, 2)).astype(float)
    got = multiplied(digits, [scale, 1], p)
    assert (got[:, :, 1] == carried(digits, p)[:, :, 1]).all() and abs(got).max() <= p / 2
    for i in range(2):
        assert (value(got[:, i, 0], p) - scale * value(digits[:, i, 0], p)) % p**count == 0


@given(st.integers(1, 50), st.lists(st.integers(-50, 50), min_size=1))
def test_lowest_terms(scale, numerators):
    d, n = lowest_terms(scale, numerators)
    assert gcd(d, *n) == 1 and [x * scale for x in n] == [x * d for x in numerators]
