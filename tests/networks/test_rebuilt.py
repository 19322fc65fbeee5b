"""Networks and systems come back from their JSON form, and are equal by what it says."""

import json
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    Network,
    System,
    certify,
    dag,
    dag_from_arrays,
    icnn,
    linear,
    mlp,
    nmf,
    product,
    recurrent,
    residual,
    tied_autoencoder,
    under_flow,
    under_loss,
)

SKIP = dag(
    {"x": "input", "1": "constant", "h": "relu", "y": "linear"},
    [("x", "h"), ("1", "h"), ("h", "y"), Edge("x", "y", frozen=-3)],
)
NETWORKS = {
    "linear": linear([2, 3, 2]),
    "biases": mlp([2, 3, 1], bias="all"),
    "mixed": mlp([2, 2, 2, 1], ["linear", "leaky_relu"]),
    "product": product(4),
    "graph": SKIP,
    "arrays": dag_from_arrays(
        ["input", "relu", "linear"], [0, 1, 0], [1, 2, 2], [0, -1, 0], [1] * 3
    ),
    "residual": residual(2, 2, 2),
    "recurrent": recurrent(1, 2, 1, 2, bias=True),
    "autoencoder": tied_autoencoder([2, 1]),
    "components": System("xy", phi=["x*y/2", "x + y^2"], drift=["y", "-x"]),
    "rational": System("xy", phi=["x/y"]),
    "vector fields": System("xy", fields=[["y", "-x"], ["1/x", "y"]], drift={"x": "y"}),
    "matrices": System({"s": (), "v": 3, "W": (3, 3)}, phi=["W v", "s"]),
    "nmf": nmf([2, 2, 1]),
    "icnn": icnn([2, 2, 1]),
    "momentum": under_flow(linear([2, 2]), "momentum", tau="1/2"),
    "a parameter": under_flow(product(2), "momentum", tau="friction"),
    "nesterov": under_flow(product(2), "nesterov"),
    "weight decay": under_flow(SKIP, "weight-decay", tau=0),
    "natural": under_flow(System("xy", phi=["x*y"]), "natural"),
    "sign": under_flow(product(2), "sign", point=(-1, 2)),
    "of a graph": under_flow(residual(1, 1, 1), "mirror", metric="entropic"),
    "one entry": System("xy", phi=["x*y"], flow="mirror", metric="3/2 + x^2"),
    "by name": under_flow(mlp([2, 2, 1], bias=True), "mirror", metric={"b1": "3 - self^2"}),
    "rates": under_flow(mlp([2, 2, 1], bias=True), None, rates={"W1": 3, "b1[1]": "1/2"}),
    "decays": under_flow(linear([2, 2, 1]), None, decay={"W1": "1/10"}),
    "decay of all": under_flow(linear([2, 2, 1]), "momentum", decay="1/3"),
    "decay and rates": under_flow(linear([1, 2, 1]), "weight-decay", decay=2, rates={"W2": 5}),
    "tau and rates": under_flow(linear([1, 2, 1]), "weight-decay", tau="1/2", rates={"W2": 5}),
    "no decay, rates": under_flow(linear([1, 2, 1]), "weight-decay", tau=0, rates={"W2": 5}),
    "softmax": under_loss(mlp([2, 2, 3]), "softmax"),
    "one output under softmax": under_loss(linear([2, 1]), "softmax"),
    "absolute values": mlp([2, 2, 1], "abs"),
    "factors": dag(
        {"x": "input", "h": "abs", "y": "linear"},
        [Edge("x", "h", frozen="1/2"), Edge("h", "y", factor=3), ("h", "y")],
    ),
    "products": dag({"x": "input", "h": "squared_relu", "y": "linear"}, [("x", "h"), ("h", "y")]),
    "a list": under_flow(product(2), "momentum", metric=["x2/(1 + x1)", "-x1 - 5"]),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_comes_back(name):
    net = NETWORKS[name]
    for spec in (net.spec, dict(net.spec), net.to_json(), net.to_json().encode()):
        for kind in (Network, type(net)):
            again = kind.from_spec(spec)
            assert isinstance(again, kind) and again == net and hash(again) == hash(net)
            assert again.to_json() == net.to_json() and again.fingerprint == net.fingerprint
            assert (again.size, again.object, again.flow) == (net.size, net.object, net.flow)
            assert isinstance(again, System) == (name in SYSTEMS or isinstance(net, System))
    assert json.loads(net.to_json()) == certified(net)


# networks that are written out, of which it is not said that they are systems
SYSTEMS = {"natural", "products"}


def certified(net):
    """The JSON form as certificates hold it."""
    return json.loads(json.dumps(net.system_json(), default=dict))


@pytest.mark.parametrize("name", ["linear", "graph", "matrices", "icnn", "by name", "nesterov"])
def test_the_system_of_a_certificate(name):
    net = NETWORKS[name]
    certificate = certify(net)
    again = Network.from_spec(certificate.json["system"])
    assert certify(again).bytes == certificate.bytes


@pytest.mark.parametrize(
    "name",
    ["linear", "mixed", "product", "nmf", "icnn", "momentum", "decays", "decay of all"]
    + ["decay and rates", "rates", "tau and rates"],
)
def test_names_come_back(name):
    assert Network.from_spec(NETWORKS[name].spec).name == NETWORKS[name].name


def test_equal_by_what_is_asked():
    renamed = dag(
        {"in": "input", "c": "constant", "k": "relu", "out": "linear"},
        [("in", "k"), ("c", "k"), ("k", "out"), Edge("in", "out", frozen=-3)],
    )
    assert renamed == SKIP and hash(renamed) == hash(SKIP)
    assert mlp([2, 2], "relu") == linear([2, 2]) and linear([2, 2]) != linear([2, 2], "all")
    assert System("xy", phi=["2*x*y"]) == System("xy", phi=["x*y"]) != System("ab", phi=["a*b"])
    assert linear([2, 2]) != "linear 2-2" and linear([1, 1]) != product(1)
    assert len(
        {*NETWORKS.values(), *map(pickle.loads, map(pickle.dumps, NETWORKS.values()))}
    ) == len(NETWORKS)


def test_equality_writes_nothing_out():
    wide = [linear([2**20, 2**20, 2**20]) for _ in range(2)]
    assert wide[0] == wide[1] and len(set(wide)) == 1 and Network.from_spec(wide[0].spec) in wide
    assert "graph" not in vars(wide[0].problem)
    heads = [System({"Q": (128, 4096), "K": (128, 4096)}, phi=lambda Q, K: Q.T @ K) for _ in "ab"]
    assert heads[0] == heads[1] == System.from_spec(heads[0].to_json())


def test_names_tell_graphs_apart():
    kinds = {"x": "input", "h": "relu", "y": "linear"}
    first = dag(kinds, [("x", "h"), ("h", "y")])
    second = dag(kinds, [("x", "h"), ("x", "y")])
    assert first.name == second.name and repr(first) != repr(second) and str(first) != str(second)
    assert repr(first) == f"<Network {first.name} #{first.fingerprint[:8]}, 2 parameters>"
    assert repr(linear([2, 2])) == "<Network linear 2-2, 4 parameters>"
    assert repr(residual(1, 1, 1)) != repr(residual(1, 1, 1, "linear"))
    flows = [under_flow(product(2), "sign", point=(x, 1)) for x in (1, -1)]
    assert repr(flows[0]) != repr(flows[1])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_graphs_of_any_kind(data):
    nodes = data.draw(st.integers(2, 6))
    kinds = ["input"] + data.draw(
        st.lists(
            st.sampled_from(["constant", "linear", "relu", "leaky_relu"]),
            min_size=nodes - 2,
            max_size=nodes - 2,
        )
    )
    kinds.append("linear")
    pairs = [
        (u, v) for v in range(nodes) for u in range(v) if kinds[v] not in ("input", "constant")
    ]
    kept = data.draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    edges, trained = [], False
    for u, v in kept:
        sort = data.draw(st.sampled_from(["own", "tied", "frozen"])) if trained else "own"
        trained = True
        edges.append(
            Edge(
                f"n{u}",
                f"n{v}",
                "w" if sort == "tied" else None,
                data.draw(st.sampled_from([-(2**61), -1, 2, 2**62 - 1]))
                if sort == "frozen"
                else None,
            )
        )
    net = dag([(f"n{k}", kind) for k, kind in enumerate(kinds)], edges, [f"n{nodes - 1}"])
    again = Network.from_spec(net.to_json())
    assert again == net and again.to_json() == net.to_json()
    assert np.array_equal(again.graph.param, net.graph.param)


EXPRESSIONS = st.sampled_from(["x*y", "x^2/3 - y", "1/(x - y)", "5 + x", "(x + y)^3/(1 + x^2)"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(EXPRESSIONS, min_size=1, max_size=3),
    EXPRESSIONS,
    st.fractions(0, 9, max_denominator=99),
)
def test_systems_of_any_kind(phi, entry, tau):
    for net in (
        System("xy", phi=phi),
        System("xy", fields=[{"x": e} for e in phi], drift=[entry, "0"]),
        System("xy", phi=["x*y"], flow="momentum", tau=tau, metric=[entry, phi[0]]),
    ):
        again = System.from_spec(net.to_json())
        assert again == net and again.to_json() == net.to_json()


BAD = {
    "none": (None, "^spec: expected an object whose type is one of mlp, "),
    "list": ([], "^spec: expected an object"),
    "text": ("relu 2-3-1", "^spec: Expecting value"),
    "twice": ('{"type": "mlp", "type": "mlp"}', "^spec: a key occurs twice"),
    "nan": ('{"type": "product", "size": NaN}', "^spec: NaN is not a number"),
    "deep": ("[" * 100_000, "^spec: nested too deeply"),
    "deep flows": (
        '{"type": "flow", "flow": "natural", "tau": null, "metric": null, "of": ' * 300
        + "3"
        + "}" * 300,
        "^spec: of: expected an object that is no flow",
    ),
    "type": ({"type": "family"}, "^spec: expected an object whose type"),
    "type list": ({"type": []}, "^spec: expected an object whose type"),
    "missing": ({"type": "mlp", "dims": [2, 2]}, "^spec: expected activations, bias, dims, type"),
    "more": ({"type": "product", "size": 2, "x": 1}, "^spec: expected size, type"),
    "dims": ({"type": "mlp", "dims": "22", "activations": [], "bias": "none"}, "^spec: dims: exp"),
    "width": ({"type": "mlp", "dims": [2, True], "activations": [], "bias": "none"}, "^spec: dims"),
    "bias": ({"type": "mlp", "dims": [2, 2], "activations": [], "bias": "some"}, "^spec: bias: "),
    "size": ({"type": "product", "size": 2.5}, "^spec: size: "),
}
WEIGHED = {"type": "flow", "flow": "gradient", "of": {"type": "product", "size": 2}, "tau": None}
WEIGHED |= {"metric": None}
BAD |= {
    "no runs": (WEIGHED | {"rates": 3}, "^spec: rates: expected a list"),
    "pair": (WEIGHED | {"rates": [[1, 2]]}, "^spec: rates: expected .number, numerator"),
    "over zero": (WEIGHED | {"rates": [[2, 1, 0]]}, "^spec: rates: expected .number, numerator"),
    "few": (WEIGHED | {"rates": [[1, 2, 1]]}, "^spec: rates: expected 2 numbers, got 1"),
    "below": (WEIGHED | {"rates": [[-1, 2, 1], [3, 1, 1]]}, "^spec: rates: expected .number"),
    "rate of zero": (WEIGHED | {"rates": [[1, 0, 1], [1, 1, 1]]}, "^spec: rates.'x1'.: "),
    "has none": (WEIGHED | {"decay": [[2, 1, 1]]}, "^spec: decay: the flow gradient has none"),
}
GRAPH = {"type": "dag", "nodes": ["input", "linear"], "outputs": [1], "edges": [[0, 1, 0]]}
GRAPH |= {"frozen": []}
FIELDS = {"type": "fields", "variables": ["x", "y"], "fields": [[[0, [[1, []]]]]]}
FLOW = {"type": "flow", "flow": "momentum", "of": {"type": "product", "size": 2}, "tau": [1, 1]}
FLOW |= {"metric": None}
BAD |= {
    "pairs": (GRAPH | {"edges": [[0, 1]]}, "^spec: edges: expected triples of integers"),
    "ragged": (GRAPH | {"edges": [[0, 1, 0], [1]]}, "^spec: edges: expected triples"),
    "floats": (GRAPH | {"edges": [[0, 1, 0.0]]}, "^spec: edges: expected triples"),
    "large": (GRAPH | {"edges": [[0, 1, 2**64]]}, "^spec: edges: expected triples"),
    "truth": (GRAPH | {"edges": [[False, True, False]]}, "^spec: edges: expected triples"),
    "negative": (GRAPH | {"edges": [[0, 1, -1]]}, "^spec: edges: expected numbers of parameters"),
    "gap": (GRAPH | {"edges": [[0, 1, 1]]}, r"^spec: parameter\[0\]: "),
    "zero": (GRAPH | {"frozen": [[0, 1, 0]]}, "^spec: edge 1, 0 -> 1: is frozen with weight 0"),
    "node": (GRAPH | {"nodes": ["input", "tanh"]}, r"^spec: kinds\[1\]"),
    "outputs": (GRAPH | {"outputs": [5]}, r"^spec: outputs\[0\]"),
    "nodes": (GRAPH | {"nodes": "input"}, "^spec: nodes: expected a list"),
    "variable": (FIELDS | {"fields": [[[2, [[1, []]]]]]}, r"^spec: fields\[0\]: expected \[var"),
    "component": (FIELDS | {"fields": [[[0, [[1]]]]]}, r"^spec: fields\[0\]\[0\]: expected \[co"),
    "again": (FIELDS | {"fields": [[[0, [[1, []]]]] * 2]}, r"^spec: fields\[0\]: expected \[var"),
    "drift": (FIELDS | {"drift": 3}, "^spec: drift: expected"),
    "names": (FIELDS | {"variables": ["x", "x"]}, "^spec: variables: expected distinct"),
    "flow": (FLOW | {"flow": "downhill"}, "^spec: flow: expected one of"),
    "of": (FLOW | {"of": 3}, "^spec: of: expected an object"),
    "flow of a flow": (FLOW | {"of": FLOW}, "^spec: of: expected an object that is no flow"),
    "tau": (FLOW | {"tau": [1, 0]}, "^spec: tau: expected"),
    "tau list": (FLOW | {"tau": [1]}, "^spec: tau: expected"),
    "metric": (FLOW | {"metric": []}, "^spec: metric: expected 2 entries"),
    "entry": (FLOW | {"metric": [1, 2]}, r"^spec: metric\[0\]: expected \[top, bottom\]"),
    "far": (
        FLOW | {"metric": [[[[1, [[9, 1]]]], [[1, []]]]] * 2},
        r"^spec: metric\[0\]: expected variables below 2",
    ),
    "region": (FLOW | {"region": [1, 2]}, "^spec: point: belongs to the flow sign"),
    "matrices": (
        {"type": "products", "matrices": [["Q", 2]], "products": [[["Q", 1]]]},
        "^spec: matrices, products: expected",
    ),
    "flag": (
        {"type": "products", "matrices": [["Q", [2]]], "products": [[["Q", "yes"]]]},
        "^spec: matrices, products: expected",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_network_is_refused(name):
    spec, message = BAD[name]
    with pytest.raises(InputError, match=message):
        Network.from_spec(spec)


def test_a_system_is_asked_for():
    assert isinstance(System.from_spec(FIELDS), System)
    with pytest.raises(InputError, match="^spec: is of product 3, expected a System"):
        System.from_spec(product(3).spec)


def test_limits():
    with pytest.raises(LimitError, match="^spec: dims: "):
        Network.from_spec(
            {"type": "mlp", "dims": [2**40] * 3, "activations": ["relu"], "bias": "none"}
        )
    with pytest.raises(LimitError, match="^spec: size: "):
        Network.from_spec('{"type": "product", "size": 1000000000000}')


def test_tau_is_exact():
    net = under_flow(product(2), "momentum", tau=Fraction(7, 3))
    assert Network.from_spec(net.to_json()).spec["tau"] == [7, 3]
