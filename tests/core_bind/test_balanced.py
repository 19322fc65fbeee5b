"""Rank and product in balanced doubles at the border, against the word-sized elimination,
python-flint and the oracles.
"""

import _thread
import threading

import flint
import numpy as np
import pytest
from bad_input import MODULI, accepted_forms, refused, vectors
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core import balanced, checked, dense, fast, gate
from pyconslaw._core.balanced import cpu, matmul, rank
from pyconslaw._core.zp import Random
from reference import ranks

PRIMES = [2, 3, 101, 8388593]  # 8388593 is the largest prime below 2^23
THREADS = [1, 2]


@st.composite
def matrices(draw, largest=9):
    """(matrix as lists, prime): small entries, so that ranks drop, or entries close to the
    prime.
    """
    prime = draw(st.sampled_from(PRIMES))
    rows, cols = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    entry = st.one_of(st.integers(0, min(2, prime - 1)), st.integers(max(0, prime - 3), prime - 1))
    return [[draw(entry) for _ in range(cols)] for _ in range(rows)], prime


def product_of(a, b, prime):
    """a b mod prime in Python integers."""
    return np.array(a.astype(object) @ b.astype(object) % prime, dtype=np.uint64).reshape(
        len(a), b.shape[1]
    )


def prescribed(rows, cols, dimension, prime, seed):
    """A matrix of that rank: a product of two factors, each with a unit block inside."""
    draw = Random(seed)
    left = draw.array((rows, dimension), 0, prime)
    right = draw.array((dimension, cols), 0, prime)
    left[rows - dimension :] = np.eye(dimension, dtype=np.uint64)
    right[:, cols - dimension :] = np.eye(dimension, dtype=np.uint64)
    return product_of(left, right, prime)


def check_witness(matrix, prime, found):
    """The pivots are distinct places, the row pivots rise, and every leading minor on them is
    not zero.
    """
    size, rows, cols = found
    assert len(rows) == len(cols) == size
    assert rows == sorted(set(rows)) and len(set(cols)) == size
    assert all(0 <= i < len(matrix) for i in rows) and all(0 <= j < matrix.shape[1] for j in cols)
    minor = matrix[np.ix_(rows, cols)].astype(np.int64) % prime  # products below 2^46
    for k in range(
        size
    ):  # elimination without exchange meets no zero exactly if no leading minor is zero
        assert minor[k, k], (k, rows, cols)
        factors = minor[k + 1 :, k] * pow(int(minor[k, k]), -1, prime) % prime
        minor[k + 1 :] = (minor[k + 1 :] - np.outer(factors, minor[k])) % prime


@given(matrices(), st.sampled_from(THREADS))
def test_rank_against_the_oracles(case, threads):
    matrix, prime = case
    found = rank(matrix, prime, threads)
    assert found[0] == ranks.rank(matrix, prime) == flint.nmod_mat(matrix, prime).rank()
    assert (
        found[:2] == dense.rank(matrix, prime)[:2]
    )  # the first rows that will do, the same in both
    check_witness(np.array(matrix, dtype=np.uint64), prime, found)


@given(matrices(), st.integers(0, 10))
def test_a_target_ends_the_search(case, target):
    matrix, prime = case
    whole, part = rank(matrix, prime), rank(matrix, prime, target=target)
    size = min(whole[0], target)
    assert part == (size, whole[1][:size], whole[2][:size])


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 33])
def test_every_rank_from_nothing_to_full(n, prime):
    for dimension in range(n + 1):
        matrix = prescribed(n, n, dimension, prime, 31 * n + dimension)
        for threads in THREADS:
            found = rank(matrix, prime, threads)
            assert found[0] == dimension
            check_witness(matrix, prime, found)


SHAPES = {
    "tall": (700, 40, 33),
    "tall and full": (600, 20, 20),
    "wide": (40, 700, 33),
    "wide and full": (20, 600, 20),
    "one column": (300, 1, 1),
    "one row": (1, 300, 1),
    "beyond a chunk": (300, 290, 270),
    "full, beyond a chunk": (260, 260, 260),
    "zero": (270, 280, 0),
}


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape, prime, fresh_seed):
    rows, cols, dimension = SHAPES[shape]
    matrix = prescribed(rows, cols, dimension, prime, fresh_seed)
    found = rank(matrix, prime)
    assert found[0] == dimension == dense.rank(matrix, prime)[0]
    assert found[1] == dense.rank(matrix, prime)[1]
    check_witness(matrix, prime, found)
    assert rank(matrix, prime, 2) == found
    half = dimension // 2
    assert rank(matrix, prime, target=half) == (half, found[1][:half], found[2][:half])
    assert rank(matrix, prime, target=dimension + 5) == found


