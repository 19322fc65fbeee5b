"""phi written out path by path, against the forward pass of the oracle."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import networks as slow_networks
from reference import polynomials as slow

from pyconslaw import LimitError, linear, mlp, product
from pyconslaw.fields.expand import components, count_paths

ACTIVATIONS = ["linear", "relu", "leaky_relu"]


@st.composite
def architectures(draw):
    dims = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    names = [draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]]
    return dims, names, draw(st.sampled_from(["none", "hidden", "all"]))


@given(architectures())
def test_components_against_the_oracle(architecture):
    dims, names, bias = architecture
    net = mlp(dims, names, bias)
    phi, size = slow_networks.layered(dims, names, bias)
    found = components(net.graph)
    assert net.size == size
    assert list(found) == sorted(phi)  # same keys, in increasing order
    assert {key: list(f.terms) for key, f in found.items()} == {
        key: slow.terms(f) for key, f in phi.items()
    }
    assert count_paths(net.graph) == sum(len(f) for f in phi.values())


def test_names_of_components():
    """Each component is named by its source, gated neurons and output; names are distinct."""
    assert list(mlp([1, 2, 1]).components) == ["x[0] -> h1[0] -> y[0]", "x[0] -> h1[1] -> y[0]"]
    assert list(linear([2, 3, 1]).components) == ["x[0] -> y[0]", "x[1] -> y[0]"]
    assert [f.terms for f in product(3).components.values()] == [((1, ((0, 1), (1, 1), (2, 1))),)]
    net = mlp([2, 3, 2, 2], ["relu", "linear"], bias="all")
    assert len(net.components) == len(components(net.graph))


@pytest.mark.parametrize(
    ("dims", "paths"), [([3, 4, 5], 60), ([10] * 6, 10**6), ([100] * 12, 100**12), ([1, 1], 1)]
)
def test_paths_are_counted_without_listing_them(dims, paths):
    assert count_paths(mlp(dims).graph) == paths


def test_bias_paths_are_counted():
    assert count_paths(mlp([2, 3, 4], bias=True).graph) == 2 * 3 * 4 + 3 * 4
    assert count_paths(mlp([2, 3, 4], bias="all").graph) == 2 * 3 * 4 + 3 * 4 + 4


def test_too_many_paths_are_refused():
    net = mlp([100] * 5)
    with pytest.raises(LimitError, match="10000000000 paths"):
        components(net.graph)
    with pytest.raises(LimitError):
        net.explicit()
    with pytest.raises(LimitError, match="8 paths, more than the 7"):
        components(linear([2, 2, 2]).graph, limit=7)
    assert len(components(linear([2, 2, 2]).graph, limit=8)) == 4


def test_every_component_of_a_path_lifting_is_one_path():
    lengths = Counter(len(f.terms) for f in components(mlp([2, 3, 2], bias="all").graph).values())
    assert lengths == {1: 2 * 3 * 2 + 3 * 2 + 2}
