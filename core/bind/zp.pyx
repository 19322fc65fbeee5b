# cython: language_level=3, boundscheck=False, wraparound=False
"""Primes and the explicit random state."""
import numpy as np

from libc.stdint cimport uint64_t

from pcl cimport pcl_is_prime, pcl_random, pcl_random_below, pcl_random_init, pcl_random_prime, pcl_random_word


def is_prime(n):
    """True if the integer n is a prime below 2^62 (proved, deterministic Miller-Rabin).

    >>> is_prime(2**61 - 1)
    True
    """
    return 2 <= n < 1 << 62 and bool(pcl_is_prime(n))


cdef class Random:
    """xoshiro256** seeded by an integer 0 <= seed < 2^64: the same numbers on every machine and NumPy.

    >>> Random(1).below(10) == Random(1).below(10)
    True
    """
    cdef pcl_random state

    def __init__(self, seed):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise TypeError(f"seed: expected an int, got {type(seed).__name__}")
        if not 0 <= seed < 1 << 64:
            raise ValueError(f"seed: expected 0 <= seed < 2^64, got {seed}")
        pcl_random_init(&self.state, seed)

    def below(self, bound):
        """A uniform integer in 0 .. bound-1, for 1 <= bound < 2^64."""
        if not 1 <= bound < 1 << 64:
            raise ValueError(f"bound: expected 1 <= bound < 2^64, got {bound}")
        return pcl_random_below(&self.state, bound)

    def array(self, size, low, high):
        """size uniform integers in low .. high-1, 0 <= low < high < 2^64, as uint64."""
        if not 0 <= low < high < 1 << 64:
            raise ValueError(f"low, high: expected 0 <= low < high < 2^64, got {low}, {high}")
        out = np.empty(size, np.uint64)
        cdef uint64_t[::1] view = out.reshape(-1)
        cdef uint64_t start = low, width = high - low
        cdef Py_ssize_t i
        for i in range(view.shape[0]):
            view[i] = start + pcl_random_below(&self.state, width)
        return out

    def prime(self, bits):
        """A uniform prime among those of exactly that many bits, 2 <= bits <= 62."""
        if not 2 <= bits <= 62:
            raise ValueError(f"bits: expected 2 <= bits <= 62, got {bits}")
        return pcl_random_prime(&self.state, bits)

    def spawn(self):
        """A new state seeded by the next 64 bits of this one."""
        return Random(pcl_random_word(&self.state))
