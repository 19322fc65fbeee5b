"""What comes from Python as arrays with masked entries is refused by every module of the core."""

import numpy as np
import pytest
from bad_input import refused
from pyconslaw._core import balanced, dense, graph
from pyconslaw._core.checked import integers, reduced

MASKED = np.ma.masked_array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]])


@pytest.mark.parametrize("values", [MASKED, [MASKED[0], MASKED[1]], (MASKED[0],)], ids=str)
def test_masked_entries(values):
    for read in (
        lambda: integers(values, "values", (None, 2), 7),
        lambda: reduced(values, "values", (None, 2), 7),
    ):
        with refused("values"):
            read()


def test_nothing_masked():
    assert integers(MASKED[1], "values", (2,), 7).tolist() == [3, 4]
    assert reduced(np.ma.masked_array([9, -1]), "values", (2,), 7).tolist() == [2, 6]


def test_masked_entries_in_the_modules():
    with refused("a"):
        balanced.rank(MASKED, 7)
    with refused("rows"):
        dense.Echelon(2, 7).extend(MASKED)
    with refused("tail"):
        graph.order(MASKED[0], np.array([1, 2]), 3)


def test_too_many_nodes():
    """Each takes some bytes, on an edge or not."""
    for nodes in (2**28, 2**31, 2**40, 2**70):
        with refused("nodes"):
            graph.reach(nodes, np.array([0]), np.array([1]), [0], [1])
        with refused("nodes"):
            graph.order(np.array([0]), np.array([1]), nodes)
