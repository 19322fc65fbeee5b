"""The ansatz: all monomials in order, split into classes without loss."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from pyconslaw import InputError, LimitError
from pyconslaw.laws.polynomial.ansatz import Ansatz, _sorted, check_degrees
from pyconslaw.laws.polynomial.parity import Grading


def grading(keys, by_degree=False):
    return Grading(np.array(keys, dtype=np.uint64), by_degree)


@pytest.mark.parametrize(
    ("variables", "degrees"),
    [(1, [1]), (1, [5]), (3, [1, 2, 3]), (4, [2, 4]), (2, [7]), (5, [])],
    ids=str,
)
def test_all_monomials_in_order(variables, degrees):
    ansatz = Ansatz.of(degrees, variables, grading(range(1, variables + 1)))
    found = [tuple(v for v in row if v < variables) for row in ansatz.table.tolist()]
    assert found == [m for k in degrees for m in combinations_with_replacement(range(variables), k)]
    rows = sorted(row for group in ansatz.classes.values() for row in group.ravel().tolist())
    assert rows == list(range(len(found)))
    for k, flat in enumerate(found):
        assert ansatz.monomial(k) == tuple((v, flat.count(v)) for v in sorted(set(flat)))


def test_classes_are_those_of_the_words():
    keys = [1, 2, 3, 4]
    ansatz = Ansatz.of([2], 4, grading(keys))
    for size, group in ansatz.classes.items():
        assert group.shape[1] == size and (np.diff(group, axis=1) > 0).all()
        for rows in group:
            words = {keys[a] ^ keys[b] for a, b in ansatz.table[rows].tolist()}
            assert len(words) == 1
    squares = [
        rows for rows in ansatz.classes[4] if ansatz.table[rows[0], 0] == ansatz.table[rows[0], 1]
    ]
    assert len(squares) == 1 and ansatz.largest == 4


def test_degrees_are_kept_apart_only_where_they_may_be():
    together, apart = (Ansatz.of([1, 3], 1, grading([9], flag)).classes for flag in (False, True))
    assert {s: len(g) for s, g in together.items()} == {2: 1} and {
        s: len(g) for s, g in apart.items()
    } == {1: 2}


def test_a_class_that_is_too_large_is_named():
    with pytest.raises(
        LimitError, match="^degree: .* 9870 unknown coefficients, and a class of 9870"
    ):
        Ansatz.of([2], 140, grading([0] * 140))


@pytest.mark.parametrize(
    ("size", "degree"), [(200, 4), (2, 10**6), (2, 10**30), (5000, 2), (3, 700)]
)
def test_ansatz_too_large(size, degree):
    with pytest.raises(LimitError, match="^degree: .* unknown coefficients"):
        check_degrees([degree], size)


def test_check_degrees():
    assert check_degrees([3, 1, 3], 2) == [1, 3] and check_degrees([], 5) == []
    assert check_degrees([np.int64(2)], 2) == [2]
    with pytest.raises(InputError):
        check_degrees([1, 0], 2)
    with pytest.raises(InputError):
        check_degrees([True], 2)
    with pytest.raises(LimitError):
        check_degrees(range(1, 10**8), 2)


@pytest.mark.parametrize("count", [0, 1, 5, 3 << 20])
def test_sorting_in_steps(count):
    keys = np.random.default_rng(0).integers(0, 2**64, count, dtype=np.uint64)
    keys[::3] = keys[:1]
    assert (_sorted(keys) == np.argsort(keys, kind="stable")).all()
