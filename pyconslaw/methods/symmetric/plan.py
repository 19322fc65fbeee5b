"""Which symmetric points to try for given widths, from cheap to costly. Nothing here enters an
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pyconslaw.methods.symmetric.points import SymmetricPoint, balance_rank, draw_point, even_split
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Layers

MOST_TYPES = 80
PARTS_TRIED = 64  # numbers of copies up to this are looked at, and the widths themselves
POINTS_TRIED = 6
JOINT_LIMIT = 1_500  # parameters of a run with all types at once
# Of estimates: two chains each of 6, 12, 24 and 48 steps, products for each weight; seconds of the
# bookkeeping of words, which are about as many as neurons.
IN_VAIN, WORD = 2.7e5, 3e-4

Parts = Sequence[tuple[Sequence[int], int]]  # widths, and how many copies have them


@dataclass(frozen=True)
class Split:
    """Widths divided among copies; cost: estimated products mod p of the search there; size:
    parameters of its largest run.
    """

    parts: tuple[tuple[tuple[int, ...], int], ...]
    cost: float
    size: int


def expected_independent(dims: Sequence[int], gated: Sequence[bool]) -> int:
    """How many balance laws have independent gradients where the weights are generic: all, but for
    the part of a linear layer that is wider than its two neighbours together. A point that
    reaches fewer is not tried first.
    """
    total = 0
    for below, n, above, gates in zip(dims, dims[1:], dims[2:], gated, strict=False):
        gap = max(0, n - below - above)
        total += n if gates else (n * (n + 1) - gap * (gap + 1)) // 2
    return total


def _cost(parts: Parts) -> tuple[float, int]:
    """Products of a search that takes the types by pairs, and the size of the largest pair."""
    widths = _pairs(parts)
    size = _sizes(widths)
    return float(_products(widths, size).sum()), int(size.max())


def _pairs(parts: Parts) -> NDArray[np.float64]:
    """The widths of all pairs of types, each with itself too."""
    dims = np.array([widths for widths, _ in parts], dtype=float)
    first, second = np.triu_indices(len(parts))
    return dims[first] + dims[second]


def _sizes(widths: NDArray[np.float64]) -> NDArray[np.float64]:
    return (widths[:, :-1] * widths[:, 1:]).sum(axis=1)


def _products(widths: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the search in each run of these widths."""
    inside = widths[:, 1:-1]
    ends = np.maximum(1.0, widths[:, 0] + widths[:, -1])
    rounds = 2 * widths.shape[1] + 2 * inside.max(axis=1, initial=0.0) / np.sqrt(ends)
    rank = np.maximum(widths.sum(axis=1), size - (inside * (inside + 1) / 2).sum(axis=1))
    return size * (2 * rounds**3 + 500) + size * rank**2 / 10


def expected_seconds(parts: Parts, in_vain: bool) -> float:
    """Of the search at a point, in one run where that is small, else by pairs. in_vain: something
    is missing at the end of a run that no bracket brings, and its chains grow until they are given
    up.
    """
    joint = np.array([[n * min(copies, 2) for n in widths] for widths, copies in parts])
    widths = joint.sum(axis=0, dtype=float)[None, :]
    if _sizes(widths).sum() > JOINT_LIMIT:
        widths = _pairs(parts)
    size = _sizes(widths)
    products = 2 * _products(widths, size) + IN_VAIN * size * in_vain
    return float((1e-9 * products + WORD * widths.sum(axis=1)).sum())


def splits(dims: Sequence[int]) -> tuple[Split, ...]:
    """Even splits of the widths, the cheapest search first."""
    return _splits(tuple(dims))


@lru_cache(maxsize=16)
def _splits(dims: tuple[int, ...]) -> tuple[Split, ...]:
    numbers = {
        *range(2, min(PARTS_TRIED, max(dims)) + 1),
        *dims,
        gcd(*dims),
        min(dims[0], dims[-1]),
        max(1, min(dims) // 2),
    } - {1}
    found = []
    for copies in sorted(numbers, reverse=True):
        parts = even_split(dims, copies)
        if len(parts) <= MOST_TYPES:
            found.append(Split(tuple(parts), *_cost(parts)))
    return tuple(sorted(found, key=lambda split: split.cost))


def points(
    layers: Layers, rng, limit: float, law_prime: int, *, ask: Ask = nobody
) -> Iterator[tuple[Split, SymmetricPoint]]:
    """Points worth a search within limit products, the cheapest first: those where the balance laws
    are as independent as is expected. ask: called now and then; what it raises ends the choice.
    """
    wanted, tried, spare = expected_independent(layers.widths, layers.gated), 0, None
    for split in splits(layers.widths):
        if split.cost > limit or tried == POINTS_TRIED:
            break
        point = draw_point(split.parts, layers.gated, layers.biased, rng)
        if balance_rank(point, law_prime, ask=ask).independent < wanted:
            spare = spare or (split, point)
            continue
        tried += 1
        yield split, point
    if not tried and spare:
        yield spare
