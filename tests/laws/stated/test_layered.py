"""Balance laws as a lazy sequence: the laws of the graph in the same order, by number, by
filter, as arrays.
"""

from fractions import Fraction

import numpy as np
import pytest

from pyconslaw import (
    BalanceLaws,
    InputError,
    LawSet,
    balance_laws,
    dag,
    known_laws,
    linear,
    mlp,
    product,
)
from pyconslaw.laws.stated.balance import balance_laws as laws_of_graph
from pyconslaw.laws.stated.balance import balance_pairs

DAG = dag([("x", "input"), ("y", "linear")], [("x", "y")], outputs=["y"])
NETWORKS = [
    linear([2, 3, 2]),
    linear([1, 1, 1]),
    mlp([2, 3, 4, 1], bias=True),
    mlp([3, 2, 4, 3, 2], ["linear", "relu", "linear"], bias="all"),
    linear([2, 4, 3, 2], bias=True),
    linear([3, 2]),
    mlp([2, 5, 2], "leaky_relu"),
]


@pytest.mark.parametrize("net", NETWORKS, ids=lambda n: n.name)
def test_they_are_those_of_the_graph(net):
    laws = balance_laws(net)
    pairs = balance_pairs(net.graph)
    assert [law.polynomial for law in laws] == list(laws_of_graph(net.graph, pairs)) and len(
        laws
    ) == len(pairs)
    for k, (i, j) in enumerate(pairs):
        layer, a, b = laws.pair(k)
        assert (net.node_names[i], net.node_names[j]) == (f"h{layer}[{a}]", f"h{layer}[{b}]")


@pytest.mark.parametrize("net", NETWORKS, ids=lambda n: n.name)
@pytest.mark.parametrize("sparse", [0, 10**6], ids=["pair by pair", "as matrices"])
def test_values_of_all_parts(net, sparse, monkeypatch):
    monkeypatch.setattr("pyconslaw.laws.evaluation.SPARSE", sparse)
    rng = np.random.default_rng(3)
    points = rng.integers(-9, 10, (3, 2, net.size))
    laws = balance_laws(net)
    expected = (
        np.stack([law.value(points) for law in laws], axis=-1) if len(laws) else np.zeros((3, 2, 0))
    )
    assert (laws.values(points) == expected).all() and laws.values(points).shape == expected.shape
    for part in (slice(1, None, 2), slice(None, None, -1), slice(2, 2), slice(-3, None)):
        assert (laws[part].values(points) == expected[..., part]).all()
        assert [laws[part].pair(k) for k in range(len(laws[part]))] == [
            laws.pair(k) for k in range(len(laws))[part]
        ]
    for layer in range(1, len(net.spec["dims"]) - 1):
        chosen = [k for k in range(len(laws)) if laws.pair(k)[0] == layer]
        for of_layer in (laws.layer(layer), laws[::-1].layer(layer)[::-1], laws[::1].layer(layer)):
            assert (of_layer.values(points) == expected[..., chosen]).all()
        for neuron in range(net.spec["dims"][layer]):
            mine = [k for k in chosen if neuron in laws.pair(k)[1:]]
            for found in (laws.neuron(layer, neuron), laws.layer(layer).neuron(layer, neuron)):
                assert sorted(found.pair(k) for k in range(len(found))) == [
                    laws.pair(k) for k in mine
                ]
                assert sorted(found.values(points[0, 0]).tolist()) == sorted(
                    expected[0, 0, mine].tolist()
                )


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8, np.complex128])
def test_kinds_of_numbers(dtype):
    laws = balance_laws(linear([1, 2, 1]))
    weights = np.array([100, 50, 3, 4], dtype=dtype)
    assert laws.values(weights).tolist() == [9991, 4988, 2484]


def test_exact_numbers_stay_exact():
    laws = balance_laws(linear([1, 2, 1]))
    assert laws.values(np.array([Fraction(1, 3), 1, Fraction(1, 2), 2], dtype=object)).tolist() == [
        Fraction(-5, 36),
        Fraction(-2, 3),
        Fraction(-3),
    ]
    big = 10**30
    assert laws.values([big, 1, 0, 0]).tolist() == [big**2, big, 1]


def test_a_million_laws_without_a_graph(monkeypatch):
    net = linear([1000, 1000, 1000, 10])
    laws = balance_laws(net)
    assert (
        len(laws) == 1001000
        and laws.pair(500499) == (1, 999, 999)
        and laws.pair(500500) == (2, 0, 0)
    )
    weights = np.random.default_rng(0).normal(size=net.size)
    values = laws.values(weights)
    for k in (0, 1, 999, 1000, 500499, 500500, 1000999):
        assert values[k] == pytest.approx(float(laws[k].value(weights)))
    assert next(iter(laws)).polynomial.degree == 2 and len(laws.neuron(2, 5)) == 1000
    assert str(laws[1]).startswith("W1[0,0]*W1[1,0] + W1[0,1]*W1[1,1] + ")
    # nothing above has made the names of all parameters, or edges
    with pytest.raises(InputError):
        net.entry_name(net.size)
    assert "graph" not in vars(net) and "entry_names" not in vars(net)


def test_known_laws_are_lazy_where_all_are_independent():
    net = linear([3, 3, 3])
    found = known_laws(net)
    assert (
        isinstance(found, LawSet)
        and isinstance(found.laws, BalanceLaws)
        and (len(found), found.complete) == (6, True)
    )
    assert found.values(np.arange(18.0)).shape == (6,) and len(found.json()["laws"]) == 6
    dependent = known_laws(linear([2, 4, 1]))  # ten balance laws, nine independent
    assert isinstance(dependent.laws, tuple) and (len(dependent), dependent.dimension) == (9, 10)


@pytest.mark.parametrize(
    "net", [product(3), DAG, None, "linear"], ids=["system", "dag", "None", "name"]
)
def test_only_layered_networks(net):
    with pytest.raises(InputError, match="^network: expected"):
        balance_laws(net)


@pytest.mark.parametrize("bad", [0, 3, -1, True, 1.0, "1", None])
def test_bad_filters(bad):
    laws = balance_laws(linear([2, 2, 2, 2]))
    with pytest.raises(InputError, match="^layer: expected"):
        laws.layer(bad)
    if bad != 0 or isinstance(bad, bool):
        with pytest.raises(InputError, match="^neuron: expected"):
            laws.neuron(1, bad)


def test_bad_weights_and_numbers():
    laws = balance_laws(linear([2, 2, 2]))
    with pytest.raises(InputError, match="^weights"):
        laws.values([1.0, 2.0])
    with pytest.raises(IndexError):
        laws[3]


@pytest.mark.parametrize("net", [product(3), mlp([2, 3, 1], bias=True), DAG], ids=lambda n: n.name)
def test_entry_name(net):
    assert tuple(net.entry_name(k) for k in range(net.size)) == net.entry_names
