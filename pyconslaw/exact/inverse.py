"""Inverses modulo a prime in floats that do not round, where entries are too large for the steps in
C.
"""

from __future__ import annotations

import numpy as np

LEAF = 24  # size of the minors that are inverted column by column


def balanced(a: np.ndarray, b: int) -> np.ndarray:
    """The representatives of least absolute value modulo b of integers below 2^52, up to b / 2 +
    1.
    """
    return a - b * np.rint(a / b)


def inverse_modulo(a: np.ndarray, q: int) -> np.ndarray:
    """The inverse modulo q < 2^22 of a balanced matrix all leading minors of which are invertible,
    by halves.
    """
    n = len(a)
    if n <= LEAF:
        return _inverse_by_columns(a, q)
    h = n // 2
    first = inverse_modulo(a[:h, :h], q)
    right, left = balanced(first @ a[:h, h:], q), balanced(a[h:, :h] @ first, q)
    last = inverse_modulo(balanced(a[h:, h:] - a[h:, :h] @ right, q), q)
    corner = balanced(last @ left, q)
    out = np.empty_like(a)
    out[:h, :h] = balanced(first + right @ corner, q)
    out[:h, h:] = -balanced(right @ last, q)
    out[h:, :h] = -corner
    out[h:, h:] = last
    return out


def _inverse_by_columns(a: np.ndarray, q: int) -> np.ndarray:
    a = a.copy()
    for k in range(len(a)):
        inverse = pow(int(a[k, k]) % q, -1, q)
        column = a[:, k].copy()
        column[k] = 0
        a[k, k] = 1
        a[k] = balanced(a[k] * balanced(np.asarray(inverse, dtype=float), q), q)
        a[:, k] *= np.arange(len(a)) == k
        a = balanced(a - np.outer(column, a[k]), q)
    return a
