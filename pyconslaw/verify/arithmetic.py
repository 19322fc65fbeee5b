"""Primes, modulo which proofs are checked."""

from functools import lru_cache

from .reading import WORD, Refused, integer


def prime(value, where: str) -> int:
    """A prime q with 2 < q < 2^62."""
    q = integer(value, where, 3, WORD - 1)
    if not is_prime(q):
        raise Refused(f"{where}: {q} is not prime")
    return q


@lru_cache(maxsize=16)  # the proofs of a certificate name few primes
def is_prime(q: int) -> bool:
    """The strong test to the bases 2..37, for q > 2.

    It decides all q < 3.18 10^23 (Sorenson and Webster, Strong pseudoprimes to twelve prime bases,
    2017).
    """
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if q in bases:
        return True
    twos = ((q - 1) & -(q - 1)).bit_length() - 1
    for base in bases:
        x = pow(base, (q - 1) >> twos, q)
        if x != 1 and all(pow(x, 1 << k, q) != q - 1 for k in range(twos)):
            return False
    return True
