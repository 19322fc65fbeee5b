"""One question about many networks, by any executor, into one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

from pyconslaw.errors import InputError
from pyconslaw.networks.network import Network
from pyconslaw.records.report import PROVED
from pyconslaw.sweeps.limits import Limits
from pyconslaw.sweeps.loop import Asked, Loop, Threads, cores
from pyconslaw.sweeps.questions import Question, question_of
from pyconslaw.sweeps.results import SweepResults
from pyconslaw.sweeps.rows import STATUSES
from pyconslaw.sweeps.store import Store, asked_text

JOBS = 1 << 20  # at most


@dataclass(frozen=True)
class SweepEstimate:
    """What a sweep is expected to take, by `estimate` of each network that has to be asked.

    Attributes
    ----------
    networks : int
        How many distinct ones have to be asked.
    seconds : float
        Of one core, all together; divide by the cores that you have.
    memory : float
        Bytes at most at a time, of one task.
    largest : str
        The network that is expected to take longest.
    refused : int
        How many there are of which nothing is known: what names no network, what is too large for
        every method, what met a limit.
    """

    networks: int
    seconds: float
    memory: float
    largest: str
    refused: int

    def __str__(self) -> str:
        memory = max(self.memory / 1e6, 1)
        text = f"{self.networks} network{'s' * (self.networks != 1)} to ask: about "
        text += f"{self.seconds:.2g} s of one core, at most {memory:.0f} MB at a time"
        text += f", longest {self.largest}" if self.largest else ""
        return text + (f"; no estimate for {self.refused}" if self.refused else "")

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw sweep --estimate --json`.

        Returns
        -------
        dict
        """
        return {
            "networks": self.networks,
            "seconds": self.seconds,
            "memory": self.memory,
            "largest": self.largest,
            "refused": self.refused,
        }


@overload
def sweep(
    networks: Iterable[Network | str | Mapping[str, Any]],
    question: str = "count",
    *,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    jobs: int | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    limit_seconds: float | None = None,
    limit_memory: float | None = None,
    certificates: bool = False,
    again: Collection[str] = (),
    progress: Callable[[int, int | None], Any] | None = None,
    dry: Literal[False] = False,
) -> SweepResults: ...


@overload
def sweep(
    networks: Iterable[Network | str | Mapping[str, Any]],
    question: str = "count",
    *,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    jobs: int | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    limit_seconds: float | None = None,
    limit_memory: float | None = None,
    certificates: bool = False,
    again: Collection[str] = (),
    progress: Callable[[int, int | None], Any] | None = None,
    dry: Literal[True],
) -> SweepEstimate: ...


def sweep(
    networks: Iterable[Network | str | Mapping[str, Any]],
    question: str = "count",
    *,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    jobs: int | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    limit_seconds: float | None = None,
    limit_memory: float | None = None,
    certificates: bool = False,
    again: Collection[str] = (),
    progress: Callable[[int, int | None], Any] | None = None,
    dry: bool = False,
) -> SweepResults | SweepEstimate:
    """One question about many networks: on the cores of this machine, or by any executor, into a
    file that can be continued.

    What is stored depends neither on the executor nor on the order of the networks (but for a
    budget or a limit of time, which a slower machine meets sooner). Every worker keeps a process of
    its own that computes, on one thread, and is ended and replaced at a limit: a task that is too
    long, too large or fatal is stored as that, and costs nothing but itself.

    Parameters
    ----------
    networks : iterable of Network, str or mapping
        Taken as there is room, so it may be a generator without end. Texts are words such as
        "relu 2-3-1 --bias" or JSON, mappings the JSON objects of files (docs/files.md).
    question : str
        "count", as `analyze`, or "laws": those that are known, or with the option forms as
        `find_laws`, with degree (and up_to) as `polynomial_laws`.
    options : mapping, optional
        Of the question: method, effort, budget and memory as in `analyze`; degree, up_to and forms.
    seed : int
        Every network has its own, made from this one and its fingerprint.
    executor : concurrent.futures.Executor, optional
        Of your own, and left open, such as `client.get_executor()` of Dask; by default processes on
        this machine.
    jobs : int, optional
        How many work at a time; of an executor of yours, how many workers it has. By default as
        many as this process has cores.
    store : str or Path, optional
        A SQLite file that keeps the results; without it they are kept in memory.
    resume : bool
        Whether a store that is there is continued: what is in it is not asked again.
    limit_seconds : float, optional
        After which a task is ended and stored with status "time".
    limit_memory : float, optional
        Bytes, beyond those of the process itself, at which a task is ended, with status "memory".
    certificates : bool
        Whether certificates of what is proved are kept.
    again : collection of str
        Statuses, such as "died", that are asked once more. Networks that met a limit which is
        larger by now are so anyway.
    progress : callable, optional
        progress(done, total) is called now and then, total being None where it is not known, and
        ends the sweep by returning True: what is stored is returned.
    dry : bool
        Whether only to estimate what it takes; the iterable is gone through for that.

    Returns
    -------
    SweepResults or SweepEstimate

    Raises
    ------
    InputError
        Names the argument; for what is no network; for a store that is there without resume, or is
        none. A text that names no network is no error: its row has status "refused".
    PyconslawError
        When another sweep has begun to write to the store.
    OSError
        When the store cannot be read or written.

    Examples
    --------
    >>> from pyconslaw import linear, sweep
    >>> found = sweep([linear([n, n, n]) for n in (1, 2)] + ["relu 2-3-1 --bias"], jobs=1)
    >>> print(found)
    3 networks: 3 proved
    >>> sorted((row["network"], row["laws"]) for row in found)
    [('linear 1-1-1', 1), ('linear 2-2-2', 3), ('relu 2-3-1 --bias', 3)]
    """
    asked = question_of(question, options, seed)
    limits = _limits(limit_seconds, limit_memory)
    jobs = _jobs(jobs)
    for status in [again] if isinstance(again, str) else again:
        if status not in STATUSES:
            raise InputError(f"again: expected some of {', '.join(STATUSES)}, got {status!r}")
    if not isinstance(executor, Executor | None):
        raise InputError(f"executor: expected an Executor, got {type(executor).__name__}")
    if isinstance(networks, str | Mapping) or not isinstance(networks, Iterable):
        raise InputError(f"networks: expected an iterable, got {type(networks).__name__}")
    run = _Run(networks, asked, limits, certificates, executor, jobs, progress)
    return run.dry(store, resume, again) if dry else run.all(store, resume, again)


