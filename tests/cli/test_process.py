"""The installed command as a process of its own: streams, terminals, signals."""

import json
import os
import pty
import random
import shutil
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
    done = subprocess.run(
        ["sh", script, COMMAND.parent], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout.count("$ pyconslaw") >= 5 and "accepted: linear 784-512-256-10" in done.stdout
    )


@pytest.mark.parametrize(
    "words",
    [
        ["count", "linear", "3-3-3"],
        ["laws", "relu", "2-3-1"],
        ["reproduce", "paper"],
        ["count", "tanh"],
    ],
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
    "words",
    [["count", "linear", "3-3-3"], ["reproduce", "paper"], ["count", "tanh", "3"]],
    ids=" ".join,
)
def test_no_colours_on_a_terminal_when_asked(words):
    status, output = on_terminal(words, NO_COLOR="1", TERM="xterm-256color")
    assert status == (2 if "tanh" in words else 0) and output
    assert "\x1b[" not in output


def test_progress_on_a_terminal_unless_quiet():
    assert "of 120" in on_terminal(["reproduce", "paper"])[1].split("architecture")[0]
    assert "120\r" not in on_terminal(["reproduce", "paper", "--quiet"])[1].split("architecture")[0]


INTERRUPTED = "pyconslaw: interrupted\n"


def start_up(*words):
    """Seconds in which an interpreter is up and has read what it needs, with room: before that,
    Ctrl-C meets Python.
    """
    start = time.perf_counter()
    subprocess.run([*words, "--help"], stdout=subprocess.DEVNULL, check=True)
    return 0.3 + 2 * (time.perf_counter() - start)


def interrupted(words, folder, delay, number=signal.SIGINT):
    """A command that gets Ctrl-C, or another signal, after so many seconds, unless it was faster:
    (status or None, stdout, stderr).
    """
    process = subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder
    )
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    stdout, stderr = process.communicate(timeout=120)
    return (None if process.returncode in (0, 3, 4) else process.returncode), stdout, stderr


MEDIUM = [
    "count linear 60-70-70-60 --method generic --quiet -o answer",
    "count linear 10-700-700-10 --method symmetric --quiet -o answer",
    "count linear 2-40-40-2 --method generic --quiet -o answer",
    "count mlp 32-34-32-30 --activations linear,relu --method generic --quiet -o answer",
    "laws relu 50-60-50 --quiet -o answer",
    "laws linear 3-4-3 --degree 4 --quiet -o answer",
    "certify linear 40-40-40-40 --method generic --quiet -o answer",
    "verify certificate.json -o answer",
    "reproduce paper -o answer",
]


@pytest.mark.parametrize(
    ("words", "moments"),
    [(w, 1) for w in MEDIUM[1::3]] + [pytest.param(w, 3, marks=pytest.mark.long) for w in MEDIUM],
)
def test_interrupted_at_random_moments(words, moments, tmp_path, fresh_seed):
    """Ctrl-C ends every command with one line and status 130, and leaves no file; what was over
    before is whole.
    """
    if "certificate.json" in words:
        assert (
            run(
                "certify",
                "linear",
                "12-12-12",
                "--method",
                "generic",
                "-q",
                "-o",
                "certificate.json",
                cwd=tmp_path,
            ).returncode
            == 0
        )
    before, draw, heard = sorted(tmp_path.iterdir()), random.Random(fresh_seed), 0
    for _ in range(moments):
        status, stdout, stderr = interrupted(
            words.split(), tmp_path, start_up(COMMAND) + draw.uniform(0, 2)
        )
        if status is None:
            assert (tmp_path / "answer").stat().st_size > 0
            (tmp_path / "answer").unlink()
        else:
            assert (status, stdout, stderr) == (130, "", INTERRUPTED)
            heard += 1
        assert sorted(tmp_path.iterdir()) == before
    # that one takes longer on any machine, the others perhaps not
    assert heard or "10-700-700-10" not in words


@pytest.mark.parametrize("folder", ["as a module", "copied elsewhere"])
def test_the_checker_alone_is_interrupted(folder, tmp_path):
    assert (
        run(
            "certify",
            "linear",
            "16-16-16",
            "--method",
            "generic",
            "-q",
            "-o",
            "c.json",
            cwd=tmp_path,
        ).returncode
        == 0
    )
    words = ["-m", "pyconslaw.verify"]
    if folder == "copied elsewhere":
        shutil.copytree(Path(__file__).parents[2] / "pyconslaw" / "verify", tmp_path / "copy")
        words = ["-I", "-S", str(tmp_path / "copy")]
    process = subprocess.Popen(
        [sys.executable, *words, "c.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(start_up(sys.executable, *words))
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr.splitlines()[-1]) == (130, "", "verify: interrupted")


def test_an_ignored_interrupt_stays_ignored(tmp_path):
    """As for `nohup`: who starts the command with Ctrl-C ignored wants it to go on."""
    process = subprocess.Popen(
        [COMMAND, "count", "linear", "12-12-12", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    time.sleep(start_up(COMMAND))
    process.send_signal(signal.SIGINT)
    assert (
        "independent conservation laws" in process.communicate(timeout=120)[0]
        and process.returncode == 0
    )


@pytest.mark.parametrize(
    "words",
    [
        "count linear 3-3-3",
        "laws relu 2-3-1",
        "laws product 4 --degree 2 --json",
        "certify mlp 2-2-2-1 --activations linear,relu",
        "count product 5",
        "--help",
    ],
)
def test_silent_with_every_warning_an_error(words):
    done = run(
        *words.split(),
        "--quiet" if "help" not in words else "--version",
        env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
    )
    assert done.returncode == 0 and done.stderr == "" and done.stdout


def test_an_output_is_replaced_whole(tmp_path):
    """Links stay links, permissions stay, devices are written to."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("count", "linear", "2-2-2", "-o", "link", cwd=tmp_path).returncode == 0
    assert (
        link.is_symlink()
        and "laws: 3" in target.read_text()
        and target.stat().st_mode & 0o777 == 0o640
    )
    assert run(
        "count", "linear", "2-2-2", "-o", "/dev/null"
    ).returncode == 0 and not os.path.isfile("/dev/null")
    assert run("count", "linear", "2-2-2", "-o", "/dev/stdout").stdout == target.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "target"]


def test_terminated(tmp_path):
    """SIGTERM ends it like Ctrl-C, and leaves no file."""
    words = "count linear 60-70-70-60 --method generic --quiet -o answer".split()
    status, stdout, stderr = interrupted(words, tmp_path, start_up(COMMAND), signal.SIGTERM)
    if status is not None:
        assert (status, stdout, stderr) == (143, "", "pyconslaw: terminated\n")
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_piped_certificate_that_is_interrupted_leaves_no_copy(tmp_path, number):
    """The checker reads a file, which was left in the folder of temporary ones."""
    words = "certify linear 16-16-16 --method generic -q -o certificate.json".split()
    assert run(*words, cwd=tmp_path).returncode == 0
    (tmp_path / "tmp").mkdir()
    with open(tmp_path / "certificate.json") as certificate:
        process = subprocess.Popen(
            [COMMAND, "verify", "-"],
            stdin=certificate,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        )
    while process.poll() is None and not list((tmp_path / "tmp").iterdir()):
        time.sleep(0.01)
    process.send_signal(number)
    stdout, _ = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (128 + number, "")
    assert not list((tmp_path / "tmp").iterdir())
