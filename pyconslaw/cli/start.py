"""The entry point of the `pyconslaw` command: from the first import on, Ctrl-C ends it with one
line, nothing left.
"""

import os
import signal
import sys
from contextlib import suppress

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def end_on_interrupt() -> None:
    """Ctrl-C prints one line, removes files that are half written and ends the process; no answer
    is given.

    No exception is raised, for one could be swallowed on its way (in a destructor) or meet a
    handler. A child process says nothing.
    """
    parent = os.getpid()

    def interrupted(number, frame):
        output = sys.modules.get("pyconslaw.output")  # perhaps in the middle of its import
        for path in list(getattr(output, "unfinished", ())):
            with suppress(OSError):
                os.unlink(path)
        if os.getpid() == parent:
            with suppress(OSError):
                os.write(2, (b"\n" if os.isatty(2) else b"") + b"pyconslaw: interrupted\n")
        os._exit(INTERRUPTED)

    # nobody has asked to ignore it
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)


def main() -> None:
    """Entry point of the `pyconslaw` command."""
    end_on_interrupt()
    from pyconslaw.cli.main import cli

    try:
        cli(prog_name="pyconslaw")
    finally:  # all is written: too late to interrupt
        if callable(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
