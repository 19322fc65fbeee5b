"""Integers from their digits in the base of a p-adic lifting, and from combinations of these."""

from __future__ import annotations

import numpy as np

# bits of the parts of integers that are multiplied by digits of 22 bits,
LIMB = 24
TERMS = 1 << (53 - 22 - LIMB)  # and so many products summed, without rounding
TOP = 4  # limbs that a quotient is read from


def limbs_of(numbers: list[int], size: int) -> np.ndarray:
    """Those of integers from 0 to 2^(LIMB size) - 1, the least first: (numbers x size) floats."""
    parts = np.frombuffer(
        b"".join(x.to_bytes(LIMB // 8 * size, "little") for x in numbers), dtype=np.uint8
    ).reshape(len(numbers), size, LIMB // 8)
    return parts.astype(float) @ 256.0 ** np.arange(LIMB // 8)


def scaled(digits: np.ndarray, scale: int, p: int) -> list[int]:
    """Integers congruent modulo p^k to scale times the numbers with these digits, of absolute value
    at most (1/2 + k 2^-27) p^k.

    digits: (k x r), k < 2^15, integers of at most 22 bits, the least first; p < 2^23. The sums have
    at most 61 bits; the quotient, below k 2^22, is off by four roundings of floats.
    """
    count = len(digits)
    modulus = p**count
    size = -(-modulus.bit_length() // LIMB)
    limbs = limbs_of(multiples(scale, p, count), size)
    total = np.zeros((size + TOP, digits.shape[1]), dtype=np.int64)
    for k in range(0, count, TERMS):
        total[:size] += (limbs[k : k + TERMS].T @ digits[k : k + TERMS].astype(float)).astype(
            np.int64
        )
    whole = limbs_of([modulus], size)[0]
    weights = 2.0 ** (LIMB * np.arange(-TOP, 0))[-min(size, TOP) :]
    quotient = np.rint(
        weights @ total[max(0, size - TOP) : size] / (weights @ whole[-TOP:])
    ).astype(np.int64)
    total[:size] -= whole.astype(np.int64)[:, None] * quotient
    for j in range(len(total) - 1):
        total[j + 1] += total[j] >> LIMB
        total[j] &= (1 << LIMB) - 1
    width, top = LIMB // 8 * (len(total) - 1), LIMB * (len(total) - 1)
    text = (
        np.ascontiguousarray(total[:-1].astype("<u4").T)
        .view(np.uint8)
        .reshape(-1, 4)[:, : LIMB // 8]
        .tobytes()
    )
    starts = range(0, len(text), width)
    return [
        int.from_bytes(text[at : at + width], "little") + (high << top)
        for at, high in zip(starts, total[-1].tolist(), strict=True)
    ]


def multiples(scale: int, p: int, count: int) -> list[int]:
    """scale p^k modulo p^count, k < count."""
    modulus = p**count
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
