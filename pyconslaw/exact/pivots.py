"""Elimination over Z in sparse rows, as long as it stays sparse: only steps that divide nothing, so
that the rank and the nullspace are those of what is left, and of the rows that were taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from math import gcd

import numpy as np

from pyconslaw.errors import LimitError
from pyconslaw.exact.matrices import WORD, empty_of
from pyconslaw.records.budget import Ask, nobody

Row = dict[int, int]

# Of the entries of what is left, as a full matrix, the share that a step may add to: a dense
# elimination goes through all of them for each pivot, some hundred times as fast an entry.
SHARE = 1 / 300
LEAST = 16  # entries that a step may add to in any case
WHOLE = 3  # times as many it may touch when the rows that it changes are gone through
START = 8  # times that each entry may be touched beyond what the steps so far were allowed
LIGHT = 1 << 10  # rows with larger entries are not added to others: these would become heavy too
PORTION = 200_000  # entries touched between two questions whether to go on
# Entries in rows at once, those taken out included, each row and column counted as so many more: a
# hundred bytes each, two gigabytes
ENTRIES, LINE = 20_000_000, 4


def is_held(count: int, shape: tuple[int, ...]) -> bool:
    """Whether there is room for rows with so many entries."""
    return count + LINE * sum(shape) <= ENTRIES


def check_room(count: int, shape: tuple[int, ...]) -> None:
    """Errors: LimitError where there is none."""
    if not is_held(count, shape):
        m, n = shape
        raise LimitError(
            f"matrix: expected at most {ENTRIES} entries that are not zero, a row or column of "
            f"them counted as {LINE} more, got {count} in {m} rows and {n} columns"
        )


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
        self._alive = sum(map(bool, rows))
        self._heap: list[tuple[int, int]] = []
        self._price: dict[int, int] = {}  # of rows in the heap; other entries there are former ones
        # rows that lost entries to pivots alone in their rows since they were gone through
        self._stale: set[int] = set()
        self._held = self._touched = self._asked = 0  # entries

    @property
    def rest(self) -> list[Row]:
        """The rows that are left and not zero."""
        return [row for row in self._rows if row]

    def _best(self, i: int) -> tuple[int, int] | None:
        """The cheapest pivot of a row, as (entries that are added to, column)."""
        row = self._rows[i]
        if not row:
            return None
        self._touched += len(row)
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
            self._push(best[0], i)
        else:
            self._price.pop(i, None)

    def _push(self, price: int, i: int) -> None:
        if self._price.get(i) != price:
            self._price[i] = price
            heappush(self._heap, (price, i))

    def _heard(self, ask: Ask) -> None:
        if self._touched - self._asked >= PORTION:
            self._asked = self._touched
            ask()

    def run(self, ask: Ask = nobody) -> None:
        """Takes pivots, the cheapest first (Markowitz 1957), until the next one, or all that was
        done, is dearer than it would be in a dense matrix, or no room is left.
        """
        ask()
        self._begin(ask)
        allowance = START * self._held
        while self._touched <= allowance:
            self._heard(ask)
            if self._stale and (not self._heap or self._heap[0][0]):
                self._go_through(ask)
            if not self._heap:
                break
            price, i = heappop(self._heap)
            if self._price.get(i) != price:
                continue
            del self._price[i]
            best = self._best(i)
            if best is None or best[0] > price:  # the row, or a column, changed
                if best:
                    self._push(best[0], i)
                continue
            limit = max(LEAST, self._alive * len(self._users) * SHARE)
            if best[0] > limit or self._held + best[0] > ENTRIES:
                break
            if self._step(i, best[1]) <= WHOLE * limit:
                allowance += int(WHOLE * limit)
                self._take(i, best[1])
        self._go_through(ask)

    def _begin(self, ask: Ask) -> None:
        """Which rows use a column, and what the pivots of each row cost."""
        for i, row in enumerate(self._rows):
            for column in row or ():
                self._users.setdefault(column, set()).add(i)
            self._held += len(row or ())
            if self._held - self._asked >= PORTION:
                self._asked = self._held
                ask()
        self._asked = 0
        self._held += LINE * (len(self._rows) + len(self._users))
        for i in range(len(self._rows)):
            self._weigh(i)
            self._heard(ask)

    def _go_through(self, ask: Ask) -> None:
        """The stale rows: each divided by its content, and what its pivots cost."""
        while self._stale:
            k = self._stale.pop()
            self._divide(k)
            self._weigh(k)
            self._heard(ask)

    def _step(self, i: int, column: int) -> int:
        """Entries that a step touches, rows that it changes being gone through."""
        row = self._rows[i]
        if not row or len(row) == 1:
            return 0
        changed = [len(self._rows[k] or ()) for k in self._users[column] if k != i]
        self._touched += len(changed)
        return len(changed) * (len(row) - 1) + sum(changed)

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
        self._touched += len(row) * (1 + len(changed))
        for j in row:
            left = users.get(j)
            if left is not None and len(left) <= 1:
                self._lonely(j, *left)
                if not left:
                    del users[j]
        if len(row) == 1:
            self._stale |= changed
            for k in changed:
                if len(self._rows[k] or ()) <= 1:
                    self._push(0, k)
            return
        for k in changed:
            self._stale.discard(k)
            self._divide(k)
            self._weigh(k)

    def _lonely(self, j: int, k: int | None = None) -> None:
        """A column that only row k uses, or none, has a pivot that is added to nothing."""
        row = self._rows[k] if k is not None else None
        if k is not None and row and j in self._allowed and (self._ranks or row[j] in (1, -1)):
            self._push(0, k)

    def _add(self, k: int, column: int, row: Row) -> None:
        """Makes row k zero in the column of the pivot of a row."""
        target, users = self._rows[k], self._users
        assert target is not None
        before, x = len(target), target.pop(column)
        if len(row) == 1:
            self._held -= 1
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
        self._held += len(target) - before

    def _divide(self, k: int) -> None:
        """A row by its content; nothing is left of one that is zero."""
        row = self._rows[k]
        if row is None:
            return
        if not row:
            self._rows[k] = None
            self._alive -= 1
            return
        self._touched += len(row)
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
