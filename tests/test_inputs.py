"""Files read whole: pipes, the standard input, limits."""

import io
import os
import select
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from pyconslaw.errors import InputError, LimitError
from pyconslaw.inputs import read_start, read_whole


def test_a_file(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    assert read_whole(path, 3) == b"abc"
    with pytest.raises(LimitError, match="larger than 2 bytes"):
        read_whole(path, 2)


def test_the_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abc")))
    assert read_whole("-", 3) == b"abc"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abcd")))
    with pytest.raises(LimitError, match="larger than 3 bytes"):
        read_whole("-", 3)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(OSError, match="standard input is closed"):
        read_whole("-", 3)


def test_the_standard_input_is_read_once(monkeypatch):
    """The second time nothing is there, which was taken for an empty file."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abc")))
    assert read_whole("-", 3) == b"abc"
    with pytest.raises(InputError, match="the standard input can be read only once"):
        read_whole("-", 3)
    sys.stdin.buffer.seek(0)  # as a terminal says more when it is asked again
    assert read_whole("-", 3) == b"abc"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    assert read_whole("-", 3) == b""


def test_the_start_of_a_file(tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(b"abcdef")
    assert [read_start(tmp_path / "f", size) for size in (0, 4, 6, 9)] == [
        b"",
        b"abcd",
        b"abcdef",
        b"abcdef",
    ]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"abcd")))
    assert read_start("-", 3) == b"abc"
    assert len(read_start("/dev/zero", 3_000_000)) == 3_000_000


def test_what_a_late_writer_says_first_is_not_lost(tmp_path, monkeypatch):
    """Its first byte tells that it is there."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    ends = []

    def nothing_in_time(*_):
        ends.append(os.open(path, os.O_WRONLY))
        os.write(ends[0], b"abc")
        os.close(ends[0])
        return [], [], []

    monkeypatch.setattr(select, "select", nothing_in_time)
    assert read_whole(path, 3) == b"abc"
    assert ends


def test_a_pipe_that_nobody_writes_to(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(OSError, match="pipe: is a pipe that nobody writes to"):
        read_whole(path, 3)


def test_a_pipe_whose_writer_is_slow(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write():
        with open(path, "wb", buffering=0) as pipe:
            time.sleep(1.5)  # longer than the patience with pipes that nobody has opened
            pipe.write(b"a" * 70_000)
            pipe.write(b"b" * 70_000)

    writer = threading.Thread(target=write)
    writer.start()
    assert read_whole(path, 140_000) == b"a" * 70_000 + b"b" * 70_000
    writer.join()


def test_an_unnamed_pipe():
    """As shells give it for `<(...)`."""
    command = [sys.executable, "-c", "print('a' * 10**6, end='')"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert len(read_whole(f"/dev/fd/{process.stdout.fileno()}", 10**6)) == 10**6


def test_an_endless_device():
    with pytest.raises(LimitError, match="larger than 1000 bytes"):
        read_whole("/dev/zero", 1000)


def test_what_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        read_whole(tmp_path, 3)
    with pytest.raises(FileNotFoundError, match="absent"):
        read_whole(tmp_path / "absent", 3)
