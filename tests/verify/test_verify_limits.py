"""Any bytes are accepted or refused, soon: no other exception, no endless work."""

import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_polynomials as polys  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402

from pyconslaw.verify import (  # noqa: E402
    Declined,
    Refused,
    kernel,
    reading,
    verify_bytes,
    verify_file,
)


@pytest.fixture(autouse=True)
def watchdog():
    """Endless work ends the test, however slow the machine."""

    def late(*_):
        raise TimeoutError("two minutes have passed")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def outcome(data):
    """The exception, which must come soon: the watchdog sees to that."""
    with pytest.raises(Refused) as caught:
        verify_bytes(data)
    assert "the checker failed" not in str(caught.value)
    return caught.value


def declined(body):
    error = outcome(made.data(made.rehash(body)))
    assert isinstance(error, Declined), error
    return str(error)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data):
    outcome(data)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["linear 2-1-2", "motion"]), st.data())
def test_damaged_bytes(name, draw):
    data = bytearray(made.data(truths.true(name)))
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at : at + draw.draw(st.integers(0, 3))] = draw.draw(st.binary(max_size=3))
    if bytes(data) != made.data(truths.true(name)):
        outcome(bytes(data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["linear 2-1-2", "motion", "explicit by laws"]),
    st.dictionaries(
        st.sampled_from(["claim", "lower", "upper", "system", "version", "format"]),
        json_values,
        min_size=1,
    ),
)
def test_any_values(name, values):
    outcome(made.data(made.rehash(truths.true(name) | values)))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=8))
def test_any_object(body):
    outcome(made.data(made.rehash(body)))


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10**6,
        b'{"a":' * 10**5,
        b"[" * 900 + b"]" * 900 + b"\n",
        b'{"hash":' + b"[" * 5000 + b"]" * 5000 + b"}\n",
        b'"' + b"\\" * 10**5,
        b"1" * 10**6,
        b'{"a":' + b"7" * 5000 + b"}\n",
        b"-",
        b"\x00" * 1000,
        b"\xff\xfe",
        (b"1" * 1000 + b",") * 2000,
    ],
    ids=range(11),
)
def test_bytes_made_to_hurt(data):
    outcome(data)


def test_deep_inside_a_certificate():
    deep = []
    for _ in range(800):
        deep = [deep]
    for key in ("system", "claim", "lower", "upper"):
        outcome(made.data(made.rehash(truths.true("linear 2-1-2") | {key: deep})))


def test_long_integers():
    body = truths.true("one component")
    body["system"]["phi"][0][0][0] = 10**reading.DIGITS
    assert "digits" in declined(body)


def test_files(tmp_path):
    long = tmp_path / "long.json"
    with open(long, "wb") as file:
        file.truncate(reading.BYTES + 10)
    for path in (long, tmp_path, tmp_path / "absent", "a\x00b", ""):
        with pytest.raises(Refused):
            verify_file(path)
    with pytest.raises(Declined, match="longer"):
        verify_file(long)
    assert "lists" in str(outcome(b"[" * (reading.CONTAINERS + 1)))


@pytest.mark.parametrize(
    "dims",
    [[10**9, 10**9], [2**62, 2**62, 2**62], [1] * 200_000, [10**5, 10**5], [1, 10**6]],
    ids=range(5),
)
def test_systems_too_large(dims):
    size = sum(n * m for n, m in zip(dims, dims[1:]))
    body = truths.true("linear 2-1-2")
    body["system"] = systems.mlp(*dims)
    outcome(made.data(made.rehash(body)))
    body["claim"] |= {"parameters": size, "laws": size - 3}
    outcome(made.data(made.rehash(body)))
    body["system"] = systems.product(size)
    body["claim"]["object"] = "system"
    outcome(made.data(made.rehash(body)))


@pytest.mark.parametrize("length", [25, 40, 10_000, 500_000])
def test_words_too_long(length):
    body = truths.true("linear 2-2-2")
    body["lower"]["words"][0] = [k % 2 for k in range(length)]
    declined(body)


def test_too_many_words():
    system = systems.mlp(100, 100)
    body = truths.true("linear 2-1-2")
    body["system"] = system
    body["claim"] |= {"parameters": 10_000, "laws": 0}
    body["lower"] |= {
        "point": [1] * 10_000,
        "words": [[0]] * 10_000,
        "pivots": list(range(10_000)),
        "generators": [{"source": [1] * 100, "gate": [], "out": [1] * 100}],
    }
    assert "multiplications" in declined(body)
    body["system"] = systems.mlp(80, 80)
    body["claim"] |= {"parameters": 6400, "laws": 5900}
    body["lower"] |= {
        "point": [1] * 6400,
        "words": [[0, 1, 0, 1, 0]] * 500,
        "pivots": list(range(500)),
        "generators": [{"source": [1] * 80, "gate": [], "out": [1] * 80}] * 2,
    }
    assert "multiplications" in declined(body)


