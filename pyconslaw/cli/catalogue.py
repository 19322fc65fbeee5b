"""pyconslaw catalogue: counts of networks, listed."""

from __future__ import annotations

import json

import click

from pyconslaw.cli.answers import output_options
from pyconslaw.cli.group import command
from pyconslaw.experiments import catalogue as small
from pyconslaw.experiments import real_networks as real


@command(
    "Print how many laws some seventy networks have. It is a table in Markdown.",
    "pyconslaw catalogue",
    "pyconslaw catalogue --networks",
    "pyconslaw catalogue --json --output catalogue.json",
)
@click.option(
    "--networks",
    is_flag=True,
    help="instead, blocks of real networks, such as attention",
)
@output_options
def catalogue(answers, networks):
    rows = list((real if networks else small).run(answers.seed))
    table = real.table if networks else small.catalogue_table
    answers.emit(json.dumps(rows, indent=2) if answers.as_json else table(rows))
