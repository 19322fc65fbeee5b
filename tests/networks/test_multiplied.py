"""Products and squares of ReLU, written out: laws by hand, bounds, refusals."""

import json
import random

import pytest
from reference.models import components, seen
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
from pyconslaw.verify import verify_bytes


def gated_unit(inputs, hidden, outputs=1):
    """y = C (relu(A x) * (B x)), entry by entry."""
    nodes, edges = {f"x{j}": "input" for j in range(inputs)}, []
    for i in range(hidden):
        nodes |= {f"g{i}": "relu", f"l{i}": "linear", f"p{i}": "product"}
        edges += [(f"x{j}", f"{v}{i}") for v in "gl" for j in range(inputs)]
        edges += [Edge(f"{v}{i}", f"p{i}", frozen=1) for v in "gl"]
    nodes |= {f"y{k}": "linear" for k in range(outputs)}
    edges += [(f"p{i}", f"y{k}") for i in range(hidden) for k in range(outputs)]
    return dag(nodes, edges)


def test_a_squared_relu_is_of_degree_two():
    nodes = {"x": "input", "z": "input", "h": "squared_relu", "y": "linear"}
    network = dag(nodes, [("x", "h"), ("z", "h"), ("h", "y")])
    assert network.object == "system" and network.entry_names == ("W[h,x]", "W[h,z]", "W[y,h]")
    (law,) = known_laws(network)
    assert str(law) == "2*W[y,h]^2 - W[h,x]^2 - W[h,z]^2"
    report = analyze(network)
    assert verify_bytes(certify(network, report=report).bytes).laws == 1


def test_gated_linear_units():
    """Each of two factors is balanced with what reads their product."""
    for inputs, hidden, outputs in [(1, 1, 1), (2, 1, 2), (2, 2, 1), (3, 2, 2)]:
        network = gated_unit(inputs, hidden, outputs)
        assert count(network) == 2 * hidden, (inputs, hidden, outputs)
        rows = "".join(f" + W[g0,x{j}]^2 - W[l0,x{j}]^2" for j in range(inputs))
        assert check_law(network, rows[3:])


def test_powers_of_gates_are_gates():
    """h = relu(w x) times itself: one component, of h^2, as of a squared ReLU."""
    nodes = {"x": "input", "h": "relu", "p": "product", "y": "linear"}
    twice = [Edge("h", "p", frozen=1), Edge("h", "p", frozen=1), ("p", "y")]
    network = dag(nodes, [("x", "h"), *twice])
    squared = dag({"x": "input", "h": "squared_relu", "y": "linear"}, [("x", "h"), ("h", "y")])
    assert network.spec["phi"] == squared.spec["phi"]
    # |s|^2 is s^2: no gate is left, and x^2 in parallel cannot be told apart
    mirrored = dag(nodes | {"h": "abs"}, [("x", "h"), *twice])
    plain = dag(nodes | {"h": "linear"}, [("x", "h"), *twice])
    assert mirrored.spec["phi"] == plain.spec["phi"]
    side = [Edge("x", "s", frozen=1), Edge("x", "s", frozen=1), ("s", "y")]
    both = nodes | {"s": "product"}
    assert len(dag(both, [("x", "h"), *twice, *side]).phi) == 2
    assert len(dag(both | {"h": "abs"}, [("x", "h"), *twice, *side]).phi) == 1


def test_constants_and_inputs_are_told_apart():
    """(w x + b)^2: x^2, x and 1."""
    nodes = {"x": "input", "1": "constant", "s": "linear", "p": "product"}
    edges = [("x", "s"), ("1", "s"), Edge("s", "p", frozen="1/2"), Edge("s", "p", frozen=3)]
    network = dag(nodes, edges)
    assert network.spec["phi"] == [[[1, [[1, 2]]]], [[1, [[0, 1], [1, 1]]]], [[1, [[0, 2]]]]]
    assert count(network) == 0


