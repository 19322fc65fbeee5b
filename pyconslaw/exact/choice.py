"""Which way proves the rank of a matrix for least: one function, from estimates."""

from __future__ import annotations

from math import prod

import numpy as np

from pyconslaw.exact.by_primes import DOUBLES_FROM
from pyconslaw.exact.padic import SMALLEST
from pyconslaw.exact.sizes import Sizes
from pyconslaw.exact.steps import QUICK, QUICK_SUM, base_bits, is_quick

LIFTING, APART, PRIMES = "lifting", "apart", "primes"

# Matrices with at most this share of entries that are not zero, and at least so many entries, are
# first eliminated sparsely: a microsecond an entry.
FILLED, SIZE = 1 / 16, 500
# Heavy rows or columns that are set apart, at most, of all
HEAVY_SHARE = 1 / 8
# The rank that estimates suppose, of the smaller side
RANK = 3 / 4
# Digits after which a lifting by the steps in C ends, or as many vectors are lifted far
QUICK_DIGITS = 10

# Seconds of a product and of an entry, and a call: of a rank modulo p < 2^23 in doubles, of FLINT's
# modulo p < 2^62, and of a step in Python. On one core of an AMD EPYC with AVX-512, December 2026.
DOUBLES = 2e-11, 7e-9, 2e-5
WORDS = 4e-10, 0.0, 1e-5
STEP = 4e-11, 3e-8, 5e-5
INVERSE = 4e-5  # and a row of the inverse that the steps take


def is_sparse(shape: tuple[int, ...], count: int) -> bool:
    """Whether a matrix with so many entries that are not zero is eliminated sparsely at first."""
    size = prod(shape)
    return size >= SIZE and count <= FILLED * size


def heavy_lines(a: np.ndarray, sizes: Sizes) -> tuple[int, np.ndarray] | None:
    """(axis, mask): the rows (axis 0) or columns, few of them, without which the quick steps do not
    round; None if there are none such.
    """
    found = []
    for axis in (0, 1):
        heavy = sizes.sums[axis] >= QUICK_SUM
        if 0 < heavy.sum() <= HEAVY_SHARE * min(a.shape):
            light = Sizes.of(np.compress(~heavy, a, axis=axis))
            if is_quick(light):
                found.append((int(heavy.sum()), axis, heavy))
    return min(found, key=lambda one: one[0])[1:] if found else None


def _seconds(costs: tuple[float, float, float], products: float, entries: float) -> float:
    return costs[0] * products + costs[1] * entries + costs[2]


def rank_seconds(a: np.ndarray, sizes: Sizes, heavy: bool) -> dict[str, float]:
    """Estimates for each way that is open to a dense matrix of more rows than columns; heavy:
    whether it has lines to be set apart.
    """
    m, n = a.shape
    rank = RANK * n
    doubles = _seconds(DOUBLES, m * n * rank, m * n)
    bits = float(sizes.minor_bits()[int(rank)])
    if a.dtype != object and n >= DOUBLES_FROM:
        found = {PRIMES: bits / QUICK * doubles}
    else:
        found = {PRIMES: bits / 62 * _seconds(WORDS, m * n * rank, m * n)}
    if heavy:
        found[APART] = (1 + QUICK_DIGITS) * doubles
    base = base_bits(n, sizes.largest)
    if a.dtype != object and base >= SMALLEST:
        step = _seconds(STEP, rank * (rank + m) * (n - rank), m * (n - rank))
        found[LIFTING] = bits / base * step + INVERSE * rank
    return found


def rank_way(a: np.ndarray, sizes: Sizes) -> tuple[str, tuple[int, np.ndarray] | None]:
    """The way of least estimate, and what `heavy_lines` has found. What the quick steps take is
    lifted by them: a step is no dearer than a rank modulo a prime, and most end early.
    """
    if a.dtype != object and is_quick(sizes):
        return LIFTING, None
    heavy = heavy_lines(a, sizes)
    seconds = rank_seconds(a, sizes, heavy is not None)
    return min(seconds, key=lambda way: seconds[way]), heavy
