"""Networks under softmax: against the function itself, its gradients, and the column sums."""

import random

import pytest
from reference.models import along, seen
from reference.trace import trace_dimension

import pyconslaw as pcl
from pyconslaw import (
    InputError,
    analyze,
    analyze_function,
    certify,
    count,
    dag,
    known_laws,
    linear,
    mlp,
    network_of,
    product,
    read_network,
    recurrent,
    residual,
    under_flow,
    under_loss,
)
from pyconslaw.verify import verify_bytes


def model_of(network):
    """The model of the reference of a network, under softmax."""
    kinds = ["input"] * network.spec["dims"][0]
    graph = network.graph
    kinds += ["constant"] * len(network.constants)
    kinds += ["linear"] * (graph.nodes - len(kinds))
    for v, kind in zip(graph.gated, network.gate_kinds, strict=True):
        kinds[v] = kind
    edges = zip(graph.tail.tolist(), graph.head.tolist(), graph.param.tolist(), strict=True)
    return {
        "nodes": dict(enumerate(kinds)),
        "edges": [(u, v, k, 1) for u, v, k in edges],
        "outputs": list(graph.outputs),
        "softmax": True,
    }


@pytest.mark.parametrize(
    ("network", "laws"),
    [
        (linear([2, 3]), 2),
        (linear([3, 2], bias="all"), 4),
        (linear([2, 2, 3]), 5),
        (linear([1, 2, 2]), 5),
        (mlp([2, 2, 2]), 4),
        (mlp([2, 2, 3], bias="all"), 5),
        (mlp([1, 2, 2], "leaky_relu", bias=True), 4),
        (mlp([2, 2, 1]), 6),
        (mlp([2, 2, 2], "abs"), 4),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_softmax_against_the_function(network, laws, fresh_seed):
    """The laws of phi are those that no data can refute; at some weights data show no others."""
    report = analyze(network, loss="softmax")
    assert (report.verdict, report.laws) == ("proved", laws)
    under, least = under_loss(network, "softmax"), network.size
    numbers = {k: k for k in range(network.size)}
    for k in range(12):
        basis, weights = seen(model_of(network), numbers, random.Random(f"{fresh_seed} {k}"), 60)
        for law in known_laws(under):
            terms = law.polynomial.terms
            assert not any(along(terms, f, numbers, weights) for f in basis), (str(law), k)
        found = network.size - trace_dimension(basis, network.size)
        assert found >= laws, (fresh_seed, k)
        least = min(least, found)
    assert least == laws, fresh_seed


def test_the_last_matrix_has_column_sums():
    laws = [str(law) for law in known_laws(under_loss(mlp([2, 2, 2]), "softmax"))]
    assert laws[2:] == ["-W2[0,0] - W2[1,0]", "-W2[0,1] - W2[1,1]"]
    assert count(mlp([2, 2, 2])) == 2 and count(mlp([2, 2, 2]), loss="cross_entropy") == 4


@pytest.mark.parametrize("dims", [[2, 3, 4], [3, 2, 2, 3], [2, 2, 2]])
@pytest.mark.parametrize("bias", ["none", "hidden", "all"])
@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_one_output_less(dims, bias, activation):
    """An orthogonal change of the last layer makes the last output the mean, which is not seen."""
    less = count(mlp([*dims[:-1], dims[-1] - 1], activation, bias))
    more = dims[-2] + (bias == "all")
    assert count(mlp(dims, activation, bias), loss="softmax") == less + more


def test_certificates_are_of_the_larger_graph():
    for network in (linear([2, 3, 3]), mlp([2, 3, 2], bias="all"), residual(2, 1, 2), product(3)):
        under = under_loss(network, "softmax")
        report = analyze(network, loss="softmax")
        certificate = certify(network, loss="softmax")
        assert certificate.bytes == certify(under, report=report).bytes
        assert certificate.json["system"]["type"] == "dag"
        accepted = verify_bytes(certificate.bytes, f"sha256 {under.fingerprint}")
        assert accepted.laws == report.laws and accepted.parameters == network.size
        with pytest.raises(InputError, match="report: is about .* --loss softmax"):
            certify(network, report=report)


def test_one_output_shows_nothing():
    for network in (product(3), mlp([2, 3, 1]), recurrent(1, 2, 1, 3)):
        assert count(network, loss="softmax") == network.size


def test_outputs_that_others_read():
    """An output that is read on: its own row of weights has no sum that stays."""
    nodes = {"x": "input", "h": "relu", "y": "linear", "z": "linear"}
    edges = [("x", "h"), ("h", "y"), ("h", "z"), ("y", "z")]
    network = dag(nodes, edges, ["y", "z"])
    report = analyze(network, loss="softmax")
    phi = [
        # of y - z: (1 - d) b a - c a
        {0x0101: 1, 0x01000101: -1, 0x010001: -1},
    ]
    assert report.verdict == "proved" and report.laws == 4 - trace_dimension(phi, 4)


def test_words_files_and_flows(tmp_path):
    named = network_of("relu", "2-3-2", bias="all", loss="cross_entropy")
    assert named.name == "relu 2-3-2 --bias all --loss softmax"
    assert named.spec == under_loss(mlp([2, 3, 2], bias="all"), "softmax").spec
    assert network_of("relu", "2-3-2", loss="full").name == "relu 2-3-2"
    path = tmp_path / "net.json"
    path.write_text(
        '{"nodes": [{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear"},'
        '{"name": "z", "kind": "linear"}], "edges": [{"from": "x", "to": "y"},'
        '{"from": "x", "to": "z"}], "loss": "softmax", "flow": "momentum"}'
    )
    moving = read_network(path)
    assert moving.size == 5 and moving.name.endswith("--loss softmax --flow momentum --tau 1")
    # the sum of the weights moves freely, the difference is driven
    assert count(moving) == 2
    assert count(under_flow(named, "weight-decay", tau=1)) == count(named) == 7


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: under_loss(linear([2, 2]), "mse"), "loss: expected one of full, softmax, cross"),
        (lambda: analyze(linear([2, 2]), loss=None and 1 or ["softmax"]), "loss: expected one of"),
        (lambda: under_loss("linear", "softmax"), "network: expected a Network"),
        (lambda: certify("linear", loss="softmax"), "network: expected a Network"),
        (
            lambda: under_loss(under_flow(linear([2, 2]), "momentum"), "softmax"),
            "loss: comes before the flow",
        ),
        (
            lambda: under_loss(linear([2, 2], rates={"W1": 2}), "softmax"),
            "loss: comes before the flow",
        ),
        (
            lambda: analyze(pcl.System("xy", phi=["x*y"]), loss="softmax"),
            "loss: softmax needs outputs",
        ),
        (lambda: network_of("nmf", "2-2-2", loss="softmax"), "loss: belongs to other networks"),
        (
            lambda: certify(
                mlp([1, 1, 1]),
                report=analyze_function(mlp([1, 1, 1]), [1, 1], [[1]]),
                loss="softmax",
            ),
            "loss: the report is about full",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_a_file_with_null_is_refused(tmp_path):
    path = tmp_path / "net.json"
    path.write_text('{"nodes": [], "edges": [], "loss": null}')
    with pytest.raises(InputError, match="loss: expected no null"):
        read_network(path)
