"""Components as a system of their own, in the variables that they have."""

from .components import Polynomials


def alone(components: list, budget) -> Polynomials:
    """The components as a system in the variables that they have."""
    budget.hold(sum(2 * len(m) + 1 for f in components for m in f))
    variables = sorted({v for f in components for m in f for v, _ in m})
    number = {v: k for k, v in enumerate(variables)}
    renamed = [{tuple((number[v], e) for v, e in m): c for m, c in f.items()} for f in components]
    return Polynomials(len(number), renamed)
