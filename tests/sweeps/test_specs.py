"""Specifications: what a line may say, what it may cost, and how networks travel."""

import io
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyconslaw as pcl
from pyconslaw.sweeps.specs import (
    LINE_LIMIT,
    arrived,
    bounded_lines,
    carried,
    lines_of,
    network_of_text,
    source_of,
    task_of,
)

SYSTEM = {"variables": ["x", "y"], "phi": ["x*y"]}
GRAPH = {
    "nodes": [{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear", "bias": True}],
    "edges": [{"from": "x", "to": "y"}],
}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("relu 2-3-1", "relu 2-3-1"),
        ("  relu 2x3x1 --bias ", "relu 2-3-1 --bias"),
        ("relu 2,3,1 --bias all", "relu 2-3-1 --bias all"),
        ("relu --bias 2-3-1", None),
        ("linear 2-3-1 --bias=hidden --flow=natural", "linear 2-3-1 --bias --flow natural"),
        ("mlp 2-3-3-1 --activations linear,relu", "mlp 2-3-3-1 --activations linear,relu"),
        ("mlp 2-3-3-1 --activations=linear,relu", "mlp 2-3-3-1 --activations linear,relu"),
        ('"relu 2-3-1"', "relu 2-3-1"),
        ("nmf 2-2-2", pcl.nmf([2, 2, 2]).name),
        ("product 3", "product 3"),
        ('{"dims": [2, 3, 1], "activations": ["relu"]}', "relu 2-3-1"),
    ],
)
def test_words(text, name):
    if name is None:
        with pytest.raises(pcl.InputError):
            network_of_text(text)
    else:
        assert network_of_text(text).name == name


def test_a_metric_with_a_sign_of_equality():
    words = "linear 2-2-2 --flow mirror --metric W2=1/self"
    direct = pcl.network_of("linear", "2-2-2", flow="mirror", metric="W2=1/self")
    assert network_of_text(words).fingerprint == direct.fingerprint


def test_a_loss():
    for words in ("relu 2-3-2 --loss softmax --bias", "relu 2-3-2 --bias --loss=cross_entropy"):
        network = network_of_text(words)
        assert network.name == "relu 2-3-2 --bias --loss softmax"
        assert network_of_text(network.name).fingerprint == network.fingerprint


def test_rates_and_decays_again_and_again():
    words = "linear 2-2-2 --rate W1=2 --rate=W2=1/3 --decay W1=1/10,W2=3/5"
    given = {"rates": {"W1": 2, "W2": "1/3"}, "decay": {"W1": "1/10", "W2": "3/5"}}
    assert network_of_text(words).fingerprint == pcl.linear([2, 2, 2], **given).fingerprint
    with pytest.raises(pcl.InputError, match="^words: --rate needs a value"):
        network_of_text("linear 2-2-2 --rate")
    value = SYSTEM | {"rates": {"x": 2}}
    assert network_of_text(json.dumps(value)).flow == "gradient"


@pytest.mark.parametrize("value", [SYSTEM, GRAPH, SYSTEM | {"flow": "momentum", "tau": "1/2"}])
def test_objects_are_those_of_files(value, tmp_path):
    path = tmp_path / "n.json"
    path.write_text(json.dumps(value))
    wanted = pcl.read_network(path).fingerprint
    assert network_of_text(json.dumps(value)).fingerprint == wanted
    assert arrived(carried(value)).fingerprint == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "relu",
        "relu 2-3-1 --tau",
        "relu 2-3-1 --nothing 1",
        "relu 2-3-1 extra",
        "system sys.json",
        "linear --file net.json",
        "relu 2-3-1 --file net.json",
        "relu '2-3-1",
        "{",
        '{"a": 1}',
        '{"variables": ["x"], "variables": ["x"], "phi": ["x"]}',
        '{"variables": ["x"], "phi": [NaN]}',
        "[1]",
        "[" * 100_000,
        '"relu 2-3-1',
        '"system sys.json"',
        "1",
    ],
)
def test_what_names_no_network_is_refused(text):
    with pytest.raises(pcl.PyconslawError):
        network_of_text(text)


