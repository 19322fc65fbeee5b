"""Estimates of explicit systems: what a trial and sizes say, and what is left out of it."""

import pytest

from pyconslaw import Edge, Estimate, System, analyze, dag, estimate, linear, under_flow
from pyconslaw.methods import generic, parts


@pytest.fixture
def clock(monkeypatch):
    """A clock that advances by a second at every look."""
    ticks = iter(range(10**6))
    for module in (generic, parts):
        monkeypatch.setattr(module, "process_time", lambda: float(next(ticks)))
    return ticks


def cubic(n):
    return System(
        [f"x{i}" for i in range(n)],
        phi=["+".join(f"x{i}*x{(i + 1) % n}*x{(i + 3) % n}" for i in range(n)), "x0^2 + x1"],
    )


def test_a_trial_that_ends_is_the_answer(clock):
    """All looks at the clock, around the bound and the brackets, one for each batch, and those of
    the reasons that come after.
    """
    made = estimate(cubic(7), trial=1e6)
    looks = next(clock)
    assert isinstance(made, Estimate) and made.method == "generic"
    assert looks - 4 <= made.seconds < looks


def test_what_comes_after_the_brackets_is_tried_as_long(clock):
    """Where it does not end it takes some times as long, nobody knows how many."""
    made = estimate(cubic(7), trial=20.0)
    assert 20 * generic.BEYOND <= made.seconds < 24 * generic.BEYOND + 20


def test_small_graphs_are_tried(clock):
    net = dag(
        {"x": "input", "h": "relu", "k": "linear", "y": "linear"},
        [Edge("x", "h"), Edge("h", "k", "a"), Edge("k", "y"), Edge("x", "y", "a")],
    )
    assert estimate(net).method == "generic" and 2 <= estimate(net).seconds < 100
    assert estimate(net, trial=0).seconds < 0.1


def test_a_trial_that_is_stopped_is_drawn_out(clock):
    whole, part = estimate(cubic(9), trial=1e6).seconds, estimate(cubic(9), trial=3.0).seconds
    assert part > 3 and part != whole


def test_without_a_trial_nothing_is_searched(monkeypatch):
    monkeypatch.setattr(generic, "trace_rank", None)
    net = cubic(7)
    assert estimate(net, trial=0).seconds < 1e-2
    assert estimate(linear([3, 2, 3])).method == "generic"  # a graph has its formula
    assert estimate(net, trial=0).memory == estimate(net, trial=0.0).memory


def test_memory_is_compared_without_a_trial(monkeypatch):
    monkeypatch.setattr(generic, "tried", None)
    assert analyze(cubic(4), memory=1e12).laws == 0


def test_parts_are_tried_until_the_time_is_up(clock, monkeypatch):
    net = System(
        [f"x{i}" for i in range(120)],
        phi=[f"x{i}*x{i + 1}^{i // 2 + 1}" for i in range(0, 120, 2)],
    )
    looked = []
    tried = generic.tried
    monkeypatch.setattr(generic, "tried", lambda *args: looked.append(1) or tried(*args))
    made = estimate(net, trial=10.0)
    assert made.method == "parts" and 1 < len(looked) < 60 and made.seconds > 10


def test_equal_parts_are_asked_once(monkeypatch):
    """Of sixty parts one; the answer counts all."""
    net = System([f"x{i}" for i in range(120)], phi=[f"x{i}*x{i + 1}" for i in range(0, 120, 2)])
    asked = []
    bounds = generic.Generic.bounds
    monkeypatch.setattr(
        generic.Generic, "bounds", lambda self, *args: asked.append(1) or bounds(self, *args)
    )
    report = analyze(net)
    assert len(asked) == 1 and (report.laws, report.verdict) == (60, "proved")
    assert report.found_by == "parts"


@pytest.mark.parametrize("flow", ["momentum", "mirror", "nesterov"])
def test_flows_have_estimates(flow, clock):
    assert estimate(under_flow(linear([2, 2, 2]), flow)).seconds >= 1


def test_weight_decay_takes_what_the_network_takes():
    """Written out it has 10^8 paths."""
    net = linear([100, 100, 100, 100])
    assert estimate(under_flow(net, "weight-decay")) == estimate(net)
    assert analyze(under_flow(net, "weight-decay"), memory=1e9).laws == 10100
    small = linear([2, 2, 2])
    assert estimate(under_flow(small, "weight-decay"), "generic").memory > estimate(small).memory
