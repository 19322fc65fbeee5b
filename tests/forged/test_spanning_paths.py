"""Forged counts of paths: the two kinds that consist of their name, on every system the forger
can think of.
"""

import copy
import random

import pytest

from . import oracle
from .forge import COUNTED, LARGE, SMALL, judge, real, reason_of, refused, sealed, truth
from .prover import numbered, worth
from .test_many import a_few

COUNT, LAWS = {"kind": "spanning-paths"}, {"kind": "potentials"}


def counted(system, size, laws):
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": oracle.kind(system), "parameters": size, "laws": laws},
        "lower": COUNT,
        "upper": LAWS,
    }


@pytest.mark.parametrize("name", COUNTED)
def test_real_ones_are_accepted_with_their_number_only(name):
    body = real(name)
    assert reason_of(sealed(body)) is None
    size, laws = body["claim"]["parameters"], body["claim"]["laws"]
    for other in {0, laws - 1, laws + 1, size} - {laws}:
        assert "paths have rank" in refused(
            {**body, "claim": {**body["claim"], "laws": max(other, 0)}}
        )


@pytest.mark.parametrize("name", [*SMALL, *LARGE])
def test_the_kinds_under_every_claim(name):
    """Also one kind beside the proof of another; whatever is accepted is true, says the judge."""
    body = real(name)
    size = body["claim"]["parameters"]
    for laws in range(size + 1):
        judge(counted(body["system"], size, laws))
    judge({**body, "lower": COUNT})
    judge({**body, "upper": LAWS})


@pytest.mark.parametrize("name", COUNTED)
def test_more_or_less_than_the_kind(name):
    for part in ("lower", "upper"):
        for change in ({"words": []}, {"prime": 7}, {"rank": 9}, {"Kind": "x"}):
            body = real(name)
            body[part] = {**body[part], **change}
            assert "unknown key" in refused(body)
        body = real(name)
        body["lower"], body["upper"] = body["upper"], body["lower"]
        assert "kind" in refused(body)


def test_systems_that_do_not_fulfil_the_conditions():
    base = real("paths, dag")
    system, claim = base["system"], base["claim"]
    relu = [v for v, kind in enumerate(system["nodes"]) if "relu" in kind]
    for v in relu:  # a linear neuron, inside a path or dead
        body = copy.deepcopy(base)
        body["system"]["nodes"][v] = "linear"
        body["claim"]["object"] = oracle.kind(body["system"])
        judge(body)
    for a in range(claim["parameters"]):  # ties
        for b in range(a):
            body = copy.deepcopy(base)
            for edge in body["system"]["edges"]:
                edge[2] = b if edge[2] == a else edge[2] - (edge[2] > a)
            for laws in range(claim["parameters"]):
                body["claim"] |= {"parameters": claim["parameters"] - 1, "laws": laws}
                judge(body)


def test_large_layers():
    body = real("paths, layers")
    size, laws = body["claim"]["parameters"], body["claim"]["laws"]
    assert size > 100_000 and laws == 300
    mixed = copy.deepcopy(body)
    mixed["system"]["activations"] = ["linear"]
    mixed["claim"]["object"] = "matrix product"
    assert "without gate" in refused(mixed)
    for kind, part in (
        ("bracket-words", "lower"),
        ("balance-laws", "upper"),
        ("split", "upper"),
        ("polynomial-laws", "upper"),
        ("closing-algebra", "upper"),
    ):
        assert "declined" in refused({**body, part: {"kind": kind}})
    assert "not exactly one generator" in refused({**body, "upper": {"kind": "single-generator"}})
    for dims in ([400, 300, 11], [400, 301, 10], [10**9, 10**9, 10**9]):
        assert "parameters" in refused({**body, "system": {**body["system"], "dims": dims}})
    huge = {"type": "mlp", "dims": [10**8, 10**8, 10], "activations": ["relu"], "bias": "none"}
    assert reason_of(sealed(counted(huge, 10**16 + 10**9, 10**8))) is None
    assert "from 1 to" in refused(
        counted({**huge, "dims": [10**10, 10**10, 10]}, 10**20 + 10**11, 10**10)
    )
    assert "layers" in refused(
        counted(
            {**huge, "dims": [1] * 200_000, "activations": ["relu"] * 199_998}, 199_999, 199_998
        )
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_graphs(seed):
    """Every claim on random graphs with ties, frozen edges, outputs inside and linear neurons."""
    draw, accepted = random.Random(seed), 0
    for _ in range(25):
        nodes = (
            ["input"]
            + [
                draw.choice(["input", "constant", "linear", *["relu", "leaky_relu"] * 4])
                for _ in range(3)
            ]
            + ["linear"]
        )
        pairs = [
            (t, h)
            for h in range(5)
            for t in range(h)
            if nodes[h] not in ("input", "constant") and draw.random() < 0.7
        ]
        neurons = [v for v in range(5) if nodes[v] not in ("input", "constant")]
        outputs = sorted({4, draw.choice(neurons)})
        edges, frozen = [], []
        for t, h in pairs:
            if draw.random() < 0.15:
                frozen.append([t, h, draw.choice([1, -2])])
            else:
                fresh = 1 + max((e[2] for e in edges), default=-1)
                edges.append(
                    [t, h, draw.randrange(fresh) if fresh and draw.random() < 0.1 else fresh]
                )
        if not edges:
            continue
        system = {
            "type": "dag",
            "nodes": nodes,
            "outputs": outputs,
            "edges": edges,
            "frozen": frozen,
        }
        size = 1 + max(e[2] for e in edges)
        assert truth(system)[0] == size
        accepted += sum(judge(counted(system, size, laws)) for laws in range(size + 1))
    assert accepted > 3


@pytest.mark.parametrize(
    "name", [name for name in SMALL if real(name)["system"]["type"] in ("mlp", "dag", "product")]
)
def test_potentials_in_parts(name):
    """The upper kind alone and in the parts of a split is never worth less than the truth."""
    system = real(name)["system"]
    worth(system, LAWS)
    nodes = 1 + max(e[1] for e in numbered(system)[1])
    for v in range(nodes):
        for other in (LAWS, {"kind": "single-generator"}):
            worth(system, {"kind": "split", "node": v, "before": LAWS, "after": other})
            worth(system, {"kind": "split", "node": v, "before": other, "after": LAWS})


def test_random_forgeries(fresh_seed):
    a_few("spanning-paths", fresh_seed)
