"""Directed acyclic networks: refusals that name the place, ties, frozen edges, files and arrays."""

import io
import json
import random
import zipfile

import numpy as np
import pytest
from amounts import amount
from reference.ranks import rank as oracle_rank

from pyconslaw import (
    Edge,
    InputError,
    LimitError,
    analyze,
    certify,
    dag,
    dag_from_arrays,
    from_networkx,
    known_laws,
    linear,
    read_network,
    recurrent,
    residual,
    tied_autoencoder,
)
from pyconslaw.networks import archives
from pyconslaw.verify import verify_bytes

XHY = {"x": "input", "h": "relu", "y": "linear"}


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        (XHY, [("x", "h"), ("h", "x")], r"edges\[1\]: runs into 'x'"),
        (XHY, [("x", "z")], r"edges\[0\].to: expected the name of a node, got 'z'"),
        (
            {**XHY, "k": "relu"},
            [("x", "h"), ("h", "k"), ("k", "h"), ("k", "y")],
            r"a cycle, (h -> k -> h|k -> h -> k)",
        ),
        (XHY, [("h", "h")], "a cycle, h -> h"),
        ({"x": "input", "y": "tanh"}, [("x", "y")], r"nodes\[1\]: expected one of"),
        ({"x y": "input"}, [], r"nodes\[0\]: expected \(name, kind\)"),
        ({"x": "input"}, [], "at least one input and one output"),
        ({"h": "relu", "y": "linear"}, [("h", "y")], "at least one input and one output"),
        (XHY, [Edge("x", "h", "s", 2)], r"edges\[0\]: has a parameter and a frozen weight"),
        (XHY, [Edge("x", "h", frozen=0)], r"edges\[0\].frozen"),
        (XHY, [Edge("x", "h", frozen=1.5)], r"edges\[0\].frozen"),
        (XHY, [Edge("x", "h", "1a")], r"edges\[0\].parameter"),
        (XHY, [("x",)], r"edges\[0\]: expected"),
        (
            XHY,
            [Edge("x", "h", frozen=1), Edge("h", "y", frozen=1)],
            "at least one that is not frozen",
        ),
        ([("x", "input"), ("x", "input")], [], "occurs twice"),
        (None, [], "nodes: expected a sequence"),
        ("xhy", [], "nodes: expected a sequence"),
        ([None], [], r"nodes\[0\]"),
        (["xy"], [], r"nodes\[0\]"),
        ([{"name": 1, "kind": 2}], [], r"nodes\[0\]"),
        (XHY, None, "edges: expected a sequence"),
        (XHY, 7, "edges: expected a sequence"),
        (XHY, [7], r"edges\[0\]"),
    ],
)
def test_refusals(nodes, edges, message):
    with pytest.raises(InputError, match=message):
        dag(nodes, edges)


@pytest.mark.parametrize("outputs", [0, "y", ["x"], [None], [["y"]], [], {"z": 1}], ids=repr)
def test_bad_outputs(outputs):
    with pytest.raises(InputError, match="output"):
        dag(XHY, [("x", "h"), ("h", "y")], outputs)


def test_outputs_may_come_from_an_iterator():
    network = dag(XHY, iter([("x", "h"), ("h", "y")]), (name for name in ["h", "y"]))
    assert network.spec["outputs"] == [1, 2]


def random_dag(rng, kinds):
    """Inputs, perhaps a constant, hidden neurons of these kinds, outputs; some edges tied, some
    frozen.
    """
    names = [(f"x{i}", "input") for i in range(rng.randint(1, 3))] + [
        ("one", "constant")
    ] * rng.randint(0, 1)
    names += [(f"h{i}", rng.choice(kinds)) for i in range(rng.randint(1, 6))] + [
        ("y0", "linear"),
        ("y1", "linear"),
    ]
    edges = [Edge("x0", "y0")]
    for j, (head, kind) in enumerate(names):
        for tail, _ in names[:j] if kind not in ("input", "constant") else ():
            if tail[0] != "y" and (tail, head) != ("x0", "y0") and rng.random() < 0.5:
                r = rng.random()
                edges.append(
                    Edge(tail, head, frozen=rng.choice([1, 2, -3]))
                    if r < 0.12
                    else Edge(tail, head, f"s{rng.randint(0, 2)}")
                    if r < 0.25
                    else Edge(tail, head)
                )
    return dag(names, edges, ["y0", "y1"])


