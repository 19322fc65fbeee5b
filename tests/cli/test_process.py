"""The installed command as a process of its own: streams, terminals, signals."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "pyconslaw"


def run(*words, **options):
    return subprocess.run([COMMAND, *words], capture_output=True, text=True, timeout=120, **options)


def test_installed_command():
    done = run("count", "linear", "3-3-3", "--json")
    assert done.returncode == 0 and done.stderr == "" and json.loads(done.stdout)["laws"] == 6
    assert run("nonsense").returncode == 2


def test_the_road_of_the_issue(tmp_path):
    done = run("certify", "linear", "4-4-4-4", "-o", "c.json", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == "" and "c.json" in done.stderr
    done = run("verify", "c.json", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == "" and "exactly 20 independent" in done.stdout
    done = run("verify", "c.json", "--expect", "linear 3-3-3", cwd=tmp_path)
    assert done.returncode == 1 and done.stdout == "" and done.stderr
    module = subprocess.run(
        [sys.executable, "-m", "pyconslaw.verify", "c.json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert (module.returncode, module.stdout) == (0, run("verify", "c.json", cwd=tmp_path).stdout)


def test_demo():
    """What `make demo` runs once everything is set up: every command succeeds,
    the certificate is accepted.
    """
    script = Path(__file__).parents[2] / "examples" / "demo.sh"
    done = subprocess.run(["sh", script, COMMAND.parent], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("$ pyconslaw") >= 5 and "accepted: relu 9-9-8-8-8 --bias" in done.stdout


@pytest.mark.parametrize(
    "words",
    [["count", "linear", "3-3-3"], ["laws", "relu", "2-3-1"], ["reproduce", "paper"], ["count", "tanh"]],
    ids=" ".join,
)
def test_no_colours_and_no_progress_without_a_terminal(words):
    done = run(*words)
    assert "\x1b" not in done.stdout + done.stderr and "\r" not in done.stdout + done.stderr


def on_terminal(words, **environment):
    """Exit status and output of a command whose stdout and stderr are a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *words],
        stdout=follower,
        stderr=follower,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    os.close(follower)
    output = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    os.close(leader)
    return process.wait(timeout=60), output.decode()


@pytest.mark.parametrize(
    "words", [["count", "linear", "3-3-3"], ["reproduce", "paper"], ["count", "tanh", "3"]], ids=" ".join
)
def test_no_colours_on_a_terminal_when_asked(words):
    status, output = on_terminal(words, NO_COLOR="1", TERM="xterm-256color")
    assert status == (2 if "tanh" in words else 0) and output
    assert "\x1b[" not in output


def test_progress_on_a_terminal_unless_quiet():
    assert "of 120" in on_terminal(["reproduce", "paper"])[1].split("architecture")[0]
    assert "120\r" not in on_terminal(["reproduce", "paper", "--quiet"])[1].split("architecture")[0]


def test_a_reader_that_leaves():
    """`| head -1`: no traceback."""
    done = subprocess.run(
        f"'{COMMAND}' laws linear 12-12-12 | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 1 and "Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk():
    for words in (
        ["certify", "linear", "2-2-2", "-o", "/dev/full"],
        ["count", "linear", "2-2-2", "-o", "/dev/full"],
    ):
        done = run(*words)
        assert done.returncode == 1 and "No space" in done.stderr and "Traceback" not in done.stderr
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [COMMAND, "count", "linear", "2-2-2"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode != 0 and "Traceback" not in done.stderr


def test_unwritable_folder(tmp_path):
    done = run("certify", "linear", "2-2-2", "-o", str(tmp_path / "no" / "c.json"))
    assert (
        done.returncode == 1
        and done.stdout == ""
        and "Traceback" not in done.stderr
        and "c.json" in done.stderr
    )


def test_interrupted():
    """Ctrl-C in the middle of a long computation ends the process."""
    process = subprocess.Popen(
        [COMMAND, "count", "linear", "60-70-70-60", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1 and stdout == "" and "Traceback" not in stderr