def test_no_line_reads_a_file(tmp_path, monkeypatch):
    """A line means the same on every machine, and strangers' lines read nothing here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sys.json").write_text(json.dumps(SYSTEM))
    for text in ("system sys.json", "--file sys.json", '{"file": "sys.json"}'):
        with pytest.raises(pcl.InputError):
            network_of_text(text)


def test_a_line_is_not_longer_than_the_limit():
    with pytest.raises(pcl.LimitError, match="a specification of"):
        network_of_text("relu " + "1-" * LINE_LIMIT)
    file = io.BytesIO(b"relu 2-3-1\n" + b"x" * (3 * LINE_LIMIT) + b"\n")
    lines = lines_of(bounded_lines(file))
    assert next(lines) == "relu 2-3-1"
    with pytest.raises(pcl.LimitError, match="line 2: longer than"):
        next(lines)
    assert file.tell() < 2 * LINE_LIMIT


def test_lines_of_a_file():
    text = b"# words\n\n  relu 2-3-1  \r\n#\nproduct 2"
    assert list(lines_of(bounded_lines(io.BytesIO(text)))) == ["relu 2-3-1", "product 2"]
    with pytest.raises(pcl.InputError, match="line 2: .*utf-8"):
        list(lines_of(bounded_lines(io.BytesIO(b"relu 2-3-1\n\xff\n"))))


@given(st.text(max_size=60))
def test_any_text_is_a_network_or_refused(text):
    try:
        assert network_of_text(text).size >= 0
    except pcl.PyconslawError:
        pass


NETWORKS = [
    pcl.linear([2, 2, 2]),
    pcl.mlp([2, 3, 1], bias=True),
    pcl.product(3),
    pcl.nmf([2, 2, 2]),
    pcl.System(["x", "y"], fields=[["y/x", "-x"]]),
    pcl.System({"Q": (3, 2), "K": (3, 2)}, phi=["Q^T K"]),
    pcl.dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y"), ("x", "y")]),
    pcl.residual(2, 2, 2),
    pcl.under_flow(pcl.linear([2, 2, 1]), "momentum", tau="1/2"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name[:30])
def test_networks_travel(network):
    one = json.loads(json.dumps(carried(network)))
    there = arrived(one)
    assert (there.fingerprint, task_of(there)) == (network.fingerprint, task_of(network))
    assert there.entry_names == network.entry_names
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_task_is_a_network_and_its_names():
    """Reasons are told in the names of the user: the rows of two names are two rows."""
    edges = [("x", "h", "a"), ("h", "y", "b")]
    first, second, again = (
        pcl.dag({"x": "input", "h": "relu", "y": "linear"} | more, [pcl.Edge(*e) for e in edges])
        for more in ({}, {"u": "input"}, {})
    )
    renamed = pcl.dag(
        {"x": "input", "g": "relu", "y": "linear"},
        [pcl.Edge("x", "g", "a"), pcl.Edge("g", "y", "b")],
    )
    assert first.fingerprint == renamed.fingerprint and task_of(first) != task_of(renamed)
    assert task_of(first) == task_of(again) and first.fingerprint != second.fingerprint


def test_a_source_is_its_text():
    assert source_of(carried("relu 2-3-1 ")) == source_of(carried("relu 2-3-1")) != ""
    assert source_of(carried("relu 2-3-1")) != source_of(carried("relu 2-3-2"))
    assert source_of(carried(pcl.product(2))) == ""


@pytest.mark.parametrize("wrong", [1, None, ["relu"], b"relu 2-3-1"])
def test_what_is_no_network(wrong):
    with pytest.raises(pcl.InputError, match="networks: expected networks, texts"):
        carried(wrong)
