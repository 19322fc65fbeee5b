"""Reports and laws as text for people: what `print` shows of them."""

from __future__ import annotations

from pyconslaw.analysis.text import point_text as point_text
from pyconslaw.analysis.text import structure_text as structure_text
from pyconslaw.laws.law import LawSet
from pyconslaw.records.text import report_text as report_text


def laws_text(laws: LawSet, latex: bool = False) -> str:
    """One law a line, then what is known of the set."""
    return "\n".join(laws.lines(latex))
