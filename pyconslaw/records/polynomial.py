"""Sparse polynomials with integer coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from operator import itemgetter

from pyconslaw.errors import InputError

Monomial = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Polynomial:
    """A polynomial with integer coefficients, canonical; `Polynomial.of` makes one from terms in
    any order.

    Canonical: no zero coefficient, variables strictly increasing in a term, terms sorted by
    monomial.

    Attributes
    ----------
    terms : tuple
        (coefficient, ((variable, exponent), ...)) each.
    """

    terms: tuple[tuple[int, Monomial], ...]

    @staticmethod
    def of(terms) -> Polynomial:
        """The polynomial of terms in any order, equal monomials added up.

        Parameters
        ----------
        terms : iterable
            Pairs (coefficient, factors), factors being pairs (variable, exponent).

        Returns
        -------
        Polynomial
        """
        total: dict[Monomial, int] = {}
        for coefficient, monomial in terms:
            exponents: dict[int, int] = {}
            for variable, exponent in monomial:
                exponents[variable] = exponents.get(variable, 0) + exponent
            key = tuple(sorted((v, e) for v, e in exponents.items() if e))
            total[key] = total.get(key, 0) + coefficient
        return Polynomial(tuple((c, m) for m, c in sorted(total.items()) if c))

    @staticmethod
    def from_json(terms) -> Polynomial:
        """The polynomial that `json` has written.

        Parameters
        ----------
        terms : list
            [coefficient, [[variable, exponent], ...]] each, in any order.

        Returns
        -------
        Polynomial

        Raises
        ------
        InputError
            For anything but integers, numbers of variables being at least 0 and exponents at least
            1.
        """
        try:
            read = [(c, [(v, e) for v, e in factors]) for c, factors in terms]
            whole = [c for c, _ in read] + [x for _, m in read for factor in m for x in factor]
            right = all(isinstance(x, int) and not isinstance(x, bool) for x in whole) and all(
                v >= 0 and e >= 1 for _, m in read for v, e in m
            )
        except (TypeError, ValueError):
            right = False
        if not right:
            raise InputError(
                "terms: expected [coefficient, [[variable, exponent], ...]] each, of integers, "
                f"got {terms!r:.80}"
            )
        return Polynomial.of(read)

    @property
    def degree(self) -> int:
        """Total degree; 0 for constants and for zero."""
        return max((sum(e for _, e in m) for _, m in self.terms), default=0)

    @property
    def is_homogeneous(self) -> bool:
        """Whether all terms have the same degree."""
        return len({sum(e for _, e in m) for _, m in self.terms}) <= 1

    @property
    def norm(self) -> int:
        """Sum of the absolute values of the coefficients."""
        return sum(abs(c) for c, _ in self.terms)

    def at(self, point):
        """The value at a point.

        Parameters
        ----------
        point : sequence or mapping
            A number for each variable; the value is exact for integers and fractions.

        Returns
        -------
        int or Fraction
            Or whatever numbers the point has.
        """
        return sum(c * prod(point[v] ** e for v, e in m) for c, m in self.terms)

    def renumbered(self, number: Mapping[int, int] | Sequence[int]) -> Polynomial:
        """The polynomial with variable number[v] in the place of v.

        Parameters
        ----------
        number : mapping or sequence
            The new number of each variable.

        Returns
        -------
        Polynomial
        """
        return Polynomial.of((c, [(number[v], e) for v, e in m]) for c, m in self.terms)

    def gradient(self) -> dict[int, Polynomial]:
        """The partial derivatives that are not zero.

        Returns
        -------
        dict
            By variable.
        """
        parts: dict[int, list[tuple[int, Monomial]]] = {}
        for c, monomial in self.terms:
            for k, (v, e) in enumerate(monomial):
                rest = ((v, e - 1),) if e > 1 else ()
                parts.setdefault(v, []).append((c * e, monomial[:k] + rest + monomial[k + 1 :]))
        # different monomials stay different, and no coefficient gets 0
        return {
            v: Polynomial(tuple(sorted(terms, key=itemgetter(1))))
            for v, terms in sorted(parts.items())
        }

    def json(self) -> list:
        """The terms as they stand in certificates.

        Returns
        -------
        list
            [coefficient, [[variable, exponent], ...]] each.
        """
        return [[c, [list(f) for f in m]] for c, m in self.terms]