def test_a_law_at_data(fresh_seed):
    """What is kept on data, in the reference's words, at weights where all patterns are seen."""
    nodes = {"x": "input", "z": "input", "h": "squared_relu", "k": "squared_relu", "y": "linear"}
    lines = [(s, v, f"{s}{v}", 1) for v in "hk" for s in "xz"]
    lines += [("h", "y", "hy", 1), ("k", "y", "ky", 1)]
    network = dag(nodes, [Edge(u, v, p) for u, v, p, _ in lines])
    numbers = {p: k for k, p in enumerate(network.entry_names)}
    model = {"nodes": nodes, "edges": lines, "outputs": ["y"]}
    assert count(network) == 6 - trace_dimension(components(model, numbers), 6) == 2
    basis, _ = seen(model, numbers, random.Random(fresh_seed), 60)
    assert trace_dimension(basis, 6) <= 4


def test_flows_and_files(tmp_path):
    value = {
        "nodes": [
            {"name": "x", "kind": "input"},
            {"name": "h", "kind": "squared_relu", "bias": True},
            {"name": "p", "kind": "product"},
        ],
        "edges": [{"from": "x", "to": "h"}, {"from": "h", "to": "p"}, {"from": "x", "to": "p"}],
        "flow": "weight-decay",
        "tau": "1/2",
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(value))
    moving = read_network(path)
    assert moving.base.entry_names == ("W[h,x]", "W[p,h]", "W[p,x]", "b[h]")
    assert moving.base.kind == "polynomials" and count(moving) == count(moving.base)
    nodes = {"x": "input", "h": "squared_relu", "y": "linear"}
    network = dag(nodes, [("x", "h"), ("h", "y")])
    assert count(under_flow(network, "momentum", tau=1)) == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: dag(
                {"x": "input", "h": "leaky_relu", "p": "product"},
                [("x", "h"), ("h", "p")],
            ),
            "'h' is a leaky ReLU beside nodes that multiply",
        ),
        (
            lambda: dag({"x": "input", "p": "product", "y": "linear"}, [("p", "y"), ("x", "y")]),
            "expected an edge into 'p', a product",
        ),
        (
            lambda: dag({"x": "input", "p": "product", "h": "relu"}, [("x", "h")], ["p"]),
            "expected an edge into 'p'",
        ),
        (
            lambda: dag(
                {"x": "input", "p": "product", "h": "relu"},
                [Edge("x", "p", frozen=1), ("x", "h")],
                ["p"],
            ),
            "expected one that depends on a parameter",
        ),
        (lambda: under_loss(gated_unit(1, 1), "softmax"), "loss: softmax needs outputs"),
        (lambda: analyze_function(gated_unit(1, 1), [1, 1, 1], [[1]]), "with a graph"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_what_is_written_out_is_bounded():
    """Degrees and coefficients that double, terms that multiply: refused soon."""
    names = ["x", *(f"h{k}" for k in range(60))]
    nodes = {"x": "input"} | dict.fromkeys(names[1:], "squared_relu")
    chain = list(zip(names, names[1:], strict=False))
    wide = {f"x{k}": "input" for k in range(60)} | {f"h{k}": "squared_relu" for k in range(3)}
    full = [(f"x{k}", "h0") for k in range(60)] + [("h0", "h1"), ("h1", "h2")]
    for kinds, edges, message in (
        (nodes, chain, "degree above 10000"),
        (nodes, [*(Edge(u, v, frozen=3) for u, v in chain[:-1]), chain[-1]], "3000 bits"),
        (wide, full, "letters|terms"),
        (
            {"x": "input", "p": "product"},
            [("x", "p"), *(Edge("x", "p", frozen=2**61 + k) for k in range(1000))],
            "3000 bits",
        ),
        (
            {"x": "input", "s": "linear", "p": "product"},
            [("s", "p"), *(Edge("x", "s", frozen=f"1/{2**60 + k}") for k in range(1000))],
            "3000 bits",
        ),
    ):
        with pytest.raises(LimitError, match=message):
            dag(kinds, edges)


def test_nodes_that_no_output_needs_are_not_written_out():
    names = [f"h{k}" for k in range(60)]
    nodes = {"x": "input", "y": "linear"} | dict.fromkeys(names, "squared_relu")
    edges = [("x", "y"), ("x", "h0"), *zip(names, names[1:], strict=False)]
    network = dag(nodes, edges, ["y"])
    assert len(network.phi) == 1 and count(network) == network.size - 1
