"""Splits at nodes, and what is put into their parts: refused unless true."""

import itertools

import pytest

from . import oracle
from .forge import SINGLE, SMALL, SPLIT, judge, real, refused
from .prover import cancelling, empty_proof, laws_proof, mlp, numbered, upper_body, worth
from .test_many import a_few


@pytest.mark.parametrize("name", SPLIT)
def test_split_nodes(name):
    for node in [*range(-3, 14), 10**9, 2**62, 10**30, True, False, None, "3", [5], {}]:
        body = real(name)
        if node != body["upper"]["node"] or type(node) is not int:
            body["upper"]["node"] = node
            judge(body)
            if type(node) is not int or not 0 < node < 12:
                refused(body)
        for side in ("before", "after"):
            body = real(name)
            if body["upper"][side]["kind"] == "split":
                body["upper"][side]["node"] = node
                judge(body)
            body = real(name)
            trivial = empty_proof(body["claim"]["parameters"])
            body["upper"][side] = {
                "kind": "split",
                "node": node,
                "before": SINGLE,
                "after": trivial,
            }
            judge(body)
            body["upper"][side] = {
                "kind": "split",
                "node": node,
                "before": trivial,
                "after": trivial,
            }
            judge(body)


@pytest.mark.parametrize("name", SPLIT)
def test_split_parts(name):
    upper, size = real(name)["upper"], real(name)["claim"]["parameters"]
    pool = [
        upper,
        upper["before"],
        upper["after"],
        SINGLE,
        empty_proof(size),
        *(real(other)["upper"] for other in SMALL),
    ]
    for before, after in itertools.product(pool, pool):
        judge(real(name) | {"upper": upper | {"before": before, "after": after}})
    refused(real(name) | {"upper": upper["before"]})
    refused(real(name) | {"upper": upper["after"]})
    for bad in (None, [], {}, 0, "", [upper["before"]]):
        refused(real(name) | {"upper": upper | {"before": bad}})
        refused(real(name) | {"upper": upper | {"after": bad}})


@pytest.mark.parametrize("name", [name for name in SMALL if name not in SPLIT])
def test_split_of_what_does_not_split(name):
    size, upper = real(name)["claim"]["parameters"], real(name)["upper"]
    for node in range(12):
        for before, after in itertools.product((SINGLE, empty_proof(size), upper), repeat=2):
            judge(
                real(name)
                | {"upper": {"kind": "split", "node": node, "before": before, "after": after}}
            )


def test_splits_at_gates():
    """At a ReLU neuron of width one, and at one of a wider layer, the bound is valid; with a
    skip past it there is no split.
    """
    trivial = {size: empty_proof(size) for size in (2, 3, 4, 8)}

    def split(system, node):
        t = trivial[numbered(system)[0]]
        return worth(system, {"kind": "split", "node": node, "before": t, "after": t})

    assert split(mlp([2, 1, 2], "relu"), 2) == 3
    assert split(mlp([2, 2, 2], "relu"), 2) == split(mlp([2, 2, 2]), 3) == 7
    assert split(mlp([1, 1, 1, 1], "relu"), 1) == split(mlp([1, 1, 1, 1], "relu"), 2) == 2
    for node in (0, 1, 4, 5, 6, -1):
        assert split(mlp([2, 2, 2], "relu"), node) is None
    skip = {
        "type": "dag",
        "nodes": ["input", "linear", "linear", "linear"],
        "outputs": [3],
        "edges": [[0, 1, 0], [1, 2, 1], [1, 3, 2]],
        "frozen": [[2, 3, 1]],
    }
    assert split(skip, 1) == 2 and split(skip, 2) is None


def test_splits_where_weights_cancel():
    system = cancelling()
    assert oracle.truth(system) == (4, 3)
    lines = laws_proof([[[1, [[0, 1]]]], [[1, [[1, 1]]]]], 4, "polynomial-laws")
    for before in (
        lines,
        laws_proof([[[1, [[0, 1]]]]], 4, "polynomial-laws"),
        SINGLE,
        empty_proof(4),
    ):
        for after in (empty_proof(4), SINGLE, laws_proof([[[1, [[2, 1]]]]], 4, "polynomial-laws")):
            judge(
                upper_body(system, {"kind": "split", "node": 4, "before": before, "after": after})
            )
    # before node 4: parameters 0 and 1 are both laws, so the bound before is 0, and the balance of
    # 4 must not count
    body = upper_body(
        system, {"kind": "split", "node": 4, "before": lines, "after": empty_proof(4)}
    )
    assert "bound is 0" in refused(body)


def test_random_forgeries(fresh_seed):
    a_few("split", fresh_seed)
