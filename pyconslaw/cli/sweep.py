"""pyconslaw sweep: one question about many networks."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from time import monotonic

import click

from pyconslaw import output
from pyconslaw.certificate import canonical
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.search import amount, search_options
from pyconslaw.errors import InputError, LimitError
from pyconslaw.inputs import opened
from pyconslaw.laws.closed_forms.search import FORMS
from pyconslaw.records.report import OPEN, PROBABLE, PROVED
from pyconslaw.sweeps.questions import QUESTIONS
from pyconslaw.sweeps.results import SweepResults, check_ending
from pyconslaw.sweeps.rows import STATUSES
from pyconslaw.sweeps.run import sweep as ask_all
from pyconslaw.sweeps.specs import bounded_lines, lines_of

SECONDS, BYTES = {"": 1, "s": 1, "m": 60, "h": 3600}, {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}


@command(
    "Ask one question about many networks. SPECS has one a line, as words of the command line or "
    "as the JSON of a file; results go to a SQLite file, which --resume continues.",
    "pyconslaw sweep specs.jsonl --estimate",
    "pyconslaw sweep specs.jsonl --jobs 2 --store results.sqlite --certificates",
    "pyconslaw sweep specs.jsonl --store results.sqlite --resume --export rows.csv",
    "pyconslaw sweep --store earlier.sqlite --export -",
    "pyconslaw sweep specs.jsonl --question laws --limit-time 60s --export laws.csv --json",
)
@click.argument("specs", metavar="[SPECS]", required=False)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="processes; by default, cores")
@click.option("--store", type=click.Path(), metavar="FILE", help="the SQLite file of the results")
@click.option("--resume", is_flag=True, help="continue a store that is there")
@click.option(
    "--question",
    type=click.Choice(QUESTIONS),
    default="count",
    show_default=True,
    metavar="QUESTION",
    help="count, as of `pyconslaw count`, or laws, as of `pyconslaw laws`",
)
@click.option("--degree", type=click.IntRange(1, 20), metavar="K", help="as of `pyconslaw laws`")
@click.option("--up-to", type=click.IntRange(1, 20), metavar="K", help="as of `pyconslaw laws`")
@click.option("--forms", metavar="A,B,...", help="as of `pyconslaw laws`")
@click.option(
    "--limit-time",
    metavar="60s",
    callback=amount(SECONDS),
    help="end the process of a task after that, and store it as one that met the limit",
)
@click.option(
    "--limit-memory",
    metavar="2G",
    callback=amount(BYTES),
    help="end a task that takes more memory, likewise",
)
@click.option("--certificates", is_flag=True, help="store certificates of what is proved")
@click.option(
    "--again",
    metavar="A,B,...",
    help=f"ask once more about networks with these statuses: {', '.join(STATUSES)}",
)
@click.option(
    "--export",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="write all rows to FILE.jsonl, .csv or .parquet afterwards, or - for JSON lines on the "
    "standard output; without SPECS, those of the store",
)
@click.option("--estimate", "dry", is_flag=True, help="print what it would take, and stop")
@search_options
@output_options
def sweep(*, specs, store, export, dry, answers, **given):
    if export not in (None, "-"):
        check_ending(export)
        output.check_place(export)
    if specs is not None and not dry and (store, export) == (None, None):
        raise click.UsageError("expected --store FILE or --export FILE, for the answers")
    if specs is None:
        if store is None or export is None or dry:
            raise click.UsageError("expected SPECS, or --store FILE --export FILE without it")
        found = SweepResults.read(store)
    else:
        found = _asked(specs, store, dry, answers, **given)
    if export == "-" and not dry:
        answers.stream(canonical(row).decode() + "\n" for row in found)
        answers.tell(str(found))
        sys.exit(_status(found))
    if not dry and export is not None:
        found.write(export)
    answers.emit(json.dumps(found.json(), indent=2) if answers.as_json else str(found))
    sys.exit(0 if dry else _status(found))


def _asked(specs, store, dry, answers, *, jobs, again, **given):
    """What comes of the lines in a file, or of the standard input."""
    wanted = [status.strip() for status in (again or "").split(",") if status.strip()]
    limits = {"limit_seconds": given.pop("limit_time"), "limit_memory": given.pop("limit_memory")}
    flags = {key: given.pop(key) for key in ("resume", "certificates", "question")}
    options = _options(given.pop("search"), flags["question"], **given)
    with opened(specs) as (first, file):
        lines = lines_of(bounded_lines(file, first))
        line = _Line(answers.quiet, None if dry else store, _how_many(specs))
        try:
            return ask_all(
                lines,
                options=options,
                seed=answers.seed,
                jobs=jobs,
                store=store,
                again=wanted,
                progress=line,
                dry=dry,
                **flags,
                **limits,
            )
        except (InputError, LimitError) as error:
            of_line = str(error).startswith("line ")
            raise type(error)(f"{specs}: {error}" if of_line else str(error)) from None
        finally:
            line.close()


def _options(search, question, *, degree, up_to, forms):
    """The options of the question, as words of the command line say them."""
    given = {"method": None if search.method == "auto" else search.method}
    given |= {"budget": search.budget, "memory": search.memory}
    if question == "laws":
        if degree is not None and (up_to is not None or forms is not None):
            raise click.UsageError("--degree excludes --up-to and --forms")
        if forms is not None:
            wanted = FORMS if forms == "all" else [form.strip() for form in forms.split(",")]
            given |= {"forms": list(wanted), "degree": up_to or 2}
        else:
            given |= {"degree": degree or up_to, "up_to": True if up_to else None}
    elif (degree, up_to, forms) != (None, None, None):
        raise click.UsageError("--degree, --up-to and --forms belong to --question laws")
    return given


def _how_many(path) -> int | None:
    """How many specifications a file has; None where it can be read only once."""
    if path == "-" or not stat.S_ISREG(os.stat(path).st_mode):
        return None
    with open(path, "rb") as file:
        return sum(1 for _ in _counted(file))


def _counted(file) -> Iterator[None]:
    """One for every line that is neither empty nor a comment."""
    for line in bounded_lines(file):
        if line.strip() and line.lstrip()[:1] != b"#":
            yield


def _status(found: SweepResults) -> int:
    """The worst: something without an answer, something open, something probable."""
    statuses = set(found.counts)
    if statuses - {PROVED, PROBABLE, OPEN}:
        return 1
    return max((STATUS[status] for status in statuses), default=0)


class _Line:
    """A line on a terminal: how many of how many, how fast, how long it will take; and the words
    that are said when the sweep is interrupted.
    """

    def __init__(self, quiet: bool, store: str | None, total: int | None):
        self.on, self.store, self.total = not quiet and sys.stderr.isatty(), store, total
        self.first: tuple[float, int] | None = None
        self.shown = 0.0
        self.width = 0

    def __call__(self, done: int, total: int | None) -> None:
        now, of = monotonic(), "" if self.total is None else f" of {self.total}"
        if self.store is not None:
            more = "the same command with --resume continues"
            output.last_words[:] = [f"{done}{of} networks are in {self.store}; {more}"]
        self.first = self.first or (now, done)
        if not self.on or now - self.shown < 0.5:
            return
        self.shown = now
        text = f"{done}{of} networks"
        spent, new = now - self.first[0], done - self.first[1]
        if spent > 1 and new:
            text += f", {new / spent:.3g}/s"
            if self.total is not None:
                text += f", {spent * max(self.total - done, 0) / new:.0f} s to go"
        self.width = max(self.width, len(text))
        click.echo("\r" + text.ljust(self.width), nl=False, err=True)

    def close(self) -> None:
        """Takes the line and the words away."""
        output.last_words.clear()
        if self.width:
            click.echo("\r" + " " * self.width + "\r", nl=False, err=True)
