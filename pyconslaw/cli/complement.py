"""pyconslaw complement: what is missing beside given laws."""

from __future__ import annotations

import sys

import click

from pyconslaw.analysis.listing import complement as complement_of
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.listed import json_pieces, limit_option
from pyconslaw.cli.search import report_of
from pyconslaw.cli.words import network_arguments
from pyconslaw.networks.files import read_lines


@command(
    "List the laws that are missing beside given ones. They are known laws, independent of the "
    "given ones, which must be conserved, and of each other.",
    "pyconslaw complement relu 1-2-1 --law 'W1[0,0]^2 - W2[0,0]^2'",
    "pyconslaw complement relu 1-2-1 --laws laws.txt --json",
)
@network_arguments
@click.option(
    "--law", "given", multiple=True, metavar="TEXT", help="a law that is given; one or several"
)
@click.option(
    "--laws",
    "laws_file",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="given laws from a file, one a line, as pyconslaw laws prints them; - is stdin",
)
@limit_option
@output_options
def complement(*, words, given, laws_file, answers, limit):
    if not given and laws_file is None:
        raise click.UsageError("expected the laws that are given, as --law TEXT or --laws FILE")
    network = words.network(answers)
    listed = [*given, *(read_lines(laws_file) if laws_file is not None else ())]
    report = report_of(network, answers)
    found = complement_of(network, listed, seed=answers.seed, report=report)
    if answers.as_json:
        answers.stream(json_pieces(found, False, limit))
    else:
        answers.stream(line + "\n" for line in found.lines(limit=limit))
    sys.exit(STATUS[report.verdict])
