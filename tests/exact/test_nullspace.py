"""The exact nullspace of integer matrices: the lifted guess, the exact way out, and the oracle
agree.
"""

from math import gcd, lcm

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import is_prime
from reference import ranks

from pyconslaw import InputError
from pyconslaw.exact import nullspace as module
from pyconslaw.exact import padic
from pyconslaw.exact.by_primes import rank_by_primes
from pyconslaw.exact.nullspace import (
    _exact_nullspace,
    integer_nullspace,
    integer_rank,
)
from pyconslaw.exact.padic import Larger, Lift, lifts
from pyconslaw.exact.sizes import Sizes
from pyconslaw.exact.steps import is_quick, largest_entry

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
    assert integer_rank(matrix) == rank_by_primes(matrix) == matrix.shape[1] - len(truth)
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
        assert all(
            sum(a * b for a, b in zip(row, vector, strict=True)) == 0 for row in matrix.tolist()
        )
        assert [vector[j] > 0 if j == free[k] else vector[j] == 0 for j in free] == [True] * len(
            free
        )


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
    """The determinant is a multiple of the largest prime below 2^62: modulo it there is a vector
    too many.
    """
    n = next(
        k for k in range(2**62 - 1, 0, -2) if all(pow(a, k - 1, k) == 1 for a in (2, 3, 5, 7, 11))
    )
    assert n == PRIME
    assert integer_nullspace(np.array([[1, 1], [0, PRIME]])) == []
    assert integer_nullspace(np.array([[1, 1, 0], [0, PRIME, 1]])) == [[1, -1, PRIME]]


def planted(rng, rows, columns, rank, size=3):
    """A matrix of at most that rank: the product of two random factors."""
    left, right = (
        rng.integers(-size, size + 1, (rows, rank)),
        rng.integers(-size, size + 1, (rank, columns)),
    )
    return left @ right


def products_vanish(matrix, vectors):
    product = flint.fmpz_mat(matrix.tolist()) * flint.fmpz_mat(vectors).transpose()
    return product == flint.fmpz_mat(len(matrix), len(vectors))


@pytest.mark.parametrize("shape", [(7, 7), (7, 12), (12, 7)], ids=str)
def test_prescribed_ranks(shape):
    rng = np.random.default_rng(8)
    for rank in range(8):
        matrix = planted(rng, *shape, rank)
        assert (
            integer_rank(matrix)
            == integer_rank(matrix.tolist())
            == flint.fmpz_mat(matrix.tolist()).rank()
        )
        vectors = integer_nullspace(matrix)
        assert len(vectors) == shape[1] - integer_rank(matrix) and (
            not vectors or products_vanish(matrix, vectors)
        )
        assert vectors == _exact_nullspace(matrix, shape[1])


@pytest.mark.parametrize("rank", [0, 1, 40, 58, 59, 60])
def test_ranks_of_60_by_60(rank):
    matrix = planted(np.random.default_rng(rank), 60, 60, rank)
    vectors = integer_nullspace(matrix)
    assert integer_rank(matrix) == flint.fmpz_mat(matrix.tolist()).rank() == 60 - len(vectors)
    assert not vectors or products_vanish(matrix, vectors)


@pytest.mark.parametrize("bits", [20, 31, 45, 61, 62, 63, 64, 200])
def test_large_entries(bits):
    """From steps in floating point to entries that no word holds; INT64_MIN among them."""
    rng = np.random.default_rng(bits)
    matrix = planted(rng, 6, 6, 4).astype(object) * 2**bits // 7
    matrix[5] = matrix[0] + 3 * matrix[1]
    matrix[0, 0] = -(2**bits)
    matrix[5, 0] = matrix[0, 0] + 3 * matrix[1, 0]
    truth = flint.fmpz_mat(matrix.tolist())
    assert integer_rank(matrix) == truth.rank()
    assert integer_nullspace(matrix) == _exact_nullspace(matrix, 6)


def unlucky(matrix, q):
    """A lift modulo a prime q that sees rank one only."""
    lift = Lift(np.array(matrix), [0], [0], q)
    lift.invert(q)
    return lift


