"""Builders: names, shapes and order of parameters, the graph as docs/certificate.md describes it,
refusals.
"""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    LimitError,
    Parameter,
    Polynomial,
    certify,
    linear,
    mlp,
    polynomial_system,
    product,
)
from pyconslaw.verify import verify_bytes

ACTIVATIONS = ["linear", "relu", "leaky_relu"]


@st.composite
def architectures(draw):
    dims = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    names = [draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]]
    return dims, names, draw(st.sampled_from(["none", "hidden", "all"]))


def documented_graph(dims, activations, bias):
    """(edges as (tail, head, parameter), sources, outputs, gated, nodes), from
    docs/certificate.md alone.
    """
    hidden = len(dims) - 2
    biased = [bias == "all" or (bias == "hidden" and k < hidden) for k in range(hidden + 1)]
    first = dims[0] + any(biased)
    layers = [list(range(dims[0]))]
    start = first
    for width in dims[1:]:
        layers.append(list(range(start, start + width)))
        start += width
    edges, parameter = [], 0
    for k in range(1, len(dims)):
        for head in layers[k]:
            for tail in layers[k - 1]:
                edges.append((tail, head, parameter))
                parameter += 1
        if biased[k - 1]:
            for head in layers[k]:
                edges.append((dims[0], head, parameter))
                parameter += 1
    gated = [v for k, a in enumerate(activations) if a != "linear" for v in layers[k + 1]]
    return edges, list(range(first)), layers[-1], gated, start, parameter


@given(architectures())
def test_graph(architecture):
    dims, names, bias = architecture
    net = mlp(dims, names, bias)
    edges, sources, outputs, gated, nodes, size = documented_graph(dims, names, bias)
    graph = net.graph
    assert sorted(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.param.tolist(), strict=True)
    ) == sorted(edges)
    assert (list(graph.sources), list(graph.outputs), list(graph.gated)) == (
        sources,
        outputs,
        gated,
    )
    assert (graph.nodes, graph.params, graph.edges, net.size) == (nodes, size, len(edges), size)
    assert (np.diff(graph.head) >= 0).all() and (graph.tail < graph.head).all()
    for v in range(graph.nodes):
        assert (graph.head[graph.ptr[v] : graph.ptr[v + 1]] == v).all()
    assert graph.ptr[-1] == graph.edges
    assert graph.own_params.tolist() == list(range(size))


@given(architectures())
def test_parameters(architecture):
    dims, names, bias = architecture
    net = mlp(dims, names, bias)
    expected, entries = [], []
    for k, (n, m) in enumerate(zip(dims, dims[1:], strict=False), start=1):
        expected.append((f"W{k}", (m, n)))
        entries += [f"W{k}[{i},{j}]" for i in range(m) for j in range(n)]
        if bias == "all" or (bias == "hidden" and k < len(dims) - 1):
            expected.append((f"b{k}", (m,)))
            entries += [f"b{k}[{i}]" for i in range(m)]
    assert [(p.name, p.shape) for p in net.parameters] == expected
    assert list(net.entry_names) == entries
    assert [p.size for p in net.parameters] == [int(np.prod(shape)) for _, shape in expected]
    assert net.phi is None


@given(architectures())
def test_object_and_spec(architecture):
    dims, names, bias = architecture
    net = mlp(dims, names, bias)
    kinds = {name == "linear" for name in names}
    assert (
        net.object
        == {
            frozenset(): "matrix product",
            frozenset({True}): "matrix product",
            frozenset({False}): "path-lifting",
            frozenset({True, False}): "mixed",
        }[frozenset(kinds)]
    )
    kind = "none" if bias == "hidden" and len(dims) == 2 else bias
    assert net.spec == {"type": "mlp", "dims": dims, "activations": names, "bias": kind}


def test_product():
    net = product(4)
    assert net.entry_names == ("x1", "x2", "x3", "x4") and net.object == "system"
    assert net.parameters == tuple(Parameter(f"x{i}", ()) for i in range(1, 5))
    assert net.spec == {"type": "product", "size": 4} and net.name == "product 4"
    graph = net.graph
    assert (graph.tail.tolist(), graph.head.tolist(), graph.param.tolist()) == (
        [0, 1, 2, 3],
        [1, 2, 3, 4],
        [0, 1, 2, 3],
    )
    assert (graph.sources, graph.outputs, graph.gated) == ((0,), (4,), ())
    assert product(np.int64(4)).spec == net.spec and product(1).size == 1


def test_polynomial_system():
    net = polynomial_system(
        ["x", "y"], ["x*y/2 - y^2/3", Polynomial(((4, ((0, 2),)), (-6, ((1, 1),))))]
    )
    assert net.graph is None and net.object == "system" and net.entry_names == ("x", "y")
    assert net.phi == (
        Polynomial(((3, ((0, 1), (1, 1))), (-2, ((1, 2),)))),
        Polynomial(((2, ((0, 2),)), (-3, ((1, 1),)))),
    )
    assert net.spec == {
        "type": "polynomials",
        "variables": ["x", "y"],
        "phi": [[[3, [[0, 1], [1, 1]]], [-2, [[1, 2]]]], [[2, [[0, 2]]], [-3, [[1, 1]]]]],
    }
    assert list(net.components) == ["phi[0]", "phi[1]"]


def test_what_is_equal():
    assert (
        linear([2, 3, 2]).spec == mlp([2, 3, 2], "linear").spec == mlp([2, 3, 2], ["linear"]).spec
    )
    assert mlp([2, 3, 2], bias=True).spec == mlp([2, 3, 2], bias="hidden").spec
    assert (
        mlp([2, 3, 2]).spec == mlp([2, 3, 2], bias=False).spec == mlp((2, 3, 2), bias="none").spec
    )
    assert mlp(np.array([2, 3, 2])).spec == mlp([2, 3, 2]).spec
    assert all(type(n) is int for n in mlp(np.array([2, 3, 2])).spec["dims"])
    assert mlp([2, 3, 3, 2], iter(["relu", "linear"])).spec["activations"] == ["relu", "linear"]
    assert linear([2, 3], bias=True).size == 6 and linear([2, 3], bias="all").size == 9


