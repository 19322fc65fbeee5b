"""Coordinates that no vector field moves have their values before brackets are written out: the
rows are those of brackets in all coordinates.
"""

import random

import pytest
from pyconslaw._core.zp import Random
from reference import polynomials as slow

from pyconslaw.fields.polynomials import PolynomialFields, packed
from pyconslaw.fields.still import collapsed, moving
from pyconslaw.records.polynomial import Polynomial

PRIME = 2**61 - 1
SIZE, MOVED = 6, (1, 3, 4)


def field(draw):
    """Components along some of the coordinates MOVED, in all variables."""

    def term():
        return draw.randint(-9, 9) or 1, [(draw.randrange(SIZE), 1) for _ in range(3)]

    return {v: Polynomial.of(term() for _ in range(3)) for v in draw.sample(MOVED, 2)}


def oracle(fields, word, point):
    """The value of a bracket that is written out in all coordinates, by the slow arithmetic."""
    listed = [{v: slow.polynomial(f.terms) for v, f in x.items()} for x in fields]
    bracket = listed[word[-1]]
    for letter in reversed(word[:-1]):
        bracket = slow.bracket(listed[letter], bracket)
    return [int(slow.evaluate(bracket.get(v, {}), point)) % PRIME for v in range(SIZE)]


@pytest.mark.parametrize("k", range(6))
def test_rows_are_those_of_brackets_in_all_coordinates(k, fresh_seed):
    draw = random.Random(f"{fresh_seed} {k}")
    family = PolynomialFields([field(draw) for _ in range(2)], SIZE)
    words = [(0,), (1,), (0, 1), (0, 0, 1), (1, 0, 1), (1, 1, 0, 1)]
    generators = family.draw(Random(0), 0, 2, 10)
    for _ in range(2):  # another point with brackets that are kept from the first
        point = [draw.randint(-50, 50) for _ in range(SIZE)]
        rows = family.values(generators, words, point, PRIME).tolist()
        assert rows == [oracle(family.fields, word, point) for word in words]
        chain = family.chain(generators, (0, 1), 2, point, PRIME).tolist()
        assert chain == [oracle(family.fields, (0,) * n + (1,), point) for n in range(len(chain))]
        assert len(chain) == 3


def test_what_moves_and_how_long_it_is():
    x, y, k = ((1, ((v, 1),)) for v in range(3))
    kx, k2x = (1, ((0, 1), (2, 1))), (1, ((0, 1), (2, 2)))
    one = {0: Polynomial.of([kx, k2x, x]), 1: Polynomial.of([k])}
    assert moving([one, {0: Polynomial.of([y])}, {2: Polynomial(())}]) == (0, 1)
    assert collapsed(one, (0, 1)) == 2 and collapsed(one, (0, 1, 2)) == 4
    family = PolynomialFields([one], 3)
    assert family.moving == (0, 1)
    # all coordinates as they are, none of the terms cancelled
    generators = family.draw(None, 0, 1, 10)
    assert family.written_terms(generators, [(0,), (0, 0)]) == 2 * 4 * 4


def test_where_everything_moves_nothing_is_put_in():
    x = {v: Polynomial(((v + 1, ((v, 2),)),)) for v in range(3)}
    family = PolynomialFields([x], 3)
    generators = family.draw(Random(0), 0, 1, 10)
    assert family.moving == (0, 1, 2)
    row = family.values(generators, [(0,)], [5, 6, 7], 101)[0].tolist()
    assert row == packed(x, 3, 101).evaluate([5, 6, 7]).tolist()
