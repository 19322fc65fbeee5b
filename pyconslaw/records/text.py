"""A report as lines of text and as a table, from the same rows; what notebooks show of the rest."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyconslaw.records.report import Report


def report_rows(report: Report) -> list[tuple[str, str]]:
    """What is known of the count: the answer, both bounds, and notes."""
    low, high = report.laws_min, report.laws_max
    answer = f"between {low} and {high}" if report.laws is None else f"{report.laws}"
    brackets = "; ".join(report.lower.reasons)
    if report.rank_by_round:
        brackets += f" (rank by round {', '.join(map(str, report.rank_by_round))})"
    rows = [
        ("independent conservation laws", f"{answer}, {report.verdict}"),
        (f"at least {low}", "; ".join(report.upper_by)),
        (f"at most {high}", brackets),
    ]
    if report.error_bound is not None:
        wrong = f"wrong with probability at most {float(report.error_bound):.1e}"
        rows.append(("", f"{wrong}, over prime, point and probes"))
    return rows + [("note", note) for note in report.notes]


def report_title(report: Report) -> str:
    """What was counted."""
    return f"{report.network} ({report.object}, {report.parameters} parameters)"


def report_text(report: Report) -> str:
    """A few lines: what was counted, the answer, and both bounds."""
    lines = [f"  {what}: {said}" if what else f"  {said}" for what, said in report_rows(report)]
    return "\n".join([report_title(report), *lines])


def table(title: str, rows: Iterable[tuple[object, str]], after: str = "") -> str:
    """An HTML table with a head in each row, and a line after it."""
    body = "".join(
        f"<tr><th>{html.escape(str(head))}</th>"
        f'<td style="text-align: left">{html.escape(said)}</td></tr>'
        for head, said in rows
    )
    end = f"<p>{html.escape(after)}</p>" if after else ""
    return f"<table><caption>{html.escape(title)}</caption>{body}</table>{end}"


def typed(text: str) -> str:
    """HTML of text that is laid out in lines."""
    return f"<pre>{html.escape(text)}</pre>"
