"""`function` and `certify function` in process: the count on data, its certificate, wrong files."""

import json

import pytest
from commands import data, refused, run

from pyconslaw import analyze_function, certify, mlp
from pyconslaw.verify import verify_bytes

ASKED = {
    "network": {"dims": [2, 2, 1]},
    "weights": [1, 1, -1, -1, 1, 1],
    "inputs": [[1, 0], [0, 1], ["1/2", 1]],
}
GRAPH = {
    "nodes": [
        {"name": "x", "kind": "input"},
        {"name": "h", "kind": "relu"},
        {"name": "y", "kind": "linear"},
    ],
    "edges": [{"from": "x", "to": "h"}, {"from": "h", "to": "y"}],
}


@pytest.fixture
def file(tmp_path):
    def write(value):
        path = tmp_path / "data.json"
        path.write_text(json.dumps(value))
        return path

    return write


def test_the_count_is_that_of_python(file):
    found = data(run("function", file(ASKED), "--json", "--seed", 3))
    report = analyze_function(mlp([2, 2, 1]), ASKED["weights"], ASKED["inputs"], seed=3)
    assert found.pop("seconds") >= 0 and found == report.json()
    assert (found["laws"], found["verdict"], found["object"]) == (
        4,
        "proved",
        "function on 3 examples",
    )
    assert run("function", file(ASKED), "--seed", 3).stdout == f"{report}\n"


def test_the_certificate_is_that_of_python(file, tmp_path):
    net = mlp([2, 2, 1])
    report = analyze_function(net, ASKED["weights"], ASKED["inputs"])
    done = run("certify", "function", file(ASKED), "-o", tmp_path / "c.json")
    assert done.exit_code == 0 and done.stdout == "" and "4 laws, proved" in done.stderr
    written = (tmp_path / "c.json").read_bytes()
    assert written == certify(net, report=report).bytes
    assert verify_bytes(written).laws == 4
    assert run("certify", "function", file(ASKED)).stdout.encode() == written


def test_a_graph_and_all_keys(file):
    asked = {"network": GRAPH, "weights": {"W[h,x]": 1, "W[y,h]": "2/3"}, "inputs": [[1], [2]]}
    found = data(run("function", file({**asked, "loss": "full", "slope": "1/10"}), "--json"))
    assert (found["parameters"], found["laws"]) == (2, 1)
    layered = {**ASKED, "network": {"dims": [2, 2, 1], "activations": ["linear"], "bias": False}}
    found = data(run("function", file(layered), "--json"))
    assert found["network"] == "linear 2-2-1"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "expected an object with network, weights, inputs"),
        ({"network": {"dims": 3}}, "network: expected dims, a list"),
        ({"network": {"dims": [2, 2, 1], "width": 1}}, "network: expected dims"),
        ({"network": {"dims": [2, 0, 1]}}, "dims: expected"),
        ({"network": 5}, "expected an object with nodes"),
        ({"weights": [1, 1]}, "weights: expected shape"),
        ({"weights": [0.5] * 6}, "weights: expected an integer"),
        ({"inputs": [[0.5, 1]]}, "inputs: expected an integer"),
        ({"inputs": [[1]]}, "inputs: expected"),
        ({"inputs": []}, "inputs: expected"),
        ({"loss": "hinge"}, "loss: expected one of"),
        ({"loss": ["full"]}, "loss: expected one of"),
        ({"slope": 0.1}, "slope: expected"),
    ],
    ids=str,
)
def test_wrong_files_are_refused(file, change, message):
    refused(run("function", file({**ASKED, **change})), 2, message)


def test_no_other_options_and_no_other_words(file):
    path = file(ASKED)
    for words in (["--bias"], ["--flow", "momentum"], ["--method", "generic"], ["--budget", "9s"]):
        refused(run("certify", "function", path, *words), 2, "expected function FILE")
    assert run("count", "function", path).exit_code == 2


def test_malformed_files(tmp_path):
    path = tmp_path / "data.json"
    for text in ("", "[", "{}", '{"network": 1, "network": 2}', "[" * 100_000):
        path.write_text(text)
        refused(run("function", path), 2, "data.json")
