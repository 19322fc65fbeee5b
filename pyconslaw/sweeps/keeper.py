"""What a worker keeps: processes that compute, ended at a limit, replaced when they are gone.

An executor can neither stop a task nor lose a worker without harm, and workers of some may start no
process by `multiprocessing`: so a child is a `subprocess`, and a dead one costs its task alone.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any

from pyconslaw.sweeps.limits import DIED, MEMORY, TIME, allowed_text

START = "import json, sys; given = json.loads(sys.argv[1]); sys.path[:] = given['path']; "
START += "from pyconslaw.sweeps.child import main; main(given['memory'])"
START_LIMIT = 300.0  # seconds in which a process must be ready, on a machine that is very busy
STALE = 30.0  # seconds of idleness after which one is not asked any more: it may be about to end
# A process has some tasks ahead in its pipe, and its answers are looked at together, so that small
# tasks do not wait for two processes to take turns.
AHEAD = 32
FEW = 8  # tasks below which more are sent, and every answer is looked at as it comes
NAP = 0.004  # seconds
PIPE = 32_000  # bytes that a pipe takes whether anybody reads it or not
ONE_THREAD = {
    "PYCONSLAW_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",  # an arena for every thread would count as memory
}


class Gone(Exception):
    """The process ended before it answered. reason: "memory" or "died"; text: its last words."""

    def __init__(self, reason: str, text: str):
        super().__init__(reason, text)
        self.reason, self.text = reason, text


class Late(Exception):
    """The process did not answer in time."""


class Child:
    """A process that answers tasks one after the other. memory: bytes that each may take. owner: of
    the sweep that it is used for.
    """

    def __init__(self, memory: float | None, owner: Event):
        given = json.dumps({"path": sys.path, "memory": memory})
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is for the worker
            bufsize=0,
        )
        living.add(self)
        self.memory, self.answered, self.last = memory, 0, False
        self.owner = owner
        self.buffer = bytearray()
        self.since = monotonic()
        try:
            self._ready()
        except BaseException:
            self.kill()
            raise

    def _ready(self) -> None:
        try:
            line = self._line(START_LIMIT)
        except (Gone, Late) as error:
            raise RuntimeError(f"a process that computes did not start: {error}") from None
        if line != b"R":
            raise RuntimeError(f"a process that computes began with {line[:80]!r}")

    def send(self, tasks: bytes) -> None:
        """Tasks, one a line, which are begun when those before them are answered."""
        data = memoryview(tasks)
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # who waits for the answer is told
            while data:
                data = data[self.process.stdin.write(data) :]

    def receive(self, seconds: float | None, together: bool = False) -> bytes:
        """The next answer as JSON text; together: others come soon. Errors: Late, Gone."""
        line = self._line(seconds, NAP if together else 0.0)
        if line[:1] == b"M":
            raise Gone(MEMORY, "")
        self.answered += 1
        self.last = self.last or line[:1] == b"L"
        return line[1:]

    def _line(self, seconds: float | None, nap: float = 0.0) -> bytes:
        assert self.process.stdout is not None
        pipe = self.process.stdout.fileno()
        end = None if seconds is None else monotonic() + seconds
        seen = 0
        while (at := self.buffer.find(b"\n", seen)) < 0:
            seen = len(self.buffer)
            left = None if end is None else max(0.0, end - monotonic())
            if not select.select([pipe], [], [], left)[0]:
                raise Late
            if nap:
                sleep(nap)
            piece = os.read(pipe, 1 << 16)
            if not piece:
                raise self._gone()
            self.buffer += piece
        line = bytes(self.buffer[:at])
        del self.buffer[: at + 1]
        return line

    def _gone(self) -> Gone:
        """Why the process ended: libraries in C that get no memory say so and abort."""
        self.process.wait()
        self.errors.seek(max(0, self.errors.seek(0, os.SEEK_END) - 2000))
        text = self.errors.read().decode(errors="replace")
        short = any(word in text for word in ("allocate", "MemoryError", "bad_alloc"))
        number = self.process.returncode
        how = f"signal {-number}" if number < 0 else f"status {number}"
        return Gone(MEMORY if short and self.memory is not None else DIED, how)

    def kill(self) -> None:
        """Ends the process; again does nothing."""
        living.discard(self)
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


# The processes of this worker: the one thing that outlives a call, for a worker is called again
# and starting a process takes as long as a thousand tasks.
living: set[Child] = set()
idle: list[Child] = []
lock = Lock()


def close() -> None:
    """Ends the idle processes of this worker."""
    with lock:
        ended, idle[:] = list(idle), []
    for child in ended:
        child.kill()


def kill_all(owner: Event | None = None) -> None:
    """Ends all processes of this worker, or those of a sweep, those too that another thread is
    waiting for.
    """
    for child in [one for one in living if owner is None or one.owner is owner]:
        with suppress(OSError):
            child.process.kill()


def forget() -> None:
    """In a forked process, the processes are not ours: their pipes are let go."""
    global lock
    lock = Lock()
    for child in living:
        for stream in (child.process.stdin, child.process.stdout):
            if stream is not None:
                stream.close()
        child.process.returncode = 0  # nobody here may wait for it
    living.clear()
    idle.clear()


atexit.register(kill_all)
os.register_at_fork(after_in_child=forget)


@contextmanager
def child_for(memory: float | None, owner: Event) -> Iterator[list[Child]]:
    """A list of the process that is to be used now, which the user of it may replace: kept
    afterwards, or ended where something was raised.
    """
    held = [_taken(memory, owner)]
    try:
        yield held
    except BaseException:
        held[0].kill()
        raise
    if held[0].last:
        held[0].kill()
        return
    held[0].since = monotonic()
    with lock:
        idle.append(held[0])


def _taken(memory: float | None, owner: Event) -> Child:
    """An idle process with this limit, or a new one; those that are idle for long are ended."""
    with lock:
        old = [child for child in idle if monotonic() - child.since > STALE]
        idle[:] = [child for child in idle if child not in old]
        fit = next((child for child in idle if child.memory == memory), None)
        if fit is not None:
            idle.remove(fit)
            fit.owner = owner
    for child in old:
        child.kill()
    return fit or Child(memory, owner)


def answers(batch: Mapping[str, Any], stop: Event | None = None) -> list[bytes]:
    """Answers to the first tasks of a batch, as JSON texts: one at least, and as many as are begun
    within its patience; the rest is asked again. What a worker is called with.

    batch: question, options, seed, certificates; limits; patience, in seconds; networks. stop:
    where the worker is a thread of who asks, set when processes were ended and none is to follow.
    """
    return _Batch(batch, stop or Event()).run()


class _Batch:
    """The tasks of one call, and how many of them are sent and answered."""

    def __init__(self, batch: Mapping[str, Any], stop: Event):
        keys = ("question", "options", "seed", "certificates")
        self.asked = {key: batch[key] for key in keys}
        self.networks, self.limits = batch["networks"], batch["limits"]
        self.found: list[bytes] = []
        self.lengths: list[int] = []  # of what was sent, in bytes
        self.sent, self.stop = 0, stop
        self.end = monotonic() + batch["patience"]

    def run(self) -> list[bytes]:
        with child_for(self.limits["memory"], self.stop) as held:
            while self._send(held[0]):
                try:
                    together = self.sent - len(self.found) > FEW
                    self.found.append(held[0].receive(self.limits["seconds"], together))
                except (Late, Gone) as error:
                    self._replace(held, error)
                if held[0].last and len(self.found) == self.sent < len(self.networks):
                    self._renew(held)
        return self.found

    def _check(self) -> None:
        """Errors: Gone when no process is to follow."""
        if self.stop.is_set():
            raise Gone(DIED, "the sweep has ended")

    def _send(self, child: Child) -> bool:
        """Sends what may be sent; whether an answer is waited for."""
        self._check()
        waiting = self.sent - len(self.found)
        if waiting < FEW and not child.last and (not self.found or monotonic() < self.end):
            lines: list[bytes] = []
            room = PIPE - sum(self.lengths[len(self.found) : self.sent])
            while self.sent < min(len(self.networks), len(self.found) + AHEAD):
                line = self._line(self.networks[self.sent])
                room -= len(line)
                if room < 0 and (waiting or lines):  # a long one only to a process that waits
                    break
                lines.append(line)
                self.lengths[self.sent :] = [len(line)]
                self.sent += 1
            if lines:
                child.send(b"".join(lines))
        return self.sent > len(self.found)

    def _line(self, network: Mapping[str, str], **more: Any) -> bytes:
        return json.dumps({**self.asked, "network": network, **more}).encode() + b"\n"

    def _renew(self, held: list[Child]) -> None:
        held[0].kill()
        self._check()
        held[0] = Child(self.limits["memory"], self.stop)

    def _replace(self, held: list[Child], error: Late | Gone) -> None:
        """A process that is late or gone is replaced, and its task answered by that, unless what
        other tasks have left in it may have been the reason.
        """
        fresh = not held[0].answered
        self._renew(held)
        if isinstance(error, Gone) and not fresh:
            self.sent = len(self.found)
            return
        network = self.networks[len(self.found)]
        if isinstance(error, Late):
            status, message = TIME, f"not answered within {self.limits['seconds']:g} s"
        elif error.reason == MEMORY:
            status, message = MEMORY, f"more than {self.limits['memory'] or 0:g} bytes"
        else:
            status, message = DIED, f"the process died: {error.text}"
        row = self._identity(held, network) | {
            "status": status,
            "message": message,
            "allowed": allowed_text(status, self.limits),
        }
        spent = self.limits["seconds"] if status == TIME else None
        self.found.append(json.dumps({"row": row, "report": "{}", "seconds": spent}).encode())
        self.sent = len(self.found)

    def _identity(self, held: list[Child], network: Mapping[str, str]) -> dict[str, Any]:
        """Which network it was, if that can be said within the same limits."""
        try:
            held[0].send(self._line(network, only="identity"))
            return json.loads(held[0].receive(self.limits["seconds"]))["row"]
        except (Late, Gone):
            self._renew(held)
            return {}
