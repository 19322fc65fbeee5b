"""What is handed from one question to another belongs there, or is refused in words: reports, laws
and sets of laws, as they are made, altered, and read back from a pickle.
"""

import inspect
import pickle
from dataclasses import fields, replace
from functools import cache, partial

import numpy as np
import pytest

import pyconslaw as pcl
from pyconslaw.analysis.at_point import PointReport
from pyconslaw.records.report import FunctionReport, Report
from pyconslaw.verify import Refused, verify_bytes

NET = pcl.mlp([2, 2, 1])
WEIGHTS, INPUTS = [1, 1, -1, -1, 1, 1], [[1, 0], [0, 1], [2, 1]]  # the second neuron is dead


@cache
def own() -> Report:
    return pcl.analyze(NET)


@cache
def on_data(**options) -> FunctionReport:
    return pcl.analyze_function(NET, WEIGHTS, INPUTS, **options)


def graph(**labels):
    """x -> h -> y, with an edge x -> y: names of neurons change nothing, the graph does."""
    kinds = {"x": "input", "h": "relu", "y": "linear"}
    return pcl.dag(kinds, [{"from": "x", "to": "h"}, {"from": "h", "to": "y"}, labels])


# graphs with one name and as many parameters, which differ in an edge
SKIP, ONE_MORE = (graph(**{"from": "x", "to": "y", "frozen": weight}) for weight in (1, 2))
# systems with the same names of variables
ROTATION = pcl.System(["x", "y"], fields=[["y", "-x"]])
DILATION = pcl.System(["x", "y"], fields=[["x", "y"]])

# (network, what is asked about it, a call with a report)
WITH_REPORT = {
    "known_laws": lambda net, report: pcl.known_laws(net, report=report),
    "polynomial_laws": lambda net, report: pcl.polynomial_laws(net, 2, report=report),
    "find_laws": lambda net, report: pcl.find_laws(net, report=report),
    "complement": lambda net, report: pcl.complement(net, [], report=report),
    "certify": lambda net, report: pcl.certify(net, report=report),
    "assert_laws": lambda net, report: pcl.assert_laws(net, 2, report=report),
    "structure": lambda net, report: pcl.structure(net, report=report),
}
WITH_LAWS = {
    "check_law": lambda net, law: pcl.check_law(net, law),
    "complement": lambda net, law: pcl.complement(net, [law]),
    "analyze": lambda net, law: pcl.analyze(net, laws=[law]),
    "certify": lambda net, law: pcl.certify(net, laws=[law]),
}
# these take laws and no network: they are about the one that the laws name
LAWS_ALONE = {"laws_at_initialization", "to_sympy"}


def arguments(name):
    """The parameters of a public function; none of a class or an exception."""
    public = getattr(pcl, name)
    return set() if inspect.isclass(public) else set(inspect.signature(public).parameters)


def test_every_public_function_that_takes_such_an_object_is_here():
    taking = {name: arguments(name) for name in pcl.__all__}
    assert {name for name, found in taking.items() if "report" in found} == set(WITH_REPORT)
    # `laws` of assert_laws is a number
    asked = {name for name, found in taking.items() if found & {"law", "laws"}} - {"assert_laws"}
    assert asked == set(WITH_LAWS) | LAWS_ALONE


@cache
def wrong_reports():
    """About NET's neighbours in every respect, each with words of what it is about."""
    flow, natural = (pcl.under_flow(NET, name) for name in ("momentum", "natural"))
    return {
        "another network": (pcl.analyze(pcl.mlp([2, 3, 1])), "relu 2-3-1"),
        "another activation": (pcl.analyze(pcl.linear([2, 2, 1])), "linear 2-2-1"),
        "a flow": (pcl.analyze(flow), "--flow momentum"),
        "the natural gradient": (pcl.analyze(natural), "--flow natural"),
        "a function": (on_data(), "the function on 3 examples of relu 2-2-1"),
        "a function under softmax": (on_data(loss="softmax"), "under softmax"),
        "a point": (pcl.analyze(NET, at=WEIGHTS), "the trace at a point of relu 2-2-1"),
        "a certificate": (pcl.certify(NET), "Certificate"),
        "laws": (pcl.known_laws(NET), "LawSet"),
        "a structure": (pcl.structure(NET), "Structure"),
        "JSON": (own().json(), "network"),
        "nothing of the kind": (2, "2"),
    }


