"""Components of a trace at a point of copies: against a network written out neuron by neuron."""

import random
from itertools import combinations

import pytest

from pyconslaw.verify.brackets.components import components, projections
from pyconslaw.verify.brackets.copies import Copies
from pyconslaw.verify.brackets.echelon import add
from pyconslaw.verify.brackets.runs import parameters
from pyconslaw.verify.reading import Budget

Q = 2**61 - 1


def drawn(rng):
    """Types, how many copies there are of each, and the layers that have biases."""
    layers = rng.randint(1, 3)
    types = []
    for t in range(rng.randint(1, 3)):
        least = 0 if t and rng.random() < 0.5 else 1  # the first type has neurons everywhere
        widths = [rng.randint(least, 2) for _ in range(layers + 1)]
        matrices = [
            [[rng.randint(-9, 9) for _ in range(n)] for _ in range(m)]
            for n, m in zip(widths, widths[1:], strict=False)
        ]
        types.append(Copies(widths, rng.randint(1, 3), matrices))
    return types, [rng.random() < 0.5 for _ in range(layers)]


def listed(types, copies, biased):
    """Every parameter of the network of these copies: (layer, head, tail), neurons being pairs
    (copy, number in it), the tail of a bias None.
    """
    found = []
    for k, has in enumerate(biased):
        below, above = (
            [(c, i) for c, t in enumerate(copies) for i in range(types[t].widths[layer])]
            for layer in (k, k + 1)
        )
        found += [(k, head, tail) for head in above for tail in below]
        found += [(k, head, None) for head in above if has]
    return found


def every(types):
    return [t for t, kind in enumerate(types) for _ in range(kind.copies)]


@pytest.mark.parametrize("seed", range(30))
def test_the_components_are_as_large_as_the_network(seed):
    types, biased = drawn(random.Random(seed))
    total = sum(size * times for size, times in components(types, biased).values())
    assert total == len(listed(types, every(types), biased))


@pytest.mark.parametrize("seed", range(30))
def test_parameters_in_their_order(seed):
    rng = random.Random(seed)
    types, biased = drawn(rng)
    copies = every(types)
    rng.shuffle(copies)
    at, blocks = parameters(types, copies, biased)
    order = listed(types, copies, biased)
    assert blocks == [(head[0], tail and tail[0]) for _, head, tail in order]
    assert at == [
        types[copies[head[0]]].matrices[k][head[1]][tail[1]] if tail and head[0] == tail[0] else 0
        for k, head, tail in order
    ]


@pytest.mark.parametrize("seed", range(30))
def test_projections(seed):
    """By the definition: sums and differences of the blocks of the first two copies of a type."""
    rng = random.Random(seed)
    types, biased = drawn(rng)
    copies = [t for t, kind in enumerate(types) for _ in range(min(2, kind.copies))]
    copies = rng.sample(copies, rng.randint(1, len(copies)))
    order = listed(types, copies, biased)
    row = [rng.randint(-99, 99) for _ in order]
    found = projections(types, copies, parameters(types, copies, biased)[1], row)

    def block(head, tail):
        return [
            x
            for (_, a, b), x in zip(order, row, strict=True)
            if a[0] == head and (b and b[0]) == tail
        ]

    wanted, one = {}, []
    for t, kind in enumerate(types):
        own = [c for c, u in enumerate(copies) if u == t]
        blocks = [block(c, c) for c in own]
        sums = [sum(column) for column in zip(*blocks, strict=True)]
        one += sums if own else [0] * kind.size
        if own:
            second = blocks[1] if len(own) == 2 else [0] * kind.size
            wanted["diagonal", t] = [x - y for x, y in zip(blocks[0], second, strict=True)]
            wanted["bias", t] = block(own[0], None)
        if len(own) == 2:
            pairs = list(zip(block(*own), block(*reversed(own)), strict=True))
            wanted["symmetric", t] = [x + y for x, y in pairs]
            wanted["skew", t] = [x - y for x, y in pairs]
    for t, u in combinations(sorted(set(copies)), 2):
        a, b = copies.index(t), copies.index(u)
        wanted["pair", t, u] = block(a, b) + block(b, a)
    wanted["one",] = one
    sizes = components(types, biased)
    assert {key: found[key] for key in found if any(found[key])} == {
        key: part for key, part in wanted.items() if any(part)
    }
    assert all(len(found[key]) == size for key, (size, _) in sizes.items() if key in found)


def images(row, copies, order):
    """Of a vector: the signs of a copy or of all biases turned, two copies of a type exchanged."""
    for c in [*range(len(copies)), None]:
        yield [
            -x if (a[0] == c) != ((b and b[0]) == c) else x
            for (_, a, b), x in zip(order, row, strict=True)
        ]
    for c, d in combinations(range(len(copies)), 2):
        if copies[c] == copies[d]:
            other = {c: d, d: c}
            moved = {
                (k, (other.get(a[0], a[0]), a[1]), b and (other.get(b[0], b[0]), b[1])): x
                for (k, a, b), x in zip(order, row, strict=True)
            }
            yield [moved[entry] for entry in order]


@pytest.mark.parametrize("seed", range(20))
def test_an_invariant_space_has_the_dimension_of_its_components(seed):
    """Random vectors of the whole network in all their images: the ranks add up."""
    rng = random.Random(seed)
    types, biased = drawn(rng)
    types = [Copies(kind.widths, min(2, kind.copies), kind.matrices) for kind in types]
    copies = every(types)
    order, blocks = listed(types, copies, biased), parameters(types, copies, biased)[1]
    todo = [
        [rng.randint(-9, 9) if rng.random() < 0.4 else 0 for _ in order]
        for _ in range(rng.randint(1, 2))
    ]
    basis: list = []
    sizes = components(types, biased)
    parts: dict = {key: [] for key in sizes}
    while todo:
        row = todo.pop()
        if add(basis, row, Q, Budget()):
            todo += images(row, copies, order)
            for key, part in projections(types, copies, blocks, row).items():
                if key in parts:
                    add(parts[key], part, Q, Budget())
    assert sum(times * len(parts[key]) for key, (_, times) in sizes.items()) == len(basis)