def test_networks_are_frozen():
    net = mlp([2, 3, 1])
    for name in ("name", "size", "graph", "parameters"):
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
            setattr(net, name, None)


BAD_DIMS = [
    [],
    [3],
    [0, 2],
    [2, 0],
    [2, -1],
    [2.0, 3],
    [2, True],
    [True, True],
    [2, np.True_],
    ["2", "3"],
    "23",
    "2-3",
    None,
    5,
    [2, None],
    [[2, 3]],
    [2, float("nan")],
    np.array([2.0, 3.0]),
    [2, 10**30, -1],
    [2, 3.5],
    [b"2", 3],
    [2 + 0j, 3],
]


@pytest.mark.parametrize("dims", BAD_DIMS, ids=repr)
@pytest.mark.parametrize("build", [linear, mlp])
def test_bad_dims(build, dims):
    with pytest.raises(InputError, match="^dims: expected"):
        build(dims)


@pytest.mark.parametrize(
    "dims",
    [
        [10**9, 10**9],
        [10**30, 2],
        [1] * 3_000_000,
        [2] * 10_001,
    ],
    ids=lambda d: f"{d[:4]}",
)
@pytest.mark.parametrize("bias", [False, "all"])
def test_huge_dims(dims, bias):
    with pytest.raises(LimitError, match="^dims: [0-9]+ parameters"):
        mlp(dims, bias=bias)


@pytest.mark.parametrize(
    "dims", [[10**9, 1], [1, 10**9], [2000, 2000], [1, 10**6, 10**6, 1]], ids=repr
)
@pytest.mark.parametrize("bias", [False, "all"])
def test_large_networks_exist_but_not_edge_by_edge(dims, bias):
    network = mlp(dims, bias=bias)
    assert network.size == sum(n * m for n, m in zip(dims, dims[1:], strict=False)) + (
        sum(dims[1:]) if bias else 0
    )
    with pytest.raises(LimitError, match="^dims: [0-9]+ edges"):
        network.graph  # noqa: B018


@pytest.mark.parametrize(
    "activations",
    [
        "tanh",
        "",
        "relu,relu",
        ["relu"],
        ["relu"] * 3,
        [],
        ["relu", "tanh"],
        ["relu", None],
        b"relu",
        [["relu"], "relu"],
        ["ReLU", "relu"],
        None,
        5,
    ],
    ids=repr,
)
def test_bad_activations(activations):
    with pytest.raises(InputError, match="^activations"):
        mlp([2, 3, 3, 2], activations)


@pytest.mark.parametrize(
    "bias", [None, 0, 1, "yes", "ALL", "", 2.0, [], ["all"], np.True_], ids=repr
)
def test_bad_bias(bias):
    for build in (linear, mlp):
        with pytest.raises(InputError, match="^bias: expected False, True"):
            build([2, 3, 2], bias=bias)


@pytest.mark.parametrize("size", [0, -1, True, 1.0, "3", None, [3], float("nan")], ids=repr)
def test_bad_size(size):
    with pytest.raises(InputError, match="^size: expected an integer >= 1"):
        product(size)


def test_huge_size():
    for size in (10**9, 10**30):
        with pytest.raises(LimitError, match="^size"):
            product(size)


BAD_VARIABLES = [
    [],
    ["x", "x"],
    ["1x"],
    ["x y"],
    [""],
    [None],
    [5],
    ["é"],
    ["x[0"],
    ["_x"],
    ["x-y"],
    ["x\n"],
    5,
    None,
]
BAD_PHI = [
    [],
    "x",
    ["3"],
    ["0"],
    ["x-x"],
    ["y"],
    [5],
    [None],
    [b"x"],
    [["x"]],
    ["x", "x^"],
    ["1/0"],
    None,
    5,
]


@pytest.mark.parametrize("variables", BAD_VARIABLES, ids=repr)
def test_bad_variables(variables):
    with pytest.raises(InputError, match="^variables: expected"):
        polynomial_system(variables, ["x"])


@pytest.mark.parametrize("phi", BAD_PHI, ids=repr)
def test_bad_phi(phi):
    with pytest.raises(InputError, match=r"^phi(\[[01]\])?: "):
        polynomial_system(["x"], phi)


@pytest.mark.parametrize(
    "terms",
    [
        ((1, ((3, 1),)),),
        ((1, ((-1, 1),)),),
        ((1, ((0, -1),)),),
        ((1.5, ((0, 1),)),),
        ((0, ((0, 1),)),),
        (("1", ((0, 1),)),),
        5,
    ],
    ids=repr,
)
def test_polynomials_that_are_none_are_refused(terms):
    with pytest.raises(InputError, match=r"^phi\[0\]"):
        polynomial_system(["x"], [Polynomial(terms)])


def test_terms_in_any_order_are_brought_into_the_canonical_one():
    """Else the certificate of the system would not be accepted."""
    loose = Polynomial(
        ((1, ((1, 2),)), (2, ((0, 2),)), (-2, ((1, 1), (0, 1))), (1, ((0, 1), (1, 1))))
    )
    net = polynomial_system(["x", "y"], [loose])
    assert net.phi == (Polynomial.of([(1, [(1, 2)]), (2, [(0, 2)]), (-1, [(0, 1), (1, 1)])]),)
    assert verify_bytes(certify(net).bytes).laws == 1
