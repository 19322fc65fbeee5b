"""What is read as a matrix of integers, and what is refused with a word about it."""

from types import SimpleNamespace

import numpy as np
import pytest

from pyconslaw import InputError, LimitError, integer_nullspace, integer_rank
from pyconslaw.exact.matrices import Sparse, compact, empty_of, read, without_content

CALLS = integer_rank, integer_nullspace
MASKED = np.ma.masked_array([[1, 2]], mask=[[False, True]])
FORMATS = "bsr coo csc csr dia dok lil".split()


def coordinates(row, column, data, shape):
    """An object with the form COO of SciPy, without SciPy."""
    coo = SimpleNamespace(row=np.array(row), col=np.array(column), data=data, shape=shape)
    return SimpleNamespace(tocoo=lambda: coo)


BAD = {
    "none": (None, "expected integers, got None"),
    "nan": (np.array([[1.0, np.nan]]), "got an array of float64"),
    "nan in a row": ([[1, np.nan]], "got nan in place 0, 1"),
    "float": ([[1, 2], [3, 4.0]], "got 4.0 in place 1, 1"),
    "bool": (np.array([[True]]), "got an array of bool"),
    "bool in a row": ([[True]], "got True in place 0, 0"),
    "masked": (MASKED, "expected no masked entries"),
    "masked rows": ([MASKED[0]], "expected no masked entries"),
    "masked entry": ([[1, np.ma.masked]], "masked"),
    "object": (np.array([[1, "2"]], dtype=object), "got '2' in place 0, 1"),
    "text": ("12", "expected integers, got '12'"),
    "one axis": ([1, 2], r"expected two axes, got shape \(2,\)"),
    "three axes": (np.zeros((1, 1, 1), dtype=int), "expected two axes, got shape"),
    "number": (3, "expected two axes, got 3"),
    "type": (type("Sparse", (), {"tocoo": lambda self: self}), "expected integers, got <class"),
    "ragged": ([[1], [1, 2]], "inhomogeneous"),
    "sparse floats": (coordinates([0], [0], np.array([1.0]), (1, 1)), "sparse matrix of float64"),
    "sparse bools": (coordinates([0], [0], np.array([True]), (1, 1)), "sparse matrix of bool"),
    "sparse objects": (coordinates([0], [0], np.array([None]), (1, 1)), "got None in place 0"),
    "sparse outside": (coordinates([1], [0], np.array([1]), (1, 1)), "0 <= rows < 1, got 1"),
    "sparse of one axis": (coordinates([0], [0], np.array([1]), (1,)), "expected two axes"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_matrix(name):
    matrix, words = BAD[name]
    for call in CALLS:
        with pytest.raises(InputError, match=f"^matrix: .*{words}"):
            call(matrix)


ONE = [0], [0], [1]
BAD_TRIPLES = {
    "none": (None, (1, 1), r"expected the tuple \(rows, columns, entries\), got None"),
    "two": (([0], [0]), (1, 1), r"expected the tuple \(rows, columns, entries\)"),
    "dense array": (np.ones((3, 3), dtype=int), (3, 3), "expected the tuple"),
    "dense rows": ([[1, 0], [0, 1], [1, 1]], (3, 2), "expected the tuple"),
    "lengths": (([0, 1], [0], [1]), (2, 1), r"got \(2,\), \(1,\), \(1,\)"),
    "axes": (([[0]], [[0]], [[1]]), (1, 1), "expected one axis"),
    "numbers": ((0, 0, 1), (1, 1), "expected one axis"),
    "negative row": (([0, -1], [0, 0], [1, 1]), (2, 1), "expected 0 <= rows < 2, got -1"),
    "column outside": (([0], [3], [1]), (1, 3), "expected 0 <= columns < 3, got 3"),
    "huge row": (([2**70], [0], [1]), (1, 1), "rows: expected 0 <= rows < 1, got 11805"),
    "float row": (([0.0], [0], [1]), (1, 1), "rows: expected integers, got 0.0"),
    "bool column": (([0], [False], [1]), (1, 1), "columns: expected integers, got False"),
    "nan": (([0], [0], [np.nan]), (1, 1), "entries: expected integers, got nan"),
    "masked": (([0], [0], MASKED[0, 1:]), (1, 1), "entries: expected no masked entries"),
}
BAD_SHAPES = 3, (1,), (1, 1, 1), (1, -1), (1, True), (1, 1.0), (2**70, 1), ("1", 1), (1, None)


@pytest.mark.parametrize("name", BAD_TRIPLES)
def test_what_are_no_triples(name):
    matrix, shape, words = BAD_TRIPLES[name]
    for call in CALLS:
        with pytest.raises(InputError, match=f"^matrix: .*{words}"):
            call(matrix, shape=shape)


@pytest.mark.parametrize("shape", BAD_SHAPES, ids=repr)
def test_what_is_no_shape(shape):
    for call in CALLS:
        with pytest.raises(InputError, match="^shape: "):
            call(ONE, shape=shape)


def test_a_sparse_matrix_has_its_own_shape():
    one = coordinates([0], [1], np.array([5]), (1, 2))
    assert integer_rank(one) == integer_rank(one, shape=(1, 2)) == 1
    with pytest.raises(InputError, match=r"^shape: expected \(1, 2\), that of matrix, got \(2, 1"):
        integer_rank(one, shape=(2, 1))


def same(found, row, column, entry):
    return [found.row.tolist(), found.column.tolist(), found.entry.tolist()] == [row, column, entry]


def test_entries_in_one_place_are_added_up():
    small = np.array([100, 100, -1, 7, 3, -3], dtype=np.int8)
    found = read(([1, 1, 1, 0, 0, 0], [2, 2, 2, 1, 0, 0], small), (2, 3))
    assert found.shape == (2, 3) and same(found, [0, 1], [1, 2], [7, 199])
    large = read(([0] * 4, [0] * 4, [2**61, 2**61, 2**61, 2**61]), (1, 1))
    assert same(large, [0], [0], [2**63])
    back = read(([0] * 3, [0] * 3, [2**70, 5, -(2**70)]), (1, 1))
    assert same(back, [0], [0], [5]) and back.entry.dtype == np.int64


def test_entries_of_any_kind_of_integer():
    for kind in "int8 uint8 int32 uint64 object".split():
        found = read((np.array([0], dtype=kind),) * 2 + (np.array([9], dtype=kind),), (1, 1))
        assert same(found, [0], [0], [9]) and found.entry.dtype == np.int64
    mixed = np.array([[np.int64(2**62), 2**70], [np.uint64(2**63), -1]], dtype=object)
    assert {type(x) for x in read(mixed).ravel().tolist()} == {int}
    assert integer_rank(mixed) == 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["matrix", "array"])
def test_sparse_matrices_of_scipy(form, kind):
    """Every format, duplicates and explicit zeros included."""
    sparse = pytest.importorskip("scipy.sparse", reason="SciPy is not installed")
    places = [0, 0, 2, 2, 1], [1, 1, 3, 0, 2]
    data = np.array([100, 100, 3, -1, 0], dtype=np.int16)
    coo = getattr(sparse, f"coo_{kind}")((data, places), shape=(3, 4))
    assert coo.nnz == 5
    given = coo.asformat(form)
    stored = given.nnz
    dense = np.array([[0, 200, 0, 0], [0, 0, 0, 0], [-1, 0, 0, 3]])
    assert same(read(given), [0, 2, 2], [1, 0, 3], [200, -1, 3])
    assert integer_rank(given) == integer_rank(dense) == 2
    assert integer_nullspace(given) == integer_nullspace(dense)
    assert given.nnz == stored


def test_arrays_that_could_be_masked_and_are_not():
    nothing = np.ma.masked_array([[2, 4]], mask=[[False, False]])
    assert integer_nullspace(nothing) == integer_nullspace([nothing[0]]) == [[-2, 1]]
    assert integer_rank((nothing[0] * 0, nothing[0], nothing[0]), shape=(1, 5)) == 1


def test_the_largest_shapes_cost_nothing():
    """Or are refused, with the number, before memory is spent."""
    n = 10**9
    rows, columns, entries = [0, 5, n - 1, 0], [1, 7, 1, n - 1], [2, 3, 2**70, -1]
    assert integer_rank((rows, columns, entries), shape=(n, n)) == 3
    assert integer_rank((rows, columns, entries), shape=(2**62, 2**62)) == 3
    assert integer_rank(([], [], []), shape=(n, n)) == 0
    with pytest.raises(LimitError, match="^matrix: .*got 999999996 vectors of 1000000000"):
        integer_nullspace((rows, columns, entries), shape=(n, n))
    assert integer_nullspace(([5, n - 1], [2, 1], [3, 2**70]), shape=(n, 4)) == [
        [1, 0, 0, 0],
        [0, 0, 0, 1],
    ]


def test_a_full_matrix_has_a_limit():
    with pytest.raises(LimitError, match="^matrix: expected at most 5 .* got 2 x 3"):
        empty_of((2, 3), 5)
    assert empty_of((2, 3), 6).shape == (2, 3)


def test_what_stays_full_is_refused(monkeypatch):
    """Of a sparse matrix; a dense one of the same entries was in memory already."""
    monkeypatch.setattr("pyconslaw.exact.nullspace.DENSE_LIMIT", 500)
    rng = np.random.default_rng(1)
    a = np.zeros((60, 64), dtype=np.int64)
    for row in a:
        row[rng.choice(64, 4, replace=False)] = [3, 5, 7, 11]
    whole = Sparse.of(a)
    triples = whole.row, whole.column, whole.entry
    assert integer_rank(a) == 60 and len(integer_nullspace(a)) == 4
    for call in CALLS:
        with pytest.raises(LimitError, match="^matrix: expected at most 500 entries"):
            call(triples, shape=a.shape)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 3)], ids=str)
