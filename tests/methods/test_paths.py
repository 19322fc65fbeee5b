"""Counts of spanning paths: against the ranks of written-out exponents, the search by brackets,
and the proof itself.
"""

import json
import random
from hashlib import sha256

import numpy as np
import pytest
from amounts import amount
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random
from reference.ranks import rank as oracle_rank

from pyconslaw import (
    LimitError,
    analyze,
    certify,
    count,
    dag_from_arrays,
    known_laws,
    linear,
    mlp,
    product,
    read_network,
    residual,
)
from pyconslaw.brackets.search import trace_rank
from pyconslaw.methods.paths import Paths, widths_bounds
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.records.graph import FROZEN
from pyconslaw.verify import verify_bytes

KINDS = ("input", "constant", "linear", "relu", "leaky_relu")


def drawn(rng, gates_only=True, frozen=0.15, tied=0.0, most=9):
    """A random graph as arrays: dead parts, outputs inside, gated outputs, frozen and tied
    edges.
    """
    nodes = rng.randint(3, most)
    kinds = (
        ["input"]
        + [
            rng.choice(
                ["input", "constant"]
                + ["relu", "leaky_relu"] * 3
                + ([] if gates_only else ["linear"] * 2)
            )
            for _ in range(nodes - 2)
        ]
        + [rng.choice(["linear", "relu"])]
    )
    density = rng.choice([0.3, 0.5, 0.8])
    edges = [
        (u, v)
        for v in range(nodes)
        if kinds[v] not in KINDS[:2]
        for u in range(v)
        if rng.random() < density
    ]
    neurons = [v for v in range(nodes) if kinds[v] not in KINDS[:2]]
    outputs = sorted({nodes - 1, *rng.sample(neurons, rng.randint(0, min(2, len(neurons))))})
    # an output without edges out may be linear, one inside too if it must not be gated
    for v in outputs:
        if rng.random() < (
            0.5 if not any(u == v for u, _ in edges) else 0.0 if gates_only else 0.3
        ):
            kinds[v] = "linear"
    if not edges:
        return None
    params, weights = [], []
    for k in range(len(edges)):
        params.append(
            FROZEN
            if rng.random() < frozen
            else rng.choice(params or [k])
            if rng.random() < tied
            else k
        )
        weights.append(rng.choice([1, 2, -3]))
    number = {p: i for i, p in enumerate(sorted(set(params) - {FROZEN}))}
    if not number:
        return None
    return dag_from_arrays(
        kinds,
        [u for u, _ in edges],
        [v for _, v in edges],
        [number.get(p, FROZEN) for p in params],
        weights,
        outputs,
    )


def exponents(network):
    """The exponent rows of all paths, each component of phi being one path where every node
    inside is gated.
    """
    rows = []
    for f in network.components.values():
        ((_, monomial),) = f.terms
        row = [0] * network.size
        for v, e in monomial:
            row[v] = e
        rows.append(row)
    return rows


def merged(network):
    """Whether a path runs through a node without gate, from the paths themselves."""
    graph = network.graph
    into = {v: [] for v in range(graph.nodes)}
    for u, v in zip(graph.tail.tolist(), graph.head.tolist(), strict=True):
        into[v].append(u)
    todo = [(o,) for o in graph.outputs]
    while todo:
        path = todo.pop()
        if path[0] in graph.sources and set(path[1:-1]) - set(graph.gated):
            return True
        todo += [(u, *path) for u in into[path[0]]]
    return False


def check(network, searched=True):
    """The count against two others; False where it does not apply."""
    counted = Paths().bounds(network.problem, None)
    if counted is None:
        assert merged(network) or (network.graph.uses > 1).any(), network.spec
        return False
    lower, upper = counted.lower, counted.upper
    assert not merged(network) and lower.rank == upper.dimension, network.spec
    assert lower.rank == oracle_rank(exponents(network)), network.spec
    if searched:
        assert balance_bound(network.graph, Random(1)).dimension == lower.rank, network.spec
        trace = trace_rank(network.fields(), Random(2), target=lower.rank + 1)
        assert trace.rank == lower.rank, network.spec
    return True


def check_many(seed, number):
    applied = 0
    for k in range(number):
        rng = random.Random(f"{seed} {k}")
        network = drawn(
            rng,
            gates_only=rng.random() < 0.8,
            frozen=rng.choice([0, 0.15, 0.4]),
            tied=rng.choice([0, 0, 0, 0.2]),
        )
        applied += network is not None and check(network)
    return applied


def test_random_graphs(fresh_seed):
    assert check_many(fresh_seed, 250) > 120


@pytest.mark.long
def test_many_random_graphs(fresh_seed):
    assert check_many(fresh_seed, amount(3000)) > 0.5 * amount(3000)


def walks(graph):
    """(edges not chosen, walks) of the proof: back along chosen edges to a source or output,
    then on to the first output.
    """
    live = [e for e in range(graph.edges) if graph.alive[e]]
    ends, chosen = {*graph.sources, *graph.outputs}, {}
    for e in live:
        if graph.head[e] not in ends:
            chosen.setdefault(int(graph.head[e]), e)
    rest = [e for e in live if e not in chosen.values()]
    rows = []
    for e in rest:
        walk, u, v = {e}, int(graph.tail[e]), int(graph.head[e])
        while u not in ends:
            walk.add(chosen[u])
            u = int(graph.tail[chosen[u]])
        while v not in graph.outputs:
            out = next(k for k in live if graph.tail[k] == v)
            walk.add(out)
            v = int(graph.head[out])
        rows.append(walk)
    return rest, rows


