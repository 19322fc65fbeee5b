"""Widths alone: how a layered network grows, neuron by neuron, from a small one with as many layers
(docs/mathematics.md, theorems 5 to 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyconslaw.reasons.generic_balance import independent_laws, rooms, spaces
from pyconslaw.records.graph import Layers

SMALL = 2  # widths of the network to begin with, where the network is not narrower
# neurons that are added one by one, at most, where some layer has width 1
STEPS = 1_000_000


def lifted_rank(layers: Layers) -> int:
    """The most that the lifted trace of a network without gaps can have."""
    room = rooms(layers)
    return (
        layers.params
        - independent_laws(layers)
        + sum(r * (r - 1) // 2 for r in room)
        + sum(a * b for a, b in zip(room, room[1:], strict=False))
    )


def without_gaps(layers: Layers) -> Layers:
    """The network with every linear layer cut to what its two neighbours can tell apart."""
    widths = list(layers.widths)
    for k, (n, room) in enumerate(zip(layers.widths[1:-1], rooms(layers), strict=True), 1):
        widths[k] = n + min(0, room)
    return replace(layers, widths=tuple(widths))


def input_grows(layers: Layers) -> bool:
    """Whether inputs can be added to a network whose lifted trace is full (theorem 7)."""
    n, q = layers.widths, len(layers.widths) - 1
    if q == 1:
        return False
    last = next((k for k in range(1, q) if layers.gated[k - 1]), q)
    if any(n[1] > n[k] for k in range(1, last + 1)):
        return False
    if layers.gated[0]:
        return spaces(layers)[0] >= 3
    return n[0] + layers.biased[0] >= n[1] and (
        rooms(layers)[0] >= 3 or (rooms(layers)[0] == 2 and n[1] >= 2)
    )


def output_grows(layers: Layers) -> bool:
    """The same of outputs."""
    n, q = layers.widths, len(layers.widths) - 1
    if q == 1:
        return False
    first = next((k for k in range(q - 1, 0, -1) if layers.gated[k - 1]), 0)
    if any(n[q - 1] > n[k] for k in range(first, q)):
        return False
    if layers.gated[-1]:
        return spaces(layers)[-1] >= 3
    return n[q] >= n[q - 1] and (
        rooms(layers)[-1] >= 3 or (rooms(layers)[-1] == 2 and n[q - 1] >= 2)
    )


def hidden_grow(small: Layers, layers: Layers) -> bool:
    """Whether hidden neurons, added one by one to the small network, give the other, which has no
    gaps: every step is one of theorem 6.

    Searched backwards: the neuron that was added last is one of the widest layer where that is
    allowed. Where no width is 1 and the small network is cut off at one width >= 2, this never
    fails (the corollary there).
    """
    widths, low = list(layers.widths), small.widths[1:-1]
    size = max(low, default=2)
    if min(widths) >= 2 <= size and all(
        a == min(b, size) for a, b in zip(low, widths[1:], strict=False)
    ):
        return True
    if sum(widths[1:-1]) - sum(low) > STEPS:
        return False
    room = rooms(layers)
    hidden = range(1, len(widths) - 1)

    def allowed(k):
        beside = [j for j in (k - 1, k + 1) if j in hidden and not layers.gated[j - 1]]
        return widths[k] > small.widths[k] and all(room[j - 1] >= 2 for j in beside)

    while widths != list(small.widths):
        k = max(filter(allowed, hidden), key=lambda j: widths[j], default=None)
        if k is None:
            return False
        widths[k] -= 1
        room[k - 1] += not layers.gated[k - 1]
        for j in (k - 1, k + 1):
            if j in hidden:
                room[j - 1] -= 1
    return True


def small_networks(layers: Layers) -> Iterator[Layers]:
    """Networks to begin with, the smallest first, from which the network without gaps grows."""
    for size in (SMALL, SMALL + 1):
        middle = tuple(min(n, size) for n in layers.widths[1:-1])
        for ends in ((size, size), (size, 0), (0, size), (0, 0)):
            first, last = (
                min(n, end) if end else n
                for n, end in zip(layers.widths[:: len(layers.widths) - 1], ends, strict=True)
            )
            small = replace(layers, widths=(first, *middle, last))
            if min(rooms(small), default=0) < 0 or grows(small, layers) is None:
                continue
            yield small
            break


def grows(small: Layers, layers: Layers) -> Layers | None:
    """The network without gaps if it grows from the small one by theorems 6 and 7, else None."""
    wanted = without_gaps(layers)
    ends = small.widths[0], small.widths[-1]
    if any(a > b for a, b in zip(small.widths, wanted.widths, strict=True)):
        return None
    if ends[0] < wanted.widths[0] and not input_grows(small):
        return None
    if ends[1] < wanted.widths[-1] and not output_grows(small):
        return None
    started = replace(small, widths=(wanted.widths[0], *small.widths[1:-1], wanted.widths[-1]))
    return wanted if hidden_grow(started, wanted) else None
