"""pyconslaw sweep: files and streams in, rows out, interrupted and continued."""

import csv
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import data, refused, run
from swept import alive

import pyconslaw as pcl
from pyconslaw.verify import verify_bytes

COMMAND = Path(sys.executable).parent / "pyconslaw"
SPECS = """# some networks
relu 2-3-1 --bias
linear 2x2x2

{"variables": ["x", "y"], "phi": ["x*y"]}
"""
MANY = "\n".join(f"relu {a}-{b}-{c}" for a in range(1, 40) for b in range(1, 40) for c in (1, 2))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("specs.jsonl").write_text(SPECS)
    return tmp_path


def sweep(*words, **options):
    return run("sweep", *words, "--jobs", "1", **options)


def test_a_store_and_its_continuation():
    done = data(sweep("specs.jsonl", "--store", "s.sqlite", "--json"))
    assert done == {"networks": 3, "statuses": {"proved": 3}, "store": "s.sqlite"}
    refused(sweep("specs.jsonl", "--store", "s.sqlite"), 2, "--resume", "s.sqlite")
    Path("specs.jsonl").write_text(SPECS + "relu 2-0-1\n")
    more = sweep("specs.jsonl", "--store", "s.sqlite", "--resume")
    assert (more.exit_code, more.stdout) == (1, "4 networks: 3 proved, 1 refused\n")
    assert len(pcl.SweepResults.read("s.sqlite")) == 4


def test_rows_in_files_and_on_the_standard_output():
    assert sweep("specs.jsonl", "--export", "rows.csv").exit_code == 0
    with open("rows.csv", newline="") as file:
        assert [row["laws"] for row in csv.DictReader(file)] == ["1", "3", "3"]
    lines = sweep("specs.jsonl", "--export", "-")
    assert lines.stderr == "3 networks: 3 proved\n"
    rows = [json.loads(line) for line in lines.stdout.splitlines()]
    assert sorted(row["network"] for row in rows)[:2] == ["linear 2-2-2", "relu 2-3-1 --bias"]
    assert sweep("specs.jsonl", "--store", "s.sqlite").exit_code == 0
    again = run("sweep", "--store", "s.sqlite", "--export", "-", "-o", "rows.jsonl", "-q")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "")
    assert [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()] == rows


def test_the_standard_input():
    done = sweep("-", "--export", "r.jsonl", "--json", input="relu 2-3-1\n\nproduct 3\n")
    assert data(done)["statuses"] == {"proved": 2}
    piped = subprocess.run(
        [COMMAND, "sweep", "/dev/stdin", "--jobs", "1", "--export", "-", "-q"],
        input="relu 2-3-1\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (piped.returncode, piped.stderr) == (0, "")
    assert json.loads(piped.stdout)["laws"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "expected SPECS"),
        (["specs.jsonl"], "expected --store FILE or --export FILE"),
        (["specs.jsonl", "--export", "r.txt"], ".jsonl, .csv, .parquet"),
        (["nothing", "--export", "-"], "nothing: No such file"),
        (["specs.jsonl", "--export", "-", "--degree", "2"], "belong to --question laws"),
        (["specs.jsonl", "--export", "-", "--again", "lost"], "again: expected some of"),
        (["specs.jsonl", "--export", "no/r.csv"], "no/r.csv: No such file"),
        (["specs.jsonl", "--store", "no/s.sqlite"], "no/s.sqlite: No such file"),
        (["specs.jsonl", "--export", "-", "--limit-time", "0s"], "expected a positive number"),
        (["--store", "s.sqlite", "--export", "-"], "s.sqlite: No such file"),
        (
            ["specs.jsonl", "--export", "-", "--question", "laws", "--degree", "2", "--up-to", "2"],
            "--degree excludes",
        ),
    ],
)
def test_wrong_usage(words, said):
    refused(run("sweep", *words), 2, said)
    assert os.listdir() == ["specs.jsonl"]


def test_a_store_of_others():
    Path("s.sqlite").write_text("relu 2-3-1\n" * 50)
    for words in (["specs.jsonl", "--resume"], ["--export", "-"]):
        refused(run("sweep", *words, "--store", "s.sqlite"), 2, "s.sqlite: file is not a database")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"relu 2-3-1\n\xff\n", "specs.jsonl: line 2: "),
        (b"relu 2-3-1\n" + b"x" * (1 << 21), "specs.jsonl: line 2: longer than 1048576 bytes"),
    ],
)
def test_lines_that_cannot_be_read(text, said):
    Path("specs.jsonl").write_bytes(text)
    result = sweep("specs.jsonl", "--export", "-")
    assert result.exit_code in (1, 2) and said in result.stderr and result.stdout == ""


