"""Ranks by primes alone, and the bound for minors that says how many."""

from itertools import combinations
from math import log2, prod

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import ranks

from pyconslaw.exact import by_primes
from pyconslaw.exact.by_primes import balanced_residues, rank_by_primes
from pyconslaw.exact.primes import prime_below
from pyconslaw.exact.sizes import Sizes

numbers = st.one_of(st.integers(-3, 3), st.integers(-(2**40), 2**40), st.integers(-(2**90), 2**90))


@st.composite
def matrices(draw):
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rows = [[draw(numbers) for _ in range(n)] for _ in range(m)]
    small = all(abs(x) < 2**62 for row in rows for x in row)
    return np.array(rows, dtype=np.int64 if small else object)


@given(matrices())
def test_no_minor_is_larger(a):
    bits = Sizes.of(a).minor_bits()
    assert len(bits) == min(a.shape) + 1
    for size in range(1, len(bits)):
        for rows in combinations(range(a.shape[0]), size):
            for columns in combinations(range(a.shape[1]), size):
                minor = int(flint.fmpz_mat(a[np.ix_(rows, columns)].tolist()).det())
                assert not minor or log2(abs(minor)) <= bits[size]


def test_a_heavy_row_counts_once():
    a = np.eye(200, dtype=np.int64)
    a[0] = 10**9
    assert Sizes.of(a).minor_bits()[200] < 40 and Sizes.of(a.T).minor_bits()[200] < 40
    assert Sizes.of(a.astype(object) * 2**70).minor_bits()[1] < 110
    assert Sizes.of(np.zeros((3, 2), dtype=np.int64)).minor_bits()[2] < 2


@given(matrices(), st.booleans())
def test_against_the_oracle(a, doubles):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_primes, "DOUBLES_FROM", 0 if doubles else 10**9)
        assert rank_by_primes(a) == ranks.rank(a.tolist(), None)


@pytest.mark.parametrize("doubles", [True, False])
def test_ranks_that_the_first_primes_miss(monkeypatch, doubles):
    """Entries that the first primes divide: the bound asks for the next ones."""
    monkeypatch.setattr(by_primes, "DOUBLES_FROM", 0 if doubles else 10**9)
    p = prime_below(1 << 23)
    q = prime_below(p)
    first = next(by_primes._ranks(np.array([[p * q]])))
    assert first[1] == (0 if doubles else 1)
    assert rank_by_primes(np.diag([1, p * q, p, 0])) == 3
    word = 2**62 - 57
    assert rank_by_primes(np.diag([word, 1, word * word, 0]).astype(object)) == 3


def test_as_many_primes_as_a_minor_one_larger_may_hold():
    """The determinant is the first prime, the entries are as long as its square root."""
    p, x, y = 2**62 - 57, 2**31 - 1, 2**31 - 99
    u = pow(x, -1, y) * p % y
    a = np.array([[x, y], [(x * u - p) // y, u]])
    assert flint.nmod_mat(flint.fmpz_mat(a.tolist()), p).rank() == 1
    assert Sizes.of(a).minor_bits()[1] < 40 and rank_by_primes(a) == 2


def test_residues_are_balanced():
    p = 101
    a = np.array([[0, 50, 51, -50, -51, 2**61, -(2**61)]])
    found = balanced_residues(a, p)
    assert found.dtype == np.float32 and abs(found).max() <= p // 2
    assert ((found.astype(np.int64) - a) % p == 0).all()
    large = balanced_residues(np.array([[prod([p + 1, 2**80]), -(3**90)]], dtype=object), p)
    assert large.astype(int).tolist() == [
        [(x + 50) % p - 50 for x in ((p + 1) * 2**80, -(3**90))],
    ]
