"""Polynomials as they are written in a certificate; see polynomials."""

from ..reading import WORD, Refused, integers, items, show


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