def explicit(body, phi, size, words, rank):
    body["system"] = {
        "type": "polynomials",
        "variables": [f"x{k}" for k in range(size)],
        "phi": phi,
    }
    body["claim"] = {"object": "system", "parameters": size, "laws": size - rank}
    body["lower"] = {
        "kind": "bracket-words",
        "prime": polys.Q,
        "point": list(range(2, size + 2)),
        "words": words,
        "pivots": list(range(rank)),
    }
    return body


def test_brackets_that_swell():
    dense = [
        [1, [[v, e] for v, e in ((0, a), (1, b), (2, c)) if e]]
        for a in range(9)
        for b in range(9)
        for c in range(9)
    ]
    dense.sort(key=lambda term: term[1])
    other = [[k + 1, factors] for k, (_, factors) in enumerate(dense)]
    body = explicit(truths.true("motion"), [dense, other], 3, [[0, 1, 0, 1, 0, 1]], 1)
    with pytest.raises(Declined):
        limit, kernel.Budget = kernel.Budget, SmallBudget
        try:
            verify_bytes(made.data(made.rehash(body)))
        finally:
            kernel.Budget = limit


class SmallBudget(reading.Budget):
    """A hundredth of the work."""

    def spend(self, units):
        super().spend(100 * units)


def test_coefficients_that_swell():
    large = [[10**990, [[0, 3]]], [10**990 + 1, [[0, 1], [1, 2]]]]
    other = [[10**990 + 7, [[0, 2], [1, 1]]], [10**990 + 3, [[1, 3]]]]
    large.sort(key=lambda term: term[1])
    other.sort(key=lambda term: term[1])
    body = explicit(truths.true("motion"), [large, other], 2, [[k % 2 for k in range(400)]], 1)
    declined(body)


def test_a_long_monomial():
    size = 20_000
    body = explicit(truths.true("motion"), [[[1, [[v, 1] for v in range(size)]]]], size, [[0]], 1)
    declined(body)


def test_large_exponents():
    body = explicit(truths.true("one component"), [[[1, [[0, 2**62 - 1]]]]], 1, [[0]], 1)
    assert verify_bytes(made.data(made.rehash(body))).laws == 0
    body["system"]["phi"][0][0][1][0][1] = 2**62
    outcome(made.data(made.rehash(body)))


def test_too_many_paths():
    system = systems.mlp(*[2] * 20)
    size = 19 * 4
    body = truths.true("linear 2-1-2")
    body["system"] = system
    body["claim"] |= {"parameters": size, "laws": size - 1}
    body["lower"] |= {
        "point": [1] * size,
        "words": [[0]],
        "pivots": [0],
        "generators": [{"source": [1, 2], "gate": [], "out": [1, 2]}],
    }
    body["upper"] = {
        "kind": "polynomial-laws",
        "laws": [],
        "prime": 3,
        "point": [0] * size,
        "pivots": [],
    }
    assert "paths" in declined(body)


@pytest.mark.parametrize("depth", [90, 150])
def test_nested_splits(depth):
    size = depth + 1
    upper = made.SINGLE
    for node in range(depth, 0, -1):
        upper = made.split(node, made.SINGLE, upper)
    body = made.certificate(systems.product(3), 2, made.SINGLE)
    body["system"] = systems.product(size)
    body["claim"] |= {"parameters": size, "laws": size - 1}
    body["lower"]["point"] = [1] * size
    body["upper"] = upper
    if depth < reading.SPLITS:
        assert verify_bytes(made.data(made.rehash(body))).laws == depth
    else:
        declined(body)


def test_faults_are_refusals(monkeypatch):
    for fault in (MemoryError, RecursionError, KeyError, ZeroDivisionError):

        def broken(*_, fault=fault):
            raise fault

        monkeypatch.setattr(kernel, "check", broken)
        with pytest.raises(Refused):
            verify_bytes(made.data(truths.true("linear 2-1-2")))


# ---------------------------------------------------------------------------------------------
# graphs


def nodes_and_edges(kinds, outputs, edges, frozen=()):
    return {
        "type": "dag",
        "nodes": kinds,
        "outputs": outputs,
        "edges": edges,
        "frozen": list(frozen),
    }


def with_system(system, parameters, words=1):
    """A certificate of a large system that has nothing else right."""
    sources = sum(kind in ("input", "constant") for kind in system["nodes"])
    gates = sum(kind in ("relu", "leaky_relu") for kind in system["nodes"])
    body = truths.true("dag skip")
    body["system"] = system
    body["claim"] = {
        "object": systems.objects(system),
        "parameters": parameters,
        "laws": parameters - words,
    }
    body["lower"] = {
        "kind": "bracket-words",
        "prime": polys.Q,
        "point": [3] * parameters,
        "words": [[0]] * words,
        "pivots": list(range(words)),
        "generators": [
            {"source": [1] * sources, "gate": [1] * gates, "out": [1] * len(system["outputs"])}
        ],
    }
    body["upper"] = made.SINGLE
    return body


