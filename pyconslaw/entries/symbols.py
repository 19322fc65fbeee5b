"""Symbolic entries of arrays: what a function that users write is called with, to see what it
computes. Sums, products, quotients and integer powers of entries and exact numbers are taken down.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

import flint
import numpy as np

from pyconslaw.entries.quotients import EXPONENT_LIMIT, WORK_LIMIT, Arithmetic, Quotient
from pyconslaw.errors import InputError

STEPS = 2 * WORK_LIMIT  # of all that a function computes
COPIED = 8  # terms that are copied in a step of work


class Ledger(Arithmetic):
    """The arithmetic of all entries of a function, with one budget, larger than that of a text."""

    limit = STEPS


class Entry:
    """A rational function of the entries of arrays."""

    __slots__ = ("ledger", "quotient")

    def __init__(self, ledger: Ledger, quotient: Quotient):
        self.ledger, self.quotient = ledger, quotient

    def _made(self, quotient: Quotient) -> Entry:
        return Entry(self.ledger, quotient)

    def _read(self, other: Any) -> Quotient | None:
        """The other operand; None where it is no number and no entry. Errors: InputError for a
        float that is no integer, and for entries of other functions.
        """
        if isinstance(other, Entry):
            if other.ledger is not self.ledger:
                raise InputError("phi: an entry of the matrices of another system")
            return other.quotient
        if isinstance(other, np.generic):
            other = other.item()
        if isinstance(other, float):
            if not other.is_integer():
                raise InputError(
                    f"phi: expected exact numbers, got the float {other!r}; write it as a fraction"
                )
            other = int(other)
        if isinstance(other, bool) or not isinstance(other, Rational | flint.fmpz | flint.fmpq):
            return None
        return self.ledger.number(Fraction(int(other.numerator), int(other.denominator)))

    def _sum(self, other: Any, sign: int, turned: bool) -> Any:
        read = self._read(other)
        if read is None:
            return NotImplemented
        first, second = (read, self.quotient) if turned else (self.quotient, read)
        self.ledger.spend(len(first[0]) // COPIED)
        top, bottom = self.ledger.add((dict(first[0]), first[1]), second, sign)
        return self._made((self.ledger.kept(top), bottom))

    def __add__(self, other: Any) -> Any:
        return self._sum(other, 1, False)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._sum(other, -1, False)

    def __rsub__(self, other: Any) -> Any:
        return self._sum(other, -1, True)

    def __neg__(self) -> Any:
        return self * -1

    def __pos__(self) -> Entry:
        return self

    def __mul__(self, other: Any) -> Any:
        read = self._read(other)
        if read is None:
            return NotImplemented
        return self._made(self.ledger.multiply(self.quotient, read))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        read = self._read(other)
        return NotImplemented if read is None else self._over(self.quotient, read)

    def __rtruediv__(self, other: Any) -> Any:
        read = self._read(other)
        return NotImplemented if read is None else self._over(read, self.quotient)

    def _over(self, above: Quotient, below: Quotient) -> Entry:
        return self._made(self.ledger.divide(above, below))

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, np.generic):
            exponent = exponent.item()
        if isinstance(exponent, float) and exponent.is_integer():
            exponent = int(exponent)
        if isinstance(exponent, bool) or not isinstance(exponent, int):
            return NotImplemented
        if abs(exponent) > EXPONENT_LIMIT:
            self.ledger.fail(f"an exponent above {EXPONENT_LIMIT}")
        power = self.ledger.raise_to(self.quotient, abs(exponent))
        return self._made(power) if exponent >= 0 else self._over(self.ledger.number(1), power)

    def conjugate(self) -> Entry:
        """Itself: entries are real."""
        return self

    def __bool__(self) -> bool:
        raise InputError("phi: an entry of a matrix is neither true nor false: it has no value yet")

    def _compared(self, other: Any) -> bool:
        return bool(self)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _compared
    __hash__ = None  # type: ignore[assignment]

    def __float__(self) -> float:
        raise InputError("phi: an entry of a matrix is no float: it has no value yet")

    def __repr__(self) -> str:
        return f"<entry of {len(self.quotient[0])} terms>"


def symbolic(shapes: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """Arrays of these shapes whose entries are the variables 0, 1, ..., row by row, one array
    after the other.
    """
    ledger, start, made = Ledger("phi"), 0, []
    for rows, columns in shapes:
        found = np.empty(rows * columns, dtype=object)
        for k in range(rows * columns):
            found[k] = Entry(ledger, ledger.variable(start + k))
        start += rows * columns
        made.append(found.reshape(rows, columns))
    return made
