"""Counts of spanning paths: against the ranks of written-out exponents, the search by brackets, and the proof itself."""
import random

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from reference.ranks import rank as oracle_rank

from pyconslaw import InputError, LimitError, analyze, certify, count, dag_from_arrays, known_laws, linear, mlp, product, residual
from pyconslaw._core.zp import Random
from pyconslaw.bounds import balance_bound
from pyconslaw.paths import path_bounds
from pyconslaw.records import FROZEN
from pyconslaw.trace import trace_rank
from pyconslaw.verify import Refused, verify_bytes

KINDS = ("input", "constant", "linear", "relu", "leaky_relu")


def drawn(rng, gates_only=True, frozen=0.15, tied=0.0, most=9):
    """A random graph as arrays: dead parts, outputs inside, gated outputs, frozen and tied edges."""
    nodes = rng.randint(3, most)
    kinds = ["input"] + [rng.choice(["input", "constant"] + ["relu", "leaky_relu"] * 3 + ([] if gates_only else ["linear"] * 2))
                         for _ in range(nodes - 2)] + [rng.choice(["linear", "relu"])]
    density = rng.choice([0.3, 0.5, 0.8])
    edges = [(u, v) for v in range(nodes) if kinds[v] not in KINDS[:2] for u in range(v) if rng.random() < density]
    neurons = [v for v in range(nodes) if kinds[v] not in KINDS[:2]]
    outputs = sorted({nodes - 1, *rng.sample(neurons, rng.randint(0, min(2, len(neurons))))})
    for v in outputs:                            # an output without edges out may be linear, one inside too if it must not be gated
        if rng.random() < (0.5 if not any(u == v for u, _ in edges) else 0.0 if gates_only else 0.3):
            kinds[v] = "linear"
    if not edges:
        return None
    params, weights = [], []
    for k in range(len(edges)):
        params.append(FROZEN if rng.random() < frozen else rng.choice(params or [k]) if rng.random() < tied else k)
        weights.append(rng.choice([1, 2, -3]))
    number = {p: i for i, p in enumerate(sorted(set(params) - {FROZEN}))}
    if not number:
        return None
    return dag_from_arrays(kinds, [u for u, _ in edges], [v for _, v in edges], [number.get(p, FROZEN) for p in params],
                           weights, outputs)


def exponents(network):
    """The exponent rows of all paths, each component of phi being one path where every node inside is gated."""
    rows = []
    for f in network.components.values():
        (_, monomial), = f.terms
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
    counted = path_bounds(network.graph)
    if counted is None:
        assert merged(network) or (network.graph.uses > 1).any(), network.spec
        return False
    lower, upper = counted
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
        network = drawn(rng, gates_only=rng.random() < 0.8, frozen=rng.choice([0, 0.15, 0.4]), tied=rng.choice([0, 0, 0, 0.2]))
        applied += network is not None and check(network)
    return applied


def test_random_graphs(fresh_seed):
    assert check_many(fresh_seed, 250) > 120


@pytest.mark.long
def test_many_random_graphs(fresh_seed):
    assert check_many(fresh_seed, 3000) > 1500