def test_a_rank_that_a_prime_misses(monkeypatch):
    """Rank 2 over Q, 1 modulo q: the second digit says so, and the next prime is right."""
    q = 1009
    lift = unlucky([[1, 1], [1, 1 + q]], q)
    lift.step()
    with pytest.raises(Larger):
        lift.step()
    true_lifts, used = module._lifts, []

    def with_bad_luck(a, sizes, ask):
        used.append(1)
        yield unlucky(a, q)
        yield from true_lifts(a, sizes, ask)

    monkeypatch.setattr(module, "_lifts", with_bad_luck)
    assert integer_rank([[1, 1], [1, 1 + q]]) == 2 and integer_nullspace([[1, 1], [1, 1 + q]]) == []
    wide = [[1, 1, 0], [1, 1 + q, 1]]
    assert integer_rank(wide) == 2 and integer_nullspace(wide) == [[1, -1, q]]
    assert len(used) == 4


def test_a_rank_that_the_first_prime_of_the_quick_steps_misses():
    """The determinant is the largest prime below 2^23, entries are small: the second digit of
    the steps in C says so.
    """
    q = 8388593
    square = np.array([[2896, 3], [373, 2897]])
    wide = np.hstack([square, [[1], [2]]])
    assert is_quick(Sizes.of(wide)) and next(lifts(square, 23, True)).base == q
    first = next(lifts(square, 23, True))
    assert len(first.rows) == 1
    with pytest.raises(Larger):
        first.follow(2)
    assert integer_rank(square) == integer_rank(wide) == 2 and integer_nullspace(square) == []
    assert integer_nullspace(wide) == _exact_nullspace(wide, 3)


def test_the_largest_entry():
    assert [
        largest_entry(np.array(a, dtype=np.int64))
        for a in ([[3, -5]], [[5, 3]], [[0]], np.zeros((0, 2)))
    ] == [5, 5, 1, 1]


def test_the_steps_are_quick_up_to_a_bound():
    """For rows and for columns; there they are still exact modulo the last prime that they may
    be taken by, and its neighbour.
    """
    most = 2**22 - 2**15 - 2
    for a, quick in (
        ([[most - 2, 1, 1], [1, 1, 0]], True),
        ([[most - 1, 1, 1], [1, 1, 0]], False),
        ([[1 - most, 1, 0], [1, 1, 1]], True),
        ([[1 - most, 1, 0], [2, 1, 1]], False),
        ([[2**40, 1]], False),
    ):
        matrix = np.array(a)
        assert is_quick(Sizes.of(matrix)) == is_quick(Sizes.of(matrix.T)) == quick
    matrix, last = np.array([[most - 2, 1, 1], [1, 1, 0]]), 2**23 - 2**16
    q = [n for n in range(last, last + 200) if is_prime(n)][1]
    lift = Lift(matrix, [0, 1], [0, 1], q, True)
    lift.invert(q)
    for _ in range(3):
        lift.step()
    x = sum(digit.astype(np.int64).astype(object) * q**k for k, digit in enumerate(lift.digits))
    assert ((matrix[:, :2].astype(object) @ x - matrix[:, 2:]) % q**3 == 0).all()


@pytest.mark.parametrize("rank", [1, 5, 9])
def test_quick_digits_are_those_of_the_solution(rank):
    matrix = planted(np.random.default_rng(rank), 12, 10, rank, 40)
    lift = next(lifts(matrix, 23, True))
    assert lift.quick and len(lift.rows) == rank
    for _ in range(5):
        lift.step()
    x = sum(
        digit.astype(np.int64).astype(object) * lift.base**k for k, digit in enumerate(lift.digits)
    )
    assert (
        (matrix[:, lift.cols].astype(object) @ x - matrix[:, lift.other]) % lift.modulus == 0
    ).all()


def test_columns_that_a_prime_takes_for_dependent(monkeypatch):
    """Modulo q the pivots are columns 0 and 2, over Q they are 0 and 1: the basis is that of Q."""
    q, true_lifts = 1009, module._lifts
    matrix = np.array([[1, 1, 0, 0], [0, q, 1, 2]])

    def with_bad_luck(a, sizes, ask):
        lift = Lift(a, [0, 1], [0, 2], q)
        lift.invert(q)
        yield lift
        yield from true_lifts(a, sizes, ask)

    monkeypatch.setattr(module, "_lifts", with_bad_luck)
    assert (
        integer_nullspace(matrix) == _exact_nullspace(matrix, 4) == [[1, -1, q, 0], [2, -2, 0, q]]
    )


def test_digits_are_those_of_the_solution():
    rng = np.random.default_rng(2)
    matrix = planted(rng, 9, 8, 5)
    for bits in (10, 30):
        lift: Lift = next(iter(lifts(matrix, bits)))
        assert len(lift.rows) == 5
        for _ in range(6):
            lift.step()
        x = sum(
            digit.astype(np.int64).astype(object) * lift.base**k
            for k, digit in enumerate(lift.digits)
        )
        assert (
            (matrix[:, lift.cols].astype(object) @ x - matrix[:, lift.other]) % lift.modulus == 0
        ).all()


