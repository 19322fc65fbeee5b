"""Sparse polynomials over Z, and vector fields of them: gradients, and values at a point.

A polynomial is {monomial: coefficient}, a monomial a tuple of pairs (variable, exponent) in order;
a vector field with polynomial components is {variable: polynomial}, what is absent being zero.
"""

from ..reading import Budget


def sizes(p: dict):
    """The sizes of the terms, in factors and words; a product of polynomials costs the product
    of sums.
    """
    return (1 + len(monomial) + c.bit_length() // 32 for monomial, c in p.items())


def gradient(p: dict, budget: Budget) -> dict:
    """The vector field grad p."""
    budget.hold(sum(len(monomial) * size for monomial, size in zip(p, sizes(p))))
    result: dict = {}
    for monomial, c in p.items():
        for k, (v, e) in enumerate(monomial):
            lower = ((v, e - 1),) if e > 1 else ()
            result.setdefault(v, {})[monomial[:k] + lower + monomial[k + 1 :]] = c * e
    return result


def row_at(x: dict, at: list, q: int, budget: Budget) -> list:
    """The value modulo q of a vector field at a point, as a row with one entry per variable."""
    budget.spend(len(at) + 8 * sum(sum(sizes(p)) for p in x.values()))
    row = [0] * len(at)
    for i, p in x.items():
        for monomial, c in p.items():
            for v, e in monomial:
                c = c * pow(at[v], e, q) % q
            row[i] += c
    return row


def without_zeros(p: dict) -> dict:
    return {monomial: c for monomial, c in p.items() if c}
