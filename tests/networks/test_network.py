"""Weights of a network in all the forms that are read, and what is refused; what a network is made
of.
"""

import pickle

import numpy as np
import pytest

from pyconslaw import InputError, Network, System, dag, known_laws, mlp, product, under_flow

NET = mlp([2, 3, 1], bias=True)
W1, B1, W2 = np.arange(6.0).reshape(3, 2), np.array([6.0, 7.0, 8.0]), np.array([[9.0, 10.0, 11.0]])
FLAT = np.arange(12.0)


@pytest.mark.parametrize(
    "weights",
    [
        FLAT,
        FLAT.tolist(),
        tuple(FLAT),
        range(12),
        {"W1": W1, "b1": B1, "W2": W2},
        {"W2": W2, "b1": B1, "W1": W1},
        [W1, B1, W2],
        (W1, B1, W2),
        {"W1": W1.tolist(), "b1": B1.tolist(), "W2": W2.tolist()},
        [W1.tolist(), B1.tolist(), W2.tolist()],
        [np.asfortranarray(W1), B1[::-1][::-1], W2],
    ],
    ids=range(11),
)
def test_one_point(weights):
    found = NET.flatten(weights)
    assert found.shape == (12,) and (found == FLAT).all()


@pytest.mark.parametrize("lead", [(5,), (4, 5), (0,), (1, 1, 1)])
def test_trajectories(lead):
    def spread(a):
        return np.broadcast_to(a, (*lead, *a.shape))

    for weights in (
        spread(FLAT),
        {"W1": spread(W1), "b1": spread(B1), "W2": spread(W2)},
        [spread(W1), spread(B1), spread(W2)],
    ):
        found = NET.flatten(weights)
        assert found.shape == (*lead, 12) and (found == FLAT).all()


def test_entries_are_in_the_order_of_their_names():
    place = {name: FLAT[k] for k, name in enumerate(NET.entry_names)}
    flat = NET.flatten({"W1": W1, "b1": B1, "W2": W2})
    assert [place[name] for name in NET.entry_names] == flat.tolist()
    assert (
        flat[NET.entry_names.index("W1[2,1]")] == W1[2, 1]
        and flat[NET.entry_names.index("b1[1]")] == B1[1]
    )
    assert flat[NET.entry_names.index("W2[0,2]")] == W2[0, 2]


def test_integers_stay_exact():
    large = [2**80 + k for k in range(12)]
    assert NET.flatten(large).tolist() == large
    assert NET.flatten(np.arange(12)).dtype == np.arange(12).dtype
    assert NET.flatten([W1.astype(int), B1.astype(int), W2.astype(int)]).tolist() == list(range(12))


def test_scalars():
    net = product(3)
    for weights in ([1.0, 2.0, 3.0], np.array([1.0, 2.0, 3.0]), {"x1": 1.0, "x3": 3.0, "x2": 2.0}):
        assert net.flatten(weights).tolist() == [1.0, 2.0, 3.0]
    along = {"x1": np.zeros(5), "x2": np.ones(5), "x3": np.full(5, 2.0)}
    assert net.flatten(along).shape == (5, 3) and net.flatten(list(along.values()))[4].tolist() == [
        0.0,
        1.0,
        2.0,
    ]


@pytest.mark.parametrize(
    "weights",
    [
        np.zeros(11),
        np.zeros(13),
        np.zeros((12, 7)),
        np.float64(1),
        5,
        None,
        "abc",
        b"x" * 12,
        [1.0],
        [],
        (),
        {},
        {"W1": W1},
        {1: 2},
        {"W1": W1, "b1": B1, "W2": W2, "b2": B1},
        {"W1": W1.T, "b1": B1, "W2": W2},
        {"W1": FLAT, "b1": B1, "W2": W2},
        [W1, B1],
        [W1, B1, W2, B1],
        [B1, W1, W2],
        [W1, B1[:2], W2],
        [np.zeros((5, 3, 2)), np.zeros((4, 3)), np.zeros((5, 1, 3))],
        [np.zeros((5, 3, 2)), B1, W2],
        iter(range(12)),
        [None] * 12,
        ["a"] * 12,
        np.array(["1"] * 12),
        {"W1": [["a", "b"]] * 3, "b1": B1, "W2": W2},
    ],
    ids=range(28),
)
def test_refusals(weights):
    with pytest.raises(InputError, match="^weights"):
        NET.flatten(weights)


def test_refusals_name_the_parameter_and_its_shape():
    with pytest.raises(InputError, match=r"^weights\['b1'\]: expected shape .*3.*, got \(2,\)"):
        NET.flatten([W1, B1[:2], W2])
    with pytest.raises(InputError, match=r"missing \['b1', 'W2'\], unknown \['z'\]"):
        NET.flatten({"W1": W1, "z": 1})


OF_EVERY_KIND = {
    "layers": lambda: mlp([2, 3, 1], bias=True),
    "graph": lambda: dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y")]),
    "product": lambda: product(3),
    "components": lambda: System("xy", phi=["x*y", "x + y^2"], drift=["y", "-x"]),
    "vector fields": lambda: System("xy", fields=[["y", "-x"], ["1/x", "y"]], drift=["y", "0"]),
    "matrices": lambda: System({"Q": (2, 3), "K": (2, 3), "V": (3, 3)}, phi=["Q^T K", "V V"]),
    "momentum": lambda: under_flow(mlp([1, 2, 1]), "momentum"),
    "sign": lambda: under_flow(product(2), "sign"),
    "natural": lambda: under_flow(mlp([1, 2, 1]), "natural"),
    "system under a flow": lambda: System("xy", phi=["x*y"], flow="mirror"),
    "weight decay": lambda: under_flow(mlp([1, 2, 1]), "weight-decay"),
}


@pytest.mark.parametrize("name", OF_EVERY_KIND)
def test_names_are_in_the_order_of_what_is_computed_with(name):
    net = OF_EVERY_KIND[name]()
    assert list(net.generators.values()) == net.problem.generators
    assert len(set(net.generators)) == len(net.problem.generators)
    assert net.size == net.problem.size == sum(p.size for p in net.parameters)
    assert [net.entry_name(k) for k in range(net.size)] == list(net.entry_names)


@pytest.mark.parametrize("name", OF_EVERY_KIND)
def test_a_pickle_holds_what_was_given(name):
    """Not what was computed since."""
    net = OF_EVERY_KIND[name]()
    fresh = pickle.dumps(net)
    known_laws(net)
    assert net.graph is None or net.node_names
    assert net.components is not None and net.entry_names and net.fingerprint
    assert pickle.dumps(net) == fresh
    back = pickle.loads(fresh)
    assert type(back) is type(net) and back == net and back.fingerprint == net.fingerprint
    assert list(back.generators) == list(net.generators)


def test_a_system_is_a_network_and_frozen():
    net = System("xy", phi=["x*y"])
    assert isinstance(net, Network) and net == System("xy", phi=["x*y"])
    for changed in ("name", "problem", "description"):
        with pytest.raises(AttributeError):
            setattr(net, changed, None)


@pytest.mark.parametrize("flow", [None, "natural", "momentum", "weight-decay"])
def test_what_a_certificate_lists_of_a_graph(flow):
    listed = under_flow(OF_EVERY_KIND["graph"](), flow)
    assert listed.listed == 5 and under_flow(mlp([1, 2, 1]), flow).listed == 0
