"""Laws written out one at a time, and as a table for notebooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.text import table

if TYPE_CHECKING:
    from pyconslaw.laws.law import Law, LawSet
    from pyconslaw.laws.matrix_form import MatrixLaw

ROWS = 20  # laws that a notebook shows
CELL = 300  # characters of a law that it shows


def written(
    polynomial: Polynomial,
    name: Callable[[int], str],
    power: Callable[[str, int], str],
    times: str,
) -> str:
    """A polynomial as text, positive terms first."""
    text = ""
    for c, monomial in sorted(polynomial.terms, key=lambda term: term[0] < 0):
        factors = [name(v) if e == 1 else power(name(v), e) for v, e in monomial]
        if abs(c) != 1 or not factors:
            factors.insert(0, str(abs(c)))
        sign = ("-" if c < 0 else "") if not text else " - " if c < 0 else " + "
        text += sign + times.join(factors)
    return text or "0"


@lru_cache(1 << 17)  # as many names as a network keeps
def latex_name(name: str) -> str:
    """A parameter name in LaTeX: W1[0,2] -> W^{(1)}_{0,2}, x12 -> x_{12}, others upright."""
    match = re.fullmatch(r"([A-Za-z])(\d+)\[([\d,]+)\]", name)
    if match:
        return f"{match[1]}^{{({match[2]})}}_{{{match[3]}}}"
    match = re.fullmatch(r"([A-Za-z]\w*)\[([\w,]+)\]", name)
    if match:
        return f"{latex_name(match[1])}_{{{match[2].replace('_', chr(92) + '_')}}}"
    match = re.fullmatch(r"([A-Za-z])_?(\d+)", name)
    if match:
        return f"{match[1]}_{{{match[2]}}}"
    return name if len(name) == 1 else "\\mathrm{" + name.replace("_", "\\_") + "}"


def texts(laws: Iterable[Law | MatrixLaw], latex: bool, limit: int | None) -> Iterator[str]:
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
