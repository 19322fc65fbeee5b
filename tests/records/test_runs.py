"""Runs of numbers against lists of them."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.records.runs import Runs

VALUES = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(3)])
LISTED = st.lists(VALUES, min_size=1, max_size=12)


def runs(values):
    return Runs.of((1, value) for value in values)


@given(LISTED, st.data())
def test_as_a_list(values, data):
    found = runs(values)
    assert found.size == len(values) and list(found.each()) == values
    assert [found.at(k) for k in range(len(values))] == values
    assert found.values == sorted(set(values))
    assert all(a != b for (_, a), (_, b) in zip(found.pairs, found.pairs[1:], strict=False))
    assert [list(found.mask(v)) for v in found.values] == [
        [x == v for x in values] for v in found.values
    ]
    start = data.draw(st.integers(0, len(values)))
    stop = data.draw(st.integers(start, len(values)))
    assert found.within(start, stop) == sorted(set(values[start:stop]))
    assert found.json() == [[n, v.numerator, v.denominator] for n, v in found.pairs]


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_products(pairs):
    a, b = (runs(values) for values in zip(*pairs, strict=True))
    assert list(a.times(b).each()) == [x * y for x, y in pairs]
    assert list(a.over(Fraction(3)).each()) == [x / 3 for x, _ in pairs]
    assert a.times(b) == b.times(a)


def test_empty_runs_are_none():
    assert Runs.of([(0, Fraction(2)), (3, Fraction(1)), (0, Fraction(5)), (1, Fraction(1))]) == (
        Runs(((4, Fraction(1)),))
    )
