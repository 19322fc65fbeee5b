"""Reports as JSON and back: nothing is lost, and what is altered or unknown is refused in words."""

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyconslaw
from pyconslaw import (
    FunctionReport,
    InputError,
    Polynomial,
    Report,
    System,
    analyze,
    analyze_function,
    certify,
    dag,
    find_laws,
    known_laws,
    linear,
    mlp,
    product,
    residual,
    under_flow,
)
from pyconslaw.records.bounds import BracketWords
from pyconslaw.records.closed_form import ONE, ZERO, ClosedForm

SKIP = dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y"), ("x", "y")], ["y"])
NETWORKS = {
    "by widths": linear([2, 3, 2]),
    "graph": SKIP,
    "product": product(4),
    "of polynomials": System("xy", phi=["x*y", "x + y^2"]),
    "products": System({"Q": (2, 3), "K": (2, 4)}, phi="Q^T K"),
    "parts": System("abcxyz", phi=["a*b*c", "x*y^2 + z^3", "x*y*z"]),
    "in closed form": System("xy", fields=[["x*(1 - y)", "y*(x - 1)"]]),
    "focus": System("xy", fields=[["x - y", "x + y"]]),
    "residual": residual(2, 2, 2),
    "momentum": under_flow(linear([2, 2]), "momentum"),
    "decay": under_flow(mlp([1, 2, 1]), "weight-decay"),
}
TEXT = analyze(NETWORKS["graph"]).to_json()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_report_comes_back_whole(name):
    net = NETWORKS[name]
    report = analyze(net)
    text = report.to_json()
    again = Report.from_json(text)
    assert type(again) is Report and again.intact and again.to_json() == text
    assert str(again) == str(report) and again.json() == report.json()
    assert again.error_bound == report.error_bound and again.upper.forms == report.upper.forms
    assert tuple(again.upper.laws) == tuple(report.upper.laws)
    assert isinstance(again.lower, BracketWords) == isinstance(report.lower, BracketWords)
    assert [str(h) for h in known_laws(net, report=again)] == list(map(str, known_laws(net)))
    if report.verdict == "proved":
        assert certify(net, report=again).bytes == certify(net, report=report).bytes
    record = json.loads(text)
    assert (record["format"], record["schema"]) == ("pyconslaw-report", 1)
    assert record["version"] == pyconslaw.__version__
    assert report.json().items() <= record.items()


def test_what_is_only_probable():
    net = System("xyz", phi=["x^3*y + z", "x*z^2 - y^3"])
    report = analyze(net, effort=1e3)
    for exact in (report.error_bound, Fraction(1, 3), None):
        value = json.loads(report.to_json())
        value["error_bound_exact"] = None if exact is None else str(exact)
        if exact == report.error_bound:
            assert Report.from_json(value).error_bound == exact
        else:
            with pytest.raises(InputError, match="altered"):
                Report.from_json(value)


def test_a_report_about_a_function():
    net = mlp([2, 2, 1])
    report = analyze_function(
        net, [1, -1, 2, 1, 1, 1], [[1, 2], [Fraction(1, 3), 0]], loss="softmax"
    )
    for read in (Report.from_json, FunctionReport.from_json):
        again = read(report.to_json())
        assert type(again) is FunctionReport and again.intact and str(again) == str(report)
        asked, given_ = again.question, report.question
        assert (asked.object, asked.text, asked.of) == (given_.object, given_.text, given_.of)
        assert asked.fingerprint == given_.fingerprint == report.system
        assert again.to_json() == report.to_json()
        assert certify(net, report=again).bytes == certify(net, report=report).bytes
    value = json.loads(report.to_json())
    value["question"]["system"]["inputs"][0][0] = [3, 1]
    with pytest.raises(InputError, match="altered"):
        Report.from_json(value)
    with pytest.raises(InputError, match="^report: is about a network"):
        FunctionReport.from_json(TEXT)


def test_what_is_new_in_a_file_is_passed_over():
    value = {**json.loads(TEXT), "weather": "fine"}
    assert Report.from_json(value).to_json() == TEXT
    assert Report.from_json(json.dumps(value).encode()).to_json() == TEXT


