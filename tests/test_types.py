"""Types: what users write is checked strictly, the package where it is clean; that only grows."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

mypy = pytest.importorskip("mypy", reason="mypy is not installed: types were not checked")
ROOT = Path(__file__).parents[1]
NOT_CLEAN = 106  # modules, when the list was begun
PROGRAM = """
from pyconslaw import analyze, certify, known_laws, linear

network = linear([2, 2, 2])
report = analyze(network)
print(report.laws, [str(law) for law in known_laws(network, report=report)])
certify(network, report=report).write("c.json")
"""
OVERLOADS = """
from pyconslaw import PointReport, Report, analyze, linear

network = linear([1, 1, 1])
generic: Report = analyze(network)
there: PointReport = analyze(network, at=[1, 2])
wrong: Report = analyze(network, at=[1, 2])
"""


def checked(path, *options):
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", *options, str(path)],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        cwd=path.parent,
    )


def test_a_program_of_five_lines_passes_strictly(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = checked(program, "--strict")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_comes_depends_on_the_arguments(tmp_path):
    program = tmp_path / "overloads.py"
    program.write_text(OVERLOADS)
    done = checked(program, "--ignore-missing-imports")
    assert done.returncode == 1 and done.stdout.count("error:") == 1
    assert "overloads.py:7" in done.stdout


def test_the_list_of_what_is_not_clean_only_shrinks():
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (listed,) = [entry["module"] for entry in found if entry.get("ignore_errors")]
    assert len(listed) <= NOT_CLEAN and listed == sorted(listed)
    for name in listed:
        path = ROOT / name.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__init__.py").exists(), name
