"""Bounds by series of controls: never above the truth, equal to it with enough terms, quick."""

import random
import signal
import time
from itertools import pairwise

import pytest
from drawn_systems import drawn_family, for_oracle
from pyconslaw._core.zp import Random
from reference import ranks
from reference.control_series import rows_by_brackets
from reference.trace import TooLarge, trace_dimensions

from pyconslaw import System, analyze, certify, linear, mlp, nmf
from pyconslaw.brackets.control_series import control_series_bound, control_series_cost
from pyconslaw.brackets.search import trace_rank
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.methods import generic
from pyconslaw.records.bounds import LowerBound
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.kinds import lower_bound
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems.explicit import Fields

# (n, m, r) of U V^T: coordinates with velocities and clock, laws under momentum (Marcotte,
# Gribonval and Peyre 2024, and what follows from it for n = m = 1)
MOMENTUM = {
    (1, 1, 1): (5, 0),
    (1, 1, 2): (9, 2),
    (1, 1, 3): (13, 6),
    (1, 1, 4): (17, 10),
    (2, 1, 1): (7, 0),
    (2, 1, 2): (13, 1),
    (2, 1, 3): (19, 3),
    (2, 2, 1): (9, 0),
    (2, 2, 2): (17, 1),
}


def witnessed(family, bound):
    """The rank of the rows that the proof lists, by brackets written out over the integers."""
    proof, rows = bound.make_proof(), []
    for one in proof["series"]:
        order = max(k for _, k in one["rows"])
        assert all(len(control) == order for control in one["controls"])
        exact = rows_by_brackets(
            for_oracle(family), family.parameters, one["controls"], proof["point"], order
        )
        rows += [exact[i][k] for i, k in one["rows"]]
    assert (
        len(rows) == len(proof["pivots"]) == bound.rank and len(set(proof["pivots"])) == bound.rank
    )
    return ranks.rank(rows, proof["prime"])


def drawn(draw):
    """A random system with few vector fields, most of them with many variables at rest."""
    size, count = draw.randrange(2, 6), draw.randrange(1, 4)
    return drawn_family(draw, size, count, terms=draw.randrange(1, 3), degree=draw.randrange(1, 4))


def test_small_random_systems(fresh_seed):
    """Equal to the exact generic dimension, by two other ways, and listed rows are there."""
    draw, ends, seen = random.Random(fresh_seed), [], 0
    while seen < 25:
        family = drawn(draw)
        try:
            truth = trace_dimensions(for_oracle(family), family.parameters, limit=20_000)[-1]
        except TooLarge:
            continue
        seen += 1
        bound = control_series_bound(family, Random(seen))
        assert bound.rank == truth == trace_rank(family, Random(seen)).rank
        assert not bound.complete and bound.rank_by_round[-1] == bound.rank
        assert all(a <= b for a, b in pairwise(bound.rank_by_round))
        if max(k for one in bound.make_proof()["series"] for _, k in one["rows"]) <= 6:
            assert witnessed(family, bound) == bound.rank
        ends.append(bound.rank)
    assert len(set(ends)) > 2


def test_few_terms_never_pass_the_truth(fresh_seed, monkeypatch):
    """A search that is cut short stays below: the smallest orders of a chain x, x^2 / 2, ..."""
    monkeypatch.setattr("pyconslaw.brackets.series.LONGEST", 4)
    size = 9
    fields = [{0: Polynomial(((1, ()),))}]
    fields.append({k: Polynomial(((k, ((0, k),)),)) for k in range(1, size)})
    family = PolynomialFields(fields, size)
    truth = trace_dimensions(for_oracle(family), size)[-1]
    bound = control_series_bound(family, Random(fresh_seed))
    assert 4 <= bound.rank <= truth == size


@pytest.mark.parametrize("shape", MOMENTUM)
def test_momentum_of_two_layers(shape):
    n, m, r = shape
    size, laws = MOMENTUM[shape]
    net = linear([m, r, n], flow="momentum")
    assert net.size == size
    assert control_series_bound(net.explicit(), Random(1)).rank == size - laws


