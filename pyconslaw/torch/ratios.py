"""Exact ratios as small codes in arrays: a network has few of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from pyconslaw.errors import LimitError

MOST = 1024  # different ratios in one network
ONE = 1


class Ratios:
    """A growing list of fractions, and tables of their products and sums."""

    def __init__(self):
        self.values = [Fraction(0), Fraction(1)]
        self._codes = {value: code for code, value in enumerate(self.values)}
        self._tables = {}

    def code(self, value: Fraction) -> int:
        """The code of one fraction."""
        if value not in self._codes:
            if len(self.values) == MOST:
                raise LimitError(f"more than {MOST} different ratios between weights")
            self._codes[value] = len(self.values)
            self.values.append(value)
        return self._codes[value]

    def _look(self, name, a, b):
        """Entries of the table of an operation, made where they are asked for."""
        table = self._tables.get(name)
        a, b = np.broadcast_arrays(a, b)
        size = len(self.values)
        if table is None or len(table) < size:
            grown = np.full((2 * size + 8, 2 * size + 8), -1, dtype=np.int16)
            if table is not None:
                grown[: len(table), : len(table)] = table
            self._tables[name] = table = grown
        found = table[a, b]
        if (found < 0).any():
            lost = found < 0
            pairs = np.unique(a[lost].astype(np.int64) * MOST + b[lost])
            for pair in pairs.tolist():
                i, j = divmod(pair, MOST)
                value = self._apply(name, self.values[i], self.values[j])
                table[i, j] = self.code(value)
            found = table[a, b]
        return found

    @staticmethod
    def _apply(name, x, y):
        return x * y if name == "times" else x + y if name == "plus" else x / y

    def times(self, a, b):
        """Codes of the products."""
        return self._look("times", a, b)

    def plus(self, a, b):
        """Codes of the sums."""
        return self._look("plus", a, b)

    def over(self, a, b):
        """Codes of the quotients."""
        return self._look("over", a, b)
