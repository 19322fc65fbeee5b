"""The exact nullspace of integer matrices: the lifted guess, the exact way out, and the oracle agree."""

from math import gcd, lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import ranks

from pyconslaw.laws.nullspace import _exact_nullspace, _rational, integer_nullspace

PRIME = 2**62 - 57

entries = st.one_of(st.integers(-2, 2), st.integers(-(10**6), 10**6), st.integers(-(2**60), 2**60))


@st.composite
def matrices(draw, entry=entries):
    rows, cols = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    matrix = [[draw(entry) for _ in range(cols)] for _ in range(rows)]
    for _ in range(draw(st.integers(0, 2))):  # dependent rows
        i, j = draw(st.integers(0, rows - 1)), draw(st.integers(0, rows - 1))
        matrix[i] = (
            [draw(st.sampled_from([-1, 2, 3])) * x if abs(x) < 2**58 else 0 for x in matrix[j]]
            if i != j
            else matrix[i]
        )
    return np.array(matrix, dtype=np.int64)


def expected(matrix):
    """Primitive integer vectors, positive in their own free column, by the oracle."""
    basis = []
    for vector in ranks.nullspace(matrix.tolist(), matrix.shape[1]):
        scale = lcm(*(x.denominator for x in vector.values()))
        integers = [int(vector.get(j, 0) * scale) for j in range(matrix.shape[1])]
        basis.append([x // gcd(*integers) for x in integers])
    return basis


@given(matrices())
def test_both_ways_against_the_oracle(matrix):
    truth = expected(matrix)
    assert integer_nullspace(matrix) == truth
    assert _exact_nullspace(matrix, matrix.shape[1]) == truth


@given(matrices())
def test_members_are_exact_primitive_and_canonical(matrix):
    found = integer_nullspace(matrix)
    columns = matrix.shape[1]
    assert len(found) == columns - ranks.rank(matrix.tolist(), None)
    pivots = ranks.Span(None)
    for row in matrix.tolist():
        pivots.add(dict(enumerate(row)))
    free = [j for j in range(columns) if j not in pivots.rows]
    for k, vector in enumerate(found):
        assert all(type(x) is int for x in vector) and gcd(*vector) == 1
        assert all(sum(a * b for a, b in zip(row, vector, strict=True)) == 0 for row in matrix.tolist())
        assert [vector[j] > 0 if j == free[k] else vector[j] == 0 for j in free] == [True] * len(free)


@pytest.mark.parametrize("shape", [(0, 1), (0, 3), (1, 1), (3, 1)])
def test_edge_shapes(shape):
    zero = np.zeros(shape, dtype=np.int64)
    unit = np.eye(shape[1], dtype=int).tolist()
    assert integer_nullspace(zero) == unit and _exact_nullspace(zero, shape[1]) == unit
    assert integer_nullspace(np.ones((2, 1), dtype=np.int64)) == []


def test_answers_too_large_for_one_prime():
    """A quotient of 40-bit numbers cannot be reconstructed modulo a 62-bit prime:
    the exact way takes over.
    """
    a, b = 2**40 + 1, 2**40 - 1
    assert integer_nullspace(np.array([[a, b]])) == [[-b, a]]
    rows = np.array([[a, b, 0, 0], [0, a, b, 0], [0, 0, a, b]])
    assert integer_nullspace(rows) == [[-(b**3), a * b**2, -(a**2) * b, a**3]]


def test_rank_that_drops_modulo_the_prime_used():
    """The determinant is a multiple of the largest prime below 2^62: modulo it there is a vector too many."""
    n = next(k for k in range(2**62 - 1, 0, -2) if all(pow(a, k - 1, k) == 1 for a in (2, 3, 5, 7, 11)))
    assert n == PRIME
    assert integer_nullspace(np.array([[1, 1], [0, PRIME]])) == []
    assert integer_nullspace(np.array([[1, 1, 0], [0, PRIME, 1]])) == [[1, -1, PRIME]]


@given(st.integers(-(2**30), 2**30), st.integers(1, 2**30))
def test_rational_reconstruction(n, d):
    common = gcd(n, d)
    n, d = n // common, d // common
    residue = n * pow(d, -1, PRIME) % PRIME
    assert _rational(residue, PRIME) == (n, d) or residue == 0
