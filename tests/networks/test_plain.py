"""Ratios, fractions and parallel edges: against the network as it is written, in its own words."""

import json
import random
from fractions import Fraction
from math import lcm

import pytest
from amounts import amount
from reference.models import along, components, seen
from reference.trace import trace_dimension

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    analyze,
    analyze_function,
    certify,
    check_law,
    count,
    dag,
    known_laws,
    read_network,
    under_flow,
    under_loss,
)
from pyconslaw.networks import plain
from pyconslaw.verify import verify_bytes

XHY = {"x": "input", "h": "relu", "y": "linear"}
RATIOS = [1, 2, -1, -3, Fraction(1, 2), Fraction(-2, 3), Fraction(5, 4)]


def random_model(rng, kinds, ends=1):
    """A model of the reference, and the edges for dag."""
    nodes = {f"x{i}": "input" for i in range(rng.randint(1, 2))}
    nodes |= {"one": "constant"} if rng.random() < 0.5 else {}
    nodes |= {f"h{i}": rng.choice(kinds) for i in range(rng.randint(1, 3))}
    nodes |= {f"y{i}": "linear" for i in range(ends)}
    names, edges, lines = list(nodes), [], []
    for j, head in enumerate(names):
        if nodes[head] in ("input", "constant"):
            continue
        for tail in names[:j]:
            if tail[0] == "y":
                continue
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                r, ratio = rng.random(), rng.choice(RATIOS)
                if r < 0.25:
                    edges.append(Edge(tail, head, frozen=ratio))
                    lines.append((tail, head, None, ratio))
                elif r < 0.5:
                    shared = f"s{rng.randint(0, 1)}"
                    edges.append(Edge(tail, head, shared, factor=ratio))
                    lines.append((tail, head, shared, ratio))
                else:
                    ratio = rng.choice([1, 1, ratio])
                    edges.append(Edge(tail, head, factor=ratio))
                    lines.append((tail, head, f"own{len(edges)}", ratio))
        if nodes[head] == "product" and all(h != head for _, h, *_ in lines):
            edges.append(Edge("x0", head))
            lines.append(("x0", head, f"own{len(edges)}", 1))
    edges.append(Edge("x0", "y0"))
    lines.append(("x0", "y0", "last", 1))
    slopes = {v: rng.choice([f"a[{v}]", "s0", "t"]) for v in names if nodes[v] == "prelu"}
    ends = [n for n in names if n[0] == "y"]
    return {"nodes": nodes, "edges": lines, "outputs": ends, "slopes": slopes}, edges


def nodes_of(model):
    """The nodes for dag: of a slope that is not its own the name is said."""
    shared = {v: slope for v, slope in model["slopes"].items() if "[" not in slope}
    return {v: ("prelu", shared[v]) if v in shared else kind for v, kind in model["nodes"].items()}


def numbered(model):
    """The parameters in the order of the edges, then the slopes."""
    names = dict.fromkeys(p for *_, p, _ in model["edges"] if p is not None)
    names |= dict.fromkeys(model["slopes"].values())
    return {p: k for k, p in enumerate(names)}


def check(seed, kinds, ends=1):
    """The laws of a random network are those of its components, in the reference's words; laws and
    data agree.
    """
    model, edges = random_model(random.Random(seed), kinds, ends)
    network, numbers = dag(nodes_of(model), edges, model["outputs"]), numbered(model)
    if ends > 1 and network.has_graph:
        network, model["softmax"] = under_loss(network, "softmax"), True
    assert network.size == len(numbers), seed
    report = analyze(network)
    dimension = trace_dimension(components(model, numbers), network.size)
    assert report.laws == network.size - dimension, (seed, report)
    basis, weights = seen(model, numbers, random.Random(f"data {seed}"), 12)
    for law in known_laws(network, report=report):
        assert not any(along(law.polynomial.terms, f, numbers, weights) for f in basis), (seed, law)
    if report.verdict == "proved":
        assert verify_bytes(certify(network, report=report).bytes).laws == report.laws
    return report.verdict == "proved"


@pytest.mark.parametrize("ends", [1, 2])
def test_random_networks_against_their_own_words(fresh_seed, ends):
    proved = [check(f"{fresh_seed} {ends} {k}", ["relu", "abs", "linear"], ends) for k in range(60)]
    assert sum(proved) > 50


