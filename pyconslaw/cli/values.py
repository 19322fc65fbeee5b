"""pyconslaw values: the known laws at given weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import isfinite
from typing import Any

import click
import numpy as np

from pyconslaw.analysis.listing import known_laws
from pyconslaw.cli.answers import STATUS, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.listed import json_pieces, limit_option
from pyconslaw.cli.search import report_of
from pyconslaw.cli.words import network_arguments
from pyconslaw.laws.law import LawSet, LazyLaws
from pyconslaw.networks.files import read_weights


@command(
    "Evaluate the known laws at given weights. A law keeps its value in training; arrays with an "
    "axis more are weights at several times.",
    "pyconslaw values linear 2-2-2 --at point.json",
    "pyconslaw values linear 2-2-2 --at weights.npz --limit 1 --json",
)
@network_arguments
@click.option(
    "--at",
    required=True,
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="the weights: a JSON file, exact (- is stdin), or an .npz archive of arrays by parameter "
    "name",
)
@limit_option
@output_options
def values(*, words, at, answers, limit):
    network = words.network(answers)
    weights = network.flatten(read_weights(at, network.parameters))
    report = report_of(network, answers)
    found = known_laws(network, seed=answers.seed, report=report)
    first = replace(found, laws=found.laws[:limit])
    if weights.dtype.kind == "i" and not isinstance(first.laws, LazyLaws):
        weights = weights.astype(object)  # lazy laws take care of themselves
    found_values = np.moveaxis(first.values(weights), -1, 0)
    if answers.as_json:
        answers.stream(json_pieces(found, False, limit, values=_plain(found_values.tolist())))
    else:
        answers.stream(line + "\n" for line in _lines(found, found_values, limit))
    sys.exit(STATUS[report.verdict])


def _lines(found: LawSet, listed: np.ndarray, limit: int | None) -> Iterator[str]:
    """Each law with its values, then what is known of the set."""
    lines = found.lines(limit=limit)
    for row in listed:
        yield f"{next(lines)} = {', '.join(str(_plain(x)) for x in np.ravel(row).tolist())}"
    yield from lines


def _plain(value: Any) -> Any:
    """Nested lists of numbers as JSON has them: fractions, and what is not finite, as texts."""
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value if isinstance(value, int) or isfinite(value) else str(value)
