"""Which way proves a rank for least."""

import flint
import numpy as np
import pytest

from pyconslaw.exact import nullspace
from pyconslaw.exact.choice import (
    APART,
    LIFTING,
    PRIMES,
    heavy_lines,
    is_sparse,
    rank_seconds,
    rank_way,
)
from pyconslaw.exact.nullspace import dense_rank
from pyconslaw.exact.primes import prime_below
from pyconslaw.exact.sizes import Sizes


def product(rng, m, n, rank):
    return rng.integers(-9, 10, (m, rank)) @ rng.integers(-3, 4, (rank, n))


def heavy(rng, axis, count=3, shape=(220, 200), rank=120):
    """A product of two factors with a few heavy rows (axis 0) or columns."""
    a = product(rng, *shape, rank)
    lines = a if axis == 0 else a.T
    lines[rng.choice(len(lines), count, replace=False)] = rng.integers(
        -(10**9), 10**9, (count, lines.shape[1])
    )
    return a


def found_heavy(a):
    return heavy_lines(a, Sizes.of(a))


def found_way(a):
    return rank_way(a, Sizes.of(a))


def test_what_is_sparse():
    assert is_sparse((2253, 1805), 9000) and is_sparse((10**9, 10**9), 3) and is_sparse((1, 500), 9)
    assert not is_sparse((100, 100), 5000) and not is_sparse((2, 2), 0) and not is_sparse((0, 9), 0)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("scale", [1, 10**30])
def test_heavy_rows_and_columns_are_found(axis, scale):
    a = heavy(np.random.default_rng(4), axis).astype(object if scale > 1 else np.int64)
    large = (abs(a).max(axis=1 - axis) > 10**7).astype(bool)
    a[(large, slice(None)) if axis == 0 else (slice(None), large)] *= scale
    found, mask = found_heavy(a)
    assert found == axis and large.sum() == 3 and (mask == large).all()


def test_no_heavy_lines():
    rng = np.random.default_rng(5)
    assert found_heavy(product(rng, 50, 40, 20)) is None
    assert found_heavy(product(rng, 50, 40, 20) * 10**9) is None
    assert found_heavy(heavy(rng, 0, count=60)) is None


def test_the_ways():
    rng = np.random.default_rng(6)
    light = product(rng, 220, 200, 120)
    assert found_way(light) == (LIFTING, None)
    assert found_way(heavy(rng, 0))[0] == found_way(heavy(rng, 1))[0] == APART
    assert found_way(light.astype(object) * 10**40)[0] == PRIMES
    assert found_way(light[:12, :10] * 10**9)[0] == PRIMES
    for a in (light, heavy(rng, 0), light * 10**9, light.astype(object) * 10**40):
        for apart in (False, True):
            seconds = rank_seconds(a, Sizes.of(a), apart)
            assert PRIMES in seconds and (APART in seconds) == apart
            assert all(0 < x < 100 for x in seconds.values())


def none(*_):
    raise AssertionError("not this way")


@pytest.mark.parametrize("axis", [0, 1])
def test_heavy_lines_that_are_independent_are_set_apart(axis, monkeypatch):
    monkeypatch.setattr(nullspace, "rank_by_primes", none)
    a = heavy(np.random.default_rng(7), axis)
    assert dense_rank(a) == dense_rank(a.T) == 123


@pytest.mark.parametrize("axis", [0, 1])
def test_heavy_lines_that_depend_are_not(axis):
    """On the light ones, or on them and each other; nothing is lifted to see that."""
    rng = np.random.default_rng(8)
    a = heavy(rng, axis, count=2)
    lines = a if axis == 0 else a.T
    large = np.flatnonzero(abs(lines).max(axis=1) > 10**7).tolist()
    light = [k for k in range(len(lines)) if k not in large]
    for dependent in (
        10**7 * lines[light[0]] - 12345 * lines[light[3]],
        3 * lines[large[0]] + 10**6 * lines[light[1]],
    ):
        lines[large[1]] = dependent
        assert found_way(a)[0] == APART
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nullspace, "_lifts", none)
            assert nullspace._rank_apart(a, *found_heavy(a), nullspace.nobody) is None
        assert dense_rank(a) == flint.fmpz_mat(a.tolist()).rank() == 121


def test_light_rows_whose_rank_the_prime_misses():
    """Then the sum is not the rank modulo the prime, and primes decide."""
    p = prime_below(1 << 23)
    a = np.zeros((210, 200), dtype=np.int64)
    a[:198, :198] = np.eye(198)
    a[196:198, 196:198] = [[2896, 3], [373, 2897]]
    assert 2896 * 2897 - 3 * 373 == p
    a[209] = 10**9 + np.arange(200)
    assert found_heavy(a)[1].sum() == 1
    assert dense_rank(a) == 199
    assert nullspace._rank_apart(a, *found_heavy(a), nullspace.nobody) is None
