"""Certificates of proved counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyconslaw.analysis.checked import checked
from pyconslaw.analysis.handed import function_report, report_of
from pyconslaw.certificate import Certificate, write_certificate
from pyconslaw.errors import InputError, NotProvedError
from pyconslaw.fields.data import LOSSES, loss_of
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.network import Network
from pyconslaw.records.report import PROBABLE, PROVED, FunctionReport, Report


def certify(
    network: Network,
    *,
    seed: int = 0,
    report: Report | None = None,
    laws: Iterable[Any] | None = None,
    loss: str = "full",
) -> Certificate:
    """The certificate of a proved count: self-contained, checked by `python -m pyconslaw.verify
    FILE`.

    Parameters
    ----------
    network : Network
        Whose laws were counted.
    seed : int
        Of the count that is made where no report is handed in.
    report : Report, optional
        One of `analyze` for this network, to save the work; or one of `analyze_function`, whose
        weights, data and loss the certificate is about then.
    laws : iterable, optional
        Laws that you have found, for the count that is made, as in `analyze`.
    loss : str
        As in `analyze`. A report of `analyze_function` has its own.

    Returns
    -------
    Certificate
        Equal reports give equal bytes.

    Raises
    ------
    InputError
        For a report about something else, and for what is no law.
    NotProvedError
        With the report, when the bounds do not meet.
    LimitError
        When the system is larger than what the checker reads.

    Examples
    --------
    >>> from pyconslaw import certify, linear
    >>> from pyconslaw.verify import verify_bytes
    >>> verify_bytes(certify(linear([2, 2, 2])).bytes).laws
    3
    """
    if isinstance(report, FunctionReport):
        if loss_of(loss) not in (LOSSES[0], report.question.loss):
            raise InputError(f"loss: the report is about {report.question.loss}, not {loss}")
        report = function_report(network, report)
    else:
        checked(network, seed, limit=None)
        network = under_loss(network, loss)
        report = report_of(network, report, seed, laws)
    if report.verdict != PROVED:
        known = (
            f"probable: {report.laws} laws"
            if report.verdict == PROBABLE
            else f"open: between {report.laws_min} and {report.laws_max} laws"
        )
        raise NotProvedError(f"{network.name}: nothing is proved, no certificate ({known})", report)
    return write_certificate(network, report)
