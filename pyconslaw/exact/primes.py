"""Primes in a fixed order: the largest that fit into a word, and into half of one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count

from pyconslaw._core.zp import is_prime


@cache
def _large_prime(k: int) -> int:
    """The k-th of them, which is looked for once."""
    above = _large_prime(k - 1) if k else (1 << 62) + 1
    return next(n for n in range(above - 2, 2, -2) if is_prime(n))


def large_primes() -> Iterator[int]:
    """The primes below 2^62, decreasing."""
    return map(_large_prime, count())


def word_primes() -> Iterator[int]:
    """The primes below 2^31, decreasing."""
    return (n for n in range((1 << 31) - 1, 2, -2) if is_prime(n))


def prime_below(bound: int) -> int:
    """The largest prime below bound > 2."""
    return next(n for n in range(bound - 1, 1, -1) if is_prime(n))
