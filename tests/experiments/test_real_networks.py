"""The catalogue of real networks: all proved, named by words that can be typed, sourced."""

from collections import Counter
from itertools import pairwise

import pytest

from pyconslaw.blocks.reading import BLOCKS, block_of_words
from pyconslaw.experiments.real_network_rows import ROWS
from pyconslaw.experiments.real_networks import (
    COLUMNS,
    NEW,
    SOURCES,
    diagonal_state_space,
    run,
    table,
)


@pytest.fixture(scope="module")
def rows():
    return list(run(seed=1))


def test_all_are_proved_and_distinct(rows):
    assert {row["verdict"] for row in rows} == {"proved"}
    assert len({row["network"] for row in rows}) == len(rows) >= 120
    assert len({row["system"] for row in rows}) > 0.9 * len(rows)  # some are the same phi


def test_words_can_be_typed(rows):
    for row in rows:
        kind, _, words = row["network"].partition(" ")
        if kind in BLOCKS and row["parameters"] < 100_000:
            assert block_of_words(kind, words).fingerprint == row["system"]


def test_sources_are_papers_or_new(rows):
    count = Counter(row["source"] for row in rows)
    assert set(count) <= {NEW, *SOURCES} and count[NEW] >= 50


def test_the_counts_of_published_forms(rows):
    """Where a paper states the number as a formula in the sizes."""
    laws = {row["network"]: row["laws"] for row in rows}
    assert laws["attention 4096,heads=32,kv_heads=8"] == 2 * 8 * 128 * 129 // 2
    assert laws["attention 768,heads=12"] == 12 * 64 * 65
    assert laws["gated_unit 4096,14336,gate=silu"] == 14336
    assert laws["attention 8,heads=2,rotary"] == 2 * (2 + 4 * 5 // 2)
    assert laws["experts 4,4,4,act=relu,gate=softmax"] == 4 * 4 + 4
    assert laws["embedding 50257,768"] == 768 * 769 // 2


def test_the_table_has_a_line_a_row(rows):
    lines = table(rows).splitlines()
    assert len(lines) == len(rows) + 2
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 2}
    open_row = {**rows[0], "verdict": "open", "laws": None, "laws_min": 1, "laws_max": 4}
    assert "| 1 to 4 | open |" in table([open_row])


def test_groups_stand_together(rows):
    groups = [row["group"] for row in rows]
    assert list(dict.fromkeys(groups))[: len(ROWS)] == list(ROWS)
    assert len(set(groups)) == 1 + sum(a != b for a, b in pairwise(groups))


def test_a_diagonal_state_space_keeps_what_its_channels_do():
    """|B_i|^2 - |C_i|^2 for each state i."""
    from pyconslaw import check_law

    net = diagonal_state_space(2, 2, 1, 5)
    for i in range(2):
        assert check_law(net, f"B{i}_0^2 + B{i}_1^2 - C0_{i}^2").verdict == "proved"
    assert not check_law(net, "B0_0^2 + B0_1^2 - C0_1^2")
