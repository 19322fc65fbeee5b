"""The three ways to run the checker, and its exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_truths as truths  # noqa: E402

import pyconslaw.verify  # noqa: E402
from pyconslaw.verify.main import main  # noqa: E402

FOLDER = Path(pyconslaw.verify.__file__).parent


@pytest.fixture
def files(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(made.data(truths.true("relu 2-3-1 --bias")))
    forged = truths.true("relu 2-3-1 --bias")
    forged["claim"]["laws"] = 4
    bad.write_bytes(made.data(made.rehash(forged)))
    return str(good), str(bad)


def test_status(files, capsys):
    good, bad = files
    assert main([good]) == 0
    out, err = capsys.readouterr()
    assert (
        out.startswith("accepted: relu 2-3-1 --bias (path-lifting, 12 parameters): exactly 3")
        and not err
    )
    assert main([bad]) == 1
    out, err = capsys.readouterr()
    assert not out and err == "refused: lower.words: expected 8 entries, found 9\n"
    assert main([good, "--expect", "relu 2-3-1 --bias"]) == 0
    assert main([good, "--expect", "relu 2-3-1"]) == 1
    out, err = capsys.readouterr()
    assert "this is a certificate of relu 2-3-1 --bias" in err
    assert main([good + ".absent"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["a", "b"],
        ["a", "--expect"],
        ["a", "--expect", "b"],
        ["a", "--verbose"],
        ["a", "--exp", "linear 2-2"],
    ],
)
def test_wrong_usage(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_help(capsys):
    assert main(["--help"]) == 0
    assert "--expect" in capsys.readouterr().out


def test_json(files, capsys):
    good, bad = files
    assert main([good, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer.pop("statement").startswith("relu 2-3-1 --bias (path")
    assert answer == {"accepted": True, "system": "relu 2-3-1 --bias", "parameters": 12, "laws": 3}
    assert main(["--json", bad]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "accepted": False,
        "reason": "lower.words: expected 8 entries, found 9",
        "system": None,
        "parameters": None,
        "laws": None,
    }


def run(*command, **options):
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, **options
    )


def test_copied_elsewhere(files, tmp_path):
    good, bad = files
    copy = tmp_path / "any name at all"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    done = run("-I", "-S", str(copy), good, "--expect", "relu 2-3-1 --bias", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and "exactly 3 independent" in done.stdout
    done = run("-I", "-S", str(copy), bad, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "") and "refused" in done.stderr
    assert run("-I", "-S", str(copy), cwd=tmp_path).returncode == 2


def test_as_a_module(files):
    done = run("-m", "pyconslaw.verify", files[0], cwd=FOLDER.parent.parent)
    assert done.returncode == 0 and done.stdout.startswith("accepted")


def test_standard_library_only():
    """Nothing is imported but the standard library, and the kernel can be read in one sitting."""
    import ast

    sources = list(FOLDER.rglob("*.py"))
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                if isinstance(node, ast.ImportFrom):
                    assert node.level <= len(path.relative_to(FOLDER).parts), path
                continue
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), (
                path,
                names,
            )
    assert (
        sum(len(path.read_text().splitlines()) for path in sources if path.parent == FOLDER) <= 600
    )
