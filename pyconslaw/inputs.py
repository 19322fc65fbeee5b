"""Files read whole, up to a limit; `-` is the standard input."""

from __future__ import annotations

import os
import select
import stat
import sys
from pathlib import Path

from pyconslaw.errors import LimitError

PIECE = 1 << 20  # bytes read at once
PATIENCE = 1.0  # seconds in which somebody must have opened the other end of a named pipe


def read_whole(path, limit: int) -> bytes:
    """The bytes of a file, of a pipe, or of the standard input.

    Errors: LimitError when there are more than `limit`, read or not; OSError names the path, also
    for a pipe that nobody writes to.
    """
    if str(path) == "-":
        if sys.stdin is None:
            raise OSError("-: the standard input is closed")
        return _up_to(sys.stdin.buffer, limit)
    with open(path, "rb", opener=_without_waiting) as file:
        kind = os.fstat(file.fileno())
        if stat.S_ISREG(kind.st_mode) and kind.st_size > limit:
            raise LimitError(f"larger than {limit} bytes")
        if stat.S_ISFIFO(kind.st_mode):
            _wait_for_a_writer(file.fileno(), path)
        os.set_blocking(file.fileno(), True)
        return _up_to(file, limit)


def _without_waiting(path: str | Path, flags: int) -> int:
    """Opens a pipe although nobody writes to it yet."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _wait_for_a_writer(file: int, path) -> None:
    """Errors: OSError when nobody has opened the other end in time."""
    if select.select([file], [], [], PATIENCE)[0]:
        return
    try:
        alone = os.read(file, 1) == b""
    except BlockingIOError:  # there is somebody, who has not written yet
        return
    if alone:
        raise OSError(f"{path}: is a pipe that nobody writes to")


def _up_to(file, limit: int) -> bytes:
    data = bytearray()
    while piece := file.read(PIECE):
        data += piece
        if len(data) > limit:
            raise LimitError(f"larger than {limit} bytes")
    return bytes(data)
