"""pyconslaw function: the laws of a network on given data."""

from __future__ import annotations

import json
import sys
from time import perf_counter

import click

from pyconslaw.analysis.on_data import analyze_function
from pyconslaw.cli.answers import STATUS, Answers, Progress, output_options
from pyconslaw.cli.group import command
from pyconslaw.networks.files import read_question
from pyconslaw.networks.network import Network
from pyconslaw.records.report import FunctionReport


@command(
    "Count the laws of a network on given data. Near given weights, which fix where each neuron is "
    "on: pyconslaw certify function FILE writes the certificate.",
    "pyconslaw function data.json",
    "pyconslaw function data.json --json --seed 7",
)
@click.argument("file", type=click.Path(allow_dash=True))
@output_options
def function(file, answers):
    start = perf_counter()
    _, report = on_data(file, answers)
    record = {**report.json(), "seconds": round(perf_counter() - start, 3)}
    answers.emit(json.dumps(record, indent=2) if answers.as_json else str(report))
    sys.exit(STATUS[report.verdict])


def on_data(file: str, answers: Answers) -> tuple[Network, FunctionReport]:
    """The network of a file of data, and the count of its laws there, with progress on stderr."""
    network, asked = read_question(file)
    progress = Progress(answers.quiet)
    try:
        return network, analyze_function(network, **asked, seed=answers.seed, progress=progress)
    finally:
        progress.close()