def test_questions_and_their_options():
    words = ["--export", "-", "-q", "--question", "laws"]
    for more, listed in (
        ([], 3),
        (["--degree", "2"], 3),
        (["--up-to", "2"], 3),
        (["--forms", "all"], 3),
        (["--forms", "polynomial", "--up-to", "1"], 3),
    ):
        result = sweep("-", *words, *more, input="relu 2-3-1 --bias")
        (row,) = [json.loads(line) for line in result.stdout.splitlines()]
        assert (row["question"], row["listed"]) == ("laws", listed), more


def test_statuses_of_the_command():
    hard = "linear 5-5-5"
    words = ["--export", "-", "-q", "--method", "generic"]
    assert sweep("-", *words, input="relu 2-3-1").exit_code == 0
    result = sweep("-", *words, "--budget", "0.000001s", input=f"relu 2-3-1\n{hard}")
    assert result.exit_code == 4
    assert sweep("-", *words, input="nonsense\nrelu 2-3-1").exit_code == 1
    slow = "mlp 70-80-80-70 --activations linear,relu"
    result = sweep("-", *words, "--limit-time", "1s", input=slow)
    assert result.exit_code == 1 and json.loads(result.stdout)["status"] == "time"


def test_certificates():
    words = ["--store", "s.sqlite", "--certificates", "-q"]
    assert sweep("specs.jsonl", *words).exit_code == 0
    found = pcl.SweepResults.read("s.sqlite")
    assert verify_bytes(found.certificate("linear 2-2-2").bytes).laws == 3


def test_an_estimate():
    result = data(sweep("specs.jsonl", "--estimate", "--json"))
    assert result["networks"] == 3 and result["seconds"] > 0 and result["refused"] == 0
    assert os.listdir() == ["specs.jsonl"]
    assert sweep("specs.jsonl", "--estimate").stdout.startswith("3 networks to ask: about ")


def started(*words, **options):
    """A sweep of many networks that has stored something, and the process ids of its children."""
    Path("many").write_text(MANY)
    process = subprocess.Popen(
        [COMMAND, "sweep", "many", "--store", "s.sqlite", "--jobs", "2", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and count() < 20:
        time.sleep(0.02)
    return process, children(process.pid)


def count():
    if not os.path.exists("s.sqlite"):
        return 0
    base = sqlite3.connect("s.sqlite")
    try:
        return base.execute("SELECT count(*) FROM results").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        base.close()


def children(pid):
    """Of a process and its threads."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in path.read_text().split()]
    return found


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_interrupted_and_continued(number, status, said):
    process, pids = started()
    assert pids and all(map(alive, pids))
    start = time.monotonic()
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    took = time.monotonic() - start
    assert (process.returncode, stdout) == (status, "")
    first, second = stderr.splitlines()
    assert first == f"pyconslaw: {said}"
    total = len(MANY.splitlines())
    assert second.startswith("pyconslaw: ") and second.endswith(
        f" of {total} networks are in s.sqlite; the same command with --resume continues"
    )
    assert took < 20  # of a busy machine
    end = time.monotonic() + 20
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(map(alive, pids))
    stored = int(second.split()[1])
    assert 20 <= stored <= count() < total
    Path("many").write_text("\n".join(MANY.splitlines()[: count() + 40]))
    more = run("sweep", "many", "--store", "s.sqlite", "--jobs", "2", "--resume", "--json")
    assert data(more)["networks"] >= stored
    assert sqlite3.connect("s.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_line_on_a_terminal():
    Path("many").write_text("\n".join(MANY.splitlines()[:1500]))
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "sweep", "many", "--store", "s.sqlite", "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    assert process.wait(60) == 0
    assert b" of 1500 networks" in shown and shown.endswith(b"\r")
    assert b"Traceback" not in shown


def test_no_line_without_a_terminal():
    result = sweep("specs.jsonl", "--store", "s.sqlite")
    assert (result.stdout, result.stderr) == ("3 networks: 3 proved\n", "")
