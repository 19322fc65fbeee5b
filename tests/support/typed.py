"""Products of matrices typed out as sparse polynomials, renamed, scaled and shuffled."""

from fractions import Fraction

from reference.ranks import rank

from pyconslaw import Polynomial


def variables(rows, inner, columns, start=0):
    """Numbers of the entries of A, rows x inner, then of B, inner x columns."""
    split = start + rows * inner
    a = [[start + i * inner + k for k in range(inner)] for i in range(rows)]
    b = [[split + k * columns + j for j in range(columns)] for k in range(inner)]
    return a, b


def product(a, b):
    """The entries of A B as dicts {(u, v): 1}, u < v, row by row."""
    return [
        {tuple(sorted((row[k], b[k][j]))): 1 for k in range(len(b))}
        for row in a
        for j in range(len(b[0]))
    ]


def polynomials(entries):
    """From dicts {(u, v): coefficient} of distinct variables, without zeros."""
    return [Polynomial.of((c, [(v, 1) for v in m]) for m, c in f.items() if c) for f in entries]


def combined(rows, entries):
    """The combinations of entries with the coefficients in each row."""
    found = []
    for row in rows:
        total = {}
        for c, entry in zip(row, entries, strict=True):
            for m, d in entry.items():
                total[m] = total.get(m, 0) + c * d
        found.append({m: c for m, c in total.items() if c})
    return found


def invertible(rows):
    return rank([dict(enumerate(map(Fraction, row))) for row in rows], None) == len(rows)


def renamed(entries, numbers):
    """With variable numbers[v] in the place of v."""
    return [{tuple(sorted(numbers[v] for v in m)): c for m, c in f.items()} for f in entries]


def network_entries(part):
    """The entries that a part says it has, as a set of frozen sets of monomials."""
    columns, inner, rows = part.layers.widths
    numbers = part.variables.tolist()
    assert len(set(numbers)) == len(numbers) == part.layers.params
    b = [numbers[k * columns : (k + 1) * columns] for k in range(inner)]
    a = [numbers[len(b) * columns + i * inner :][:inner] for i in range(rows)]
    return {frozenset(entry) for entry in product(a, b)}


def two_layer_laws(n, m, r):
    """T1 of the literature: phi = U V^T, U n x r, V m x r."""
    total = n + m
    return r * (r + 1) // 2 if r <= total else total * r - total * (total - 1) // 2
