"""Both bounds of a layered network that grows from a small one: brackets of lifted vector fields
there, and theorems.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.brackets.rounds import Word, brackets_of, look, reordered, rounds
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
        self.words: list[tuple[int, ...]] = []

    @property
    def done(self) -> bool:
        return self.basis.rank >= self.target

    def _take(self, words) -> list[bool]:
        """Which of these words, of one length, raise the rank."""
        grew = self.basis.extend(self.fields.values(self.probes, words)).tolist()
        self.words += [word for word, raised in zip(words, grew, strict=True) if raised]
        self.effort -= len(words) * (
            self.fields.cost(len(words[0])) + self.basis.rank * self.fields.size
        )
        if self.tell(self.basis.rank, self.target):
            self.effort = -1.0
        return grew

    def _letters(self) -> None:
        """A frame of the lifted generators at the point, and some more."""
        extra, count = 0, max(8, self.small.widths[0] * self.small.widths[-1])
        while extra < EXTRA_LETTERS and not self.done and self.effort >= 0:
            start = len(self.probes.out)
            fresh = draw_probes(self.small, count, self.rng, ENTRY_BOUND)
            self.probes = (
                fresh
                if not start
                else Probe(
                    np.concatenate([self.probes.source, fresh.source]),
                    tuple(
                        np.concatenate(pair)
                        for pair in zip(self.probes.gates, fresh.gates, strict=True)
                    ),
                    np.concatenate([self.probes.added, fresh.added]),
                    np.concatenate([self.probes.out, fresh.out]),
                )
            )
            grew = self._take([(start + i,) for i in range(count)])
            extra += grew.count(False)

    def search(self) -> bool:
        """Whether the full rank was reached."""
        self._letters()
        new, letters = list(self.words), [word[0] for word in self.words]
        letters += [k for k in range(len(self.probes.out)) if k not in set(letters)][:EXTRA_LETTERS]

        def one(words: list[Word]) -> list[Word]:
            pairs = reordered(self.rng, brackets_of(letters, words))
            length = len(words[0]) + 1
            batch = max(1, min(PATIENCE, int(BATCH_WORK / self.fields.cost(length))))
            found = look(
                pairs,
                lambda some: None if self.effort < 0 else self._take(some),
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
    small = next((s for s in small_networks(layers) if lifted_rank(s) <= LIFTED_LIMIT), None)
    if small is None:
        return None
    fields = LiftedFields(small, np.zeros(small.params, dtype=np.int64), 3)
    return lifted_rank(small) * (3 * fields.cost(4) + lifted_rank(small) * fields.size)


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
