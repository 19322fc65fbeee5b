"""The process that asks: networks are taken as workers have room, answers are kept as they come."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Any

from pyconslaw.networks.network import Network
from pyconslaw.sweeps import keeper
from pyconslaw.sweeps.limits import Limits
from pyconslaw.sweeps.questions import Question, identity
from pyconslaw.sweeps.specs import Carried, carried, shown, source_of, task_of_text
from pyconslaw.sweeps.store import Store

TARGET = 0.3  # seconds of work in a batch
PATIENCE = 1.0  # seconds after which a worker hands back what it has not begun
MOST = 256  # tasks of a batch
MOST_BYTES = 4 << 20  # of their specifications
WINDOW = 2  # batches for each worker: one is worked on, one waits

Progress = Callable[[int, int | None], Any]


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class Threads(Executor):
    """The executor of one machine: a thread minds each process that computes, so that nothing is
    imported again, no worker can be lost, and all is ended at once.
    """

    def __init__(self, jobs: int):
        self.pool, self.stop = ThreadPoolExecutor(jobs, "pyconslaw-sweep"), Event()

    def submit(self, function: Any, /, *args: Any, **given: Any) -> Future:
        return self.pool.submit(function, *args, **given, stop=self.stop)

    def end(self, at_once: bool) -> None:
        """Ends the processes; at once: whatever they are doing."""
        if at_once:
            self.stop.set()
            keeper.kill_all(self.stop)
        self.pool.shutdown(wait=True, cancel_futures=True)
        keeper.close()


@dataclass(frozen=True)
class Item:
    """A network on its way. task, about: what is known of it before it arrives."""

    network: Carried
    source: str
    task: str
    about: dict[str, Any]

    @property
    def mark(self) -> str:
        return self.source or self.task

    @property
    def bytes(self) -> int:
        return sum(map(len, self.network.values()))


def item_of(network: Any) -> Item:
    """Errors: InputError for what is no network."""
    one = carried(network)
    if isinstance(network, Network):
        about = identity(network)
        return Item(one, "", about["task"], about)
    return Item(one, source_of(one), "", {"task": task_of_text(one), "network": shown(one)})


@dataclass(frozen=True)
class Asked:
    """What is asked of every network: the question, its number in the store, limits."""

    question: Question
    number: int
    limits: Limits
    certificates: bool

    def batch(self, items: list[Item]) -> dict[str, Any]:
        """What a worker is called with: texts and numbers, which every executor carries."""
        return {
            "question": self.question.name,
            "options": dict(self.question.options),
            "seed": self.question.seed,
            "certificates": self.certificates,
            "limits": dict(self.limits),
            "patience": PATIENCE,
            "networks": [item.network for item in items],
        }


class Loop:
    """Networks to answers. known: stores of what has not to be asked, each with the number of the
    question there, and whether certificates are wanted.
    """

    def __init__(
        self,
        networks: Iterable[Any],
        asked: Asked,
        store: Store,
        *,
        known: Collection[tuple[Store, int, bool]],
        progress: Progress | None,
    ):
        self.total = len(networks) if isinstance(networks, Collection) else None
        self.networks, self.asked, self.store = iter(networks), asked, store
        self.known, self.progress = known, progress
        self.done = 0
        self.flying: set[str] = set()
        self.back: deque[Item] = deque()  # handed back by workers
        self.pending: dict[Future, list[Item]] = {}
        self.pace = TARGET / 4  # seconds for a task
        self.exhausted = self.stopped = False

    def run(self, executor: Executor, jobs: int) -> None:
        """Until all is answered, or the listener ends it."""
        try:
            self._tell()
            while not self.stopped and self._submit(executor, jobs):
                ready, _ = wait(self.pending, timeout=1.0, return_when=FIRST_COMPLETED)
                self._keep(ready)
                self._tell()
        finally:  # what has come is kept, whatever happened
            for future in self.pending:
                future.cancel()
            self._keep([future for future in self.pending if _answered(future)])

    def _submit(self, executor: Executor, jobs: int) -> bool:
        """Whether anything is waited for."""
        while len(self.pending) < WINDOW * jobs and (items := self._batch(jobs)):
            future = executor.submit(keeper.answers, self.asked.batch(items))
            self.pending[future] = items
        return bool(self.pending)

    def _batch(self, jobs: int) -> list[Item]:
        most = max(1, min(MOST, int(TARGET / self.pace)))
        if self.total is not None:  # the last ones are shared out
            most = max(1, min(most, (self.total - self.done) // (WINDOW * jobs)))
        items: list[Item] = []
        size = 0
        while len(items) < most and size < MOST_BYTES and (item := self._next()) is not None:
            items.append(item)
            size += item.bytes
        return items

    def _next(self) -> Item | None:
        if self.back:
            return self.back.popleft()
        return next(self._new(), None)

    def _new(self) -> Iterator[Item]:
        """Networks that are neither answered nor on their way."""
        while not self.exhausted and not self.stopped:
            try:
                network = next(self.networks)
            except StopIteration:
                self.exhausted = True
                return
            item = item_of(network)
            if item.mark in self.flying or self._is_known(item):
                self.done += 1
                if self.done % 1000 == 0:
                    self._tell()
                continue
            self.flying.add(item.mark)
            yield item

    def _is_known(self, item: Item) -> bool:
        for store, number, certificates in self.known:
            task = item.task or store.task_of(number, item.source)
            if task and store.done(number, task, self.asked.limits, certificates):
                return True
        return False

    def _keep(self, ready: Iterable[Future]) -> None:
        """Answers of these batches go into the store, what workers have handed back is asked again.
        Errors: those of the executor.
        """
        for future in ready:
            items, texts = self.pending[future], future.result()
            pairs = [(item, json.loads(text)) for item, text in zip(items, texts, strict=False)]
            for item, answer in pairs:
                answer["row"] = item.about | answer["row"]
            self.store.put(self.asked.number, [(item.source, answer) for item, answer in pairs])
            del self.pending[future]
            self.flying.difference_update(item.mark for item, _ in pairs)
            self.done += len(pairs)
            self.back.extend(items[len(pairs) :])
            spent = sum(answer.get("seconds") or 0.0 for _, answer in pairs)
            self.pace = 0.5 * self.pace + 0.5 * max(spent / len(pairs), TARGET / MOST)

    def _tell(self) -> None:
        if self.progress is not None and self.progress(self.done, self.total) is True:
            self.stopped = True


def _answered(future: Future) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
