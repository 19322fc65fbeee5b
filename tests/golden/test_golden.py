"""What an earlier version wrote is accepted and answered today: the files beside this one.

The files are never written again; new cases get new ones from write.py. A line of cases.py and a
file belong together, and every kind of proof, type of system, flow and command has one at least.
"""

import copy
import json
from pathlib import Path

import pytest

from golden.cases import ANSWERS, CERTIFICATES
from golden.compare import differences
from golden.coverage import features, stated
from golden.running import HERE, answer
from pyconslaw.cli.main import cli
from pyconslaw.verify.kinds import LOWER, UPPER
from pyconslaw.verify.systems import TYPES
from pyconslaw.verify.systems.flow import FLOWS

PAGE = Path(__file__).parents[2] / "docs" / "certificate.md"
# shapes that a kind of proof or type of system has several of
SHAPES = {
    "law neurons", "law of two neurons", "law potential", "law idle", "law symmetry", "form logs",
    "form quotient", "form angles", "chain", "nested word", "copies", "frozen", "drift", "metric",
    "friction none", "friction number", "friction parameter", "bias none", "bias hidden",
    "bias all", "activation linear", "activation relu", "activation leaky_relu",
}  # fmt: skip


def read(kind: str, name: str) -> dict:
    return json.loads((HERE / kind / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", CERTIFICATES)
def test_an_old_certificate_is_accepted_with_the_same_words(name):
    old = read("accepted", name)
    assert old["status"] == 0 and old["json"]["accepted"] is True
    new = answer(f"verify certificates/{name}.json --json")
    assert new["status"] == 0 and new["stderr"] == ""
    assert {key: new["json"].get(key) for key in old["json"]} == old["json"]


def spoken(found: dict) -> dict:
    """An error under --json, which is an object by now, in the words that it was before."""
    if not found["stderr"].startswith("{"):
        return found
    said = json.loads(found["stderr"])
    assert "--json" in found["words"] and set(said) == {"error", "status"}
    assert said["status"] == found["status"]
    return {**found, "stderr": f"Error: {said['error']}\n"}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_old_answer_is_given_again(name):
    old = read("answers", name)
    assert old["words"] == ANSWERS[name]
    new = answer(old["words"])
    if old["stderr"].startswith("pyconslaw: "):  # all errors begin alike by now
        old["stderr"] = old["stderr"].replace("pyconslaw: ", "Error: ", 1)
    if not old["stderr"].startswith("{"):
        new = spoken(new)
    if old["status"] == 2:  # before the last line come names of options, which may be more now
        old, new = ({**x, "stderr": x["stderr"].strip().split("\n")[-1]} for x in (old, new))
    assert differences(old, new) == []


def test_files_and_cases_belong_together():
    for kind, names in (
        ("certificates", CERTIFICATES),
        ("accepted", CERTIFICATES),
        ("answers", ANSWERS),
    ):
        assert {path.stem for path in (HERE / kind).iterdir()} == set(names), kind


def test_every_kind_and_type_has_a_certificate():
    found = set().union(*(features(read("certificates", name)) for name in CERTIFICATES))
    wanted = {f"lower {kind}" for kind in LOWER} | {f"upper {kind}" for kind in UPPER}
    wanted |= {f"type {kind}" for kind in TYPES} | {f"flow {flow}" for flow in FLOWS}
    wanted |= {f"flow of {kind}" for kind in TYPES if kind not in ("flow", "function")}
    assert sorted((wanted | stated(PAGE.read_text()) | SHAPES) - found) == []


def test_the_page_about_certificates_is_read():
    """Otherwise nothing on it would be missed above."""
    kinds = {f"kind {kind}" for kind in (*LOWER, *UPPER)} | {f"type {kind}" for kind in TYPES}
    assert kinds <= stated(PAGE.read_text())


def test_every_command_has_an_answer_as_json():
    """But `torch`, whose modules need torch: tests/torch_room has its answers."""
    asked = {words.split()[0] for name, words in ANSWERS.items() if "json" in read("answers", name)}
    assert asked == set(cli.commands) - {"torch"}


def test_every_status_and_verdict_has_an_answer():
    answers = [read("answers", name) for name in ANSWERS]
    assert {a["status"] for a in answers} == {0, 1, 2, 3, 4}
    assert {a["json"].get("verdict") for a in answers if type(a.get("json")) is dict} >= {
        "proved",
        "probable",
        "open",
    }


# what the comparison must see, and what it must not mind
OLD = read("answers", "count-linear")
CHANGES = {
    "a count": lambda a: a["json"].update(laws=4),
    "a key": lambda a: a["json"].pop("laws_min"),
    "a type": lambda a: a["json"].update(laws=3.5),
    "a boolean": lambda a: a["json"].update(laws=True),
    "a verdict": lambda a: a["json"].update(verdict="open"),
    "no error any more": lambda a: a["json"].update(error_bound=0.5),
    "a reason": lambda a: a["json"]["upper_by"].append("more"),
    "a status": lambda a: a.update(status=3),
    "a message": lambda a: a.update(stderr="trouble"),
    "a time that is a text": lambda a: a["json"].update(seconds="1 s"),
}
HARMLESS = {
    "a time": lambda a: a["json"].update(seconds=10.0),
    "a new key": lambda a: a["json"].update(news=[1]),
    "primes": lambda a: a["json"].update(primes=[7]),
    "a method and its reasons": lambda a: a["json"].update(method="new", upper_by=["new"]),
}


@pytest.mark.parametrize("name", [*CHANGES, *HARMLESS])
def test_the_comparison_sees_what_matters(name):
    new = copy.deepcopy(OLD)
    (CHANGES | HARMLESS)[name](new)
    assert bool(differences(OLD, new)) == (name in CHANGES)


def test_rows_may_be_added_and_not_be_lost():
    old = read("answers", "reproduce-momentum")["json"]
    new = copy.deepcopy(old)
    new["experiments"].insert(3, {"network": "new", "group": "new"})
    new["right"] += 1
    assert differences(old, new) == []
    del new["experiments"][7]
    assert differences(old, new)
    new = copy.deepcopy(old)
    new["experiments"][5]["ours"] += 1
    assert differences(old, new)


def test_of_a_proof_the_kind_and_the_keys_stay():
    old = read("answers", "certify-linear")["json"]
    new = copy.deepcopy(old)
    new["lower"]["words"].reverse()
    assert differences(old, new) == []
    del new["lower"]["words"]
    assert differences(old, new) == ["answer.lower.words: missing"]
    new = copy.deepcopy(old)
    new["upper"]["kind"] = "potentials"
    assert differences(old, new)
