"""Vector fields by the degrees of their terms."""

from collections import Counter
from fractions import Fraction

from .explicit import Fields
from .generators import members

WEIGHED = 30  # units a factor, to look up its rate or its decay


def parts(system, budget, weights=None, still=False) -> Fields:
    """The homogeneous parts of all generators of W, in their order, by increasing weight; with
    rates, of these times the rates.
    """
    pull = weights and weights.pull
    found = []
    for make in members(system, budget):
        x = make()
        by_weight: dict = {}
        for v, p in (weights.rated([x])[0] if weights else x).items():
            budget.hold(sum(1 + len(m) for m in p))
            budget.spend(WEIGHED * sum(1 + len(m) for m in p) if pull else 0)
            for m, c in p.items():
                weight = 0 if still else weight_of(v, m, pull)
                by_weight.setdefault(weight, {}).setdefault(v, {})[m] = c
        found += [by_weight[weight] for weight in sorted(by_weight)]
    return Fields(system.size, found)


def homogeneous(system, budget, pull=None) -> bool:
    """Whether each generator of W of an explicit system has a single weight."""
    return all_alike(system, budget, lambda v, m: weight_of(v, m, pull), WEIGHED if pull else 1)


def scalable(system, budget, rates) -> bool:
    """Whether in each generator of W of an explicit system every rate but 1 is met by equally many
    factors of each term, the coordinate that it moves among them.
    """
    return all_alike(system, budget, lambda v, m: classes_of(v, m, rates), WEIGHED)


def all_alike(system, budget, key, units: int) -> bool:
    """Whether all terms of a generator have the same key, which takes so many units a factor."""
    for i in range(system.generators):
        with budget.temporary():
            x = system.member(i, budget)
            budget.spend(units * sum(1 + len(m) for p in x.values() for m in p))
            if len({key(v, m) for v, p in x.items() for m in p}) != 1:
                return False
    return True


def weight_of(v: int, monomial: tuple, pull) -> int:
    """How a term that moves coordinate v grows when each coordinate grows with its pull."""
    if pull is None:
        return degree(monomial) - 1
    return sum(e * pull.whole(u) for u, e in monomial) - pull.whole(v)


def classes_of(v: int, monomial: tuple, rates) -> frozenset:
    """For each rate but 1 how many factors have it, v among them."""
    found: Counter[Fraction] = Counter()
    for u, e in ((v, 1), *monomial):
        found[rates.at(u)] += e
    return frozenset((rate, e) for rate, e in found.items() if rate != 1)


def degree(monomial: tuple) -> int:
    return sum(e for _, e in monomial)
