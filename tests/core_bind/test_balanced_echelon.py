"""The basis that grows in balanced doubles, at the border: the same rows as the word-sized one,
pivots that are a witness.
"""

import _thread
import subprocess
import sys
import threading

import flint
import numpy as np
import pytest
from bad_input import MODULI, SIZES, accepted_forms, refused, vectors
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.balanced import BalancedEchelon
from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random

PRIMES = [2, 3, 101, 8388593]  # 8388593 is the largest prime below 2^23


@st.composite
def matrices(draw):
    """(matrix as lists, prime): small entries, so that ranks drop, or entries close to the
    prime.
    """
    prime = draw(st.sampled_from(PRIMES))
    rows, cols = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    entry = st.one_of(st.integers(0, min(2, prime - 1)), st.integers(max(0, prime - 3), prime - 1))
    return [[draw(entry) for _ in range(cols)] for _ in range(rows)], prime


def prescribed(rows, cols, dimension, prime, seed):
    """A matrix of that rank at most, as a product of random factors (by python-flint)."""
    draw = Random(seed)
    left, right = (
        flint.nmod_mat(draw.array(shape, 0, prime).tolist(), prime)
        for shape in ((rows, dimension), (dimension, cols))
    )
    product = (left * right).entries()
    return np.array([int(x) for x in product], dtype=np.uint64).reshape(rows, cols)


def check_witness(rows, prime, pivots):
    """Elimination that takes the rows in order finds each, reduced by those before it, nonzero
    in its column.
    """
    rows, done = rows.astype(np.int64) % prime, []
    assert len(set(pivots)) == len(pivots) == len(rows)
    for row, pivot in zip(rows, pivots, strict=True):
        for other, column in done:
            row = (row - row[column] * other) % prime
        assert row[pivot]
        done.append((row * pow(int(row[pivot]), -1, prime) % prime, pivot))


@given(matrices(), st.lists(st.integers(0, 9), max_size=4), st.sampled_from([1, 2]))
def test_the_same_rows_as_the_word_sized_basis(case, cuts, threads):
    matrix, prime = case
    cols = len(matrix[0])
    slow, whole, parts = (
        Echelon(cols, prime),
        BalancedEchelon(cols, prime, threads),
        BalancedEchelon(cols, prime),
    )
    expected = slow.extend(matrix).tolist()
    assert whole.extend(matrix).tolist() == expected
    edges = [0, *sorted(min(c, len(matrix)) for c in cuts), len(matrix)]
    grew = []
    for start, end in zip(edges, edges[1:], strict=False):
        grew += parts.extend(matrix[start:end]).tolist()
        assert parts.rank == sum(grew) == len(parts.pivots)
    assert grew == expected and parts.pivots == whole.pivots
    check_witness(np.array(matrix)[expected], prime, whole.pivots)
    assert not whole.extend(matrix).any() and whole.rank == slow.rank


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize(
    "shape", [(600, 300, 280), (300, 600, 270), (700, 30, 20), (260, 260, 260), (90, 400, 1)]
)
def test_large_shapes(shape, prime, fresh_seed):
    rows, cols, dimension = shape
    matrix = prescribed(rows, cols, dimension, prime, fresh_seed)
    slow, fast, two = (
        Echelon(cols, prime),
        BalancedEchelon(cols, prime),
        BalancedEchelon(cols, prime, 2),
    )
    expected = slow.extend(matrix)
    for start in range(0, rows, 97):
        part = matrix[start : start + 97]
        assert (fast.extend(part) == expected[start : start + 97]).all()
    assert (two.extend(matrix) == expected).all()
    assert fast.rank == slow.rank == flint.nmod_mat(matrix.tolist(), prime).rank() <= dimension
    assert fast.pivots == two.pivots
    check_witness(matrix[expected], prime, fast.pivots)


def test_a_target_ends_the_rows(fresh_seed):
    matrix = prescribed(600, 400, 350, 8388593, fresh_seed)
    whole = BalancedEchelon(400, 8388593)
    expected = whole.extend(matrix)
    for target in (0, 1, 100, 257, 350, 999):
        basis = BalancedEchelon(400, 8388593)
        grew = basis.extend(matrix, target)
        assert min(target, 350) <= basis.rank <= min(350, target + 256)
        assert np.flatnonzero(grew).tolist() == np.flatnonzero(expected)[: basis.rank].tolist()
        assert not basis.extend(matrix, target).any() or basis.rank > target
        assert basis.pivots == whole.pivots[: basis.rank]


