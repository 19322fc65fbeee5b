"""Properties of every answer, over drawn layered networks, graphs, JSON values and bytes, the
hostile ones included.
"""

import json
import warnings
from fractions import Fraction

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from reference import networks as slow_networks
from reference.polynomials import evaluate, gradient, polynomial

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    NotProvedError,
    analyze,
    certify,
    check_law,
    dag,
    known_laws,
    mlp,
    read_network,
)
from pyconslaw.networks.files import network_from_json
from pyconslaw.networks.network import Network
from pyconslaw.verify import verify_bytes

ACTIVATIONS = ["linear", "relu", "leaky_relu", "abs"]
KINDS = ["input", "constant", *ACTIVATIONS]
MUCH = 10**7  # products that an analysis in these tests may spend


@st.composite
def layers(draw, widest=4, deepest=4):
    """(dims, activations, bias) of a layered network."""
    dims = draw(st.lists(st.integers(1, widest), min_size=2, max_size=deepest))
    activations = [draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]]
    return dims, activations, draw(st.sampled_from(["none", "hidden", "all"]))


def built(case):
    dims, activations, bias = case
    return mlp(dims, activations, False if bias == "none" else bias)


def check_report(network, report):
    """What holds for every answer, and that it goes through JSON unchanged."""
    assert 0 <= report.laws_min <= report.laws_max <= network.size == report.parameters
    assert report.verdict in ("proved", "probable", "open")
    assert (report.laws is None) == (report.verdict == "open")
    if report.laws is not None:
        assert report.laws_min <= report.laws <= report.laws_max
    if report.verdict == "proved":
        assert report.laws_min == report.laws_max and report.error_bound is None
        found = verify_bytes(certify(network, report=report).bytes)
        assert (found.laws, found.parameters, found.object) == (
            report.laws,
            network.size,
            network.object,
        )
    else:
        assert report.laws_min < report.laws_max
        assert (report.error_bound is not None and 0 < report.error_bound < 1) == (
            report.verdict == "probable"
        )
        with pytest.raises(NotProvedError):
            certify(network, report=report)
    assert json.loads(json.dumps(report.json())) == report.json()


# ---------------------------------------------------------------------------------------------
# layered networks


@given(layers(), st.integers(0, 2**64 - 1))
def test_reports_of_layered_networks(case, seed):
    network = built(case)
    report = analyze(network, seed=seed, effort=MUCH)
    event(report.verdict)
    check_report(network, report)
    assert analyze(network, seed=seed, effort=MUCH).json() == report.json()


@given(layers(), st.data())
def test_known_laws_do_not_move_under_a_gradient_step(case, data):
    """h(theta - t g) = h(theta) + t^2 h(g) exactly, for a law h without terms of degree 1 and g
    a gradient of a loss: what moves is of second order in the step.
    """
    network = built(case)
    phi, size = slow_networks.layered(*case)
    numbers = st.lists(st.integers(-9, 9), min_size=size, max_size=size)
    theta = data.draw(numbers, "theta")
    g = [0] * size
    # the gradient of sum_i c_i phi_i, as of any loss that is a function of phi
    for f in phi.values():
        c = data.draw(st.integers(-9, 9))
        for v, part in gradient(f).items():
            g[v] += c * evaluate(part, theta)
    step = Fraction(1, data.draw(st.integers(1, 9)))
    for law in known_laws(network, report=analyze(network, effort=MUCH)):
        h = polynomial(law.polynomial.terms)
        assert law.polynomial.degree == 2 or not evaluate(h, g)
        assert sum(evaluate(part, theta) * g[v] for v, part in gradient(h).items()) == 0
        if law.polynomial.degree == 2:
            moved = [x - step * y for x, y in zip(theta, g, strict=True)]
            assert evaluate(h, moved) - evaluate(h, theta) == step**2 * evaluate(h, g)


@given(layers(widest=3), st.data())
def test_what_is_no_law_is_refuted_by_its_point(case, data):
    network = built(case)
    phi, size = slow_networks.layered(*case)
    square = st.tuples(st.integers(-2, 2), st.integers(0, size - 1), st.integers(0, size - 1))
    text = " + ".join(
        f"({c})*{network.entry_names[v]}*{network.entry_names[w]}"
        for c, v, w in data.draw(st.lists(square, min_size=1, max_size=4))
    )
    found = check_law(network, text)
    event("a law" if found else "not a law")
    if not found:
        assert set(found.point) == set(network.entry_names) or set(found.point) < set(
            network.entry_names
        )
        assert found.derivative != 0 and found.component in network.components


# --------------------------------------------------------------------------------------------------
# ----- graphs

