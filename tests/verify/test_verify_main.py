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


def test_a_file_that_cannot_be_read_is_wrong_usage(files, tmp_path, capsys):
    """As for `pyconslaw verify`; nothing is said of a certificate that nobody has seen."""
    for path in (files[0] + ".absent", str(tmp_path), "a\0b"):
        for more in ([], ["--json"]):
            assert main([path, *more]) == 2
            out, err = capsys.readouterr()
            assert not out and err.startswith("verify: the file cannot be read: ")
            assert err.count("\n") == 1
    with pytest.raises(pyconslaw.verify.Refused, match="^the file cannot be read"):
        pyconslaw.verify.verify_file(tmp_path / "absent")


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


def shell(line, *arguments):
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "pyconslaw.verify", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        cwd=FOLDER.parent.parent,
        timeout=60,
    )


def test_closed_output(files):
    """Nothing is answered, which is no success."""
    done = shell('"$@" >&-', files[0])
    assert done.returncode == 1 and done.stderr.startswith("verify: the answer cannot be written")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk")
@pytest.mark.parametrize("more", [(), ("--json",), ("--help",)])
def test_a_full_disk_is_one_line(files, more):
    done = shell('"$@" > /dev/full', files[0], *more)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("verify: the answer cannot be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk")
def test_what_cannot_be_said_is_not_accepted(files):
    """A refusal has its status though nobody reads why."""
    done = shell('"$@" 2> /dev/full', files[1])
    assert (done.returncode, done.stdout) == (1, "")
    done = shell('"$@" --json 2> /dev/full', files[0])
    assert done.returncode == 0 and json.loads(done.stdout)["accepted"]


def test_a_broken_pipe_ends_quietly(files, tmp_path):
    status = tmp_path / "status"
    done = shell(f'(sleep 0.5; "$@"; echo $? > "{status}") | true', files[0])
    assert not done.stderr and status.read_text() == "141\n"


def test_pipes(files, tmp_path):
    """One that nobody writes to has ended; somebody who writes late, or slowly, is waited for."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = shell('"$@"', str(pipe))
    assert done.returncode == 1 and done.stderr.startswith("refused: the file is not JSON")
    late = f'(sleep 0.3; cat "{files[0]}" > "{pipe}") & "$@"'
    assert shell(late, str(pipe)).returncode == 0
    slow = f'(sleep 2; cat "{files[0]}") > "{pipe}" & "$@"'
    assert shell(slow, str(pipe)).returncode == 0


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
