"""pyconslaw catalogue: counts of networks, listed."""

from __future__ import annotations

import json

import click

from pyconslaw.cli.answers import output_options
from pyconslaw.experiments.catalogue import catalogue_table, run


@click.command()
@output_options
def catalogue(answers):
    """Print how many laws some seventy networks have, as Markdown."""
    rows = list(run(answers.seed))
    answers.emit(json.dumps(rows, indent=2) if answers.as_json else catalogue_table(rows))
