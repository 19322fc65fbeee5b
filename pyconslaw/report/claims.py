"""A stated number of laws: proved, refuted by one of the two bounds, or neither."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pyconslaw.analysis.handed import report_of
from pyconslaw.errors import InputError, NotProvedError, RefutedError
from pyconslaw.networks.network import Network
from pyconslaw.records.report import OPEN, PROVED, Report


def assert_laws(
    network: Network,
    laws: int,
    *,
    seed: int = 0,
    report: Report | None = None,
    known: Iterable[Any] | None = None,
) -> Report:
    """The report, if it proves that the network has exactly this number of independent laws.

    Parameters
    ----------
    network : Network
    laws : int
        The claim, at least 0.
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work.
    known : iterable, optional
        Laws that you have found, for the count that is made: `laws` of `analyze`.

    Returns
    -------
    Report

    Raises
    ------
    RefutedError
        With the bound that contradicts the claim, when the number is proved to be another one. For
        that an `open` answer can suffice: brackets bound the number of laws from above, known laws
        from below.
    NotProvedError
        When the claim is neither proved nor refuted.
    InputError
        For a report about something else, or what is no law.

    Examples
    --------
    >>> from pyconslaw import RefutedError, assert_laws, product
    >>> assert_laws(product(4), 3).verdict
    'proved'
    >>> try:
    ...     assert_laws(product(4), 4)
    ... except RefutedError as error:
    ...     print(str(error)[:75])
    ...     print(error.evidence.words)
    product 4: 4 laws claimed, refuted: at most 3, by 1 independent brackets at
    ((0,),)
    """
    if isinstance(laws, bool) or not isinstance(laws, int | np.integer) or laws < 0:
        raise InputError(f"laws: expected an integer >= 0, got {laws!r}")
    report = report_of(network, report, seed, known)
    judge(report, int(laws))
    return report


def judge(report: Report, laws: int) -> None:
    """Whether a report proves this number of laws. Errors: RefutedError, NotProvedError."""
    head = f"{report.network}: {laws} law{'s' * (laws != 1)} claimed"
    low, high = report.laws_min, report.laws_max
    if laws > high:
        raise RefutedError(
            f"{head}, refuted: at most {high}, by {'; '.join(report.lower.reasons)}",
            report,
            report.lower,
        )
    if laws < low:
        raise RefutedError(
            f"{head}, refuted: at least {low}, by {'; '.join(report.upper_by)}",
            report,
            report.upper,
        )
    if report.verdict != PROVED:
        known = (
            f"open: between {low} and {high}"
            if report.verdict == OPEN
            else f"probable: {report.laws}"
        )
        raise NotProvedError(f"{head}, neither proved nor refuted ({known})", report)


def claim_json(report: Report, laws: int) -> dict[str, Any]:
    """The claim as `pyconslaw count --expect N --json` prints it: its verdict, and the proof of the
    bound that contradicts it.
    """
    try:
        judge(report, laws)
    except RefutedError as error:
        proof = report.lower.make_proof() if error.evidence is report.lower else report.upper.proof
        return {"laws": laws, "verdict": "refuted", "reason": str(error), "evidence": proof}
    except NotProvedError as error:
        return {"laws": laws, "verdict": report.verdict, "reason": str(error), "evidence": None}
    return {
        "laws": laws,
        "verdict": PROVED,
        "reason": f"{report.network}: exactly {laws}",
        "evidence": None,
    }
