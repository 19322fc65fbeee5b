"""Which rates are units of the parameters: by widths and by edges against paths written out."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from verify import random_dags

from pyconslaw import System, analyze, linear, mlp
from pyconslaw.fields.expand import components
from pyconslaw.reasons.rescaled import is_scalable, rescaled, scales
from pyconslaw.records.runs import Runs

RATES = [Fraction(1), Fraction(2), Fraction(1, 3)]


def by_paths(graph, rates):
    """Every monomial of a component has equally many factors of each rate but 1."""
    for f in components(graph).values():
        seen = set()
        for _, monomial in f.terms:
            count = Counter()
            for v, e in monomial:
                count[rates.at(v)] += e
            seen.add(frozenset((r, n) for r, n in count.items() if r != 1))
        if len(seen) > 1:
            return False
    return True


def test_layers(fresh_seed):
    """By widths it is exact, as the edges are."""
    draw, tally = random.Random(fresh_seed), Counter()
    for _ in range(300):
        dims = [draw.randint(1, 2) for _ in range(draw.randint(2, 6))]
        kinds = [draw.choice(["linear", "relu"]) for _ in dims[2:]]
        net = mlp(dims, kinds, draw.choice([False, True, "all"]))
        rates = Runs.of((p.size, draw.choice(RATES)) for p in net.parameters)
        found = is_scalable(net.layers, rates)
        assert found == is_scalable(net.graph, rates) == by_paths(net.graph, rates), net.name
        assert found == scales(net.problem, rates)
        tally[found] += 1
    assert min(tally.values()) > 30


def test_graphs(fresh_seed):
    """What edges show is true; it may be too careful."""
    draw, tally = random.Random(fresh_seed), Counter()
    for _ in range(200):
        net = random_dags.network(random_dags.draw(draw, frozen=draw.choice([0, 0.2])))
        rates = Runs.of((1, draw.choice(RATES[:2])) for _ in range(net.size))
        found, true = is_scalable(net.graph, rates), by_paths(net.graph, rates)
        assert true or not found
        tally[found, true] += 1
    assert tally[True, True] > 4 * tally[False, True] and tally[False, False]


@pytest.mark.parametrize(
    "phi, rates, fits",
    [
        (["u*v + u*w"], [1, 1, 1], True),
        (["u*v + u*w"], [2, 1, 1], True),
        (["u*v + u*w"], [1, 2, 1], False),
        (["u*v + u*w"], [3, 2, 2], True),
        (["u*v + w^2"], [2, 2, 2], True),
        (["u*v + w"], [2, 2, 4], False),
        (["u*v", "u + w", "u*w^3"], [2, 2, 2], True),
        (["u + v", "w"], [1, 1, 2], True),
    ],
)
def test_components(phi, rates, fits):
    net = System("uvw", phi=phi)
    found = Runs.of((1, Fraction(r)) for r in rates)
    assert is_scalable(net.explicit().fields, found) == scales(net.problem, found) == fits


def test_vector_fields_count_the_coordinate_that_moves():
    net = System("xy", fields=[["y", "x"]])
    for rates, fits in (([2, 2], True), ([2, 1], True), ([1, 2], True)):
        assert scales(net.problem, Runs.of((1, Fraction(r)) for r in rates)) == fits
    shift = System("xy", fields=[[1, 1]])
    assert not scales(shift.problem, Runs.of([(1, Fraction(2)), (1, Fraction(1))]))


def test_bounds_are_carried_over():
    net = linear([2, 2, 2])
    report = analyze(net)
    rates = Runs.of([(4, Fraction(2)), (4, Fraction(1))])
    lower, upper = rescaled(report.lower, report.upper, rates)
    assert (lower.rank, upper.dimension) == (report.lower.rank, report.upper.dimension)
    assert lower.base is report.lower and len(upper.laws) == len(report.upper.laws) == 3
    assert upper.proof == {"kind": "rescaled", "base": report.upper.proof}
    mixed = Runs.of([(1, Fraction(2)), (7, Fraction(1))])  # sqrt(2): no rational polynomial
    assert rescaled(report.lower, report.upper, mixed)[1].laws == ()
