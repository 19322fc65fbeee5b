"""pyconslaw structure: the Lie algebra itself."""

from __future__ import annotations

import json
import sys

import click

from pyconslaw.analysis.algebra import structure as structure_of
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.search import report_of
from pyconslaw.cli.words import network_arguments
from pyconslaw.report.text import structure_text
from pyconslaw.thresholds import ALGEBRA_LIMIT


@click.command()
@network_arguments
@click.option(
    "--limit",
    default=ALGEBRA_LIMIT,
    show_default=True,
    type=click.IntRange(1, 200),
    help="largest dimension of a Lie algebra that is looked for",
)
@output_options
def structure(words, answers, limit):
    """The Lie algebra of W: rank by round, a frame, structure constants and Killing form, rank
    condition.
    """
    network = words.network()
    report = report_of(network, answers)
    found = structure_of(network, limit=limit, seed=answers.seed, report=report)
    answers.emit(json.dumps(found.json(), indent=2) if answers.as_json else structure_text(found))
    sys.exit(STATUS[report.verdict])
