"""The dimension of the Lie trace at a random point, by symbolic brackets in rounds modulo 2^61 -
1.
"""

import random

from .polynomials import bracket, factors, gradient
from .ranks import MERSENNE, Span


class TooLarge(Exception):
    """The brackets have more terms than the oracle is willing to write out."""


class _Member:
    """A vector field with its value and its Jacobian (by columns) at the point."""

    def __init__(self, field, point, inverse):
        self.field, self.value, self.columns = field, {}, {}
        for v, f in field.items():
            total = 0
            for m, c in f.items():
                at = c
                exponents = factors(m)
                for w, e in exponents:
                    at = at * pow(point[w], e, MERSENNE) % MERSENNE
                total += at
                for w, e in exponents:
                    column = self.columns.setdefault(w, {})
                    column[v] = (column.get(v, 0) + at * e * inverse[w]) % MERSENNE
            self.value[v] = total % MERSENNE

    def along(self, other, out, sign):
        """Adds sign * (Jacobian of self) (value of other) to out."""
        few, many = (
            (self.columns, other.value)
            if len(self.columns) < len(other.value)
            else (other.value, self.columns)
        )
        for w in few:
            if w in many:
                factor = sign * other.value[w]
                for v, x in self.columns[w].items():
                    out[v] = out.get(v, 0) + factor * x


def _bracket_value(f, g):
    out = {}
    g.along(f, out, 1)
    f.along(g, out, -1)
    return out


def trace_dimensions(fields, size, seed=0, letters=None, limit=200_000):
    """dim of the span of all brackets found, round by round; the last entry is the trace dimension.

    Every generator is bracketed with every member that was new in the last round, and members that
    raise the rank are kept, until a round adds nothing. letters: bracket with the first few
    generators only (to show what goes wrong). Errors: TooLarge beyond `limit` terms of kept
    brackets.
    """
    draw = random.Random(seed)
    point = [draw.randrange(1, MERSENNE) for _ in range(size)]
    inverse = [pow(x, -1, MERSENNE) for x in point]
    span = Span()
    generators = [_Member(field, point, inverse) for field in fields]
    new = [g for g in generators if span.add(g.value)]
    dimensions, room = [span.rank], limit
    while new and span.rank < size:
        found = [
            (g, w) for w in new for g in generators[:letters] if span.add(_bracket_value(g, w))
        ]
        if span.rank == size:
            dimensions.append(size)
            break
        new = []
        for g, w in found:
            field = bracket(g.field, w.field, MERSENNE)
            room -= sum(map(len, field.values()))
            if room < 0:
                raise TooLarge(f"more than {limit} terms after {len(dimensions)} rounds")
            new.append(_Member(field, point, inverse))
        if found:
            dimensions.append(span.rank)
    return dimensions


def trace_dimension(phi, size, seed=0, limit=200_000):
    """The generic dimension of Lie(W)(theta), W = span of the gradients of the components phi."""
    return trace_dimensions([gradient(f) for f in phi], size, seed, limit=limit)[-1]