@pytest.mark.parametrize("prime", PRIMES)
def test_zero_columns_and_zero_rows_are_never_pivots(prime, fresh_seed):
    draw = Random(fresh_seed)
    inner = prescribed(120, 60, 50, prime, fresh_seed)
    matrix = np.zeros((300, 330), dtype=np.uint64)
    rows = np.argsort(draw.array(300, 0, 1 << 40), kind="stable")[:120]
    cols = np.argsort(draw.array(330, 0, 1 << 40), kind="stable")[:60]
    matrix[np.ix_(rows, cols)] = inner
    found = rank(matrix, prime)
    assert found[0] == 50
    assert set(found[1]) <= set(rows.tolist()) and set(found[2]) <= set(cols.tolist())
    check_witness(matrix, prime, found)


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize("size", [5, 40, 300])
def test_late_pivots(size, prime):
    """Rows that are nonzero further and further to the left: what was reduced before gives no
    hint of the next pivot.
    """
    draw = Random(size)
    matrix = draw.array((size, size), 0, prime)
    place = np.add.outer(np.arange(size), np.arange(size))
    matrix[place < size - 1] = 0
    matrix[place == size - 1] = 1
    found = rank(matrix, prime)
    assert found[:2] == (size, list(range(size)))
    check_witness(matrix, prime, found)
    last = np.zeros((size, size), dtype=np.uint64)
    last[-1, -1] = prime - 1
    assert rank(last, prime) == (1, [size - 1], [size - 1])


@pytest.mark.parametrize("prime", PRIMES)
def test_entries_at_the_edge(prime):
    """All p - 1 is rank one; with 0 on the diagonal, n - 1 times the identity less all ones:
    known determinant.
    """
    n = 290
    matrix = np.full((n, n), prime - 1, dtype=np.uint64)
    assert rank(matrix, prime) == (1, [0], [0])
    np.fill_diagonal(matrix, 0)  # I - J, whose determinant is 1 - n
    assert rank(matrix, prime)[0] == (n - 1 if (n - 1) % prime == 0 else n)
    n = prime + 1 if prime < 200 else 2
    small = np.full((n, n), prime - 1, dtype=np.uint64)
    np.fill_diagonal(small, 0)
    assert rank(small, prime)[0] == (n - 1 if (n - 1) % prime == 0 else n)


@given(matrices(), matrices(), st.sampled_from(THREADS))
def test_products_of_small_matrices(first, second, threads):
    a, prime = first
    a = np.array(a, dtype=np.uint64)
    b = np.resize(
        np.array(second[0], dtype=np.uint64) % np.uint64(prime), (a.shape[1], len(second[0]))
    )
    assert np.array_equal(matmul(a, b, prime, threads), product_of(a, b, prime))


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (1, 600, 1), (300, 1, 300), (260, 520, 270), (33, 257, 25)]
)
def test_products_against_flint(shape, threads, prime, fresh_seed):
    m, k, n = shape
    draw = Random(fresh_seed)
    for low in (0, max(0, prime - 2)):  # all entries; entries p - 1, where sums are largest
        a, b = draw.array((m, k), low, prime), draw.array((k, n), low, prime)
        exact = flint.nmod_mat(a.tolist(), prime) * flint.nmod_mat(b.tolist(), prime)
        assert matmul(a, b, prime, threads).tolist() == [
            [int(exact[i, j]) for j in range(n)] for i in range(m)
        ]


def test_empty_shapes():
    for rows, cols in ((0, 0), (0, 3), (3, 0)):
        assert rank(np.zeros((rows, cols), dtype=np.uint64), 7) == (0, [], [])
    assert rank([[]], 7) == (0, [], [])
    assert rank([[1, 2]], 7, target=0) == (0, [], [])
    for m, k, n in ((0, 2, 3), (2, 0, 3), (2, 3, 0), (0, 0, 0)):
        found = matmul(np.zeros((m, k), dtype=np.uint64), np.zeros((k, n), dtype=np.uint64), 7)
        assert found.shape == (m, n) and found.dtype == np.uint64 and not found.any()


@pytest.mark.parametrize("form", accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]]))
def test_every_integer_form_is_read_and_left_alone(form):
    values = accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]])[form]
    before = np.array(values, dtype=object)
    assert rank(values, 7)[:2] == (2, [0, 2])
    assert matmul(values, values, 7).tolist() == [[5, 6, 4], [3, 5, 1], [2, 5, 0]]
    assert np.array_equal(np.array(values, dtype=object), before)


@pytest.mark.parametrize("p", MODULI.values(), ids=MODULI)
def test_bad_modulus(p):
    for call in (lambda: rank([[1]], p), lambda: matmul([[1]], [[1]], p)):
        with refused("p"):
            call()


