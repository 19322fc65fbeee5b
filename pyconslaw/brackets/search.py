"""The trace: how large dim Lie(W)(theta) is shown to be by nested brackets at one point modulo one
prime.

The rank found is a lower bound of the generic dimension whatever the point and the prime: a minor
that is not zero mod p is not zero over Q. That the search has stopped proves nothing; `confirm`
turns it into a probability.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from pyconslaw.brackets.rounds import Mask, chains, draw_letters, look, shuffled, values_of
from pyconslaw.exact.basis import draw_basis, is_fast
from pyconslaw.records.bounds import BracketWords
from pyconslaw.records.budget import DEFAULT_EFFORT
from pyconslaw.records.problem import VectorFields

# entries of points and probes of a search: small numbers keep certificates short
POINT_BOUND = 10_000
PATIENCE = 12  # misses in a row after which a round is left, for now
SHORT_ROUNDS = 3  # rounds of brackets before chains are tried
CHAIN_MISSES, LONGEST_CHAIN = 2, 250
MARGIN = 4
# words of the first batch; twice as many after a batch that raised the rank throughout
LETTERS, BRACKETS = 64, 2 * PATIENCE
# the most: words, and products of their elimination, a second or less
BATCH, BATCH_WORK = 256, 1e10
FAST_PRICE = 0.06  # of a product of the elimination modulo a small prime
# products of one word: a fraction of a second, for Ctrl-C is heard between words
WORD_EFFORT = 2e8


class _Search:
    """One search for independent bracket values; `run` is the whole of it."""

    def __init__(self, family: VectorFields, rng, target, effort, progress):
        self.family, self.rng = family, rng
        self.full = family.parameters
        self.basis, self.prime = draw_basis(rng, self.full)
        self.price = FAST_PRICE if is_fast(self.full) else 1.0
        self.point = rng.array(self.full, 1, POINT_BOUND)
        self.target = self.full if target is None else min(target, self.full)
        self.effort, self.spent = effort, 0.0
        self.progress = progress or (lambda rank, target: None)
        self.generators = family.draw(rng, 0, 0, POINT_BOUND)
        self.words: list[tuple[int, ...]] = []
        self.tried: set[tuple[int, ...]] = set()

    @property
    def done(self) -> bool:
        return self.basis.rank >= self.target

    def _tell(self) -> bool:
        """Tells how far the search is; whether it has to end."""
        if self.progress(self.basis.rank, self.target) is True:
            # asked to stop: no further work is within the budget
            self.effort = -1.0
        return self.effort < 0

    def _rank_cost(self, rows: int) -> float:
        return self.price * rows * (self.basis.rank + 1) * self.full

    def _room(self, wished: int) -> int:
        """How many words to look at next, of so many wished for."""
        most = min(BATCH, max(LETTERS, int(BATCH_WORK / (self.basis.rank + 1) / self.full)))
        return max(PATIENCE, min(wished, most, self.target - self.basis.rank))

    def _doubling(self, least: int) -> Callable[[Mask | None], int]:
        """The room for a batch: twice as much after one that raised the rank throughout."""
        wished = least

        def room(last: Mask | None) -> int:
            nonlocal wished
            wished = 2 * wished if last is not None and all(last) else least
            return self._room(wished)

        return room

    def _add(self, words) -> list[bool] | None:
        """Which words raise the rank; None if the budget does not allow to look at them."""
        rank_cost = self._rank_cost(len(words))
        cost = self.family.cost(self.generators, words)
        if (
            self.spent + cost + rank_cost > self.effort
            or self.family.cost(self.generators, [max(words, key=len)]) > WORD_EFFORT
        ):
            return None
        values = values_of(
            self.family, self.generators, words, (self.point, self.prime), self._tell
        )
        if values is None:
            return None
        grew = self.basis.extend(values).tolist()
        self.spent += cost + rank_cost * (1 - sum(grew) / len(words))
        self.words += [word for word, raised in zip(words, grew, strict=True) if raised]
        self._tell()
        return grew

    def _letters(self) -> bool:
        """Round 0: a frame of W. Returns False when the budget ended it."""

        def take(fresh) -> Mask | None:
            kept = self.generators
            self.generators = np.concatenate([kept, fresh])
            grew = self._add([(k,) for k in range(len(kept), len(self.generators))])
            self.generators = kept
            return grew

        def keep(fresh, rows) -> None:
            start = len(self.generators)
            self.generators = np.concatenate([self.generators, fresh[rows]])
            self.words[start:] = [(start + k,) for k in range(len(rows))]

        return draw_letters(
            lambda start, count: self.family.draw(self.rng, start, count, POINT_BOUND),
            take,
            keep,
            done=lambda: self.done,
            room=self._doubling(LETTERS),
            misses=PATIENCE if self.family.size is None else inf,
            forgiving=True,
        )

    def _brackets(self, frame, new, patience) -> bool | None:
        """Brackets of frame letters with new words in random order: whether all were tried; None:
        out of budget.
        """
        order = shuffled(self.rng, len(new) * len(frame))
        pairs = (frame[k % len(frame)] + new[k // len(frame)] for k in order)
        fresh = (
            pair
            for pair in pairs
            if pair not in self.tried and (len(pair) > 2 or pair[0] < pair[1])
        )
        room = self._doubling(BRACKETS) if patience < inf else lambda _: self._room(BATCH)

        def take(batch) -> Mask | None:
            grew = self._add(batch)
            if grew is not None:
                self.tried.update(batch)
            return grew

        return look(fresh, take, done=lambda: self.done, patience=patience, room=room).finished

    def _chains(self, frame) -> bool:
        """Chains (ad_f)^k g of random letters, as long as they raise the rank; whether any did.
        Cheap where words are long.
        """
        start = self.basis.rank
        chains(
            self.rng,
            len(frame),
            self._chain,
            done=lambda: self.done,
            misses=CHAIN_MISSES,
            forgiving=True,
        )
        return self.basis.rank > start

    def _chain(self, pairs) -> bool | None:
        """Whether one chain raises the rank, as long as the budget allows; None: it does not."""
        (pair,) = pairs
        room = min(self.target - self.basis.rank + 2 * MARGIN, LONGEST_CHAIN)
        cost = self.family.chain_cost(room)
        while room > MARGIN and (
            cost > WORD_EFFORT or self.spent + cost + self._rank_cost(room) > self.effort
        ):
            room //= 2
            cost = self.family.chain_cost(room)
        if room <= MARGIN:
            return None
        # may be fewer, or none
        values = self.family.chain(self.generators, pair, room, self.point, self.prime)[2:]
        grew = self.basis.extend(values)
        self.spent += cost + self._rank_cost(len(values) - int(grew.sum()))
        f, g = pair
        self.words += [(f,) * k + (g,) for k, raised in enumerate(grew.tolist(), 2) if raised]
        self._tell()
        return bool(grew.any())

    def run(self) -> BracketWords:
        rounds, within = [], self._letters()
        rounds.append(self.basis.rank)
        frame = list(self.words)
        since, complete = 0, False
        patience: float = PATIENCE
        while within and not self.done:
            known = len(self.words)
            if len(rounds) == SHORT_ROUNDS + 1 and self._chains(frame):
                rounds.append(self.basis.rank)
                since = known
                continue
            finished = self._brackets(frame, self.words[since:], patience)
            if finished is None:
                break
            if len(self.words) > known:
                rounds.append(self.basis.rank)
                since, patience = known, PATIENCE
            elif since == 0 and finished:
                complete = True
                break
            else:
                since, patience = 0, inf  # nothing new: now every pair that was left out
        complete = complete or self.basis.rank == self.full
        return _witness(
            self.family,
            self.prime,
            self.point,
            self.generators,
            tuple(self.words),
            tuple(self.basis.pivots),
            tuple(rounds),
            complete,
        )


def _witness(family, prime, point, generators, words, pivots, rounds, complete) -> BracketWords:
    def proof():
        listed = family.generators_json(generators)
        names = range(len(generators)) if listed is not None else generators[:, 0].tolist()
        return {
            "kind": "bracket-words",
            "prime": prime,
            "point": point.tolist(),
            "pivots": list(pivots),
            "words": [[names[i] for i in word] for word in words],
            **({} if listed is None else {"generators": listed}),
        }

    rank = len(words)
    return BracketWords(
        rank,
        (f"{rank} independent brackets at an integer point modulo {prime}",),
        f"nested brackets of {family.description} at a random integer point",
        proof,
        (prime,),
        rounds,
        complete,
        point=point,
        generators=generators,
        words=words,
        pivots=pivots,
    )


def trace_rank(
    family: VectorFields,
    rng,
    *,
    target: int | None = None,
    effort: float = DEFAULT_EFFORT,
    progress=None,
) -> BracketWords:
    """A lower bound of the generic dim Lie(W)(theta), with its witness.

    Draws a random prime (61 bits; for many parameters 23, see `pyconslaw.exact.basis`) and a point
    with entries in 1 .. 9999, takes a frame of W, then brackets the frame with what was new in the
    last round (Marcotte, Gribonval and Peyre 2023, section 3) until the rank is target, or full, or
    stagnates over every pair, or `effort` products mod p are spent; elimination of rows that raise
    the rank is not charged. A rank that stagnates below the target modulo a small prime is given a
    second prime and point. A target only ends the search; it never enters the rank.

    progress(rank, target) is called between batches, and ends the search by returning True. Ctrl-C
    is heard within a batch.
    """
    first = _Search(family, rng, target, effort, progress)
    bound = first.run()
    if (
        first.effort < 0
        or not is_fast(family.parameters)
        or target is None
        or not bound.complete
        or bound.rank >= first.target
    ):
        return bound
    told = progress and (lambda rank, target: progress(max(rank, bound.rank), target))
    second = _Search(family, rng, target, effort - first.spent, told).run()
    return second if second.rank > bound.rank else bound
