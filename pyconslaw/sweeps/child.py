"""The process that computes: tasks come as JSON lines, one answer goes back for each.

It is ended by its worker at a limit, ends itself when the worker is gone or has nothing to ask, and
is no place for state: an answer depends on its task alone.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from time import perf_counter, process_time
from typing import Any, BinaryIO

from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.builders import linear
from pyconslaw.sweeps.questions import Question, answer, identity, refusal
from pyconslaw.sweeps.rows import FAILED
from pyconslaw.sweeps.specs import Carried, arrived, shown, task_of_text

IDLE = 60.0  # seconds without a task after which it ends
GROWN = 256 << 20  # bytes more than at first, after which it asks to be replaced
OFTEN = 64  # tasks between two looks at its size
# the first byte of a line: ready, an answer, the last one, out of memory
READY, ANSWER, LAST, FULL = b"R", b"A", b"L", b"M"


def main(memory: float | None) -> None:
    """Answers the tasks on the standard input until it ends. memory: bytes that a task may take."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    answer(linear([1, 2, 1]), Question("count", {}, 0), False)  # loads what every task needs
    start = size()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tasks: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(tasks,), daemon=True).start()
    if memory is not None:
        _limit(start + int(memory))
    answers.write(READY + b"\n")
    _serve(tasks, answers, start)


def _limit(most: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    known = [x for x in (most, soft, hard) if x != resource.RLIM_INFINITY]
    with suppress(OSError, ValueError):  # of systems that have the limit by name only
        resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))


def _listen(tasks: SimpleQueue[bytes]) -> None:
    """Hears at once, whatever is being computed, that the worker has gone."""
    for line in sys.stdin.buffer:
        tasks.put(line)
    os._exit(0)


def _serve(tasks: SimpleQueue[bytes], answers: BinaryIO, start: int) -> None:
    number = 0
    while True:
        try:
            line = tasks.get(timeout=IDLE)
        except Empty:
            os._exit(0)
        number += 1
        try:
            kind, text = ANSWER, json.dumps(answered(json.loads(line))).encode()
        except MemoryError:
            kind, text = FULL, b""
        if kind == ANSWER and number % OFTEN == 0 and size() > start + GROWN:
            kind = LAST
        line = kind + text + b"\n"
        while line:  # a pipe may take less than all
            line = line[answers.write(line) :]


def answered(task: dict[str, Any]) -> dict[str, Any]:
    """The answer to a task: a row, a report, perhaps a certificate, and what it took. Errors:
    MemoryError.
    """
    wall, processor = perf_counter(), process_time()
    question = Question(task["question"], task["options"], task["seed"])
    made = _answer(task["network"], question, task["certificates"], task.get("only") == "identity")
    return made | {"seconds": perf_counter() - wall, "processor": process_time() - processor}


def _answer(one: Carried, question: Question, certificates: bool, only: bool) -> dict[str, Any]:
    nobody = {"task": task_of_text(one), "network": shown(one)}
    try:
        network = arrived(one)
        nobody = identity(network)
        return {"row": nobody} if only else answer(network, question, certificates)
    except (InputError, LimitError) as error:
        return {"row": nobody | refusal(error), "report": "{}"}
    except MemoryError:
        raise
    except Exception as error:  # a fault of ours, which is told, and costs this task alone
        said = {"status": FAILED, "message": f"{type(error).__name__}: {error}"}
        return {"row": nobody | said, "report": "{}"}


def size() -> int:
    """Bytes of the address space, where the system tells; else of what was resident at most."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