def test_empty_and_zero(shape):
    nothing = [], [], []
    zero = [0] * min(shape), [0] * min(shape), [0] * min(shape)
    for triples in (nothing, zero):
        assert integer_rank(triples, shape=shape) == 0
        unit = np.eye(shape[1], dtype=int).tolist()
        assert integer_nullspace(triples, shape=shape) == unit


def test_rows_and_columns_of_zeros_are_left_out_and_come_back():
    whole = read(([7, 7, 9], [2, 5, 5], [1, -2, 4]), (12, 8))
    small, names = whole.compressed()
    assert small.shape == (2, 2) and names.tolist() == [2, 5]
    assert small.dense(4).tolist() == [[1, -2], [0, 4]] and small.transposed().rows() == [
        {0: 1},
        {0: -2, 1: 4},
    ]
    assert same(Sparse.of(whole.dense(96)), [7, 7, 9], [2, 5, 5], [1, -2, 4])


@pytest.mark.parametrize("factor", [1, 10**9, 10**30])
def test_contents(factor):
    """Of rows of more entries than are looked at first; zeros have none."""
    rng = np.random.default_rng(2)
    core = rng.integers(-9, 10, (5, 40)).astype(object)
    core[:, 0], core[0] = 1, 1
    rows = np.array([6, 35, 1, 0, 10], dtype=object)
    columns = np.array([1, 4, 0] + [9] * 37, dtype=object)
    found = without_content(compact(factor * core * rows[:, None] * columns))
    assert found.dtype == np.int64 and (found == without_content(found)).all()
    there = np.ix_(rows != 0, columns != 0)
    assert (abs(found[there]).max() <= 9) and not found[:, 2].any() and not found[3].any()
    partly = np.full((2, 40), 6)
    partly[:, -1] = 9
    assert without_content(partly).tolist() == [[1] * 40] * 2
