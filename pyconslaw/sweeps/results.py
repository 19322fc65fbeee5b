"""What a sweep has found: rows in a fixed order, and files and frames of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyconslaw.certificate import Certificate, canonical
from pyconslaw.errors import InputError
from pyconslaw.networks.network import Network
from pyconslaw.output import write_whole
from pyconslaw.sweeps.rows import COLUMNS, LISTED, NUMBERS, STATUSES
from pyconslaw.sweeps.specs import arrived, carried, task_of
from pyconslaw.sweeps.store import Store

if TYPE_CHECKING:
    import pandas

FORMATS = (".jsonl", ".csv", ".parquet")
TIMES = ("seconds", "processor")


@dataclass(frozen=True, eq=False, repr=False)
class SweepResults:
    """The results of a sweep, or of all sweeps in a store: rows, sorted, that are equal for equal
    questions whatever the executor and the order of the networks.

    Iterated over, they are dicts with the keys network, fingerprint, question, options, seed,
    version, status, laws, laws_min, laws_max, listed, object, parameters, method, found_by,
    evidence, error_bound, message, allowed, report and task (docs/sweeps.md says what they mean).

    Attributes
    ----------
    path : Path or None
        The file; None where it is all in memory.
    asked : int or None
        The number of the question in the store; None for all questions.
    memory : Store or None
        What is in memory.
    """

    path: Path | None
    asked: int | None = None
    memory: Store | None = None

    @classmethod
    def read(cls, path: str | Path) -> SweepResults:
        """All results in a store.

        Parameters
        ----------
        path : str or Path

        Returns
        -------
        SweepResults

        Raises
        ------
        InputError
            When the file is no store of sweeps, or is damaged.
        OSError
            When it cannot be read.
        """
        Store(path, write=False).close()
        return cls(Path(path))

    @contextmanager
    def _store(self) -> Iterator[Store]:
        if self.memory is not None:
            yield self.memory
            return
        store = Store(self.path, write=False)
        try:
            yield store
        finally:
            store.close()

    def _where(self, condition: str = "1") -> tuple[str, tuple[int, ...]]:
        if self.asked is None:
            return f"WHERE {condition}", ()
        return f"WHERE {condition} AND results.asked = ?", (self.asked,)

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.rows()

    @property
    def counts(self) -> dict[str, int]:
        """How many networks there are of each status, in the order proved, probable, open, refused,
        failed, time, memory, died.
        """
        where, given = self._where()
        with self._store() as store:
            query = f"SELECT status, count(*) FROM results {where} GROUP BY status"
            found = dict(store.select(query, *given))
        if more := set(found) - set(STATUSES):
            raise InputError(f"store: status: expected one of {', '.join(STATUSES)}, got {more}")
        return {status: found[status] for status in STATUSES if status in found}

    def __str__(self) -> str:
        counts = self.counts
        said = ", ".join(f"{count} {status}" for status, count in counts.items())
        total = sum(counts.values())
        return f"{total} network{'s' * (total != 1)}" + (f": {said}" if said else "")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw sweep --json`.

        Returns
        -------
        dict
        """
        counts = self.counts
        path = None if self.path is None else str(self.path)
        return {"networks": sum(counts.values()), "statuses": counts, "store": path}

    def rows(self, times: bool = False) -> Iterator[dict[str, Any]]:
        """The rows one by one, as iteration gives them.

        Parameters
        ----------
        times : bool
            Whether they have the seconds and the processor seconds that each took: these differ
            from run to run.

        Yields
        ------
        dict
        """
        where, given = self._where()
        names = ", ".join(f"results.{name}" for name in COLUMNS)
        query = f"SELECT asked.text, {names}, seconds, processor FROM results "
        query += "JOIN asked ON asked.id = results.asked LEFT JOIN times "
        query += "ON times.asked = results.asked AND times.task = results.task "
        query += f"{where} ORDER BY asked.text, results.task"
        with self._store() as store:
            for text, *values, seconds, processor in store.select(query, *given):
                row = _typed(dict(zip(COLUMNS, values, strict=True)))
                row |= {"report": _parsed(row["report"])} | _about(_parsed(text))
                found = {name: row[name] for name in LISTED}
                yield found | {"seconds": seconds, "processor": processor} if times else found

    def certificate(self, network: Network | str) -> Certificate | None:
        """The certificate of a network, where the sweep was asked for certificates and the count is
        proved.

        Parameters
        ----------
        network : Network or str
            Or its specification.

        Returns
        -------
        Certificate or None

        Raises
        ------
        InputError
            For what is no network.
        """
        task = task_of(arrived(carried(network)))
        query = "SELECT text FROM certificates WHERE task = ?"
        given: tuple[Any, ...] = (task,)
        if self.asked is not None:
            query, given = query + " AND asked = ?", (task, self.asked)
        with self._store() as store:
            texts = [text for (text,) in store.select(query + " ORDER BY asked", *given) if text]
        return Certificate(texts[0].encode() + b"\n") if texts else None

    def to_pandas(self, times: bool = False) -> pandas.DataFrame:
        """A frame with a row for each network; options and report are JSON texts.

        Parameters
        ----------
        times : bool
            As of `rows`.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        ImportError
            Without pandas.
        """
        import pandas

        columns = [*LISTED, *(TIMES if times else ())]
        frame = pandas.DataFrame(map(_flat, self.rows(times)), columns=columns)
        whole = dict.fromkeys(NUMBERS, "Int64")
        real = dict.fromkeys(("error_bound", *(TIMES if times else ())), "Float64")
        text = {name: "string" for name in columns if name not in whole and name not in real}
        # seeds up to 2^64 - 1
        return frame.astype(whole | real | text | {"seed": "UInt64"})

    def write(self, path: str | Path, times: bool = False) -> Path:
        """Writes all rows to a file, whole or not at all.

        Parameters
        ----------
        path : str or Path
            JSON lines, CSV or Parquet by its ending, .jsonl, .csv or .parquet.
        times : bool
            As of `rows`.

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        InputError
            For another ending.
        OSError
            When the file cannot be written.
        ImportError
            For Parquet without pandas and pyarrow.
        """
        ending = check_ending(path)
        if ending == ".jsonl":
            return write_whole(path, (canonical(row) + b"\n" for row in self.rows(times)))
        if ending == ".csv":
            return write_whole(path, self._csv(times))
        data = io.BytesIO()
        self.to_pandas(times).to_parquet(data, index=False)
        return write_whole(path, data.getvalue())

    def _csv(self, times: bool) -> Iterator[bytes]:
        text = io.StringIO()
        columns = [*LISTED, *(TIMES if times else ())]
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        for row in self.rows(times):
            writer.writerow(_flat(row))
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
        yield text.getvalue().encode()


def check_ending(path: str | Path) -> str:
    """The format of an export. Errors: InputError."""
    ending = Path(path).suffix
    if ending not in FORMATS:
        raise InputError(f"{path}: expected a file that ends in {', '.join(FORMATS)}")
    return ending


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """Errors: InputError for values that no sweep has written: SQLite keeps any in any column."""
    for name, value in row.items():
        kind = int if name in NUMBERS else float if name == "error_bound" else str
        if not isinstance(value, kind | None):
            raise InputError(f"store: {name}: expected {kind.__name__}, got {value!r:.80}")
    return row


def _parsed(text: str) -> dict[str, Any]:
    """Errors: InputError for what no sweep has written."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError, TypeError):
        value = None
    if not isinstance(value, dict):
        raise InputError(f"store: expected the text of a JSON object, got {text!r:.80}")
    return value


def _about(asked: dict[str, Any]) -> dict[str, Any]:
    """The columns that say what was asked."""
    question = asked.get("asked")
    if not isinstance(question, dict):
        raise InputError(f"store: expected a question, got {question!r:.80}")
    return {key: question.get(key) for key in ("question", "options", "seed")} | {
        "version": asked.get("version")
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | {key: canonical(row[key]).decode() for key in ("options", "report")}
