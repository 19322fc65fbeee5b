"""The loop of all searches for brackets: what is looked at, in which order, and when it ends."""

from itertools import combinations, count
from math import inf

import pytest
from pyconslaw._core.zp import Random

from pyconslaw.brackets.rounds import (
    brackets_of,
    chains,
    draw_letters,
    look,
    misses_after,
    reordered,
    rounds,
    shuffled,
)


def numbers(n):
    return ((k,) for k in range(n))


@pytest.mark.parametrize("batch", [1, 2, 3, 7])
@pytest.mark.parametrize("patience", [1, 4, inf])
@pytest.mark.parametrize("good", [{0, 1, 5}, set(), set(range(12)), {11}])
def test_a_round_is_that_of_single_batches_by_hand(batch, patience, good):
    seen = []

    def take(words):
        seen.extend(words)
        return [k in good for (k,) in words]

    found = look(numbers(12), take, done=lambda: False, patience=patience, room=lambda _: batch)
    ends = [0, *range(batch, 12, batch), 12]
    end = 12
    for stop in ends:
        trailing = stop - 1 - max([k for k in good if k < stop], default=-1)
        if trailing >= patience:
            end = stop
            break
    assert seen == list(numbers(end)) and found.found == [(k,) for k in sorted(good) if k < end]
    if end < 12:
        assert found.finished is False


def test_words_are_made_only_as_far_as_they_are_looked_at():
    made = count()
    endless = ((next(made),) for _ in iter(int, 1))
    found = look(
        endless,
        lambda words: [False] * len(words),
        done=lambda: False,
        patience=10,
        room=lambda last: 2 if last is None else 2 * len(last),
    )
    assert found.finished is False and next(made) == 2 + 4 + 8


def test_a_round_ends_where_nothing_is_missing_or_the_budget_is_spent():
    taken = []
    done = look(
        numbers(9),
        lambda words: taken.append(1) or [True] * len(words),
        done=lambda: len(taken) == 2,
        patience=inf,
        room=lambda _: 3,
    )
    assert done.found == list(numbers(6)) and done.finished is False
    ended = look(numbers(9), lambda _: None, done=lambda: False, patience=inf, room=lambda _: 3)
    assert ended.found == [] and ended.finished is None
    whole = look(numbers(9), lambda w: [True] * len(w), done=bool, patience=inf, room=lambda _: 3)
    assert whole.found == list(numbers(9)) and whole.finished is True


def test_brackets_of_two_letters_come_once():
    pairs = brackets_of(range(5), [(k,) for k in range(5)])
    assert sorted(pairs) == list(combinations(range(5), 2))
    assert len(brackets_of(range(5), [(0, 1), (3, 4)])) == 10


def test_orders_are_permutations_that_a_seed_fixes():
    words = list(numbers(50))
    assert sorted(reordered(Random(3), words)) == words != reordered(Random(3), words)
    assert reordered(Random(3), words) == reordered(Random(3), words)
    assert sorted(shuffled(Random(3), 50)) == list(range(50)) and reordered(Random(3), []) == []


def test_rounds_go_on_with_what_was_new():
    heard = []

    def one(new):
        heard.append(list(new))
        return [(0, *word) for word in new if len(word) < 3]

    rounds([(1,)], one, most=9, over=lambda: False)
    assert heard == [[(1,)], [(0, 1)], [(0, 0, 1)]]
    rounds([(1,)], one, most=1, over=lambda: False)
    rounds([(1,)], one, most=9, over=lambda: True)
    assert len(heard) == 4


@pytest.mark.parametrize("forgiving, wanted", [(True, 5), (False, 4)])
def test_chains_fail_in_a_row_or_in_all(forgiving, wanted):
    answers, asked = [False, True, True, False, False, False], []

    def take(pairs):
        asked.append(pairs)
        return answers[len(asked) - 1]

    options = {"done": lambda: False, "misses": 2, "forgiving": forgiving, "together": 3}
    chains(Random(0), 4, take, **options)
    assert len(asked) == wanted and all(len(pairs) == 3 for pairs in asked)
    assert all(f != g and {f, g} <= set(range(4)) for pairs in asked for f, g in pairs)
    chains(Random(0), 1, lambda _: pytest.fail("one letter"), **options)


def test_misses_are_counted_from_the_last_success():
    assert misses_after(3, []) == 3 and misses_after(3, [False] * 4) == 7
    assert misses_after(3, [True]) == 0 and misses_after(3, [True, False, False]) == 2


def letters_of(good, *, batch=3, of=None, taken=lambda fresh: True, **options):
    """(letters that were kept, letters that were drawn, whether the budget held it)."""
    kept, drawn = [], []

    def draw(start, count):
        assert start == len(drawn)
        drawn.extend(range(start, start + count if of is None else min(start + count, of)))
        return drawn[start:]

    within = draw_letters(
        draw,
        lambda fresh: [k in good for k in fresh] if taken(fresh) else None,
        lambda fresh, rows: kept.extend(fresh[k] for k in rows),
        **{"done": lambda: False, "room": lambda _: batch, **options},
    )
    return kept, len(drawn), within


def test_letters_are_drawn_until_so_many_have_failed():
    assert letters_of({0, 1, 4}, misses=2) == ([0, 1, 4], 6, True)  # 2 and 3, or 3 and 5
    assert letters_of({0, 1, 4}, misses=2, forgiving=True) == ([0, 1, 4], 9, True)
    assert letters_of({0, 1, 4}, misses=inf, of=7) == ([0, 1, 4], 7, True)


def test_letters_that_raised_nothing_are_kept_as_far_as_they_are_wanted():
    assert letters_of({0, 1, 4}, misses=4, spare=0)[0] == [0, 1, 4]
    assert letters_of({0, 1, 4}, misses=4, spare=2)[0] == [0, 1, 2, 3, 4]
    assert letters_of({0, 1, 4}, misses=4, spare=9) == ([*range(9)], 9, True)


def test_letters_end_where_nothing_is_missing_or_the_budget_is_spent():
    seen = []
    found = letters_of(
        range(99), misses=1, done=lambda: len(seen) > 2, taken=lambda fresh: seen.append(1) or True
    )
    assert found == ([*range(9)], 9, True)
    assert letters_of({0, 3}, misses=9, taken=lambda fresh: fresh[0] < 3) == ([0], 6, False)


def test_the_room_for_letters_follows_what_the_last_ones_did():
    found = letters_of(range(5), misses=1, room=lambda last: 1 if last is None else 2 * len(last))
    assert found == ([*range(5)], 1 + 2 + 4, True)
