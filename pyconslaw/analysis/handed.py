"""What is handed from one question to another, and whether it belongs there."""

from __future__ import annotations

from pyconslaw.analysis.at_point import PointReport
from pyconslaw.analysis.checked import checked
from pyconslaw.analysis.counting import analyze
from pyconslaw.errors import InputError
from pyconslaw.networks.network import Network
from pyconslaw.records.bounds import BracketWords
from pyconslaw.records.report import OPEN, PROBABLE, PROVED, FunctionReport, Report

DIGITS = 16  # of a fingerprint that are shown


def report_of(network: Network, report: Report | None, seed: int, laws=None) -> Report:
    """The report that was handed in, if it is about this network, or a new one. Errors:
    InputError.
    """
    if report is None:
        return analyze(network, seed=seed, laws=laws)
    if laws is not None:
        raise InputError(
            "laws: expected none where a report is handed in: they are for a new count"
        )
    checked(network, seed, limit=None)
    counted = isinstance(report, Report) and not isinstance(report, FunctionReport)
    if not counted or report.system != network.fingerprint:
        raise InputError(
            f"report: is {about(report)}, expected one of analyze about {_named(network)}"
        )
    check_fields(network, report, network.object)
    return report


def function_report(network: Network, report: FunctionReport) -> FunctionReport:
    """The report about a function of this network on data. Errors: InputError."""
    checked(network, report.seed, limit=None)
    asked = report.question
    if asked.of != network.fingerprint:
        raise InputError(f"report: is {about(report)}, expected one about {_named(network)}")
    if report.system != asked.fingerprint:
        raise InputError(f"report: {_mixed('its question and its fingerprint')}")
    check_fields(network, report, asked.object)
    return report


def about(handed) -> str:
    """What an object is about, in words."""
    if isinstance(handed, PointReport):
        return f"about the trace at a point of {handed.generic.network}, not a count of laws"
    if isinstance(handed, FunctionReport):
        return f"about {handed.question.text} (sha256 {handed.system[:DIGITS]})"
    if isinstance(handed, Report):
        return f"about {handed.network} (sha256 {handed.system[:DIGITS]})"
    return f"{handed!r:.80}"


def check_fields(network: Network, report: Report, what: str) -> None:
    """The fields of a report, which may have been altered or read from a file, belong together and
    to a system of this size. Errors: InputError.
    """
    size, lower, upper = network.size, report.lower, report.upper
    least, most = size - upper.dimension, size - lower.rank
    met = {True: (PROVED,), False: (PROBABLE, OPEN)}[lower.rank == upper.dimension]
    expected = {
        "parameters": (report.parameters, size),
        "object": (report.object, what),
        "laws_min": (report.laws_min, least),
        "laws_max": (report.laws_max, most),
        "laws": (report.laws, None if report.verdict == OPEN else most),
    }
    for name, (found, right) in expected.items():
        if found != right:
            raise InputError(f"report: {_mixed(f'{name} is {found!r}, expected {right!r}')}")
    if report.verdict not in met or (report.verdict == PROBABLE) != (
        report.error_bound is not None
    ):
        raise InputError(f"report: {_mixed(f'verdict is {report.verdict!r}')}")
    if isinstance(lower, BracketWords) and not (
        len(lower.point) == size and len(lower.words) == len(lower.pivots) == lower.rank
    ):
        raise InputError(f"report: {_mixed('lower is a bound of another system')}")
    if not report.intact:
        raise InputError(f"report: {_mixed('a field was exchanged after it was made')}")


def _mixed(what: str) -> str:
    return f"its fields do not belong together: {what}"


def _named(network: Network) -> str:
    return f"{network.name} (sha256 {network.fingerprint[:DIGITS]})"
