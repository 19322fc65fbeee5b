"""Vector fields by the degrees of their terms."""

from .explicit import Fields
from .generators import members


def parts(system, budget) -> Fields:
    """The homogeneous parts of all generators of W, in their order, by increasing degree."""
    found = []
    for make in members(system, budget):
        by_degree: dict = {}
        for v, p in make().items():
            budget.hold(sum(1 + len(m) for m in p))
            for m, c in p.items():
                by_degree.setdefault(degree(m), {}).setdefault(v, {})[m] = c
        found += [by_degree[e] for e in sorted(by_degree)]
    return Fields(system.size, found)


def homogeneous(system, budget) -> bool:
    """Whether each generator of W of an explicit system has a single degree."""
    for i in range(system.generators):
        with budget.temporary():
            x = system.member(i, budget)
            budget.spend(sum(1 + len(m) for p in x.values() for m in p))
            if len({degree(m) for p in x.values() for m in p}) != 1:
                return False
    return True


def degree(monomial: tuple) -> int:
    return sum(e for _, e in monomial)
