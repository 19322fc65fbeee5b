"""The border of core/graph: what is refused, text against json, order and classes against slow
ones.
"""

import json
import signal
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.graph import edges_text, join, order, path_counts, reach

GOOD = {
    "nodes": 4,
    "params": 3,
    "tail": [0, 0, 1],
    "head": [1, 3, 3],
    "param": [0, -1, 2],
    "sources": [0],
    "outputs": [3],
    "gated": [1],
}


def counts(**change):
    given = GOOD | change
    arrays = {
        k: np.array(given[k], dtype=given.get("dtype", None if given[k] else int))
        for k in ("tail", "head", "param")
    }
    return path_counts(
        given["nodes"],
        given["params"],
        *arrays.values(),
        given["sources"],
        given["outputs"],
        given["gated"],
    )


def test_counts():
    assert counts() == {
        "live": 3,
        "frozen": 1,
        "idle": 1,
        "hidden": 1,
        "classes": 1,
        "tied": False,
        "merged": False,
    }
    assert (
        counts(dtype=np.int8) == counts()
        and counts(gated=())["merged"]
        and counts(param=[0, -1, 0])["tied"]
    )
    assert counts(param=[-1, 0, 1])["classes"] == 0 and counts(outputs=[])["live"] == 0
    assert (
        counts(tail=[], head=[], param=[], nodes=0, sources=[], outputs=[], gated=[])["idle"] == 3
    )


@pytest.mark.parametrize(
    "change",
    [
        {"tail": [0, 0, 3]},
        {"tail": [0, 0, -1]},
        {"tail": [0, 0, 0]},
        {"head": [1, 0, 3]},
        {"head": [1, 1, 3]},
        {"head": [1, 3, 4]},
        {"head": [1, 3, 2]},
        {"param": [0, -2, 1]},
        {"param": [0, 1, 3]},
        {"sources": [0, 1]},
        {"sources": [4]},
        {"outputs": [-1]},
        {"gated": [4]},
        {"nodes": 3},
        {"nodes": -1},
        {"params": -1},
        {"tail": [0, 0]},
        {"param": [0, 2**64 - 1, 1], "dtype": np.uint64},
    ],
)
def test_bad_graphs(change):
    with pytest.raises(ValueError):
        counts(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"tail": [0.0, 0, 1]},
        {"head": [[1, 3, 3]]},
        {"nodes": 4.0},
        {"sources": ["0"]},
        {"param": [True] * 3},
    ],
)
def test_no_integers(change):
    with pytest.raises(TypeError):
        counts(**change)
    with pytest.raises(TypeError):
        order([0, 1], np.array([1, 2]), 3)


edges = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40)


@given(edges)
def test_order_is_a_stable_sort(pairs):
    tail, head = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    assert order(tail, head, 7).tolist() == sorted(
        range(len(pairs)), key=lambda e: (pairs[e][1], pairs[e][0])
    )
    for bad in (-1, 7):
        with pytest.raises(ValueError):
            order(np.append(tail, bad), np.append(head, 0), 7)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))), st.data())
def test_reach_and_join_against_closures(pairs, data):
    pairs = sorted(
        {(max(p), min(p)) for p in pairs if p[0] != p[1] and max(p) > 1}
    )  # (head, tail), none into 0 and 1
    head, tail = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    param = np.array([data.draw(st.sampled_from([-1, 0])) for _ in pairs], dtype=np.int64)
    down, up = reach(8, tail, head, [0, 1], [6, 7])
    below, above, classes = {0, 1}, {6, 7}, [{v} for v in range(8)]
    for _ in range(8):
        below |= {h for h, t in pairs if t in below}
        above |= {t for h, t in pairs if h in above}
    assert [set(np.flatnonzero(mask).tolist()) for mask in (down, up)] == [below, above]
    for (h, t), k in zip(pairs, param.tolist(), strict=True):
        if k < 0 and t in below and h in above:
            merged = classes[h] | classes[t]
            for v in merged:
                classes[v] = merged
    assert join(8, tail, head, param, [0, 1], [6, 7]).tolist() == [min(c) for c in classes]


@given(st.lists(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 3), max_size=20))
def test_text_is_json(rows):
    columns = [np.array([row[k] for row in rows], dtype=np.int64) for k in range(3)]
    assert (
        b"[" + b"".join(edges_text(*columns)) + b"]"
        == json.dumps(rows, separators=(",", ":")).encode()
    )


def test_text_comes_in_pieces():
    n = 200_000
    a = np.arange(n)
    pieces = list(edges_text(a, a + 1, a))
    assert (
        len(pieces) > 3
        and json.loads(b"[" + b"".join(pieces) + b"]") == np.column_stack([a, a + 1, a]).tolist()
    )
    with pytest.raises(ValueError):
        edges_text(a, a, a[1:])


class Stopped(Exception):
    """What a handler raises."""


@contextmanager
def every_millisecond(handler):
    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", ["order", "reach", "join", "path_counts"])
def test_signals_are_heard_inside(name):
    """Handlers run while C does, several times in one call, and what they raise comes out."""
    edges = 5 << 20
    at = np.arange(edges)
    mixed = np.random.default_rng(0).permutation(edges)
    param = np.where(at % 7, at, -1)
    ask = {
        "order": lambda: order(at[mixed], at[mixed] + 1, edges + 1),
        "reach": lambda: reach(edges + 1, at, at + 1, [0], [edges]),
        "join": lambda: join(edges + 1, at, at + 1, param, [0], [edges]),
        "path_counts": lambda: path_counts(
            edges + 1, edges, at, at + 1, param, [0], [edges], np.arange(1, edges)
        ),
    }[name]
    places = []
    with every_millisecond(lambda number, frame: places.append((id(frame), frame.f_lasti))):
        ask()
    assert max(places.count(place) for place in places) >= 3  # in one call

    def stop(number, frame):
        raise Stopped

    with pytest.raises(Stopped), every_millisecond(stop):
        while True:
            ask()
    ask()
