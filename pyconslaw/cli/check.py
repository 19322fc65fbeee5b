"""pyconslaw check: is this a law?"""

from __future__ import annotations

import json
import sys

import click

from pyconslaw.analysis.listing import check_law
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.words import network_arguments

NO_LAW = 1


@command(
    "Tell whether a formula is a conservation law. Status 0 when it is one; 1 when it is "
    "none, with a point where it moves.",
    "pyconslaw check linear 1-1-1 --law 'W1[0,0]^2 - W2[0,0]^2'",
    "pyconslaw check system sys.json --law 'x^2 - y^2' --json",
)
@network_arguments
@click.option(
    "--law",
    required=True,
    metavar="TEXT",
    help="a polynomial or a quotient in the names of the parameters",
)
@output_options
def check(words, law, answers):
    network = words.network(answers)
    found = check_law(network, law, seed=answers.seed)
    record = {"network": network.name, "law": law, **found.json()}
    answers.emit(json.dumps(record, indent=2) if answers.as_json else str(found))
    sys.exit(STATUS[found.verdict] if found else NO_LAW)
