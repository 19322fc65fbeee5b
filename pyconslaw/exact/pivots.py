"""Elimination over Z in sparse rows, as long as it stays sparse: only steps that divide nothing, so
that the rank and the nullspace are those of what is left, and of the rows that were taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from math import gcd

import numpy as np

from pyconslaw.exact.matrices import WORD, empty_of
from pyconslaw.records.budget import Ask, nobody

Row = dict[int, int]

# Of the entries of what is left, as a full matrix, the share that a step may touch: a dense
# elimination goes through all of them for each pivot, some hundred times as fast an entry.
SHARE = 1 / 300
LEAST = 16  # entries that a step may touch in any case
LIGHT = 1 << 10  # rows with larger entries are not added to others: these would become heavy too
PORTION = 200_000  # entries touched between two questions whether to go on


class Pivots:
    """Rows {column: entry} that are eliminated in place.

    taken: (column, row) of the pivots, in order; each row was added to those behind it and to what
    is left so often that they are zero in its column. The pivot is 1 or -1, or the only entry of
    its row, or of its column where `ranks` says that nothing but the rank is asked for. Only
    columns in `allowed` get pivots. Every row that is left is divided by its content.
    """

    def __init__(self, rows: list[Row], allowed: Iterable[int], ranks: bool = True):
        self.taken: list[tuple[int, Row]] = []
        self._rows: list[Row | None] = [row or None for row in rows]
        self._ranks, self._allowed = ranks, set(allowed)
        self._users: dict[int, set[int]] = {}
        for i, row in enumerate(rows):
            for column in row:
                self._users.setdefault(column, set()).add(i)
        self._alive = sum(map(bool, rows))
        self._heap: list[tuple[int, int]] = []
        for i in range(len(rows)):
            self._weigh(i)

    @property
    def rest(self) -> list[Row]:
        """The rows that are left and not zero."""
        return [row for row in self._rows if row]

    def _best(self, i: int) -> tuple[int, int] | None:
        """The cheapest pivot of a row, as (entries that are touched, column)."""
        row = self._rows[i]
        if not row:
            return None
        found = None
        light = len(row) == 1 or max(map(abs, row.values())) <= LIGHT
        for column, x in row.items():
            if column not in self._allowed:
                continue
            others = len(self._users[column]) - 1
            if (
                (light and x in (1, -1))
                or len(row) == 1
                or (not others and (self._ranks or x in (1, -1)))
            ):
                cost = others * (len(row) - 1)
                if found is None or cost < found[0]:
                    found = cost, column
        return found

    def _weigh(self, i: int) -> None:
        best = self._best(i)
        if best:
            heappush(self._heap, (best[0], i))

    def run(self, ask: Ask = nobody) -> None:
        """Takes pivots, the cheapest first (Markowitz 1957), until the next one is dearer than it
        would be in a dense matrix.
        """
        ask()
        work = 0
        while self._heap:
            cost, i = heappop(self._heap)
            best = self._best(i)
            if best is None or best[0] > cost:  # the row, or a column, changed
                if best:
                    heappush(self._heap, (best[0], i))
                continue
            if best[0] > max(LEAST, self._alive * len(self._users) * SHARE):
                return
            work += best[0] + 1
            if work >= PORTION:
                work = 0
                ask()
            self._take(i, best[1])

    def _take(self, i: int, column: int) -> None:
        """Eliminates a column by a row."""
        row, users = self._rows[i], self._users
        assert row is not None
        self._rows[i] = None
        self._alive -= 1
        self.taken.append((column, row))
        for j in row:
            users[j].discard(i)
        changed = users.pop(column)
        for k in changed:
            self._add(k, column, row)
        lonely = set()
        for j in row:
            left = users.get(j)
            if left is not None and len(left) <= 1:
                lonely |= left
                if not left:
                    del users[j]
        for k in changed:
            self._divide(k)
        for k in changed | lonely:
            self._weigh(k)

    def _add(self, k: int, column: int, row: Row) -> None:
        """Makes row k zero in the column of the pivot of a row."""
        target, users = self._rows[k], self._users
        assert target is not None
        x = target.pop(column)
        if len(row) == 1:
            return
        factor = -x * row[column]  # the pivot is 1 or -1
        for j, y in row.items():
            if j == column:
                continue
            new = target.get(j, 0) + factor * y
            if new:
                target[j] = new
                users[j].add(k)
            else:
                del target[j]
                users[j].discard(k)

    def _divide(self, k: int) -> None:
        """A row by its content; nothing is left of one that is zero."""
        row = self._rows[k]
        if not row:
            self._rows[k] = None
            self._alive -= 1
            return
        content = gcd(*row.values())
        if content > 1:
            for j in row:
                row[j] //= content


def dense_of(rows: list[Row], columns: list[int], room: float) -> np.ndarray:
    """Rows as a matrix with these columns, which they keep to. Errors: LimitError where it has more
    entries than room.
    """
    place = {column: k for k, column in enumerate(columns)}
    largest = max((max(map(abs, row.values())) for row in rows), default=0)
    dense = empty_of((len(rows), len(columns)), room, np.int64 if largest < WORD else object)
    for line, row in zip(dense, rows, strict=True):
        for column, x in row.items():
            line[place[column]] = x
    return dense


def columns_of(rows: list[Row]) -> list[int]:
    """The columns that rows have entries in, increasing."""
    return sorted({column for row in rows for column in row})


def extended(
    basis: list[list[int]],
    columns: list[int],
    taken: list[tuple[int, Row]],
    size: int,
    ask: Ask = nobody,
) -> list[list[int]] | None:
    """Vectors on all columns, of that size, from those on the ones without a pivot: each row in
    `taken`, from the last, gives the entry in the column of its pivot. None where an entry comes
    after the last one of the vector before.
    """
    there: dict[int, Row] = {column: {} for column in columns}
    last = []
    for v, vector in enumerate(basis):
        for column, x in zip(columns, vector, strict=True):
            if x:
                there[column][v] = x
        last.append(columns[max(k for k, x in enumerate(vector) if x)])
    for column, row in reversed(taken):
        ask()
        sums: Row = {}
        for j, y in row.items():
            if j != column:
                for v, x in there[j].items():
                    sums[v] = sums.get(v, 0) - y * row[column] * x  # the pivot is 1 or -1
        there[column] = {v: x for v, x in sums.items() if x}
        if any(column > last[v] for v in there[column]):
            return None
    vectors = [[0] * size for _ in basis]
    for column, entries in there.items():
        for v, x in entries.items():
            vectors[v][column] = x
    return vectors
