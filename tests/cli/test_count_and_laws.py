"""`count` and `laws` in process: text, JSON keys, output files, messages of long runs."""

import json

import pytest
from commands import data, run

from pyconslaw import known_laws, mlp, polynomial_laws, product
from pyconslaw.cli import search
from pyconslaw.methods.table import Estimate

COUNT_KEYS = {
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
    "seconds",
}
LAWS_KEYS = {"degree", "dimension", "independent", "laws", "complete", "verdict"}


COUNTS = [
    (["linear", "3-3-3"], 18, 6, "matrix product"),
    (["relu", "2-3-1", "--bias"], 12, 3, "path-lifting"),
    (["relu", "2-3-1", "--bias", "all"], 13, 3, "path-lifting"),
    (["mlp", "5-6-4-3", "--activations", "linear,relu"], 66, 25, "mixed"),
    (["product", "6"], 6, 5, "system"),
    (["linear", "1-2-2-1"], 8, 7, "matrix product"),
    (["linear", "2-2-2", "--bias"], 10, 3, "matrix product"),
]


@pytest.mark.parametrize(
    ("words", "parameters", "laws", "what"),
    COUNTS,
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_count_json(words, parameters, laws, what):
    found = data(run("count", *words, "--json", "--seed", 5))
    assert set(found) >= COUNT_KEYS
    assert (found["parameters"], found["laws"], found["laws_min"], found["laws_max"]) == (
        parameters,
        laws,
        laws,
        laws,
    )
    assert (found["verdict"], found["object"], found["seed"]) == ("proved", what, 5)
    assert (
        isinstance(found["upper_by"], list)
        and found["upper_by"]
        and all(isinstance(r, str) for r in found["upper_by"])
    )
    assert all(isinstance(r, int) for r in found["rank_by_round"] + found["primes"]) and found[
        "rank_by_round"
    ][-1:] in ([], [parameters - laws])
    assert (
        isinstance(found["method"], str)
        and isinstance(found["seconds"], float)
        and found["seconds"] >= 0
    )
    without = {k: v for k, v in found.items() if k != "seconds"}
    again = data(run("count", *words, "--json", "--seed", 5))
    assert {k: v for k, v in again.items() if k != "seconds"} == without


def test_count_text():
    result = run("count", "linear", "3-3-3")
    assert result.exit_code == 0 and result.stderr == ""
    assert result.stdout.splitlines()[0] == "linear 3-3-3 (matrix product, 18 parameters)"
    assert "independent conservation laws: 6, proved" in result.stdout
    assert (
        "at least 6: balance laws (6 independent)" in result.stdout
        and "at most 6: 12 independent brackets" in result.stdout
    )


@pytest.mark.parametrize("words", [["relu", "2-3"], ["relu", "2x3", "--bias"]], ids=" ".join)
def test_a_network_without_hidden_layer_is_said_to_be_linear(words):
    result = run("count", *words)
    assert result.exit_code == 0 and result.stdout.startswith("linear 2-3 (matrix product")
    assert result.stderr == (
        f"relu {words[1]} has no hidden layer, so no neuron is gated: it is linear 2-3\n"
    )
    assert run("count", *words, "--quiet").stderr == ""
    flow = run("laws", "relu", "2-3", "--flow", "momentum")
    assert "it is linear 2-3 --flow momentum" in flow.stderr
    for other in (["linear", "2-3"], ["relu", "2-3-1"], ["mlp", "2-3", "--activations", ""]):
        assert run("count", *other).stderr == ""


def test_widths_may_be_typed_in_three_ways():
    plain = data(run("count", "relu", "2-3-1", "--json"))
    for size in ("2,3,1", "2x3x1"):
        found = data(run("count", "relu", size, "--json"))
        assert {**found, "seconds": 0} == {**plain, "seconds": 0}


def test_default_seed_is_zero():
    assert data(run("count", "product", 3, "--json"))["seed"] == 0
    assert run("certify", "product", 3).stdout == run("certify", "product", 3, "--seed", 0).stdout


def test_laws_text():
    result = run("laws", "relu", "2-3-1", "--bias")
    assert result.exit_code == 0 and result.stderr == ""
    laws = known_laws(mlp([2, 3, 1], bias=True))
    assert result.stdout.splitlines()[:3] == [str(h) for h in laws]
    assert (
        "relu 2-3-1 --bias" in result.stdout.splitlines()[3]
        and "3 independent" in result.stdout
        and "complete" in result.stdout
    )
    latex = run("laws", "relu", "2-3-1", "--bias", "--latex")
    assert latex.stdout.splitlines()[:3] == [h.latex() for h in laws] and latex.stdout.splitlines()[
        3
    ].startswith("%")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["relu", "2-3-1", "--bias"], (2, 3, 3, True)),
        (["relu", "2-3-1", "--bias", "--degree", "2"], (2, 3, 3, True)),
        (["linear", "1-2-2-1", "--degree", "2"], (2, 6, 6, False)),
        (["linear", "1-2-2-1"], (2, 6, 6, False)),
        (["linear", "1-4-2"], (2, 10, 9, True)),
        (["product", "3", "--degree", "4"], (4, 3, 2, True)),
        (["product", "3", "--degree", "3"], (3, 0, 0, False)),
        (["product", "3", "--up-to", "4"], (4, 5, 2, True)),
        (["linear", "2-2"], (None, 0, 0, True)),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_laws_json(words, expected):
    found = data(run("laws", *words, "--json"))
    assert set(found) >= LAWS_KEYS
    assert (
        found["degree"],
        found["dimension"],
        found["independent"],
        found["complete"],
    ) == expected
    assert found["verdict"] == "proved" and all(isinstance(h, str) for h in found["laws"])
    latex = data(run("laws", *words, "--json", "--latex"))
    assert len(latex["laws"]) == len(found["laws"]) and (
        not found["laws"] or latex["laws"] != found["laws"]
    )


def test_laws_of_a_degree():
    found = data(run("laws", "product", 4, "--degree", 2, "--json"))
    assert (
        found["laws"]
        == [str(h) for h in polynomial_laws(product(4), 2)]
        == ["x2^2 - x1^2", "x3^2 - x1^2", "x4^2 - x1^2"]
    )


def test_output_file_holds_what_stdout_would(tmp_path):
    for words in (
        ["count", "linear", "3-3-3"],
        ["laws", "relu", "2-3-1"],
        ["laws", "product", "3", "--json"],
        ["certify", "linear", "2-2-2"],
    ):
        target = tmp_path / "out"
        result = run(*words, "--quiet", "-o", target)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert target.read_bytes().decode() == run(*words).stdout
        assert run(*words, "--quiet", "--output", target).exit_code == 0  # overwritten


def test_long_runs_are_announced(monkeypatch):
    assert "expected" not in run("count", "linear", "2-2-2").stderr
    long = Estimate("generic", 10.0, 1e6)
    monkeypatch.setattr(search, "estimate", lambda network, method, trial: long)
    result = run("count", "linear", "2-2-2", "--json")
    assert (
        result.exit_code == 0
        and "expected to take" in result.stderr
        and json.loads(result.stdout)["laws"] == 3
    )
    assert run("count", "linear", "2-2-2", "--json", "--quiet").stderr == ""
