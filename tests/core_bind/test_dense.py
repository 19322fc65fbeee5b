"""Echelon basis, rank and nullspace at the border,
against python-flint and the slow elimination of the oracles.
"""

import subprocess
import sys
import threading

import flint
import numpy as np
import pytest
from bad_input import LARGE, MODULI, SIZES, accepted_forms, refused, vectors
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.dense import Echelon, nullspace, rank
from pyconslaw._core.zp import Random
from reference import ranks

PRIMES = [2, 3, 5, 101, 2**31 - 1, 2**32 + 15, LARGE, 2**62 - 57]


@st.composite
def matrices(draw, largest=9):
    """(matrix as lists, prime): small entries, so that ranks drop, or entries close to the
    prime.
    """
    prime = draw(st.sampled_from(PRIMES))
    rows, cols = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    entry = st.one_of(st.integers(0, min(2, prime - 1)), st.integers(max(0, prime - 3), prime - 1))
    return [[draw(entry) for _ in range(cols)] for _ in range(rows)], prime


def prescribed(rows, cols, dimension, prime, seed):
    """A matrix of that rank: a product of random factors with a unit block inside,
    so the rank is known by construction.
    """
    draw = Random(seed)
    left = draw.array((rows, dimension), 0, prime).astype(object)
    right = draw.array((dimension, cols), 0, prime).astype(object)
    left[:dimension] = np.eye(dimension, dtype=object)
    right[:, cols - dimension :] = np.eye(dimension, dtype=object)
    return np.array(left @ right % prime, dtype=np.uint64).reshape(rows, cols)


@given(matrices())
def test_rank_against_flint(case):
    matrix, prime = case
    found, rows, cols = rank(matrix, prime)
    assert found == flint.nmod_mat(matrix, prime).rank() == ranks.rank(matrix, prime)
    assert len(rows) == len(cols) == found
    assert rows == sorted(set(rows)) and len(set(cols)) == found
    minor = [[matrix[i][j] for j in cols] for i in rows]
    assert not found or int(flint.nmod_mat(minor, prime).det()) != 0


@given(matrices())
def test_pivots_are_those_of_elimination_in_order(case):
    """docs/certificate.md: row t, reduced by the rows before it, is not zero in column
    pivots[t].
    """
    matrix, prime = case
    basis = Echelon(len(matrix[0]), prime)
    grew = basis.extend(matrix).tolist()
    kept = [row for row, raised in zip(matrix, grew, strict=True) if raised]
    assert grew == [
        ranks.rank(matrix[: i + 1], prime) > ranks.rank(matrix[:i], prime)
        for i in range(len(matrix))
    ]
    reduced = []
    for row, pivot in zip(kept, basis.pivots, strict=True):
        for other, column in reduced:
            row = [(x - row[column] * y) % prime for x, y in zip(row, other, strict=True)]
        assert row[pivot]
        inverse = pow(row[pivot], -1, prime)
        reduced.append(([x * inverse % prime for x in row], pivot))


@given(matrices())
def test_nullspace_against_flint(case):
    matrix, prime = case
    found = nullspace(matrix, prime)
    cols = len(matrix[0])
    _, nullity = flint.nmod_mat(matrix, prime).nullspace()
    assert found.shape == (nullity, cols)
    assert all(
        sum(a * b for a, b in zip(row, vector, strict=True)) % prime == 0
        for row in matrix
        for vector in found.tolist()
    )
    free = [j for j in range(cols) if j not in rank(matrix, prime)[2]]
    assert found[:, free].tolist() == np.eye(nullity, dtype=int).tolist()


@given(matrices(), st.lists(st.integers(0, 9), max_size=4))
def test_growing_in_any_batches(case, cuts):
    """The same rows in one call, row by row, or in batches with nullspaces in between."""
    matrix, prime = case
    cols = len(matrix[0])
    whole, single, batches = (Echelon(cols, prime) for _ in range(3))
    grew = whole.extend(matrix).tolist()
    assert grew == [bool(single.extend([row])[0]) for row in matrix]
    edges = [0, *sorted(min(c, len(matrix)) for c in cuts), len(matrix)]
    for start, end in zip(edges, edges[1:], strict=False):
        batches.extend(np.array(matrix[start:end], dtype=np.uint64).reshape(-1, cols))
        batches.nullspace()
    assert whole.pivots == single.pivots == batches.pivots
    assert whole.rank == len(whole.pivots) == sum(grew)
    assert whole.nullspace().tolist() == single.nullspace().tolist() == batches.nullspace().tolist()
    assert not whole.extend(matrix).any()


