"""How large bases and entries may be so that the steps of a lifting do not round."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

import numpy as np

from pyconslaw.exact.sizes import Sizes

# integers that products may reach without rounding, with a bit to spare
EXACT_BITS = 52
# products between two questions whether to go on: a fraction of a second
PORTION = 1e9
QUICK = 23  # bits of the primes of the steps in C,
FALL = 1 << 16  # which are less below 2^QUICK
QUICK_SUM = (1 << QUICK - 1) - FALL // 2 - 1  # below it are sums of rows and columns for them


def base_bits(size: int, largest: int) -> int:
    """Bits of the largest base whose steps do not round, for minors of that size and entries up to
    largest.
    """
    reach = EXACT_BITS - 2 * log2(max(size, 1) + 1) - log2(max(largest, 1))
    return int(reach)


def portions(count: int, work: float) -> Iterator[int]:
    """count steps, of so many products each, in portions between which somebody may be asked.

    Examples
    --------
    >>> list(portions(7, PORTION / 3))
    [3, 3, 1]
    """
    most = max(1, int(PORTION / max(work, 1)))
    while count > 0:
        yield min(most, count)
        count -= most


def largest_entry(matrix: np.ndarray) -> int:
    """The largest absolute value, at least 1."""
    return max(int(matrix.max(initial=1)), -int(matrix.min(initial=-1)))


def is_quick(sizes: Sizes) -> bool:
    """Whether steps modulo primes of QUICK bits do not round, for a matrix of these sizes:
    pcl/balanced.h, pcl_balanced_lift_new, pcl_balanced_solve.
    """
    return sizes.largest < QUICK_SUM and all(line.max(initial=0) < QUICK_SUM for line in sizes.sums)
