"""pyconslaw laws: which laws there are."""

from __future__ import annotations

import sys

import click

from pyconslaw.analysis.listing import find_laws, known_laws, polynomial_laws
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.listed import json_pieces, limit_option
from pyconslaw.cli.search import report_of
from pyconslaw.cli.words import network_arguments
from pyconslaw.laws.closed_forms.search import FORMS
from pyconslaw.laws.polynomial.ansatz import check_degrees
from pyconslaw.laws.polynomial.search import plan

COSTLY = 20_000  # unknowns of a search whose cost is said beforehand


@command(
    "List independent laws by parameter name. All that are known, all of a degree, or those of "
    "several forms.",
    "pyconslaw laws relu 2-3-1 --bias",
    "pyconslaw laws linear 1000-1000-1000 --limit 2 --output first.txt",
    "pyconslaw laws product 4 --degree 2 --latex",
    "pyconslaw laws linear 1000-1000-1000 --matrix",
    "pyconslaw laws system sys.json --forms all --json",
)
@network_arguments
@click.option(
    "--degree",
    type=click.IntRange(1),
    metavar="K",
    help="all homogeneous polynomial laws of degree K; neither with --up-to nor with --forms",
)
@click.option(
    "--up-to",
    type=click.IntRange(1),
    metavar="K",
    help="all polynomial laws of degree at most K",
)
@click.option(
    "--forms",
    metavar="A,B,...",
    help=f"independent laws of the forms {', '.join(FORMS)} (or all), built of polynomials of "
    "degree at most --up-to K, 2 by default",
)
@click.option("--latex", is_flag=True, help="print the laws in LaTeX")
@click.option(
    "--matrix",
    is_flag=True,
    help="print laws that are entries of a matrix as that matrix, W1 W1^T - W2^T W2",
)
@limit_option
@output_options
def laws(*, words, answers, degree, up_to, forms, latex, matrix, limit):
    if degree is not None and forms is not None:
        raise click.UsageError(
            "--forms looks for laws of all degrees up to one, which is --up-to K; --degree K is "
            "for homogeneous polynomials of one degree"
        )
    if degree is not None and up_to is not None:
        raise click.UsageError("--degree excludes --up-to")
    network = words.network(answers)
    if forms is not None:
        wanted = FORMS if forms == "all" else [form.strip() for form in forms.split(",")]
        report = report_of(network, answers)
        found = find_laws(
            network, degree=up_to or 2, forms=wanted, seed=answers.seed, report=report
        )
    else:
        report, found = _polynomials(network, answers, degree, up_to)
    if answers.as_json:
        answers.stream(json_pieces(found, latex, limit, matrix))
    else:
        answers.stream(line + "\n" for line in found.lines(latex, limit, matrix=matrix))
    sys.exit(STATUS[report.verdict])


def _polynomials(network, answers, degree, up_to):
    """The report, and the laws that are known or all of these degrees."""
    wanted = range(1, up_to + 1) if up_to else [degree] if degree else []
    check_degrees(wanted, network.size)
    report = report_of(network, answers)
    if not wanted:
        return report, known_laws(network, seed=answers.seed, report=report)
    cost = plan(network.fields(), wanted)
    if cost.unknowns > COSTLY:
        answers.tell(f"{network.name}: {cost}")
    found = polynomial_laws(
        network, degree or up_to, up_to=up_to is not None, seed=answers.seed, report=report
    )
    return report, found
