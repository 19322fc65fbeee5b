"""pyconslaw verify: the independent checker."""

from __future__ import annotations

import io
import os
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout

import click

from pyconslaw.cli.answers import Answers, errors_to_status
from pyconslaw.cli.group import command
from pyconslaw.inputs import read_start
from pyconslaw.output import for_a_while
from pyconslaw.verify.main import main as check
from pyconslaw.verify.reading import BYTES, WrongUsage
from pyconslaw.verify.systems import of_type


@command(
    "Check a certificate. By the independent checker, which is also python -m pyconslaw.verify and "
    "needs nothing but Python.",
    "pyconslaw verify c.json",
    "pyconslaw verify c.json --expect 'linear 784-512-256-10' --json",
)
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--expect", metavar="SYSTEM", help='the system it must be of, such as "linear 4-4-4-4"'
)
@click.option(
    "--units",
    metavar="N",
    type=click.IntRange(1),
    help="how many multiplications the check may take, instead of the usual 10^8",
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option("--quiet", "-q", is_flag=True, help="no messages on stderr")
@click.option(
    "--output",
    "-o",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="write data to a file, whole or not at all; - is the standard output",
)
@errors_to_status
def verify(file, *, expect, units, as_json, quiet, output):
    _check_system(expect)
    arguments = ["--expect", expect] if expect is not None else []
    arguments += ["--units", str(units)] if units else []
    arguments += ["--json"] if as_json else []
    answers = Answers(as_json, quiet, 0, output)
    answers.check()
    answer = io.StringIO()
    with ExitStack() as stack:
        path = file
        if file == "-" or not os.path.isfile(file):  # a pipe; a byte too many is for the checker
            path = stack.enter_context(for_a_while(read_start(file, BYTES + 1)))
        stack.enter_context(redirect_stdout(answer))
        if quiet:
            stack.enter_context(redirect_stderr(io.StringIO()))
        status = check([*arguments, "--", path])
    if answer.getvalue():
        answers.write(answer.getvalue().encode())
    sys.exit(status)


def _check_system(expect: str | None) -> None:
    """Errors: wrong usage when the words name no system."""
    try:
        if expect is not None:
            of_type("names").system_named(expect)
    except WrongUsage as error:
        raise click.UsageError(f"--expect: {error}") from None
