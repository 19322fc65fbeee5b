"""The commands in process: data and messages, JSON keys, exit statuses, refusals."""

import json
from functools import partial

import pytest
from click.testing import CliRunner

from pyconslaw import analyze, known_laws, mlp, network_of, polynomial_laws, polynomial_system, product
from pyconslaw import planner
from pyconslaw.cli import main
from pyconslaw.planner import Estimate
from pyconslaw.verify import verify_bytes

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


def run(*arguments, **options):
    return CliRunner().invoke(main.cli, [str(a) for a in arguments], prog_name="pyconslaw", **options)


def data(result, status=0):
    assert result.exit_code == status and result.stderr == "", (
        result.exit_code,
        result.stderr,
        result.exception,
    )
    return json.loads(result.stdout)


def refused(result, status, *words):
    """Nothing on stdout, the reason on stderr, no traceback."""
    assert result.exit_code == status, (result.exit_code, result.output, result.exception)
    assert result.stdout == "" and "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    for word in words:
        assert word in result.stderr
    return result.stderr


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
    assert (
        all(isinstance(r, int) for r in found["rank_by_round"] + found["primes"])
        and found["rank_by_round"][-1:] in ([], [parameters - laws])
    )
    assert isinstance(found["method"], str) and isinstance(found["seconds"], float) and found["seconds"] >= 0
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
    assert (found["degree"], found["dimension"], found["independent"], found["complete"]) == expected
    assert found["verdict"] == "proved" and all(isinstance(h, str) for h in found["laws"])
    latex = data(run("laws", *words, "--json", "--latex"))
    assert len(latex["laws"]) == len(found["laws"]) and (not found["laws"] or latex["laws"] != found["laws"])


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


def test_certify_and_verify(tmp_path):
    path = tmp_path / "c.json"
    result = run("certify", "linear", "4-4-4-4", "-o", path)
    assert result.exit_code == 0 and result.stdout == ""
    assert "20 laws" in result.stderr and "pyconslaw verify" in result.stderr
    assert verify_bytes(path.read_bytes()).laws == 20
    result = run("verify", path)
    assert (
        result.exit_code == 0 and result.stderr == "" and result.stdout.startswith("accepted: linear 4-4-4-4")
    )
    assert "exactly 20 independent conservation laws" in result.stdout
    assert run("verify", path, "--expect", "linear 4-4-4-4").exit_code == 0
    found = data(run("verify", path, "--json"))
    assert (found["accepted"], found["laws"], found["parameters"]) == (True, 20, 48)
    refused(run("verify", path, "--expect", "linear 4-4-4"), 1)
    refused(run("verify", path, "--expect", "tanh 4"), 2)


def test_certificate_on_stdout():
    result = run("certify", "product", 4, "--seed", 3)
    assert result.exit_code == 0 and result.stderr == ""
    assert verify_bytes(result.stdout_bytes).laws == 3
    assert run("certify", "product", 4, "--seed", 3, "--json").stdout == result.stdout
    assert run("certify", "product", 4, "--seed", 4).stdout != result.stdout


