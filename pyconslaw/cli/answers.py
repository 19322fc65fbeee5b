"""Where answers and messages go, and what the exit status says."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from time import perf_counter

import click

from pyconslaw.cli.streams import OutputError, blocks, check_output, ending_with_the_reader, put
from pyconslaw.errors import InputError, NotProvedError, PyconslawError
from pyconslaw.output import check_place, write_whole
from pyconslaw.records.report import OPEN, PROBABLE, PROVED

STATUS = {PROVED: 0, PROBABLE: 3, OPEN: 4}


@dataclass(frozen=True)
class Answers:
    """--json --quiet --seed --output."""

    as_json: bool
    quiet: bool
    seed: int
    output: str | None

    @property
    def file(self) -> str | None:
        """Where data goes, if not to stdout."""
        return None if self.output == "-" else self.output

    def emit(self, text: str) -> None:
        """Data to stdout, or to a file, whole or not at all."""
        self.write((text + "\n").encode())

    def write(self, data: bytes) -> None:
        """Bytes to stdout, or to a file, whole or not at all."""
        self._write([data])

    def stream(self, texts: Iterable[str]) -> None:
        """Texts that are made one after another: to stdout as they come, or to a file, whole or not
        at all.
        """
        self._write(blocks(texts))

    def _write(self, pieces: Iterable[bytes]) -> None:
        if self.file is None:
            put(pieces)
        else:
            with _lost(self.file):
                write_whole(self.file, pieces)

    def check(self) -> None:
        """Errors: OutputError when it is known beforehand that the answer could not be written."""
        if self.file is None:
            check_output()
        else:
            with _lost(self.file):
                check_place(self.file)

    def tell(self, text: str) -> None:
        """A message to stderr, unless --quiet."""
        if not self.quiet:
            click.echo(text, err=True)


@contextmanager
def _lost(path: str) -> Iterator[None]:
    """Errors of a file that cannot be written are of the output: OutputError."""
    try:
        yield
    except OSError as error:
        reason = f"{path}: {error.strerror}" if error.strerror else str(error)
        raise OutputError(reason) from None


def output_options(command):
    """--json --quiet --seed --output: `answers` of the command, whose errors end it with a
    status.
    """

    @wraps(command)
    @errors_to_status
    def wrapped(*, as_json, quiet, seed, output, **given):
        answers = Answers(as_json, quiet, seed, output)
        answers.check()
        return command(answers=answers, **given)

    for decorate in reversed(
        [
            click.option("--json", "as_json", is_flag=True, help="print one JSON object"),
            click.option("--quiet", "-q", is_flag=True, help="no messages on stderr"),
            click.option(
                "--seed",
                default=0,
                show_default=True,
                metavar="N",
                type=click.IntRange(0, 2**64 - 1),
                help="of the random choices: equal seeds give equal answers",
            ),
            click.option(
                "--output",
                "-o",
                type=click.Path(allow_dash=True),
                metavar="FILE",
                help="write data to a file, whole or not at all; - is the standard output",
            ),
        ]
    ):
        wrapped = decorate(wrapped)
    return wrapped


def errors_to_status(command):
    """Wrong input is wrong usage (2), other refusals of the library are failures (1); both with one
    line on stderr.
    """

    @wraps(command)
    def wrapped(*args, **kwargs):
        try:
            with ending_with_the_reader():
                return command(*args, **kwargs)
        except NotProvedError as error:
            failed = click.ClickException(str(error))
            failed.exit_code = STATUS[error.report.verdict if error.report else OPEN]
            raise failed from None
        except InputError as error:
            raise click.UsageError(str(error)) from None
        except FileNotFoundError as error:
            raise click.UsageError(f"{error.filename}: {error.strerror}") from None
        except (PyconslawError, OSError) as error:
            raise click.ClickException(str(error)) from None
        except MemoryError:
            pass  # and say so below, when what filled the memory has been let go
        raise click.ClickException("out of memory")

    return wrapped


class Progress:
    """Rank so far, on a terminal only, once a computation has taken two seconds."""

    def __init__(self, quiet: bool, expected: float = 0.0):
        self.on, self.expected = not quiet and sys.stderr.isatty(), expected
        self.start, self.width = perf_counter(), 0

    def __call__(self, rank: int, target: int) -> None:
        if self.on and perf_counter() - self.start > 2:
            spent = perf_counter() - self.start
            text = f"rank {rank} of at most {target}, {spent:.0f} s"
            if self.expected > spent:
                text += f", about {self.expected - spent:.0f} s to go"
            self.width = max(self.width, len(text))
            click.echo("\r" + text.ljust(self.width), nl=False, err=True)

    def close(self) -> None:
        if self.width:
            click.echo("\r" + " " * self.width + "\r", nl=False, err=True)