def test_pivots_stay():
    basis, rows = BalancedEchelon(500, 8388593), Random(3).array((400, 500), 0, 8388593)
    known = []
    for start in range(0, 400, 61):
        basis.extend(rows[start : start + 61])
        assert basis.pivots[: len(known)] == known
        known = basis.pivots
    assert len(known) == 400


def test_empty_shapes():
    assert BalancedEchelon(0, 7).extend(np.zeros((3, 0), dtype=np.uint64)).tolist() == [False] * 3
    basis = BalancedEchelon(3, 7)
    assert (
        basis.extend([]).tolist() == basis.extend(np.zeros((0, 3), dtype=np.uint64)).tolist() == []
    )
    assert (basis.rank, basis.pivots) == (0, [])


@pytest.mark.parametrize("form", accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]]))
def test_every_integer_form_is_read_and_left_alone(form):
    values = accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]])[form]
    before = np.array(values, dtype=object)
    assert BalancedEchelon(3, 7).extend(values).tolist() == [True, False, True]
    assert np.array_equal(np.array(values, dtype=object), before)


def test_one_basis_in_several_threads():
    """In a process of its own, for it may crash: rows added by four threads at once, the rank is
    right.
    """
    code = """
import threading
from pyconslaw._core.balanced import BalancedEchelon
from pyconslaw._core.zp import Random
rows = Random(1).array((500, 400), 0, 8388593)
for _ in range(5):
    basis = BalancedEchelon(400, 8388593, 2)
    threads = [threading.Thread(target=basis.extend, args=(rows[k::4],)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert basis.rank == 400 == len(set(basis.pivots))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stderr)


def test_interrupted():
    """Ctrl-C is heard in the middle; the basis is then one of some of the rows, and grows on."""
    rows = Random(1).array((2500, 2500), 0, 8388593)
    rows[2000:] = rows[:500]
    basis = BalancedEchelon(2500, 8388593)
    timer = threading.Timer(0.05, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        while True:  # on a fast machine it could be over before
            basis = BalancedEchelon(2500, 8388593)
            basis.extend(rows)
    timer.join()
    assert basis.rank < 2000 and len(set(basis.pivots)) == basis.rank
    basis.extend(rows)
    assert basis.rank == 2000


@pytest.mark.parametrize("p", [*MODULI.values(), 8388617, 2**31 - 1, 2**61 - 1])
def test_bad_modulus(p):
    with refused("p"):
        BalancedEchelon(3, p)


@pytest.mark.parametrize("cols", SIZES.values(), ids=SIZES)
def test_bad_number_of_columns(cols):
    with refused("cols"):
        BalancedEchelon(cols, 7)


@pytest.mark.parametrize("threads", [0, -1, True, 1.0, None, "2"], ids=repr)
def test_bad_threads(threads):
    with refused("threads"):
        BalancedEchelon(3, 7, threads)


@pytest.mark.parametrize("target", [-1, True, 1.0, "1"], ids=repr)
def test_bad_target(target):
    with refused("target"):
        BalancedEchelon(3, 7).extend([[1, 2, 3]], target)


@pytest.mark.parametrize("kind", vectors(3, 7))
def test_bad_rows(kind):
    bad = vectors(3, 7)[kind]
    basis = BalancedEchelon(3, 7)
    basis.extend([[1, 2, 3]])
    with refused("rows"):
        basis.extend([bad] if isinstance(bad, list | tuple) else np.array([bad]))
    assert (basis.rank, basis.pivots) == (1, [0])  # a refusal leaves the basis as it was


@pytest.mark.parametrize(
    "bad",
    [[[1, 2], [1]], np.zeros((2, 2, 2), dtype=np.uint64), {1: 2}],
    ids=["ragged", "cube", "dict"],
)
def test_bad_shape(bad):
    with refused("rows"):
        BalancedEchelon(2, 7).extend(bad)
