"""A common divisor of the bordered minors, and its parts, against exact integers."""

from fractions import Fraction
from itertools import product
from math import gcd, lcm, log2
from types import SimpleNamespace

import flint
import numpy as np
import pytest

from pyconslaw import integer_rank
from pyconslaw.exact import padic, steps
from pyconslaw.exact.cokernel import (
    Larger,
    Sides,
    Unfit,
    common_divisor,
    minor_bounds,
    orders,
    whitening,
)
from pyconslaw.exact.padic import lifts
from pyconslaw.exact.sizes import Sizes

CASES = 60


def factors(rng, m, n, rank, size=9):
    return rng.integers(-size, size + 1, (m, rank)) @ rng.integers(-3, 4, (rank, n))


def lift_of(matrix):
    lift = next(lifts(matrix, 20, True))
    assert lift.quick
    return lift


def parts(matrix, r):
    """Minor, lower rows, what is beside, corner."""
    exact = matrix.astype(float)
    return exact[:r, :r], exact[r:, :r], exact[:r, r:], exact[r:, r:]


def determinant(rows):
    return int(flint.fmpz_mat(np.asarray(rows).astype(np.int64).tolist()).det())


def bordered(matrix, r):
    minor, lower, beside, corner = parts(matrix, r)
    for i, j in product(range(len(lower)), range(beside.shape[1])):
        yield determinant(
            np.vstack(
                [np.hstack([minor, beside[:, j : j + 1]]), np.hstack([lower[i], corner[i, j]])]
            )
        )


def spoiled(lift, rng):
    """The same minor, with another corner: bordered minors that are not zero."""
    matrix, r = lift.ordered.copy(), len(lift.rows)
    matrix[r:, r:] += rng.integers(-1, 2, matrix[r:, r:].shape)
    return matrix, lift.inverse, lift.base


def test_the_divisor_divides():
    """It divides the minor's determinant up to the few primes left out, and the bounds hold."""
    rng, found = np.random.default_rng(5), 0
    for _ in range(CASES):
        rank = int(rng.integers(3, 12))
        m, n = rank + rng.integers(1, 5, 2)
        lift = lift_of(factors(rng, m, n, rank))
        if len(lift.rows) < rank or not len(lift.other):
            continue
        try:
            divisor, bits = common_divisor(lift.ordered, lift.inverse, lift.base)
        except Unfit:
            continue
        found += 1
        minor = abs(determinant(lift.ordered[:rank, :rank]))
        assert minor % divisor == 0 and gcd(divisor, lift.base) == 1
        bounds = minor_bounds(*parts(lift.ordered, rank))
        assert bounds.bordered == bits and log2(minor) <= bounds.minor <= log2(minor) + 0.01
    assert found > CASES / 3


def test_the_bounds_hold_where_the_minors_are_not_zero():
    rng = np.random.default_rng(6)
    for _ in range(CASES):
        rank = int(rng.integers(1, 8))
        matrix, inverse, _ = spoiled(lift_of(factors(rng, rank + 3, rank + 3, rank)), rng)
        bounds = minor_bounds(*parts(matrix, len(inverse)))
        largest = max(map(abs, bordered(matrix, len(inverse))), default=0)
        assert not largest or log2(largest) <= bounds.bordered


def test_the_rank_is_larger():
    """A corner that is changed: a vector does not follow, as a rule, and no divisor is found."""
    rng, told = np.random.default_rng(1), 0
    for _ in range(CASES):
        rank = int(rng.integers(3, 9))
        try:
            common_divisor(*spoiled(lift_of(factors(rng, rank + 3, rank + 3, rank)), rng))
        except Larger:
            told += 1
        except Unfit:
            pass
    assert told > CASES / 2


