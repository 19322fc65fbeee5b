"""pyconslaw catalogue: counts of networks, listed."""

from __future__ import annotations

import json

from pyconslaw.cli.answers import output_options
from pyconslaw.cli.group import command
from pyconslaw.experiments.catalogue import catalogue_table, run


@command(
    "Print how many laws some seventy networks have. It is a table in Markdown.",
    "pyconslaw catalogue",
    "pyconslaw catalogue --json --output catalogue.json",
)
@output_options
def catalogue(answers):
    rows = list(run(answers.seed))
    answers.emit(json.dumps(rows, indent=2) if answers.as_json else catalogue_table(rows))
