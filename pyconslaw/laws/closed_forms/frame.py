"""A frame of the trace over the rational functions, by exact elimination, and whether it is
involutive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import flint

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.budget import Ask, nobody

TERMS, ROW = 3_000, 5_000  # of one entry, of one row
PRODUCTS = 2e7  # of terms, in all


class TooLong(Exception):
    """The entries or the work grew beyond the limits."""


@dataclass(frozen=True, eq=False)
class Frame:
    """rows: vector fields {variable: element}, diagonal in the columns of pivots; they span what
    they were made of over the rational functions.
    """

    rows: tuple[dict[int, flint.fmpz_mpoly], ...]
    pivots: tuple[int, ...]


class _Elimination:
    """Rows that are kept reduced against each other; every row without a common factor."""

    def __init__(self, ring: Ring, ask: Ask):
        self.ask = ask
        self.ring, self.rows, self.pivots, self.spent = ring, [], [], 0

    def spend(self, products: int) -> None:
        self.ask()
        self.spent += products
        if self.spent > PRODUCTS:
            raise TooLong

    def _product(self, a, b):
        self.spend(len(a) * len(b))
        out = a * b
        if len(out) > TERMS:
            raise TooLong
        return out

    def _primitive(self, row: dict) -> dict:
        row = {v: f for v, f in row.items() if not f.is_zero()}
        if sum(map(len, row.values())) > ROW:
            raise TooLong
        if not row:
            return row
        common = reduce(self._common, sorted(row.values(), key=len))
        return (
            row if common.is_one() else {v: self.ring.quotient(f, common) for v, f in row.items()}
        )

    def _common(self, f, g):
        """The greatest common divisor."""
        self.ask()
        return f if f.is_one() else f.gcd(g)

    def _cleared(self, row: dict, by: dict, pivot: int) -> dict:
        """row times by[pivot] / g less by times row[pivot] / g, which is 0 at the pivot; g their
        common divisor.
        """
        if pivot not in row:
            return row
        self.ask()
        common = row[pivot].gcd(by[pivot])
        a, b = self.ring.quotient(by[pivot], common), self.ring.quotient(row[pivot], common)
        out = {v: self._product(f, a) for v, f in row.items() if v != pivot}
        for v, f in by.items():
            if v != pivot:
                out[v] = out.get(v, self.ring.zero) - self._product(f, b)
        return self._primitive(out)

    def add(self, row: dict) -> bool:
        """Whether the row is new over the rational functions; then it is kept."""
        row = self._primitive(row)
        for known, pivot in zip(self.rows, self.pivots, strict=True):
            row = self._cleared(row, known, pivot)
        if not row:
            return False
        pivot = min(row, key=lambda v: (len(row[v]), row[v].total_degree(), v))
        self.rows = [self._cleared(known, row, pivot) for known in self.rows] + [row]
        self.pivots.append(pivot)
        return True


def bracket(ring: Ring, x: dict, y: dict) -> dict:
    """[X, Y] = DY X - DX Y."""
    out = {v: ring.along(x, f) for v, f in y.items()}
    for v, f in x.items():
        out[v] = out.get(v, ring.zero) - ring.along(y, f)
    return {v: f for v, f in out.items() if not f.is_zero()}


def involutive_frame(family: PolynomialFields, most: int, *, ask: Ask = nobody) -> Frame | None:
    """A frame that contains W and is closed under brackets with W, of at most `most` vector fields;
    None beyond the limits.

    Brackets of the vector fields with the members of a frame are added to it until there is nothing
    new. The members may change meanwhile: a reduced basis of the same span over the rational
    functions is as good, for [X, f F] = f [X, F] + X(f) F. ask: called between products; what it
    raises ends the search.
    """
    ring = Ring(family.parameters)
    fields = [ring.field(field) for field in family.directions().fields]
    span = _Elimination(ring, ask)
    try:
        for field in fields:
            span.add(field)
        done = False
        while not done and len(span.rows) <= most:
            done = True
            for row in list(span.rows):
                for field in fields:
                    span.spend(2 * sum(map(len, row.values())) * sum(map(len, field.values())))
                    if span.add(bracket(ring, field, row)):
                        done = False
                        break
                if not done:
                    break
    except TooLong:
        return None
    return Frame(tuple(span.rows), tuple(span.pivots)) if done else None