def _limits(seconds: float | None, memory: float | None) -> Limits:
    found: dict[str, float | None] = {}
    for key, value in (("seconds", seconds), ("memory", memory)):
        wrong = isinstance(value, bool) or not isinstance(value, int | float | None)
        if wrong or (value is not None and not 0 < value < 1e18):
            raise InputError(f"limit_{key}: expected a positive number, got {value!r}")
        found[key] = None if value is None else float(value)
    return found


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return cores()
    if isinstance(jobs, bool) or not isinstance(jobs, int) or not 1 <= jobs <= JOBS:
        raise InputError(f"jobs: expected an integer from 1 to {JOBS}, got {jobs!r}")
    return jobs


@dataclass(frozen=True)
class _Run:
    networks: Iterable[Any]
    question: Question
    limits: Limits
    certificates: bool
    executor: Executor | None
    jobs: int
    progress: Callable[[int, int | None], Any] | None

    def all(self, path: str | Path | None, resume: bool, again: Collection[str]) -> SweepResults:
        """Asks what is not in the store."""
        store = Store(path, write=True, resume=resume, again=again)
        try:
            number = store.number_of(asked_text(self.question.text))
            asked = Asked(self.question, number, self.limits, self.certificates)
            self._loop(asked, store, [(store, number, self.certificates)])
        except BaseException:
            store.close()
            raise
        if path is None:
            return SweepResults(None, number, store)
        store.close()
        return SweepResults(Path(path), number)

    def dry(self, path: str | Path | None, resume: bool, again: Collection[str]) -> SweepEstimate:
        """Asks for the costs of what is not in the store."""
        sink = Store(None, write=True)
        known: list[tuple[Store, int, bool]] = []
        stores = [sink]
        given = self.question.options
        method = {key: given[key] for key in ("method",) if key in given}
        number = sink.number_of(asked_text(self.question.text))
        if path is not None and Path(path).exists():
            there = Store(path, write=False, again=again)
            stores.append(there)
            found = there.find(asked_text(self.question.text))
            known += [] if found is None else [(there, found, self.certificates)]
        question = Question("estimate", method, self.question.seed)
        try:
            asked = Asked(question, number, self.limits, False)
            self._loop(asked, sink, [*known, (sink, number, False)])
            return _estimated(sink)
        finally:
            for store in stores:
                store.close()

    def _loop(self, asked: Asked, store: Store, known: list[tuple[Store, int, bool]]) -> None:
        loop = Loop(self.networks, asked, store, known=known, progress=self.progress)
        if self.executor is not None:
            loop.run(self.executor, self.jobs)
            return
        threads, whole = Threads(self.jobs), False
        try:
            loop.run(threads, self.jobs)
            whole = not loop.stopped
        finally:
            threads.end(at_once=not whole)


def _estimated(sink: Store) -> SweepEstimate:
    """The sum over what was asked, in a fixed order."""
    networks = refused = 0
    seconds, memory, longest, largest = 0.0, 0.0, -1.0, ""
    for name, status, text in sink.select(
        "SELECT network, status, message FROM results ORDER BY task"
    ):
        networks += 1
        if status != PROVED:
            refused += 1
            continue
        cost = json.loads(text)
        seconds, memory = seconds + cost["seconds"], max(memory, cost["memory"])
        if cost["seconds"] > longest:
            longest, largest = cost["seconds"], name
    return SweepEstimate(networks, seconds, memory, largest, refused)