def exponent_rank(network) -> int:
    """Rank of the path-parameter exponents, over the path components written out."""
    rows = []
    for f in network.components.values():
        ((_, monomial),) = f.terms
        row = [0] * network.size
        for v, e in monomial:
            row[v] = e
        rows.append(row)
    return oracle_rank(rows)


def check_relu_dags(seed, count):
    for k in range(count):
        network = random_dag(random.Random(f"{seed} {k}"), ["relu", "leaky_relu"])
        report = analyze(network)
        assert (report.verdict, report.laws) == ("proved", network.size - exponent_rank(network)), (
            seed,
            k,
            network.spec,
        )


def test_relu_dags_against_the_exponents(fresh_seed):
    check_relu_dags(fresh_seed, 100)


@pytest.mark.long
def test_many_relu_dags_against_the_exponents(fresh_seed):
    check_relu_dags(fresh_seed, amount(2000))


def test_probes_against_explicit_polynomials(fresh_seed):
    """Mixed dags: the rank by probes is the rank by the components written out."""
    from pyconslaw._core.zp import Random

    from pyconslaw.brackets.search import trace_rank

    proved = 0
    for k in range(40):
        network = random_dag(random.Random(f"{fresh_seed} {k}"), ["relu", "linear"])
        report = analyze(network)
        other = trace_rank(network.explicit(), Random(k + 1), target=report.lower.rank + 1)
        assert other.rank == report.lower.rank or not other.complete, (fresh_seed, k, network.spec)
        proved += report.verdict == "proved"
    assert proved > 20


def test_idle_parameters_are_laws():
    network = dag(
        {"x": "input", "h": "relu", "dead": "relu", "y": "linear"},
        [("x", "h"), ("h", "y"), ("x", "dead")],
        outputs=["y"],
    )
    laws = known_laws(network)
    assert [str(law) for law in laws] == ["W[dead,x]", "W[h,x]^2 - W[y,h]^2"] and laws.complete


def test_frozen_skips_join_potentials():
    network = residual(2, 2, 3, outputs=1)
    report = analyze(network)
    # z is tied to the input by the skips: only the h balance
    assert report.verdict == "proved" and report.laws == 6
    assert verify_bytes(certify(network, report=report).bytes).laws == 6


def test_stacks():
    assert analyze(recurrent(2, 3, 2, 4)).laws == 3
    assert analyze(tied_autoencoder([3, 2])).laws == 0
    for bad in (
        lambda: residual(0, 1, 1),
        lambda: recurrent(1, 1, 1, True),
        lambda: tied_autoencoder([3]),
        lambda: residual(1, 1, 1, "tanh"),
    ):
        with pytest.raises(InputError):
            bad()


def test_a_layered_network_as_a_dag():
    names = {"x0": "input", "x1": "input", "h0": "linear", "h1": "linear", "y": "linear"}
    edges = [(u, v) for v in ("h0", "h1") for u in ("x0", "x1")] + [("h0", "y"), ("h1", "y")]
    assert analyze(dag(names, edges)).laws == analyze(linear([2, 2, 1])).laws


def test_networkx():
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph([(0, 1), (1, 2), (0, 2)])
    graph.nodes[2]["kind"] = "linear"
    graph.edges[0, 2]["frozen"] = 1
    assert from_networkx(graph).entry_names == ("W[1,0]", "W[2,1]")
    several = networkx.MultiDiGraph(graph)
    several.add_edge(0, 1, factor="1/2")
    assert from_networkx(several).entry_names == ("W[1,0]", "W[1,0,2]", "W[2,1]")
    with pytest.raises(InputError, match="graph"):
        from_networkx(networkx.Graph())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"nodes": [], "edges": [', "Expecting"),
        ("[]", "nodes, edges"),
        ('{"nodes": [], "edges": [], "x": 1}', "nodes, edges"),
        ('{"nodes": [], "nodes": [], "edges": []}', "twice"),
        ('{"nodes": NaN, "edges": []}', "NaN"),
        ('{"nodes": {}, "edges": []}', "nodes: expected a list"),
        ('{"nodes": [3], "edges": []}', r"nodes\[0\]"),
        ('{"nodes": [{"name": "x", "kind": "input", "bias": 1}], "edges": []}', r"nodes\[0\].bias"),
        ("[" * 100_000, "nested too deeply"),
        ('{"nodes": [' + "9" * 5000 + '], "edges": []}', "digits|nodes"),
        ("\ufeff{}", "."),
        ("", "Expecting"),
    ],
)
def test_malformed_files(tmp_path, text, message):
    path = tmp_path / "net.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_network(path)
    assert str(path) in str(caught.value)


