"""What a question may spend, and what a method is expected to."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import inf, isfinite
from time import monotonic
from typing import Any

DEFAULT_EFFORT = 2e10  # products mod p

Ask = Callable[[], None]
Progress = Callable[[int, int], Any]


class Ended(Exception):
    """The budget is spent, or the caller asked to stop: raised by `Budget.ask`, caught by the table
    of methods, which answers with what it has. Never seen outside.
    """


def nobody() -> None:
    """The question of a loop that nobody wants to end."""


@dataclass(frozen=True)
class Cost:
    """What a method is expected to take: seconds of one core, and bytes at most at a time."""

    seconds: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(self.seconds + other.seconds, max(self.memory, other.memory))

    def __str__(self) -> str:
        return f"about {self.seconds:.2g} s and {max(self.memory / 1e6, 1):.0f} MB"


class Budget:
    """Products modulo primes, seconds and bytes that a question may spend, and its random state.

    effort: products. seconds: from now on; None for no limit. memory: bytes; None likewise.
    progress(rank, target) is told how far a search is, and ends everything by returning True.
    Loops ask `over`, or call `ask` where nothing is worth keeping; parts of the work are given a
    `share`, which ends when the whole does.
    """

    def __init__(
        self,
        rng,
        effort: float = DEFAULT_EFFORT,
        *,
        seconds: float | None = None,
        memory: float | None = None,
        progress: Progress | None = None,
    ):
        self.rng, self.effort = rng, effort
        self.deadline = inf if seconds is None else monotonic() + seconds
        self.memory = inf if memory is None else memory
        self._progress = progress
        self._stopped: list[bool] = []  # shared with all parts

    def share(
        self,
        *,
        rng=None,
        effort: float | None = None,
        progress: Progress | None = None,
        part_of_time: float = 1.0,
    ) -> Budget:
        """A budget for a part of the work, with another random state, effort or listener, or less
        of the time.
        """
        part = copy(self)
        part.rng = self.rng if rng is None else rng
        part.effort = self.effort if effort is None else effort
        part._progress = progress or self._progress
        if part_of_time < 1 and isfinite(self.deadline):
            part.deadline = monotonic() + part_of_time * self.seconds
        return part

    @property
    def over(self) -> bool:
        """Whether the time is up, or the caller has asked to stop."""
        return bool(self._stopped) or monotonic() > self.deadline

    def ask(self) -> None:
        """Raises `Ended` when the budget is over."""
        if self.over:
            raise Ended

    def tell(self, rank: int, target: int) -> bool:
        """Tells the listener how far a search is; whether it has to end."""
        if self._progress is not None and self._progress(rank, target) is True:
            self._stopped.append(True)
        return self.over

    @property
    def seconds(self) -> float:
        """What is left of the time."""
        return self.deadline - monotonic()

    def holds(self, cost: Cost) -> bool:
        """Whether work of this cost fits into what is left."""
        return cost.memory <= self.memory and cost.seconds <= self.seconds
