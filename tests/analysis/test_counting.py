"""From a network to a report: verdicts, effort, refusals of what is asked wrongly."""

import dataclasses
import json
from fractions import Fraction

import pytest
from named import build
from reference import laws as slow_laws
from reference import polynomials as slow
from reference.trace import trace_dimension

import pyconslaw
from pyconslaw import (
    InputError,
    LimitError,
    NotProvedError,
    analyze,
    certify,
    check_law,
    count,
    known_laws,
    linear,
    mlp,
    polynomial_laws,
    polynomial_system,
    product,
)
from pyconslaw.methods import generic


def test_json_of_reports():
    report = analyze(linear([1, 2, 2, 1]), seed=3)
    found = report.json()
    assert json.loads(json.dumps(found)) == found
    assert (
        found["laws"] == 7
        and found["seed"] == 3
        and found["verdict"] == "proved"
        and found["upper_by"] == ["single generator"]
    )
    assert set(found) >= {
        "parameters",
        "laws",
        "laws_min",
        "laws_max",
        "verdict",
        "upper_by",
        "rank_by_round",
        "object",
        "method",
        "seed",
        "primes",
    }
    assert all(2**60 < p < 2**61 for p in found["primes"]) and "seconds" not in found
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.laws = 8


# the law 1/y - 1/z is no polynomial
PROBABLE = (["x", "y", "z"], ["x*(y^3 + z^3)", "x^2 + y^3 + z^3"], 1)


@pytest.fixture
def polynomials_only(monkeypatch):
    """Neither laws beyond polynomials nor frames are looked for unasked."""
    monkeypatch.setattr(generic, "FORMS_LIMIT", 0)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)


def test_a_law_that_is_no_polynomial_is_found():
    report = analyze(polynomial_system(*PROBABLE[:2]))
    assert (report.verdict, report.laws, report.upper_by) == (
        "proved",
        1,
        ("rational laws (1 independent)",),
    )


def test_probable_has_its_error_bound(polynomials_only):
    variables, phi, laws = PROBABLE
    net = polynomial_system(variables, phi)
    components = [slow.polynomial(f.terms) for f in net.phi]
    assert 3 - trace_dimension(components, 3) == laws
    assert slow_laws.law_basis(components, 3, [1, 2]) == []
    report = analyze(net)
    assert (report.verdict, report.laws, report.laws_min, report.laws_max) == (
        "probable",
        laws,
        0,
        laws,
    )
    assert isinstance(report.error_bound, Fraction) and 0 < report.error_bound < Fraction(1, 10**12)
    assert report.json()["error_bound"] == float(report.error_bound) and any(
        "none raised the rank" in note for note in report.notes
    )
    assert count(net) == laws
    with pytest.raises(NotProvedError) as caught:
        certify(net, report=report)
    assert caught.value.report is report


@pytest.mark.parametrize(
    ("name", "effort", "truth"),
    [
        ("linear 3-3-3", 0, 6),
        ("linear 3-3-3", 1, 6),
        ("linear 3-3-3", 1e4, 6),
        ("linear 2-4-3-2", 3e4, 16),
        ("linear 2-8-8-2", 1e5, 72),
        ("mlp 2-3-3-1 --activations relu,linear", 100, 9),
        ("mlp 5-6-4-3 --activations linear,relu", 1e4, 25),
        ("linear 1-2-2-1-2", 10, 8),
    ],
)
def test_small_effort_gives_an_open_interval(name, effort, truth):
    report = analyze(build(name), effort=effort, method="generic")
    assert report.verdict == "open" and report.laws is None and report.error_bound is None
    assert report.laws_min == truth < report.laws_max  # the best of the upper bounds is kept
    assert any("budget" in note for note in report.notes)
    with pytest.raises(NotProvedError) as caught:
        certify(build(name), report=report)
    assert caught.value.report is report and "open" in str(caught.value)


