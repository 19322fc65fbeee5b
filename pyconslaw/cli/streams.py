"""Standard output and what cannot be written to it."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

PIPE_CLOSED = 141  # 128 + SIGPIPE, as shells report it


class OutputError(OSError):
    """The answer could not be written: it is lost."""


def check_output() -> None:
    """Errors: OutputError when the standard output is closed."""
    if sys.stdout is None:
        raise OutputError("the standard output is closed")


def put(data: bytes) -> None:
    """Data to the standard output, at once. Errors: OutputError; BrokenPipeError when its reader
    has left.
    """
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