def test_too_many_nodes_and_edges():
    large = nodes_and_edges(
        ["input"] * reading.GRAPH + ["linear"], [reading.GRAPH], [[0, reading.GRAPH, 0]]
    )
    assert "nodes and edges" in declined(with_system(large, 1))
    many = [[v, v + 1, 1] for v in range(reading.GRAPH // 2 + 1)]
    large = nodes_and_edges(["input"] + ["linear"] * len(many), [len(many)], [], many)
    assert "nodes and edges" in declined(with_system(large, 1))


def test_a_large_graph_of_few_parameters():
    """Its sweeps cost as much as it has edges and sources, not parameters."""
    size = 50_000
    tied = nodes_and_edges(
        ["input"] + ["linear"] * size, [size], [[v, v + 1, 0] for v in range(size)]
    )
    assert verify_bytes(made.data(made.rehash(with_system(tied, 1)))).laws == 0
    body = with_system(tied, 1)
    body["lower"]["generators"] *= 2
    body["lower"]["words"] = [[0, 1] * 6]
    assert "multiplications" in declined(body)
    body["lower"]["words"] = [[0] * 40 + [1]]
    assert "multiplications" in declined(body)


def test_numbers_of_a_short_word_on_a_large_graph():
    size = 245_000
    tied = nodes_and_edges(
        ["input"] + ["linear"] * size, [size], [[v, v + 1, 0] for v in range(size)]
    )
    body = with_system(tied, 1)
    body["lower"]["generators"] *= 2
    body["lower"]["words"] = [[0, 1, 0, 1]]
    assert "memory" in declined(body)
    idle = nodes_and_edges(
        ["input"] * 400_000 + ["linear"], [400_000], [[v, 400_000, v] for v in range(300)]
    )
    assert "multiplications" in declined(with_system(idle, 300, 300))


def ladder(kind, steps, live):
    """Rungs of two neurons, all joined to the next two: 2^steps paths, from a source or from
    nowhere.
    """
    first = [[0, 2 * steps + 1, 0]] + [[0, v, 1] for v in (1, 2) if live]
    edges = first + [
        [u, v, 2] for w in range(1, 2 * steps - 1, 2) for v in (w + 2, w + 3) for u in (w, w + 1)
    ]
    edges += [[u, 2 * steps + 1, 2] for u in (2 * steps - 1, 2 * steps)]
    edges = sorted(edges, key=lambda edge: (edge[1], edge[0]))
    return nodes_and_edges(["input"] + [kind] * (2 * steps + 1), [2 * steps + 1], edges)


@pytest.mark.parametrize("kind", ["linear", "relu"])
def test_paths_that_begin_nowhere_are_not_followed(kind):
    system = ladder(kind, 40, False)
    for edge in system["edges"]:
        edge[2] = min(edge[2], 1)
    law = {
        "kind": "polynomial-laws",
        "laws": [[[1, [[1, 1]]]]],
        "prime": 5,
        "point": [0, 0],
        "pivots": [1],
    }
    body = with_system(system, 2)
    body["upper"] = law
    assert verify_bytes(made.data(made.rehash(body))).laws == 1
    body = with_system(ladder(kind, 40, True), 3)
    body["upper"] = law | {"point": [0, 0, 0]}
    assert "paths" in declined(body)


def test_many_laws_of_a_large_graph(monkeypatch):
    """Each potential is checked on all edges."""
    size = 50_000
    system = nodes_and_edges(
        ["input"] + ["linear"] * size, [size], [[v, v + 1, 0] for v in range(size)]
    )
    body = with_system(system, 1)
    body["upper"] = {
        "kind": "balance-laws",
        "prime": 5,
        "point": [1],
        "pivots": [],
        "laws": [{"potential": [], "polynomial": []}] * 1000,
    }
    monkeypatch.setattr(kernel, "Budget", SmallBudget)
    assert "multiplications" in declined(body)


def test_more_work_is_done_when_it_is_allowed(capsys, monkeypatch):
    """A check beyond the limit is declined with what it needs; with so many units it is done,
    after it was said how long it takes.
    """
    data = made.data(truths.true("linear 2-1-2"))
    with pytest.raises(
        Declined, match=r"needs \d+ multiplications, more than 100; .*--units"
    ) as caught:
        verify_bytes(data, units=100)
    needed = int(str(caught.value).split("--units ")[1].split(")")[0])
    monkeypatch.setattr(reading, "SOON", 10)
    said = []
    assert verify_bytes(data, units=10 * needed, tell=said.append).laws == 1
    assert len(said) == 1 and "multiplications, about" in said[0]


def test_more_work_holds_more_numbers():
    assert (
        reading.Budget().most == reading.NUMBERS == reading.Budget(5).most
        and reading.Budget(3 * reading.UNITS).most == 3 * reading.NUMBERS
    )
