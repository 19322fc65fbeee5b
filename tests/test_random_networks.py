"""Networks drawn at test time: the analysis by probes against brackets written out by the oracle.
Nothing is known in advance.
"""

import random
from collections import Counter

import pytest
from amounts import amount
from reference import networks as slow_networks
from reference.trace import TooLarge, trace_dimension

from pyconslaw import analyze, mlp
from pyconslaw.certificate import write_certificate
from pyconslaw.verify import verify_bytes

ACTIVATIONS = ["linear", "linear", "relu", "leaky_relu", "abs"]


def drawn(draw, width):
    dims = [draw.randint(1, width) for _ in range(draw.randint(2, 5))]
    return (
        dims,
        [draw.choice(ACTIVATIONS) for _ in dims[2:]],
        draw.choice(["none", "none", "hidden", "all"]),
    )


def compare(seed, wanted, width, limit, every=10):
    """Draws until `wanted` networks could be compared; returns how the verdicts came out,
    and how many the oracle declined.
    """
    draw, verdicts = random.Random(seed), Counter()
    while sum(verdicts.values()) - verdicts["declined by the oracle"] < wanted:
        dims, activations, bias = drawn(draw, width)
        phi, size = slow_networks.layered(dims, activations, bias)
        try:
            laws = size - trace_dimension(
                phi.values(), size, seed=draw.randrange(2**32), limit=limit
            )
        except TooLarge:
            verdicts["declined by the oracle"] += 1
            continue
        net = mlp(dims, activations, bias)
        report = analyze(net, seed=draw.randrange(2**64))
        case = f"{net.name}, seed {report.seed}: oracle {laws}, report {report.json()}"
        assert net.size == size and report.laws_min <= laws <= report.laws_max, case
        assert report.verdict == "open" or report.laws == laws, case
        if report.verdict == "proved":
            assert report.laws_min == report.laws_max == laws, case
            if sum(verdicts.values()) % every == 0:
                assert verify_bytes(write_certificate(net, report).bytes).laws == laws, case
        verdicts[report.verdict] += 1
    return verdicts


def shown(capsys, verdicts, wanted):
    with capsys.disabled():
        print(
            f"\n  {wanted} random networks: {verdicts['proved'] / wanted:.1%} proved, "
            f"{dict(verdicts)}"
        )


def test_300_networks(fresh_seed, capsys):
    verdicts = compare(fresh_seed, 300, width=4, limit=50_000)
    shown(capsys, verdicts, 300)
    assert verdicts["proved"] >= 270  # all but a few; far fewer would be a loss
    assert verdicts["declined by the oracle"] < 60


@pytest.mark.long
def test_1500_wider_networks(fresh_seed, capsys):
    verdicts = compare(fresh_seed, amount(1500), width=6, limit=200_000)
    shown(capsys, verdicts, amount(1500))
    assert verdicts["proved"] >= 0.87 * amount(1500)


@pytest.mark.long
def test_deep_chains_of_narrow_layers(fresh_seed, capsys):
    """Widths 1 and 2 in all orders up to depth 7, where splits and single generators are at
    home.
    """
    draw, verdicts = random.Random(fresh_seed), Counter()
    while sum(verdicts.values()) < amount(300):
        dims = [draw.choice([1, 1, 2]) for _ in range(draw.randint(3, 8))]
        activations = [draw.choice(["linear", "linear", "linear", "relu"]) for _ in dims[2:]]
        bias = draw.choice(["none", "none", "hidden"])
        phi, size = slow_networks.layered(dims, activations, bias)
        try:
            laws = size - trace_dimension(phi.values(), size, limit=100_000)
        except TooLarge:
            continue
        report = analyze(mlp(dims, activations, bias), seed=draw.randrange(2**64))
        case = f"{report.network}: oracle {laws}, report {report.json()}"
        assert report.laws_min <= laws <= report.laws_max and (
            report.verdict == "open" or report.laws == laws
        ), case
        verdicts[report.verdict] += 1
    shown(capsys, verdicts, amount(300))
    assert verdicts["proved"] > 0.67 * amount(300)
