"""Bounds by growth: against brackets written out and generic points, on certificates, and where
they must not be claimed.
"""

import random

import pytest
from amounts import amount
from pyconslaw._core.zp import Random
from reference import networks as slow_networks
from reference.trace import TooLarge, trace_dimension

from pyconslaw import InputError, analyze, certify, estimate, linear, mlp
from pyconslaw.methods.widening.bounds import widening_bounds, widening_cost
from pyconslaw.verify import verify_bytes


def drawn(rng, widest, deepest):
    q = rng.randint(2, deepest)
    return (
        [rng.randint(1, widest) for _ in range(q + 1)],
        [rng.choice(["linear", "linear", "relu"]) for _ in range(q - 1)],
        rng.choice(["none", "none", "hidden", "all"]),
    )


def compare(seed, wanted, widest, deepest, limit):
    """Networks that are said to be full, against explicit polynomials; how many were not full."""
    rng, compared, short = random.Random(seed), 0, 0
    while compared < wanted:
        dims, acts, bias = drawn(rng, widest, deepest)
        phi, size = slow_networks.layered(dims, acts, bias)
        net = mlp(dims, acts, bias)
        found = widening_bounds(net.layers, Random(rng.randrange(2**32)), effort=1e10)
        if found is None:
            short += 1
            continue
        try:
            truth = trace_dimension(phi.values(), size, seed=rng.randrange(2**32), limit=limit)
        except TooLarge:
            continue
        assert found[0].rank == found[1].dimension == truth, f"seed {seed}: {net.name}"
        compared += 1
    return short


def test_against_brackets_written_out(fresh_seed, capsys):
    short = compare(fresh_seed, 60, 3, 4, 20_000)
    with capsys.disabled():
        print(
            f"\n  60 networks that grow have as many laws as is said; {short} do not grow "
            "from a small one"
        )


@pytest.mark.long
def test_500_against_brackets_written_out(fresh_seed):
    compare(fresh_seed, amount(500), 4, 5, 100_000)


def test_against_generic_points(fresh_seed):
    rng, compared = random.Random(fresh_seed), 0
    while compared < 60:
        dims, acts, bias = drawn(rng, 6, 4)
        net = mlp(dims, acts, bias)
        found = widening_bounds(net.layers, Random(rng.randrange(2**32)), effort=1e10)
        if found is None or "linear" not in acts:
            continue
        generic = analyze(net, method="generic", effort=3e9)
        assert generic.laws_min <= net.size - found[0].rank <= generic.laws_max, (
            f"seed {fresh_seed}: {net.name}"
        )
        compared += 1


@pytest.mark.parametrize(
    "net",
    [
        linear([1, 2, 2, 1]),
        linear([2, 1, 2, 2, 1, 2]),
        linear([1, 40, 40, 1]),
        linear([2, 1, 1, 1, 1, 2]),
    ],
    ids=lambda n: n.name,
)
def test_networks_with_further_laws_are_not_full(net):
    assert widening_bounds(net.layers, Random(1), effort=1e10) is None


@pytest.mark.parametrize(
    ("net", "laws"),
    [
        (linear([10, 1000, 1000, 10]), 1000 * 1001),
        (linear([1, 20, 20, 2]), 20 * 21),
        (linear([2, 1000, 1000, 1000, 3]), 3 * 500 * 1001),
        (linear([784, 512, 256, 10]), (512 * 513 + 256 * 257) // 2),
        (linear([50] * 5), 3 * 25 * 51),
        (linear([3, 500, 3]), 500 * 501 // 2 - 494 * 495 // 2),
        (linear([10, 1000, 1, 1000, 10]), 2 * (500 * 1001 - 989 * 990 // 2) + 1),
        # 300 - (10 + 1 + 200) = 89
        (mlp([10, 300, 200, 10], ["linear", "relu"], "all"), 150 * 301 - 89 * 90 // 2 + 200),
        (
            mlp([100, 80, 80, 60, 10], ["linear", "relu", "linear"], True),
            (80 * 81 + 60 * 61) // 2 + 80,
        ),
        (linear([4] * 12), 10 * 10),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_certificates(net, laws):
    report = analyze(net, method="widening")
    assert (report.laws, report.verdict) == (laws, "proved") and report.method.startswith(
        "widening of"
    )
    certificate = certify(net, report=report)
    accepted = verify_bytes(certificate.bytes, net.name)
    assert (accepted.laws, accepted.parameters) == (laws, net.size)
    assert certificate.bytes == certify(net, report=analyze(net, method="widening")).bytes


@pytest.mark.parametrize(
    ("net", "method"),
    [
        (linear([10, 40, 40, 10]), "widening of 2-2-2-2"),
        (linear([1, 20, 20, 2]), "widening of 1-2-2-2"),
        (linear([1000] * 11), "widening of 2-"),
        (linear([1000] * 31), "nested brackets of probes at the point (1-1-"),
        (linear([3, 3, 3]), "nested brackets of probes at a random"),
        (linear([1, 500, 500, 1]), "single generator"),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_what_is_cheap_comes_first(net, method):
    report = analyze(net)
    assert report.verdict == "proved" and report.method.startswith(method)
    assert estimate(net).method.split(",")[0] in (
        "widening"
        if method.startswith("w")
        else "symmetric"
        if "(1-1" in method
        else "generic single generator"
    )


def test_where_it_is_not_for():
    with pytest.raises(InputError, match="method: widening is not for linear 1-2-2-1"):
        analyze(linear([1, 2, 2, 1]), method="widening")
    assert widening_cost(linear([3000, 3000]).layers) is None


def test_a_search_that_is_stopped_proves_nothing():
    assert (
        widening_bounds(
            linear([9] * 9).layers, Random(0), effort=1e12, progress=lambda rank, target: True
        )
        is None
    )
