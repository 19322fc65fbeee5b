"""pyconslaw count: how many laws there are."""

from __future__ import annotations

import json
import sys
from time import perf_counter

import click

from pyconslaw.analysis.counting import analyze, estimate
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.search import report_of, search_options
from pyconslaw.cli.words import network_arguments
from pyconslaw.networks.files import read_weights
from pyconslaw.records.report import OPEN, PROVED
from pyconslaw.report.claims import claim_json, judge


@command(
    "Count the independent conservation laws. With both bounds, and the reason for each.",
    "pyconslaw count relu 2-3-1 --bias",
    "pyconslaw count mlp 5-6-4-3 --activations linear,relu --json",
    "pyconslaw count linear 2x2x2 --flow momentum --tau 1/2",
    "pyconslaw count attention 4,heads=2,rotary",
    "pyconslaw count system sys.json --expect 1",
    "pyconslaw count linear 2-2-2 --at point.json",
    "pyconslaw count linear 50-50-50 --estimate",
)
@network_arguments
@click.option(
    "--expect",
    type=click.IntRange(0),
    metavar="N",
    help="claim that there are N: 1 when a bound refutes it",
)
@click.option(
    "--at",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="the dimension at these weights (a JSON file, - is stdin, or an .npz archive) beside the "
    "generic answer: 0 exact, 4 an interval",
)
@click.option(
    "--estimate",
    "only_estimate",
    is_flag=True,
    help="print the method, time and memory it would take, and stop",
)
@search_options
@output_options
def count(*, words, search, answers, expect, at, only_estimate):
    start, network = perf_counter(), words.network(answers)
    if only_estimate:
        expected = estimate(network, search.method)
        record = {
            "network": network.name,
            "method": expected.method,
            "seconds": expected.seconds,
            "memory": expected.memory,
        }
        answers.emit(json.dumps(record) if answers.as_json else str(expected))
    elif at is not None:
        _count_at(network, search, answers, at)
    else:
        _count(network, search, answers, expect, start)


def _count_at(network, search, answers, at) -> None:
    found = analyze(
        network,
        seed=answers.seed,
        method=search.method,
        budget=search.budget,
        memory=search.memory,
        at=read_weights(at, network.parameters, times=False),
    )
    record = {"network": network.name, **found.json()}
    answers.emit(json.dumps(record, indent=2) if answers.as_json else str(found))
    sys.exit(STATUS[OPEN if found.dimension is None else PROVED])


def _count(network, search, answers, expect, start) -> None:
    report = report_of(network, answers, search)
    record = {**report.json(), "seconds": round(perf_counter() - start, 3)}
    if expect is not None:
        record["claim"] = claim_json(report, expect)
    answers.emit(json.dumps(record, indent=2) if answers.as_json else str(report))
    if expect is not None:
        judge(report, expect)
    sys.exit(STATUS[report.verdict])
