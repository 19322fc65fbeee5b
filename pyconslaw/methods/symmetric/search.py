"""The search for independent brackets at a symmetric point, component by component, and the two
bounds it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.brackets.rounds import (
    Mask,
    Word,
    brackets_of,
    chains,
    draw_letters,
    look,
    reordered,
    rounds,
    values_of,
)
from pyconslaw.brackets.search import POINT_BOUND, WORD_EFFORT
from pyconslaw.exact.basis import threads
from pyconslaw.methods.symmetric.plan import JOINT_LIMIT
from pyconslaw.methods.symmetric.points import (
    LAW_PRIME_BITS,
    BalanceRank,
    Component,
    SymmetricPoint,
    balance_rank,
    targets,
)
from pyconslaw.methods.symmetric.runs import Run, joint_run, larger_run, run_size, small_runs
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.budget import Ask, Ended, nobody

# chains are fastest below 2^28; by chance a rank comes out too small with probability rank / 2^28
# or so
PRIME_BITS = 28
# at a special point values may be dependent where the vector fields are not
EXTRA_LETTERS = 4
ROUNDS = 3  # rounds of brackets before chains
PATIENCE = 40  # misses in a row after which a round is left
BATCH = 32
CHAIN_MISSES = 4
LONGEST_CHAIN = 250
LARGER_LIMIT = 20_000  # parameters of a run for what small ones left short


# tells how far a search is, whether it has to end; asks the budget only
Listener = tuple[Callable[[], bool], Ask]


@dataclass(frozen=True, eq=False)
class RunWords:
    """A run with the words that raised the rank of some component."""

    run: Run
    generators: np.ndarray
    words: tuple[tuple[int, ...], ...]

    def json(self) -> dict:
        return {
            "copies": list(self.run.copies),
            "generators": self.run.fields.generators_json(self.generators),
            "words": [list(word) for word in self.words],
        }


class Pieces:
    """The rank in each component so far, and what is still missing. least: what is wanted in each,
    as from `targets`.
    """

    def __init__(self, point: SymmetricPoint, least: dict[Component, int], prime: int):
        self.least, self.prime = least, prime
        self.sizes = {key: size for key, (size, _) in point.components().items()}
        self._bases = {key: Echelon(size, prime) for key, size in self.sizes.items()}

    def rank(self, key: Component) -> int:
        return self._bases[key].rank

    def missing(self, keys=None) -> int:
        """The largest number that is missing in one of these components (default: all)."""
        return max(
            (
                self.least[k] - self._bases[k].rank
                for k in (self._bases if keys is None else keys)
                if k in self._bases
            ),
            default=0,
        )

    def short(self) -> list[Component]:
        return [key for key in self._bases if self.missing([key]) > 0]

    def extend(self, parts: dict[Component, np.ndarray]) -> np.ndarray:
        """Which rows, projected to the components, raise the rank of some component."""
        raised = np.zeros(len(next(iter(parts.values()))), dtype=bool)
        for key, rows in parts.items():
            if key in self._bases and self.missing([key]) > 0:
                raised |= self._bases[key].extend(rows)
        return raised

    def sees(self, run: Run) -> list[Component]:
        return [
            key
            for key in run.project(np.zeros((0, run.size), dtype=np.uint64), self.prime)
            if key in self._bases
        ]


class _RunSearch:
    def __init__(self, run: Run, pieces: Pieces, rng, effort: float, listener: Listener):
        self.run, self.pieces, self.rng = run, pieces, rng
        self.effort, (self.tell, self.ask) = effort, listener
        self.fields, self.keys = run.fields, [key for key in pieces.sees(run) if key != ("one",)]
        self.words: list[tuple[int, ...]] = []
        # what this run has in ("one",), the types it sees
        self.diagonal = Echelon(pieces.sizes["one",], pieces.prime)
        self.most_diagonal = sum(pieces.least["one", t] for t in set(run.copies))
        self._letters()

    @property
    def done(self) -> bool:
        return self.missing <= 0

    @property
    def missing(self) -> int:
        """The largest number missing in a component that this run sees."""
        diagonal = min(self.pieces.missing([("one",)]), self.most_diagonal - self.diagonal.rank)
        return max(self.pieces.missing(self.keys), diagonal)

    def _spend(self, cost: float) -> bool:
        self.effort -= cost
        return self.effort >= 0

    def _take(self, words, values) -> np.ndarray:
        parts = self.run.project(values, self.pieces.prime)
        grew = self.pieces.extend(parts)
        self.diagonal.extend(parts["one",])
        self.words += [word for word, raised in zip(words, grew.tolist(), strict=True) if raised]
        self._tell()
        return grew

    def _tell(self) -> bool:
        """Tells how far the search is; whether it has to end."""
        if self.tell():
            # asked to stop: no further work is within the budget
            self.effort = -1.0
        return self.effort < 0

    def _values(self, generators, words: list[Word]) -> np.ndarray | None:
        """The values of words at the point; None where the budget is over."""
        at = self.run.point, self.pieces.prime
        return values_of(self.fields, generators, words, at, self._tell)

    def _letters(self) -> None:
        """A frame of W at the point, and some more letters."""
        basis = Echelon(self.run.size, self.pieces.prime)
        self.generators = self.fields.draw(self.rng, 0, 0, POINT_BOUND)
        values = np.zeros((0, self.run.size), dtype=np.uint64)

        def take(fresh) -> Mask | None:
            nonlocal values
            words = [(k,) for k in range(len(fresh))]
            cost = self.fields.cost(fresh, words) + len(fresh) * (basis.rank + 1) * self.run.size
            if not self._spend(cost):
                return None
            found = self._values(fresh, words)
            if found is None:
                return None
            values = found
            return basis.extend(found).tolist()

        def keep(fresh, rows) -> None:
            start = len(self.generators)
            self.generators = np.concatenate([self.generators, fresh[rows]])
            self._take([(start + k,) for k in range(len(rows))], values[rows])

        draw_letters(
            lambda start, count: self.fields.draw(self.rng, start, count, POINT_BOUND),
            take,
            keep,
            done=lambda: False,
            room=lambda _: max(8, basis.rank // 2),
            misses=EXTRA_LETTERS,
            spare=EXTRA_LETTERS,
        )

    def _round(self, new) -> list[tuple[int, ...]]:
        """Brackets of letters with words, in random order until they stop raising ranks; returns
        those that did.
        """
        words = reordered(self.rng, brackets_of(range(len(self.generators)), new))
        found = look(
            words,
            self._brackets,
            done=lambda: self.done,
            patience=PATIENCE,
            room=lambda _: BATCH,
        )
        return found.found

    def _brackets(self, batch) -> Mask | None:
        """Which words raise a rank; None where the budget does not allow to look at them."""
        if not self._spend(self.fields.cost(self.generators, batch)):
            return None
        if self.fields.cost(self.generators, batch[:1]) > WORD_EFFORT:
            return None
        values = self._values(self.generators, batch)
        return None if values is None else self._take(batch, values).tolist()

    def _chains(self) -> None:
        """Chains (ad_f)^k g of random letters, longer ones when they raise no rank; two at a time,
        on two threads.
        """
        length = min(2 * self.missing // 3 + 6, LONGEST_CHAIN)

        def take(pairs) -> bool | None:
            nonlocal length
            if not self._spend(2 * self.fields.chain_cost(length)):
                return None
            before, found = len(self.words), self._values_of_chains(pairs, length)
            if found is None:
                self.effort = -1.0
                return None
            for (f, g), values in zip(pairs, found, strict=True):
                self._take([(f,) * k + (g,) for k in range(2, length + 1)], values[2:])
            raised = len(self.words) > before
            length = length if raised else min(2 * length, LONGEST_CHAIN)
            return raised

        many = len(self.generators)
        chains(self.rng, many, take, done=lambda: self.done, misses=CHAIN_MISSES, together=2)

    def _values_of_chains(self, pairs, length: int) -> list[np.ndarray] | None:
        """The chains of pairs (f, g), each on a thread where there are so many; None where the
        budget is over. Ctrl-C ends them all.
        """
        ended = Event()

        def stop() -> bool:
            try:
                self.ask()
            except Ended:
                ended.set()
            return ended.is_set()

        def chain(pair):
            return self.fields.chain(
                self.generators, pair, length, self.run.point, self.pieces.prime, stop=stop
            )

        with ThreadPoolExecutor(min(len(pairs), threads())) as pool:
            waiting = [pool.submit(chain, pair) for pair in pairs]
            try:
                found = [one.result() for one in waiting]
            except BaseException:
                ended.set()
                raise
        return None if any(values is None for values in found) else found

    def search(self) -> RunWords | None:
        new = [(k,) for k in range(len(self.generators))]
        rounds(new, self._round, most=ROUNDS, over=lambda: self.done)
        if not self.done:
            self._chains()
        used = sorted({letter for word in self.words for letter in word})
        number = {letter: k for k, letter in enumerate(used)}
        words = tuple(tuple(number[letter] for letter in word) for word in self.words)
        return RunWords(self.run, self.generators[used], words) if words else None


def upper_bound(point: SymmetricPoint, rank: BalanceRank, prime: int) -> UpperBound:
    """dimension <= D - gradient rank of the balance laws at the point."""
    size = sum(n * m for n, m in point.components().values())
    reason = (
        f"balance laws ({rank.independent} independent)"
        if rank.independent
        else f"number of parameters ({size})",
    )
    proof = {"kind": "layered-balance", "prime": prime, "types": [t.json() for t in point.types]}
    return UpperBound(size - rank.independent, reason, proof, (), rank.stated, (prime,))


def _runs(point: SymmetricPoint, pieces: Pieces) -> Iterator[tuple[int, ...]]:
    """The copies of the runs to make, while something is missing: all types at once when that is
    small, else pieces, then larger ones.
    """
    if run_size(point, joint_run(point)) <= JOINT_LIMIT:
        yield joint_run(point)
        return
    yield from (
        copies for copies in small_runs(point) if run_size(point, copies) and pieces.short()
    )
    done = set()
    for key in pieces.short():
        copies = larger_run(point, key)
        if (
            copies not in done
            and pieces.missing([key]) > 0
            and run_size(point, copies) <= LARGER_LIMIT
        ):
            done.add(copies)
            yield copies


def symmetric_bounds(
    point: SymmetricPoint,
    rng,
    *,
    effort: float,
    progress=None,
    law_prime: int | None = None,
    joint: bool = False,
    ask: Ask = nobody,
) -> tuple[LowerBound, UpperBound]:
    """Both bounds of dim Lie(W)(theta) from a symmetric point; they need not meet.

    law_prime: for the gradients of the laws, by default a random one. joint: one run with all
    types, however large. progress(rank, target) is called between batches, and ends the search by
    returning True. Ctrl-C is heard within a batch. ask: called before the search, where what it
    raises ends everything, and within chains, where `Ended` ends the search with what it has.
    """
    law_prime, prime = law_prime or rng.prime(LAW_PRIME_BITS), rng.prime(PRIME_BITS)
    laws = balance_rank(point, law_prime, ask=ask)
    upper = upper_bound(point, laws, law_prime)
    components = point.components()
    pieces = Pieces(point, targets(point, laws), prime)

    def total() -> int:
        return sum(pieces.rank(key) * times for key, (_, times) in components.items())

    tell = (lambda: progress(total(), upper.dimension) is True) if progress else (lambda: False)
    found: list[RunWords] = []
    for copies in [joint_run(point)] if joint else _runs(point, pieces):
        if effort < 0:
            break
        run = Run(point, copies)
        if not set(pieces.short()) & set(pieces.sees(run)):
            continue
        search = _RunSearch(run, pieces, rng.spawn(), effort, (tell, ask))
        words = search.search()
        effort = search.effort
        found += [words] if words else []
    rank = total()
    proof = {"kind": "symmetric-point", "prime": prime, "types": [t.json() for t in point.types]}
    words = sum(len(run.words) for run in found)
    lower = LowerBound(
        rank,
        (
            f"{rank} independent brackets at a symmetric integer point modulo {prime}, by "
            f"{words} words of sub-networks",
        ),
        f"nested brackets of probes at the point {point.text()}",
        lambda: {**proof, "runs": [run.json() for run in found]},
        (prime,),
    )
    return lower, upper
