"""Under a cap on memory every command either answers or says so in one line; nothing half
written stays behind.
"""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "pyconslaw"
MIB = 1 << 20


ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PATH": "/usr/bin:/bin", "MALLOC_ARENA_MAX": "1"}
PEAK = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit:
    pass
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmPeak")))
"""


def capped(words, cap, cwd):
    """A command with at most `cap` bytes of address space; BLAS, which plays no part, reserves
    some for each thread.
    """
    return subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
        env=ENVIRONMENT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (cap, cap)),
    )


@pytest.fixture(scope="module")
def baseline():
    """The address space that a tiny command takes: under a smaller cap not even the libraries
    load.
    """
    done = subprocess.run(
        [sys.executable, "-c", PEAK, COMMAND, "count", "linear", "2-2-2"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )
    return int(done.stdout.splitlines()[-1]) << 10


def test_the_baseline_is_one(baseline, tmp_path):
    """So the caps of the other tests are neither hopeless nor generous."""
    words = ["count", "linear", "2-2-2"]
    assert (
        capped(words, baseline + 4 * MIB, tmp_path).returncode
        == 0
        != capped(words, baseline - 8 * MIB, tmp_path).returncode
    )


def check(done, folder, before):
    """Right, or one line on stderr, no traceback, nothing on stdout, status 1, no new file."""
    assert "Traceback" not in done.stderr and done.returncode >= 0, (done.returncode, done.stderr)
    if done.returncode != 0:
        assert done.returncode == 1, (done.returncode, done.stderr)
        assert done.stdout == "" and len(done.stderr.splitlines()) == 1, done.stderr
        assert re.search("memory", done.stderr, re.IGNORECASE), done.stderr
        assert sorted(folder.iterdir()) == before, done.stderr
    return done.returncode


COMMANDS = {
    "count": "count linear 40-40-20 --method generic -q -o answer",
    "count, many rows": "count relu 60-90-60 --method generic -q -o answer",
    "laws of a degree": "laws linear 4-4-4 --degree 3 -q -o answer",
    "certify": "certify relu 40-60-40 --method generic -q -o answer",
    "verify": "verify certificate.json -o answer",
}


LONG = ("count, many rows", "certify")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.long) if n in LONG else n for n in COMMANDS]
)
def test_caps(name, baseline, tmp_path):
    words = COMMANDS[name].split()
    if words[0] == "verify":
        made = [COMMAND, "certify", "linear", "9-9-9", "-q", "-o", tmp_path / "certificate.json"]
        assert subprocess.run(made, timeout=300).returncode == 0
    before = sorted(tmp_path.iterdir())
    statuses = [
        check(capped(words, baseline + more * MIB, tmp_path), tmp_path, before)
        for more in (1, 3, 6, 12, 25, 50)
        if not (tmp_path / "answer").exists()
    ]
    # some cap was too small, so this test has seen a refusal
    assert 1 in statuses or words[0] in ("laws", "verify")


def test_unfinished_files_are_taken_away(baseline, tmp_path):
    """A limit on the size of files, as of a full disk: the old file stays as it was."""
    answer = tmp_path / "answer"
    answer.write_text("old")
    done = subprocess.run(
        [COMMAND, "certify", "linear", "9-9-9", "-q", "-o", answer],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert (
        done.returncode == 1
        and len(done.stderr.splitlines()) == 1
        and "Traceback" not in done.stderr
    )
    assert [path.name for path in tmp_path.iterdir()] == ["answer"] and answer.read_text() == "old"