def test_minors_that_are_not_zero():
    """R = B X and D = C X + S, with an S that the two vectors do not see: the divisor, nearly h,
    divides the minors all the same.
    """
    rng, found = np.random.default_rng(12), 0
    for _ in range(CASES):
        r = int(rng.integers(3, 9))
        minor = rng.integers(-9, 10, (r, r))
        lower, x = rng.integers(-9, 10, (4, r)), rng.integers(-3, 4, (r, 4))
        drawn = np.random.default_rng(r)  # as common_divisor draws them
        above, right = (2 * drawn.integers(0, 2, 4) - 1 for _ in range(2))
        unseen = np.outer(above * [1, -1, 0, 0], right * [0, 1, 0, -1])
        assert not (unseen @ right).any() and not (above @ unseen).any() and unseen.any()
        matrix = np.block([[minor, minor @ x], [lower, lower @ x + unseen]]).astype(np.float32)
        prime = padic.prime_below(1 << 23)
        try:
            divisor, bits = common_divisor(matrix, padic.core.inverse(matrix, r, prime), prime)
        except (ValueError, Unfit):  # a leading minor is zero; no divisor
            continue
        found += divisor > 1
        minors = list(bordered(matrix, r))
        assert (
            any(minors)
            and all(y % divisor == 0 for y in minors)
            and log2(max(map(abs, minors))) <= bits
        )
    assert found > CASES / 3


def denominator(a, b):
    """Of the solution of a x = b over Q, and x."""
    exact = flint.fmpq_mat(flint.fmpz_mat(a.astype(int).tolist())).solve(
        flint.fmpq_mat(flint.fmpz_mat([[int(x)] for x in b]))
    )
    x = [Fraction(int(exact[i, 0].p), int(exact[i, 0].q)) for i in range(len(b))]
    return lcm(*(y.denominator for y in x)), x


def seen(u, x, modulus):
    value = sum(int(y) * z for y, z in zip(u, x, strict=True))
    return value.numerator * pow(value.denominator, -1, modulus) % modulus


