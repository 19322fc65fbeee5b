"""Integers from their digits in the base of a p-adic lifting."""
from __future__ import annotations

import numpy as np

LIMB = 16                           # bits of the parts of integers that are multiplied by digits of 22 bits,
TERMS = 1 << (53 - 22 - LIMB)       # and so many products summed, without rounding


def combined(digits: np.ndarray, powers: list[int]) -> list[int]:
    """The integers sum_k digits[k] powers[k], column by column. digits: (k x r) integers of at most 22 bits; powers: k >= 1 integers >= 0."""
    size = max(x.bit_length() for x in powers) // LIMB + 1
    limbs = np.frombuffer(b"".join(x.to_bytes(2 * size, "little") for x in powers), dtype="<u2").reshape(len(powers), size)
    total = np.zeros((size + 4, digits.shape[1]), dtype=np.int64)
    for k in range(0, len(powers), TERMS):
        total[:size] += (limbs[k:k + TERMS].T.astype(float) @ digits[k:k + TERMS].astype(float)).astype(np.int64)
    for j in range(size + 3):
        total[j + 1] += total[j] >> LIMB
        total[j] &= (1 << LIMB) - 1
    top = LIMB * (size + 3)
    rows = np.ascontiguousarray(total[:-1].astype("<u2").T)
    return [int.from_bytes(row.tobytes(), "little") + (high << top) for row, high in zip(rows, total[-1].tolist(), strict=True)]


def multiples(scale: int, p: int, count: int) -> list[int]:
    """scale p^k modulo p^count, k < count."""
    modulus = p ** count
    found = [scale % modulus]
    while len(found) < count:
        found.append(found[-1] * p % modulus)
    return found


def joined(digits: np.ndarray, p: int) -> int:
    """The number with these integers for digits in base p."""
    total = 0
    for x in reversed(digits.tolist()):
        total = total * p + x
    return total
