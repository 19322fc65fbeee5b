"""Words f, ..., f, g: the series along the flow of f against nested brackets."""

import random

import pytest

from pyconslaw.verify import Declined, Refused
from pyconslaw.verify.brackets.chains import chain, chains, pack, unpack
from pyconslaw.verify.brackets.words_of_graphs import bracket_at, cost, is_chain, values
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import read_system

SYSTEMS = [
    ({"type": "mlp", "dims": [2, 3, 2], "activations": ["linear"], "bias": "none"}, 12),
    ({"type": "mlp", "dims": [2, 2, 2, 1], "activations": ["linear", "relu"], "bias": "all"}, 15),
    (
        {
            "type": "dag",
            "nodes": ["input", "linear", "relu", "linear"],
            "outputs": [3],
            "edges": [[0, 1, 0], [0, 2, 1], [1, 2, 0], [1, 3, 1], [2, 3, 0]],
            "frozen": [[0, 3, -3]],
        },
        2,
    ),
]


@pytest.mark.parametrize("q", [11, 2**31 - 1, 2**61 - 1])
@pytest.mark.parametrize(("system", "size"), SYSTEMS)
def test_a_chain_is_the_nested_bracket(system, size, q):
    rng = random.Random(f"{size} {q}")
    graph = read_system(system, size)
    f, g = (
        [
            {v: rng.randrange(-q, q) for v in sorted(nodes)}
            for nodes in (graph.sources, graph.gated, graph.outputs)
        ]
        for _ in range(2)
    )
    at = [rng.randrange(-q, q) for _ in range(size)]
    rows = chain(graph, f, g, 5, at, q)
    for k, row in enumerate(rows):
        assert row == bracket_at(graph, [f] * k + [g], at, q)


def test_series_are_charged_before_they_are_made():
    graph = read_system(SYSTEMS[0][0], 12)
    f = [dict.fromkeys(sorted(nodes), 1) for nodes in (graph.sources, graph.gated, graph.outputs)]
    little = Budget()
    little.most = 6 * (graph.size + 4 * (len(graph.edges) + len(graph.sources)))
    assert len(chains(graph, [f], {(0, 0): 5}, [1] * 12, 11, little)[0, 0]) == 6
    with pytest.raises(Declined, match="numbers in memory"):
        chains(graph, [f], {(0, 0): 1}, [1] * 12, 11, little)
    with pytest.raises(Refused, match="as long as the prime"):
        chains(graph, [f], {(0, 0): 11}, [1] * 12, 11, Budget())


def test_every_word_is_charged():
    graph = read_system(SYSTEMS[0][0], 12)
    f = [dict.fromkeys(sorted(nodes), 1) for nodes in (graph.sources, graph.gated, graph.outputs)]
    for words in ([[0, 0]], [[0, 0, 0, 0, 0]]):
        work = cost(words, len(graph.edges) + len(graph.sources))
        assert list(values(graph, words, [f], [1] * 12, 11, Budget(3 * work)))
        with pytest.raises(Declined):
            list(values(graph, words, [f], [1] * 12, 11, Budget(work - 1)))


def test_packed_series():
    q = 2**62 - 57
    series = [q - 1, 0, 1, q - 2]
    assert unpack(pack(series), 4, q) == series and unpack(pack(series), 6, q) == [*series, 0, 0]
    square = unpack(pack(series) ** 2, 4, q)
    assert square == [sum(series[i] * series[k - i] for i in range(k + 1)) % q for k in range(4)]


def test_is_chain():
    assert is_chain([1, 1, 1, 0]) and is_chain([0] * 9)
    assert not is_chain([1, 1, 0]) and not is_chain([2, 1, 1, 1, 0]) and not is_chain([0])
