"""Integers from digits, against sums of Python integers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.laws import digits as digits_module
from pyconslaw.laws.digits import combined, joined, multiples


@given(st.integers(1, 40), st.integers(1, 5), st.integers(0, 2**32), st.integers(1, 400))
def test_combined(count, columns, seed, bits):
    rng = np.random.default_rng(seed)
    digits = rng.integers(-2**22, 2**22 + 1, (count, columns)).astype(np.float32)
    powers = [int.from_bytes(rng.bytes(bits // 8 + 1), "little") for _ in range(count)]
    assert combined(digits, powers) == [sum(int(digits[k, j]) * powers[k] for k in range(count)) for j in range(columns)]


def test_combined_in_pieces(monkeypatch):
    monkeypatch.setattr(digits_module, "TERMS", 16)
    digits, powers = np.full((70, 2), 2.0**22, dtype=np.float32), [2**64 - 1] * 70
    assert combined(digits, powers) == [70 * 2**22 * (2**64 - 1)] * 2


@given(st.integers(0, 2**100), st.sampled_from([3, 101, 8388593]), st.integers(1, 30))
def test_multiples(scale, p, count):
    assert multiples(scale, p, count) == [scale * p**k % p**count for k in range(count)]


@given(st.lists(st.integers(-2**50, 2**50), max_size=20), st.sampled_from([3, 8388593]))
def test_joined(digits, p):
    assert joined(np.array(digits, dtype=np.int64), p) == sum(digit * p**k for k, digit in enumerate(digits))
