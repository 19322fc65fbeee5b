"""Bounds at points with symmetry: what a sub-network shows is true of the whole, and agrees with
generic points and polynomials.
"""

import random
from collections import Counter

import numpy as np
import pytest
from amounts import amount
from methods.symmetric.test_points import drawn, written_out
from pyconslaw._core.zp import Random
from reference import networks as slow_networks
from reference.trace import TooLarge, trace_dimension

from pyconslaw import analyze, certify, linear, mlp
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.methods.symmetric.runs import Run
from pyconslaw.methods.symmetric.search import symmetric_bounds
from pyconslaw.verify import verify_bytes

PRIME = 2**61 - 1


def network_of(layers):
    q = len(layers.biased)
    bias = (
        {0: False, q - 1: True, q: "all"}[sum(layers.biased)]
        if q > 1
        else "all"
        if layers.biased[0]
        else False
    )
    return mlp(layers.widths, ["relu" if gate else "linear" for gate in layers.gated], bias)


def test_values_of_a_run_are_values_of_the_network(fresh_seed):
    """A word of probes that vanish outside some copies has in the whole network the value that
    it has in their sub-network.
    """
    rng, seen = random.Random(fresh_seed), 0
    while seen < 40:
        layers, point = drawn(rng)
        copies = [t for t, kind in enumerate(point.types) for _ in range(kind.copies)]
        chosen = sorted(rng.sample(range(len(copies)), min(len(copies), rng.randint(1, 3))))
        kinds = [copies[c] for c in chosen]
        if any(sum(point.types[t].widths[k] for t in kinds) == 0 for k in range(point.layers + 1)):
            continue
        run = Run(point, kinds)
        whole, theta = written_out(point)
        # the nodes of the run, in the order of the run
        inside = np.zeros(whole.nodes, dtype=bool)
        start, biased = 0, any(point.biased)
        for k in range(point.layers + 1):
            for c, t in enumerate(copies):
                inside[start : start + point.types[t].widths[k]] = c in chosen
                start += point.types[t].widths[k]
            if k == 0 and biased:
                inside[start] = True
                start += 1
        small = run.fields.draw(Random(rng.randrange(2**32)), 0, 2, 1000)
        columns = [run.fields.graph.sources, run.fields.graph.gated, run.fields.graph.outputs]
        large = []
        for row in small:
            parts = np.split(row, np.cumsum([len(c) for c in columns])[:-1])
            place = dict(
                zip(np.flatnonzero(inside).tolist(), range(run.fields.graph.nodes), strict=True)
            )
            values = [
                dict(zip(nodes, part.tolist(), strict=True))
                for nodes, part in zip(columns, parts, strict=True)
            ]
            large.append(
                [
                    values[kind].get(place.get(v, -1), rng.randrange(1000) if kind == 1 else 0)
                    for kind, nodes in enumerate((whole.sources, whole.gated, whole.outputs))
                    for v in nodes
                ]
            )
        words = [(0,), (1,), (0, 1), (1, 0, 1)]
        got = run.fields.values(small, words, run.point, PRIME)
        expected = ProbeFields(whole).values(np.array(large, dtype=np.uint64), words, theta, PRIME)
        edge = inside[whole.tail] & inside[whole.head]
        inner = np.zeros(whole.params, dtype=bool)
        inner[whole.param[edge]] = True
        assert np.array_equal(expected[:, inner], got), (fresh_seed, layers, point.text(), kinds)
        assert not expected[:, ~inner].any(), (fresh_seed, layers, point.text(), kinds)
        seen += 1


def compare(seed, wanted, limit):
    """Bounds at random symmetric points against the count of explicit polynomials and the
    generic point; how often they meet.
    """
    rng, tally = random.Random(seed), Counter()
    while tally["networks"] < wanted:
        layers, point = drawn(rng)
        network = network_of(layers)
        if network.layers != layers:
            continue
        phi, size = slow_networks.layered(
            list(layers.widths), list(network.spec["activations"]), network.spec["bias"]
        )
        try:
            dimension = trace_dimension(phi.values(), size, seed=rng.randrange(2**32), limit=limit)
        except TooLarge:
            continue
        lower, upper = symmetric_bounds(point, Random(rng.randrange(2**32)), effort=1e9)
        generic = analyze(network, method="generic")
        case = (
            f"seed {seed}: {network.name} at {point.text()}, oracle {dimension}, {lower.rank} "
            f".. {upper.dimension}"
        )
        assert lower.rank <= dimension <= upper.dimension, case
        assert generic.laws_min <= size - dimension <= generic.laws_max, case
        tally["networks"] += 1
        tally["met"] += lower.rank == upper.dimension
    return tally


def test_300_networks(fresh_seed, capsys):
    tally = compare(fresh_seed, 300, 20_000)
    with capsys.disabled():
        print(f"\n  {tally['networks']} random points with symmetry: bounds meet at {tally['met']}")
    assert tally["met"] > 150


@pytest.mark.long
def test_2000_networks(fresh_seed, capsys):
    tally = compare(fresh_seed, amount(2000), 60_000)
    with capsys.disabled():
        print(f"\n  {tally['networks']} random points with symmetry: bounds meet at {tally['met']}")


@pytest.mark.parametrize(
    ("network", "laws"),
    [
        (linear([1000] * 11), 9 * 1000 * 1001 // 2),
        (linear([784, 512, 256, 10]), (512 * 513 + 256 * 257) // 2),
        (linear([10, 40, 40, 10]), 40 * 41),
        (linear([13, 97, 113, 17]), (97 * 98 + 113 * 114) // 2),
        (mlp([784, 512, 256, 10], ["linear", "relu"], "all"), 512 * 513 // 2 + 256),
        (
            mlp([100, 80, 80, 60, 10], ["linear", "relu", "linear"], True),
            (80 * 81 + 60 * 61) // 2 + 80,
        ),
        (linear([60 - 3 * k for k in range(12)]), sum(n * (n + 1) // 2 for n in range(30, 58, 3))),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_wide_and_deep(network, laws):
    report = analyze(network, method="symmetric")
    assert (report.laws, report.verdict) == (laws, "proved") and "point" in report.method
    accepted = verify_bytes(certify(network, report=report).bytes, network.name)
    assert (accepted.laws, accepted.parameters) == (laws, network.size)


def test_equal_seeds_give_equal_certificates():
    network = linear([6, 30, 30, 6])
    one, two = (
        certify(network, report=analyze(network, method="symmetric", seed=5)).bytes
        for _ in range(2)
    )
    assert one == two


def test_a_search_that_is_stopped_keeps_its_interval():
    report = analyze(
        linear([10, 40, 40, 10]), method="symmetric", progress=lambda rank, target: True
    )
    assert report.verdict == "open" and report.laws_min == 40 * 41 < report.laws_max


def test_a_point_without_biases_is_held_against_what_biases_allow():
    """A wide linear layer with biases: at the point, where all biases are 0, fewer laws are
    independent than at a generic one, and the search there would never reach what they leave.
    """
    net = mlp([48, 27, 1, 6, 46, 21], ["linear"] * 4, "all")
    asked = analyze(net, method="symmetric")
    report = analyze(net)
    assert (asked.verdict, report.verdict) == ("open", "proved")
    assert report.found_by == "symmetric" and report.laws == asked.laws_max == 1310
    assert report.upper.proof["kind"] == "generic-balance"
    assert verify_bytes(certify(net, report=report).bytes).laws == 1310
