"""Ranks and nullspaces of sparse matrices: the way by sparse elimination, against the oracle, the
dense ways and known answers.
"""

from math import gcd

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core import balanced
from reference import ranks
from stoichiometry import stoichiometry, two_heavy_rows

from pyconslaw import integer_nullspace, integer_rank
from pyconslaw.exact import nullspace as module
from pyconslaw.exact import pivots
from pyconslaw.exact.matrices import Sparse
from pyconslaw.exact.nullspace import _dense_nullspace, _exact_nullspace, dense_rank

entry = st.one_of(
    st.sampled_from([1, -1]), st.integers(-9, 9), st.integers(-(10**9), 10**9), st.just(2**70)
)


@st.composite
def sparse_matrices(draw):
    """(row, column, entry), shape; few entries, some of them in one place, dependent rows."""
    m, n = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    places = st.tuples(st.integers(0, m - 1), st.integers(0, n - 1), entry)
    triples = draw(st.lists(places, max_size=24))
    for _ in range(draw(st.integers(0, 3))):
        i, j = draw(st.integers(0, m - 1)), draw(st.integers(0, m - 1))
        triples += [
            (i, column, draw(st.sampled_from([1, -2])) * x) for r, column, x in triples if r == j
        ]
    return tuple(map(list, zip(*triples, strict=True))) if triples else ([], [], []), (m, n)


def dense_of(triples, shape):
    a = np.zeros(shape, dtype=object)
    for i, j, x in zip(*triples, strict=True):
        a[i, j] += x
    return a


@pytest.mark.parametrize("least", [0, 3, 10**9])
@given(sparse_matrices())
def test_against_the_oracle(least, drawn):
    """Whatever is eliminated first, and how far: sparse or dense as it comes in."""
    triples, shape = drawn
    a = dense_of(triples, shape)
    rank = ranks.rank(a.tolist(), None)
    basis = _exact_nullspace(a, shape[1])
    assert len(basis) == shape[1] - rank
    for thin in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "is_sparse", lambda *_, thin=thin: thin)
            patch.setattr(pivots, "LEAST", least)
            assert integer_rank(triples, shape=shape) == integer_rank(a) == rank
            assert integer_nullspace(triples, shape=shape) == integer_nullspace(a) == basis


@pytest.mark.parametrize("n", [150, 400])
def test_two_heavy_rows(n, monkeypatch):
    """They cost nothing: all but a few rows and columns are eliminated sparsely."""
    a = two_heavy_rows(n, n)
    sizes, true = [], module.dense_rank

    def told(rest, *more):
        sizes.append(min(rest.shape))
        return true(rest, *more)

    rank = flint.fmpz_mat(a.tolist()).rank()
    basis = _exact_nullspace(a, n)
    monkeypatch.setattr(module, "dense_rank", told)
    assert integer_rank(a) == integer_rank(a.T) == rank < n
    assert sizes and max(sizes) < n // 8
    assert integer_nullspace(a) == basis


def test_heavy_columns_are_rows_of_the_other_matrix():
    a = Sparse.of(two_heavy_rows(150, 1))
    assert module._lightest(a) == module._lightest(a.transposed()) == (a.rows(), range(150))


@pytest.mark.parametrize("turned", [False, True])
def test_stoichiometry(turned):
    a = stoichiometry(200, 160, 3)
    a = np.ascontiguousarray(a.T) if turned else a
    rank = flint.fmpz_mat(a.tolist()).rank()
    assert integer_rank(a) == dense_rank(a) == rank < min(a.shape)
    assert (
        integer_nullspace(a)
        == _exact_nullspace(a, a.shape[1])
        == _dense_nullspace(a, module.nobody)
    )


