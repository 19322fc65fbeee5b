"""Copies of small networks: the pieces add up, and the balance laws are as independent at the
point as is said.
"""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random

from pyconslaw.fields.graphs import layered_graph
from pyconslaw.laws.stated.balance import balance_gradients, balance_pairs
from pyconslaw.methods.symmetric.plan import expected_independent, points, splits
from pyconslaw.methods.symmetric.points import balance_rank, draw_point, even_split, targets
from pyconslaw.records.graph import Layers

SHAPES = st.lists(st.integers(1, 9), min_size=2, max_size=5)


def written_out(point):
    """The graph and the weights of the whole network at a point, copy after copy."""
    copies = [kind for kind in point.types for _ in range(kind.copies)]
    widths = [sum(kind.widths[k] for kind in copies) for k in range(point.layers + 1)]
    weights = []
    for k in range(1, point.layers + 1):
        block = np.zeros((widths[k], widths[k - 1]), dtype=object)
        row = column = 0
        for kind in copies:
            n, m = kind.widths[k], kind.widths[k - 1]
            block[row : row + n, column : column + m] = kind.matrices[k - 1]
            row, column = row + n, column + m
        weights += [*block.ravel().tolist(), *([0] * widths[k] if point.biased[k - 1] else [])]
    names = ["relu" if gate else "linear" for gate in point.gated]
    return layered_graph(widths, names, point.biased), np.array(
        [int(x) for x in weights], dtype=np.uint64
    )


def drawn(rng, largest=4):
    """A random point of a small network: the shape and the point."""
    q = rng.randint(1, 4)
    dims = [rng.randint(1, largest) for _ in range(q + 1)]
    gated = [rng.random() < 0.3 for _ in range(q - 1)]
    biases = rng.choice([0, 0, q - 1, q])
    layers = Layers(tuple(dims), tuple(gated), tuple(k < biases for k in range(q)))
    copies = rng.randint(1, max(dims))
    return layers, draw_point(
        even_split(dims, copies), gated, layers.biased, Random(rng.randrange(2**32))
    )


@given(SHAPES, st.integers(1, 12))
def test_even_splits_add_up(dims, copies):
    parts = even_split(dims, copies)
    assert sum(m for _, m in parts) == copies
    assert [sum(m * w[k] for w, m in parts) for k in range(len(dims))] == dims
    assert len({w for w, _ in parts}) == len(parts)
    for k in range(len(dims)):
        assert max(w[k] for w, _ in parts) - min(w[k] for w, _ in parts) <= 1


def test_components_and_targets_add_up(fresh_seed):
    rng = random.Random(fresh_seed)
    for _ in range(200):
        layers, point = drawn(rng, 9)
        parts = point.components()
        assert sum(size * times for size, times in parts.values()) == layers.params, (
            fresh_seed,
            layers,
        )
        rank = balance_rank(point, 8388593)
        least = targets(point, rank)
        assert (
            sum(least[key] * times for key, (_, times) in parts.items())
            == layers.params - rank.independent
        )
        assert sum(least["one", t] for t in range(len(point.types))) == least["one",]


def test_independent_balance_laws_against_the_rank_of_their_gradients(fresh_seed):
    """A lower bound of the rank at the point, and never more than what is stated."""
    rng, met = random.Random(fresh_seed), 0
    for _ in range(150):
        layers, point = drawn(rng)
        graph, theta = written_out(point)
        pairs = balance_pairs(graph)
        prime = 2**61 - 1
        basis = Echelon(graph.params, prime)
        for block in balance_gradients(graph, pairs, theta, prime):
            basis.extend(block)
        found = balance_rank(point, 8388593)
        assert found.stated == len(pairs), (fresh_seed, layers)
        assert found.independent <= basis.rank, (fresh_seed, layers, point.text())
        met += found.independent == basis.rank
    assert met > 100


@pytest.mark.parametrize(
    ("dims", "wanted"),
    [
        ((2, 3, 2), 6),
        ((1, 5, 1), 15 - 6),
        ((3, 10, 3), 55 - 10),
        ((2, 8, 8, 2), 72),
        ((1, 5, 1, 5, 1), 31 - 12),
    ],
)
def test_expected_rank(dims, wanted):
    gated = (False,) * (len(dims) - 2)
    assert expected_independent(dims, gated) == wanted
    assert (
        balance_rank(
            draw_point([(dims, 1)], gated, (False,) * (len(dims) - 1), Random(1)), 8388593
        ).independent
        == wanted
    )


@settings(max_examples=30)
@given(st.lists(st.integers(1, 2000), min_size=2, max_size=6))
def test_plans_are_ordered_and_cover_the_widths(dims):
    found = splits(dims)
    assert [s.cost for s in found] == sorted(s.cost for s in found)
    for split in found[:5]:
        assert [sum(m * w[k] for w, m in split.parts) for k in range(len(dims))] == dims
    q = len(dims) - 1
    layers = Layers(tuple(dims), (False,) * (q - 1), (False,) * q)
    for split, point in points(layers, Random(0), 1e9, 8388593):
        assert (
            split.cost <= 1e9
            and sum(s * t for s, t in point.components().values()) == layers.params
        )
