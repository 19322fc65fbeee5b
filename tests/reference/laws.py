"""Polynomial laws on the full ansatz by elimination over Q, and ranks that count laws."""

import random
from itertools import combinations_with_replacement
from math import gcd, lcm

from .polynomials import derivative_along, evaluate, factors, gradient, monomial
from .ranks import MERSENNE, nullspace, rank


def ansatz(size, degrees):
    """All monomials of these degrees, by degree and then lexicographically by variables."""
    return [
        monomial((v, 1) for v in choice)
        for k in degrees
        for choice in combinations_with_replacement(range(size), k)
    ]


def law_basis(phi, size, degrees):
    """A basis over Q of the polynomial laws that are sums of monomials of these degrees.

    Integer coefficients, primitive, each with a monomial of its own, its last, where it is
    positive: a form that determines the basis.
    """
    unknowns = ansatz(size, degrees)
    equations = {}
    for i, f in enumerate(phi):
        field = gradient(f)
        for k, m in enumerate(unknowns):
            for n, c in derivative_along({m: 1}, field).items():
                equations.setdefault((i, n), {})[k] = c
    laws = []
    for vector in nullspace(equations.values(), len(unknowns)):
        scale = lcm(*(x.denominator for x in vector.values()))
        integers = {k: int(x * scale) for k, x in vector.items()}
        content = gcd(*integers.values())
        laws.append({unknowns[k]: x // content for k, x in sorted(integers.items())})
    return laws


def gradient_rank(polynomials, size, seed=0):
    """The generic rank of the gradients, at a random point modulo 2^61 - 1."""
    draw = random.Random(seed)
    point = [draw.randrange(MERSENNE) for _ in range(size)]
    return rank({v: evaluate(part, point) for v, part in gradient(f).items()} for f in polynomials)


def exponent_rank(phi):
    """Rank over Q of the exponent rows of a family of monomials:
    rank d phi of a path-lifting at a point without zeros.
    """
    assert all(len(f) == 1 for f in phi)
    return rank((dict(factors(next(iter(f)))) for f in phi), None)
