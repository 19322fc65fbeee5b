"""Products of polynomials and Lie brackets of vector fields, expanded; see polynomials."""

from ..reading import Budget
from .polynomials import gradient, sizes, without_zeros


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
    total: dict = {}
    add_product(total, a, b, budget)
    return without_zeros(total)


def bracket(x: dict, y: dict, budget: Budget) -> dict:
    """The vector field [X, Y] = DY X - DX Y."""
    total: dict = {}
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
