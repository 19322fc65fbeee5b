"""The upper bound of a single generator: believed where there is one."""

from itertools import pairwise

import pytest

from pyconslaw.verify import Refused
from pyconslaw.verify.kinds import upper_bound
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import read_system

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


@pytest.mark.parametrize("bias", ["none", "hidden"])
@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (1, 2)])
def test_layers_whose_edges_are_not_listed(ends, activation, bias):
    dims = [ends[0], 400, 400, ends[1]]
    size = sum(n * m for n, m in pairwise(dims)) + 800 * (bias == "hidden")
    system = read_system(mlp(dims, activation, bias), size)
    if (ends, activation, bias) == ((1, 1), "linear", "none"):
        assert upper_bound(system, SINGLE, "upper", Budget())[0] == 1
    else:
        with pytest.raises(Refused, match="not exactly one generator"):
            upper_bound(system, SINGLE, "upper", Budget())


def test_random_forgeries(fresh_seed):
    a_few("single-generator", fresh_seed)
