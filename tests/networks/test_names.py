"""From words to networks and back."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    LimitError,
    System,
    icnn,
    linear,
    mlp,
    network,
    network_of,
    nmf,
    product,
    recurrent,
    residual,
    tied_autoencoder,
    under_flow,
    under_loss,
)
from pyconslaw.cli.answers import Answers
from pyconslaw.cli.words import network_arguments

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


NAMED = {
    "residual 2-3-1 --blocks 2": residual(2, 2, 3, outputs=1),
    "residual 2-3 --blocks 1 --activations linear": residual(2, 1, 3, "linear"),
    "residual 2-3-1 --blocks 2 --bias all": residual(2, 2, 3, outputs=1, bias="all"),
    "recurrent 1-2-3 --steps 4": recurrent(1, 2, 3, 4),
    "recurrent 1-2-1 --steps 2 --activations leaky_relu --bias": recurrent(
        1, 2, 1, 2, "leaky_relu", bias=True
    ),
    "tied-autoencoder 3-2": tied_autoencoder([3, 2]),
    "tied-autoencoder 3-2-1 --activations linear --bias": tied_autoencoder(
        [3, 2, 1], "linear", bias=True
    ),
    "residual 1-1 --blocks 1 --flow momentum --tau 1/2": residual(
        1, 1, 1, flow="momentum", tau="1/2"
    ),
    "recurrent 1-1-1 --steps 1 --flow mirror --metric 1 + self": recurrent(
        1, 1, 1, 1, flow="mirror", metric="1 + self"
    ),
    "tied-autoencoder 2-1 --flow natural": tied_autoencoder([2, 1], flow="natural"),
    "residual 1-1 --blocks 1 --flow gradient --rate W[h1_0,z0_0]=3": residual(
        1, 1, 1, rates={"W[h1_0,z0_0]": 3}
    ),
    "linear 2-2-1 --flow momentum --tau 1 --decay W1=1/2,W2=1": linear(
        [2, 2, 1], flow="momentum", decay={"W1": "1/2", "W2": 1}
    ),
    "linear 2-3 --loss softmax": under_loss(linear([2, 3]), "softmax"),
    "residual 2-1-3 --blocks 1 --loss softmax --flow natural": under_flow(
        under_loss(residual(2, 1, 1, outputs=3), "softmax"), "natural"
    ),
    "relu 2-3-1 --bias": mlp([2, 3, 1], bias=True),
    "mlp 5-6-4-3 --activations linear,relu": mlp([5, 6, 4, 3], ["linear", "relu"]),
    "product 6": product(6),
    "linear 2-2-1 --flow mirror": nmf([2, 2, 1]),
    "relu 2-2-1 --flow mirror --metric W2=entropic": icnn([2, 2, 1]),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_is_the_words_of_a_network(name):
    net = NAMED[name]
    assert net.name == name
    words = name.replace("1 + self", "'1 + self'")
    assert network(words) == net and network(words).name == name
    assert network(words).entry_names == net.entry_names


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6), st.data())
def test_words_and_the_command_line_understand_the_same(dims, data):
    size = data.draw(st.sampled_from("-,x")).join(map(str, dims))
    words = [data.draw(st.sampled_from(["linear", "relu", "icnn", "mlp", "nmf"])), size]
    for option, values in (
        ("--bias", ["hidden", "all", None]),
        ("--activations", ["relu", "linear,relu", "relu,relu"]),
        ("--flow", ["natural", "momentum", "uphill"]),
        ("--tau", ["1/2", "1.5"]),
        ("--steps", ["3"]),
        ("--loss", ["softmax", "cross_entropy", "full", "some"]),
        ("--rate", ["W1=2", "W2=1/3", "W9=1"]),
        ("--decay", ["W2=1/3", "1/2"]),
        ("--decay", ["W1=1"]),
    ):
        if data.draw(st.booleans()):
            value = data.draw(st.sampled_from(values))
            equals = data.draw(st.booleans())
            pair = (
                [option] if value is None else [f"{option}={value}"] if equals else [option, value]
            )
            words += pair
    try:
        found = network(" ".join(words)).fingerprint
    except (InputError, LimitError) as error:
        found = str(error)
    assert found == typed(words)


def typed(words):
    """The fingerprint of what the command line makes of words, or its error."""
    context = click.Context(COMMAND)
    try:
        COMMAND.parse_args(context, list(words))
        return COMMAND.invoke(context)
    except (InputError, LimitError) as error:
        return str(error)


@click.command()
@network_arguments
def COMMAND(words):
    return words.network(Answers(False, True, 0, None)).fingerprint


def test_files_are_words_too(tmp_path):
    path = tmp_path / "a net.json"
    path.write_text('{"variables": ["x", "y"], "phi": ["x*y"]}')
    for words in (f"system '{path}'", f"--file '{path}'", f'--file="{path}"'):
        assert network(words) == System("xy", phi=["x*y"])
        with pytest.raises(InputError, match="^loss: softmax needs outputs"):
            network(words + " --loss softmax")
        assert network(words + " --flow natural") == System("xy", phi=["x*y"], flow="natural")
    with pytest.raises(OSError):
        network("--file nowhere.json")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (None, "^words: expected a text"),
        (["relu", "2-3"], "^words: expected a text"),
        ("", "^words: expected KIND DIMS"),
        ("relu", "^words: expected KIND DIMS"),
        ("relu 2-3 4", "^words: expected KIND DIMS"),
        ("relu '2-3", "^words: No closing quotation"),
        ("relu 2-3 --seed 3", "^words: unknown option '--seed'"),
        ("relu --bias 2-3-1", "^bias: expected hidden or all"),
        ("relu 2-3 --flow", "^words: --flow needs a value"),
        ("relu 2-3-1 --bias=some", "^bias: expected hidden or all"),
        ("relu 2-3 --tau 1", "^tau: belongs to a flow"),
        ("system --file x", "^words: --file takes the place"),
        ("--file x --bias", "^words: --file takes the place"),
        ("tanh 2-3", "^kind: expected one of"),
        ("dag of 3 nodes", "^words: expected KIND DIMS"),
        ("residual 2 --blocks 2", "^dims: expected WIDTH-HIDDEN-OUTPUTS or WIDTH-HIDDEN"),
        ("residual 2-3", "^blocks: residual needs"),
        ("residual 2-3 --blocks x", "^blocks: expected an integer"),
        ("residual 2-3 --blocks 0", "^blocks: expected an integer >= 1"),
        ("residual 2-3 --blocks 1 --steps 1", "^steps: belongs to recurrent, not to residual"),
        ("residual 2-3 --blocks 1 --activations relu,relu", "^activation: expected one of"),
        ("recurrent 2-3 --steps 1", "^dims: expected INPUTS-HIDDEN-OUTPUTS"),
        ("recurrent 2-3-1", "^steps: recurrent needs"),
        ("tied-autoencoder 3", "^dims: expected at least two"),
        ("relu 2-3-1 --blocks 2", "^blocks: belongs to residual, not to relu"),
    ],
)
def test_words_that_are_wrong(words, what):
    with pytest.raises(InputError, match=what):
        network(words)


def test_words_of_large_stacks_are_refused_before_edges_are_listed():
    for words in (
        "residual 9999-9999 --blocks 999999999",
        "recurrent 999999-999999-1 --steps 2",
        "tied-autoencoder 99999-99999",
    ):
        with pytest.raises(LimitError, match="^edges: "):
            network(words)
