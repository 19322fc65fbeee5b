"""Residual, recurrent and tied networks: biases, flows, and the functions that they compute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    Network,
    analyze,
    certify,
    dag,
    known_laws,
    mlp,
    recurrent,
    residual,
    tied_autoencoder,
    under_flow,
)
from pyconslaw.verify import verify_bytes

BIAS = st.sampled_from([False, True, "all"])
ACTIVATION = st.sampled_from(["relu", "linear"])


def forward(net: Network, weights, inputs):
    """The outputs of a graph, node by node, from its JSON form alone."""
    spec, values, given_ = net.spec, [], iter(inputs)
    into = {}
    for t, h, p in spec["edges"]:
        into.setdefault(h, []).append((t, weights[p]))
    for t, h, w in spec["frozen"]:
        into.setdefault(h, []).append((t, w))
    for v, kind in enumerate(spec["nodes"]):
        if kind in ("input", "constant"):
            values.append(1.0 if kind == "constant" else next(given_))
            continue
        z = sum(values[t] * w for t, w in into.get(v, []))
        values.append(max(z, 0.0) if kind == "relu" else z)
    return np.array([values[v] for v in spec["outputs"]])


def act(name, z):
    return np.maximum(z, 0) if name == "relu" else z


def drawn(net, seed):
    """Random weights, as a vector and by name."""
    flat = np.random.default_rng(seed).normal(size=net.size)
    return flat, dict(zip(net.entry_names, flat, strict=True))


def matrix(named, rows, columns, pattern):
    return np.array([[named[pattern(i, j)] for j in range(columns)] for i in range(rows)])


def biases(named, names):
    return np.array([named.get(f"b[{name}]", 0.0) for name in names])


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 3),
    m=st.integers(1, 3),
    ends=st.integers(0, 2),
    bias=BIAS,
    activation=ACTIVATION,
    seed=st.integers(0, 99),
)
def test_a_residual_stack_computes_what_it_says(*, n, m, ends, bias, activation, seed):
    net = residual(n, 2, m, activation, ends or None, bias=bias)
    flat, named = drawn(net, seed)
    x = np.random.default_rng(seed + 1).normal(size=n)
    z = x
    for k in (1, 2):
        inner, outer = [f"h{k}_{i}" for i in range(m)], [f"z{k}_{i}" for i in range(n)]
        v = matrix(named, m, n, lambda i, j, k=k: f"W[h{k}_{i},z{k - 1}_{j}]")
        u = matrix(named, n, m, lambda i, j, k=k: f"W[z{k}_{i},h{k}_{j}]")
        z = z + u @ act(activation, v @ z + biases(named, inner)) + biases(named, outer)
    if ends:
        r = matrix(named, ends, n, lambda i, j: f"W[y_{i},z2_{j}]")
        z = r @ z + biases(named, [f"y_{i}" for i in range(ends)])
    assert np.allclose(forward(net, flat, x), z)
    more = {False: 0, True: 2 * m, "all": 2 * (m + n) + ends}[bias]
    assert net.size == 4 * n * m + n * ends + more


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 2),
    m=st.integers(1, 3),
    ends=st.integers(1, 2),
    bias=BIAS,
    activation=ACTIVATION,
    seed=st.integers(0, 99),
)
def test_a_recurrent_network_computes_what_it_says(*, n, m, ends, bias, activation, seed):
    net = recurrent(n, m, ends, 3, activation, bias=bias)
    flat, named = drawn(net, seed)
    a = matrix(named, m, m, lambda i, j: f"A_{i}_{j}")
    b = matrix(named, m, n, lambda i, j: f"B_{i}_{j}")
    c = matrix(named, ends, m, lambda i, j: f"C_{i}_{j}")
    own = np.array([named.get(f"b_{i}", 0.0) for i in range(m)])
    xs = np.random.default_rng(seed + 1).normal(size=(3, n))
    h = np.zeros(m)
    for x in xs:
        h = act(activation, a @ h + b @ x + own)
    y = c @ h + biases(named, [f"y_{i}" for i in range(ends)])
    # a graph is numbered in a topological order, and its inputs come in that order
    order = [name for name in net.node_names if name[0] == "x"]
    value = {f"x{t + 1}_{i}": xs[t][i] for t in range(3) for i in range(n)}
    assert np.allclose(forward(net, flat, [value[name] for name in order]), y)
    assert net.size == m * (m + n + ends) + {False: 0, True: m, "all": m + ends}[bias]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=3), BIAS, ACTIVATION, st.integers(0, 99))
def test_a_tied_autoencoder_computes_what_it_says(dims, bias, activation, seed):
    net = tied_autoencoder(dims, activation, bias=bias)
    flat, named = drawn(net, seed)
    layers = [
        matrix(named, m, n, lambda i, j, k=k: f"W{k}_{i}_{j}")
        for k, (n, m) in enumerate(zip(dims, dims[1:], strict=False), 1)
    ]
    x = z = np.random.default_rng(seed + 1).normal(size=dims[0])
    for k, w in enumerate(layers, 1):
        z = act(activation, w @ z + biases(named, [f"e{k}_{i}" for i in range(dims[k])]))
    for k in range(len(layers), 0, -1):
        names = [f"d{k - 1}_{i}" if k > 1 else f"y_{i}" for i in range(dims[k - 1])]
        z = layers[k - 1].T @ z + biases(named, names)
        z = act(activation, z) if k > 1 else z
    assert np.allclose(forward(net, flat, x), z)


def test_a_block_without_skips_is_a_layered_network():
    """With one block, biases inside and no path past it, W2 relu(W1 x + b) has the laws of relu."""
    net, skip = mlp([2, 2, 2], bias=True), residual(2, 1, 2, bias=True)
    assert analyze(net).laws == analyze(skip).laws == 2
    assert len(known_laws(skip)) == 2 and "b[h1_0]^2" in str(known_laws(skip)[0])


def test_shared_biases_are_one_parameter_in_all_steps():
    net = recurrent(1, 1, 1, 2, "linear", bias=True)
    by_hand = dag(
        [("1", "constant"), ("x1", "input"), ("h1", "linear"), ("x2", "input"), ("h2", "linear")]
        + [("y", "linear")],
        [
            {"from": "x1", "to": "h1", "parameter": "B"},
            {"from": "1", "to": "h1", "parameter": "b"},
            {"from": "h1", "to": "h2", "parameter": "A"},
            {"from": "x2", "to": "h2", "parameter": "B"},
            {"from": "1", "to": "h2", "parameter": "b"},
            {"from": "h2", "to": "y", "parameter": "C"},
        ],
    )
    assert net == by_hand and net.entry_names == ("B_0_0", "b_0", "A_0_0", "C_0_0")


MADE = {
    "residual": lambda **given: residual(1, 1, 1, **given),
    "recurrent": lambda **given: recurrent(1, 1, 1, 2, **given),
    "autoencoder": lambda **given: tied_autoencoder([2, 1], **given),
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize(
    "flow", [{"flow": "momentum", "tau": "1/2"}, {"flow": "mirror"}, {"flow": "weight-decay"}]
)
def test_flows(name, flow):
    net = MADE[name](bias=True, **flow)
    assert net == under_flow(MADE[name](bias=True), **flow)
    report = analyze(net)
    assert report.verdict == "proved"
    assert verify_bytes(certify(net, report=report).bytes).laws == report.laws


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize(
    ("given_", "what"),
    [
        ({"bias": "some"}, "^bias: "),
        ({"tau": 1}, "^tau: belongs to a flow"),
        ({"flow": "uphill"}, "^flow: "),
        ({"activation": "tanh"}, "^activation: "),
    ],
)
def test_refusals(name, given_, what):
    with pytest.raises(InputError, match=what):
        MADE[name](**given_)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_what_is_counted_beforehand_is_no_more_than_the_edges(n, m, count):
    """So that no network is refused that `dag` takes."""
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyconslaw.networks.stacks._check_edges", seen.append)
        made = [residual(n, count, m), recurrent(n, m, 1, count), tied_autoencoder([n, m])]
    assert seen == [net.graph.edges for net in made]