@pytest.mark.parametrize(
    "kinds",
    [
        ["prelu", "linear"],
        ["max", "relu"],
        ["prelu", "max", "abs"],
        ["product", "relu", "linear"],
        ["squared_relu", "squared_relu", "linear"],
        ["product", "squared_relu", "abs", "prelu", "max"],
    ],
)
def test_random_networks_of_more_kinds(fresh_seed, kinds):
    proved = [check(f"{fresh_seed} {kinds} {k}", kinds, 1 + k % 2) for k in range(30)]
    assert sum(proved) > 24


@pytest.mark.long
def test_many_random_networks_against_their_own_words(fresh_seed):
    for k in range(amount(1000)):
        check(
            f"{fresh_seed} {k}", ["relu", "leaky_relu", "abs", "linear", "prelu", "max"], 1 + k % 2
        )


def test_parallel_edges_keep_their_difference():
    network = dag(XHY, [("x", "h"), ("x", "h"), ("x", "h"), ("h", "y")])
    assert network.entry_names == ("W[h,x]", "W[h,x,2]", "W[h,x,3]", "W[y,h]")
    assert count(network) == 3
    assert check_law(network, "W[h,x] - W[h,x,2]")
    assert not check_law(network, "W[h,x] + W[h,x,2]")


def test_parallel_biases_have_names():
    network = dag({"x": "input", "1": "constant", "y": "linear"}, [("1", "y"), ("1", "y")])
    assert network.entry_names == ("b[y]", "b[y,2]") and count(network) == 1


def test_factors_that_cancel():
    """w - w is nothing: w is on no path. Frozen ones that cancel are no edge."""
    network = dag(XHY, [Edge("x", "h", "w"), Edge("x", "h", "w", factor=-1), ("h", "y")])
    assert network.entry_names == ("w", "W[y,h]") and count(network) == 2
    both = [Edge("x", "h", frozen="1/2"), Edge("x", "h", frozen="-1/2"), ("x", "y"), ("h", "y")]
    assert [str(law) for law in known_laws(dag(XHY, both))] == ["W[y,h]"]


def test_a_signed_tie():
    """h = relu(w x) and relu(-w x), read by a and b: w^2 - a^2 - b^2."""
    nodes = {"x": "input", "p": "relu", "n": "relu", "y": "linear"}
    edges = [Edge("x", "p", "w"), Edge("x", "n", "w", factor=-1), ("p", "y"), ("n", "y")]
    (law,) = known_laws(dag(nodes, edges))
    assert str(law) == "w^2 - W[y,p]^2 - W[y,n]^2"


def test_outputs_of_different_scales_under_softmax():
    """y = w x / 2 and z = v x: of y - z the gradient is (1/2, -1)."""
    nodes = {"x": "input", "y": "linear", "z": "linear"}
    edges = [Edge("x", "y", "w", factor="1/2"), Edge("x", "z", "v")]
    network = under_loss(dag(nodes, edges), "softmax")
    assert count(network) == 1
    assert check_law(network, "2*w + v") and not check_law(network, "w + v")


def test_on_data_scales_do_not_matter():
    """The same function with and without fractions: one is the other times 6."""
    whole = dag(XHY, [("x", "h"), ("h", "y"), Edge("x", "y", frozen=1)])
    parts = dag(XHY, [("x", "h"), Edge("h", "y", factor="1/2"), Edge("x", "y", frozen="1/3")])
    for network in (whole, parts):
        report = analyze_function(network, [1, 2], [[1], [-1], [3]])
        assert (report.laws, report.verdict) == (1, "proved")
    assert analyze_function(parts, [-1, 2], [[1]]).laws == 2


def test_under_a_flow():
    network = dag(XHY, [Edge("x", "h", "w"), Edge("h", "y", "w", factor="-1/2"), ("h", "y")])
    assert count(under_flow(network, "weight-decay", tau="1/3")) == count(network)
    assert count(under_flow(network, "natural")) == count(network)


