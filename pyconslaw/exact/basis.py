"""The growing basis behind a rank: which elimination, modulo how large a prime, on how many
threads.

A rank modulo any prime is a lower bound of the rank over Q. Small spaces take a 61-bit prime, where
bad luck is out of the question; large ones a prime below 2^23, where elimination runs in floating
point, exactly, many times as fast, and one case in some hundred thousand falls short by bad luck:
whoever misses something tries again.
"""

from __future__ import annotations

import os
import re

import numpy as np

from pyconslaw._core.balanced import BalancedEchelon
from pyconslaw._core.dense import Echelon
from pyconslaw.exact.steps import PORTION
from pyconslaw.records.budget import Ask

PRIME_BITS = 61
FAST_PRIME_BITS = 23
MOST_THREADS = 8
SLOW = 8  # products of others in the time of one modulo a large prime
STEP = 64  # by which a rank may grow between two questions, about

# Milliseconds of processor time for rank 0.7 n, rows in batches of 64, on one core of an AMD EPYC
# (Zen 3) with AVX2, November 2026:
#   n     61 bits   23 bits
#   64       0.15      0.03
#   128      1.0       0.23
#   256      7.9       0.8
#   512     85         3.3
# Below 256 there is nothing to gain that could be felt.
FAST_FROM = 256


def threads() -> int:
    """How many threads the large eliminations use, PYCONSLAW_THREADS of the environment at most;
    the results do not depend on it.
    """
    asked = os.environ.get("PYCONSLAW_THREADS", "")
    most = min(int(asked), MOST_THREADS) if re.fullmatch("[1-9][0-9]{0,5}", asked) else MOST_THREADS
    available = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(available, most)


def is_fast(columns: int) -> bool:
    """Whether spaces of so many columns are reduced modulo a prime below 2^23."""
    return columns >= FAST_FROM


def extended(basis: Echelon | BalancedEchelon, rows, ask: Ask) -> np.ndarray:
    """Which rows raise the rank: those of `basis.extend`, with questions in between.

    Examples
    --------
    >>> from pyconslaw._core.dense import Echelon
    >>> from pyconslaw.records.budget import nobody
    >>> extended(Echelon(2, 7), np.array([[1, 2], [2, 4], [0, 1]], dtype=np.uint64), nobody)
    array([ True, False,  True])
    """
    masks, start = [], 0
    while start < len(rows):
        ask()
        step = max(1, int(PORTION / SLOW / (basis.rank + STEP) / max(rows.shape[1], 1)))
        masks.append(basis.extend(rows[start : start + step]))
        start += step
    return np.concatenate(masks) if masks else np.zeros(0, dtype=bool)


def nullspace(rows, prime: int, ask: Ask) -> np.ndarray:
    """The right nullspace modulo a prime, as `pyconslaw._core.dense.nullspace` has it, with
    questions in between.

    Examples
    --------
    >>> from pyconslaw.records.budget import nobody
    >>> nullspace(np.array([[1, 2, 0]], dtype=np.uint64), 7, nobody).tolist()
    [[5, 1, 0], [0, 0, 1]]
    """
    basis = Echelon(rows.shape[1], prime)
    extended(basis, rows, ask)
    ask()
    return basis.nullspace()


def draw_basis(rng, columns: int) -> tuple[Echelon | BalancedEchelon, int]:
    """An empty basis in (Z/p)^columns and its random prime p.

    >>> from pyconslaw._core.zp import Random
    >>> basis, prime = draw_basis(Random(0), 1000)
    >>> basis.rank, prime.bit_length()
    (0, 23)
    """
    if is_fast(columns):
        prime = rng.prime(FAST_PRIME_BITS)
        return BalancedEchelon(columns, prime, threads()), prime
    prime = rng.prime(PRIME_BITS)
    return Echelon(columns, prime), prime
