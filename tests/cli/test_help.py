"""Help: -h, summaries, examples that run, metavars; docstrings left out; what is loaded."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from commands import run

from pyconslaw.cli.main import COMMANDS, cli

COMMAND = Path(sys.executable).parent / "pyconslaw"
FILES = {
    "sys.json": {"variables": ["x", "y"], "phi": ["x*y"]},
    "point.json": {"W1": [[1, "1/2"], [2, 1]], "W2": [[1, 0], [0, 1]]},
    "data.json": {"network": {"dims": [1, 1, 1]}, "weights": [1, 2], "inputs": [[1], [2]]},
}
MODULE = """
from torch import nn

def make():
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))

class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.head = nn.Embedding(50, 4), nn.Linear(4, 50)

    def forward(self, ids):
        return self.head(self.embed(ids))
"""
EXAMPLES = [*cli.examples, *(line for name in COMMANDS for line in COMMANDS[name].examples)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that examples name."""
    monkeypatch.chdir(tmp_path)
    for name, value in FILES.items():
        Path(name).write_text(json.dumps(value))
    np.savez("weights.npz", W1=np.eye(2), W2=np.ones((2, 2)))
    Path("specs.jsonl").write_text('relu 2-3-1 --bias\n{"variables": ["x"], "phi": ["x^2"]}\n')
    run("sweep", "specs.jsonl", "--store", "earlier.sqlite")
    Path("mynet.py").write_text(MODULE)
    Path("laws.txt").write_text("# as they are printed\n\nW1[0,0]^2 - W2[0,0]^2\n")
    assert run("certify", "linear", "784-512-256-10", "-q", "-o", "c.json").exit_code == 0
    return tmp_path


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_h_is_help_and_shows_the_examples_as_they_are_typed(name):
    words = [] if name is None else [name]
    shown = run(*words, "-h")
    assert shown.exit_code == 0 and shown.stderr == ""
    assert shown.stdout == run(*words, "--help").stdout
    examples = (cli if name is None else COMMANDS[name]).examples
    assert shown.stdout.split("Examples:\n")[1] == "".join(f"  {line}\n" for line in examples)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, marks=[pytest.mark.long] if "--networks" in line else [])
        for line in EXAMPLES
    ],
)
def test_examples_run(line, folder):
    if line.startswith("pyconslaw torch "):
        pytest.importorskip("torch", minversion="2.13")
    before = set(folder.iterdir())
    words = shlex.split(line)
    assert words[0] == "pyconslaw"
    result = run(*words[1:])
    assert result.exit_code == 0, result.output
    assert result.stdout or set(folder.iterdir()) > before or "c.json" in line


def test_every_command_has_examples_of_its_own():
    for name in COMMANDS:
        examples = COMMANDS[name].examples
        assert examples and all(
            line.startswith(f"pyconslaw {name} ") or name == "catalogue" for line in examples
        )


def test_the_list_of_commands_says_what_each_help_begins_with():
    assert list(cli.commands) == sorted(cli.commands)
    for name, summary in COMMANDS.summaries.items():
        assert COMMANDS[name].help.startswith(summary), name
        assert f"  {name}" in run("-h").stdout and summary in run("-h").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_takes(name):
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.metavar or option.is_flag, option.name


def command(*words, **environment):
    return subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("words", [["-h"], ["certify", "-h"], ["values", "-h"]], ids=" ".join)
def test_help_does_not_live_in_docstrings(words):
    done = command(*words, PYTHONOPTIMIZE="2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == run(*words).stdout.split()  # perhaps in lines of another length


def test_no_command_has_its_help_in_a_docstring():
    """All in one run without docstrings, in lines of any length; and that of the checker."""
    code = f"""
from pyconslaw.cli.main import cli
from pyconslaw.verify.main import main
for name in {list(COMMANDS)!r}:
    cli.main([name, "--help"], "pyconslaw", standalone_mode=False)
main(["--help"])
"""
    said = []
    for level in ("0", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "PYTHONOPTIMIZE": level},
        )
        assert (done.returncode, done.stderr) == (0, "")
        said.append(done.stdout)
    assert said[0] == said[1] and said[0].lower().count("usage: ") == len(COMMANDS) + 1
    for name in COMMANDS:
        assert " ".join(COMMANDS[name].help.split())[:40] in " ".join(said[1].split())


def test_a_count_without_docstrings():
    done = command("count", "relu", "2-3-1", "--json", PYTHONOPTIMIZE="2")
    assert done.returncode == 0 and json.loads(done.stdout)["laws"] == 3


@pytest.mark.parametrize("words", ["-h", "--version"])
def test_help_and_version_load_nothing_large(words):
    code = f"""
import sys
from pyconslaw.cli.main import cli
cli.main([{words!r}], "pyconslaw", standalone_mode=False)
print(*sorted(m.partition(".")[0] for m in sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout
    assert "click" in done.stderr.split() and not {"numpy", "flint"} & set(done.stderr.split())


COMPLETED = [
    ("pyconslaw co", 1, {"complement", "count"}),
    ("pyconslaw count re", 2, {"relu"}),
    ("pyconslaw laws --li", 2, {"--limit"}),
    ("pyconslaw count --method sym", 3, {"symmetric"}),
]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("typed", "number", "offered"), COMPLETED)
def test_completion(shell, typed, number, offered):
    last = typed.split()[-1]
    words = {"COMP_WORDS": typed, "COMP_CWORD": last if shell == "fish" else str(number)}
    done = command(_PYCONSLAW_COMPLETE=f"{shell}_complete", **words)
    assert done.returncode == 0
    found = {
        word for line in done.stdout.split("\n") for word in line.replace("\t", ",").split(",")
    }
    assert offered <= found and "family" not in found


def test_completion_is_switched_on_as_the_page_says():
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    for shell in ("bash", "zsh", "fish"):
        assert f"_PYCONSLAW_COMPLETE={shell}_source pyconslaw" in page
    # the script for bash asks bash for its version
    done = command(_PYCONSLAW_COMPLETE="zsh_source")
    assert done.returncode == 0 and "_PYCONSLAW_COMPLETE=zsh_complete" in done.stdout