def test_the_bound_for_minors_holds():
    """All minors of size r + 1 around a pivot minor, of matrices of full rank, where they do not
    vanish.
    """
    rng = np.random.default_rng(4)
    for _ in range(30):
        matrix = rng.integers(-5, 6, (5, 5))
        lift = Lift(matrix, [1, 3], [0, 2], 101)
        minors = [
            abs(int(flint.fmpz_mat(matrix[np.ix_([1, 3, i], [0, 2, j])].tolist()).det()))
            for i in (0, 2, 4)
            for j in (1, 3, 4)
        ]
        assert 0 < max(minors) <= 2 ** lift.minors_bits() < 50 * 5**3


@pytest.mark.parametrize("entry", [1, -7, 2**20, 2**30, 2**61, 2**70])
def test_nothing_but_zeros_beside_the_minor(entry):
    """Then there is nothing to lift; steps in C, in Python, and entries too large for either."""
    for shape in ((1, 1), (2, 2), (2, 5), (5, 3)):
        matrix = np.zeros(shape, dtype=object)
        matrix[-1, 0] = entry
        assert (
            integer_rank(matrix) == 1
            and integer_nullspace(matrix) == np.eye(shape[1], dtype=int)[1:].tolist()
        )
        matrix[-1, 0] = 0
        assert integer_rank(matrix) == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)], ids=str)
def test_ranks_of_empty_matrices(shape):
    assert integer_rank(np.zeros(shape, dtype=np.int64)) == 0


@pytest.mark.parametrize(
    "bad", [[[1.5]], [[True]], [["1"]], [1, 2], [[1], [1, 2]], 3, None, [[None]]], ids=repr
)
def test_bad_matrices(bad):
    for call in (integer_rank, integer_nullspace):
        with pytest.raises(InputError, match="^matrix"):
            call(bad)


def test_the_slow_ways_agree(monkeypatch):
    monkeypatch.setattr(module, "ATTEMPTS", 0)
    matrix = planted(np.random.default_rng(1), 8, 9, 5)
    assert integer_rank(matrix) == 5 and products_vanish(matrix, integer_nullspace(matrix))


@pytest.mark.parametrize("denominator", [1, 2, 6, 7, 19])
def test_small_solutions_end_the_lifting_early(denominator, monkeypatch):
    """Columns that are small combinations of the others: a few digits prove the rank, whatever
    the denominator.
    """
    rng = np.random.default_rng(denominator)
    basis = rng.integers(-9, 10, (40, 20))
    matrix = np.hstack(
        [denominator * basis[:, :10], basis[:, 10:], basis @ rng.integers(-2, 3, (20, 10))]
    )
    steps, step = [], Lift.step
    monkeypatch.setattr(Lift, "step", lambda lift: (steps.append(1), step(lift)))
    assert integer_rank(matrix) == flint.fmpz_mat(matrix.tolist()).rank() == 20
    assert len(steps) <= 12


@pytest.mark.parametrize("guess", [None, 1, 3, 2**64])
def test_long_vectors(monkeypatch, guess):
    """Of products of factors, whatever is taken for their common denominator; by elimination
    over Z.
    """
    if guess is not None:
        monkeypatch.setattr(Lift, "denominator", lambda lift: guess)
    rng = np.random.default_rng(4)
    for m, n, rank in ((30, 26, 20), (24, 30, 22), (16, 40, 12)):
        a = rng.integers(-9, 10, (m, rank)) @ rng.integers(-3, 4, (rank, n))
        a[:, 1] = a[:, 0]
        assert integer_nullspace(a) == _exact_nullspace(a, n)


def test_the_common_denominator_is_one(monkeypatch):
    """Then the solution is put together over it, piece by piece, as it is entry by entry from
    more digits.
    """
    rng = np.random.default_rng(5)
    lift = next(lifts(rng.integers(-9, 10, (60, 40)) @ rng.integers(-3, 4, (40, 60)), 20, True))
    scale = lift.denominator()
    while len(lift.digits) < lift.digits_over(scale):
        lift.step()
    monkeypatch.setattr(padic, "PIECE", 100)
    found = lift.solution_over(scale)
    while (slow := lift.solution()) is None:
        lift.step()
    assert found == slow and max(d for d, _ in found) > 2**50
    assert lift.solution_over(scale + 1) is None
