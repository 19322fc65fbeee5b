"""Laws written out one at a time, and as a table for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from pyconslaw.records.text import table

if TYPE_CHECKING:
    from pyconslaw.laws.law import Law, LawSet

ROWS = 20  # laws that a notebook shows
CELL = 300  # characters of a law that it shows


def texts(laws: LawSet, latex: bool, limit: int | None) -> Iterator[str]:
    """The first laws, each when it is asked for."""
    return (law.latex() if latex else str(law) for law in islice(laws, limit))


def laws_table(laws: LawSet) -> str:
    """HTML of the first laws and of what is known of the set; the number of those that are left
    out is said.
    """
    more = f"and {len(laws) - ROWS} more" if len(laws) > ROWS else ""
    rows = enumerate(map(_cell, islice(laws, ROWS)), 1)
    return table("; ".join(laws.remarks()), rows, more)


def _cell(law: Law) -> str:
    """LaTeX, or the beginning of the text where that is long."""
    text = str(law)
    return f"${law.latex()}$" if len(text) <= CELL else f"{text[:CELL]} ..."