def test_the_proposition_where_the_group_is_not_cyclic():
    """Minors that are not zero, one column of which follows: its order divides them, with primes
    that the group holds several times.
    """
    rng, seen_often = np.random.default_rng(20), 0
    for _ in range(4 * CASES):
        r = int(rng.integers(1, 5))
        minor = (
            rng.integers(-3, 4, (r, r))
            * rng.choice([1, 2, 3, 4, 6], (r, 1))
            * rng.choice([1, 1, 2, 3], (1, r))
        )
        h = abs(determinant(minor))
        beside = rng.integers(-4, 5, (r, 3))
        if not h:
            continue
        order, x = denominator(minor, beside[:, 0])
        lower = []
        # two rows combined so that what they make of x is an integer
        while len(lower) < 3:
            c, e = rng.integers(-4, 5, (2, r)).tolist()
            u, v = (sum(y * z for y, z in zip(row, x, strict=True)) for row in (c, e))
            u, v = int(u * order), int(v * order)
            common = gcd(u, v) or 1
            lower.append(
                [v // common * y - u // common * z for y, z in zip(c, e, strict=True)]
                if u % order
                else c
            )
        lower = np.array(lower)
        follows = [sum(int(y) * z for y, z in zip(row, x, strict=True)) for row in lower]
        assert all(y.denominator == 1 for y in follows)
        corner = np.column_stack([[int(y) for y in follows], rng.integers(-9, 10, (3, 2))])
        minors = list(bordered(np.block([[minor, beside], [lower, corner]]), r))
        assert all(y % order == 0 for y in minors)
        seen_often += any(minors) and order > 1 and gcd(order, h // order) > 1
    assert seen_often > CASES / 2


def test_orders_are_the_denominators():
    """Of rows and of columns, each seen through the other side with twice the digits that were
    lifted.
    """
    rng, both = np.random.default_rng(8), 0
    for _ in range(CASES):
        rank = int(rng.integers(1, 9))
        lift = lift_of(factors(rng, rank + 2, rank + 3, rank))
        r, p = len(lift.rows), lift.base
        minor = lift.ordered[:r, :r]
        rows, cols = (
            rng.integers(-20, 21, (2, r)).astype(float),
            rng.integers(-20, 21, (2, r)).astype(float),
        )
        sides = Sides(rows, cols, np.ascontiguousarray(minor), lift.inverse, p)
        (first, x), (second, y) = denominator(minor.T, rows[0]), denominator(minor, cols[0])
        bits = log2(abs(determinant(minor)))
        for _ in range(3):
            sides.reach(len(sides) + 2)
            assert sides.seen(0) % p ** (2 * len(sides)) == seen(cols[1], x, p ** (2 * len(sides)))
            assert sides.seen(1) % p ** (2 * len(sides)) == seen(rows[1], y, p ** (2 * len(sides)))
        try:
            assert orders(sides, bits + 40) == (first, second)
            both += first > 1 and second > 1
        except Unfit:  # seldom: what is seen misses a prime
            pass
        few = Sides(rows, cols, np.ascontiguousarray(minor), lift.inverse, p)
        few.reach(1)
        assert few.order(0) in (None, first) and few.order(1) in (None, second)
    assert both > CASES / 2


def test_what_does_not_follow():
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        rank = int(rng.integers(2, 9))
        lift = lift_of(factors(rng, rank + 2, rank + 2, rank))
        weights = rng.integers(-1, 2, (2, 2))
        rows, cols = np.zeros((2, lift.ordered.shape[1])), np.zeros((2, len(lift.ordered)))
        r = len(lift.rows)
        rows[0], cols[0] = (
            weights[0] @ lift.ordered[-2:].astype(float),
            lift.ordered[:, -2:].astype(float) @ weights[1],
        )
        Sides(rows, cols, lift.ordered, lift.inverse, lift.base).reach(5)
        for wrong in (rows[0], cols[0]):
            wrong[r + rng.integers(0, 2)] += rng.choice([-1, 1])
            with pytest.raises(Larger):
                Sides(rows, cols, lift.ordered, lift.inverse, lift.base).reach(5)
            wrong[r:] = 0
            if not wrong[:r].any():
                continue
            with pytest.raises(Larger):
                Sides(rows, cols, lift.ordered, lift.inverse, lift.base).reach(5)


def test_whitening():
    rng = np.random.default_rng(9)
    for n in (1, 2, 31, 33, 100):
        a = rng.normal(size=(n, n))
        t = whitening(a.T @ a)
        assert (np.tril(t, -1) == 0).all() and abs(t.T @ (a.T @ a) @ t - np.eye(n)).max() < 1e-3
    with pytest.raises(Unfit):
        whitening(-np.eye(3))


def test_ranks_of_products_go_this_way(monkeypatch):
    """The steps that are left are few, and the answer is that of the determinants' bounds alone."""
    rng, taken = np.random.default_rng(10), []
    true = padic.common_divisor
    monkeypatch.setattr(padic, "common_divisor", lambda *a: taken.append(1) or true(*a))
    for n, rank in ((40, 30), (60, 30), (80, 75), (60, 45)):
        a = factors(rng, n, n, rank)
        assert integer_rank(a) == integer_rank(a.T) == rank == flint.fmpz_mat(a.tolist()).rank()
    assert len(taken) == 8


@pytest.mark.parametrize("seed", range(3))
def test_ranks_of_matrices_of_many_kinds(seed):
    """Divisors with repeated primes, sparse matrices, scaled rows: against elimination over Z."""
    rng = np.random.default_rng(seed)
    for _ in range(40):
        rank = int(rng.integers(8, 30))
        m, n = rank + rng.integers(0, 12, 2)
        a = factors(rng, m, n, rank, int(rng.choice([1, 2, 9, 200])))
        kind = rng.integers(4)
        if kind == 0:
            a = a * rng.choice([1, 2, 6, 30], (m, 1))
        elif kind == 1:
            a = a * (rng.random((m, n)) < 0.3)
        elif kind == 2:
            a[:, -1] += rng.integers(0, 2, m)
        assert integer_rank(a) == flint.fmpz_mat(a.tolist()).rank()


def test_further_primes_are_prime_to_the_divisor(monkeypatch):
    lift = lift_of(factors(np.random.default_rng(1), 20, 20, 12))
    seen, rank = [], padic.core.rank
    monkeypatch.setattr(
        padic, "core", SimpleNamespace(rank=lambda a, q, *more: seen.append(q) or rank(a, q, *more))
    )
    first = padic.prime_below(lift.base)
    second = padic.prime_below(first)
    lift.vanish_modulo(30, 6 * first)
    assert seen == [second, padic.prime_below(second)]
    lift.vanish_modulo(0, 1)
    assert len(seen) == 2


def unseen(rng, prime):
    """(matrix, rank): products of factors and, beside these, minors that are multiples of the
    prime; no vector that is lifted sees them. Of one rank less modulo the prime. The prime is
    the product of the row (prime // 8, prime % 8) with the solution (8, 1).
    """
    inner = int(rng.integers(28, 40))
    product = rng.integers(-9, 10, (inner + 5, inner)) @ rng.integers(-5, 6, (inner, inner + 4))
    drawn = np.random.default_rng(inner + 2)  # as common_divisor draws them
    above, right = (2 * drawn.integers(0, 2, k) - 1 for k in (5, 4))
    matrix = np.insert(np.insert(product, [inner] * 2, 0, axis=0), [inner] * 2, 0, axis=1)
    matrix[inner : inner + 2, inner : inner + 2] = [[1, -8], [0, 1]]
    matrix[inner + 1, inner + 2 :] = right * [0, 1, -1, 0]
    matrix[inner + 2 :, inner : inner + 2] = np.outer(above * [0, 1, -1, 0, 0], divmod(prime, 8))
    return matrix, inner + 3


def test_minors_that_vanish_modulo_the_prime_alone(monkeypatch):
    """They are found by the next prime, for the divisor leaves it to be looked at."""
    prime, told = padic.prime_below(1 << padic.QUICK), []
    true = padic.Lift.vanish_modulo
    monkeypatch.setattr(
        padic.Lift, "vanish_modulo", lambda lift, *a: told.append(len(lift.rows)) or true(lift, *a)
    )
    for seed in range(30):
        matrix, rank = unseen(np.random.default_rng(seed), prime)
        assert flint.fmpz_mat(matrix.tolist()).rank() == rank
        assert integer_rank(matrix) == rank
    assert len(told) > 20


def of_determinant(prime, rng):
    """Two rows of about the size of the square root of the prime."""
    while True:
        x, y = rng.integers(2000, 4000, 2).tolist()
        if gcd(x, y) == 1:
            u = pow(x, -1, y) * prime % y
            return np.array([[x, y], [(x * u - prime) // y, u]]).T[:, ::-1]


def test_ranks_that_are_smaller_modulo_the_prime():
    """Blocks whose determinant is the first prime, mixed: of half the rank there."""
    rng, prime = np.random.default_rng(11), padic.prime_below(1 << padic.QUICK)
    for blocks in (4, 12, 25):
        a = np.zeros((2 * blocks, 2 * blocks), dtype=np.int64)
        for k in range(blocks):
            a[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = of_determinant(prime, rng)
        for _ in range(2 * blocks):
            i, j = rng.permutation(2 * blocks)[:2]
            a[i] += a[j]
        a = a[rng.permutation(2 * blocks)][:, rng.permutation(2 * blocks)]
        assert (
            steps.is_quick(Sizes.of(a))
            and flint.nmod_mat(flint.fmpz_mat(a.tolist()), prime).rank() <= blocks
        )
        with pytest.raises(Larger):
            next(lifts(a, 20, True)).vanish_modulo(1, 1)
        assert integer_rank(a) == 2 * blocks
        a[0] = a[1] + a[2]
        assert integer_rank(a) == flint.fmpz_mat(a.tolist()).rank()
