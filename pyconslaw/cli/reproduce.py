"""pyconslaw reproduce: published experiments again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from time import perf_counter

import click

from pyconslaw.cli.answers import Answers, output_options
from pyconslaw.cli.group import command
from pyconslaw.experiments.flows import TABLES, flows_table, run_flows, size_of
from pyconslaw.experiments.paper import architectures, reproduction_table, run

PAPER_SIZE = 120


@command(
    "Run published experiments again. These are 50 + 50 counts and 10 + 10 degree-2 searches; or "
    "the counts under momentum or mirror flows. Status 1 when a number is another one.",
    "pyconslaw reproduce momentum",
    "pyconslaw reproduce paper --json --quiet",
)
@click.argument("what", type=click.Choice(["paper", *TABLES]))
@output_options
def reproduce(what, answers):
    start = perf_counter()
    if what == "paper":
        rows = _listed(run(answers.seed), PAPER_SIZE, answers)
    else:
        rows = _listed(run_flows(what, answers.seed), size_of(what), answers)
    right = sum(row["right"] for row in rows)
    record = {"experiments": rows, "right": right}
    if what == "paper":
        total, published = perf_counter() - start, architectures()["published_wall_time"]
        record |= {"seconds": total, "published": published}
    if answers.as_json:
        answers.emit(json.dumps(record, indent=2))
    elif what == "paper":
        answers.emit(reproduction_table(rows, total, published))
    else:
        answers.emit(flows_table(rows))
    sys.exit(0 if right == len(rows) else 1)


def _listed(rows: Iterable[dict], number: int, answers: Answers) -> list[dict]:
    """The rows, counted on a terminal as they come."""
    told = not answers.quiet and sys.stderr.isatty()
    listed = []
    for row in rows:
        listed.append(row)
        if told:
            click.echo(f"\r{len(listed)} of {number}", nl=False, err=True)
    if told:
        click.echo("\r", nl=False, err=True)
    return listed
