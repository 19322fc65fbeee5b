"""Blocks by words on the command line, and the catalogue of real networks."""

from itertools import islice

import pytest
from commands import data, run

WORDS = ["attention", "4,heads=2,rotary"]


def test_blocks_are_counted():
    record = data(run("count", *WORDS, "--json"))
    assert (record["network"], record["laws"]) == ("attention 4,heads=2,rotary", 8)
    assert any("softmax" in note for note in record["notes"])
    assert data(run("count", "stack", "2, linear 3, [linear 3, relu, linear 3], softmax", "--json"))


def test_laws_of_a_large_block_come_one_by_one():
    record = data(run("laws", "lora", "40000,3,2", "--limit", "0", "--json"))
    assert (record["total"], record["complete"], record["laws"]) == (3, True, [])


def test_certify_and_verify(tmp_path):
    file = str(tmp_path / "c.json")
    assert run("certify", *WORDS, "-o", file).exit_code == 0
    assert run("verify", file).exit_code == 0


def test_a_block_under_a_flow():
    record = data(run("count", "lora", "2,2,1", "--flow", "momentum", "--json"))
    assert record["network"].startswith("lora 2,2,1 --flow momentum")


@pytest.mark.parametrize(
    "words",
    [
        ["count", "attention", "4,heds=2"],
        ["count", "attention", "4", "--bias"],
        ["count", "attention", "4", "--activations", "relu"],
        ["count", "attention"],
        ["count", "stack", "2, dense 3"],
    ],
)
def test_wrong_words(words):
    result = run(*words)
    assert result.exit_code == 2 and "Traceback" not in result.output and result.stderr


def test_too_large_is_a_failure():
    assert run("count", "attention", "512,rotary").exit_code == 1


def test_catalogue_of_networks(monkeypatch):
    from pyconslaw.experiments import real_networks

    some = list(islice(real_networks.networks(), 3))
    monkeypatch.setattr(real_networks, "networks", lambda: iter(some))
    table = run("catalogue", "--networks").stdout.splitlines()
    assert len(table) == 2 + 3 and table[0].startswith("| group | block | D | laws |")
    rows = data(run("catalogue", "--networks", "--json"))
    assert [row["laws"] for row in rows] == [3, 3, 8]
