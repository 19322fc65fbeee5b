"""Sparse nullspaces at the border, against those of the dense echelon basis."""

import numpy as np
import pytest
from bad_input import LARGE, MODULI, SIZES, refused
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core import dense, sparse

PRIMES = [2, 3, 101, 2**31 - 1, LARGE, 2**62 - 57]


@st.composite
def matrices(draw):
    """(rows x columns matrix, mostly zeros, modulus); columns pass the 64 of a word."""
    m, n, prime = draw(st.integers(0, 12)), draw(st.integers(0, 140)), draw(st.sampled_from(PRIMES))
    places = st.tuples(st.integers(0, max(m - 1, 0)), st.integers(0, max(n - 1, 0)))
    entries = draw(st.dictionaries(places, st.integers(-9, 9), max_size=40)) if m and n else {}
    matrix = np.zeros((m, n), dtype=np.int64)
    for place, value in entries.items():
        matrix[place] = value
    return matrix, prime


def entries_of(matrix):
    """In no particular order, zeros that are stated among them."""
    row, column = np.nonzero(matrix)
    order = np.random.default_rng(len(row)).permutation(len(row))
    row, column = row[order], column[order]
    value = matrix[row, column]
    return row, column, value


def written_out(found, columns):
    free, vector, column, value = found
    assert (value != 0).all()
    out = np.zeros((len(free), columns), dtype=np.uint64)
    out[np.arange(len(free)), free] = 1
    out[vector, column] = value
    return out


@given(matrices())
def test_nullspaces_are_those_of_the_dense_basis(drawn):
    matrix, prime = drawn
    found = sparse.nullspace(*entries_of(matrix), matrix.shape[1], prime)
    assert (
        written_out(found, matrix.shape[1]).tolist()
        == dense.nullspace(matrix % prime, prime).tolist()
    )


def test_unsigned_residues_beyond_the_integers_of_doubles():
    """-1 as a residue of 62 bits is not rounded."""
    prime = PRIMES[-1]
    residues = np.array([1, prime - 1], dtype=np.uint64)
    free, vector, column, value = sparse.nullspace([0, 0], [0, 1], residues, 2, prime)
    assert (free.tolist(), vector.tolist(), column.tolist(), value.tolist()) == ([1], [0], [0], [1])


def test_fill_in():
    """Random dense rows: every entry of the reduced form is filled."""
    rng = np.random.default_rng(5)
    matrix = rng.integers(-99, 99, (60, 90))
    found = sparse.nullspace(*entries_of(matrix), 90, LARGE)
    assert written_out(found, 90).tolist() == dense.nullspace(matrix % LARGE, LARGE).tolist()


def test_work_is_bounded():
    matrix = np.random.default_rng(5).integers(1, 99, (30, 40))
    entries = entries_of(matrix)
    assert sparse.nullspace(*entries, 40, LARGE, work=1000) is None
    assert sparse.nullspace(*entries, 40, LARGE, work=100_000) is not None
    free, *_ = sparse.nullspace([0, 1], [1, 0], [1, 1], 3, 7, work=4)
    assert free.tolist() == [2]


def test_zeros_may_be_stated():
    free, vector, column, value = sparse.nullspace([0, 0, 1], [0, 2, 1], [7, 1, -7], 3, 7)
    assert (free.tolist(), vector.tolist(), column.tolist(), value.tolist()) == ([0, 1], [], [], [])


def test_nothing():
    assert [x.tolist() for x in sparse.nullspace([], [], [], 2, 7)] == [[0, 1], [], [], []]
    assert [x.tolist() for x in sparse.nullspace([], [], [], 0, 7)] == [[], [], [], []]


@pytest.mark.parametrize("modulus", MODULI.values(), ids=MODULI)
def test_bad_modulus(modulus):
    with pytest.raises((ValueError, TypeError), match="p: "):
        sparse.nullspace([0], [0], [1], 1, modulus)


@pytest.mark.parametrize("cols", SIZES.values(), ids=SIZES)
def test_bad_size(cols):
    with pytest.raises((ValueError, TypeError), match="cols"):
        sparse.nullspace([0], [0], [1], cols, 7)


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        (([-1], [0], [1]), "row"),
        (([0.5], [0], [1]), "row"),
        (([[0]], [0], [1]), "row"),
        (([0], [2], [1]), "column"),
        (([0], [-1], [1]), "column"),
        (([0], [0], [0.5]), "value"),
        (([0, 1], [0], [1]), "row, column, value"),
        (([0], [0], [1, 2]), "row, column, value"),
    ],
)
def test_bad_entries(entries, name):
    with refused(name):
        sparse.nullspace(*entries, 2, 7)
