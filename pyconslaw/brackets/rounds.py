"""What all searches for independent brackets have in common: random letters; rounds of brackets of
letters with the words that were new, in random order, until they stop raising the rank; and chains
of two letters.

How words are evaluated, and what it means that they raise a rank, is the business of the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.exact.steps import PORTION
from pyconslaw.records.problem import VectorFields

Word = tuple[int, ...]
Mask = Sequence[bool]

# which words raise the rank; None where the budget does not allow to look at them
Take = Callable[[list[Word]], Mask | None]


@dataclass(frozen=True)
class Round:
    """found: the words that raised the rank. finished: whether all were looked at; None where the
    budget ended the round.
    """

    found: list[Word]
    finished: bool | None


def misses_after(misses: int, grew: Mask) -> int:
    """How many words in a row have raised nothing, after more of them.

    Examples
    --------
    >>> misses_after(5, [True, False, False]), misses_after(5, [False])
    (2, 6)
    """
    raised = np.flatnonzero(grew)
    return len(grew) - 1 - int(raised[-1]) if len(raised) else misses + len(grew)


def shuffled(rng, n: int) -> Iterator[int]:
    """0 .. n-1 in random order; time and memory are those of what is taken (Durstenfeld 1964)."""
    moved: dict[int, int] = {}
    for k in range(n):
        j = k + rng.below(n - k)
        here = moved.pop(k, k)
        if j == k:
            yield here
        else:
            yield moved.get(j, j)
            moved[j] = here


def reordered(rng, words: Sequence[Word]) -> list[Word]:
    """Words in random order, all at once."""
    if not words:
        return []
    order = np.argsort(rng.array(len(words), 0, 1 << 62), kind="stable").tolist()
    return [words[k] for k in order]


def values_of(
    family: VectorFields, generators, words: Sequence[Word], at, over: Callable[[], bool]
) -> NDArray[np.uint64] | None:
    """The values of words, in portions between which over() is asked; None when it has said so.

    at: the point and the prime.
    """
    cost = family.cost(generators, words)
    step = max(1, int(len(words) * min(1.0, PORTION / max(cost, 1.0))))
    parts = []
    for start in range(0, len(words), step):
        if start and over():
            return None
        parts.append(family.values(generators, words[start : start + step], *at))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def draw_letters(
    draw: Callable[[int, int], Any],
    take: Callable[[Any], Mask | None],
    keep: Callable[[Any, list[int]], None],
    *,
    done: Callable[[], bool],
    room: Callable[[Mask | None], int],
    misses: float,
    forgiving: bool = False,
    spare: int = 0,
) -> bool:
    """Round 0: letters as they are drawn, as long as they raise the rank. False where the budget
    ended it.

    Parameters
    ----------
    draw
        draw(start, count): up to count generators, after the first start ones; none when there are
        no more.
    take
        Looks at some generators.
    keep
        keep(fresh, rows): these of the fresh ones become letters, those that raised the rank and
        the first `spare` others.
    room
        How many to draw next, by what the last ones did; None before the first.
    misses
        How many may fail; in a row where that is `forgiving`.
    """
    drawn, failed, left, grew = 0, 0, spare, None
    while not done() and failed < misses:
        fresh = draw(drawn, room(grew))
        if not len(fresh):
            break
        drawn += len(fresh)
        grew = take(fresh)
        if grew is None:
            return False
        others = [k for k, raised in enumerate(grew) if not raised]
        keep(fresh, sorted({*np.flatnonzero(grew).tolist(), *others[:left]}))
        left = max(left - len(others), 0)
        failed = misses_after(failed, grew) if forgiving else failed + len(others)
    return True


def brackets_of(letters: Iterable[int], words: Iterable[Word]) -> list[Word]:
    """The brackets of letters with words, of two letters once.

    Examples
    --------
    >>> brackets_of([0, 1], [(0,), (1,), (0, 1)])
    [(0, 1), (0, 0, 1), (1, 0, 1)]
    """
    letters = list(letters)
    return [(f, *word) for word in words for f in letters if len(word) > 1 or f < word[0]]


def look(
    words: Iterable[Word],
    take: Take,
    *,
    done: Callable[[], bool],
    patience: float,
    room: Callable[[Mask | None], int],
) -> Round:
    """One round: words in their order, in batches, until all are done, or as many in a row have
    raised nothing as there is patience for.

    Parameters
    ----------
    words
        Made only as far as they are looked at.
    take
        Looks at a batch.
    done
        Whether nothing is missing any more.
    patience
        Misses in a row; infinite: all words are looked at.
    room
        The size of the next batch, by what the last one did; None before the first.
    """
    words, found, misses, grew = iter(words), [], 0, None
    while not done() and misses < patience:
        size = room(grew)
        batch = list(islice(words, size))
        grew = take(batch) if batch else []
        if grew is None:
            return Round(found, None)
        found += [word for word, raised in zip(batch, grew, strict=True) if raised]
        misses = misses_after(misses, grew)
        if len(batch) < size:
            return Round(found, True)
    return Round(found, False)


def rounds(
    new: list[Word],
    one: Callable[[list[Word]], list[Word]],
    *,
    most: int,
    over: Callable[[], bool],
) -> None:
    """At most so many rounds, each of brackets with what was new in the one before; one(new): a
    round, the words that it found.
    """
    for _ in range(most):
        if over() or not new:
            break
        new = one(new)


def chains(
    rng,
    letters: int,
    take: Callable[[list[tuple[int, int]]], bool | None],
    *,
    done: Callable[[], bool],
    misses: int,
    together: int = 1,
    forgiving: bool = False,
) -> None:
    """Chains (ad_f)^k g of random letters f, g, as long as they raise the rank.

    Parameters
    ----------
    take
        Looks at the chains of some pairs (f, g): whether they raised the rank; None where the
        budget does not allow it.
    misses
        How many times they may fail; in a row where that is `forgiving`.
    together
        Pairs at a time.
    """
    failed = 0
    while letters > 1 and not done() and failed < misses:
        pairs = []
        for _ in range(together):
            f = rng.below(letters)
            pairs.append((f, (f + 1 + rng.below(letters - 1)) % letters))
        raised = take(pairs)
        if raised is None:
            return
        failed = failed + (not raised) if not (raised and forgiving) else 0