def test_file_with_bias_tie_and_skip(tmp_path):
    value = {
        "nodes": [
            {"name": "x", "kind": "input"},
            {"name": "h", "kind": "relu", "bias": True},
            {"name": "y", "kind": "linear"},
        ],
        "edges": [
            {"from": "x", "to": "h"},
            {"from": "h", "to": "y", "parameter": "s"},
            {"from": "x", "to": "y", "frozen": 1},
        ],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(value))
    network = read_network(path)
    assert network.entry_names == ("W[h,x]", "s", "b[h]")
    assert str(known_laws(network)[0]) == "W[h,x]^2 + b[h]^2 - s^2"


def test_arrays_and_archives(tmp_path):
    arrays = {
        "kinds": np.array(["input", "relu", "relu", "linear"]),
        "tail": [0, 0, 1, 2],
        "head": [1, 2, 3, 3],
    }
    np.savez(tmp_path / "a.npz", **arrays)
    assert (
        analyze(read_network(tmp_path / "a.npz")).laws
        == analyze(dag_from_arrays(**arrays)).laws
        == 2
    )
    csr = dag_from_arrays([0, 3, 3, 2], [0, 0, 1, 2], [0, 0, 1, 2, 4])
    assert csr.spec == dag_from_arrays(**arrays).spec
    np.savez(tmp_path / "b.npz", **arrays, secret=np.array([{}], dtype=object))
    (tmp_path / "c.npz").write_bytes(b"PK\x03\x04 not an archive")
    for name in ("b.npz", "c.npz"):
        with pytest.raises(InputError, match=name):
            read_network(tmp_path / name)


def archive_of(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def npy(header, data=b"\0" * 24):
    header = header.encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }   [,",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3L,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (4000000000000000000,), }",
        "{",
        "[" * 9000,
        "__import__('os')",
    ],
)
def test_damaged_arrays(tmp_path, header, recwarn):
    """Found by tests/fuzz: tokenize.TokenError, TypeError, a warning about Python 2 out of
    numpy's reader.
    """
    with io.BytesIO() as file:
        np.save(file, np.array([0, 2, 2]))
        kinds = file.getvalue()
    path = archive_of(
        tmp_path / "a.npz", **{"kinds.npy": kinds, "tail.npy": npy(header), "head.npy": npy(header)}
    )
    with pytest.raises((InputError, LimitError), match="a.npz"):
        read_network(path)
    assert not recwarn.list


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ARCHIVE_LIMIT", 1 << 20)
    zeros = bytes(1 << 21)
    path = archive_of(
        tmp_path / "bomb.npz", **{"kinds.npy": zeros, "tail.npy": b"", "head.npy": b""}, extra=b"x"
    )
    assert path.stat().st_size < 1 << 16
    with pytest.raises(LimitError, match="unpacked"):
        read_network(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tail": [1, 0, 1, 2], "head": [1, 2, 3, 3]}, "edge 0, 1 -> 1: runs from a later node"),
        ({"head": [1, 0, 3, 3]}, "edge 1"),
        ({"head": [1, 1, 3, 3]}, "edge 1, 0 -> 1: is parallel"),
        ({"parameter": [0, 1, 3, 3]}, "parameter: 2 is on no edge"),
        ({"parameter": [0, -1, 1, 2]}, "frozen with weight 0"),
        ({"kinds": [0, 7, 3, 2]}, r"kinds\[1\]"),
        ({"tail": [0.5, 0, 1, 2]}, "tail: expected a vector"),
        ({"tail": [0, 0, 1, 9]}, r"tail\[3\]"),
        ({"outputs": [0]}, "outputs"),
        ({"head": [1, 2, 3]}, "head"),
        ({"weight": [2**62] * 4}, r"weight\[0\]"),
    ],
)
def test_bad_arrays(change, message):
    arrays = {"kinds": [0, 3, 3, 2], "tail": [0, 0, 1, 2], "head": [1, 2, 3, 3]} | change
    with pytest.raises(InputError, match=message):
        dag_from_arrays(**arrays)
