"""A function in a process of its own that can be stopped, however deep in C it is."""

import multiprocessing
import resource
import signal
import traceback
import warnings
from dataclasses import dataclass
from math import ceil

MEMORY = 4 << 30


@dataclass(frozen=True)
class Stopped:
    reason: str


def run(function, argument, budget):
    """function(argument) in a forked process; Stopped beyond budget seconds of processor time or
    4 GB.

    Errors: RuntimeError with the traceback when the function raises, with the exit code when it
    dies otherwise.
    """
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(send, function, argument, budget))
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of forks beside threads: the BLAS that has them allows it
        process.start()
    send.close()
    try:
        if not receive.poll(10 * budget + 10):  # no processor time used up, and no answer
            return Stopped(f"stopped after {10 * budget + 10:g} s")
        done, error = receive.recv()
    except EOFError:
        process.join()
        if process.exitcode == -signal.SIGXCPU:
            return Stopped(f"stopped after {budget:g} s")
        if process.exitcode in (0, -signal.SIGABRT):  # MemoryError, or FLINT's way to say it
            return Stopped("stopped at 4 GB")
        raise RuntimeError(f"the process died with exit code {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
        receive.close()
    if error:
        raise RuntimeError(error)
    return done


def _child(send, function, argument, budget):
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(budget), ceil(budget) + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        send.send((function(argument), None))
    except MemoryError:
        pass  # the pipe is closed without an answer
    except BaseException:
        send.send((None, traceback.format_exc()))
