"""The oracle and the judge, before they judge others."""

import ast
from pathlib import Path

import pytest
from reference import function

from . import forge, oracle
from .prover import mlp


def dag(nodes, outputs, edges, frozen=()):
    return {
        "type": "dag",
        "nodes": nodes.split(),
        "outputs": outputs,
        "edges": edges,
        "frozen": list(frozen),
    }


X, Y = [[1, [[0, 1]]]], [[1, [[1, 1]]]]


@pytest.mark.parametrize(
    "system, size, laws",
    [
        (mlp([1, 1]), 1, 0),
        (mlp([2, 2]), 4, 0),
        (mlp([2, 2], bias="hidden"), 4, 0),
        (mlp([2, 2], bias="all"), 6, 0),
        (mlp([2, 2, 2]), 8, 3),
        (mlp([3, 3, 3]), 18, 6),
        (mlp([2, 2, 2, 2]), 12, 6),
        (mlp([1, 2, 2, 1]), 8, 7),  # one component: D - 1
        (mlp([1, 2, 2, 1, 2]), 10, 8),
        (mlp([2, 1, 2, 2, 1, 2]), 12, 9),
        (mlp([2, 3, 1], "relu", "hidden"), 12, 3),
        (mlp([2, 3, 1], "relu", "all"), 13, 3),
        (mlp([2, 2, 2], "relu"), 8, 2),
        (mlp([2, 2, 2, 1], ["linear", "leaky_relu"]), 10, 5),
        ({"type": "product", "size": 6}, 6, 5),
        ({"type": "polynomials", "variables": ["a", "b"], "phi": [X]}, 2, 1),
        ({"type": "polynomials", "variables": ["a", "b"], "phi": [X, Y]}, 2, 0),
        (
            {
                "type": "fields",
                "variables": ["a", "b"],
                "fields": [[[0, Y], [1, [[-1, [[0, 1]]]]]]],
            },
            2,
            1,
        ),
        # d/da and a d/db: the bracket is d/db
        (
            {
                "type": "fields",
                "variables": ["a", "b", "c"],
                "fields": [[[0, [[1, []]]]], [[1, X]]],
            },
            3,
            1,
        ),
        # a b and a + b: the bracket of (b, a) and (1, 1) is -(1, 1)
        (
            {
                "type": "polynomials",
                "variables": ["a", "b", "c"],
                "phi": [[[1, [[0, 1], [1, 1]]]], X + Y],
            },
            3,
            1,
        ),
        (dag("input relu linear", [2], [[0, 1, 0], [1, 2, 1], [0, 2, 2]][::2] + [[1, 2, 1]]), 3, 1),
        (dag("input linear linear", [2], [[0, 1, 0], [1, 2, 0]]), 1, 0),
        (
            dag("input linear linear linear", [3], [[0, 1, 0], [0, 2, 1]], [[1, 3, 1], [2, 3, 1]]),
            2,
            1,
        ),
        # frozen weights cancel: nothing of parameter 0 is left
        (
            dag(
                "input linear linear linear linear",
                [4],
                [[0, 1, 0], [3, 4, 1], [0, 4, 2]],
                [[1, 2, 1], [1, 3, 1], [2, 3, -1]],
            ),
            3,
            2,
        ),
    ],
)
def test_known_numbers(system, size, laws):
    assert oracle.truth(system) == (size, laws)


def test_brackets_of_brackets_are_found():
    """Three words of length one, [i, j] alone does not give all: the trace of this system needs
    length three.
    """
    # gradients (1, 0, 0, 0) and (0, 1, x, x^2/2 ...) have no analogue; z x^3 makes brackets with
    # d/dx differentiate
    phi = [{((0, 1),): 1}, {((0, 3), (1, 1)): 1}]
    fields = [oracle.gradient(f) for f in phi]
    assert oracle.dimension(2, fields) == 2
    twice = oracle.bracket(fields[0], oracle.bracket(fields[0], fields[1]))
    assert twice == {0: {((1, 1),): 6}, 1: {((0, 1),): 6}}


def test_the_oracle_shares_nothing():
    assert imported(oracle) == {"json", "random", "functools", "math", "reference"}
    assert imported(function) == {"fractions"}


def imported(module):
    names = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


def test_too_large():
    for system in (
        mlp([6, 6]),
        {"type": "product", "size": 10**18},
        mlp([10**9, 10**9]),
        mlp([1] * 100),
    ):
        with pytest.raises(oracle.TooLarge):
            oracle.truth(system)


@pytest.mark.parametrize("name", [*forge.SMALL, *forge.LARGE, *forge.BIG])
def test_real_certificates_are_accepted(name):
    body = forge.real(name)
    assert forge.sealed(body) == forge.file_of(name)
    assert forge.judge(body)
    assert body["upper"]["kind"] == forge.KINDS.get(name, "balance-laws")


def test_the_judge_notices_a_false_claim(monkeypatch):
    """Were the checker to say yes to all, or to bounds that are wrong, the judge would say so."""
    body = forge.real("linear 2-2-2")
    body["claim"]["laws"] = 4

    def yes(data, expect=None):
        return forge.pyconslaw.verify.Accepted("linear 2-2-2", "matrix product", 8, 4, 4, 3, (), "")

    def bounds(data, expect=None):
        raise forge.Refused("the bounds do not meet: the dimension is at least 4 and at most 4")

    def failure(data, expect=None):
        raise forge.Refused("the checker failed: KeyError: 1")

    for fault in (yes, bounds, failure):
        monkeypatch.setattr(forge, "verify_bytes", fault)
        with pytest.raises(AssertionError):
            forge.judge(body)
