"""Balance laws: which pairs, that they are conserved, and their gradients, against the oracle's
own.
"""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow

from pyconslaw import linear, mlp, product
from pyconslaw.laws.stated.balance import balance_gradients, balance_laws, balance_pairs
from pyconslaw.records.graph import Graph

PRIME = 2**61 - 1
ACTIVATIONS = ["linear", "relu", "leaky_relu"]


@st.composite
def architectures(draw):
    dims = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    return (
        dims,
        [draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]],
        draw(st.sampled_from(["none", "hidden", "all"])),
    )


def expected_pairs(dims, activations, bias):
    """All pairs inside a hidden linear layer, single neurons of the others;
    nodes as in docs/certificate.md.
    """
    biased = bias == "all" or (bias == "hidden" and len(dims) > 2)
    start, pairs = dims[0] + biased, []
    for width, activation in zip(dims[1:-1], activations, strict=True):
        layer = range(start, start + width)
        pairs += (
            combinations_with_replacement(layer, 2)
            if activation == "linear"
            else [(v, v) for v in layer]
        )
        start += width
    return sorted(pairs)


@given(architectures())
def test_pairs_and_conservation(architecture):
    net = mlp(*architecture)
    phi, size = slow_networks.layered(*architecture)
    pairs = balance_pairs(net.graph)
    assert pairs == expected_pairs(*architecture)
    laws = [slow.polynomial(h.terms) for h in balance_laws(net.graph, pairs)]
    assert all(slow.degree(h) == 2 and slow.is_law(h, phi.values()) for h in laws)
    diagonal, names = slow_networks.balance(architecture[0], architecture[2])
    assert list(net.entry_names) == names
    assert [h for h, (i, j) in zip(laws, pairs, strict=True) if i == j] == diagonal
    assert len({tuple(sorted(h.items())) for h in laws}) == len(laws)


@given(architectures(), st.integers(0, 2**32))
def test_gradients(architecture, seed):
    net = mlp(*architecture)
    pairs = balance_pairs(net.graph)
    point = np.random.default_rng(seed).integers(0, PRIME, net.size, dtype=np.uint64)
    blocks = list(balance_gradients(net.graph, pairs, point, PRIME))
    found = np.concatenate(blocks).tolist() if blocks else []
    laws = [slow.polynomial(h.terms) for h in balance_laws(net.graph, pairs)]
    exact = point.tolist()
    assert found == [
        [slow.evaluate(slow.derivative(h, v), exact) % PRIME for v in range(net.size)] for h in laws
    ]


def test_gradients_in_several_blocks(monkeypatch):
    net = linear([3, 4, 3])
    pairs = balance_pairs(net.graph)
    point = np.arange(net.size, dtype=np.uint64)
    whole = np.concatenate(list(balance_gradients(net.graph, pairs, point, 101)))
    monkeypatch.setattr("pyconslaw.laws.stated.balance.BLOCK", 3 * net.size)
    blocks = list(balance_gradients(net.graph, pairs, point, 101))
    assert len(blocks) == 4 and (np.concatenate(blocks) == whole).all()


@pytest.mark.parametrize(
    ("shape", "independent"),
    [((2, 1, 4), 9), ((1, 1, 2), 3), ((1, 1, 3), 5), ((2, 2, 2), 3), ((3, 1, 4), 10)],
)
def test_trap_b_independence_is_counted_by_gradients(shape, independent):
    """For r > n + m the r (r + 1) / 2 balance laws are linearly independent polynomials but
    functionally dependent.
    """
    n, m, r = shape
    net = linear([m, r, n])
    laws = [slow.polynomial(h.terms) for h in balance_laws(net.graph, balance_pairs(net.graph))]
    assert len(laws) == r * (r + 1) // 2
    assert slow_laws.gradient_rank(laws, net.size) == independent


def test_product_is_a_chain():
    graph = product(3).graph
    assert [h.terms for h in balance_laws(graph, balance_pairs(graph))] == [
        ((1, ((0, 2),)), (-1, ((1, 2),))),
        ((1, ((1, 2),)), (-1, ((2, 2),))),
    ]


def graph_of(edges, sources, outputs, *, gated=(), nodes=None, params=None):
    edges = sorted(edges, key=lambda e: (e[1], e[0]))
    tail, head, param = (np.array(column, dtype=np.int64) for column in zip(*edges, strict=True))
    return Graph(
        nodes or int(head.max()) + 1,
        params or int(param.max()) + 1,
        tail,
        head,
        param,
        tuple(sources),
        tuple(outputs),
        tuple(gated),
    )


def test_graphs_where_a_neuron_has_no_law():
    assert balance_pairs(graph_of([(0, 1, 0), (1, 2, 1)], [0], [2])) == [(1, 1)]
    # one parameter on both edges
    assert balance_pairs(graph_of([(0, 1, 0), (1, 2, 0)], [0], [2])) == []
    # parallel edges
    assert balance_pairs(graph_of([(0, 1, 0), (0, 1, 1), (1, 2, 2)], [0], [2])) == []
    # the neuron is a source too
    assert balance_pairs(graph_of([(0, 1, 0), (1, 2, 1)], [0, 1], [2])) == []
    # read as an output too
    assert balance_pairs(graph_of([(0, 1, 0), (1, 2, 1)], [0], [1, 2])) == []
    # node 1 has nothing coming in
    assert balance_pairs(graph_of([(0, 2, 0), (1, 2, 1)], [0], [2])) == []
    assert balance_pairs(graph_of([(0, 1, 0), (0, 2, 1)], [0], [2])) == []  # node 1 leads nowhere


def test_twins_need_the_same_neighbours_and_no_gate():
    square = [(0, 1, 0), (0, 2, 1), (1, 3, 2), (2, 3, 3)]
    assert balance_pairs(graph_of(square, [0], [3])) == [(1, 1), (1, 2), (2, 2)]
    assert balance_pairs(graph_of(square, [0], [3], gated=[2])) == [(1, 1), (2, 2)]
    skip = [(0, 1, 0), (0, 2, 1), (1, 3, 2), (2, 3, 3), (2, 4, 4), (3, 4, 5)]
    assert (1, 2) not in balance_pairs(graph_of(skip, [0], [4]))
    two = [(0, 2, 0), (0, 3, 1), (1, 3, 2), (2, 4, 3), (3, 4, 4)]
    assert (2, 3) not in balance_pairs(graph_of(two, [0, 1], [4]))
