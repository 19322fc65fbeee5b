"""pyconslaw structure: the Lie algebra itself."""

from __future__ import annotations

import json
import sys

import click

from pyconslaw.analysis.algebra import structure as structure_of
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.search import report_of
from pyconslaw.cli.words import network_arguments
from pyconslaw.thresholds import ALGEBRA_LIMIT


@command(
    "Describe the Lie algebra of W. Rank by round, a frame, structure constants and Killing form "
    "where it closes, rank condition.",
    "pyconslaw structure linear 2-2-2",
    "pyconslaw structure relu 2-2-1 --limit 20 --json",
)
@network_arguments
@click.option(
    "--limit",
    default=ALGEBRA_LIMIT,
    show_default=True,
    metavar="N",
    type=click.IntRange(1, 200),
    help="largest dimension of a Lie algebra that is looked for",
)
@output_options
def structure(words, answers, limit):
    network = words.network(answers)
    report = report_of(network, answers)
    found = structure_of(network, limit=limit, seed=answers.seed, report=report)
    answers.emit(json.dumps(found.json(), indent=2) if answers.as_json else str(found))
    sys.exit(STATUS[report.verdict])
