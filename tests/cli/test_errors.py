"""Errors have one form: a line that begins alike, or one object under --json."""

import json
from pathlib import Path

import pytest
from commands import run

REFUSED = [
    ([], 2),
    (["nonsense"], 2),
    (["count"], 2),
    (["count", "tanh", "3-3"], 2),
    (["count", "linear", "3-0-3"], 2),
    (["count", "linear", "3-3-3", "--unknown"], 2),
    (["count", "linear", "3-3-3", "--seed", "x"], 2),
    (["count", "--file", "absent.json"], 2),
    (["count", "linear", "3-3-3", "--memory", "1"], 1),
    (["count", "linear", "1-1-1", "--expect", "2"], 1),
    (["count", "linear", "2-2-2", "-o", "absent/c.json"], 1),
    (["certify", "linear", "1-2-2-1", "--method", "symmetric"], 4),
    (["certify", "system", "cubes.json"], 3),
    (["certify", "function"], 2),
    (["certify", "function", "data.json", "--bias"], 2),
    (["verify", "c.json", "--expect", "nonsense"], 2),
    (["values", "linear", "2-2-2"], 2),
    (["values", "linear", "2-2-2", "--at", "absent.json"], 2),
    (["check", "linear", "2-2-2", "--law", "x^"], 2),
    (["complement", "linear", "2-2-2"], 2),
    (["function", "absent.json"], 2),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    golden = Path(__file__).parents[1] / "golden"
    (tmp_path / "cubes.json").write_bytes((golden / "inputs" / "many_cubes.json").read_bytes())
    (tmp_path / "c.json").write_bytes((golden / "certificates" / "product-4.json").read_bytes())


@pytest.mark.parametrize(("words", "status"), REFUSED, ids=str)
def test_an_error_is_a_line_or_an_object(words, status, folder):
    said = run(*words)
    assert said.exit_code == status
    as_json = run(*words, "--json")
    assert as_json.exit_code == status and isinstance(as_json.exception, SystemExit)
    record = json.loads(as_json.stderr)
    assert set(record) == {"error", "status"} and record["status"] == status
    if words:  # without a command: the help
        assert said.stderr.splitlines()[-1] == f"Error: {record['error']}".splitlines()[-1]
        assert said.stderr.count("Error: ") == 1


def test_json_after_two_dashes_is_no_option():
    said = run("count", "linear", "--", "0-3")
    assert said.exit_code == 2 and said.stderr.splitlines()[-1].startswith("Error: dims")
    said = run("verify", "--", "--json")
    assert said.exit_code == 2
    assert said.stderr.splitlines()[-1] == "Error: --json: No such file or directory"


def test_an_answer_that_comes_with_an_error_is_there():
    found = run("count", "linear", "1-1-1", "--expect", "2", "--json")
    assert json.loads(found.stdout)["claim"]["verdict"] == "refuted"
    assert json.loads(found.stderr)["status"] == found.exit_code == 1
