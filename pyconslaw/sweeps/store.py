"""The file of a sweep: SQLite, one writer, JSON texts; consistent whenever the process ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any
from weakref import finalize

from pyconslaw import __version__
from pyconslaw.errors import InputError, PyconslawError
from pyconslaw.records.report import PROVED
from pyconslaw.sweeps.limits import Limits, better, outgrown
from pyconslaw.sweeps.rows import COLUMNS

OURS = 0x70636C73  # the application of the file: "pcls"
VERSION = 1  # of the tables below
NAMES = ", ".join(COLUMNS)
MARKS = ", ".join("?" * len(COLUMNS))

# asked: a question, its options, the seed of the sweep and the version of the package. sources:
# which task a specification turned out to be. times: apart from results, which do not depend on
# them. writer: who writes; who has come later has taken over.
TABLES = {
    "asked": "CREATE TABLE asked (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "results": "CREATE TABLE results (asked INTEGER NOT NULL, "
    + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    + ", PRIMARY KEY (asked, task)) WITHOUT ROWID",
    "sources": "CREATE TABLE sources (asked INTEGER NOT NULL, source TEXT NOT NULL, "
    "task TEXT NOT NULL, PRIMARY KEY (asked, source)) WITHOUT ROWID",
    "certificates": "CREATE TABLE certificates (asked INTEGER NOT NULL, task TEXT NOT NULL, "
    "text TEXT, message TEXT, PRIMARY KEY (asked, task)) WITHOUT ROWID",
    "times": "CREATE TABLE times (asked INTEGER NOT NULL, task TEXT NOT NULL, seconds REAL, "
    "processor REAL, PRIMARY KEY (asked, task)) WITHOUT ROWID",
    "writer": "CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL)",
}
SAME = "asked = ? AND task = ?"


class Store:
    """An open store. path: None for one in memory; write: whether it is written to; again: statuses
    of answers that are asked for once more.
    """

    def __init__(
        self,
        path: str | Path | None,
        *,
        write: bool,
        resume: bool = True,
        again: Collection[str] = (),
    ):
        self.path, self.token, self.write = path, token_hex(16), write
        self.again = frozenset(again)
        if path is not None:
            _check_path(Path(path), write, resume)
        with self._errors():
            self.base = sqlite3.connect(
                ":memory:"
                if path is None
                else f"{Path(path).absolute().as_uri()}?mode=rwc"
                if write
                else f"{Path(path).absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                timeout=10.0,
                check_same_thread=False,  # whichever thread it is that lets a store go
            )
        self.ended = finalize(self, self.base.close)
        try:
            with self._errors():
                self._open(write)
        except BaseException:
            self.base.close()
            raise

    def __reduce__(self) -> tuple[Any, ...]:
        """What a pickle holds: all of a store in memory, the path of another."""
        if self.path is not None:
            return _opened, (self.path,)
        return _held, (self.base.serialize(),)

    def _open(self, write: bool) -> None:
        run = self.base.execute
        run("PRAGMA trusted_schema = OFF")
        run("PRAGMA cell_size_check = ON")
        if write:
            self._check(empty=True)
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")
            with self.writing():
                if not run("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    for table in TABLES.values():
                        run(table)
                    run(f"PRAGMA application_id = {OURS}")
                    run(f"PRAGMA user_version = {VERSION}")
                run("INSERT OR REPLACE INTO writer VALUES (1, ?)", (self.token,))
        self._check()

    def _check(self, empty: bool = False) -> None:
        """Errors: InputError unless the file has our tables, and nothing else (or nothing)."""
        run = self.base.execute
        tables = dict(run("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        application = run("PRAGMA application_id").fetchone()[0]
        version = run("PRAGMA user_version").fetchone()[0]
        if empty and not tables and not application:
            return
        if application != OURS:
            raise InputError(f"store: {self.path}: is a database, but none of a sweep")
        if version != VERSION:
            raise InputError(
                f"store: {self.path}: has tables of version {version}, and this pyconslaw reads "
                f"{VERSION}"
            )
        if tables != TABLES:
            raise InputError(f"store: {self.path}: its tables are not those of a sweep")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Errors: InputError for a file that is no store or damaged; OSError, which names it, when
        it cannot be read or written.
        """
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(f"{self.path}: {error}") from None
        except sqlite3.DatabaseError as error:
            raise InputError(f"store: {self.path}: {error}") from None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All of what is written inside, or nothing of it."""
        self.base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                self.base.execute("ROLLBACK")
            raise
        self.base.execute("COMMIT")

    def number_of(self, question: str) -> int:
        """The number of a question in this store, which is given to it if it is new."""
        with self._errors(), self.writing():
            self.base.execute("INSERT OR IGNORE INTO asked (text) VALUES (?)", (question,))
            found = self.base.execute("SELECT id FROM asked WHERE text = ?", (question,))
            return found.fetchone()[0]

    def find(self, question: str) -> int | None:
        """The number of a question, if it was asked."""
        with self._errors():
            found = self.base.execute("SELECT id FROM asked WHERE text = ?", (question,)).fetchone()
        return None if found is None else found[0]

    def task_of(self, asked: int, source: str) -> str | None:
        """The task that a specification turned out to be, if that is known."""
        with self._errors():
            found = self.base.execute(
                "SELECT task FROM sources WHERE asked = ? AND source = ?", (asked, source)
            ).fetchone()
        return None if found is None else found[0]

    def done(self, asked: int, task: str, limits: Limits, certificates: bool) -> bool:
        """Whether nothing is left to ask about a task."""
        with self._errors():
            found = self.base.execute(
                f"SELECT status, allowed FROM results WHERE {SAME}", (asked, task)
            ).fetchone()
            if found is None or found[0] in self.again or outgrown(found[0], found[1], limits):
                return False
            if not certificates or found[0] != PROVED:
                return True
            there = f"SELECT 1 FROM certificates WHERE {SAME}"
            return self.base.execute(there, (asked, task)).fetchone() is not None

    def put(self, asked: int, answers: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Keeps answers, each with the source that it is about (or nothing): all or none of them.

        Errors: PyconslawError when another process has begun to write to the store.
        """
        with self._errors(), self.writing():
            writer = self.base.execute("SELECT token FROM writer").fetchone()
            if writer is None or writer[0] != self.token:
                raise PyconslawError(f"store: {self.path}: another sweep has begun to write to it")
            for source, answer in answers:
                self._put(asked, source, answer)

    def _put(self, asked: int, source: str, answer: Mapping[str, Any]) -> None:
        run, row = self.base.execute, {**answer["row"], "report": answer["report"]}
        task = row["task"]
        values = (asked, *(row.get(name) for name in COLUMNS))
        insert = f"INTO results (asked, {NAMES}) VALUES (?, {MARKS})"
        new = run(f"INSERT OR IGNORE {insert}", values).rowcount > 0
        if not new:
            old = run(f"SELECT status, allowed FROM results WHERE {SAME}", (asked, task)).fetchone()
            new = old[0] in self.again or better((row["status"], row.get("allowed")), old)
            if new:
                run(f"INSERT OR REPLACE {insert}", values)
        if source:
            run("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (asked, source, task))
        if new:
            times = (asked, task, answer.get("seconds"), answer.get("processor"))
            run("INSERT OR REPLACE INTO times VALUES (?, ?, ?, ?)", times)
        if "certificate" in answer:
            given = (asked, task, answer["certificate"], answer.get("certificate_message"))
            run("INSERT OR REPLACE INTO certificates VALUES (?, ?, ?, ?)", given)

    def select(self, query: str, *values: Any) -> Iterator[tuple]:
        """The rows of a query. Errors: as when it is opened."""
        with self._errors():
            yield from self.base.execute(query, values)

    def close(self) -> None:
        """Leaves one file, which can be copied and read anywhere."""
        if self.write:
            with suppress(sqlite3.Error):
                self.base.execute("PRAGMA busy_timeout = 0")
                self.base.execute("PRAGMA journal_mode = DELETE")
        self.ended()


def _check_path(path: Path, write: bool, resume: bool) -> None:
    """Errors: InputError where a store is there that is not to be continued; OSError."""
    if path.exists() and not path.is_file():
        raise IsADirectoryError(21, "Is no file", str(path))
    if write and path.exists() and not resume:
        raise InputError(
            f"store: {path}: is there already; resume=True (--resume) continues it, and asks what "
            "is not in it"
        )
    if write and not path.absolute().parent.is_dir():
        raise FileNotFoundError(2, "No such file or directory", str(path))
    if not write and not path.exists():
        raise FileNotFoundError(2, "No such file or directory", str(path))


def asked_text(question: str) -> str:
    """What results are keyed by beside the network: the question and the version."""
    return f'{{"asked":{question},"version":"{__version__}"}}'


def _opened(path: str | Path) -> Store:
    """A store that was pickled by its path, to be read."""
    return Store(path, write=False)


def _held(data: bytes) -> Store:
    """A store in memory that was pickled."""
    store = Store(None, write=True)
    store.base.deserialize(data)
    return store
