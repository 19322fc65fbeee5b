"""Layers as words; blocks that other builders make, too; what a stack refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyconslaw as pcl
from pyconslaw.blocks.reading import BUILDERS, block_of_words

SIZES = st.integers(1, 3)


@given(
    st.lists(SIZES, min_size=3, max_size=4), st.sampled_from(["relu", "leaky_relu"]), st.booleans()
)
def test_feed_forward_networks(widths, act, bias):
    words = [f"linear {n}" + " bias" * bias for n in widths[1:]]
    layers = [x for word in words for x in (word, act)][:-1]
    made = pcl.mlp(widths, act, "all" if bias else False)
    assert pcl.count(pcl.stack(widths[0], layers)) == pcl.count(made)


@given(st.lists(SIZES, min_size=3, max_size=4))
def test_linear_networks(widths):
    made = pcl.stack(widths[0], [f"linear {n}" for n in widths[1:]])
    assert pcl.count(made) == pcl.count(pcl.linear(widths))


@given(SIZES, SIZES, st.integers(1, 2))
def test_residual_networks(width, hidden, blocks):
    branch = [f"linear {hidden}", "relu", f"linear {width}"]
    assert pcl.count(pcl.stack(width, [branch] * blocks)) == pcl.count(
        pcl.residual(width, blocks, hidden)
    )


@given(SIZES, SIZES, SIZES)
def test_convolutions_at_one_place_are_matrices(inputs, hidden, outputs):
    made = pcl.stack(f"{inputs}x1", f"conv {hidden} kernel=1, relu, conv {outputs} kernel=1")
    assert pcl.count(made) == pcl.count(pcl.mlp([inputs, hidden, outputs]))


KINDS = "linear 2|linear 3 bias|relu|gelu|abs|rms gain|prelu|lora 2 rank=1|softmax|batch gain"


@settings(max_examples=20)
@given(st.lists(st.sampled_from(KINDS.split("|")), min_size=1, max_size=4))
def test_any_stack_is_counted_or_refused(layers):
    try:
        net = pcl.stack(3, layers)
    except pcl.InputError:
        return
    if net.size < 30 and len(net.generators) < 60:
        report = pcl.analyze(net, effort=1e7, budget=1)
        assert 0 <= report.laws_min <= report.laws_max <= net.size


def test_names_are_typed_again():
    for made in (
        pcl.attention(4, 2, rotary=True),
        pcl.attention(4, 2, bias=True, context=3),
        pcl.convolutions([2, 4, 3], [3, 1], groups=[2, 1], bias=True, stride=2),
        pcl.gated_unit(2, 3, 4),
        pcl.lora(3, 2, 1),
        pcl.norm_gain(3, 2, bias=True),
        pcl.experts(2, 2, 2),
        pcl.embedding(4, 2, positions=2, loss="cross_entropy"),
        pcl.stack("tokens 3 2", ["rms gain", ["linear 3", "silu", "linear 2"], "softmax"]),
    ):
        kind, words = made.name.split(" ", 1)
        again = block_of_words(kind, words)
        assert (again.name, again.fingerprint) == (made.name, made.fingerprint)
    assert set(BUILDERS) <= set(pcl.__all__)


@pytest.mark.parametrize(
    ("source", "layers", "words"),
    [
        (2, "", "expected 1 to 200 layers"),
        (2, 3, "expected texts"),
        (2, [3], "expected texts"),
        (2, "dense 3", "expected one of linear"),
        (2, "linear", "expected 1 sizes"),
        (2, "linear 3 4", "expected 1 sizes"),
        (2, "linear 0", "expected sizes from 1"),
        (2, "linear 3 rank=2", "expected one of bias"),
        (2, "linear 3 bias=2", "bias: expected no value"),
        (2, "linear 3 bias bias", "occurs twice"),
        (2, "relu bias", "expected no options"),
        (2, "linear +3", "is no word"),
        (2, "lora 3", "expected rank=N"),
        (2, "gated 3 gate=step", "gate: expected linear or"),
        (2, "[linear 3", "brackets do not match"),
        (2, "linear 3]", "brackets do not match"),
        (2, "[linear 3]", "a residual branch of 3 beside a stream of 2"),
        (2, "conv 3 kernel=2", "needs an input with places"),
        ("2x3", "linear 3", "needs flat features"),
        ("2x3", "conv 3 kernel=5", "does not fit"),
        ("2x3", "conv 3 kernel=1 groups=2", "do not divide"),
        ("2x3", "average window=5", "does not fit"),
        (2, "layer", "sees signs only"),
        (1, "rms", "sees signs only"),
        (2, "unembed", "unembed needs tokens"),
        ("tokens 3 2", "linear 3, unembed", "needs 2 features"),
        ("tokens 3 2", "batch gain", "a batch norm of tokens"),
        ("tokens 3 2", "attention", "put a norm between"),
        ("tokens 3", "linear 2", "source|sizes"),
        (True, "linear 2", "source"),
        ("2x", "linear 2", "sizes"),
        (2, "relu", "see none of the parameters"),
        (2, "attention heads=2 kv_heads=3", "kv_heads"),
    ],
)
def test_what_a_stack_refuses(source, layers, words):
    with pytest.raises(pcl.InputError, match=words):
        pcl.stack(source, layers)


@pytest.mark.parametrize(
    ("source", "layers"),
    [
        (10_000, "linear 10000"),
        ("100x100x100", "conv 2 kernel=3"),
        (60, "linear 60, relu, linear 20"),
        (2, "[" * 20 + "linear 2" + "]" * 20),
        (2, "linear 2, " * 5000),
        (30, "gated 40 gate=linear, linear 30"),
        ("tokens 2000 2", "attention"),
        (50, "attention heads=5 rotary, attention heads=5 rotary"),
    ],
)
def test_what_is_too_large_for_a_stack(source, layers):
    with pytest.raises((pcl.LimitError, pcl.InputError)):
        pcl.stack(source, layers)


@pytest.mark.parametrize(
    "words",
    [
        ("attention", "4,heads=2,5"),
        ("attention", "4,heads=2,heads=2"),
        ("attention", "4,heds=2"),
        ("attention", "4,,5"),
        ("attention", ""),
        ("lora", "3,2"),
        ("lora", "3-2,2,1"),
        ("gated_unit", "2,3,gate=A"),
        ("gated_unit", "2,3,gate="),
        ("convolutions", "3,kernel=2"),
        ("stack", "2"),
        ("stack", ""),
    ],
)
def test_wrong_words(words):
    with pytest.raises(pcl.InputError):
        block_of_words(*words)
