"""Short words in blocks have the values of those swept one by one."""

import random

import numpy as np
import pytest
from pyconslaw._core.zp import Random

import pyconslaw.fields.layered as layered
from pyconslaw import analyze, linear, mlp
from pyconslaw.fields.layered import LayeredFields
from pyconslaw.fields.probes import ProbeFields


@pytest.mark.parametrize("prime", [3, 10007, 8388593])
def test_against_sweeps_word_by_word(prime, fresh_seed, monkeypatch):
    monkeypatch.setattr(layered, "FROM_PARAMETERS", 0)
    rng = random.Random(fresh_seed)
    for _ in range(40):
        q = rng.randint(1, 5)
        net = mlp(
            [rng.randint(1, 7) for _ in range(q + 1)],
            [rng.choice(["linear", "relu"]) for _ in range(q - 1)],
            rng.choice(["none", "hidden", "all"]),
        )
        monkeypatch.setattr(layered, "BLOCK", rng.choice([1, 100, 1 << 22]))
        fields, slow = LayeredFields(net.graph, net.layers), ProbeFields(net.graph)
        generators = fields.draw(Random(rng.randrange(2**32)), 0, 6, 2**40)
        words = [tuple(rng.randrange(6) for _ in range(rng.randint(1, 2))) for _ in range(12)]
        point = np.array([rng.randrange(2**40) for _ in range(net.size)], dtype=np.uint64)
        assert np.array_equal(
            fields.values(generators, words, point, prime),
            slow.values(generators, words, point, prime),
        ), (fresh_seed, net.name)


def test_long_words_and_large_primes_are_swept(monkeypatch):
    monkeypatch.setattr(layered, "FROM_PARAMETERS", 0)
    monkeypatch.setattr(layered, "_Sweep", None)
    net = linear([2, 3, 2])
    fields = LayeredFields(net.graph, net.layers)
    generators = fields.draw(Random(1), 0, 3, 100)
    point = np.arange(1, 13, dtype=np.uint64)
    for words, prime in (
        ([(0, 1, 2)], 10007),
        ([(0, 1), (0, 0, 0, 1)], 10007),
        ([(0, 1)], 2**61 - 1),
    ):
        assert np.array_equal(
            fields.values(generators, words, point, prime),
            ProbeFields(net.graph).values(generators, words, point, prime),
        )


def test_a_wide_search_is_proved():
    report = analyze(linear([20] * 4), method="generic")
    assert (report.verdict, report.laws, report.rank_by_round) == ("proved", 420, (400, 780))