@pytest.mark.parametrize("prime", PRIMES)
@pytest.mark.parametrize(
    "shape", [(1, 1, 0), (1, 1, 1), (40, 1, 1), (1, 40, 1), (30, 30, 30), (60, 40, 17), (40, 60, 0)]
)
def test_prescribed_rank(shape, prime):
    rows, cols, dimension = shape
    matrix = prescribed(rows, cols, dimension, prime, 5)
    assert rank(matrix, prime)[0] == dimension
    kernel = nullspace(matrix, prime)
    assert len(kernel) == cols - dimension
    assert not (matrix.astype(object) @ kernel.T.astype(object) % prime).any()


def test_large_matrix_against_flint(fresh_seed):
    prime = Random(fresh_seed).prime(61)
    matrix = prescribed(150, 120, 77, prime, fresh_seed)
    assert rank(matrix, prime)[0] == 77 == flint.nmod_mat(matrix.tolist(), prime).rank()


def test_rank_may_drop_modulo_a_prime():
    matrix = np.array([[1, 2], [3, 4]], dtype=np.uint64)  # determinant -2
    assert rank(matrix % 2, 2)[0] == 1
    assert rank(matrix, 5)[0] == 2


def test_empty_shapes():
    none = np.zeros((0, 3), dtype=np.uint64)
    assert rank(none, 7) == (0, [], [])
    assert nullspace(none, 7).tolist() == np.eye(3, dtype=int).tolist()
    columnless = np.zeros((3, 0), dtype=np.uint64)
    assert rank(columnless, 7) == (0, [], [])
    assert nullspace(columnless, 7).shape == (0, 0)
    assert Echelon(0, 7).extend(columnless).tolist() == [False] * 3
    basis = Echelon(3, 7)
    assert (basis.rank, basis.pivots, basis.nullspace().tolist()) == (
        0,
        [],
        np.eye(3, dtype=int).tolist(),
    )


@pytest.mark.parametrize("form", accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]]))
def test_every_integer_form_is_read(form):
    values = accepted_forms([[1, 2, 3], [2, 4, 6], [0, 1, 1]])[form]
    assert Echelon(3, 7).extend(values).tolist() == [True, False, True]
    assert rank(values, 7) == (2, [0, 2], [0, 1])
    assert nullspace(values, 7).tolist() == [[6, 6, 1]]


def test_input_is_left_alone():
    matrix = np.array([[1, 2], [3, 4]], dtype=np.uint64)
    Echelon(2, 7).extend(matrix)
    rank(matrix, 7)
    nullspace(matrix, 7)
    assert matrix.tolist() == [[1, 2], [3, 4]]


def test_other_threads_run_meanwhile():
    """The GIL is released: this thread counts while another one eliminates."""
    rows = Random(1).array((700, 700), 0, LARGE)
    worker = threading.Thread(target=Echelon(700, LARGE).extend, args=(rows,))
    worker.start()
    counted = 0
    while worker.is_alive():
        counted += 1
    worker.join()
    assert counted > 100


def test_one_basis_in_several_threads():
    """In a process of its own, for it may crash: rows added by four threads at once, the rank is
    right.
    """
    code = """
import threading
from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random
rows = Random(1).array((300, 300), 0, 2**61 - 1)
for _ in range(5):
    basis = Echelon(300, 2**61 - 1)
    threads = [threading.Thread(target=basis.extend, args=(rows[k::4],)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert basis.rank == 300 == len(set(basis.pivots))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.returncode, done.stderr)


@pytest.mark.parametrize("p", MODULI.values(), ids=MODULI)
def test_bad_modulus(p):
    for call in (lambda: Echelon(3, p), lambda: rank([[1]], p), lambda: nullspace([[1]], p)):
        with refused("p"):
            call()


@pytest.mark.parametrize("cols", SIZES.values(), ids=SIZES)
def test_bad_number_of_columns(cols):
    with refused("cols"):
        Echelon(cols, 7)


@pytest.mark.parametrize("kind", vectors(3, 7))
def test_bad_rows(kind):
    bad = vectors(3, 7)[kind]
    basis = Echelon(3, 7)
    basis.extend([[1, 2, 3]])
    with refused("rows"):
        basis.extend([bad] if isinstance(bad, list | tuple) else np.array([bad]))
    assert (basis.rank, basis.pivots) == (1, [0])  # a refusal leaves the basis as it was


@pytest.mark.parametrize(
    "kind", sorted(vectors(3, 7).keys() - {"short", "long", "scalar", "empty"})
)
def test_bad_matrix(kind):
    bad = vectors(3, 7)[kind]
    bad = [bad] if isinstance(bad, list | tuple) else np.array([bad])
    for call in (rank, nullspace):
        with refused("a|rows"):
            call(bad, 7)


@pytest.mark.parametrize(
    "bad",
    [[[1, 2], [1]], np.zeros((2, 2, 2), dtype=np.uint64), {1: 2}],
    ids=["ragged", "cube", "dict"],
)
def test_bad_shape(bad):
    with refused("rows"):
        Echelon(2, 7).extend(bad)
    for call in (rank, nullspace):
        with refused("a|rows"):
            call(bad, 7)
