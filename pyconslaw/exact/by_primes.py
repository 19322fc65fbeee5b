"""Ranks over Q from ranks modulo primes alone: entries of any size, in rows of any length."""

from __future__ import annotations

from collections.abc import Iterator

import flint
import numpy as np

from pyconslaw._core import balanced
from pyconslaw.exact.basis import threads
from pyconslaw.exact.primes import large_primes, prime_below
from pyconslaw.exact.steps import QUICK
from pyconslaw.records.budget import Ask, nobody

# Rows or columns from which elimination modulo primes below 2^23 in doubles is quicker, a bit,
# than FLINT's modulo primes below 2^62. Microseconds a bit for rank 0.8 n, on one core of an AMD
# EPYC with AVX-512, December 2026: n = 30, 60, 120, 250, 1000: 1.0, 2.1, 6.6, 30, 830; with
# FLINT 0.4, 1.9, 11, 79, 3600.
DOUBLES_FROM = 64


def minor_bits(a: np.ndarray) -> np.ndarray:
    """log2 of bounds for all minors of size 0, 1, ..., min(a.shape): the product of the lengths of
    the longest rows, or columns, so many of them (Hadamard).
    """
    sizes = []
    for lines in (a, a.T):
        if a.dtype == object:
            squares = [int((line * line).sum()) if line.size else 0 for line in lines]
            lengths = np.array([x.bit_length() / 2 for x in squares], dtype=float)
        else:
            lengths = np.log2(np.maximum((lines.astype(float) ** 2).sum(axis=1), 1)) / 2
        longest = np.sort(lengths)[::-1][: min(a.shape)]
        sizes.append(np.append(0, np.cumsum(longest)))
    return np.minimum(*sizes) * (1 + 1e-9) + 1


def balanced_residues(a: np.ndarray, p: int) -> np.ndarray:
    """a modulo p < 2^23 as float32, of least absolute value."""
    return ((a + p // 2) % p - p // 2).astype(np.float32)


def _ranks(a: np.ndarray) -> Iterator[tuple[int, int]]:
    """(prime, rank modulo it) for decreasing primes."""
    if a.dtype != object and min(a.shape) >= DOUBLES_FROM:
        p = 1 << QUICK
        while True:
            p = prime_below(p)
            yield p, balanced.rank(balanced_residues(a, p), p, threads())[0]
    exact = flint.fmpz_mat(a.tolist()) if a.size else flint.fmpz_mat(*a.shape)
    for p in large_primes():
        yield p, flint.nmod_mat(exact, p).rank()


def rank_by_primes(a: np.ndarray, ask: Ask = nobody) -> int:
    """The largest rank modulo primes whose product passes the bound for the minors of the next
    size: these vanish modulo each of them.
    """
    most, product, rank = min(a.shape), 1, 0
    bits = minor_bits(a)
    ask()
    for prime, found in _ranks(a):
        rank = max(rank, found)
        product *= prime
        if rank == most or product.bit_length() > bits[rank + 1] + 1:
            return rank
        ask()
    raise AssertionError("unreachable: there are enough primes")
