"""Ranks over Q from ranks modulo primes alone: entries of any size, in rows of any length."""

from __future__ import annotations

from collections.abc import Iterator

import flint
import numpy as np

from pyconslaw._core import balanced
from pyconslaw.exact.basis import threads
from pyconslaw.exact.primes import large_primes, prime_below
from pyconslaw.exact.sizes import Sizes, blocks
from pyconslaw.exact.steps import QUICK
from pyconslaw.records.budget import Ask, nobody

# Rows or columns from which elimination modulo primes below 2^23 in doubles is quicker, a bit,
# than FLINT's modulo primes below 2^62. Microseconds a bit for rank 0.8 n, on one core of an AMD
# EPYC with AVX-512, December 2026: n = 30, 60, 120, 250, 1000: 1.0, 2.1, 6.6, 30, 830; with
# FLINT 0.4, 1.9, 11, 79, 3600.
DOUBLES_FROM = 64


def balanced_residues(a: np.ndarray, p: int) -> np.ndarray:
    """a modulo p < 2^23 as float32, of least absolute value."""
    found = np.empty(a.shape, dtype=np.float32)
    for rows in blocks(a.shape):
        found[rows] = (a[rows] + p // 2) % p - p // 2
    return found


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


def rank_by_primes(a: np.ndarray, ask: Ask = nobody, sizes: Sizes | None = None) -> int:
    """The largest rank modulo primes whose product passes the bound for the minors of the next
    size: these vanish modulo each of them. sizes: of a, where they are known.
    """
    most, product, rank = min(a.shape), 1, 0
    bits = (sizes or Sizes.of(a)).minor_bits()
    ask()
    for prime, found in _ranks(a):
        rank = max(rank, found)
        product *= prime
        if rank == most or product.bit_length() > bits[rank + 1] + 1:
            return rank
        ask()
    raise AssertionError("unreachable: there are enough primes")
