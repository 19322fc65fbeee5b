"""Sparse elimination over Z: what is taken and what is left have the rank and the nullspace."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import ranks

from pyconslaw import integer_nullspace, integer_rank
from pyconslaw.errors import LimitError
from pyconslaw.exact import pivots as module
from pyconslaw.exact.pivots import LIGHT, Pivots, columns_of, dense_of, extended

entry = st.one_of(
    st.sampled_from([0, 0, 0, 1, -1]), st.integers(-4, 4), st.integers(-(2**70), 2**70)
)


@st.composite
def sparse_rows(draw):
    m, n = draw(st.integers(0, 8)), draw(st.integers(1, 8))
    places = st.dictionaries(st.integers(0, n - 1), entry.filter(bool), max_size=3)
    return [draw(places) for _ in range(m)], n


def copy(rows):
    return [dict(row) for row in rows]


def ran(rows, allowed, **options):
    pivots = Pivots(copy(rows), allowed, **options)
    pivots.run()
    return pivots


@pytest.mark.parametrize("least", [0, 2, 10**9])
@given(sparse_rows())
def test_the_rank_is_that_of_what_is_left(least, given_rows):
    rows, n = given_rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LEAST", least)
        pivots = ran(rows, range(n))
    taken = [column for column, _ in pivots.taken]
    assert len(set(taken)) == len(taken)
    assert not set(taken) & set(columns_of(pivots.rest))
    assert len(taken) + ranks.rank(pivots.rest, None) == ranks.rank(rows, None)


@pytest.mark.parametrize("least", [0, 10**9])
@given(sparse_rows(), st.randoms(use_true_random=False))
def test_the_rows_span_what_they_did(least, given_rows, random):
    """With the ones that are taken out, where the nullspace is asked for; pivots are where they
    may be, alone in their row or 1 or -1.
    """
    rows, n = given_rows
    allowed = random.sample(range(n), random.randint(0, n))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LEAST", least)
        pivots = ran(rows, allowed, ranks=False)
    left = [row for _, row in pivots.taken] + pivots.rest
    both = ranks.rank(copy(rows) + copy(left), None)
    assert both == ranks.rank(copy(left), None) == ranks.rank(copy(rows), None)
    for column, row in pivots.taken:
        assert column in allowed and (abs(row[column]) == 1 or len(row) == 1)
    later = copy(pivots.rest)
    for column, row in reversed(pivots.taken):
        assert all(column not in other for other in later)
        later.append(row)


def test_a_path_is_eliminated_without_filling():
    rows = [{i: 1, i + 1: -1} for i in range(1000)]
    pivots = ran(rows, range(1001))
    assert len(pivots.taken) == 1000 and not pivots.rest


def test_heavy_rows_are_added_to_no_other():
    """Though they are short and have a 1, others would become heavy; alone in a column they may be
    taken.
    """
    light = [{0: 1, 1: 1, 2: k, 3: k * k, 4: 1} for k in range(2, 5)]
    for largest, first in ((LIGHT, {0: 1, 1: LIGHT}), (LIGHT + 1, light[0])):
        pivots = ran([{0: 1, 1: largest}, *light], [0])
        assert [row for _, row in pivots.taken] == [first]
    alone = {0: LIGHT + 1, 1: LIGHT + 1}
    others = [{1: 1, 2: k, 3: k * k} for k in range(2, 9)]
    assert ran([alone, *others], [0]).taken == [(0, alone)]


def test_contents_are_divided_out_of_what_is_left():
    rows = [{0: 1, 1: 2, 2: 2}, {0: 1, 1: 4, 2: 6}, {0: 1, 1: 8, 2: 14}]
    pivots = ran(rows, [0])
    assert pivots.taken == [(0, {0: 1, 1: 2, 2: 2})]
    assert pivots.rest == [{1: 1, 2: 2}] * 2


def test_a_dense_matrix_is_left_alone():
    rng = np.random.default_rng(3)
    rows = [{j: int(rng.choice([-1, 1])) for j in range(60)} for _ in range(60)]
    pivots = Pivots(rows, range(60))
    pivots.run()
    assert not pivots.taken and len(pivots.rest) == 60


def test_rows_as_a_matrix():
    rows = [{7: 1, 3: -(2**70)}, {9: 5}]
    assert columns_of(rows) == [3, 7, 9]
    found = dense_of(rows, [3, 7, 8, 9], 8)
    assert found.tolist() == [[-(2**70), 1, 0, 0], [0, 0, 0, 5]] and found.dtype == object
    assert dense_of([{0: 2**62 - 1}], [0], 1).dtype == np.int64
    assert dense_of([], [], 0).shape == (0, 0)
    with pytest.raises(LimitError, match="^matrix: .* got 2 x 4"):
        dense_of(rows, [3, 7, 8, 9], 7)


def test_vectors_are_extended_through_the_pivots():
    taken = [(0, {0: -1, 1: 2, 3: 5}), (1, {1: 1, 2: 3}), (4, {4: 9})]
    assert extended([[1, 0], [-2, 1]], [2, 3], taken, 5) == [[-6, -3, 1, 0, 0], [17, 6, -2, 1, 0]]


def test_a_vector_that_would_not_end_in_its_free_column():
    """Column 2 was taken for a pivot though the one before it should have been."""
    taken = [(2, {1: 1, 2: -1})]
    assert extended([[1, 0], [0, 1]], [0, 1], taken, 3) is None
    assert extended([[1, 0]], [0, 1], taken, 3) == [[1, 0, 0]]


def lengths_seen(rows, **options):
    """The pivots, and the entries of rows that were gone through to be divided or weighed."""
    pivots = Pivots(copy(rows), range(1000), **options)
    seen, divide, best = [0], pivots._divide, pivots._best

    def counted(way):
        def told(k):
            seen[0] += len(pivots._rows[k] or ())
            return way(k)

        return told

    pivots._divide, pivots._best = counted(divide), counted(best)
    pivots.run()
    return pivots, seen[0]


@pytest.mark.parametrize("one", [1, 2])
def test_pivots_alone_in_their_rows_do_not_go_through_long_rows_each_time(one):
    """A hundred of them and ten full rows: these are gone through a few times, not a hundred."""
    full = [{j: (i * j) % 7 + 2 for j in range(100)} for i in range(10)]
    pivots, seen = lengths_seen([{j: one} for j in range(100)] + full)
    assert len(pivots.taken) == 100 and not pivots.rest
    assert seen < 5 * 1000


def test_what_is_gone_through_is_no_dearer_than_a_dense_matrix():
    """Rows of two entries, each of which would change all the long ones."""
    full = [{j: (i * j) % 7 + 2 for j in range(300)} for i in range(20)]
    pivots, seen = lengths_seen([{j: 1, j + 1: 1} for j in range(299)] + full)
    assert seen < 20 * 6000 and pivots.rest


def test_contents_are_divided_out_after_pivots_alone_in_their_rows():
    pivots = ran([{0: 5}, {0: 3, 1: 4, 2: 6}, {0: 1, 1: 9, 2: 6, 3: 300}], [0])
    assert pivots.taken == [(0, {0: 5})] and pivots.rest == [{1: 2, 2: 3}, {1: 3, 2: 2, 3: 100}]


def test_it_is_asked_while_rows_are_gone_through(monkeypatch):
    """Also where no pivot is dear: ten thousand of one entry."""
    monkeypatch.setattr(module, "PORTION", 100)
    calls = []
    Pivots([{j: 1} for j in range(1000)], range(1000)).run(lambda: calls.append(1))
    assert len(calls) > 20


def test_there_is_room_before_rows_are_made(monkeypatch):
    monkeypatch.setattr(module, "ENTRIES", 1000)
    module.check_room(200, (100, 100))
    with pytest.raises(LimitError, match="^matrix: expected at most 1000 .* got 201 in 100 rows"):
        module.check_room(201, (100, 100))
    rows, entries = list(range(600)), [1] * 600
    for call in (integer_rank, integer_nullspace):
        with pytest.raises(LimitError, match="entries that are not zero"):
            call((rows, rows, entries), shape=(600, 600))
    assert integer_rank(np.eye(600, dtype=np.int64)) == 600


def test_elimination_ends_where_there_is_no_room_for_more(monkeypatch):
    """A pivot whose row is added to thirty others, of ten entries each."""
    rows = [dict.fromkeys(range(31), 1)] + [
        {0: 1} | dict.fromkeys(range(i, i + 9), 2) for i in range(100, 400, 10)
    ]
    monkeypatch.setattr(module, "LEAST", 10**9)
    monkeypatch.setattr(module, "LIGHT", 1)
    size = sum(map(len, rows)) + module.LINE * (31 + 31 + 270)
    for more, taken in ((900, True), (899, False)):
        monkeypatch.setattr(module, "ENTRIES", size + more)
        found = ran(rows, [0], ranks=False)
        assert len(found.taken) == taken
        assert sum(map(len, found.rest)) == (30 * 39 if taken else 331)