def test_files_have_fractions_and_factors(tmp_path):
    value = {
        "nodes": [{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear", "bias": True}],
        "edges": [
            {"from": "x", "to": "y", "parameter": "w", "factor": "-1/2"},
            {"from": "x", "to": "y", "frozen": "2/3"},
            {"from": "x", "to": "y"},
        ],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(value))
    network = read_network(path)
    assert network.entry_names == ("w", "W[y,x]", "b[y]") and count(network) == 1
    assert check_law(network, "W[y,x] + 2*w")


def test_networks_of_integers_are_not_rewritten():
    """Names, graphs and fingerprints are what they were."""
    network = dag(XHY, [("x", "h"), Edge("h", "y", frozen=-3), ("x", "y")])
    assert network.node_names == ("x", "h", "y")
    assert network.spec["frozen"] == [[1, 2, -3]] and network.spec["edges"] == [
        [0, 1, 0],
        [0, 2, 1],
    ]
    as_text = dag(XHY, [("x", "h"), Edge("h", "y", frozen="-6/2"), ("x", "y")])
    assert as_text.fingerprint == network.fingerprint


@pytest.mark.parametrize(
    ("edge", "message"),
    [
        (Edge("x", "h", frozen="1/0"), r"edges\[0\].frozen"),
        (
            Edge("x", "h", frozen="0/3"),
            r"edges\[0\].frozen: expected a rational number that is not",
        ),
        (Edge("x", "h", frozen=1 << 62), r"edges\[0\].frozen"),
        (Edge("x", "h", frozen=True), r"edges\[0\].frozen"),
        (Edge("x", "h", factor=0.5), r"edges\[0\].factor"),
        (Edge("x", "h", factor=0), r"edges\[0\].factor"),
        (Edge("x", "h", factor=2, frozen=1), r"edges\[0\]: has a factor and a frozen weight"),
        ({"from": "x", "to": "h", "ratio": 2}, r"edges\[0\]: expected from, to and perhaps"),
    ],
)
def test_refusals(edge, message):
    with pytest.raises(InputError, match=message):
        dag(XHY, [edge, ("h", "y")])


def test_denominators_that_multiply_are_limited():
    """A third of each of many layers is no number that is written out."""
    nodes = {"x": "input"} | {f"h{k}": "linear" for k in range(3000)}
    names = list(nodes)
    edges = [Edge(u, v, frozen="1/3") for u, v in zip(names, names[1:], strict=False)]
    assert count(dag(nodes, [*edges[:10], ("x", "h20")], ["h20"])) == 0
    with pytest.raises(LimitError, match="denominators"):
        dag(nodes, [*edges, ("x", "h2999")])
    with pytest.raises(LimitError, match="more than 62 bits"):
        dag(nodes, [*edges[:100], ("x", "h99")], ["h99"])


def test_common_denominators_are_bounded_before_they_are_long(monkeypatch):
    """Of weights into a neuron, of parallel ones and of outputs: none gets longer than the limit
    and one denominator more.
    """
    longest = []

    def watched(*numbers):
        longest.append(max(n.bit_length() for n in numbers))
        return lcm(*numbers)

    monkeypatch.setattr(plain, "lcm", watched)
    odd = [2**60 + 2 * k + 1 for k in range(300)]
    into = {f"x{k}": "input" for k in range(300)} | {"y": "linear"}
    out = {"x": "input"} | {f"y{k}": "linear" for k in range(300)}
    for nodes, edges in (
        (into, [Edge(f"x{k}", "y", factor=f"1/{d}") for k, d in enumerate(odd)]),
        (XHY, [*(Edge("x", "h", frozen=f"1/{d}") for d in odd), ("h", "y")]),
        (XHY, [*(Edge("x", "h", "w", factor=f"1/{d}") for d in odd), ("h", "y")]),
        (out, [Edge("x", f"y{k}", factor=f"1/{d}") for k, d in enumerate(odd)]),
    ):
        with pytest.raises(LimitError, match="denominators of the weights"):
            dag(nodes, edges)
    assert max(longest) < 1000 + 62


def test_names_of_new_nodes_are_not_looked_for():
    """Ten thousand parallel edges: a number each, without trying all before."""
    network = dag(XHY, [*[("x", "h")] * 10_000, ("h", "y")])
    names = network.node_names
    assert len(set(names)) == len(names) == 10_002 and "x>h#9999" in names
