"""The catalogue: every line is a network of its own, the counts are right where a formula is
known, the table says what the rows say.
"""

from collections import Counter
from itertools import pairwise

import pytest

from pyconslaw import count_formula
from pyconslaw.experiments.catalogue import COLUMNS, catalogue_table, networks, run


@pytest.fixture(scope="module")
def rows():
    return list(run(seed=1))


def test_labels_are_distinct_and_groups_together():
    labels = [label for _, label, _ in networks()]
    assert len(labels) == len(set(labels)) >= 60
    groups = [group for group, _, _ in networks()]
    assert len(dict.fromkeys(groups)) == 1 + sum(a != b for a, b in pairwise(groups))


def test_rows_belong_to_the_networks(rows):
    assert [(row["group"], row["network"], row["parameters"]) for row in rows] == [
        (group, label, network.size) for group, label, network in networks()
    ]


def test_counts_agree_with_the_formulas(rows):
    compared = 0
    for row, (_, label, network) in zip(rows, networks(), strict=True):
        formula = count_formula(network)
        if formula is not None:
            assert (label, row["laws"], row["verdict"]) == (label, formula.value, "proved")
            compared += 1
    assert compared >= 20


def test_the_rank_adds_up(rows):
    searched = [row for row in rows if row["rank_by_round"]]  # the others are counted
    assert len(searched) > 30
    for row in searched:
        assert row["rank_by_round"][-1] == row["parameters"] - row["laws_max"]
        assert list(row["rank_by_round"]) == sorted(set(row["rank_by_round"]))
    assert Counter(row["verdict"] for row in rows).keys() <= {"proved", "probable"}


def test_the_table_has_a_line_a_row(rows):
    lines = [line for line in catalogue_table(rows).splitlines() if line.startswith("| ")]
    assert len(lines) == len(rows) + 2 * len({row["group"] for row in rows})
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 1}


def test_what_is_not_proved_is_said():
    row = {
        "group": "one",
        "network": "n",
        "parameters": 6,
        "laws": 2,
        "laws_min": 0,
        "laws_max": 2,
        "error_bound": 2e-15,
        "verdict": "probable",
        "upper_by": ["a", "b"],
        "rank_by_round": [3, 4],
    }
    table = catalogue_table(
        [row, {**row, "group": "two", "verdict": "open", "laws": None, "error_bound": None}]
    )
    assert table.splitlines()[0] == "## One"
    assert (
        "| n | 6 | 2 | probable (at least 0 proved; wrong with probability at most "
        "2.0e-15) | a; b | 3, 4 |" in table
    )
    assert "\n\n## Two\n\n" in table
    assert "| n | 6 | 0 to 2 | open | a; b | 3, 4 |" in table
