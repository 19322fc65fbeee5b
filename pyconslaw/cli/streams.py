"""Standard output and what cannot be written to it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

BLOCK = 1 << 16  # bytes that are written together
PIPE_CLOSED = 141  # 128 + SIGPIPE, as shells report it


class OutputError(OSError):
    """The answer could not be written: it is lost."""


def check_output() -> None:
    """Errors: OutputError when the standard output is closed."""
    if sys.stdout is None:
        raise OutputError("the standard output is closed")


def put(pieces: Iterable[bytes]) -> None:
    """Data to the standard output, each piece at once. Errors: OutputError; BrokenPipeError when
    its reader has left.
    """
    for piece in pieces:
        _put(piece)


def blocks(texts: Iterable[str]) -> Iterator[bytes]:
    """The texts together, in few pieces: the first text alone, so that it is seen at once."""
    block = bytearray()
    room = 0
    for text in texts:
        block += text.encode()
        if len(block) > room:
            yield bytes(block)
            block, room = bytearray(), BLOCK
    if block:
        yield bytes(block)


def _put(data: bytes) -> None:
    check_output()
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        give_up()
        raise
    except OSError as error:
        give_up()
        raise OutputError(f"the standard output: {os.strerror(error.errno or errno.EIO)}") from None


def give_up() -> None:
    """What is still to be written to the standard output goes nowhere, without another error."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def ending_with_the_reader() -> Iterator[None]:
    """Where the reader of a pipe has left, it has what it wanted: the command ends, and says so by
    its status alone.
    """
    try:
        yield
    except BrokenPipeError:
        give_up()
        sys.exit(PIPE_CLOSED)
