"""Laws of a network under another flow that are read off its graph.

* weight decay: a homogeneous law h of degree p of the gradient flow: its derivative along -tau
  theta d_theta is -p tau h (Euler), so s^p h is a law, s = e^{tau t} (h itself without decay).
  Marcotte, Gribonval and Peyre 2025, theorem 2.1. With speeds p_k tau and rates, h(y) is one, y_k =
  s^(p_k) theta_k / sqrt(rate_k), if all terms of h have the same sum of the p_k (and the rates can
  be scaled away).
* momentum: two neurons i, j without gate and with the same neighbours: the components of phi are
  invariant when (theta_ui, theta_uj) and (theta_iw, theta_jw) are rotated together, so with c the
  integrating factor (e^{tau t}; t^tau for Nesterov) Noether's theorem gives

    c ( sum_u (theta_ui theta_uj' - theta_uj theta_ui') + sum_w (theta_iw theta_jw' - theta_jw
    theta_iw') ).

  With rates each term is divided by its rate, and two weights that are rotated into each other must
  have one rate and one decay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm, prod

from pyconslaw.laws.stated.balance import balance_pairs, neighbours
from pyconslaw.records.graph import Graph
from pyconslaw.records.polynomial import Monomial, Polynomial
from pyconslaw.records.runs import Runs


@dataclass(frozen=True)
class Units:
    """y_k = s^(p_k) theta_k / sqrt(rate_k) with the clock s, p_k = factor times pull_k. pull,
    rates: None where all are 1; clock: None where there is none, and factor is 0.
    """

    clock: int | None
    factor: int
    pull: Runs | None = None
    rates: Runs | None = None

    @property
    def words(self) -> str:
        """h(y)."""
        if self.pull is None and self.rates is None:
            return "h(s theta)" if self.factor else "h"
        moved = f"{'s^p ' if self.uneven else 's ' if self.factor else ''}theta"
        return f"h({moved}{'' if self.rates is None else ' / sqrt(rates)'})"

    @property
    def uneven(self) -> bool:
        """Whether coordinates decay at several speeds."""
        return bool(self.factor) and self.pull is not None and len(self.pull.values) > 1

    def weight(self, monomial: Monomial) -> Fraction:
        """The power of the clock that belongs to a monomial."""
        if self.pull is None or not self.factor:
            return Fraction(self.factor * sum(e for _, e in monomial))
        return self.factor * sum((e * self.pull.at(v) for v, e in monomial), Fraction(0))

    def is_even(self, law: Polynomial) -> bool:
        """Whether all terms have the same weight; without decay, the same degree."""
        if self.uneven:
            return len({self.weight(m) for _, m in law.terms}) <= 1
        return law.is_homogeneous

    def law(self, h: Polynomial) -> Polynomial | None:
        """h(y), as a polynomial in theta and s up to a constant; None where it is none."""
        terms: list[tuple[Fraction, Monomial]] = []
        first = self._square(h.terms[0][1]) if h.terms else Fraction(1)
        for c, m in h.terms:
            power, ratio = self.weight(m), _root(first / self._square(m))
            if ratio is None or power.denominator > 1:
                return None
            clock = ((self.clock, int(power)),) if self.clock is not None and power else ()
            terms.append((c * ratio, (*m, *clock)))
        bottom = lcm(*(c.denominator for c, _ in terms))
        return Polynomial.of((int(c * bottom), m) for c, m in terms)

    def _square(self, monomial: Monomial) -> Fraction:
        """By what a monomial in theta is divided, squared."""
        if self.rates is None:
            return Fraction(1)
        return prod((self.rates.at(v) ** e for v, e in monomial), start=Fraction(1))


def _root(square: Fraction) -> Fraction | None:
    """The square root of a positive rational number, if it is rational."""
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    return root if root * root == square else None


def decayed(laws: Iterable[Polynomial], units: Units) -> list[Polynomial]:
    """Laws h of the gradient flow as laws h(y) of the other one; where something decays only those
    of one weight. What is no polynomial then is left out.
    """
    kept = (h for h in laws if units.clock is None or units.is_even(h))
    return [h for h in map(units.law, kept) if h is not None]


def rotations(
    graph: Graph, clock: int, factor: int, rates: Runs | None = None, pull: Runs | None = None
) -> list[Polynomial]:
    """The laws of momentum of all pairs of twins, velocities having the numbers D, D + 1, ...; D =
    graph.params.
    """
    found, size = neighbours(graph), graph.params
    laws = []
    for i, j in balance_pairs(graph):
        if i == j:
            continue
        pairs = [
            (a, b) for side in (2, 3) for a, b in zip(found[i][side], found[j][side], strict=True)
        ]
        if any(runs.at(a) != runs.at(b) for runs in (rates, pull) if runs for a, b in pairs):
            continue
        inverse = [1 / rates.at(a) if rates else Fraction(1) for a, _ in pairs]
        bottom = lcm(*(c.denominator for c in inverse))
        laws.append(
            Polynomial.of(
                (sign * int(c * bottom), [(x, 1), (size + y, 1), (clock, factor)])
                for c, (a, b) in zip(inverse, pairs, strict=True)
                for sign, x, y in ((1, a, b), (-1, b, a))
            )
        )
    return laws
