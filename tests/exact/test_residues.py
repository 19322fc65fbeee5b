"""Residues modulo several primes, back to rational vectors; unlucky primes are outvoted."""

from fractions import Fraction
from itertools import islice
from math import gcd, isqrt
from random import Random
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.exact import residues as lifting
from pyconslaw.exact.primes import word_primes
from pyconslaw.exact.residues import Residues, SparseResidues, rational

PRIMES = list(islice(word_primes(), 12))


def residues(vectors, prime):
    return np.array(
        [[x.numerator * pow(x.denominator, -1, prime) % prime for x in v] for v in vectors],
        dtype=np.uint64,
    )


fractions_ = st.builds(Fraction, st.integers(-(10**12), 10**12), st.integers(1, 10**12))


def test_the_primes():
    assert PRIMES[0] == 2**31 - 1 and PRIMES == sorted(PRIMES, reverse=True)


@given(st.lists(st.tuples(fractions_, fractions_), min_size=1, max_size=3))
def test_vectors_come_back(entries):
    vectors = [
        [a, b, *(Fraction(int(i == k)) for i in range(len(entries)))]
        for k, (a, b) in enumerate(entries)
    ]
    lift = Residues()
    for prime in PRIMES[:4]:
        lift.add(residues(vectors, prime), prime)
    found = lift.rational()
    assert lift.dimension == len(vectors) and lift.count == 4
    for vector, back in zip(vectors, found, strict=True):
        assert gcd(*back) == 1 and all(
            Fraction(x, max(back[2:])) == y for x, y in zip(back, vector, strict=True)
        )


def test_too_few_primes_say_so():
    lift = Residues()
    assert lift.rational() == []
    lift.add(np.array([[PRIMES[0] // 3 * 2 + 12345, 1]], dtype=np.uint64), PRIMES[0])
    # a small fraction by chance must at least fit the residue
    if (found := lift.rational()) is not None:
        assert (found[0][0] - (PRIMES[0] // 3 * 2 + 12345) * found[0][1]) % PRIMES[0] == 0


def test_unlucky_primes_are_left_out():
    good = [[Fraction(-7, 3), Fraction(1), Fraction(0)], [Fraction(5), Fraction(0), Fraction(1)]]
    lift = Residues()
    lift.add(np.eye(3, dtype=np.uint64), PRIMES[0])  # too large a nullspace
    lift.add(np.array([[1, 0, 0], [0, 3, 1]], dtype=np.uint64), PRIMES[1])  # a pivot too late
    lift.add(residues(good, PRIMES[2]), PRIMES[2])
    lift.add(np.array([[1, 0, 0], [0, 3, 1]], dtype=np.uint64), PRIMES[3])
    lift.add(residues(good, PRIMES[4]), PRIMES[4])
    assert lift.dimension == 2 and lift.rational() == [[-7, 3, 0], [5, 0, 1]]


@given(st.integers(-(2**29), 2**29), st.integers(1, 2**29))
def test_rational_reconstruction(n, d):
    modulus = 2**61 - 1
    common = gcd(n, d)
    n, d = n // common, d // common
    assert rational(n * pow(d, -1, modulus) % modulus, modulus, isqrt(modulus // 2)) == (n, d)


def test_no_small_fraction():
    modulus, bound = 101, 7
    for residue in range(modulus):
        found = rational(residue, modulus, bound)
        small = [
            (n, d)
            for d in range(1, bound + 1)
            for n in range(-bound, bound + 1)
            if gcd(n, d) == 1 and (n - residue * d) % modulus == 0
        ]
        assert (found in small) if small else found is None


@given(st.integers(1001, 3000), st.integers(0, 2**32), st.sampled_from([6, 8, 24]), st.booleans())
def test_long_fractions(bits, seed, spare, small):
    """By lattice reduction as by the Euclidean algorithm: what is there, or nothing."""
    draw = Random(seed)
    modulus = draw.getrandbits(bits) | 1 << bits - 1
    bound = isqrt(modulus >> spare)
    n, d = draw.randint(-bound, bound), draw.randint(1, bound)
    small = small and gcd(d, modulus) == 1
    residue = n * pow(d, -1, modulus) % modulus if small else draw.randrange(modulus)
    found = rational(residue, modulus, bound)
    with patch.object(lifting, "LONG", 10_000):
        assert found == rational(residue, modulus, bound)
    assert not small or found == (n // gcd(n, d), d // gcd(n, d))


@given(st.lists(st.lists(st.fractions(max_denominator=50), min_size=4, max_size=4), max_size=3))
def test_sparse_residues_are_those_of_the_whole_vectors(rows):
    """Vectors that end in columns 4, 5, ... of their own, modulo primes that are small."""
    size, whole, sparse = 4 + len(rows), Residues(), SparseResidues()
    for prime in (10007, 10009, 2, 3, 10037, 10039):
        if any(x.denominator % prime == 0 for row in rows for x in row):
            continue
        vectors = np.zeros((len(rows), size), dtype=np.uint64)
        for k, row in enumerate(rows):
            vectors[k, :4] = [x.numerator * pow(x.denominator, -1, prime) % prime for x in row]
            vectors[k, 4 + k] = 1
        whole.add(vectors, prime)
        entries = {(k, j): int(vectors[k, j]) for k in range(len(rows)) for j in range(4)}
        free = tuple(range(4, size))
        sparse.add(free, {place: x for place, x in entries.items() if x}, prime)
        dense, found = whole.rational(), sparse.rational()
        assert (dense is None) == (found is None) and whole.dimension == sparse.dimension
        if dense is not None:
            assert found == [{k: x for k, x in enumerate(v) if x} for v in dense]


def test_unlucky_primes_are_outvoted_in_sparse_residues_too():
    lift = SparseResidues()
    lift.add((1, 2), {}, 3)  # the rank is smaller modulo 3
    lift.add((1,), {(0, 0): 5}, 10007)  # another column ends the vector
    lift.add((2,), {(0, 0): 5004}, 10007)  # 1/2
    lift.add((1,), {(0, 0): 5}, 10009)
    assert lift.dimension == 1 and lift.rational() == [{2: 2, 0: 1}]
