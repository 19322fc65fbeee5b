"""Wrong usage, limits and places that cannot be written: exit statuses and messages; the help."""

import pytest
from commands import data, refused, run

import pyconslaw

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
        assert (
            result.exit_code == 0
            and result.stdout.startswith("Usage: pyconslaw")
            and result.stderr == ""
        )
    assert "0 proved" in run("--help").stdout
    assert run("--version").stdout == f"pyconslaw, version {pyconslaw.__version__}\n"


def test_unwritable_output(tmp_path):
    for command in ("count", "laws", "certify"):
        stderr = refused(
            run(command, "linear", "2-2-2", "-o", tmp_path / "missing" / "c.json"), 1, "missing"
        )
        assert len(stderr.splitlines()) == 1
        assert run(command, "linear", "2-2-2", "-o", tmp_path).exit_code in (1, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_degree_with_forms_is_refused_and_what_to_write_instead_said():
    for forms in ("all", "rational", "polynomial,logarithmic"):
        result = run("laws", "product", "2", "--degree", "2", "--forms", forms)
        assert (
            result.exit_code == 2
            and not result.stdout
            and "which is --up-to K" in " ".join(result.stderr.split())
        )
    assert "neither with --up-to nor with --forms" in " ".join(run("laws", "--help").stdout.split())
    assert (
        data(run("laws", "product", "2", "--up-to", "2", "--forms", "rational", "--json"))[
            "dimension"
        ]
        == 1
    )