@pytest.mark.parametrize("case", range(12))
@pytest.mark.parametrize("name", WITH_REPORT)
def test_a_wrong_report(name, case):
    report, words = list(wrong_reports().values())[case]
    if name == "certify" and isinstance(report, FunctionReport):
        accepted = verify_bytes(pcl.certify(NET, report=report).bytes)
        assert accepted.object == "function on 3 examples"
        return
    with pytest.raises(pcl.InputError, match="^report: is ") as caught:
        WITH_REPORT[name](NET, report)
    assert words in str(caught.value) and "expected one of analyze about relu 2-2-1" in str(
        caught.value
    )


@pytest.mark.parametrize("name", WITH_REPORT)
def test_the_right_report_of_any_seed(name):
    for report in (own(), pcl.analyze(NET, seed=7), pickle.loads(pickle.dumps(own()))):
        WITH_REPORT[name](NET, report)


def test_a_report_of_a_network_with_the_same_name():
    assert SKIP.name == ONE_MORE.name and SKIP.size == ONE_MORE.size
    for name, call in WITH_REPORT.items():
        with pytest.raises(pcl.InputError, match="^report: is about dag") as caught:
            call(SKIP, pcl.analyze(ONE_MORE))
        for net in (SKIP, ONE_MORE):
            assert net.fingerprint[:16] in str(caught.value), name


@pytest.mark.parametrize("name", WITH_LAWS)
def test_laws_of_another_network_with_equal_names(name):
    ask = WITH_LAWS[name]
    mine, others = pcl.known_laws(ROTATION), pcl.known_laws(pcl.mlp([2, 3, 1]))
    closed = pcl.find_laws(DILATION)[0]
    cases = [(DILATION, mine[0]), (DILATION, mine), (ROTATION, closed), (NET, others[0])]
    cases += [(SKIP, pcl.known_laws(ONE_MORE)[0]), (NET, pcl.balance_laws(pcl.mlp([2, 3, 1])))]
    cases += [(NET, pcl.known_laws(pcl.under_flow(NET, "natural"))[0])]
    for network, law in cases:
        with pytest.raises(pcl.InputError, match=r"law: is a law of ") as caught:
            ask(network, law)
        assert f"expected one of {network.name}" in str(caught.value)


def test_a_set_is_no_law():
    for laws in (pcl.known_laws(NET), pcl.find_laws(NET), pcl.balance_laws(NET)):
        with pytest.raises(pcl.InputError, match="^law: expected one polynomial law, got a "):
            pcl.check_law(NET, laws)
    assert not len(pcl.complement(NET, pcl.known_laws(NET)))  # a set is a sequence of laws


def test_laws_of_a_function_are_not_laws_of_the_network():
    """They carry no network, so they are looked at one by one."""
    extra = [law for law in on_data().upper.laws if law.degree == 1]
    assert len(extra) == 3
    for law in extra:
        assert not pcl.check_law(NET, law)
        with pytest.raises(pcl.InputError, match=r"laws\[0\]: is not a conservation law"):
            pcl.complement(NET, [law])


def test_sets_of_laws_at_initial_weights():
    laws = pcl.known_laws(NET)
    assert pcl.laws_at_initialization(laws, samples=2).values.shape == (2, 2)
    mixed = replace(pcl.known_laws(ROTATION), network=DILATION)
    longer = replace(laws, laws=pcl.balance_laws(pcl.mlp([2, 2, 1], bias=True)))
    for wrong in (mixed, longer):
        with pytest.raises(pcl.InputError, match="^laws: a set of laws of .* holds one of "):
            pcl.laws_at_initialization(wrong)
    for wrong in (laws[0], own(), [laws[0]], None):
        with pytest.raises(pcl.InputError, match="^laws: expected a LawSet"):
            pcl.laws_at_initialization(wrong)


