"""PReLU and maxima, which are written out with ReLU: laws by hand, and the function on data."""

import json
import random
from fractions import Fraction

import pytest
from reference.models import outputs
from reference.trace import trace_dimension

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    analyze,
    analyze_function,
    certify,
    count,
    dag,
    from_networkx,
    known_laws,
    read_network,
)
from pyconslaw.networks import dag as module
from pyconslaw.verify import verify_bytes

XHY = {"x": "input", "h": "prelu", "y": "linear"}


def test_a_learned_slope_has_no_law():
    network = dag(XHY, [("x", "h"), ("h", "y")])
    assert network.entry_names == ("W[h,x]", "W[y,h]", "a[h]")
    assert [str(law) for law in known_laws(network)] == ["W[h,x]^2 - W[y,h]^2"]
    report = analyze(network)
    assert (report.laws, report.verdict) == (1, "proved")
    assert verify_bytes(certify(network, report=report).bytes).laws == 1


def test_a_shared_slope_is_one_parameter():
    nodes = {"x": "input", "g": ("prelu", "a"), "h": ("prelu", "a"), "y": "linear"}
    network = dag(nodes, [("x", "g"), ("x", "h"), ("g", "y"), ("h", "y")])
    assert network.entry_names[-1] == "a" and network.size == 5 and count(network) == 2


def test_a_maximum_of_weights():
    """max(a x, b x), times c: one rescaling."""
    network = dag({"x": "input", "h": "max", "y": "linear"}, [("x", "h"), ("x", "h"), ("h", "y")])
    (law,) = known_laws(network)
    assert str(law) == "W[h,x]^2 + W[h,x,2]^2 - W[y,h]^2"


def test_pooling_keeps_the_laws_of_what_is_pooled():
    """A maximum over ReLU neurons by frozen edges: those it pools are rescaled together with it,
    one read elsewhere as well.
    """
    nodes = {"x": "input", "z": "input"} | {f"h{k}": "relu" for k in range(3)}
    nodes |= {"m": "max", "y": "linear"}
    edges = [(s, f"h{k}") for k in range(3) for s in "xz"] + [("m", "y"), ("h0", "y")]
    edges += [Edge(f"h{k}", "m", frozen=1) for k in range(3)]
    (law,) = known_laws(dag(nodes, edges))
    squares = " + ".join(f"W[h{k},{s}]^2" for k in range(3) for s in "xz")
    assert str(law) == f"{squares} - W[y,m]^2 - W[y,h0]^2"


@pytest.mark.parametrize("ways", [0, 1])
def test_a_maximum_of_at_most_one_is_a_linear_neuron(ways):
    edges = [("h", "y"), ("x", "y"), *[("x", "h")] * ways]
    nodes = {"x": "input", "h": "max", "y": "linear"}
    assert dag(nodes, edges).spec == dag(nodes | {"h": "linear"}, edges).spec


MODELS = {
    "prelu": (
        {"x": "input", "z": "input", "g": ("prelu", "a"), "h": "prelu", "y": "linear"},
        [(s, v, f"{s}{v}", 1) for v in "gh" for s in "xz"]
        + [("g", "h", None, Fraction(1, 2)), ("g", "y", "gy", 1), ("h", "y", "hy", -2)],
    ),
    "max": (
        {"x": "input", "z": "input", "g": "relu", "h": "max", "k": "max", "y": "linear"},
        [("x", "g", "xg", 1), ("z", "g", "zg", 1), ("x", "h", "xh", 1), ("z", "h", "zh", -1)]
        + [("g", "h", None, 1), ("h", "k", "hk", 1), ("x", "k", None, Fraction(-1, 3))]
        + [("h", "y", "hy", 1), ("k", "y", "ky", 1)],
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_functions_on_data(name, fresh_seed):
    """The outputs near the weights, made node by node by the reference: as many laws."""
    nodes, lines = MODELS[name]
    edges = [Edge(u, v, frozen=c) if p is None else Edge(u, v, p, factor=c) for u, v, p, c in lines]
    network = dag(nodes, edges)
    numbers = {p: k for k, p in enumerate(network.entry_names)}
    kinds = {v: kind if isinstance(kind, str) else kind[0] for v, kind in nodes.items()}
    model = {"nodes": kinds, "edges": lines, "outputs": ["y"], "slopes": {"g": "a", "h": "a[h]"}}
    for k in range(8):
        rng = random.Random(f"{fresh_seed} {k}")
        weights = [Fraction(rng.choice([-1, 1]) * rng.randint(1, 30), 7) for _ in numbers]
        inputs = [[rng.randint(-9, 9), rng.randint(-9, 9)] for _ in range(1 + 2 * k)]
        given = dict(zip(numbers, weights, strict=True))
        try:
            report = analyze_function(network, weights, inputs)
        except InputError as error:
            assert "kink" in str(error)
            continue
        phi = [
            {m: c for m, c in f.items() if m}
            for row in inputs
            for f in outputs(model, numbers, given, dict(zip("xz", row, strict=True)))
        ]
        expected = network.size - trace_dimension([f for f in phi if f], network.size)
        assert report.laws == expected, (fresh_seed, k, report)
        if report.verdict == "proved":
            assert verify_bytes(certify(network, report=report).bytes).laws == expected


def test_files_and_graphs_of_networkx(tmp_path):
    value = {
        "nodes": [
            {"name": "x", "kind": "input"},
            {"name": "g", "kind": "prelu", "parameter": "a", "bias": True},
            {"name": "h", "kind": "max", "bias": True},
            {"name": "y", "kind": "linear"},
        ],
        "edges": [{"from": u, "to": v} for u, v in ("xg", "gh", "xh", "hy")],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(value))
    network = read_network(path)
    assert network.entry_names == (
        *("W[g,x]", "W[h,g]", "W[h,x]", "W[y,h]", "b[g]", "b[h]"),
        "a",
    )
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph([("x", "h"), ("h", "y")])
    graph.nodes["h"].update(kind="prelu", parameter="a")
    graph.nodes["y"]["kind"] = "linear"
    assert from_networkx(graph).entry_names == ("W[h,x]", "W[y,h]", "a")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (
            [("x", "input"), ("h", "relu", "a"), ("y", "linear")],
            r"nodes\[1\]: relu has no parameter",
        ),
        ([("x", "input"), ("h", "prelu", "1a"), ("y", "linear")], r"nodes\[1\].parameter"),
        ([("x", "input"), ("h", "prelu", 3), ("y", "linear")], r"nodes\[1\].parameter"),
        (
            [("x", "input"), ("h", "prelu", "a", "b"), ("y", "linear")],
            r"nodes\[1\]: expected \(name",
        ),
        ({"x": "input", "h": ("max", "a"), "y": "linear"}, r"nodes\[1\]: max has no parameter"),
        (
            {"x": "input", "h": "maximum", "y": "linear"},
            r"nodes\[1\]: expected one of .*prelu, max",
        ),
    ],
)
def test_refusals(nodes, message):
    with pytest.raises(InputError, match=message):
        dag(nodes, [("x", "h"), ("h", "y")])


def test_what_comes_out_is_counted_too(monkeypatch):
    monkeypatch.setattr(module, "EDGE_LIMIT", 60)
    nodes = {f"x{k}": "input" for k in range(20)} | {"h": "max", "y": "linear"}
    edges = [*((f"x{k}", "h") for k in range(20)), ("h", "y")]
    assert dag(nodes | {"h": "relu"}, edges).size == 21
    with pytest.raises(LimitError, match="more than 60"):
        dag(nodes, edges)
