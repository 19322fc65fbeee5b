"""Every proof a forger can think of, nested in splits: none is worth less than the truth."""

import itertools
import random

import pytest
from amounts import amount

from . import oracle
from .forge import real, truth
from .prover import attack, cancelling, mlp, numbered

ATTACKED = [
    mlp([2, 2, 1], "linear", "all"),
    mlp([1, 2, 1, 1]),
    mlp([1, 1, 1, 2], ["relu", "linear"], "hidden"),
    mlp([2, 1, 2], "relu", "all"),
    mlp([1, 2, 2, 1]),
    mlp([1, 1, 1, 1, 1], ["linear", "relu", "linear"]),
    {"type": "product", "size": 5},
    cancelling(),
    cancelling(2),
    mlp([2, 1, 1, 2]),
]


@pytest.mark.parametrize("system", ATTACKED, ids=str)
def test_attack(system, fresh_seed):
    """Proofs of all kinds, nested in splits, kept when the checker believes them: none is worth
    less than the truth.
    """
    size, laws = oracle.truth(system)
    _, value = attack(system, fresh_seed, depth=1, share=0.25)
    assert value >= size - laws


@pytest.mark.parametrize("name", ["dag, idle", "dag, potentials"])
def test_attack_reaches_the_truth(name):
    size, laws = truth(real(name)["system"])
    assert attack(real(name)["system"], depth=0)[1] == size - laws


def random_dag(draw):
    """A small DAG with what may go wrong: ties, frozen weights that cancel, dead ends, outputs
    with edges out.
    """
    count = draw.randint(3, 7)
    first = draw.randint(1, 2)
    nodes = [
        draw.choice(["input", "constant"])
        if k < first or (k < count - 1 and draw.random() < 0.1)
        else draw.choice(["linear", "linear", "relu", "leaky_relu"])
        for k in range(count)
    ]
    nodes[-1] = draw.choice(["linear", "linear", "relu"])
    inner = [v for v in range(count) if nodes[v] not in ("input", "constant")]
    outputs = sorted({count - 1} | {v for v in inner if draw.random() < 0.15})
    dense, freeze, tie = (
        draw.choice([0.4, 0.6, 0.9]),
        draw.choice([0, 0, 0.2, 0.4]),
        draw.choice([0, 0, 0.2, 0.5]),
    )
    edges, frozen, size = [], [], 0
    for head in inner:
        for tail in range(head):
            if draw.random() < dense:
                if draw.random() < freeze:
                    frozen.append([tail, head, draw.choice([1, 1, -1, 2, -3])])
                elif size and draw.random() < tie:
                    edges.append([tail, head, draw.randrange(size)])
                else:
                    edges.append([tail, head, size])
                    size += 1
    return (
        {"type": "dag", "nodes": nodes, "outputs": outputs, "edges": edges, "frozen": frozen}
        if 0 < size < 12
        else None
    )


def attack_dags(seed, count, depth, share=1.0):
    draw, met = random.Random(seed), 0
    for _ in range(count):
        system = None
        while system is None:
            system = random_dag(draw)
        size, laws = truth(system)
        met += attack(system, seed, depth, share)[1] == size - laws
    return met


def test_attack_dags(fresh_seed):
    attack_dags(fresh_seed, 12, 1, 0.3)


@pytest.mark.long
@pytest.mark.parametrize("depth, count", [(1, 1500), (2, 300)])
def test_attack_many_dags(depth, count, fresh_seed):
    count = amount(count)
    assert attack_dags(fresh_seed, count, depth) > count / 2


@pytest.mark.long
def test_attack_layers():
    """Every layered network with at most 8 parameters."""
    count = 0
    for length in (2, 3, 4, 5):
        for dims in itertools.product((1, 2, 3), repeat=length):
            for kinds in itertools.product(("linear", "relu"), repeat=length - 2):
                for bias in ("none", "hidden", "all"):
                    system = mlp(list(dims), list(kinds), bias)
                    if numbered(system)[0] <= 8:
                        attack(system, depth=1)
                        count += 1
    assert count > 300
