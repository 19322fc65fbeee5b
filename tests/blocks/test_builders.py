"""Blocks at real size are the blocks that are written out, at small ones; their stated laws are
laws, independent, and all there are.
"""

import pickle

import numpy as np
import pytest

import pyconslaw as pcl
from pyconslaw.verify import verify_bytes

SMALL = [
    pcl.attention(2),
    pcl.attention(3, 2, head_dim=2, value_dim=1),
    pcl.attention(2, 4, kv_heads=2, head_dim=1),
    pcl.attention(3, 2, head_dim=2, context=2),
    pcl.gated_unit(2, 3),
    pcl.gated_unit(3, 2, 4, gate="tanh"),
    pcl.gated_unit(2, 3, gate="relu"),
    pcl.gated_unit(2, 2, 3, gate="abs"),
    pcl.lora(3, 2, 2),
    pcl.norm_gain(3, 2),
    pcl.norm_gain(2, 3, bias=True),
    pcl.experts(2, 3, 2),
    pcl.experts(2, 2, 2, act="linear"),
    pcl.experts(2, 2, 3, act="silu"),
    pcl.experts(2, 2, 2, gate="sigmoid"),
    pcl.embedding(4, 2),
    pcl.embedding(4, 3, loss="cross_entropy"),
    pcl.convolutions([2, 3, 2], 2, bias=True),
    pcl.convolutions([2, 4, 4, 3], [2, 3, 1], groups=[1, 2, 1], space=1),
    pcl.convolutions([4, 4, 4], 3, groups=[4, 2], act="leaky_relu", space=1, bias=True),
]


@pytest.mark.parametrize("net", SMALL, ids=lambda net: net.name)
def test_stated_laws_are_laws_independent_and_all(net):
    report = pcl.analyze(net)
    laws = net.stated
    assert (report.verdict, report.laws) == ("proved", len(laws))
    assert sum(map(len, net.families)) == len(laws)
    for law in laws:
        assert pcl.check_law(net, str(law)).verdict == "proved", str(law)
    point = np.random.default_rng(0).normal(size=net.size)
    gradients = np.array([law.gradient(point) for law in laws]).reshape(-1, net.size)
    assert np.linalg.matrix_rank(gradients) == len(laws)
    both = [law.value(point) for law in laws], [law.value([1] * net.size) for law in laws]
    assert np.allclose(laws.values(point), both[0])
    assert laws.values(np.ones(net.size, dtype=int)).tolist() == both[1]
    assert laws.values(np.ones((3, net.size))).shape == (3, len(laws))
    assert verify_bytes(pcl.certify(net, report=report).bytes).laws == len(laws)
    assert len(pcl.known_laws(net, report=report)) == len(laws)


@pytest.mark.parametrize(
    ("made", "source", "layers"),
    [
        (pcl.attention(3, 2, head_dim=2), "3", "attention heads=2 head_dim=2"),
        (pcl.attention(2, 4, kv_heads=2), "2", "attention heads=4 kv_heads=2 head_dim=1"),
        (pcl.attention(4, 2, rotary=True), "4", "attention heads=2 head_dim=2 rotary"),
        (pcl.gated_unit(2, 3), "2", "gated 3 gate=silu, linear 2"),
        (pcl.lora(3, 2, 1), "3", "lora 2 rank=1"),
        (pcl.norm_gain(3, 2, bias=True), "3", "rms gain, linear 2 bias"),
        (pcl.embedding(4, 2), "tokens 4 2", "linear 4"),
        (
            pcl.convolutions([1, 2, 1], 2, space=1, bias=True),
            "1x6",
            "conv 2 kernel=2 bias, relu, conv 1 kernel=2 bias",
        ),
        (
            pcl.convolutions([2, 2, 2, 1], [2, 3, 1], groups=[2, 1, 1], space=1),
            "2x7",
            "conv 2 kernel=2 groups=2, relu, conv 2 kernel=3, relu, conv 1 kernel=1",
        ),
        (
            pcl.convolutions([1, 2, 2], 2, stride=2, padding=1),
            "1x5x5",
            "conv 2 kernel=2 stride=2 padding=1, relu, conv 2 kernel=2 stride=2 padding=1",
        ),
    ],
    ids=lambda x: x.name if isinstance(x, pcl.Network) else "",
)
def test_the_same_block_written_out(made, source, layers):
    written = pcl.stack(source, layers)
    assert made.size == written.size
    reports = [pcl.analyze(net) for net in (made, written)]
    assert len({(r.laws, r.verdict) for r in reports}) == 1


