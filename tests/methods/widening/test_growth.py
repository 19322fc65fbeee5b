"""Widths alone: rooms, counts of laws, and which networks grow from which."""

import random

import pytest
from pyconslaw._core.zp import Random

from pyconslaw import linear, mlp
from pyconslaw.methods.symmetric.points import balance_rank, draw_point
from pyconslaw.methods.widening.growth import (
    grows,
    hidden_grow,
    independent_laws,
    lifted_rank,
    rooms,
    small_networks,
    spaces,
    without_gaps,
)
from pyconslaw.records.graph import Layers


def test_numbers_by_hand():
    layers = linear([2, 3, 3, 2]).layers
    assert (spaces(layers), rooms(layers), independent_laws(layers)) == ([5, 5], [2, 2], 12)
    assert lifted_rank(layers) == 21 - 12 + 1 + 1 + 4
    gated = mlp([2, 3, 4], "relu", "all").layers
    assert (spaces(gated), rooms(gated), independent_laws(gated)) == ([7], [7], 3)


def test_gaps_are_cut():
    layers = linear([2, 9, 3, 1, 50, 1]).layers
    assert (
        without_gaps(layers).widths == (2, 5, 3, 1, 2, 1) and min(rooms(without_gaps(layers))) >= 0
    )
    assert independent_laws(layers) == 45 - 10 + 6 + 1 + 50 * 51 // 2 - 48 * 49 // 2


def test_laws_are_as_independent_as_at_a_random_point(fresh_seed):
    """Theorem 5 against the gradient rank at a point, of random widths, gates and biases."""
    rng = random.Random(fresh_seed)
    for _ in range(150):
        q = rng.randint(1, 5)
        net = mlp(
            [rng.randint(1, 9) for _ in range(q + 1)],
            [rng.choice(["linear", "linear", "relu"]) for _ in range(q - 1)],
        )
        layers = net.layers
        point = draw_point(
            [(layers.widths, 1)], layers.gated, layers.biased, Random(rng.randrange(2**32))
        )
        assert balance_rank(point, 8388593).independent == independent_laws(layers), net.name


@pytest.mark.parametrize(
    ("widths", "small"),
    [
        ([10, 1000, 1000, 10], (2, 2, 2, 2)),
        ([1, 20, 20, 2], (1, 2, 2, 2)),
        ([784, 512, 256, 10], (2, 2, 2, 2)),
        ([10, 1, 1000, 10], (2, 1, 2, 10)),
        ([1, 5000, 2], (1, 2, 2)),
        ([2, 10**7, 10**7, 3], (2, 2, 2, 2)),
    ],
)
def test_the_smallest_network_to_begin_with(widths, small):
    assert next(small_networks(linear(widths).layers)).widths == small


def test_what_does_not_grow():
    small = linear([2, 3, 2]).layers
    # a layer is wider than it grows
    assert grows(small, linear([2, 2, 2]).layers) is None
    # no input: r_1 = 1
    assert grows(linear([1, 2, 2, 1]).layers, linear([2, 2, 2, 1]).layers) is None
    # beside it r_1 = 0
    assert grows(linear([1, 3, 2, 2]).layers, linear([1, 3, 3, 2]).layers) is None
    assert grows(linear([1, 2, 2, 2]).layers, linear([1, 3, 3, 2]).layers).widths == (1, 3, 3, 2)
    assert grows(linear([2, 2, 2, 2]).layers, linear([2, 3, 3, 2]).layers).widths == (2, 3, 3, 2)


def shrinks(small, layers):
    """Theorem 6 backwards, neuron by neuron: always from the widest layer where it is allowed."""
    widths, hidden = list(layers.widths), range(1, len(layers.widths) - 1)
    while widths != list(small.widths):
        room = [0, *rooms(Layers(tuple(widths), layers.gated, layers.biased))]
        allowed = [
            k
            for k in hidden
            if widths[k] > small.widths[k]
            and all(room[j] >= 2 for j in (k - 1, k + 1) if j in hidden and not layers.gated[j - 1])
        ]
        if not allowed:
            return False
        widths[max(allowed, key=lambda k: widths[k])] -= 1
    return True


def test_neurons_are_added_as_one_by_one(fresh_seed):
    rng, seen = random.Random(fresh_seed), set()
    for _ in range(800):
        q, top = rng.randint(2, 8), rng.choice([3, 8, 30])
        least = [rng.randint(1, 3) for _ in range(q + 1)]
        hidden = [n if rng.random() < 0.2 else n + rng.randrange(top) for n in least[1:-1]]
        gated = tuple(rng.random() < 0.3 for _ in hidden)
        biased = tuple(rng.random() < 0.4 for _ in range(q))
        small = Layers(tuple(least), gated, biased)
        layers = Layers((least[0], *hidden, least[-1]), gated, biased)
        if min(hidden) >= 2 and all(a == 2 for a in least[1:-1]):
            continue  # the corollary says so
        found = hidden_grow(small, layers)
        assert found == shrinks(small, layers), (small, layers)
        seen.add(found)
    assert seen == {True, False}


def test_networks_with_wide_layers_shrink_in_no_time():
    """Hundreds of thousands of neurons are counted, not taken away one by one."""
    least = Layers((1, 2, 2, 1), (False, True), (True,) * 3)
    assert hidden_grow(least, Layers((1, 300_000, 300_000, 1), (False, True), (True,) * 3))
