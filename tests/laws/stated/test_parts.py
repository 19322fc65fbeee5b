"""Laws of parts: conserved, independent, as many as theorem 5 says, and made late."""

import numpy as np
import pytest
from reference import laws as oracle

from pyconslaw import analyze, check_law, linear
from pyconslaw.laws.stated.parts import LaterLaws, independent_count, part_laws, stated_count
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import LayeredPart

WIDTHS = [
    (2, 2, 2),
    (1, 3, 1),
    (2, 5, 1),
    (1, 4, 2),
    (2, 2, 2, 2),
    (1, 3, 1, 2),
    (1, 2, 3, 1),
    (3, 2),
]


def part_of(widths, order=None):
    hidden = len(widths) - 2
    layers = Layers(widths, (False,) * hidden, (False,) * (hidden + 1))
    numbers = np.arange(layers.params)
    return LayeredPart(layers, lambda: numbers if order is None else numbers[order])


@pytest.mark.parametrize("widths", WIDTHS)
def test_they_are_independent_laws(widths):
    part, net = part_of(widths), linear(widths)
    laws = list(part_laws(part))
    assert len(laws) == independent_count(part.layers) <= stated_count(part.layers)
    assert all(check_law(net, law) for law in laws)
    phi = [{sum(e << 8 * v for v, e in m): c for c, m in law.terms} for law in laws]
    assert not laws or oracle.gradient_rank(phi, part.layers.params) == len(laws)
    assert len(laws) <= analyze(net).laws


def test_in_other_variables():
    order = [5, 3, 1, 0, 2, 4, 7, 6]
    plain, other = (list(part_laws(part_of((2, 2, 2), o))) for o in (None, order))
    assert [law.renumbered(order) for law in plain] == other
    assert all(law == Polynomial.of(law.terms) for law in other)


def test_made_late_and_once():
    made = []
    laws = LaterLaws(2, lambda: made.append(1) or [Polynomial(((1, ((v, 1),)),)) for v in (3, 4)])
    assert len(laws) == 2 and bool(laws) and made == []
    assert [law.terms[0][1] for law in laws] == [((3, 1),), ((4, 1),)]
    assert laws[-1] == list(laws)[1] and laws[:1] == (laws[0],) and made == [1]