OTHER = pcl.analyze(pcl.mlp([2, 2, 1], "leaky_relu", bias=True))
ALTERED = {
    "laws": {"laws": 3},
    "laws_max": {"laws_max": 3},
    "laws_min": {"laws_min": 3},
    "all numbers": {"laws": 3, "laws_min": 3, "laws_max": 3},
    "verdict": {"verdict": "probable"},
    "parameters": {"parameters": 7},
    "object": {"object": "function on 3 examples"},
    "lower bound": {"lower": OTHER.lower},
    "upper bound": {"upper": OTHER.upper},
    "reasons": {"upper_by": ("because",)},
    "notes": {"notes": ("trust me",)},
    "method": {"method": "theorem"},
    "seed": {"seed": 3},
}


@pytest.mark.parametrize("change", ALTERED)
def test_fields_that_do_not_belong_together(change):
    altered = replace(own(), **ALTERED[change])
    for report in (altered, pickle.loads(pickle.dumps(altered))):
        for name, call in WITH_REPORT.items():
            with pytest.raises(pcl.InputError, match="^report: its fields do not belong together"):
                call(NET, report)
            assert not report.intact, name


def test_another_fingerprint_does_not_make_it_another_report():
    """A report about a function, or about another network, that says it is about this one."""
    for other in (on_data(), pcl.analyze(pcl.mlp([2, 2, 1], "leaky_relu"))):
        forged = replace(other, system=NET.fingerprint, object=NET.object, network=NET.name)
        for call in WITH_REPORT.values():
            with pytest.raises(pcl.InputError, match="^report: "):
                call(NET, forged)


def test_a_function_report_with_another_question():
    question = on_data().question
    others = [
        replace(question, loss="softmax"),
        replace(question, weights=question.weights * 2),
        replace(question, inputs=question.inputs[:2]),
        replace(question, network=pcl.linear([2, 2, 1]).spec),
    ]
    for other in others:
        for forged in (
            replace(on_data(), question=other),
            replace(on_data(), question=other, system=other.fingerprint),
            replace(on_data(), question=other, system=other.fingerprint, object=other.object),
        ):
            with pytest.raises(pcl.InputError, match="^report: "):
                pcl.certify(NET, report=forged)
    with pytest.raises(pcl.InputError, match="expected one about relu 2-3-1"):
        pcl.certify(pcl.mlp([2, 3, 1]), report=on_data())
    with pytest.raises(pcl.InputError, match="^network: expected a Network"):
        pcl.certify("relu 2-2-1", report=on_data())
    with pytest.raises(pcl.InputError, match="^network: expected a Network"):
        pcl.certify(None, report=own())


def test_weights_that_are_changed_afterwards_are_seen():
    report = pcl.analyze_function(NET, WEIGHTS, INPUTS)
    report.question.weights[0] += 1
    with pytest.raises(pcl.InputError, match="^report: its fields do not belong together"):
        pcl.certify(NET, report=report)


def test_certificates_of_functions_are_not_those_of_networks():
    data = pcl.certify(NET, report=on_data()).bytes
    assert on_data().system != own().system
    assert verify_bytes(data, f"sha256 {on_data().system}").laws == 4
    for expected in (NET.name, f"sha256 {NET.fingerprint}"):
        with pytest.raises(Refused, match="this is a certificate of the function on 3 examples"):
            verify_bytes(data, expected)


# ------------------------------------------------------------------------------------- pickles


