"""Bounds by widths, and splits at many layers of one neuron."""

import random

import numpy as np
import pytest
from pyconslaw._core.zp import Random

from pyconslaw import count, linear
from pyconslaw.reasons import split
from pyconslaw.reasons.generic_balance import generic_balance
from pyconslaw.reasons.single_generator import is_scalar
from pyconslaw.reasons.structural import Cut, by_widths
from pyconslaw.records.graph import Graph, Layers
from pyconslaw.verify.reading import SPLITS


def cut_first(layers):
    """By the first layer of one neuron, then both parts again."""
    widths, gated, biased = layers.widths, layers.gated, layers.biased
    for k in range(1, len(widths) - 1):
        if widths[k] == 1 and not any(biased[k:]) and not gated[k - 1]:
            before = cut_first(Layers(widths[: k + 1], gated[: k - 1], biased[:k]))
            after = cut_first(Layers(widths[k:], gated[k:], biased[k:]))
            return Cut(before.dimension + after.dimension - 1, before.laws + after.laws)
    if is_scalar(layers):
        return Cut(1, 0)
    bound = generic_balance(layers)
    return Cut(bound.dimension, bound.stated)


def test_layers_are_cut_as_one_after_the_other(fresh_seed):
    rng = random.Random(fresh_seed)
    for _ in range(300):
        depth = rng.randint(1, 7)
        layers = Layers(
            tuple(rng.choice([1, 1, 2, 3]) for _ in range(depth + 1)),
            tuple(rng.random() < 0.3 for _ in range(depth - 1)),
            tuple(rng.random() < 0.2 for _ in range(depth)),
        )
        assert by_widths(layers) == cut_first(layers), (fresh_seed, layers)


@pytest.mark.parametrize("depth", [1500, 9990])
def test_layers_of_one_neuron_are_not_cut_one_inside_the_other(depth):
    layers = linear([2] + [1] * depth + [2]).layers
    assert by_widths(layers) == Cut(3, 0)


def test_thousands_of_layers_of_one_neuron_are_counted():
    network = linear([2] + [1] * 9990 + [2])
    assert count(network) == network.size - 3


def diamonds(number):
    """Two sources, so many diamonds and single edges one after the other, two outputs."""
    edges, node = [(0, 2), (1, 2)], 2
    for _ in range(number):
        edges += [(node, node + 1), (node, node + 2), (node + 1, node + 3), (node + 2, node + 3)]
        edges.append((node + 3, node + 4))
        node += 4
    edges += [(node, node + 1), (node, node + 2)]
    tail, head = np.array(sorted(edges, key=lambda edge: edge[::-1])).T
    outputs = (node + 1, node + 2)
    return Graph(node + 3, len(edges), tail, head, np.arange(len(edges)), (0, 1), outputs, ())


def nesting(proof):
    """How many splits are inside each other."""
    if proof["kind"] != "split":
        return 0
    return 1 + max(nesting(proof["before"]), nesting(proof["after"]))


def test_splits_of_a_long_chain_are_as_deep_as_the_checker_takes():
    graph = diamonds(900)
    bound = split.graph_bound(graph, Random(1))
    assert bound.proof["kind"] == "split"
    assert split.IN_ORDER / 2 < nesting(bound.proof) <= SPLITS
    assert split.IN_ORDER + np.log2(1e5 / split.IN_ORDER) <= SPLITS


def test_no_order_of_splits_is_better_than_another(monkeypatch):
    graph = diamonds(12)
    monkeypatch.setattr(split, "WHOLE_GRAPH", 0)
    found = {}
    for most in (0, 100):
        monkeypatch.setattr(split, "IN_ORDER", most)
        bound = split.graph_bound(graph, Random(1))
        found[most] = nesting(bound.proof), bound.dimension
    assert found[0][0] < found[100][0]
    assert len({dimension for _, dimension in found.values()}) == 1
