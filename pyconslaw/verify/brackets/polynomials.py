"""Sparse polynomials over Z, and vector fields of them: products, gradients, Lie brackets.

A polynomial is {monomial: coefficient}, a monomial a tuple of pairs (variable, exponent) in order;
a vector field with polynomial components is {variable: polynomial}, what is absent being zero.
"""

from ..reading import WORD, Budget, Refused, integers, items, show


def polynomial(value, where: str, variables: int) -> dict:
    """A polynomial as {monomial: coefficient}, a monomial being its tuple of pairs (variable,
    exponent).
    """
    result, last = {}, None
    for k, term in enumerate(items(value, where)):
        place = f"{where}[{k}]"
        coefficient, factors = items(term, place, 2)
        if type(coefficient) is not int or not coefficient:
            raise Refused(
                f"{place}: expected a nonzero integer coefficient, found {show(coefficient)}"
            )
        before = -1
        for factor in items(factors, place):
            v, _ = integers(factor, place, 0, WORD - 1, 2)
            if not before < v < variables or not factor[1]:
                raise Refused(
                    f"{place}: variables must increase below {variables}, with exponents from 1"
                )
            before = v
        monomial = tuple(map(tuple, factors))
        if last is not None and not last < monomial:
            raise Refused(f"{place}: the terms are not in order")
        result[monomial], last = coefficient, monomial
    return result


def sizes(p: dict):
    """The sizes of the terms, in factors and words; a product of polynomials costs the product
    of sums.
    """
    return (1 + len(monomial) + c.bit_length() // 32 for monomial, c in p.items())


def gradient(p: dict, budget: Budget) -> dict:
    """The vector field grad p."""
    budget.hold(sum(len(monomial) * size for monomial, size in zip(p, sizes(p))))
    result = {}
    for monomial, c in p.items():
        for k, (v, e) in enumerate(monomial):
            lower = ((v, e - 1),) if e > 1 else ()
            result.setdefault(v, {})[monomial[:k] + lower + monomial[k + 1 :]] = c * e
    return result


def add_product(total: dict, a: dict, b: dict, budget: Budget, sign: int = 1) -> None:
    """total += sign a b; terms that cancel stay, as zeros (see `without_zeros`)."""
    budget.spend(sum(sizes(a)) * sum(sizes(b)))
    largest = max(sizes(b), default=0)
    for (m, c), size in zip(a.items(), sizes(a)):
        before = len(total)
        for n, d in b.items():
            exponents = dict(m)
            for v, e in n:
                exponents[v] = exponents.get(v, 0) + e
            monomial = tuple(sorted(exponents.items()))
            total[monomial] = total.get(monomial, 0) + sign * c * d
        budget.hold((len(total) - before) * (size + largest))


def times(a: dict, b: dict, budget: Budget) -> dict:
    """The product of two polynomials."""
    total = {}
    add_product(total, a, b, budget)
    return without_zeros(total)


def without_zeros(p: dict) -> dict:
    return {monomial: c for monomial, c in p.items() if c}


def bracket(x: dict, y: dict, budget: Budget) -> dict:
    """The vector field [X, Y] = DY X - DX Y."""
    total = {}
    budget.spend(400 * (len(x) + len(y)))
    with budget.temporary():
        for a, b, sign in ((x, y, 1), (y, x, -1)):
            for i, p in b.items():
                for j, derivative in gradient(p, budget).items():
                    if j in a:
                        add_product(total.setdefault(i, {}), derivative, a[j], budget, sign)
    total = {i: without_zeros(p) for i, p in total.items()}
    budget.hold(sum(sum(sizes(p)) for p in total.values()))
    return {i: p for i, p in total.items() if p}


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