@pytest.mark.parametrize("net", SMALL, ids=lambda net: net.name)
def test_laws_as_matrices(net):
    """The same numbers, in the order of rows i <= j."""
    point = np.random.default_rng(0).normal(size=net.size)
    found = []
    for law in pcl.known_laws(net).matrix_form():
        value = np.asarray(law.value(point))
        found += value[np.triu_indices(len(value))].tolist() if value.ndim == 2 else [*value.flat]
    assert np.allclose(found, net.stated.values(point))


def test_real_sizes_are_proved_and_certified():
    for net, laws in [
        (pcl.attention(4096, 32, kv_heads=8), 132096),
        (pcl.gated_unit(4096, 11008), 11008),
        (pcl.norm_gain(4096, 6144), 4096),
        (pcl.lora(4096, 4096, 16), 136),
        (pcl.embedding(128256, 4096), 4096 * 4097 // 2),
    ]:
        report = pcl.analyze(net)
        assert (report.laws, report.verdict, len(net.stated)) == (laws, "proved", laws)
        assert verify_bytes(pcl.certify(net, report=report).bytes).laws == laws
    assert len(net.stated[-1].polynomial.terms) == 2 * 128256


def test_convolutions_of_real_size():
    net = pcl.convolutions([3, 64, 64, 128, 128, 256, 256], 3, bias=True)
    report = pcl.analyze(net)
    assert (report.laws, report.verdict, report.found_by) == (640, "proved", "paths")
    with pytest.raises(pcl.LimitError, match="the checker of certificates"):
        pcl.certify(net, report=report)


def test_rank_above_the_sides_states_no_families():
    """Then the entries are dependent: 14 laws, not 15."""
    net = pcl.lora(2, 2, 5)
    assert pcl.count(net) == 14 and not net.stated
    net = pcl.attention(2, head_dim=5)
    assert pcl.count(net) == 28 and not net.families


def test_blocks_are_pickled():
    for net in (SMALL[0], pcl.stack(3, "rms gain, linear 2")):
        again = pickle.loads(pickle.dumps(net))
        assert (again.name, again.cuts, again.families) == (net.name, net.cuts, net.families)
        assert pcl.count(again) == pcl.count(net)


def test_what_was_assumed_is_in_the_notes():
    report = pcl.analyze(pcl.attention(2))
    assert any("softmax of attention" in note for note in report.notes)
    assert any("is assumed" in note for note in report.notes)


def test_weights_by_name():
    net = pcl.stack(2, "linear 3 bias, relu, linear 2")
    flat = net.flatten({"W1": np.ones((3, 2)), "b1": np.zeros(3), "W3": np.ones((2, 3))})
    assert flat.tolist() == [1] * 6 + [0] * 3 + [1] * 6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pcl.attention(0), "width: expected an integer >= 1"),
        (lambda: pcl.attention(4, True), "heads"),
        (lambda: pcl.attention(4, 4, kv_heads=3), "kv_heads: expected a divisor of 4"),
        (lambda: pcl.attention(3, rotary=True), "head_dim: rotary positions turn pairs"),
        (lambda: pcl.attention(4, rotary=1), "rotary: expected True or False"),
        (lambda: pcl.gated_unit(2, 3, gate="step"), "gate"),
        (lambda: pcl.convolutions([2], 3), "channels: expected at least two"),
        (lambda: pcl.convolutions([2, 3], 3, groups=2), r"groups\[0\]: 2 does not divide"),
        (lambda: pcl.convolutions([2, 3, 4], [3]), "kernel: expected 2 numbers"),
        (lambda: pcl.convolutions("2-3", 3), "channels: expected a list"),
        (lambda: pcl.convolutions([2, 3], 3, act="gelu"), "act: expected one of"),
        (lambda: pcl.convolutions([2, 3], 3, space=3), "space"),
        (lambda: pcl.experts(2, 2, 2, act="step"), "act"),
        (lambda: pcl.embedding(4, 2, loss="mse"), "loss"),
        (lambda: pcl.lora(2, 2, 1.5), "rank"),
        (lambda: pcl.norm_gain(2, 2, bias="yes"), "bias"),
    ],
)
def test_wrong_arguments(call, words):
    with pytest.raises(pcl.InputError, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: pcl.attention(512, 8, rotary=True),
        lambda: pcl.gated_unit(512, 512, gate="relu"),
        lambda: pcl.convolutions([64, 64, 64], 3, act="linear"),
        lambda: pcl.convolutions([3, 1 << 20, 1 << 20], 3),
        lambda: pcl.attention(1 << 41),
        lambda: pcl.norm_gain(1 << 30, 2),
        lambda: pcl.gated_unit(2, 1 << 30),
        lambda: pcl.experts(100, 64, 100),
    ],
)
def test_what_is_too_large_is_refused_at_once(call):
    with pytest.raises(pcl.LimitError):
        call()