def test_verify_refuses(tmp_path):
    path = tmp_path / "c.json"
    path.write_bytes(run("certify", "linear", "2-2-2").stdout_bytes.replace(b'"laws":3', b'"laws":4'))
    refused(run("verify", path), 1, "refused")
    assert data(run("verify", path, "--json"), 1)["accepted"] is False
    path.write_text("{")
    refused(run("verify", path), 1)
    path.write_bytes(b"")
    refused(run("verify", path), 1)
    refused(run("verify", tmp_path / "missing.json"), 1)
    refused(run("verify", tmp_path), 1)
    refused(run("verify"), 2)
    quiet = run("verify", path, "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (1, "", "")


def test_verify_output_file(tmp_path):
    path, target = tmp_path / "c.json", tmp_path / "answer"
    path.write_bytes(run("certify", "linear", "2-2-2").stdout_bytes)
    expected = run("verify", path).stdout
    assert run("verify", path, "-o", target).stdout == "" and target.read_text() == expected


WRONG = [
    [],
    ["nonsense"],
    ["count"],
    ["count", "linear"],
    ["count", "tanh", "3-3"],
    ["count", "linear", "3"],
    ["count", "linear", "0-3"],
    ["count", "linear", "3-x-3"],
    ["count", "linear", "3-3-3", "--activations", "relu"],
    ["count", "mlp", "3-3-3"],
    ["count", "mlp", "3-3-3", "--activations", "relu,relu"],
    ["count", "mlp", "3-3-3", "--activations", "tanh"],
    ["count", "product", "3", "--bias"],
    ["count", "product", "0"],
    ["count", "relu", "2-2-2", "--bias", "output"],
    ["count", "linear", "3-3-3", "--seed", "-1"],
    ["count", "linear", "3-3-3", "--seed", str(2**64)],
    ["count", "linear", "3-3-3", "--seed", "x"],
    ["count", "linear", "3-3-3", "extra"],
    ["count", "linear", "3-3-3", "--unknown"],
    ["count", "linear", "3-3-3", "-o"],
    ["laws", "linear", "2-2-2", "--degree", "0"],
    ["laws", "linear", "2-2-2", "--degree", "-1"],
    ["laws", "linear", "2-2-2", "--degree", "two"],
    ["laws", "linear", "2-2-2", "--degree", "2", "--up-to", "2"],
    ["laws", "linear", "2-2-2", "--up-to", "0"],
    ["certify", "linear", "3"],
    ["reproduce"],
    ["reproduce", "thesis"],
    ["verify", "a", "b"],
    ["verify", "--expect"],
]


def test_a_degree_with_forms_is_refused_and_what_to_write_instead_said():
    for forms in ("all", "rational", "polynomial,logarithmic"):
        result = run("laws", "product", "2", "--degree", "2", "--forms", forms)
        assert result.exit_code == 2 and not result.stdout and "which is --up-to K" in " ".join(result.stderr.split())
    assert "neither with --up-to nor with --forms" in " ".join(run("laws", "--help").stdout.split())
    assert data(run("laws", "product", "2", "--up-to", "2", "--forms", "rational", "--json"))["dimension"] == 1


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage(words):
    result = run(*words)
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert result.stderr or words == []  # without a command: the help


@pytest.mark.parametrize(
    "words",
    [
        ["count", "linear", "1000000000-1000000000"],
        ["count", "linear", "200-200-2", "--method", "generic"],
        ["count", "product", "30000"],
        ["laws", "product", "7000", "--degree", "2"],
        ["laws", "product", "60", "--degree", "6"],
        ["certify", "linear", "200-200-2", "--method", "generic"],
        ["count", "linear", "50-50-50-50-50", "--method", "generic", "--memory", "1M"],
        ["count", "linear", "12-12-12", "--flow", "momentum", "--memory", "50M"],
        ["certify", "product", "30000"],
    ],
    ids=" ".join,
)
def test_what_is_beyond_the_limits_fails(words):
    refused(run(*words), 1, "Error: ")


def test_help_and_version():
    for words in (
        ["--help"],
        *([command, "--help"] for command in ("count", "laws", "certify", "verify", "reproduce")),
    ):
        result = run(*words)
        assert result.exit_code == 0 and result.stdout.startswith("Usage: pyconslaw") and result.stderr == ""
    assert "0 proved" in run("--help").stdout
    assert run("--version").stdout == "pyconslaw, version 0.1.0\n"


def test_unwritable_output(tmp_path):
    for command in ("count", "laws", "certify"):
        stderr = refused(run(command, "linear", "2-2-2", "-o", tmp_path / "missing" / "c.json"), 1, "missing")
        assert len(stderr.splitlines()) == 1
        assert run(command, "linear", "2-2-2", "-o", tmp_path).exit_code in (1, 2)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def probable(monkeypatch):
    """KIND and DIMS stand for a system with one law that is no polynomial."""
    net = polynomial_system(["x", "y", "z"], ["x*(y^3 + z^3)", "x^2 + y^3 + z^3"])
    monkeypatch.setattr(main, "network_of", lambda *words: net)
    monkeypatch.setattr(planner, "FORMS_LIMIT", 0)          # neither laws beyond polynomials nor frames are looked for
    monkeypatch.setattr(planner, "FRAME_LIMIT", 0)


@pytest.fixture
def hurried(monkeypatch):
    """The search for brackets gets next to no budget."""
    monkeypatch.setattr(main, "analyze", partial(analyze, effort=10))


def test_probable_exits_with_3(probable, tmp_path):
    found = data(run("count", "linear", "1-1", "--json"), 3)
    assert (found["verdict"], found["laws"], found["laws_min"], found["laws_max"]) == ("probable", 1, 0, 1)
    assert 0 < found["error_bound"] < 1e-12
    result = run("count", "linear", "1-1")
    assert (
        result.exit_code == 3
        and "1, probable" in result.stdout
        and "wrong with probability at most" in result.stdout
    )
    found = data(run("laws", "linear", "1-1", "--json"), 3)
    assert (found["laws"], found["complete"], found["verdict"]) == ([], False, "probable")
    refused(run("certify", "linear", "1-1", "-o", tmp_path / "c.json"), 3, "nothing is proved", "probable")
    assert list(tmp_path.iterdir()) == []


def test_open_exits_with_4(hurried, tmp_path):
    found = data(run("count", "linear", "3-3-3", "--json"), 4)
    assert (found["verdict"], found["laws"], found["laws_min"], found["laws_max"]) == ("open", None, 6, 18)
    result = run("count", "linear", "3-3-3")
    assert result.exit_code == 4 and "between 6 and 18, open" in result.stdout
    found = data(run("laws", "linear", "3-3-3", "--json"), 4)
    assert (len(found["laws"]), found["independent"], found["complete"], found["verdict"]) == (
        6,
        6,
        False,
        "open",
    )
    refused(
        run("certify", "linear", "3-3-3", "-o", tmp_path / "c.json"),
        4,
        "nothing is proved",
        "between 6 and 18",
    )
    assert list(tmp_path.iterdir()) == []
    assert run("certify", "linear", "3-3-3").stdout_bytes == b""


def test_certify_refused_leaves_an_older_file_alone(hurried, tmp_path):
    path = tmp_path / "c.json"
    path.write_text("older")
    assert run("certify", "linear", "3-3-3", "-o", path).exit_code == 4
    assert path.read_text() == "older"


def test_reproduce_paper():
    result = run("reproduce", "paper")
    assert result.exit_code == 0 and result.stderr == "", result.stdout
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["architecture", "D", "known", "ours", "verdict", "seconds"]
    rows = [line for line in lines[1:121] if line.strip()]
    assert len(rows) == 120 and "WRONG" not in result.stdout
    assert sum(" proved " in row for row in rows) == 100 and sum(" complete " in row for row in rows) == 20
    assert lines[1].split()[:6] == ["linear", "5-3-2", "21", "6", "6", "proved"]
    assert "120 of 120 right" in lines[-1] and "2:29:49 (64 threads)" in lines[-1]
    for part in ("50 of 50 right", "10 of 10 right", "34:23", "1:53:11", "1:31", "0:44"):
        assert part in result.stdout


def test_reproduce_paper_json():
    found = data(run("reproduce", "paper", "--json", "--seed", 7))
    assert found["right"] == len(found["experiments"]) == 120
    for row in found["experiments"]:
        net = network_of(*row["network"].split()[:2], bias="--bias" in row["network"])
        assert row["ours"] == row["known"] and row["right"] is True and row["parameters"] == net.size
        assert row["verdict"] == ("complete" if row["group"].endswith("poly") else "proved")


def test_reproduce_says_what_is_wrong(monkeypatch):
    from pyconslaw.cli import reproduce

    data_of = reproduce.architectures()
    data_of["linear_count"][0]["known"] += 1
    monkeypatch.setattr(reproduce, "architectures", lambda: data_of)
    result = run("reproduce", "paper")
    assert result.exit_code == 1 and result.stdout.count("WRONG") == 1 and "119 of 120 right" in result.stdout


def test_long_runs_are_announced(monkeypatch):
    assert "expected" not in run("count", "linear", "2-2-2").stderr
    monkeypatch.setattr(main, "estimate", lambda network, method: Estimate("generic", 10.0, 1e6))
    result = run("count", "linear", "2-2-2", "--json")
    assert (
        result.exit_code == 0
        and "expected to take" in result.stderr
        and json.loads(result.stdout)["laws"] == 3
    )
    assert run("count", "linear", "2-2-2", "--json", "--quiet").stderr == ""
