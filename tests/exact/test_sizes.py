"""Sizes of matrices, in blocks of rows as at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.exact import sizes as module
from pyconslaw.exact.by_primes import balanced_residues
from pyconslaw.exact.matrices import without_content
from pyconslaw.exact.nullspace import integer_rank
from pyconslaw.exact.sizes import MOST, Sizes, blocks

shapes = st.tuples(st.integers(0, 6), st.integers(0, 6))


@st.composite
def matrices(draw):
    m, n = draw(shapes)
    bits = draw(st.sampled_from([2, 30, 61, 400]))
    numbers = st.integers(-(2**bits), 2**bits)
    rows = [draw(st.lists(numbers, min_size=n, max_size=n)) for _ in range(m)]
    return np.array(rows, dtype=np.int64 if bits < 62 else object).reshape(m, n)


@given(shapes, st.integers(1, 9))
def test_blocks_are_all_rows_in_order(shape, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        parts = [range(shape[0])[rows] for rows in blocks(shape)]
    assert [i for part in parts for i in part] == list(range(shape[0]))
    assert all(len(part) == 1 or 0 < len(part) * shape[1] <= block for part in parts if shape[1])


@given(matrices(), st.integers(1, 9))
def test_sizes_are_those_of_the_entries(a, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        found = Sizes.of(a)
    entries = [[abs(int(x)) for x in row] for row in a]
    assert found.largest == max([1, *(x for row in entries for x in row)])
    columns = [[row[j] for row in entries] for j in range(a.shape[1])]
    for lines, sums, lengths in zip((entries, columns), found.sums, found.lengths, strict=True):
        for line, total, bits in zip(lines, sums.tolist(), lengths.tolist(), strict=True):
            assert total == sum(line) if sum(line) < 2**53 else total >= min(2**52, MOST)
            square = sum(x * x for x in line)
            assert 4 ** (bits + 1e-6) >= square if square < 2**200 else bits >= 99
            assert bits <= max(square.bit_length(), 1) / 2 + 1e-6


@given(matrices(), st.integers(1, 9), st.sampled_from([3, 8388593]))
def test_blocks_change_nothing(a, block, p):
    with pytest.MonkeyPatch.context() as patch:
        whole = balanced_residues(a, p), without_content(a)
        patch.setattr(module, "BLOCK", block)
        for found, once in zip((balanced_residues(a, p), without_content(a)), whole, strict=True):
            assert found.dtype == once.dtype and found.tolist() == once.tolist()


def test_a_matrix_is_measured_once(monkeypatch):
    """For the choice of a way and on it; light lines apart are another matrix."""
    seen, true = [], Sizes.of.__func__

    def told(cls, a):
        seen.append(a.shape)
        return true(cls, a)

    monkeypatch.setattr(Sizes, "of", classmethod(told))
    rng = np.random.default_rng(3)
    for entries in (3, 10**9):
        seen.clear()
        assert integer_rank(rng.integers(-entries, entries, (30, 20))) == 20
        assert seen == [(30, 20)]
