"""Systems of products of named matrices: what is taken, from Python and from files, and refused."""

import json

import numpy as np
import pytest

from pyconslaw import (
    InputError,
    LimitError,
    Network,
    System,
    analyze,
    certify,
    check_law,
    count,
    known_laws,
    network_of,
    read_network,
    under_flow,
)
from pyconslaw.verify import verify_bytes

HEAD = {"Q": (2, 3), "K": (2, 4)}
SPEC = {
    "type": "products",
    "matrices": [["Q", [2, 3]], ["K", [2, 4]]],
    "products": [[["Q", True], ["K", False]]],
}
FORMS = {
    "text": "Q^T K",
    "texts": ["Q^T K"],
    "prime": ["Q' K"],
    "close": "Q'K",
    "operators": ["Q^T * K"],
    "at": ("Q^T@K",),
    "braces": "Q^{T}K",
    "twice": ["Q^T K", "Q' K"],
    "three times": "Q''' K",
    "by name": lambda Q, K: Q.T @ K,
    "in any order": lambda K, Q: Q.T @ K,
    "by place": lambda a, b: a.T @ b,
    "starred": lambda *m: m[0].T @ m[1],
    "keywords": lambda **m: [m["Q"].T @ m["K"]],
    "defaults": lambda Q, K, again=1: [Q.T @ K] * again,
    "mapping": lambda Q, K: {"scores": Q.T @ K},
    "nested": lambda Q, K: [(Q.T @ K,), {"more": [Q.T @ K]}],
    "transposed": lambda Q, K: (K.T @ Q).T,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_phi(form):
    net = System(HEAD, phi=FORMS[form])
    assert isinstance(net, System) and isinstance(net, Network)
    assert net.spec == SPEC and net.name == "products Q^T K"
    assert (net.size, net.object, net.has_graph) == (14, "system", False)
    assert net.entry_names[:3] == ("Q[0,0]", "Q[0,1]", "Q[0,2]")


def test_components_are_written_out_when_asked_for():
    net = System(HEAD, phi="Q^T K")
    assert list(net.components)[:2] == ["(Q^T K)[0,0]", "(Q^T K)[0,1]"]
    assert len(net.components) == 12 and len(net.explicit().fields) == 12
    law = check_law(net, "Q[0,0]*Q[1,0] - K[0,0]*K[1,0]")
    assert not law and law.component == "(Q^T K)[0,1]"


def test_vectors_and_numbers():
    net = System({"u": 3, "v": (2,), "s": (), "t": ()}, phi=lambda u, v, s, t: [u @ v.T, s @ t])
    assert [list(p.shape) for p in net.parameters] == [[3], [2], [], []]
    assert net.entry_names == ("u[0]", "u[1]", "u[2]", "v[0]", "v[1]", "s", "t")
    assert count(net) == 2 and net.components["(s t)[0,0]"].terms == ((1, ((5, 1), (6, 1))),)


def test_weights_are_taken_by_name():
    net = System(HEAD, phi="Q^T K")
    laws = known_laws(net)
    q, k = np.arange(6.0).reshape(2, 3), np.ones((2, 4))
    square = k @ k.T - q @ q.T
    assert laws.values({"Q": q, "K": k}).tolist() == [square[0, 0], square[0, 1], square[1, 1]]


BAD = {
    "no names": ({}, "Q", "^variables: expected 1 to"),
    "name": ({"Q[": (2, 2)}, "Q", "^variables: expected names"),
    "name that is none": ({3: (2, 2)}, "Q", "^variables: expected names"),
    "long name": ({"Q" * 101: (2, 2)}, "Q", "^variables: expected names"),
    "three sizes": ({"Q": (2, 2, 2)}, "Q", r"^variables\['Q'\]: expected a shape"),
    "zero": ({"Q": (0, 2)}, "Q", r"^variables\['Q'\]: "),
    "negative": ({"Q": -1}, "Q", r"^variables\['Q'\]: "),
    "float": ({"Q": (2.0, 2)}, "Q", r"^variables\['Q'\]: "),
    "true": ({"Q": (True, 2)}, "Q", r"^variables\['Q'\]: "),
    "text": ({"Q": "22"}, "Q", r"^variables\['Q'\]: "),
    "none": ({"Q": None}, "Q", r"^variables\['Q'\]: "),
    "phi none": (HEAD, None, "^phi: expected texts"),
    "phi empty": (HEAD, [], "^phi: expected texts"),
    "phi number": (HEAD, 3, "^phi: expected texts"),
    "entry": (HEAD, ["Q^T K", 3], r"^phi\[1\]: expected a text"),
    "unknown": (HEAD, ["Q^T X"], r"^phi\[0\]: unknown matrix 'X'"),
    "shapes": (HEAD, ["Q K"], r"^phi\[0\]: Q has 3 columns, K has 2 rows"),
    "vectors": ({"u": 3, "v": 3}, "u v", r"vectors are columns"),
    "sum": (HEAD, ["Q^T K + K^T Q"], r"^phi\[0\]: unexpected character 5"),
    "power": (HEAD, ["Q^2"], r"^phi\[0\]: unexpected character 1"),
    "parentheses": (HEAD, ["(Q K)^T"], r"^phi\[0\]: unexpected character 0"),
    "mark first": (HEAD, ["'Q"], r"^phi\[0\]: expected a name at character 0"),
    "two operators": (HEAD, ["Q' * * K"], r"^phi\[0\]: expected a name at character 4"),
    "operator last": (HEAD, ["Q' *"], r"^phi\[0\]: expected a product"),
    "blank": (HEAD, [" "], r"^phi\[0\]: expected a product"),
    "python": (HEAD, ["__import__('os')"], r"^phi\[0\]: unexpected character 0"),
    "arguments": (HEAD, lambda a, b, c: a, "^phi: expected a function of Q, K"),
    "shapes of a function": (HEAD, lambda Q, K: Q @ K, "^phi: Q has 3 columns, K has 2 rows"),
    "nothing": (HEAD, lambda Q, K: [], "^phi: expected 1 to"),
    "returns none": (HEAD, lambda Q, K: None, r"^phi\[0\]: expected a product of the matrices"),
}


@pytest.mark.parametrize("kind", BAD)
def test_refused(kind):
    matrices, phi, what = BAD[kind]
    with pytest.raises(InputError, match=what):
        System(matrices, phi=phi)


def test_matrices_of_another_system_are_refused():
    kept = []
    System(HEAD, phi=lambda Q, K: kept.append(Q) or Q)
    with pytest.raises(InputError, match=r"^phi\[0\]: expected a product of the matrices"):
        System(HEAD, phi=lambda Q, K: kept[0])
    with pytest.raises(InputError, match="^phi: .*expected products of the matrices"):
        System(HEAD, phi=lambda Q, K: kept[0].T @ K)


@pytest.mark.parametrize("key", ["fields", "drift"])
def test_vector_fields_belong_to_variables(key):
    with pytest.raises(InputError, match=f"^{key}: belongs to named variables"):
        System(HEAD, phi="Q^T K", **{key: [[1]]})


def test_limits():
    with pytest.raises(LimitError, match="^variables: "):
        System({"Q": (2**30, 2**30)}, phi="Q")
    with pytest.raises(LimitError, match="^phi: 8000000 terms of products, more than the 200000"):
        System({"Q": (200, 200)}, phi="Q^T Q")
    with pytest.raises(LimitError, match=r"^phi\[0\]: more than 1000 factors"):
        System({"Q": (2, 2)}, phi="Q " * 1001)
    net = System({"Q": (128, 4096), "K": (128, 4096)}, phi="Q^T K")
    for ask in (lambda: net.components, lambda: under_flow(net, "momentum")):
        with pytest.raises(LimitError, match="^phi: 2147483648 terms"):
            ask()


def test_errors_of_the_function_come_through():
    with pytest.raises(KeyError):
        System(HEAD, phi=lambda **m: m["X"])


@pytest.mark.parametrize(
    ("flow", "laws"), [("momentum", 1), ("weight-decay", 3), ("mirror", 2), ("natural", 3)]
)
def test_flows_of_small_ones(flow, laws):
    """As those of the layered network, U V^T with U, V 2 x 2."""
    net = System({"Q": (2, 2), "K": (2, 2)}, phi="Q^T K", flow=flow)
    report = analyze(net)
    assert (report.laws, report.verdict) == (laws, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == laws


def test_files(tmp_path):
    value = {"matrices": {"Q": [2, 3], "K": [2, 4]}, "products": ["Q^T K"]}
    path = tmp_path / "head.json"
    path.write_text(json.dumps(value))
    assert read_network(path).spec == network_of("system", str(path)).spec == SPEC
    path.write_text(json.dumps({**value, "flow": "natural"}))
    assert read_network(path).spec["of"] == SPEC
    path = tmp_path / "head.toml"
    path.write_text('products = ["Q^T K"]\n[matrices]\nQ = [2, 3]\nK = [2, 4]\n')
    assert read_network(path).spec == SPEC


BAD_FILES = {
    "unknown key": (
        {"matrices": {}, "products": [], "phi": []},
        "expected an object with matrices",
    ),
    "no products": ({"matrices": {"Q": [2]}}, "expected an object with matrices and products"),
    "list": ({"matrices": [["Q", [2]]], "products": ["Q"]}, "matrices: expected an object"),
    "text": ({"matrices": {"Q": [2]}, "products": "Q"}, "products: expected a list"),
    "shape": ({"matrices": {"Q": 2}, "products": ["Q"]}, r"matrices\.Q: expected a list"),
    "sizes": ({"matrices": {"Q": [2.5]}, "products": ["Q"]}, r"variables\['Q'\]: "),
    "null": ({"matrices": {"Q": [2]}, "products": ["Q"], "flow": None}, "flow: expected no null"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_files_that_are_refused(kind, tmp_path):
    value, what = BAD_FILES[kind]
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(value))
    with pytest.raises(InputError, match=f"bad.json: {what}"):
        read_network(path)
