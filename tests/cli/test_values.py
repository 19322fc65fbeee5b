"""`values` in process: exact and floating weights, weights at several times, what is refused."""

import json

import numpy as np
import pytest
from commands import data, refused, run

from pyconslaw import balance_laws, known_laws, linear, mlp, read_network
from pyconslaw.laws import evaluation

NETWORK = ["linear", "2-2-2"]
POINT = {"W1": [[1, "1/2"], [2, 1]], "W2": [[1, 0], [0, 1]]}


@pytest.fixture
def point(tmp_path):
    path = tmp_path / "point.json"
    path.write_text(json.dumps(POINT))
    return path


def archive(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_rational_weights_give_rational_values(point):
    found = data(run("values", *NETWORK, "--at", point, "--json"))
    assert found["values"] == ["1/4", "5/2", 4]
    laws = data(run("laws", *NETWORK, "--json"))
    assert {key: found[key] for key in laws} == laws
    text = run("values", *NETWORK, "--at", point).stdout.splitlines()
    assert text[:3] == [
        f"{law} = {value}" for law, value in zip(laws["laws"], found["values"], strict=True)
    ]
    assert text[3:] == run("laws", *NETWORK).stdout.splitlines()[3:]


def test_a_list_of_all_weights(tmp_path):
    path = tmp_path / "list.json"
    path.write_text("[1, 2, 3]")
    found = data(run("values", "product", 3, "--at", path, "--json"))
    assert found["laws"] == ["x1^2 - x2^2", "x2^2 - x3^2"] and found["values"] == [-3, -5]
    assert found == data(run("values", "product", 3, "--at", "-", "--json", input="[1, 2, 3]"))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f4", "<i8", "|u1"])
def test_arrays_are_read_as_they_were_written(tmp_path, order, dtype):
    rng = np.random.default_rng(7)
    arrays = {
        "W1": np.asarray(rng.integers(0, 9, (3, 2)), dtype=dtype, order=order),
        "b1": np.asarray(rng.integers(0, 9, 3), dtype=dtype),
        "W2": np.asarray(rng.integers(0, 9, (1, 3)), dtype=dtype, order=order),
    }
    path = archive(tmp_path / "w.npz", **arrays)
    found = data(run("values", "relu", "2-3-1", "--bias", "--at", path, "--json"))["values"]
    laws = known_laws(mlp([2, 3, 1], bias=True))
    expected = laws.values({name: a.astype(float) for name, a in arrays.items()}).tolist()
    assert found == expected
    assert {type(x) for x in found} == {float if "f" in dtype else int}


def test_integers_of_an_archive_do_not_overflow(tmp_path):
    path = archive(tmp_path / "w.npz", W1=np.array([[2**62]]), W2=np.array([[1]]))
    assert data(run("values", "relu", "1-1-1", "--at", path, "--json"))["values"] == [2**124 - 1]


def test_weights_at_several_times(tmp_path):
    times = np.arange(24.0).reshape(3, 8)
    parts = {"W1": times[:, :4].reshape(3, 2, 2), "W2": times[:, 4:].reshape(3, 2, 2)}
    path = archive(tmp_path / "w.npz", **parts)
    expected = known_laws(linear([2, 2, 2])).values(times)
    found = data(run("values", *NETWORK, "--at", path, "--json"))["values"]
    assert np.array_equal(np.array(found), expected.T)
    line = run("values", *NETWORK, "--at", path).stdout.splitlines()[0]
    assert line.split(" = ")[1] == ", ".join(map(str, expected[:, 0].tolist()))


def test_a_limit(point):
    found = data(run("values", *NETWORK, "--at", point, "--json", "--limit", 1))
    assert (len(found["laws"]), found["values"], found["total"]) == (1, ["1/4"], 3)
    text = run("values", *NETWORK, "--at", point, "--limit", 1).stdout.splitlines()
    assert len(text) == 3 and text[1] == "# the first 1 of 3 laws"


def test_what_is_not_finite_is_a_text(tmp_path):
    path = archive(tmp_path / "w.npz", W1=np.array([[np.inf]]), W2=np.array([[np.nan]]))
    text = run("values", "relu", "1-1-1", "--at", path, "--json").stdout
    assert json.loads(text, parse_constant=lambda x: pytest.fail(x))["values"] == ["nan"]


def test_wrong_weights_are_refused_by_name(tmp_path):
    short = archive(tmp_path / "short.npz", W1=np.ones((2, 2)))
    refused(run("values", *NETWORK, "--at", short), 2, "missing ['W2']")
    other = archive(tmp_path / "other.npz", W1=np.ones((2, 3)), W2=np.ones((2, 2)))
    refused(run("values", *NETWORK, "--at", other), 2, "W1", "(2, 3)")
    texts = archive(tmp_path / "texts.npz", W1=np.array(["x"]))
    refused(
        run("values", *NETWORK, "--at", texts), 2, "texts.npz", "W1: expected integers or floats"
    )


def test_a_point_from_an_archive(tmp_path, point):
    """`count --at` takes archives too: floats are the binary fractions they are."""
    path = archive(tmp_path / "w.npz", W1=np.array([[1, 0.5], [2, 1]]), W2=np.eye(2))
    found = data(run("count", *NETWORK, "--at", path, "--json"))
    assert found == data(run("count", *NETWORK, "--at", point, "--json"))
    rounded = archive(tmp_path / "r.npz", W1=np.array([[0.1, 1], [2, 1]]), W2=np.eye(2))
    notes = data(run("count", *NETWORK, "--at", rounded, "--json"))["notes"]
    assert "floats are taken as the binary fractions" in notes[0]


def test_integers_are_exact_whatever_their_size(tmp_path):
    """In machine words where these have room, else as Python integers."""
    for large in (3, 2**40):
        rng = np.random.default_rng(5)
        arrays = {name: rng.integers(-large, large, (3, 3)) for name in ("W1", "W2", "W3")}
        path = archive(tmp_path / "w.npz", **arrays)
        found = data(run("values", "linear", "3-3-3-3", "--at", path, "--json"))["values"]
        W1, W2, W3 = (a.astype(object) for a in arrays.values())
        squares = (W1 @ W1.T - W2.T @ W2, W2 @ W2.T - W3.T @ W3)
        assert found == [x for a in squares for x in a[np.triu_indices(3)].tolist()]


def test_products_of_integers_are_made_in_blocks(monkeypatch):
    """One product of object arrays heard no Ctrl-C."""
    rows = np.arange(2 * 5 * 4).reshape(2, 5, 4)
    monkeypatch.setattr(evaluation, "BLOCK", 2 * rows.size)
    for a in (rows, rows.astype(object)):
        assert (evaluation.gram(a) == a @ a.swapaxes(-1, -2)).all()


def test_machine_integers_do_not_wrap():
    laws = balance_laws(linear([1, 1, 1]))
    assert laws.values(np.array([2**62, 1])).tolist() == [2**124 - 1]
    assert laws.values(np.array([3, 1])).dtype == np.int64


def test_floats_are_evaluated_in_64_bits(tmp_path):
    nodes = {"nodes": [{"name": n, "kind": k} for n, k in zip("xhy", ("input", "relu", "linear"))]}
    edges = {"edges": [{"from": "x", "to": "h"}, {"from": "h", "to": "y"}]}
    (tmp_path / "net.json").write_text(json.dumps(nodes | edges))
    third = np.float32(1 / 3)
    weights = {
        p.name: np.full(p.shape, third) for p in read_network(tmp_path / "net.json").parameters
    }
    weights["W[y,h]"] = np.zeros_like(weights["W[y,h]"])
    path = archive(tmp_path / "w.npz", **weights)
    words = ["values", "--file", tmp_path / "net.json", "--at", path, "--json"]
    assert abs(data(run(*words))["values"][0]) == float(third) ** 2