def test_count_of_an_open_answer(monkeypatch):
    full = analyze
    monkeypatch.setattr(
        "pyconslaw.analysis.counting.analyze",
        lambda network, seed=0: full(network, seed=seed, effort=10),
    )
    with pytest.raises(NotProvedError, match="open, between 6 and 18 laws") as caught:
        count(linear([3, 3, 3]))
    assert caught.value.report.verdict == "open"


def test_effort_only_decides_how_far():
    """More effort never contradicts less: intervals shrink, the truth stays inside."""
    net, low, high = linear([2, 4, 3, 2]), 0, 26
    for effort in (0, 1e3, 1e4, 3e4, 1e5, 3e5, 1e6, 1e8):
        report = analyze(net, effort=effort)
        assert low <= report.laws_min <= 16 <= report.laws_max <= high
        low, high = report.laws_min, max(report.laws_max, 16)
    assert report.verdict == "proved"


@pytest.mark.parametrize("seed", [-1, 2**64, True, 1.0, "0", None], ids=repr)
def test_bad_seed(seed):
    for call in (
        analyze,
        count,
        known_laws,
        certify,
        lambda n, seed: polynomial_laws(n, 2, seed=seed),
        lambda n, seed: check_law(n, "x1", seed=seed),
    ):
        with pytest.raises(InputError, match="^seed: expected"):
            call(product(2), seed=seed)


@pytest.mark.parametrize("network", [None, "linear 3-3-3", [3, 3, 3], object], ids=repr)
def test_bad_network(network):
    for call in (analyze, count, known_laws, certify, lambda n: polynomial_laws(n, 2)):
        with pytest.raises(InputError, match="^network: expected a Network"):
            call(network)


@pytest.mark.parametrize("effort", [None, "1e9", -1, float("nan"), [1]], ids=repr)
def test_bad_effort(effort):
    with pytest.raises(InputError, match="^effort: "):
        analyze(linear([2, 2, 2]), effort=effort)


def test_too_many_parameters():
    for net, method in ((linear([150, 140, 1]), "generic"), (product(20_001), "auto")):
        with pytest.raises(LimitError, match="^network: .* parameters"):
            analyze(net, method=method)


def test_large_coefficients_of_a_system_still_get_an_answer():
    """The search for laws declines coefficients above 2^60; the other bounds are still there."""
    net = polynomial_system(["x", "y"], ["x*y", f"{10**20}*x + y"])
    report = analyze(net)
    assert report.laws_min <= 0 <= report.laws_max and report.parameters == 2


def test_laws_beside_a_report_of_another_network():
    """The report decides whether a list of laws is complete, so it has to be about the same
    network.
    """
    for call in (known_laws, lambda n, report: polynomial_laws(n, 2, report=report)):
        with pytest.raises(InputError, match="^report: "):
            call(linear([1, 2, 2, 1]), report=analyze(mlp([1, 6, 1])))


def test_known_laws_of_systems(polynomials_only):
    assert [str(h) for h in known_laws(polynomial_system(["x", "y", "z"], ["x*y"]))] == [
        "z",
        "y^2 - x^2",
    ]
    assert known_laws(linear([2, 2])).json()["laws"] == [] and known_laws(linear([2, 2])).complete
    open_set = known_laws(polynomial_system(*PROBABLE[:2]))
    assert (len(open_set), open_set.complete, open_set.verdict) == (0, False, "probable")


def test_public_names():
    assert set(pyconslaw.__all__) >= {
        "analyze",
        "count",
        "known_laws",
        "polynomial_laws",
        "check_law",
        "certify",
        "linear",
        "mlp",
        "product",
        "polynomial_system",
        "Report",
        "Certificate",
        "InputError",
        "LimitError",
        "NotProvedError",
    }
    assert all(getattr(pyconslaw, name) is not None for name in pyconslaw.__all__) and set(
        pyconslaw.__all__
    ) <= set(dir(pyconslaw))
    with pytest.raises(AttributeError):
        pyconslaw.no_such_name  # noqa: B018
    assert issubclass(InputError, ValueError) and issubclass(
        NotProvedError, pyconslaw.PyconslawError
    )
