"""Integers from digits, against sums of Python integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.exact.digits import joined, limbs_of, multiples, scaled


@given(
    st.sampled_from([3, 101, 8388593]),
    st.integers(1, 200),
    st.integers(1, 4),
    st.integers(0, 2**32),
    st.integers(0, 2**5000),
)
def test_scaled(p, count, columns, seed, scale):
    rng = np.random.default_rng(seed)
    digits = rng.integers(-(2**22), 2**22 + 1, (count, columns)).astype(np.float32)
    if seed % 3 == 0:
        digits[:] = rng.choice([-1, 1]) * 2.0**22
    found, modulus = scaled(digits, scale, p), p**count
    for j, x in enumerate(found):
        assert (x - scale * joined(digits[:, j].astype(np.int64), p)) % modulus == 0
        assert abs(x) << 27 <= (modulus << 26) + count * modulus


@pytest.mark.parametrize("numbers", [[0], [1, 2**24 - 1, 2**24, 2**48 - 1], [2**72 - 1, 5]])
def test_limbs(numbers):
    limbs = limbs_of(numbers, 3)
    assert (limbs >= 0).all() and (limbs < 2**24).all()
    assert [sum(int(x) << (24 * j) for j, x in enumerate(row)) for row in limbs] == numbers


@given(st.integers(0, 2**100), st.sampled_from([3, 101, 8388593]), st.integers(1, 30))
def test_multiples(scale, p, count):
    assert multiples(scale, p, count) == [scale * p**k % p**count for k in range(count)]


@given(st.lists(st.integers(-(2**50), 2**50), max_size=20), st.sampled_from([3, 8388593]))
def test_joined(digits, p):
    assert joined(np.array(digits, dtype=np.int64), p) == sum(
        digit * p**k for k, digit in enumerate(digits)
    )
