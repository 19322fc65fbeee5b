"""Polynomial rings over the integers of two libraries, with the little linear algebra that is
asked of them, in one form.

Everything is what the library offers and its user would call; exponent vectors are dense in both.
"""

from math import prod

import flint


class Flint:
    name = "python-flint fmpz_mpoly"

    def __init__(self, variables):
        self.context = flint.fmpz_mpoly_ctx.get([f"x{i}" for i in range(variables)], "lex")
        self.gens = self.context.gens()
        self.zero, self.one = (
            self.context.from_dict({}),
            self.context.from_dict({(0,) * variables: 1}),
        )

    def derivative(self, poly, j):
        return poly.derivative(j)

    def terms(self, poly):
        """(exponent vector, coefficient) pairs."""
        return poly.to_dict().items()

    def value(self, poly, point, prime):
        return int(poly(*point)) % prime

    @staticmethod
    def independent(rows, prime):
        """Which rows are not combinations of those before them, modulo prime."""
        columns = flint.nmod_mat(
            len(rows), len(rows[0]), [x for row in rows for x in row], prime
        ).transpose()
        reduced, rank = columns.rref()
        return _pivots([[int(x) for x in row] for row in reduced.tolist()[:rank]])

    @staticmethod
    def nullspace(rows, columns):
        """A basis over Q of the solutions; rows are sparse, {column: integer}, without zeros."""
        entries = [0] * (len(rows) * columns)
        for i, row in enumerate(rows):
            for j, x in row.items():
                entries[i * columns + j] = x
        solutions, nullity = flint.fmpz_mat(len(rows), columns, entries).nullspace()
        return [
            {i: int(solutions[i, k]) for i in range(columns) if solutions[i, k]}
            for k in range(nullity)
        ]


class SymPy:
    """Its sparse rings (sympy.polys.rings) and DomainMatrix: far faster than its expressions."""

    name = "SymPy rings"

    def __init__(self, variables):
        from sympy import ZZ
        from sympy.polys.rings import ring

        domain, *self.gens = ring([f"x{i}" for i in range(variables)], ZZ)
        self.zero, self.one = domain.zero, domain.one

    def derivative(self, poly, j):
        return poly.diff(self.gens[j])

    def terms(self, poly):
        return poly.terms()

    def value(self, poly, point, prime):
        return (
            sum(int(c) * prod(point[v] ** e for v, e in enumerate(m) if e) for m, c in poly.terms())
            % prime
        )

    @staticmethod
    def independent(rows, prime):
        from sympy import GF
        from sympy.polys.matrices import DomainMatrix

        domain = GF(prime, symmetric=False)
        columns = [[domain(row[j]) for row in rows] for j in range(len(rows[0]))]
        return list(DomainMatrix(columns, (len(columns), len(rows)), domain).to_sparse().rref()[1])

    @staticmethod
    def nullspace(rows, columns):
        from sympy import QQ
        from sympy.polys.matrices import DomainMatrix

        sparse = {i: {j: QQ(x) for j, x in row.items()} for i, row in enumerate(rows)}
        solutions = DomainMatrix(sparse, (len(rows), columns), QQ).nullspace().to_sparse()
        return [dict(row) for _, row in sorted(solutions.rep.to_sdm().items())]


def _pivots(reduced):
    return [next(j for j, x in enumerate(row) if x) for row in reduced]


def available():
    """The rings that are installed, python-flint's first."""
    try:
        import sympy  # noqa: F401
    except ImportError:
        return [Flint]
    return [Flint, SymPy]
