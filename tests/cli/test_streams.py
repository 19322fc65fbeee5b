"""Streams that cannot be read or written: the answer is never lost without a word."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "pyconslaw"
COUNT = ["count", "linear", "2-2-2"]
CERTIFY = ["certify", "linear", "2-2-2"]
needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")


def run(*words, **options):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([COMMAND, *words], text=True, timeout=60, **streams)


def one_line(done, *words):
    """An error of one line that has these words; an object under --json."""
    assert len(done.stderr.splitlines()) == 1
    if "--json" in done.args:
        assert json.loads(done.stderr)["status"] == done.returncode
    else:
        assert done.stderr.startswith("Error: ")
    for word in words:
        assert word in done.stderr


def shell(command, **options):
    return subprocess.run(
        command.replace("pyconslaw", f"'{COMMAND}'"),
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


def test_a_reader_that_leaves():
    """`| head -1`: quiet."""
    done = shell("(pyconslaw laws linear 40-40-40; echo $? >&2) | head -n 1")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr in ("141\n", "0\n")  # 0: all of it was in the pipe before


def test_a_reader_that_was_never_there():
    for words in ("count relu 2-3-1", "certify relu 2-3-1 -q", "catalogue"):
        done = shell(f"(sleep 2; pyconslaw {words}; echo $? >&2) | true")
        assert done.stderr == "141\n"


def test_nobody_reads_the_help():
    """Click calls that a failure, status 1."""
    for words in ("-h", "--version", "count --help"):
        done = shell(f"(sleep 1; pyconslaw {words}; echo $? >&2) | true")
        assert done.stderr == "141\n", words
    done = shell("(sleep 1; _PYCONSLAW_COMPLETE=zsh_source pyconslaw; echo $? >&2) | true")
    assert done.stderr == "141\n"


@needs_full
@pytest.mark.parametrize("words", [COUNT, [*COUNT, "--json"], CERTIFY, ["--help"]], ids=" ".join)
def test_a_full_disk(words):
    with open("/dev/full", "w") as full:
        done = run(*words, stdout=full)
    assert done.returncode == 1
    one_line(done, "standard output: No space left on device")


@needs_full
@pytest.mark.parametrize("words", [COUNT, CERTIFY], ids=" ".join)
def test_a_full_disk_by_name(words):
    done = run(*words, "-o", "/dev/full")
    assert done.returncode == 1
    one_line(done, "/dev/full: No space left on device")


@pytest.mark.parametrize("words", [COUNT, [*CERTIFY, "-q"], [*COUNT, "-o", "-"]], ids=" ".join)
def test_a_closed_standard_output(words):
    """Status 0 would say that the answer is there."""
    done = shell(f"pyconslaw {' '.join(words)} >&-")
    assert done.returncode == 1
    one_line(done, "standard output is closed")


def test_a_family_is_told_on_the_standard_output(tmp_path):
    """Also where its certificate goes to a file: it was lost with status 0."""
    words = "pyconslaw family linear 1-1-1 -o c.json"
    done = shell(f"{words} >&-", cwd=tmp_path)
    assert done.returncode == 1 and not list(tmp_path.iterdir())
    one_line(done, "standard output is closed")
    if os.path.exists("/dev/full"):
        done = shell(f"{words} >/dev/full", cwd=tmp_path)
        assert done.returncode == 1
        one_line(done, "standard output: No space left on device")
    done = shell(words, cwd=tmp_path)
    assert done.returncode == 0 and "proved for all of them" in done.stdout
    assert (tmp_path / "c.json").stat().st_size > 0


def test_a_closed_standard_output_is_no_trouble_for_a_file(tmp_path):
    done = shell("pyconslaw certify linear 2-2-2 -q -o c.json >&-", cwd=tmp_path)
    assert done.returncode == 0 and (tmp_path / "c.json").stat().st_size > 0


@pytest.mark.parametrize("words", [COUNT, CERTIFY, ["catalogue"], ["family", "linear", "1-1-1"]])
def test_a_dash_is_the_standard_output(words, tmp_path):
    done = run(*words, "-o", "-", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout and not list(tmp_path.iterdir())


def test_a_dash_is_the_standard_input(tmp_path):
    network = '{"variables": ["x", "y"], "phi": ["x*y"]}'
    for words in (["count", "system", "-"], ["count", "--file", "-"]):
        done = run(*words, input=network)
        assert (done.returncode, done.stderr) == (0, "") and "1, proved" in done.stdout
    done = run(*COUNT, "--at", "-", input="[1, 2, 3, 4, 5, 6, 7, 8]")
    assert done.returncode == 0 and done.stderr == ""
    assert run(*COUNT, "--at", "-", input="[1, 2").stderr.splitlines()[-1].startswith("Error: -: ")


@pytest.mark.parametrize(
    "words",
    [
        ["count", "--file", "-", "--at", "-"],
        ["values", "--file", "-", "--at", "-", "--json"],
        ["complement", "--file", "-", "--laws", "-"],
    ],
    ids=" ".join,
)
def test_the_standard_input_is_one_file(words):
    """The second one was taken for empty: no given laws."""
    done = run(*words, input='{"variables": ["x", "y"], "phi": ["x*y"]}')
    assert done.returncode == 2 and done.stdout == ""
    assert "-: the standard input can be read only once, and has been read" in done.stderr


def test_a_dash_is_never_a_file(tmp_path):
    """Not even where there is one of that name."""
    data = '{"network": {"dims": [1, 1, 1]}, "weights": [1, 2], "inputs": [[1]]}'
    certificate = run(*CERTIFY, "-q").stdout
    (tmp_path / "-").write_text("no such thing")
    for words, said in (
        (["verify", "-"], certificate),
        (["count", "--file", "-"], '{"variables": ["x", "y"], "phi": ["x*y"]}'),
        (["count", "linear", "1-1-1", "--at", "-"], "[1, 2]"),
        (["values", "linear", "1-1-1", "--at", "-"], "[1, 2]"),
        (["complement", "linear", "1-1-1", "--laws", "-"], "W1[0,0]^2 - W2[0,0]^2"),
        (["function", "-"], data),
        (["certify", "function", "-"], data),
    ):
        done = run(*words, input=said, cwd=tmp_path)
        assert done.returncode == 0 and done.stdout, words
        assert run(*words, "-o", "-", input=said, cwd=tmp_path).returncode == 0
    assert [path.read_text() for path in tmp_path.iterdir()] == ["no such thing"]


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_certificate_that_is_too_long_is_declined(more):
    """By the checker, in its words, from a pipe as from a file."""
    words = f"head -c 70000000 /dev/zero | pyconslaw verify - {' '.join(more)}"
    done = shell(words)
    reason = "declined: the file is longer than 67108864 bytes"
    assert done.returncode == 1
    if more:
        assert json.loads(done.stdout)["reason"] == reason and done.stderr == ""
    else:
        assert done.stderr == f"refused: {reason}\n" and done.stdout == ""


def test_certificates_come_through_pipes():
    for file in ("-", "/dev/stdin", "<(pyconslaw certify linear 2-2-2 -q)"):
        line = f"pyconslaw certify linear 2-2-2 -q | pyconslaw verify {file}"
        done = subprocess.run(
            ["bash", "-c", line.replace("pyconslaw", f"'{COMMAND}'")],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "") and "exactly 3 independent" in done.stdout


def test_a_pipe_as_a_file():
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'\'{COMMAND}\' count --file <(echo \'{{"variables": ["x"], "fields": [["x"]]}}\')',
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_that_nobody_writes_to(tmp_path):
    os.mkfifo(tmp_path / "f")
    for words in (["count", "--file", "f"], [*COUNT, "--at", "f"], ["verify", "f"]):
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 1
        one_line(done, "f: is a pipe that nobody writes to")


def test_a_missing_file_is_wrong_usage(tmp_path):
    for words in (["count", "--file", "absent"], [*COUNT, "--at", "absent"], ["verify", "absent"]):
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 2 and done.stderr.endswith(
            "Error: absent: No such file or directory\n"
        )


@pytest.mark.parametrize(
    ("place", "reason"),
    [("no/c.json", "No such file or directory"), ("folder", "Is a directory")],
)
def test_the_output_is_tried_before_the_computation(tmp_path, place, reason):
    """Which takes minutes here."""
    (tmp_path / "folder").mkdir()
    done = run(
        "count", "linear", "50-50-50-50-50", "--method", "generic", "-o", place, cwd=tmp_path
    )
    assert done.returncode == 1 and done.stdout == ""
    one_line(done, f"{place}: {reason}")
