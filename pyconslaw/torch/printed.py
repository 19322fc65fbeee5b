"""A report of the laws of a module as text, HTML, LaTeX and JSON, from the same rows."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from pyconslaw.torch.alike import folded, ranged
from pyconslaw.torch.found import Term, Unsupported

if TYPE_CHECKING:
    from pyconslaw.torch.report import Report

SCHEMA = 1
HEADS = ("where", "parameters", "conserved", "laws", "kind")
WIDEST = 60  # of a column
NAMES = 6  # of a list in a line
LINES = 20  # of operators without a rule
FREE = "outputs are free"


def text(report: Report) -> str:
    """The table, what is not covered, and what is known."""
    lines = [title(report)]
    table = [HEADS, *cells(report)]
    if len(table) > 1:
        cut = [[_cut(cell) for cell in row] for row in table]
        widths = [max(len(row[k]) for row in cut) for k in range(len(HEADS))]
        for row in cut:
            parts = [
                cell.rjust(width) if head == "laws" else cell.ljust(width)
                for cell, width, head in zip(row, widths, HEADS, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
    lines += [f"{head}: {said}" for head, said in remarks(report)]
    return "\n".join(lines)


def title(report: Report) -> str:
    """What was asked."""
    loss = report.found.loss or FREE
    where = f", {report.path}" if report.path else ""
    return f"{report.model}{where} ({grouped(report.parameters)} parameters, {loss})"


def grouped(number: int) -> str:
    """Digits in threes."""
    return f"{number:,}".replace(",", " ")


def cells(report: Report) -> list[tuple[str, ...]]:
    """A row for families that are alike."""
    found: list[tuple[str, ...]] = []
    for row in report.rows:
        place = f"{row.place} ({row.alike} alike)" if row.alike > 1 else row.place
        laws = grouped(row.laws) + (f" x {row.alike}" if row.alike > 1 else "")
        found.append((place, row.title, row.form, laws, row.kind))
    return found


def _cut(cell: str) -> str:
    return cell if len(cell) <= WIDEST else cell[: WIDEST - 3] + "..."


def remarks(report: Report) -> list[tuple[str, str]]:
    """What stands below the table."""
    counts = report.counts
    kinds = [f"{grouped(n)} {kind}" for kind, n in counts.kinds.items() if n]
    more = report.count - counts.exact
    parts = [*kinds, *([f"{grouped(more)} of them ignore an eps"] if more else [])]
    how = {"formula": "", "at most": "at most "}.get(counts.how, "")
    count = f"{how}{grouped(report.count)} independent"
    by = f", {counts.how}" if counts.how.startswith("rank") else ""
    lines = [("laws", count + (f" ({', '.join(parts)}{by})" if parts else ""))]
    if report.check is not None:
        lines.append(("checked", str(report.check)))
    else:
        lines.append(("checked", "not asked for"))
    lines += [("not covered", said) for said in _uncovered(report.unsupported())]
    if not report.unsupported():
        lines.append(("not covered", "nothing"))
    lines += [(head, said) for head, said in _parameters(report) if said]
    lines += [("note", note) for note in report.found.notes]
    lines.append(("complete", "per block, see `report.completeness`; open for the whole network"))
    return lines


def _uncovered(listed: Iterable[Unsupported]) -> list[str]:
    """A line for each operator in modules that are alike."""
    groups: dict[tuple[str, str], list[Unsupported]] = {}
    for one in listed:
        groups.setdefault((one.operator, folded(one.module)), []).append(one)
    lines = []
    for (operator, _), members in groups.items():
        place = ranged([one.module for one in members])
        count = sum(one.count for one in members)
        names = dict.fromkeys(name for one in members for name in one.parameters)
        times = f" ({count} times)" if count > 1 else ""
        stops = f", at {_named(names)}" if names else ""
        lines.append(f"{operator}{' in ' + place if place else ''}{times} has no rule{stops}")
    more = len(lines) - LINES
    return lines if more <= 0 else [*lines[:LINES], f"and {more} more operators"]


def _parameters(report: Report) -> list[tuple[str, str]]:
    listed = report.chosen
    unused = [one for one in listed if one.trainable and not one.used]
    frozen = [one for one in listed if not one.trainable]
    entries = sum(one.size for one in unused)
    still = f"{_named(one.name for one in unused)}: {grouped(entries)} entries that never change"
    return [
        ("in no law", _named(one.name for one in report.uncovered)),
        ("not reached by the inputs", still if unused else ""),
        ("frozen", f"{len(frozen)} parameters" if frozen else ""),
    ]


def _named(names: Any) -> str:
    listed = list(names)
    more = f" and {len(listed) - NAMES} more" if len(listed) > NAMES else ""
    return ", ".join(listed[:NAMES]) + more


def as_html(report: Report) -> str:
    """The same for notebooks."""
    head = "".join(f"<th>{word}</th>" for word in HEADS)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in cells(report)
    )
    rest = "".join(
        f"<li><b>{html.escape(head)}</b>: {html.escape(said)}</li>"
        for head, said in remarks(report)
    )
    caption = html.escape(title(report))
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table><ul>{rest}</ul>"
    )


def as_latex(report: Report) -> str:
    """A table, without what stands below."""
    lines = [r"\begin{tabular}{lllrl}", " & ".join(HEADS) + r" \\ \hline"]
    lines += [" & ".join(map(_escaped, row)) + r" \\" for row in cells(report)]
    return "\n".join([*lines, r"\end{tabular}"])


def _escaped(cell: str) -> str:
    for plain, written in (
        ("\\", r"\textbackslash "),
        ("_", r"\_"),
        ("&", r"\&"),
        ("%", r"\%"),
        ("#", r"\#"),
        ("{", r"\{"),
        ("}", r"\}"),
        ("^2", "$^2$"),
        ("|", r"$|$"),
    ):
        cell = cell.replace(plain, written)
    return cell


def records(report: Report) -> list[dict[str, Any]]:
    """Rows of the table, as of a data frame."""
    return [
        {
            "where": row.place,
            "parameters": row.title,
            "conserved": row.form,
            "laws": row.laws,
            "alike": row.alike,
            "kind": row.kind,
            "exact": all(report.found.families[k].exact for k in row.families),
        }
        for row in report.rows
    ]


def as_json(report: Report, positions: bool) -> dict[str, Any]:
    """Names and numbers alone."""
    found, counts = report.found, report.counts
    check = report.check
    return {
        "schema": SCHEMA,
        "model": report.model,
        "path": report.path,
        "parameters": report.parameters,
        "loss": found.loss,
        "count": counts.total,
        "counted_by": counts.how,
        "exact": counts.exact,
        "kinds": dict(counts.kinds),
        "table": records(report),
        "families": [
            {
                "kind": family.kind,
                "laws": family.laws,
                "rows": family.rows,
                "independent": counts.each[k],
                "exact": family.exact,
                "ignored": list(family.ignored),
                "condition": family.condition,
                "terms": [_term(term, positions) for term in family.terms],
            }
            for k, family in enumerate(found.families)
        ],
        "unsupported": [
            {
                "operator": one.operator,
                "module": one.module,
                "count": one.count,
                "parameters": list(one.parameters),
            }
            for one in found.unsupported
        ],
        "in_no_law": [one.name for one in report.uncovered],
        "not_reached": [one.name for one in report.chosen if one.trainable and not one.used],
        "frozen": [one.name for one in report.chosen if not one.trainable],
        "ties": {one.name: list(one.others) for one in found.parameters if one.others},
        "notes": list(found.notes),
        "check": None if check is None else _check(check),
        "completeness": report.completeness.json(),
        "seed": report.seed,
    }


def _check(check: Any) -> dict[str, Any]:
    return {
        "way": check.way,
        "why": check.why,
        "laws": check.laws,
        "of": check.of,
        "idle": check.idle,
        "worst": check.worst,
        "worst_approximate": check.worst_approximate,
        "without_eps": check.without_eps,
        "tolerance": check.tolerance,
        "on_statistics": check.on_statistics,
    }


def _term(term: Term, positions: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "parameter": term.parameter,
        "axis": term.axis,
        "coefficient": str(term.coefficient),
        "shift": str(term.shift),
        "positions_each": term.shape[2],
    }
    if positions:
        said["positions"] = np.asarray(term.positions).tolist()
    return said