@pytest.mark.parametrize(
    ("net", "laws"),
    [
        (linear([1, 4, 4, 1], flow="momentum"), 12),
        (linear([1, 3, 3, 1], flow="nesterov"), 6),
        (linear([1, 5, 5, 2], flow="weight-decay"), 30),
        (nmf([1, 3, 2, 3, 1], flow="dual-momentum"), 0),
        (mlp([1, 3, 1, 2], ["linear", "relu"], flow="mirror", metric="1 + self^2"), 6),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_networks_that_brackets_alone_left_open(net, laws):
    report = analyze(net)
    assert (report.laws, report.verdict) == (laws, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == laws


def test_a_target_ends_the_search_and_enters_nothing():
    family = linear([1, 4, 4, 1], flow="momentum").explicit()
    assert control_series_bound(family, Random(0), target=20).rank >= 20
    assert control_series_bound(family, Random(0), target=49).rank == 37
    assert control_series_bound(family, Random(0), target=0).rank == 0


def test_equal_states_give_equal_proofs():
    family = linear([1, 3, 3, 1], flow="momentum").explicit()
    first, second = (control_series_bound(family, Random(7)).make_proof() for _ in range(2))
    assert first == second != control_series_bound(family, Random(8)).make_proof()


def test_effort_is_kept():
    family = linear([1, 6, 6, 1], flow="momentum").explicit()
    ranks_by_effort = [
        control_series_bound(family, Random(0), effort=effort).rank
        for effort in (0, 2e6, 3e6, 5e6, 1e9)
    ]
    assert ranks_by_effort[0] == 0 and ranks_by_effort[-1] == 67
    assert ranks_by_effort == sorted(ranks_by_effort) and len(set(ranks_by_effort)) > 3
    nothing = control_series_bound(family, Random(0), effort=0).make_proof()
    assert nothing["series"] == nothing["pivots"] == []


def test_progress_is_told_and_may_stop():
    family, told = linear([1, 6, 6, 1], flow="momentum").explicit(), []

    def watch(rank, target):
        told.append((rank, target))
        return rank >= 10

    bound = control_series_bound(family, Random(0), target=67, progress=watch)
    assert 10 <= bound.rank < 15 and told[-1] == (bound.rank, 67)
    assert [rank for rank, _ in told] == sorted(rank for rank, _ in told)
    assert control_series_bound(family, Random(0), progress=lambda *_: True).rank == 0


@pytest.mark.parametrize(
    "net", [linear([1, 24, 24, 1], flow="momentum"), linear([6, 8, 6], flow="momentum")]
)
def test_an_interrupt_is_heard_within_a_second(net):
    family = net.explicit()

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            while True:
                control_series_bound(family, Random(0))
        assert time.monotonic() - start < 1.5
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_cost_grows_with_terms_and_vector_fields():
    family = linear([1, 6, 6, 1], flow="momentum").explicit()
    costs = [control_series_cost(family, 2**k) for k in range(2, 9)]
    assert all(a < b < 8.5 * a for a, b in pairwise(costs)) and costs[-1] > 7 * costs[-2]
    other = linear([2, 6, 6, 1], flow="momentum").explicit()
    assert control_series_cost(other, 16) > costs[2]


def test_what_is_too_large_is_not_begun(monkeypatch):
    """Too many monomials, or too many numbers in memory."""
    family = linear([1, 4, 4, 1], flow="momentum").explicit()
    monkeypatch.setattr("pyconslaw.brackets.series.NUMBERS", 10_000)
    short = control_series_bound(family, Random(0))
    assert 0 < short.rank < 37 and len(short.rank_by_round) < 3
    monkeypatch.setattr("pyconslaw.brackets.control_series.LARGEST", 100)
    bound = control_series_bound(family, Random(0))
    assert bound.rank == 0 and control_series_cost(family, 16) == float("inf")
    proof = bound.make_proof()
    fields = [{v: {m: c for c, m in f.terms} for v, f in x.items()} for x in family.fields]
    assert lower_bound(Fields(49, fields), proof, 0, Budget())


def shut(name, monkeypatch, *rest):
    """The table of methods without what a name in it finds."""
    monkeypatch.setattr(generic, name, lambda *_, **options: LowerBound(0, *rest))


def test_what_falls_short_is_open(monkeypatch):
    """Laws that nobody has found: the interval, with the rank of the series, and no probability."""
    shut("trace_rank", monkeypatch, (), "", dict)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    net = System(["x", "y", "z"], fields=[["y", "x^2 - y^3", 0], [0, 0, "1 + x*y"]])
    report = analyze(net)
    assert (report.verdict, report.laws_min, report.laws_max) == ("open", 0, 1)
    assert report.error_bound is None and report.lower.rank == 2
    assert "series of controls that stagnate prove nothing" in report.notes


def test_parts_of_a_system():
    """Three parts without a common variable, each of which needs series: a sum, and its proof."""
    net = nmf([1, 3, 2, 3, 1], flow="dual-momentum")
    assert net.size == 37
    names = [f"x{k}" for k in range(3 * net.size)]
    fields = []
    for first in range(0, len(names), net.size):
        for generator in net.explicit().fields:
            field = [0] * len(names)
            for v, f in generator.items():
                field[first + v] = " + ".join(
                    "*".join([str(c), *(f"{names[first + w]}^{e}" for w, e in m)])
                    for c, m in f.terms
                )
            fields.append(field)
    report = analyze(System(names, fields=fields))
    assert (report.laws, report.verdict) == (0, "proved")
    body = certify(System(names, fields=fields), report=report)
    kinds = {part["bound"]["kind"] for part in body.json["lower"]["parts"]}
    assert body.json["lower"]["kind"] == "direct-sum" and kinds == {"control-series"}
    assert verify_bytes(body.bytes).laws == 0


def rotations(r, n):
    """Laws of a hidden layer of width r, its neighbours of width n together, under momentum."""
    return r * (r - 1) // 2 if r <= 2 * n else 2 * n * r - n * (2 * n + 1)


@pytest.mark.long
@pytest.mark.parametrize(
    "widths", [[1, 16, 16, 1], [1, 6, 6, 6, 1], [1, 10, 3, 10, 1], [1, 20, 20, 1]]
)
def test_wide_networks_with_scalar_ends(widths):
    """Rotations of the hidden layers, as many as are independent, and no other laws."""
    net = linear(widths, flow="momentum")
    report = analyze(net)
    layers = zip(widths, widths[1:], widths[2:], strict=False)
    assert report.laws == sum(rotations(r, a + b) for a, r, b in layers)
    assert report.verdict == "proved"
    assert verify_bytes(certify(net, report=report).bytes).laws == report.laws