NAMES = st.sampled_from(["x", "y", "h", "k", "1", "z"])
HOSTILE = st.sampled_from(
    ["", "x y", "é", "\0", "x" * 300, None, 0, True, -1, 1.5, (), [], {}, b"x", "W[x,y]"]
)
WEIGHTS = st.one_of(
    st.none(), st.integers(-3, 3), st.sampled_from([2**62, -(2**62), 2**62 - 1, True, 1.0, "1"])
)
EDGES = st.one_of(
    st.tuples(NAMES, NAMES),
    st.builds(
        Edge, NAMES, NAMES, st.sampled_from([None, "s", "t"]), st.sampled_from([None, None, 1, -2])
    ),
    st.builds(Edge, NAMES | HOSTILE, NAMES, st.sampled_from([None, "s", "1a", "", 3]), WEIGHTS),
    st.tuples(NAMES, NAMES | HOSTILE),
    st.fixed_dictionaries(
        {"from": NAMES, "to": NAMES}, optional={"parameter": HOSTILE, "frozen": WEIGHTS, "x": NAMES}
    ),
    HOSTILE,
)


@st.composite
def graphs(draw):
    """Nodes in an order in which edges run forwards, any edges between them, now and then
    something hostile.
    """
    kinds = [draw(st.sampled_from(["input", "input", "constant"]))]
    kinds += draw(st.lists(st.sampled_from(KINDS[2:]), min_size=1, max_size=5))
    names = [f"n{v}" for v in range(len(kinds))]
    edges = []
    for h in range(1, len(kinds)):
        for t in range(h):
            label = draw(st.sampled_from([None, "own", "own", "s", "t", 1, -2]))
            if label is not None:
                edges.append(
                    Edge(
                        names[t],
                        names[h],
                        *(
                            (None, label)
                            if isinstance(label, int)
                            else (None if label == "own" else label,)
                        ),
                    )
                )
    order = draw(st.permutations(edges))
    outputs = draw(st.none() | st.lists(st.sampled_from(names), max_size=2))
    return list(zip(names, kinds, strict=True)), list(order), outputs


def check_network(build):
    """The input is refused, or it is a network for which all invariants hold."""
    try:
        network = build()
    except (InputError, LimitError) as error:
        assert str(error)
        event("refused")
        return None
    assert (
        isinstance(network, Network)
        and network.size == len(network.entry_names) == len(set(network.entry_names)) >= 1
    )
    report = analyze(network, effort=MUCH)
    event(report.verdict)
    check_report(network, report)
    for law in known_laws(network, report=report):
        assert check_law(network, law)
    return network


@settings(max_examples=150)
@given(graphs())
def test_graphs(case):
    check_network(lambda: dag(*case))


@settings(max_examples=300)
@given(
    st.one_of(
        st.dictionaries(
            NAMES | HOSTILE.filter(lambda x: x.__hash__), st.sampled_from(KINDS) | HOSTILE
        ),
        st.lists(st.tuples(NAMES, st.sampled_from(KINDS)) | HOSTILE, max_size=5),
        HOSTILE,
    ),
    st.lists(EDGES, max_size=6) | HOSTILE,
    st.none() | st.lists(NAMES | HOSTILE, max_size=3) | HOSTILE,
)
def test_hostile_graphs(nodes, edges, outputs):
    check_network(lambda: dag(nodes, edges, outputs))


@given(graphs())
def test_graphs_through_files(tmp_path, case):
    """A graph, the JSON file that says the same, and the same again."""
    nodes, edges, outputs = case
    network = check_network(lambda: dag(*case))
    value = {
        "nodes": [{"name": name, "kind": kind} for name, kind in nodes],
        "edges": [
            {"from": e.tail, "to": e.head}
            | ({} if e.parameter is None else {"parameter": e.parameter})
            | ({} if e.frozen is None else {"frozen": e.frozen})
            for e in edges
        ],
    }
    if outputs is not None:
        value["outputs"] = outputs
    path = tmp_path / "net.json"
    path.write_text(json.dumps(value))
    if network is None:
        with pytest.raises((InputError, LimitError)):
            read_network(path)
    else:
        again = read_network(path)
        assert (again.spec, again.entry_names) == (network.spec, network.entry_names)


# --------------------------------------------------------------------------------------------------
# ------ files

KEYS = st.sampled_from(
    ["nodes", "edges", "outputs", "name", "kind", "bias", "from", "to", "parameter", "frozen", "x"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | NAMES
    | st.sampled_from(KINDS)
    | st.text(max_size=3)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)
NODES = st.fixed_dictionaries(
    {"name": NAMES, "kind": st.sampled_from(KINDS)}, optional={"bias": st.booleans() | VALUES}
)
FILES = VALUES | st.fixed_dictionaries(
    {
        "nodes": st.lists(NODES | VALUES, max_size=5) | VALUES,
        "edges": st.lists(st.fixed_dictionaries({"from": NAMES, "to": NAMES}) | VALUES, max_size=5)
        | VALUES,
    },
    optional={"outputs": st.lists(NAMES, max_size=2) | VALUES},
)


@settings(max_examples=300)
@given(FILES)
def test_json_values(value):
    check_network(lambda: network_from_json(value))


@settings(max_examples=200)
@given(
    st.sampled_from([".json", ".npz", ""]),
    st.binary(max_size=200)
    | FILES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
)
@example(".npz", b"PK\x05\x06" + bytes(18))
@example(".json", b"\xff\xfe{\x00}\x00")
@example(".json", b'{"nodes": [{"name": "\\ud800", "kind": "input"}], "edges": []}')
def test_bytes(tmp_path, suffix, data):
    path = tmp_path / f"net{suffix}"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_network(lambda: read_network(path))
