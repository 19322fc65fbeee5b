"""The reduced echelon basis of a span of polynomials over Q, constants left out.

Monomials are in the order of Python's tuples. The members are integral without common factor, their
first coefficients are positive, and the first monomial of a member occurs in no other: such a basis
is unique.
"""

from fractions import Fraction
from math import gcd, lcm

from ..brackets.polynomials import sizes

STEP = 20  # units of an operation with fractions, however short
WORDS = 8  # products of words of long integers that are one unit


def words(*numbers: int) -> int:
    """The length of integers together."""
    return sum(n.bit_length() for n in numbers) // 32 + 1


def length(x: Fraction) -> int:
    """The length of a fraction."""
    return words(x.numerator, x.denominator)


def square(size: int) -> int:
    """The units of an operation with fractions of this length together."""
    return STEP + size**2 // WORDS


class Span:
    """The basis, which grows polynomial by polynomial."""

    def __init__(self, budget):
        self.rows, self.budget = {}, budget  # by their first monomials
        self.total = self.most = 0  # the size of the rows, and the largest so far, which is held

    def basis(self) -> list:
        """The members in the order of their first monomials."""
        return [self.rows[first] for first in sorted(self.rows)]

    def add(self, f: dict) -> None:
        """The span with one more polynomial, whose coefficients are Fractions."""
        self.budget.spend(STEP + 4 * sum(1 + len(m) for m in f))
        row = self.whole({m: c for m, c in f.items() if m and c})
        row = self.cleared(row, {first: self.rows[first] for first in row if first in self.rows})
        if not row:
            return
        first = min(row)
        if row[first] < 0:
            row = {m: -c for m, c in row.items()}
        self.budget.spend(len(self.rows) * (1 + len(first)))
        for other, known in self.rows.items():
            if first in known:
                self.replace(other, self.cleared(known, {first: row}))
        self.replace(first, row)

    def replace(self, first: tuple, row: dict) -> None:
        """Another row at this first monomial; what is held is the most that the rows ever took."""
        self.total += sum(sizes(row)) - sum(sizes(self.rows.get(first, {})))
        if self.total > self.most:
            self.budget.hold(self.total - self.most)
            self.most = self.total
        self.rows[first] = row

    def whole(self, f: dict) -> dict:
        """The polynomial times the positive number that makes it integral without common factor."""
        scale = self.multiple(c.denominator for c in f.values())
        self.budget.spend(sum(square(length(c) + words(scale)) for c in f.values()))
        return self.primitive({m: c.numerator * (scale // c.denominator) for m, c in f.items()})

    def multiple(self, numbers) -> int:
        """The least common multiple of positive numbers."""
        total = 1
        for n in numbers:
            self.budget.spend(square(words(total) + words(n)))
            total = lcm(total, n)
        return total

    def primitive(self, p: dict) -> dict:
        """The polynomial divided by its content."""
        self.budget.spend(sum(len(m) + square(words(c)) for m, c in p.items()))
        content = gcd(*p.values())
        return {m: c // content for m, c in p.items()} if content > 1 else p

    def cleared(self, row: dict, known: dict) -> dict:
        """A positive multiple of the row, less multiples of the known rows so that their first
        monomials do not occur in it. None of these occurs in another known row.
        """
        scale = self.multiple(k[first] for first, k in known.items())
        self.spend(row, scale)
        total = {m: scale * c for m, c in row.items()}
        for first, k in known.items():
            factor = total[first] // k[first]
            self.spend(k, factor)
            for m, c in k.items():
                total[m] = total.get(m, 0) - factor * c
        return self.primitive({m: c for m, c in total.items() if c})

    def spend(self, p: dict, factor: int) -> None:
        """The cost of adding a multiple of a polynomial."""
        n = words(factor)
        self.budget.spend(sum(4 + len(m) + n * words(c) // WORDS for m, c in p.items()))
