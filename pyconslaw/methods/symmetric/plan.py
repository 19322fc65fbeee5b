"""Which symmetric points to try for given widths, from cheap to costly. Nothing here enters an
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import gcd

from pyconslaw.methods.symmetric.points import SymmetricPoint, balance_rank, draw_point, even_split
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Layers

MOST_TYPES = 80
PARTS_TRIED = 64  # numbers of copies up to this are looked at, and the widths themselves
POINTS_TRIED = 6


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


def _cost(parts) -> tuple[float, int]:
    """Products of a search that takes the types by pairs, and the size of the largest pair."""
    total, largest = 0.0, 0
    for (a, _), (b, _) in combinations_with_replacement(parts, 2):
        widths = [x + y for x, y in zip(a, b, strict=True)]
        size = sum(n * m for n, m in zip(widths, widths[1:], strict=False))
        hidden = max(widths[1:-1], default=0)
        rounds = 2 * len(widths) + 2 * hidden / max(1, widths[0] + widths[-1]) ** 0.5
        rank = max(sum(widths), size - sum(n * (n + 1) // 2 for n in widths[1:-1]))
        total += size * (2 * rounds**3 + 500) + size * rank**2 / 10
        largest = max(largest, size)
    return total, largest


def splits(dims: Sequence[int]) -> list[Split]:
    """Even splits of the widths, the cheapest search first."""
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
    return sorted(found, key=lambda split: split.cost)


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