def test_genome_scale():
    """2253 reactions, 1805 metabolites: the rank is no less than modulo a prime, and as many
    vectors as that leaves room for vanish on all rows.
    """
    a = stoichiometry(2253, 1805, 1)
    rank = integer_rank(a)
    assert rank >= balanced.rank((a % 8388593).astype(np.uint64), 8388593)[0]
    vectors = integer_nullspace(a)
    assert len(vectors) == 1805 - rank > 100
    found = np.array(vectors, dtype=object)
    for row in a:
        places = np.flatnonzero(row)
        assert not (found[:, places] @ row[places].astype(object)).any()
    ends = [max(j for j, x in enumerate(v) if x) for v in vectors]
    assert ends == sorted(set(ends))
    for v, end in zip(vectors, ends, strict=True):
        assert gcd(*v) == 1 and v[end] > 0 and all(v[j] == 0 for j in ends if j != end)


@pytest.mark.parametrize("q", [2, 3, 5, 8388593, 2**62 - 57])
def test_ranks_that_are_lower_modulo_a_prime(q):
    """Blocks of determinant q, spread over a sparse matrix: of half the rank modulo q."""
    rng, size = np.random.default_rng(q % 1000), 40
    a = np.zeros((2 * size, 2 * size + 5), dtype=object)
    for k in range(size):
        a[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = [[1, 1], [1, 1 + q]]
    a[:, -1] = a[:, 0] + 2 * a[:, 1]
    a = a[rng.permutation(2 * size)][:, rng.permutation(2 * size + 5)]
    if q < 2**31:
        assert flint.nmod_mat(flint.fmpz_mat(a.tolist()), q).rank() == size
    assert integer_rank(a) == integer_rank(a.T) == 2 * size
    assert integer_nullspace(a) == _exact_nullspace(a, 2 * size + 5)


def test_a_cokernel_far_from_cyclic():
    """No row has a unit, no order of an element is more than a small part of that of the group:
    6 and 10 on the diagonal, mixed by sparse steps, and rows that depend.
    """
    rng = np.random.default_rng(9)
    a = np.diag(rng.choice([6, 10, 15], 120)).astype(np.int64)
    for _ in range(160):
        i, j = rng.choice(120, 2, replace=False)
        a[i] += a[j] * rng.choice([-1, 1])
    a[:9] = a[20:29] + a[60:69]
    a = a[rng.permutation(120)]
    assert Sparse.of(a).entry.size < a.size / 16
    truth = flint.fmpz_mat(a.tolist()).rank()
    assert integer_rank(a) == integer_rank(a.T) == truth == 111
    assert integer_nullspace(a) == _exact_nullspace(a, 120)


def test_long_and_thin():
    """1 x n and n x 1, with rows and columns of zeros."""
    n = 5000
    row = [0, 0, 0], [7, 4000, 4999], [0, 5, -3]
    assert integer_rank(row, shape=(1, n)) == integer_rank((row[1], row[0], row[2]), shape=(n, 1))
    assert integer_rank(row, shape=(1, n)) == 1
    assert integer_nullspace((row[1], row[0], row[2]), shape=(n, 1)) == []
    small = integer_nullspace(([0, 0], [3, 5], [4, -6]), shape=(1, 7))
    assert small == [[int(i == j) for j in range(7)] for i in (0, 1, 2, 4)] + [
        [0, 0, 0, 3, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 1],
    ]


def test_a_prime_that_takes_others_for_the_first_columns(monkeypatch):
    """The whole matrix is lifted then; also where the first columns are too few."""
    a = stoichiometry(60, 50, 4)
    truth = _exact_nullspace(a, 50)
    monkeypatch.setattr(module, "is_sparse", lambda *_: True)
    first = module._first_columns(Sparse.of(a), 10**9, module.nobody)
    free = sorted(set(range(50)) - set(first))
    for wrong in (first[1:], [*first[:-3], *free[-3:]], free, []):
        monkeypatch.setattr(module, "_first_columns", lambda *_, wrong=wrong: wrong)
        assert integer_nullspace(a) == truth


def test_the_first_columns_where_sparse_elimination_fills(monkeypatch):
    """They are found by dense elimination then, and are the same."""
    a = Sparse.of(stoichiometry(90, 80, 5))
    sparse = module._first_columns(a, 10**9, module.nobody)
    monkeypatch.setattr(module, "FILL", 0)
    dense = module._first_columns(a, 10**9, module.nobody)
    assert sorted(dense) == sorted(sparse) and len(dense) == integer_rank(a.dense(10**9))
