"""Which symmetric points to try for given widths, from cheap to costly. Nothing here enters an
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np

from pyconslaw.methods.symmetric.points import SymmetricPoint, balance_rank, draw_point, even_split
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Layers

MOST_TYPES = 80
PARTS_TRIED = 64  # numbers of copies up to this are looked at, and the widths themselves
POINTS_TRIED = 6

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
    dims = np.array([widths for widths, _ in parts], dtype=float)
    first, second = np.triu_indices(len(parts))
    widths = dims[first] + dims[second]
    size = (widths[:, :-1] * widths[:, 1:]).sum(axis=1)
    inside = widths[:, 1:-1]
    ends = np.maximum(1.0, widths[:, 0] + widths[:, -1])
    rounds = 2 * widths.shape[1] + 2 * inside.max(axis=1, initial=0.0) / np.sqrt(ends)
    rank = np.maximum(widths.sum(axis=1), size - (inside * (inside + 1) / 2).sum(axis=1))
    total = size * (2 * rounds**3 + 500) + size * rank**2 / 10
    return float(total.sum()), int(size.max())


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
