"""From words to networks and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw import InputError, LimitError, linear, mlp, network_of, product

ACTIVATIONS = ["linear", "relu", "leaky_relu", "abs"]


def read(name):
    """The words of a network's name, as the command line splits them."""
    kind, size, *options = name.split()
    bias, activations = False, None
    if "--activations" in options:
        activations = options[options.index("--activations") + 1]
    if "--bias" in options:
        rest = options[options.index("--bias") + 1 :]
        bias = rest[0] if rest and not rest[0].startswith("--") else "hidden"
    return network_of(kind, size, activations, bias)


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6), st.data())
def test_names_round_trip(dims, data):
    names = [data.draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]]
    bias = data.draw(st.sampled_from(["none", "hidden", "all"]))
    net = mlp(dims, names, bias)
    again = read(net.name)
    assert again.name == net.name and again.spec == net.spec and again.object == net.object


@pytest.mark.parametrize(
    ("net", "name"),
    [
        (linear([3, 3, 3]), "linear 3-3-3"),
        (linear([3, 3]), "linear 3-3"),
        (linear([2, 2, 2], True), "linear 2-2-2 --bias"),
        (mlp([2, 3, 1], bias=True), "relu 2-3-1 --bias"),
        (mlp([2, 3, 1], bias="all"), "relu 2-3-1 --bias all"),
        (mlp([5, 6, 4, 3], ["linear", "relu"]), "mlp 5-6-4-3 --activations linear,relu"),
        (mlp([2, 3, 1], "leaky_relu"), "mlp 2-3-1 --activations leaky_relu"),
        (mlp([2, 3], bias=True), "linear 2-3"),
        (product(6), "product 6"),
    ],
)
def test_names(net, name):
    assert net.name == name
    assert read(name).spec == net.spec


def test_words():
    assert network_of("relu", "2-3-1", bias=True).spec == mlp([2, 3, 1], bias=True).spec
    assert (
        network_of("mlp", "2-3-3-1", ["relu", "linear"]).spec
        == network_of("mlp", "2-3-3-1", " relu, linear ").spec
    )
    assert network_of("mlp", "2-1", "").spec == linear([2, 1]).spec


@pytest.mark.parametrize("size", ["2-3-1", "2,3,1", "2x3x1"])
@pytest.mark.parametrize("kind", ["linear", "relu", "nmf", "icnn"])
def test_widths_are_joined_by_any_of_three_marks(kind, size):
    found = network_of(kind, size)
    assert found.name == network_of(kind, "2-3-1").name
    assert found.fingerprint == network_of(kind, "2-3-1").fingerprint


@pytest.mark.parametrize(
    ("kind", "size", "activations", "bias", "what"),
    [
        ("tanh", "3-3", None, False, "kind"),
        (None, "3-3", None, False, "kind"),
        ("Linear", "3-3", None, False, "kind"),
        ("linear", "", None, False, "dims"),
        ("linear", "3", None, False, "dims"),
        ("linear", "3--3", None, False, "dims"),
        ("linear", "-3-3", None, False, "dims"),
        ("linear", "3-x", None, False, "dims"),
        ("linear", "3-0", None, False, "dims"),
        ("linear", "3.0-3", None, False, "dims"),
        ("linear", "３-3", None, False, "dims"),
        ("linear", " 3-3", None, False, "dims"),
        ("linear", "3-3\n", None, False, "dims"),
        ("linear", "3,3-3", None, False, "dims"),
        ("linear", "3x3,3", None, False, "dims"),
        ("linear", "3x3x", None, False, "dims"),
        ("linear", "3, 3", None, False, "dims"),
        ("linear", "3X3", None, False, "dims"),
        ("relu", "9" * 13 + "-3", None, False, "dims"),
        ("linear", "3-3-3", "relu", False, "activations"),
        ("relu", "3-3-3", "relu", False, "activations"),
        ("product", "3", "relu", False, "activations"),
        ("mlp", "3-3-3", None, False, "activations"),
        ("mlp", "3-3-3", "relu,relu", False, "activations"),
        ("mlp", "3-3-3", "tanh", False, "activations"),
        ("mlp", "3-3-3", "", False, "activations"),
        ("mlp", "3-3-3", 5, False, "activations"),
        ("product", "0", None, False, "size"),
        ("product", "3-3", None, False, "size"),
        ("product", "x", None, False, "size"),
        ("product", "", None, False, "size"),
        ("product", "3", None, True, "bias"),
        ("linear", "3-3-3", None, "yes", "bias"),
        ("linear", 33, None, False, "dims"),
        ("product", 3.5, None, False, "size"),
        ("linear", None, None, False, "dims"),
    ],
)
def test_wrong_words(kind, size, activations, bias, what):
    with pytest.raises(InputError, match=rf"^{what}"):
        network_of(kind, size, activations, bias)


def test_large_words():
    for kind, size in (
        ("linear", "1000000000-1000000000"),
        ("relu", "100000000-100000000"),
        ("product", "999999999999"),
    ):
        with pytest.raises(LimitError):
            network_of(kind, size)
