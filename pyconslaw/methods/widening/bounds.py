"""Both bounds of a layered network that grows from a small one: brackets of lifted vector fields
there, and theorems.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random
from pyconslaw.brackets.rounds import Mask, Word, brackets_of, draw_letters, look, reordered, rounds
from pyconslaw.methods.widening.growth import lifted_rank, small_networks
from pyconslaw.methods.widening.lifted import PRIME_BITS, LiftedFields, Probe, draw_probes
from pyconslaw.reasons.generic_balance import generic_balance
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Layers

ENTRY_BOUND = 1_000  # short numbers keep certificates short
ROUNDS = 8  # rounds of brackets
PATIENCE = 64  # misses in a row after which a round is left
EXTRA_LETTERS = 4
# products of a batch of words: a fraction of a second, for Ctrl-C is heard between batches
BATCH_WORK = 3e7
LIFTED_LIMIT = 4_000  # of the lifted rank of the small network


@dataclass(frozen=True)
class Work:
    """What a search has done: words that were looked at, products of their values and of the
    elimination.
    """

    words: int = 0
    evaluated: float = 0.0
    eliminated: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.words + other.words,
            self.evaluated + other.evaluated,
            self.eliminated + other.eliminated,
        )

    @property
    def seconds(self) -> float:
        """Small matrices, a few at a time; measured for 100 networks, see `pyconslaw.thresholds`
        for where.
        """
        return 5e-5 * self.words + 4e-9 * self.evaluated + 1e-9 * self.eliminated


class _Search:
    """The search for words whose lifted values have full rank at a random point of the small
    network.
    """

    def __init__(self, small: Layers, rng, effort: float, tell: Callable[[int, int], bool]):
        self.small, self.rng, self.effort, self.tell = small, rng, effort, tell
        self.prime = rng.prime(PRIME_BITS)
        self.point = rng.array(small.params, 1, ENTRY_BOUND)
        self.fields = LiftedFields(small, self.point, self.prime)
        self.basis = Echelon(self.fields.size, self.prime)
        self.target = lifted_rank(small)
        self.probes = draw_probes(small, 0, rng, ENTRY_BOUND)
        self.together = max(8, small.widths[0] * small.widths[-1])  # letters
        self.work = Work()
        self.words: list[tuple[int, ...]] = []

    @property
    def done(self) -> bool:
        return self.basis.rank >= self.target

    def _grew(self, probes: Probe, words: list[Word]) -> list[bool]:
        """Which of these words, of one length, raise the rank."""
        grew = self.basis.extend(self.fields.values(probes, words)).tolist()
        evaluated = len(words) * self.fields.cost(len(words[0]))
        eliminated = float(len(words) * self.basis.rank * self.fields.size)
        self.work += Work(len(words), evaluated, eliminated)
        self.effort -= evaluated + eliminated
        if self.tell(self.basis.rank, self.target):
            self.effort = -1.0
        return grew

    def _take(self, words: list[Word]) -> list[bool] | None:
        """The same, keeping those that do; None where the effort is spent."""
        if self.effort < 0:
            return None
        grew = self._grew(self.probes, words)
        self.words += [word for word, raised in zip(words, grew, strict=True) if raised]
        return grew

    def _letters(self) -> list[int]:
        """A frame of the lifted generators at the point, and some more."""
        spare: list[int] = []
        grew: list[bool] = []

        def take(fresh: Probe) -> Mask:
            nonlocal grew
            grew = self._grew(fresh, [(k,) for k in range(len(fresh))])
            return grew

        def keep(fresh: Probe, rows: list[int]) -> None:
            start = len(self.probes)
            self.probes = self.probes.joined(fresh[rows])
            for number, row in enumerate(rows, start):
                if grew[row]:
                    self.words.append((number,))
                else:
                    spare.append(number)

        draw_letters(
            lambda _, count: draw_probes(self.small, count, self.rng, ENTRY_BOUND),
            take,
            keep,
            done=lambda: self.done or self.effort < 0,
            room=lambda _: self.together,
            misses=EXTRA_LETTERS,
            spare=EXTRA_LETTERS,
        )
        return [letter for (letter,) in self.words] + spare

    def search(self) -> bool:
        """Whether the full rank was reached."""
        frame = self._letters()
        new = list(self.words)

        def one(words: list[Word]) -> list[Word]:
            pairs = reordered(self.rng, brackets_of(frame, words))
            length = len(words[0]) + 1
            batch = max(1, min(PATIENCE, int(BATCH_WORK / self.fields.cost(length))))
            found = look(
                pairs,
                self._take,
                done=lambda: self.done,
                patience=PATIENCE,
                room=lambda _: batch,
            )
            return found.found

        rounds(new, one, most=ROUNDS, over=lambda: self.done or self.effort < 0)
        return self.done

    def json(self) -> dict:
        used = sorted({letter for word in self.words for letter in word})
        number = {letter: k for k, letter in enumerate(used)}
        return {
            "kind": "widening",
            "prime": self.prime,
            "widths": list(self.small.widths),
            "point": self.point.tolist(),
            "probes": self.probes[np.array(used)].json(self.small),
            "words": [[number[letter] for letter in word] for word in self.words],
        }


def widening_cost(layers: Layers) -> float | None:
    """Products that the search at the smallest network may take, estimated; None: there is none."""
    small = _smallest(layers)
    if small is None:
        return None
    fields = LiftedFields(small, np.zeros(small.params, dtype=np.int64), 3)
    return lifted_rank(small) * (3 * fields.cost(4) + lifted_rank(small) * fields.size)


def widening_seconds(layers: Layers, trial: float) -> float | None:
    """Seconds of that search, for words may get long where few letters are independent: as much of
    it is made, counted in products, as takes so many seconds, the rest is drawn out rank by rank.
    None where there is no such network, or already its letters take longer.
    """
    small = _smallest(layers)
    if small is None:
        return None
    seen = [(0.0, 0)]

    def watch(rank: int, _: int) -> bool:
        seen.append((search.work.seconds, rank))
        return seen[-1][0] > trial

    search = _Search(small, Random(0), inf, watch)
    if Work(search.together, search.together * search.fields.cost(1)).seconds > trial:
        return None
    if search.search() or search.effort >= 0:
        return search.work.seconds
    (first, low), (last, high) = seen[len(seen) // 2], seen[-1]
    return last + (search.target - high) * (last - first) / max(high - low, 1)


def _smallest(layers: Layers) -> Layers | None:
    """The network that is searched first."""
    return next((s for s in small_networks(layers) if lifted_rank(s) <= LIFTED_LIMIT), None)


def search_small(small: Layers, rng, effort: float, progress=None) -> dict | None:
    """The proof that the lifted trace of a small network is full, or None."""
    search = _Search(small, rng, effort, _teller(progress))
    return search.json() if search.search() else None


def _teller(progress) -> Callable[[int, int], bool]:
    return (
        (lambda rank, target: progress(rank, target) is True)
        if progress
        else (lambda rank, target: False)
    )


def widening_bounds(
    layers: Layers, rng, *, effort: float, progress=None
) -> tuple[LowerBound, UpperBound] | None:
    """Both bounds of dim Lie(W)(theta), equal; None where no small network was found whose lifted
    trace is full.

    Source: docs/mathematics.md, theorems 5 to 7. progress(rank, target) of the lifted trace is
    called between batches, and ends the search by returning True.
    """
    tell = _teller(progress)
    for small in small_networks(layers):
        if lifted_rank(small) > LIFTED_LIMIT:
            continue
        search = _Search(small, rng.spawn(), effort, tell)
        if not search.search():
            effort = search.effort
            if effort < 0:
                return None
            continue
        upper, text = generic_balance(layers), "-".join(map(str, small.widths))
        words = len(search.words)
        lower = LowerBound(
            upper.dimension,
            (
                f"theorem: the network grows from {text}, where {words} brackets of lifted "
                f"vector fields are independent modulo {search.prime}",
            ),
            f"widening of {text}",
            search.json,
            (search.prime,),
            complete=True,
        )
        return lower, upper
    return None
