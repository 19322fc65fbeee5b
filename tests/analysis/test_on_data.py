"""The laws of the function on data: against a rank computed afresh, and where dead neurons add
laws.
"""

import random
from fractions import Fraction

import numpy as np
import pytest
from reference.ranks import rank as oracle_rank

from pyconslaw import InputError, analyze, analyze_function, linear, mlp


def gradient_rows(weights, inputs):
    """Gradients of the outputs of a ReLU network on each example, by hand, in fractions."""
    rows = []
    for x in inputs:
        z, pre = [list(x)], []
        for w in weights[:-1]:
            s = [sum(a * b for a, b in zip(row, z[-1], strict=True)) for row in w]
            pre.append([v > 0 for v in s])
            z.append([max(v, Fraction(0)) for v in s])
        for o in range(len(weights[-1])):
            signal = [Fraction(int(o == i)) for i in range(len(weights[-1]))]
            parts = []
            for k in range(len(weights) - 1, -1, -1):
                parts.insert(0, [d * a for d in signal for a in z[k]])
                if k:
                    signal = [
                        sum(weights[k][i][j] * signal[i] for i in range(len(signal))) * on
                        for j, on in enumerate(pre[k - 1])
                    ]
            rows.append([x for part in parts for x in part])
    return rows


@pytest.mark.parametrize("dims", [(2, 3, 2), (2, 3, 3, 2), (1, 2, 2, 1)])
def test_first_round_is_the_rank_of_the_gradients(dims, fresh_seed):
    """A lower bound of rank_by_round[0] at this very point; equal almost surely at a generic
    one.
    """
    for k in range(6):
        rng = random.Random(f"{fresh_seed} {k}")
        weights = [
            [
                [Fraction(rng.randint(-(10**9), 10**9), 10**9 + 7) for _ in range(n)]
                for _ in range(m)
            ]
            for n, m in zip(dims, dims[1:], strict=False)
        ]
        inputs = [
            [Fraction(rng.randint(1, 10**9) * rng.choice([-1, 1]), 97) for _ in range(dims[0])]
            for _ in range(40)
        ]
        report = analyze_function(mlp(dims), [np.array(w, dtype=object) for w in weights], inputs)
        scale = 97**4 * (10**9 + 7) ** 12
        rows = [[int(x * scale) for x in row] for row in gradient_rows(weights, inputs)]
        best = oracle_rank(rows)
        assert best <= report.parameters - report.laws_min
        assert report.rank_by_round[0] == best or report.verdict == "proved"
        # never fewer laws than the path-lifting has
        assert report.laws_max >= analyze(mlp(dims)).laws


def test_a_dead_neuron():
    report = analyze_function(mlp([2, 2, 1]), [1, 1, -1, -1, 1, 1], [[1, 0], [0, 1], [2, 1]])
    assert (report.laws, report.verdict) == (4, "proved")


def test_always_on_neurons_are_linear():
    net, weights = mlp([2, 3, 2]), [np.eye(3, 2) + 1, np.ones((2, 3)) + np.eye(2, 3)]
    inputs = [[1, 2], [3, 1], [1, 1], [2, 5]]
    assert analyze_function(net, weights, inputs).laws == analyze(linear([2, 3, 2])).laws == 6


def test_softmax_layer():
    report = analyze_function(
        linear([3, 4]), [1] * 12, [[1, 2, 3], [4, 5, 7], [1, 1, 5]], loss="softmax"
    )
    assert (report.laws, report.verdict) == (3, "proved") and "softmax" in report.upper_by[0]
    assert analyze_function(mlp([2, 3, 1]), range(1, 10), [[1, 2]], loss="softmax").laws == 9


def test_data_in_a_subspace():
    report = analyze_function(linear([3, 2]), [1] * 6, [[1, 0, 0], [0, 1, 0]])
    assert (report.laws, report.verdict) == (2, "proved") and "data" in report.upper_by[0]


@pytest.mark.parametrize(
    ("weights", "inputs", "keywords", "message"),
    [
        ([0] * 6, [[1, 1]], {}, "kink"),
        ([1] * 5, [[1, 1]], {}, "weights"),
        ([1] * 6, [[1]], {}, "inputs"),
        ([1] * 6, [], {}, "inputs"),
        ([float("nan")] * 6, [[1, 1]], {}, r"weights\[0\]"),
        ([1] * 6, [[1, float("inf")]], {}, r"inputs\[1\]"),
        ([1] * 6, [[1, "x"]], {}, r"inputs\[1\]"),
        ([1] * 6, [[1, 1]], {"loss": "hinge"}, "loss"),
        ([1] * 6, [[1, 1]], {"slope": "steep"}, "^slope: "),
        ([1] * 6, [[1, 1]], {"slope": None}, "^slope: "),
        ([1] * 6, [[1, 1]], {"slope": "1e999999999"}, "^slope: "),
        ([1] * 6, [["1e999999999", 1]], {}, r"^inputs\[0\]"),
    ],
)
def test_refusals(weights, inputs, keywords, message):
    with pytest.raises(InputError, match=message):
        analyze_function(mlp([2, 2, 1]), weights, inputs, **keywords)
