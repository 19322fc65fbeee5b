"""Golden stacks, and those of the catalogue, as functions in floats: all laws of phi are laws of
these, and where they are small, and brackets of two are enough, there is no room for others.
"""

import numpy as np
import pytest
from reference.blocks import most_laws, residual, split
from reference.stacks import Stack

from blocks import golden
from pyconslaw import analyze, known_laws, stack
from pyconslaw.experiments.real_network_rows import ROWS

WORDS = [f"{source}, {layers}" for source, layers, _, _ in golden.ROWS]
WORDS += [words for listed in ROWS.values() for kind, words, _ in listed if kind == "stack"]


# the golden ones, and each third of the catalogue; the others take as long as all the rest
SOME = [words for k, words in enumerate(dict.fromkeys(WORDS)) if k < len(golden.ROWS) or k % 3 == 0]


@pytest.mark.parametrize(
    "words",
    [
        words if words in SOME else pytest.param(words, marks=pytest.mark.long)
        for words in dict.fromkeys(WORDS)
    ],
)
def test_laws_of_phi_are_laws_of_the_function_and_all(words):
    source, _, layers = words.partition(",")
    net = stack(source, layers)
    report = analyze(net)
    laws = known_laws(net, report=report)
    assert laws.complete and report.verdict == "proved"
    shapes = [(p.name, p.shape) for p in net.parameters]
    most = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        run = Stack(words, rng)

        def values(theta, run=run):
            return run(split(theta, shapes))

        theta = rng.normal(size=net.size)
        gradients = np.array([law.gradient(theta) for law in laws]).reshape(-1, net.size)
        assert residual(values, theta, gradients) < 1e-9, seed
        # deeper brackets are not taken, and few tokens are few data
        if net.size <= 24 and len(report.rank_by_round) < 3 and "tokens" not in source:
            most.append(most_laws(values, theta, rng))
    assert not most or min(most) == report.laws, most


@pytest.mark.parametrize(
    "words",
    [
        "tokens 9 2, [rms gain, linear 2, gelu, linear 2], rms gain, linear 2",
        "tokens 9 2, rms gain, linear 3, softmax",
        "tokens 6 3, layer gain bias, unembed, softmax",
        "tokens 24 2, linear 3, relu, linear 2",
    ],
)
def test_tokens_are_many(words):
    """With few of them there may be more laws near a point: fewer data."""
    source, _, layers = words.partition(",")
    net = stack(source, layers)
    shapes = [(p.name, p.shape) for p in net.parameters]
    most = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        run = Stack(words, rng)
        theta = rng.normal(size=net.size)
        most.append(most_laws(lambda x, run=run: run(split(x, shapes)), theta, rng))
    assert min(most) == analyze(net).laws, most


def test_a_changed_law_is_refuted():
    words = "2, gated 3 gate=relu, linear 2"
    net = stack("2", words[3:])
    shapes = [(p.name, p.shape) for p in net.parameters]
    rng = np.random.default_rng(0)
    run, theta = Stack(words, rng), rng.normal(size=net.size)
    gradient = known_laws(net)[0].gradient(theta)
    turned = np.where(np.arange(net.size) == np.flatnonzero(gradient)[0], -gradient, gradient)
    halved = np.where(turned == gradient, gradient, gradient / 2)
    for changed, fits in ((gradient, True), (turned, False), (halved, False)):
        worst = residual(lambda x: run(split(x, shapes)), theta, changed[None])
        assert worst < 1e-10 if fits else worst > 1e-4
