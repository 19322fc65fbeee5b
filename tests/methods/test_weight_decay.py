"""Counts under weight decay, against brackets of the flow written out."""

import json
import random
from collections import Counter
from fractions import Fraction

import pytest
from click.testing import CliRunner
from drawn_networks import CASES, layered_case
from pyconslaw._core.zp import Random
from reference import polynomials as slow
from reference.decay import decay_fields, decay_of
from reference.trace import TooLarge, trace_dimensions
from verify import random_dags

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    System,
    analyze,
    certify,
    check_law,
    dag,
    linear,
    under_flow,
)
from pyconslaw.cli.main import cli
from pyconslaw.methods import generic, table
from pyconslaw.methods.weight_decay import WeightDecay
from pyconslaw.records.bounds import Bounds, UpperBound
from pyconslaw.records.budget import Budget
from pyconslaw.verify import verify_bytes

TAUS = [Fraction(1), Fraction(2, 7), Fraction(0), None]
# Known without decay; brackets of the flow at a generic point leave the first ones open.
COUNTS = {
    "linear 1-5-5-2": 30,
    "linear 2-6-6-2": 42,
    "linear 2-8-8-2": 72,
    "linear 1-6-6-2": 42,
    "linear 2-6-6-3": 42,
    "linear 1-2-2-1": 7,
    "linear 2-8-8-2 --bias all": 72,
    "linear 100-100-100-100": 10100,
    "relu 784-300-10 --bias": 300,
    "relu 4000-3000-5": 3000,
    "linear 2000-4000-2000": 8002000,
    "product 300": 299,
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_from_the_command_line(name, tmp_path):
    """As many as without decay, proved, of any size; the checker sees the same."""
    run, words = CliRunner().invoke, [*name.split(), "--flow", "weight-decay", "--tau", "1/10"]
    done = run(cli, ["count", *words, "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == 0 and (found["laws"], found["verdict"]) == (COUNTS[name], "proved")
    path = tmp_path / "c.json"
    assert run(cli, ["certify", *words, "-o", str(path), "--quiet"]).exit_code == 0
    assert verify_bytes(path.read_bytes(), " ".join(words)).laws == COUNTS[name]


def tau_of(tau):
    return "lam" if tau is None else str(tau)


def truth(fields, size, limit=20_000):
    """The number of laws of vector fields, by brackets written out."""
    return size - trace_dimensions(fields, size, limit=limit)[-1]


def proved(net, laws):
    """Whether the count is proved; then it is this number, which the checker sees too."""
    report = analyze(net)
    case = f"{net.name} {net.spec}: oracle {laws}, {report.json()}"
    assert report.laws_min <= laws <= report.laws_max, case
    if report.verdict == "proved":
        assert report.laws == laws, case
        assert verify_bytes(certify(net, report=report).bytes).laws == laws, case
    return report.verdict == "proved"


@pytest.mark.parametrize("kind", CASES)
def test_random_networks(kind, fresh_seed):
    """Homogeneous or not, for every tau."""
    draw, tally, wanted = random.Random(fresh_seed), Counter(), 30 if kind == "graphs" else 60
    while tally.total() < wanted:
        net, phi, size = CASES[kind](draw)
        tau = draw.choice(TAUS)
        try:
            laws = truth(*decay_of(phi, size, tau))
        except TooLarge:
            continue
        try:
            moved = under_flow(net, "weight-decay", tau=tau_of(tau))
        except InputError as error:  # nothing is trained
            assert "no component" in str(error)
            continue
        tally[proved(moved, laws)] += 1
    assert tally[True] >= 0.9 * wanted


def test_random_vector_fields(fresh_seed):
    """No gradients: entries of one degree or of several."""
    draw, tally, names = random.Random(fresh_seed), Counter(), "xyz"
    entries = ["0", "1", "x", "y - z", "x*y", "z^2", "x + 1", "y^2 - x", "x*y*z", "2 - z"]
    while tally.total() < 40:
        listed = [[draw.choice(entries) for _ in names] for _ in range(draw.randint(1, 2))]
        try:
            net = System(names, fields=listed)
        except InputError:  # one is zero
            continue
        tau = draw.choice(TAUS)
        fields = [{v: slow.polynomial(f.terms) for v, f in field.items()} for field in net.written]
        laws = truth(*decay_fields(fields, 3, tau))
        tally[proved(under_flow(net, "weight-decay", tau=tau_of(tau)), laws)] += 1
    assert tally[True] >= 30


@pytest.mark.parametrize("tau", ["1/3", 0, "lam"])
def test_the_generic_engine_agrees(tau, fresh_seed):
    """Brackets of the flow at a generic point, where they prove a count."""
    draw, seen = random.Random(fresh_seed), 0
    for _ in range(15):
        moved = under_flow(layered_case(draw)[0], "weight-decay", tau=tau)
        searched, found = analyze(moved, method="generic"), analyze(moved)
        if searched.verdict == found.verdict == "proved":
            seen += 1
            assert searched.laws == found.laws, moved.name
        if searched.verdict == "proved" and moved.size < 13:  # larger ones may be declined
            written = certify(moved, report=searched)  # of the flow's own vector fields
            assert written.json["lower"]["kind"] != "homogeneous-decay"
            assert verify_bytes(written.bytes, moved.name).laws == searched.laws
    assert seen >= 9


@pytest.mark.parametrize("tau, wanted", [("1", 0), ("lam", 1), (0, 1)])
def test_what_is_lost(tau, wanted):
    """One law, which is not homogeneous: kept by tau = 0 alone; lam is itself a law."""
    report = analyze(System("uv", phi=["(1 + u)*(1 + v)"], flow="weight-decay", tau=tau))
    assert (report.laws, report.verdict) == (wanted, "proved")
    assert analyze(System("abc", phi=["a*b + c"])).laws == 2
    assert analyze(System("abc", phi=["a*b + c"], flow="weight-decay", tau=tau)).laws == wanted + 1


def tied_skip():
    """Components c and c a b + c a, with a law by a symmetry: a^2 - 2 b - b^2."""
    nodes = {"x": "input", "r": "relu", "m": "linear", "y": "linear"}
    edges = [("x", "r", "c"), ("r", "m", "a"), ("m", "y", "b"), ("r", "y", "a")]
    return dag(nodes, [Edge(*edge) for edge in edges], ["r", "y"])


@pytest.mark.parametrize("tau, laws", [("1", 0), ("2/3", 0), ("lam", 1), ("0", 1)])
def test_a_law_by_a_symmetry_that_has_two_degrees(tau, laws):
    """It is a law of the graph, and none of its part c a: under decay it must not be counted."""
    (law,) = analyze(tied_skip()).upper.laws
    assert not law.is_homogeneous
    assert proved(under_flow(tied_skip(), "weight-decay", tau=tau), laws)


@pytest.mark.parametrize("tau", ["1/2", 0, "lam"])
@pytest.mark.parametrize(
    "net",
    [linear([2, 3, 1]), linear([2, 2, 2], bias="all"), System("xyz", phi=["x*y", "y*z"])],
    ids=lambda net: net.name,
)
def test_the_laws_that_are_listed(net, tau):
    """h(s theta) for every law h, and tau, are conserved and as many as are counted."""
    moved = under_flow(net, "weight-decay", tau=tau)
    report = analyze(moved)
    assert len(report.upper.laws) == report.laws == analyze(net).laws + (tau == "lam")
    assert all(check_law(moved, law).conserved for law in report.upper.laws)


def test_methods_are_those_of_the_network():
    net = linear([3, 4, 3], flow="weight-decay")
    for method in ("auto", "widening", "symmetric", "generic"):
        report = analyze(net, method=method)
        assert (report.laws, report.verdict) == (10, "proved")
        assert (report.lower.make_proof()["kind"] == "homogeneous-decay") == (method != "generic")
    with pytest.raises(
        InputError, match="^method: paths is not for linear 3-4-3 --flow weight-decay"
    ):
        analyze(net, method="paths")
    large = linear([40, 40, 40], flow="weight-decay")
    with pytest.raises(LimitError, match="^flow: .* 64000 paths, more than the 20000"):
        analyze(large, method="generic")


@pytest.mark.parametrize("last", ["x^2 + y^3 + z^3", "x^2"], ids=["parts", "homogeneous"])
def test_a_search_that_stagnates_is_confirmed(last, monkeypatch):
    """Probable for the flow where it is for the gradient, with the error of that search."""
    monkeypatch.setattr(generic, "FORMS_LIMIT", 0)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    system = System("xyz", phi=["x*(y^3 + z^3)", last])  # the law 1/y - 1/z is no polynomial
    plain, moved = analyze(system), analyze(under_flow(system, "weight-decay"))
    assert (plain.verdict, moved.verdict) == ("probable", "probable")
    assert plain.laws == moved.laws == 1 and moved.laws_min == plain.laws_min == 0
    assert 0 < moved.error_bound < Fraction(1, 10**12)
    assert any("none raised the rank" in note for note in moved.notes)


def test_an_open_interval_of_a_network_that_is_not_homogeneous(monkeypatch):
    """Too many paths for its parts: the brackets of phi bound those of the parts from one side."""
    monkeypatch.setattr("pyconslaw.methods.weight_decay.PARTS_PATHS", 1)
    report = analyze(linear([1, 1, 1, 1, 1], bias="all", flow="weight-decay"), effort=1)
    assert report.verdict == "open" and report.laws_min <= 3 <= report.laws_max
    assert any("too many paths" in note for note in report.notes)


def test_only_weight_decay():
    assert linear([1, 1], flow="weight-decay").problem.decays
    for flow in (None, "momentum", "mirror", "nesterov", "natural", "sign"):
        assert not linear([1, 1], flow=flow).problem.decays


def test_the_better_bounds_are_kept():
    """Of a graph that is not homogeneous, and of its parts, whichever is found further."""
    moved = linear([1, 2, 1], bias="all", flow="weight-decay")
    seen = []

    def walk(problem, budget):
        found = table.find_bounds(problem, "", budget, 1).bounds
        seen.append(problem)
        if problem is not moved.problem.base:
            return found
        dimension = found.upper.dimension + 1
        short = UpperBound(dimension, found.upper.reasons, {"kind": "single-generator"})
        return Bounds(found.lower, short, found.family)

    row = WeightDecay(walk, lambda problem: None)
    found = row.bounds(moved.problem, Budget(Random(2), 1e7))
    lower, upper = found.lower, found.upper
    # the laws of degree 1 and 2 were made once more, and are enough
    assert seen == [moved.problem.base]
    assert lower.rank == upper.dimension == 5


@pytest.mark.parametrize("flow", ["weight-decay", "natural"])
def test_graphs_that_the_checker_does_not_read(monkeypatch, flow):
    net = under_flow(random_dags.network(random_dags.draw(random.Random(3))), flow)
    certify(net)
    monkeypatch.setattr("pyconslaw.certificate.GRAPH_LIMIT", 3)
    with pytest.raises(LimitError, match="^network: .* limited to 3 nodes and edges"):
        certify(net)
