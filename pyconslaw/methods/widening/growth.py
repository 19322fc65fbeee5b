"""Widths alone: how a layered network grows, neuron by neuron, from a small one with as many layers
(docs/mathematics.md, theorems 5 to 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    return _Shrinking(layers, small.widths).ends()


class _Shrinking:
    """The steps back from a network to a small one: each time the widest layer that theorem 6
    allows, the first of several, loses a neuron. It allows those beside which linear layers have a
    room of 2 at least.
    """

    def __init__(self, layers: Layers, least: Sequence[int]):
        self.widths, self.least = list(layers.widths), least
        hidden = range(1, len(self.widths) - 1)
        room = zip(hidden, rooms(layers), layers.gated, strict=True)
        self.room = {k: r for k, r, gates in room if not gates}  # of linear layers
        self.beside = {k: [j for j in (k - 1, k + 1) if j in self.room] for k in hidden}

    def ends(self) -> bool:
        """Whether the small network is reached. Steps at one width are a round; rounds that go on
        alike are counted and not made.
        """
        while (k := self._next()) is not None:
            width, taken = self.widths[k], []
            before, lowest, highest = dict(self.room), dict(self.room), dict(self.room)
            while k is not None and self.widths[k] == width:
                taken.append(k)
                self._take(k)
                for j in (k - 1, k, k + 1):
                    if j in self.room:
                        lowest[j] = min(lowest[j], self.room[j])
                        highest[j] = max(highest[j], self.room[j])
                k = self._next()
            change = {j: room - before[j] for j, room in self.room.items()}
            alike = self._until_widths_differ(taken, width - 1)
            for j, by in change.items():
                alike = min(alike, _until_allowed_differ(lowest[j], highest[j], by))
            for k in taken:
                self.widths[k] -= alike
            for j, by in change.items():
                self.room[j] += alike * by
        return self.widths == list(self.least)

    def _next(self) -> int | None:
        """The layer that loses a neuron."""
        return max(
            (
                k
                for k, beside in self.beside.items()
                if self.widths[k] > self.least[k] and all(self.room[j] >= 2 for j in beside)
            ),
            key=self.widths.__getitem__,
            default=None,
        )

    def _take(self, k: int) -> None:
        self.widths[k] -= 1
        if k in self.room:
            self.room[k] += 1
        for j in self.beside[k]:
            self.room[j] -= 1

    def _until_widths_differ(self, taken: list[int], width: int) -> int:
        """How many more rounds of these layers, now so wide, are not joined by others, and leave
        them wide enough.
        """
        others = (self.widths[k] for k in self.beside if k not in taken)
        return width - max([self.least[k] for k in taken] + [n for n in others if n <= width])


def _until_allowed_differ(lowest: int, highest: int, by: int) -> int:
    """How many more rounds, each of which changes a room by so much, allow the same: the room was
    between these in the last one.
    """
    if by == 0:
        return STEPS
    if lowest >= 2:
        return (lowest - 2) // -by if by < 0 else STEPS
    if highest < 2:
        return (1 - highest) // by if by > 0 else STEPS
    return 0


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
