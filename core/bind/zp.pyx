# cython: language_level=3, boundscheck=False, wraparound=False
"""Primes and the explicit random state."""
import numpy as np

from .checked import integer

from libc.stdint cimport uint64_t

from pcl cimport (pcl_is_prime, pcl_random, pcl_random_below, pcl_random_init, pcl_random_prime,
                  pcl_random_word)


def is_prime(n):
    """True if the integer n is a prime below 2^62 (proved, deterministic Miller-Rabin).

    >>> is_prime(2**61 - 1)
    True
    """
    n = integer(n, "n", -(1 << 10_000), 1 << 10_000)
    return 2 <= n < 1 << 62 and bool(pcl_is_prime(n))


cdef class Random:
    """xoshiro256** seeded by an integer 0 <= seed < 2^64: the same numbers on every machine and
    NumPy.

    >>> Random(1).below(10) == Random(1).below(10)
    True
    """
    cdef pcl_random state

    def __cinit__(self, seed):                  # no state that was never seeded: it would be all 0
        pcl_random_init(&self.state, integer(seed, "seed", 0, 1 << 64))

    def below(self, bound):
        """A uniform integer in 0 .. bound-1, for 1 <= bound < 2^64."""
        return pcl_random_below(&self.state, integer(bound, "bound", 1, 1 << 64))

    def array(self, size, low, high):
        """size uniform integers in low .. high-1, 0 <= low < high < 2^64, as uint64."""
        high = integer(high, "high", 1, 1 << 64)
        low = integer(low, "low", 0, high)
        out = np.empty(size, np.uint64)
        cdef uint64_t[::1] view = out.reshape(-1)
        cdef uint64_t start = low, width = high - low
        cdef Py_ssize_t i
        for i in range(view.shape[0]):
            view[i] = start + pcl_random_below(&self.state, width)
        return out

    def prime(self, bits):
        """A uniform prime among those of exactly that many bits, 2 <= bits <= 62."""
        return pcl_random_prime(&self.state, integer(bits, "bits", 2, 63))

    def spawn(self):
        """A new state seeded by the next 64 bits of this one."""
        return Random(pcl_random_word(&self.state))
