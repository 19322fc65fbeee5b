"""Questions: options, seeds, and that rows say what the library says."""

import json

import pytest

import pyconslaw as pcl
from pyconslaw.sweeps.questions import answer, question_of, seed_of
from pyconslaw.verify import verify_bytes

NETWORK = pcl.mlp([2, 3, 1], bias=True)
ROTATION = pcl.System(["x", "y"], fields=[["y", "-x"]])


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("size", None, "question: expected one of count, laws"),
        ("count", {"degree": 2}, "options: expected some of method, effort"),
        ("count", {"budget": 0}, "options: budget: expected a positive"),
        ("count", {"budget": True}, "options: budget: expected a positive"),
        ("count", {"memory": float("nan")}, "options: memory: expected a positive"),
        ("count", {"method": "fast"}, "options: method: expected one of auto"),
        ("count", [1], "options: expected a mapping, got list"),
        ("laws", {"degree": 0}, "options: degree: expected an integer from 1"),
        ("laws", {"forms": "rational"}, "options: forms: expected some of"),
        ("laws", {"forms": ["cubic"]}, "options: forms: expected some of"),
        ("laws", {"up_to": True}, "options: up_to needs a degree"),
        ("laws", {"up_to": 1, "degree": 2}, "options: up_to: expected True or False"),
        ("laws", {"forms": ["rational"], "degree": 2, "up_to": True}, "forms takes degree"),
    ],
)
def test_wrong_options_are_said_before_anything_is_asked(name, options, words):
    with pytest.raises(pcl.InputError, match=words):
        question_of(name, options, 0)


@pytest.mark.parametrize("seed", [-1, 2**64, True, "0", 0.0])
def test_wrong_seeds(seed):
    with pytest.raises(pcl.InputError, match="seed: expected an integer"):
        question_of("count", None, seed)


def test_equal_questions_have_equal_texts():
    first = question_of("count", {"budget": 10, "method": "auto"}, 0)
    second = question_of("count", {"method": "auto", "effort": None, "budget": 10.0}, 0)
    assert first.text == second.text
    assert first.text != question_of("count", {"budget": 10}, 1).text


def test_a_seed_is_of_the_network():
    assert seed_of(0, NETWORK) == seed_of(0, pcl.mlp([2, 3, 1], bias=True))
    assert len({seed_of(s, n) for s in (0, 1) for n in (NETWORK, ROTATION)}) == 4
    assert 0 <= seed_of(0, NETWORK) < 2**64


def test_a_row_says_what_analyze_says():
    made = answer(NETWORK, question_of("count", {"method": "generic"}, 5), certificates=True)
    report = pcl.analyze(NETWORK, seed=seed_of(5, NETWORK), method="generic")
    row = made["row"]
    assert json.loads(made["report"]) == {"report": json.loads(json.dumps(report.json()))}
    assert (row["status"], row["laws"], row["laws_min"], row["laws_max"]) == ("proved", 3, 3, 3)
    assert (row["fingerprint"], row["parameters"]) == (report.system, 12)
    assert row["evidence"] == "; ".join(report.upper_by)
    assert made["certificate"] == str(pcl.certify(NETWORK, report=report))
    assert verify_bytes(made["certificate"].encode() + b"\n").laws == 3


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ({}, pcl.known_laws(NETWORK)),
        ({"degree": 2}, pcl.polynomial_laws(NETWORK, 2)),
        ({"degree": 2, "up_to": True}, pcl.polynomial_laws(NETWORK, 2, up_to=True)),
        ({"forms": ["polynomial"], "degree": 2}, pcl.find_laws(NETWORK, forms=["polynomial"])),
    ],
    ids=["known", "of a degree", "up to a degree", "of forms"],
)
def test_laws(options, listed):
    made = answer(NETWORK, question_of("laws", options, 0), certificates=False)
    found = json.loads(made["report"])["laws"]
    assert found["laws"] == [str(law) for law in listed]
    assert made["row"]["listed"] == len(listed) == found["total"]
    assert made["row"]["laws"] == 3 and "certificate" not in made


def test_laws_of_other_forms():
    made = answer(ROTATION, question_of("laws", {"forms": ["polynomial"]}, 0), False)
    assert json.loads(made["report"])["laws"]["laws"] == ["x^2 + y^2"]


def test_what_is_too_large_is_refused_with_the_reason():
    question = question_of("count", {"memory": 1000.0, "method": "generic"}, 0)
    row = answer(pcl.linear([60, 60, 60]), question, True)["row"]
    assert row["status"] == "refused" and "memory" in row["message"] and row["parameters"] == 7200


def test_an_open_row_has_an_interval_and_no_certificate():
    question = question_of("count", {"effort": 1.0, "method": "generic"}, 0)
    made = answer(pcl.linear([5, 5, 5]), question, certificates=True)
    row = made["row"]
    assert row["status"] == "open" and row["laws"] is None and row["laws_min"] < row["laws_max"]
    assert "certificate" not in made and row["message"]
