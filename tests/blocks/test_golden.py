"""Counts of blocks that are known, proved and certified; and the same blocks as functions in
floats, of which no law is lost and none is too many.
"""

import numpy as np
import pytest
from reference import blocks as ref

from blocks.golden import ROWS
from pyconslaw import System, analyze, certify, known_laws, stack, tied_autoencoder
from pyconslaw.verify import verify_bytes


@pytest.mark.parametrize(("source", "layers", "size", "laws"), ROWS)
def test_a_count_is_proved_and_its_certificate_accepted(source, layers, size, laws):
    net = stack(source, layers)
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (size, laws, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == laws


def test_tied_autoencoder():
    assert analyze(tied_autoencoder([3, 2])).laws == 0


@pytest.mark.parametrize(("sizes", "size", "laws"), [((3, 2, 4, 2), 36, 6), ((1, 2, 2, 1), 6, 3)])
def test_queries_and_keys_of_groups(sizes, size, laws):
    width, dim, heads, kv = sizes
    shapes = {f"{x}{h}": (dim, width) for x, n in (("Q", heads), ("K", kv)) for h in range(n)}
    net = System(shapes, phi=[f"Q{h}^T K{h // (heads // kv)}" for h in range(heads)])
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (size, laws, "proved")


# the functions: source and layers of the block, and what it is in floats; x: data


def mlp(act):
    return lambda p, x: act(x @ p["W1"].T + p.get("b1", 0)) @ p["W3"].T + p.get("b3", 0)


def prelu(p, x):
    z = x @ p["W1"].T
    return np.where(z.real > 0, z, z * p["slope2"]) @ p["W3"].T


def gated(act):
    return lambda p, x: (act(x @ p["G1"].T) * (x @ p["U1"].T)) @ p["W2"].T


def experts(p, x):
    weight = ref.softmax(x @ p["R1"].T)
    each = [ref.relu(x @ p[f"U1x{e}"].T) @ p[f"D1x{e}"].T for e in range(2)]
    return sum(weight[:, e : e + 1] * y for e, y in enumerate(each))


def mixed(p, x):
    z = ref.leaky(x @ p["W1"].T) @ p["W3"].T @ p["W4"].T
    return (ref.rms(z) * p["gain5"]) @ p["W6"].T


def stream(p, x):
    z = p["E"][np.arange(len(x)) % len(p["E"])]
    inner = ref.silu((ref.rms(z) * p["gain1"]) @ p["W2"].T)
    z = z + inner @ p["W4"].T
    return (ref.rms(z) * p["gain5"]) @ p["W6"].T


def convs(act):
    return lambda p, x: (
        ref.conv(act(ref.conv(x, p["K1"]) + p.get("b1", np.zeros(len(p["K1"])))[:, None]), p["K3"])
        + p.get("b3", np.zeros(len(p["K3"])))[:, None]
    )


def pooled(p, x):
    z = ref.conv(x, p["K1"])
    z = (z[..., 0::2] + z[..., 1::2]) / 2
    return z.reshape(len(x), -1) @ p["W4"].T


def normed(p, x):
    z = ref.conv(x.reshape(-1, 4, *x.shape[1:]), p["K1"]) + p["b1"][:, None]
    z = ref.relu(ref.batch_norm(z) * p["gain2"][:, None] + p["shift2"][:, None])
    return ref.conv(z, p["K4"])


def heads(**options):
    return lambda p, x: ref.attention(x, p, **options)


def before(p, x):
    return x + ref.attention(ref.rms(x) * p["gain1"], p, 2)


FUNCTIONS = [
    ("2", "linear 3 bias, relu, linear 2 bias", (2,), mlp(ref.relu)),
    ("2", "linear 3, prelu, linear 2", (2,), prelu),
    ("2", "linear 3, squared_relu, linear 2", (2,), mlp(lambda z: ref.relu(z) ** 2)),
    ("2", "linear 3 bias, silu, linear 2 bias", (2,), mlp(ref.silu)),
    ("2", "gated 3, linear 2", (2,), gated(ref.silu)),
    ("2", "gated 3 gate=relu, linear 2", (2,), gated(ref.relu)),
    ("2", "gated 2 gate=linear, linear 2", (2,), gated(lambda z: z)),
    ("1x6", "conv 2 kernel=2 bias, relu, conv 1 kernel=2 bias", (1, 6), convs(ref.relu)),
    ("1x5", "conv 2 kernel=2, average window=2, flatten, linear 2", (1, 5), pooled),
    ("1x5", "conv 2 kernel=2 bias, batch gain bias, relu, conv 1 kernel=2", (1, 5), normed),
    ("3", "rms gain, linear 2", (3,), lambda p, x: (ref.rms(x) * p["gain1"]) @ p["W2"].T),
    ("2", "linear 3 bias, layer", (2,), lambda p, x: ref.layer_norm(x @ p["W1"].T + p["b1"])),
    (
        "3",
        "layer gain bias, linear 2",
        (3,),
        lambda p, x: (ref.layer_norm(x) * p["gain1"] + p["shift1"]) @ p["W2"].T,
    ),
    ("2", "attention head_dim=2", (4, 2), heads()),
    ("2", "attention heads=2 head_dim=1 bias", (4, 2), heads(heads=2)),
    ("2", "attention heads=4 kv_heads=2 head_dim=1", (4, 2), heads(heads=4, kv=2)),
    ("2", "attention head_dim=2 rotary", (4, 2), heads(angle=0.7)),
    ("2", "attention head_dim=2 value_dim=1 rotary bias", (4, 2), heads(angle=0.7)),
    ("2", "[rms gain, attention head_dim=2]", (4, 2), before),
    ("2", "experts 2 2", (2,), experts),
    ("2", "linear 3 bias, softmax", (2,), lambda p, x: ref.softmax(x @ p["W1"].T + p["b1"])),
    ("2", "linear 2, leaky_relu, linear 2, linear 2, rms gain, linear 2", (2,), mixed),
    ("tokens 9 2", "[rms gain, linear 2, silu, linear 2], rms gain, linear 2", (2,), stream),
    (
        "tokens 3 2 positions 2",
        "linear 2",
        (2,),
        lambda p, x: (p["E"][np.arange(len(x)) % 3] + p["P"][np.arange(len(x)) % 2]) @ p["W1"].T,
    ),
]


@pytest.mark.parametrize(("source", "layers", "shape", "function"), FUNCTIONS)
def test_the_function_has_these_laws_and_no_others(source, layers, shape, function):
    net = stack(source, layers)
    report = analyze(net)
    shapes = [(p.name, p.shape) for p in net.parameters]
    laws = known_laws(net, report=report)
    assert laws.complete
    most = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        x = 2 * rng.normal(size=(32, *shape))

        def values(theta, x=x):
            return function(ref.split(theta, shapes), x)

        theta = rng.normal(size=net.size)
        gradients = np.array([law.gradient(theta) for law in laws]).reshape(-1, net.size)
        assert ref.residual(values, theta, gradients) < 1e-10, seed
        most.append(ref.most_laws(values, theta, rng))
    assert min(most) == report.laws, most


def test_a_changed_law_is_refuted():
    net = stack("2", "gated 3 gate=relu, linear 2")
    shapes = [(p.name, p.shape) for p in net.parameters]
    rng = np.random.default_rng(0)
    x, theta = rng.normal(size=(48, 2)), rng.normal(size=net.size)

    def values(theta):
        return gated(ref.relu)(ref.split(theta, shapes), x)

    gradient = known_laws(net)[0].gradient(theta)
    turned = np.where(gradient == gradient[np.flatnonzero(gradient)[0]], -gradient, gradient)
    assert ref.residual(values, theta, gradient[None]) < 1e-10
    assert ref.residual(values, theta, turned[None]) > 1e-4
