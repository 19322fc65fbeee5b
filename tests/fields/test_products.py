"""Products of named matrices: which groups are layered networks, and what they are written out."""

from itertools import pairwise
from itertools import product as pairs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw import LimitError
from pyconslaw.fields.products import groups, product_parts, written_out
from pyconslaw.records.products import Products


def of(shapes, *texts):
    """Products of matrices A, B, ... with these shapes, from texts such as "A'B"."""
    factors = tuple(
        tuple(
            (ord(letter) - ord("A"), text[k + 1 : k + 2] == "'")
            for k, letter in enumerate(text)
            if letter != "'"
        )
        for text in texts
    )
    return Products(tuple(shapes), factors)


def numeric(products, point):
    """The entries of all products at a point, by sums over indices."""
    values = []
    for factors in products.factors:
        matrices = []
        for matrix, transposed in factors:
            rows, columns = products.shapes[matrix]
            start = sum(n * m for n, m in products.shapes[:matrix])
            entries = [point[start + i * columns :][:columns] for i in range(rows)]
            matrices.append(list(map(list, zip(*entries, strict=True))) if transposed else entries)
        total = matrices[0]
        for other in matrices[1:]:
            total = [
                [
                    sum(x * y for x, y in zip(row, column, strict=True))
                    for column in zip(*other, strict=True)
                ]
                for row in total
            ]
        values += [x for row in total for x in row]
    return values


def entries_of(part, point):
    """The entries of the product W_q ... W_1 of a part at the same point."""
    widths, numbers = part.layers.widths, part.variables.tolist()
    assert len(numbers) == len(set(numbers)) == part.layers.params
    column, start = None, 0
    for below, above in pairwise(widths):
        weights = [numbers[start + i * below :][:below] for i in range(above)]
        start += below * above
        matrix = [[point[v] for v in row] for row in weights]
        column = column or [[int(i == j) for j in range(below)] for i in range(below)]
        column = [
            [sum(x * y for x, y in zip(row, c, strict=True)) for c in zip(*column, strict=True)]
            for row in matrix
        ]
    return [x for row in column for x in row]


LAYERED = {
    "one": (of([(2, 3), (2, 4)], "A'B"), [(4, 2, 3)]),
    "transposed": (of([(2, 3), (2, 4)], "B'A"), [(3, 2, 4)]),
    "grouped": (of([(2, 3), (2, 1), (2, 4)], "A'C", "B'C"), [(4, 2, 4)]),
    "grouped, turned": (of([(2, 3), (2, 1), (2, 4)], "A'C", "C'B"), [(4, 2, 4)]),
    "both sides": (of([(1, 2), (3, 2), (2, 1), (2, 5)], "AC", "AD", "D'B'", "BC"), [(6, 2, 4)]),
    "biases": (of([(2, 3), (2, 1), (2, 4), (2, 1)], "A'C", "A'D", "B'C", "B'D"), [(5, 2, 4)]),
    "twice": (of([(2, 3), (2, 4)], "A'B", "B'A"), [(4, 2, 3)]),
    "chain": (of([(1, 2), (2, 3), (3, 4)], "ABC"), [(4, 3, 2, 1)]),
    "chains": (of([(1, 2), (2, 3), (3, 4), (5, 2)], "ABC", "C'B'D'"), [(4, 3, 2, 6)]),
    "alone": (of([(2, 3)], "A", "A'"), [(3, 2)]),
    "two groups": (of([(2, 1), (2, 3), (1, 1), (1, 2)], "A'B", "D'C"), [(3, 2, 1), (1, 1, 2)]),
    "outer": (of([(3, 1), (2, 1)], "AB'"), [(2, 1, 3)]),
}
OTHERS = {
    "square": of([(2, 3)], "A'A"),
    "power": of([(2, 2)], "AA"),
    "path": of([(2, 2), (2, 2), (2, 2)], "AB", "BC"),
    "triangle": of([(2, 2), (2, 2), (2, 2)], "AB", "BC", "CA"),
    "incomplete": of([(2, 2), (2, 2), (2, 2), (2, 2)], "AC", "AD", "BC"),
    "two positions": of([(2, 2), (2, 2), (2, 2)], "AB", "A'C"),
    "lengths": of([(2, 2), (2, 2), (2, 2)], "AB", "ABC"),
    "alone and not": of([(2, 2), (2, 2)], "AB", "A"),
    "other chains": of([(2, 2), (2, 2), (2, 2), (2, 2)], "ABC", "ADC"),
    "chain turned": of([(2, 2), (2, 2), (2, 2), (2, 2)], "ABC", "AB'D"),
    "inside and outside": of([(2, 2), (2, 2), (2, 2), (2, 2)], "ABC", "DBA"),
    "twice inside": of([(2, 2), (2, 2), (2, 2)], "ABBC"),
}


@pytest.mark.parametrize("name", LAYERED)
def test_layered(name):
    products, widths = LAYERED[name]
    parts, rest = product_parts(products)
    assert [part.layers.widths for part in parts] == widths and rest == []
    point = [3 * v * v + 7 * v + 2 for v in range(products.size)]
    both = [x for part in parts for x in entries_of(part, point)]
    assert set(both) == set(numeric(products, point))
    assert sum(part.layers.params for part in parts) == products.size


@pytest.mark.parametrize("name", OTHERS)
def test_not_layered(name):
    products = OTHERS[name]
    assert product_parts(products) == ([], list(range(len(products.factors))))


@pytest.mark.parametrize("products", [*(p for p, _ in LAYERED.values()), *OTHERS.values()])
def test_written_out(products):
    entries = written_out(products, range(len(products.factors)))
    point = [5 * v * v - 3 * v + 1 for v in range(products.size)]
    assert [f.at(point) for f in entries] == numeric(products, point)
    terms = sum(c for f in entries for c, _ in f.terms)
    assert sum(products.terms(i) for i in range(len(products.factors))) == terms


def test_a_limit():
    products = of([(10, 100), (100, 10)], "AB", "BA")
    assert products.terms(0) == 10_000 and products.terms(1) == 100_000
    assert len(written_out(products, [0])) == 100
    with pytest.raises(LimitError, match="^phi: 110000 terms of products, more than the 109999"):
        written_out(products, [0, 1], 109_999)


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=8))
def test_groups_are_connected_components(chains):
    """Against the closure of the relation to have a matrix in common."""
    products = [tuple((k, False) for k in chain) for chain in chains]
    near = [{k for k, _ in p} for p in products]
    reach = {(i, j) for i, j in pairs(range(len(near)), repeat=2) if near[i] & near[j]}
    while True:
        more = {(i, m) for i, j in reach for k, m in reach if j == k} - reach
        if not more:
            break
        reach |= more
    wanted = {tuple(j for j in range(len(near)) if (i, j) in reach) for i in range(len(near))}
    assert groups(products) == [list(group) for group in sorted(wanted)]


def test_nothing_large_is_made():
    """A million million entries: widths only."""
    products = Products(((10**6, 10**6),) * 2, (((0, True), (1, False)),))
    (part,), _ = product_parts(products)
    assert part.layers.widths == (10**6,) * 3 and part.layers.params == 2 * 10**12