DEEP = pcl.linear([2, 2, 2])
NETWORKS = {
    "layers": NET,
    "a graph": SKIP,
    "a product": pcl.product(3),
    "vector fields": ROTATION,
    "parts": pcl.System(
        [f"x{k}" for k in range(120)],
        fields=[{f"x{k}": f"x{k + 1}", f"x{k + 1}": f"-x{k}"} for k in range(0, 120, 2)],
    ),
    "momentum": pcl.under_flow(NET, "momentum"),
    "natural": pcl.under_flow(NET, "natural"),
    "recurrent": pcl.recurrent(2, 2, 1, 2),
    "layers, many": pcl.mlp([400, 300, 10]),
}
# name: network, and what makes the report
REPORTS = {key: (net, partial(pcl.analyze, net)) for key, net in NETWORKS.items()} | {
    **{
        method: (DEEP, partial(pcl.analyze, DEEP, method=method))
        for method in ("generic", "symmetric", "widening")
    },
    "single generator": ((long := pcl.linear([1, 20, 20, 1])), partial(pcl.analyze, long)),
    "function": (NET, on_data),
    "softmax": (NET, partial(on_data, loss="softmax")),
}
# one of each other kind that is handed on or kept
OTHERS = {
    "point": lambda: pcl.analyze(NET, at=WEIGHTS),
    "law": lambda: pcl.known_laws(NET)[0],
    "laws": lambda: pcl.known_laws(NET),
    "balance laws": lambda: pcl.balance_laws(DEEP),
    "closed law": lambda: pcl.find_laws(DILATION)[0],
    "closed laws": lambda: pcl.find_laws(DILATION),
    "structure": lambda: pcl.structure(ROTATION),
    "certificate": lambda: pcl.certify(NET),
    "family": lambda: pcl.family(pcl.linear([1, 2, 2, 1])),
    "check": lambda: pcl.check_law(NET, "W1[0,0]"),
    "initial": lambda: pcl.laws_at_initialization(pcl.known_laws(NET), samples=3),
}
MADE = (
    {f"network: {key}": partial(NETWORKS.get, key) for key in NETWORKS}
    | {f"report: {key}": make for key, (_, make) in REPORTS.items()}
    | OTHERS
)


@pytest.mark.parametrize("name", MADE)
def test_pickles(name):
    """Before and after use, with all that was computed meanwhile."""
    thing = MADE[name]()
    for _ in range(2):
        back = pickle.loads(pickle.dumps(thing))
        assert type(back) is type(thing)
        same(thing, back)


def same(thing, back):
    if isinstance(thing, pcl.Network):
        assert (back.fingerprint, back.name) == (thing.fingerprint, thing.name)
        assert back.node_names == thing.node_names and back.entry_names == thing.entry_names
        if not thing.has_graph or thing.size < 1000:
            letters = thing.fields().description, thing.explicit().size
            assert (back.fields().description, back.explicit().size) == letters
    elif isinstance(thing, Report):
        assert back.intact and back.json() == thing.json()
        assert str(back) == str(thing)
        assert back.lower.make_proof() == thing.lower.make_proof()
        assert back.upper.proof == thing.upper.proof
    elif isinstance(thing, PointReport):
        assert back.json() == thing.json() and back.point == thing.point == tuple(WEIGHTS)
    elif isinstance(thing, pcl.LawSet | pcl.BalanceLaws):
        assert [str(law) for law in back] == [str(law) for law in thing]
        weights = np.arange(1.0, back.network.size + 1)
        assert (back.values(weights) == thing.values(weights)).all()
    elif isinstance(thing, pcl.Law | pcl.ClosedLaw):
        assert str(back) == str(thing) and bool(pcl.check_law(thing.network, back))
    elif isinstance(thing, pcl.InitialLaws):
        assert (back.values == thing.values).all()
    elif isinstance(thing, pcl.Structure):
        assert back.json() == thing.json()
    else:
        assert repr(back) == repr(thing)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_from_a_pickle_is_handed_on(name):
    network, make = REPORTS[name]
    report = make()
    back = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(report))))
    written = pcl.certify(network, report=report).bytes
    assert pcl.certify(network, report=back).bytes == written
    assert verify_bytes(written).laws == report.laws


def test_a_function_that_has_no_certificate_says_so_from_a_pickle(monkeypatch):
    monkeypatch.setattr("pyconslaw.analysis.on_data.TERM_LIMIT", 0)
    report = pickle.loads(pickle.dumps(pcl.analyze_function(NET, WEIGHTS, INPUTS)))
    assert report.verdict == "proved"
    with pytest.raises(pcl.LimitError, match="too many terms for a certificate"):
        pcl.certify(NET, report=report)


def test_the_seal_covers_every_field():
    for f in fields(Report):
        if f.name not in ("lower", "upper", "seal"):
            assert not replace(own(), **{f.name: ("another",)}).intact, f.name
