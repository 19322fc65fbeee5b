"""For tests of sweeps: executors of every temper, and networks that harm who computes them."""

import os
import random
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

import pyconslaw as pcl

WORDS = [f"relu {a}-{b}-{c}" for a in (1, 2, 3) for b in (1, 2, 3, 4) for c in (1, 2)]
WORDS += [f"linear {a}-{b}-{c}" for a in (1, 2) for b in (1, 2, 3) for c in (1, 2)]
WORDS += ["linear 2-2-1 --flow momentum --tau 1/2", "mlp 2-2-2-1 --activations linear,relu"]
WORDS += ['{"variables": ["x", "y"], "phi": ["x*y", "x^2 + y^2"]}', "nonsense", "relu 2-0-1"]


class Later(Executor):
    """Runs what is submitted when its future is waited for, in an order of its own; bounded."""

    def __init__(self, seed=0, most=10**9):
        self.draw, self.most = random.Random(seed), most
        self.calls, self.queue, self.largest = [], [], 0
        self.here = threading.Condition()
        self.ended = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def submit(self, function, /, *args, **given):
        future = Future()
        with self.here:
            self.queue.append((future, function, args, given))
            self.largest = max(self.largest, len(self.queue))
            self.calls.append(args)
            self.here.notify()
        return future

    def _work(self):
        while True:
            with self.here:
                while not self.queue and not self.ended:
                    self.here.wait()
                if self.ended:
                    return
                number = self.draw.randrange(len(self.queue))
                future, function, args, given = self.queue.pop(number)
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*args, **given))
                except BaseException as error:
                    future.set_exception(error)

    @property
    def texts(self):
        """Of all networks that were submitted."""
        return [one.get("text") for (batch,) in self.calls for one in batch["networks"]]

    def __exit__(self, *_):
        with self.here:
            self.ended = True
            self.here.notify()
        self.thread.join()


class Refusing(Executor):
    """Nothing may be asked."""

    def submit(self, function, /, *args, **given):
        raise AssertionError(f"asked again: {args}")


@dataclass(frozen=True, eq=False, repr=False)
class Harmful(pcl.Network):
    """A network that does something else where it arrives."""

    harm: Any = None

    def __reduce__(self):
        return self.harm


def harmful(number, *harm):
    """The network product `number`, whose arrival calls harm: a function, and its arguments."""
    plain = pcl.product(number)
    return Harmful(plain.description, plain.problem, None, (harm[0], harm[1:]))


def slow(number):
    return harmful(number, time.sleep, 1000)


def fatal(number):
    return harmful(number, os.abort)


def large(number):
    return harmful(number, bytearray, 1 << 40)


def exported(results, path):
    """The bytes of the rows."""
    return results.write(path).read_bytes()


def alive(pid):
    """Whether a process runs (one that is dead and not waited for does not)."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
