"""The upper bound of a single generator: believed where there is one."""

import pytest

from .forge import SINGLE, SMALL, judge, real, refused, truth
from .prover import mlp, upper_body, worth
from .test_many import a_few


@pytest.mark.parametrize("name", SMALL)
def test_single_generator(name):
    system = real(name)["system"]
    size, laws = truth(system)
    body = upper_body(system, SINGLE)
    assert laws == size - 1 or "generator" in refused(body)
    judge(body)


@pytest.mark.parametrize(
    "system",
    [
        mlp([1, 3, 3, 2]),
        mlp([2, 3, 3, 1]),
        mlp([1, 2, 1], "relu"),
        mlp([1, 1, 1, 1], ["linear", "relu"]),
        mlp([1, 2, 1], "linear", "all"),
        mlp([1, 1, 1], "linear", "hidden"),
        mlp([1, 1], [], "all"),
        {
            "type": "dag",
            "nodes": ["input", "constant", "linear"],
            "outputs": [2],
            "edges": [[0, 2, 0]],
            "frozen": [[1, 2, 1]],
        },
        {
            "type": "dag",
            "nodes": ["input", "linear", "linear"],
            "outputs": [1, 2],
            "edges": [[0, 1, 0], [1, 2, 0]],
            "frozen": [],
        },
        {
            "type": "dag",
            "nodes": ["input", "linear", "relu"],
            "outputs": [2],
            "edges": [[0, 1, 0], [1, 2, 0]],
            "frozen": [],
        },
        {"type": "polynomials", "variables": ["a"], "phi": [[[1, [[0, 1]]]], [[2, [[0, 1]]]]]},
    ],
    ids=str,
)
def test_more_than_one_generator(system):
    assert "generator" in refused(upper_body(system, SINGLE))


@pytest.mark.parametrize(
    "system",
    [
        mlp([1, 3, 3, 1]),
        mlp([1, 1]),
        mlp([1, 1], [], "hidden"),
        {"type": "product", "size": 1},
        {
            "type": "dag",
            "nodes": ["input", "constant", "linear", "relu"],
            "outputs": [2],
            "edges": [[0, 2, 0], [2, 3, 0]],
            "frozen": [[1, 3, 1]],
        },
    ],
)
def test_one_generator(system):
    assert worth(system, SINGLE) == 1


def test_random_forgeries(fresh_seed):
    a_few("single-generator", fresh_seed)
