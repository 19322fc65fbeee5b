"""Gaussian elimination on sparse rows {column: entry}, modulo a prime or over the rationals."""

from fractions import Fraction

MERSENNE = 2**61 - 1


class Span:
    """A subspace by its reduced echelon basis: pivot -> row with 1 there and 0 in the other
    pivot columns.

    prime None: over the rationals.
    """

    def __init__(self, prime=MERSENNE):
        self.prime = prime
        self.rows = {}

    def _cut(self, x):
        return x if self.prime is None else x % self.prime

    def _subtract(self, row, factor, other):
        for column, entry in other.items():
            value = self._cut(row.get(column, 0) - factor * entry)
            if value:
                row[column] = value
            else:
                row.pop(column, None)

    def add(self, row):
        """Adds a row; whether the rank grew. The pivot is the first column that is left."""
        row = {j: y for j, x in row.items() if (y := self._cut(x))}
        for pivot in [j for j in row if j in self.rows]:
            self._subtract(row, row[pivot], self.rows[pivot])
        if not row:
            return False
        pivot = min(row)
        inverse = (
            1 / Fraction(row[pivot]) if self.prime is None else pow(row[pivot], -1, self.prime)
        )
        row = {j: self._cut(x * inverse) for j, x in row.items()}
        for other in self.rows.values():
            if pivot in other:
                self._subtract(other, other[pivot], row)
        self.rows[pivot] = row
        return True

    @property
    def rank(self):
        return len(self.rows)


def rank(rows, prime=MERSENNE):
    """The rank of dense or sparse rows."""
    span = Span(prime)
    for row in rows:
        span.add(row if isinstance(row, dict) else dict(enumerate(row)))
    return span.rank


def nullspace(rows, columns):
    """Basis over Q of {x : <row, x> = 0}: a 1 in one free column each (ordered),
    zeros in the other free columns.
    """
    span = Span(None)
    for row in rows:
        span.add(row if isinstance(row, dict) else dict(enumerate(row)))
    free = [j for j in range(columns) if j not in span.rows]
    return [
        {j: Fraction(1), **{p: -row[j] for p, row in span.rows.items() if j in row}} for j in free
    ]