def test_the_walks_of_the_proof_are_unitriangular(fresh_seed):
    seen = 0
    for k in range(60):
        network = drawn(random.Random(f"{fresh_seed} {k}"))
        if network is None or not Paths().applies(network.problem):
            continue
        graph = network.graph
        rest, rows = walks(graph)
        heads = {e: graph.head[e] for e in rest}
        for e, walk in zip(rest, rows, strict=True):
            assert all(f == e or heads[f] > heads[e] for f in walk & set(rest)), (
                fresh_seed,
                k,
                network.spec,
            )
        seen += len(rest)
    assert seen > 100


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.data())
def test_widths_and_edges_agree(dims, data):
    """The theorem on layered networks against the count edge by edge."""
    names = [data.draw(st.sampled_from(["relu", "leaky_relu", "relu", "linear"])) for _ in dims[2:]]
    network = mlp(dims, names, bias=data.draw(st.sampled_from([False, True, "all"])))
    by_edges = Paths().bounds(network.problem, None)
    assert network.layers.params == network.size == network.graph.edges
    assert (by_edges is None) == (not all(network.layers.gated)) == ("linear" in names)
    if by_edges is not None:
        by_widths = widths_bounds(network.layers)
        assert (
            by_widths.lower.rank
            == by_edges.lower.rank
            == by_widths.upper.dimension
            == network.size - sum(dims[1:-1])
        )


@pytest.mark.parametrize("dims", [[1000, 900, 1000, 10], [3, 400_000, 1]])
def test_widths_and_edges_agree_on_large_networks(dims):
    network = mlp(dims, bias=True)
    found = widths_bounds(network.layers)
    lower, upper = found.lower, found.upper
    by_edges = Paths().bounds(network.problem, None)
    assert (
        (lower.rank, upper.stated)
        == (by_edges.lower.rank, by_edges.upper.stated)
        == (network.size - sum(dims[1:-1]), sum(dims[1:-1]))
    )
    assert count(network) == sum(dims[1:-1])


def test_a_theorem_where_edges_are_not_listed():
    network = mlp([30_000, 30_000, 20_000, 10], "leaky_relu", bias="all")
    report = analyze(network)
    assert (report.laws, report.verdict, report.method, report.parameters) == (
        50_000,
        "proved",
        "theorem",
        network.size,
    )
    assert (
        network.size > 10**9 and verify_bytes(certify(network, report=report).bytes).laws == 50_000
    )
    mixed = analyze(mlp([30_000, 30_000, 20_000, 10], ["relu", "linear"]))
    assert (mixed.laws, mixed.verdict) == (
        30_000 + 20_000 * 20_001 // 2,
        "proved",
    ) and mixed.method.startswith("widening")


def test_where_it_does_not_apply():
    for network in (linear([2, 2, 2]), product(3), residual(2, 2, 2)):
        assert not Paths().applies(network.problem)
        assert Paths().bounds(network.problem, None) is None
    # a linear output inside
    inside = dag_from_arrays(["input", "linear", "linear"], [0, 0, 1], [1, 2, 2], outputs=[1, 2])
    assert not Paths().applies(inside.problem) and analyze(inside).laws == 0
    # tied
    assert not Paths().applies(dag_from_arrays([0, 3, 2], [0, 1], [1, 2], [0, 0]).problem)
    # tied to a dead edge only
    half = dag_from_arrays([0, 3, 3, 2], [0, 0, 1], [1, 2, 3], [0, 0, 1], outputs=[3])
    assert Paths().bounds(half.problem, None).lower.rank == 1 and analyze(half).laws == 1


def test_large_arrays(tmp_path):
    """Too many edges for lists: counted, not certified, laws not listed; the fingerprint is that
    of the text.
    """
    nodes = 60_000
    head = np.repeat(np.arange(20, nodes), 10)
    tail = head - np.tile(np.arange(10)[::-1], nodes - 20) - 1
    kinds = np.full(nodes, 3)
    kinds[:20], kinds[-1] = 0, 2
    network = dag_from_arrays(kinds, tail, head)
    report = analyze(network)
    assert (report.laws, report.verdict, report.method) == (nodes - 21, "proved", "spanning paths")
    with pytest.raises(LimitError, match="500000"):
        certify(network, report=report)
    with pytest.raises(LimitError):
        known_laws(network, report=report)
    mixed = np.random.default_rng(0).permutation(len(head))
    np.savez(tmp_path / "net.npz", kinds=kinds, tail=tail[mixed], head=head[mixed], parameter=mixed)
    again = read_network(tmp_path / "net.npz")
    text = json.dumps(dict(network.spec), sort_keys=True, separators=(",", ":"))
    assert (
        again.fingerprint
        == network.fingerprint
        == sha256(text.encode()).hexdigest()
        == report.system
    )
    with pytest.raises(LimitError):
        dag_from_arrays(np.zeros(60_000_000, dtype=np.int8), [0], [1])


def test_certificates_are_accepted(fresh_seed):
    for k in range(60):
        network = drawn(random.Random(f"{fresh_seed} {k}"))
        if network is None or not Paths().applies(network.problem):
            continue
        certificate = certify(network)
        assert certificate.json["lower"] == {"kind": "spanning-paths"} and certificate.json[
            "upper"
        ] == {"kind": "potentials"}
        assert verify_bytes(certificate.bytes).laws == network.size - oracle_rank(
            exponents(network)
        ), (fresh_seed, k)
