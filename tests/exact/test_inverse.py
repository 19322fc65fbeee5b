"""Inverses modulo primes in floats, against products of Python integers."""

import numpy as np
import pytest

from pyconslaw.exact.inverse import balanced, inverse_modulo


@pytest.mark.parametrize("n", [1, 2, 23, 24, 25, 60])
@pytest.mark.parametrize("q", [17, 101, 2**14 - 3, 2**22 - 3])
def test_inverse_modulo_a_prime(n, q):
    rng = np.random.default_rng(n + q)
    lower, upper = (
        np.tril(rng.integers(0, q, (n, n)), -1) + np.eye(n, dtype=int),
        np.triu(rng.integers(0, q, (n, n)), 1),
    )
    # leading minors are units
    a = lower.astype(object) @ (upper + np.diag(rng.integers(1, q, n))).astype(object) % q
    inverse = inverse_modulo(balanced(a.astype(float), q), q)
    assert (
        (a @ inverse.astype(np.int64).astype(object) - np.eye(n, dtype=int)) % q == 0
    ).all() and abs(inverse).max() <= q / 2 + 1
