"""Vector fields written out by hand, behind the interface that `trace_rank` takes;
they need not be gradients.
"""

import numpy as np
from reference import polynomials as slow


class WrittenFields:
    """A family of explicit vector fields {variable: polynomial} of the oracles, in that many
    variables.
    """

    description = "vector fields written out by hand"

    def __init__(self, fields, parameters):
        self.fields, self.parameters, self.size = list(fields), parameters, len(fields)
        self.seen = []

    def draw(self, rng, start, count, bound):
        return np.arange(start, min(start + count, self.size), dtype=np.uint64)[:, None]

    def values(self, generators, words, point, prime):
        self.seen += [tuple(word) for word in words]
        x = [int(c) % prime for c in point]
        rows = []
        for word in words:
            field = slow.nested(self.fields, [int(generators[letter, 0]) for letter in word], prime)
            rows.append(
                [slow.evaluate(field.get(v, {}), x) % prime for v in range(self.parameters)]
            )
        return np.array(rows, dtype=np.uint64).reshape(len(rows), self.parameters)

    def chain(self, generators, letters, length, point, prime):
        words = [letters[:1] * k + letters[1:] for k in range(length + 1)]
        return self.values(generators, words, point, prime)

    def chain_cost(self, length):
        return 100.0 * (length + 1) ** 2

    def cost(self, *arguments):
        return 100.0 * sum(map(len, arguments[-1]))

    def size_bounds(self, bound):
        norms = [sum(abs(c) for c in f.values()) for field in self.fields for f in field.values()]
        return max(slow.degree(f) for field in self.fields for f in field.values()), float(
            np.log2(max(norms))
        )

    def generators_json(self, generators):
        return None


def shears(dimension):
    """d/dx1 and sum_k x1^k d/dx_{k+2}: as many brackets as dimensions, none too many (TRAP G)."""
    return [{0: {0: 1}}, {k + 1: {k: 1} for k in range(dimension - 1)}]
