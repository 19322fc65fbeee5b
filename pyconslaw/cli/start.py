"""The entry point of the `pyconslaw` command: from the first import on, Ctrl-C and SIGTERM end it
with one line, nothing left (a sweep says how to continue in another).
"""

import os
import signal
import sys
from contextlib import suppress

SIGNALS = {signal.SIGINT: b"interrupted", signal.SIGTERM: b"terminated"}


def end_on_signals() -> None:
    """Ctrl-C and SIGTERM print one line, remove files that are half written, end processes that
    compute, and end this one with 128 and their number, as shells report it; no answer is given.

    No exception is raised, for one could be swallowed on its way (in a destructor) or meet a
    handler. A child process says nothing.
    """
    parent = os.getpid()

    def end(number, frame):
        output = sys.modules.get("pyconslaw.output")  # perhaps in the middle of its import
        for path in list(getattr(output, "unfinished", ())):
            with suppress(OSError):
                os.unlink(path)
        if os.getpid() == parent:
            keeper = sys.modules.get("pyconslaw.sweeps.keeper")
            getattr(keeper, "kill_all", int)()
            with suppress(OSError):
                before = b"\n" if os.isatty(2) else b""
                said = [SIGNALS[number].decode(), *getattr(output, "last_words", ())]
                os.write(2, before + "".join(f"pyconslaw: {line}\n" for line in said).encode())
        os._exit(128 + number)

    for number in SIGNALS:
        # nobody has asked to ignore it
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, end)


def main() -> None:
    """Entry point of the `pyconslaw` command."""
    end_on_signals()
    from pyconslaw.cli.main import cli

    try:
        cli(prog_name="pyconslaw")
    finally:  # all is written: too late to end it
        for number in SIGNALS:
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_IGN)
