"""Differences of outputs as one output less: which graphs they are, against brackets and the
checker's own look.
"""

import random

import pytest
from forged.test_fewer_outputs import BROKEN, HEADS, NODES, READ

from pyconslaw import (
    Edge,
    InputError,
    analyze,
    certify,
    count,
    dag,
    linear,
    mlp,
    product,
    under_loss,
)
from pyconslaw.reasons.fewer_outputs import with_fewer_outputs
from pyconslaw.verify import verify_bytes


def network_of(read=READ, heads=HEADS, nodes=NODES):
    edges = [*read, *(Edge(u, v, frozen=w) for u, v, w in heads)]
    return dag(nodes, edges, ["d", "e"])


def test_one_node_less_is_read():
    graph = network_of().graph
    less = with_fewer_outputs(graph)
    assert len(less.outputs) == 2 and less.edges == graph.edges - 4 and less.weight is None
    assert less.params == graph.params and not less.alive.all()


@pytest.mark.parametrize("name", BROKEN)
def test_what_the_checker_refuses_is_not_claimed(name):
    system, _ = BROKEN[name]
    names = [f"n{v}" for v in range(len(system["nodes"]))]
    edges = [Edge(names[t], names[h], f"p{p}") for t, h, p in system["edges"]]
    edges += [Edge(names[t], names[h], frozen=w) for t, h, w in system["frozen"]]
    nodes = list(zip(names, system["nodes"], strict=True))
    network = dag(nodes, edges, [names[v] for v in system["outputs"]])
    assert with_fewer_outputs(network.graph) is None
    assert "fewer-outputs" not in str(certify(network).json["upper"])


@pytest.mark.parametrize("network", [linear([2, 3]), mlp([2, 2, 1]), product(3)])
def test_graphs_without_differences(network):
    assert with_fewer_outputs(network.graph) is None


def test_random_networks_against_brackets(fresh_seed):
    """As many laws as brackets of the differences themselves leave, and the checker agrees."""
    rng = random.Random(fresh_seed)
    for _ in range(25):
        dims = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))] + [rng.randint(2, 4)]
        kind, bias = rng.choice(["relu", "abs"]), rng.choice(["none", "hidden", "all"])
        network = under_loss(mlp(dims, kind, bias), "softmax")
        report = analyze(network)
        assert report.found_by == "paths of outputs", (fresh_seed, network)
        assert report.upper.laws == () and report.upper.stated == report.laws
        assert report.laws == count_by_brackets(network), (fresh_seed, network)
        assert verify_bytes(certify(network, report=report).bytes).laws == report.laws


def count_by_brackets(network):
    report = analyze(network, method="generic")
    assert report.found_by == "generic"
    return report.laws


def test_large_networks_are_counted_without_a_search():
    """A classifier of digits: a law for each hidden neuron, and the sums of its last matrix."""
    report = analyze(mlp([784, 100, 10], bias="all"), loss="softmax")
    assert (report.verdict, report.laws) == ("proved", 100 + 101)
    assert report.method == "spanning paths, as with one output less"


def test_linear_neurons_are_searched():
    """What is before the outputs must be counted by paths."""
    report = analyze(linear([2, 2, 3]), loss="softmax")
    assert report.found_by == "generic" and report.laws == 5
    with pytest.raises(InputError, match="paths is not for"):
        analyze(linear([2, 2, 3]), loss="softmax", method="paths")
    assert count(mlp([2, 2, 3]), loss="softmax") == 4
    assert analyze(mlp([2, 2, 3]), loss="softmax", method="paths").laws == 4