@pytest.mark.parametrize("p", [8388617, 2**31 - 1, 2**61 - 1])
def test_primes_from_2_to_the_23rd_are_refused(p):
    for call in (lambda: rank([[1]], p), lambda: matmul([[1]], [[1]], p)):
        with pytest.raises(ValueError, match=r"^p: expected a prime below 2\^23"):
            call()


@pytest.mark.parametrize("threads", [0, -1, True, 1.0, None, "2", [1], float("nan")], ids=repr)
def test_bad_threads(threads):
    for call in (lambda: rank([[1]], 7, threads), lambda: matmul([[1]], [[1]], 7, threads)):
        with refused("threads"):
            call()


def test_any_number_of_threads(fresh_seed):
    matrix = prescribed(300, 300, 222, 8388593, fresh_seed)
    assert rank(matrix, 8388593, 10**30) == rank(matrix, 8388593, 3) == rank(matrix, 8388593)


@pytest.mark.parametrize("target", [-1, True, 1.0, "1", [1], float("nan")], ids=repr)
def test_bad_target(target):
    with refused("target"):
        rank([[1]], 7, target=target)


@pytest.mark.parametrize(
    "kind", sorted(vectors(3, 7).keys() - {"short", "long", "scalar", "empty"})
)
def test_bad_entries(kind):
    bad = vectors(3, 7)[kind]
    bad = [bad] if isinstance(bad, list | tuple) else np.array([bad])
    with refused("a"):
        rank(bad, 7)
    with refused("a"):
        matmul(bad, [[1], [1], [1]], 7)
    with refused("b"):
        matmul([[1]], bad, 7)


def test_the_wrong_entry_is_named():
    with pytest.raises(
        ValueError, match=r"^a: entry \(1, 0\) is 7, expected values reduced modulo p = 7"
    ):
        rank([[1, 2], [7, 3]], 7)
    with pytest.raises(ValueError, match=r"^b: entry \(0, 1\) is -1"):
        matmul([[1]], np.array([[0, -1]]), 7)


SHAPELESS = {
    "ragged": [[1, 2], [1]],
    "vector": [1, 2],
    "scalar": 1,
    "cube": np.zeros((2, 2, 2), dtype=np.uint64),
    "dict": {1: 2},
    "none": None,
    "text": "12",
}


@pytest.mark.parametrize("kind", SHAPELESS)
def test_bad_shapes(kind):
    bad = SHAPELESS[kind]
    with refused("a"):
        rank(bad, 7)
    with refused("a"):
        matmul(bad, [[1]], 7)
    with refused("b"):
        matmul([[1]], bad, 7)


def test_factors_that_do_not_fit():
    with pytest.raises(ValueError, match="^b: expected 2 rows, as many as a has columns, got 3"):
        matmul([[1, 2]], [[1], [2], [3]], 7)


def test_the_instruction_set_has_a_name():
    assert cpu() in ("portable", "avx2", "avx512")


def test_interrupted():
    """Ctrl-C is heard in the middle of a rank: the exception of the handler comes out, and the
    next call is right.
    """
    matrix = Random(1).array((3000, 3000), 0, 8388593)
    timer = threading.Timer(0.05, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        while True:  # on a fast machine one rank could be over before
            rank(matrix, 8388593, target=2000)
    timer.join()
    assert rank([[1, 2], [2, 4], [0, 5]], 7) == (2, [0, 2], [0, 1])


def test_balanced_floats():
    """float32 of absolute value at most p / 2, as they are; nothing else."""
    random = Random(5)
    for p in (3, 101, 8388593):
        a = random.array((30, 20), 0, p)
        a[:, 7:] = a[:, :13] * 2 % p
        balanced = np.where(a > p // 2, a.astype(np.int64) - p, a.astype(np.int64)).astype(
            np.float32
        )
        assert rank(balanced, p) == rank(a, p)
        assert rank(np.asfortranarray(a), p, target=3) == rank(balanced, p, target=3)
    assert rank(np.array([[2, 1], [3, 1]], dtype=np.float32), 7) == (2, [0, 1], [0, 1])


@pytest.mark.parametrize("bad", [4, -4, 0.5, float("nan"), float("inf"), -1e38])
def test_floats_that_are_not_balanced(bad):
    with refused("a"):
        rank(np.array([[1, bad]], dtype=np.float32), 7)


def test_other_floats():
    with pytest.raises(TypeError, match="^a: expected integers"):
        rank(np.array([[1.0, 2.0]]), 7)
    assert rank(np.array([[0, 1], [2, 3]], dtype=np.float32).T[:, ::-1], 7) == (2, [0, 1], [0, 1])


def test_older_names_are_the_same_objects():
    renamed = {"FastEchelon": "BalancedEchelon"}
    for old, new in ((fast, balanced), (gate, checked)):
        assert old.__all__ and all(
            getattr(old, name) is getattr(new, renamed.get(name, name)) for name in old.__all__
        )
