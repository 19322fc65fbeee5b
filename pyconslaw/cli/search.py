"""How the bounds are looked for: method, time and memory, and the report that comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import wraps

import click

from pyconslaw.analysis.counting import analyze, estimate
from pyconslaw.cli.answers import Answers, Progress
from pyconslaw.methods.table import METHODS
from pyconslaw.networks.network import Network
from pyconslaw.records.report import Report
from pyconslaw.thresholds import TRIAL


@dataclass(frozen=True)
class SearchWords:
    """--method --budget --memory; budget in seconds, memory in bytes."""

    method: str = "auto"
    budget: float | None = None
    memory: float | None = None


def search_options(command):
    """--method --budget --memory: `search` of the command."""

    @wraps(command)
    def wrapped(*, method, budget, memory, **given):
        return command(search=SearchWords(method, budget, memory), **given)

    for decorate in reversed(
        [
            click.option(
                "--method",
                type=click.Choice(METHODS),
                default="auto",
                show_default=True,
                metavar="METHOD",
                help=f"how the bounds are looked for: {', '.join(METHODS)}",
            ),
            click.option(
                "--budget",
                metavar="60s",
                callback=amount({"": 1, "s": 1, "m": 60, "h": 3600}),
                help="time after which the search ends with the interval it has",
            ),
            click.option(
                "--memory",
                metavar="8G",
                callback=amount({"": 1, "K": 1e3, "M": 1e6, "G": 1e9}),
                help="refuse methods that are estimated to take more memory",
            ),
        ]
    ):
        wrapped = decorate(wrapped)
    return wrapped


def amount(units):
    """A click callback that reads a positive number with a unit."""

    def read(context, parameter, value):
        match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([A-Za-z]?)", value or "", re.ASCII)
        if value is None:
            return None
        if not match or match[2] not in units or not float(match[1]):
            raise click.BadParameter(
                "expected a positive number with a unit of "
                f"{', '.join(filter(None, units))}, got {value!r}"
            )
        return float(match[1]) * units[match[2]]

    return read


def report_of(network: Network, answers: Answers, search: SearchWords | None = None) -> Report:
    """The report, with cost and progress on stderr when it takes long."""
    search = search or SearchWords()
    trial = TRIAL if search.budget is None else min(TRIAL, search.budget / 10)
    expected = estimate(network, search.method, trial=trial)
    if expected.seconds > 5:
        answers.tell(
            f"{network.size} parameters, expected to take about {expected.seconds:.0f} s "
            f"({expected})"
        )
    progress = Progress(answers.quiet, expected.seconds)
    try:
        return analyze(
            network,
            seed=answers.seed,
            method=search.method,
            budget=search.budget,
            memory=search.memory,
            progress=progress,
        )
    finally:
        progress.close()