@pytest.mark.parametrize("schema", [0, 2, None, "1", True, [1]])
def test_an_unknown_schema_is_refused_in_words(schema):
    value = {**json.loads(TEXT), "schema": schema, "version": "9.9"}
    with pytest.raises(InputError, match="its schema is .*version '9.9' of pyconslaw.*reads sch"):
        Report.from_json(value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "^report: "),
        ("[]", "^report: expected a JSON object"),
        ("[" * 100_000, "^report: nested too deeply"),
        (None, "^report: expected a JSON text, got NoneType"),
        ("{}", "^report: expected an object whose format is"),
        ('{"format": "pyconslaw-certificate"}', "got 'pyconslaw-certificate'"),
        ('{"format": "pyconslaw-report"}', "^report: its schema is None"),
    ],
)
def test_what_is_no_report_is_refused(text, what):
    with pytest.raises(InputError, match=what):
        Report.from_json(text)


@pytest.mark.parametrize("seal", ["", "x", None, "0" * 64])
def test_a_report_has_its_seal(seal):
    with pytest.raises(InputError, match="^report(.seal: expected|: was altered)"):
        Report.from_json({**json.loads(TEXT), "seal": seal})


def places(value, path=()):
    """Every place within a JSON value."""
    if path:
        yield path
    listed = range(len(value)) if isinstance(value, list) else ()
    for key in value if isinstance(value, dict) else listed:
        yield from places(value[key], (*path, key))


READ = ("network", "object", "parameters", "laws", "laws_min", "laws_max", "verdict", "upper_by")
READ += ("rank_by_round", "method", "found_by", "seed", "primes", "error_bound_exact", "notes")
READ += ("system", "seal", "lower", "upper", "format", "schema")


@pytest.mark.parametrize("key", READ)
def test_no_key_may_be_missing(key):
    value = json.loads(TEXT)
    del value[key]
    with pytest.raises(InputError, match=rf"^report(\.{key}: is missing|: )"):
        Report.from_json(value)


@given(st.data())
def test_whatever_is_altered_is_an_error_in_words_or_no_matter(data):
    """A report that is read says what it said; proofs are for the checker."""
    value = json.loads(TEXT)
    path = data.draw(st.sampled_from(list(places(value))))
    wrong = st.sampled_from([None, True, -1, 1.5, "x", [], {}, [[]], [-1], {"x": 1}, 2**64])
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    before = copy.deepcopy(value)
    inner[path[-1]] = data.draw(wrong)
    try:
        again = Report.from_json(value)
    except InputError as error:
        assert str(error).startswith("report")
    else:
        assert again.json() == Report.from_json(before).json()


X, Y = Polynomial.of([(1, [(0, 1)])]), Polynomial.of([(-3, [(1, 2)]), (2, [])])
LOG = ClosedForm(((2, X),))
FORMS = {
    "logarithms": ClosedForm(((2, X), (-1, Y))),
    "quotient": ClosedForm((), (X, Y)),
    "angle": ClosedForm(((1, X),), (ZERO, ONE), ((1, X, Y, -2),)),
    "product": ClosedForm((), (X, ONE), (), ((Y, LOG),)),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_all_kinds(name):
    assert ClosedForm.read(json.loads(json.dumps(FORMS[name].record()))) == FORMS[name]


def test_forms_are_not_nested():
    inner = FORMS["product"].record()
    with pytest.raises(ValueError, match="a product of products"):
        ClosedForm.read({**LOG.record(), "products": [[X.json(), inner]]})


def test_laws_with_logarithms_travel():
    net = NETWORKS["in closed form"]
    assert find_laws(net, report=Report.from_json(analyze(net).to_json())).complete


@given(st.lists(st.tuples(st.integers(), st.dictionaries(st.integers(0, 5), st.integers(1, 9)))))
def test_polynomials_come_back(terms):
    found = Polynomial.of((c, m.items()) for c, m in terms)
    assert Polynomial.from_json(json.loads(json.dumps(found.json()))) == found


@pytest.mark.parametrize(
    "terms",
    [None, 3, [3], [[1]], [[1, 2]], [[1, [[0]]]], [[1, [[0, 0]]]], [[1, [[-1, 1]]]], [[1.0, []]]]
    + [[[True, []]], [["1", []]], [[1, [["0", 1]]]], "x"],
)
def test_polynomials_that_are_none(terms):
    with pytest.raises(InputError, match="^terms: expected"):
        Polynomial.from_json(terms)
