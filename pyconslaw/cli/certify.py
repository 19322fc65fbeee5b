"""pyconslaw certify: the proof, as a file."""

from __future__ import annotations

import click

from pyconslaw.analysis.certified import certify as certificate_of
from pyconslaw.cli.answers import output_options
from pyconslaw.cli.search import report_of, search_options
from pyconslaw.cli.words import network_arguments


@click.command()
@network_arguments
@search_options
@output_options
def certify(words, search, answers):
    """Write a certificate of the proved count (it is JSON with or without --json)."""
    network = words.network(answers)
    report = report_of(network, answers, search)
    certificate = certificate_of(network, seed=answers.seed, report=report)
    answers.write(certificate.bytes)
    if answers.output is None or answers.output == "-":
        return
    answers.tell(
        f"{answers.output}: {network.name}, {report.laws} laws, proved; check it with: "
        f"pyconslaw verify {answers.output}"
    )
