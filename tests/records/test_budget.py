"""Budgets: parts end with the whole, and nothing is held that does not fit."""

import pytest
from pyconslaw._core.zp import Random

from pyconslaw.records.budget import Budget, Cost, Ended


def test_a_budget_without_limits_holds_everything():
    budget = Budget(Random(0))
    assert not budget.over and budget.holds(Cost(1e12, 1e18))
    budget.ask()


def test_memory_and_time_are_kept():
    budget = Budget(Random(0), seconds=1000, memory=1e6)
    assert budget.holds(Cost(10, 1e6)) and not budget.holds(Cost(10, 1.1e6))
    assert not budget.holds(Cost(1001, 1))
    ended = Budget(Random(0), seconds=-1)
    assert ended.over
    with pytest.raises(Ended):
        ended.ask()


def test_a_part_ends_with_the_whole_and_the_whole_with_a_part():
    heard = []
    whole = Budget(Random(0), progress=lambda rank, target: heard.append(rank) or rank == 3)
    part = whole.share(effort=1.0, progress=lambda rank, target: whole.tell(rank + 1, target))
    assert (part.effort, whole.effort) == (1.0, 2e10)
    assert not part.tell(1, 9) and part.tell(2, 9)
    assert heard == [2, 3] and whole.over and part.over
    with pytest.raises(Ended):
        whole.share().ask()


def test_costs_add_up():
    assert Cost(1.0, 5e6) + Cost(2.0, 3e6) == Cost(3.0, 5e6)
    assert str(Cost(1.5, 2e6)) == "about 1.5 s and 2 MB"
