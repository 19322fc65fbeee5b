"""Files read whole, up to a limit; `-` is the standard input."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pyconslaw.errors import InputError, LimitError

PIECE = 1 << 20  # bytes read at once
PATIENCE = 1.0  # seconds in which somebody must have opened the other end of a named pipe


_finished: Any = None  # the standard input that has been read to its end


def read_whole(path, limit: int) -> bytes:
    """The bytes of a file, of a pipe, or of the standard input.

    Errors: LimitError when there are more than `limit`, read or not; InputError when the standard
    input has been read before, and says no more; OSError names the path, also for a pipe that
    nobody writes to.
    """
    if str(path) != "-" and os.path.isfile(path) and os.path.getsize(path) > limit:
        raise LimitError(f"larger than {limit} bytes")
    data = read_start(path, limit + 1)
    if len(data) > limit:
        raise LimitError(f"larger than {limit} bytes")
    return data


def read_start(path, size: int) -> bytes:
    """The first bytes of a file, of a pipe, or of the standard input: `size` of them, or all.

    Errors: as of `read_whole`, but no limit.
    """
    if str(path) == "-":
        return _standard_input(size)
    with opened(path) as (first, file):
        return first + _up_to(file, size - len(first))


@contextmanager
def opened(path) -> Iterator[tuple[bytes, BinaryIO]]:
    """A file, a pipe or the standard input, to be read, after a byte at most that was read of it.

    Errors: OSError names the path, also for a pipe that nobody writes to.
    """
    if str(path) == "-":
        if sys.stdin is None:
            raise OSError("-: the standard input is closed")
        yield b"", sys.stdin.buffer
        return
    with open(path, "rb", opener=_without_waiting) as file:
        first = b""
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            first = _of_a_writer(file.fileno(), path)
        os.set_blocking(file.fileno(), True)
        yield first, file


def _standard_input(size: int) -> bytes:
    """A terminal may be asked again; what is empty the second time was meant for somebody else."""
    global _finished
    stream = sys.stdin
    if stream is None:
        raise OSError("-: the standard input is closed")
    data = _up_to(stream.buffer, size)
    if not data and stream is _finished:
        raise InputError("the standard input can be read only once, and has been read")
    _finished = stream
    return data


def _without_waiting(path: str | Path, flags: int) -> int:
    """Opens a pipe although nobody writes to it yet."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _of_a_writer(file: int, path) -> bytes:
    """What was read of a pipe, a byte at most, to know that somebody writes to it. Errors: OSError
    when nobody has opened the other end in time.
    """
    if select.select([file], [], [], PATIENCE)[0]:
        return b""
    try:
        first = os.read(file, 1)
    except BlockingIOError:  # there is somebody, who has not written yet
        return b""
    if not first:
        raise OSError(f"{path}: is a pipe that nobody writes to")
    return first  # written since


def _up_to(file, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := file.read(min(PIECE, size - len(data)))):
        data += piece
    return bytes(data)
