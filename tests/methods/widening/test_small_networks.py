"""Theorems 5 to 7 on all small layered networks: what they claim against generic points, linear
equations and the lifted brackets themselves.
"""

import itertools
import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from amounts import amount
from pyconslaw._core.zp import Random
from reference.lifted import allowed_dimension, law_rank, lifted_equations_hold

from pyconslaw import analyze, mlp
from pyconslaw.methods.widening.bounds import _Search
from pyconslaw.methods.widening.growth import (
    independent_laws,
    input_grows,
    lifted_rank,
    output_grows,
    rooms,
    small_networks,
)
from pyconslaw.methods.widening.lifted import LiftedFields, draw_probes
from pyconslaw.records.graph import Layers


def networks(matrices, widest):
    """All layered networks with so many weight matrices, up to the reversal of those without
    biases.
    """
    for widths in itertools.product(range(1, widest + 1), repeat=matrices + 1):
        for gated in itertools.product((False, True), repeat=matrices - 1):
            for bias in ("none", "hidden", "all"):
                if bias != "none" or (widths, gated) <= (widths[::-1], gated[::-1]):
                    biases = {"none": 0, "hidden": matrices - 1, "all": matrices}[bias]
                    yield Layers(widths, gated, tuple(k < biases for k in range(matrices))), bias


@cache
def full(layers):
    """Whether words were found that fill what the laws allow."""
    return _Search(layers, Random(hash(layers) % 2**64), 3e9, lambda rank, target: False).search()


def allowed(layers, k):
    """Whether theorem 6 or 7, as they stand there, lets layer k grow."""
    last, room = len(layers.widths) - 1, rooms(layers)
    if k == 0:
        return input_grows(layers)
    if k == last:
        return output_grows(layers)
    return all(room[j - 1] >= 1 for j in (k - 1, k, k + 1) if 1 <= j < last)


def compare(layers, bias, seen, beyond):
    """One network against everything that is known of it in another way; beyond: count also
    steps of which the theorems say nothing.
    """
    net = mlp(list(layers.widths), ["relu" if gates else "linear" for gates in layers.gated], bias)
    assert net.layers == layers
    laws = independent_laws(layers)
    # theorem 5
    assert laws == law_rank(layers.widths, layers.gated, layers.biased, 1), net.name
    found = analyze(net, method="generic")
    assert found.laws_max >= laws
    claimed = any(full(small) for small in small_networks(layers))
    seen["claimed" if claimed else "not claimed"] += 1
    if claimed:
        assert (found.laws, found.verdict) == (laws, "proved"), net.name
    if min(rooms(layers)) < 0:
        return
    # lemma 2
    dimension, still = allowed_dimension(layers.widths, layers.gated, layers.biased, 2)
    assert dimension == lifted_rank(layers) and still == dimension - (layers.params - laws), (
        net.name
    )
    if full(layers):
        # lemma 3
        assert (found.laws, found.verdict) == (laws, "proved"), net.name
        for k in range(len(layers.widths)):
            wider = replace(layers, widths=tuple(n + (j == k) for j, n in enumerate(layers.widths)))
            # theorems 6 and 7
            if allowed(layers, k):
                assert min(rooms(wider)) >= 0 and full(wider), (net.name, k)
                seen["steps"] += 1
            elif beyond and min(rooms(wider)) >= 0:
                seen["other steps, full" if full(wider) else "other steps, not full"] += 1
    else:
        seen["not full"] += 1


def run(cases, beyond=False):
    seen = Counter()
    for layers, bias in cases:
        compare(layers, bias, seen, beyond)
    return seen


def test_a_sample(fresh_seed, capsys):
    """All with two matrices and widths to 2, and some of the larger ones."""
    draw = random.Random(fresh_seed)
    cases = [
        *networks(2, 2),
        *draw.sample(list(networks(2, 4)), 12),
        *draw.sample(list(networks(3, 3)), 16),
        *draw.sample(list(networks(4, 2)), 4),
    ]
    cases += [case for case in networks(3, 2) if case[1] == "none" and not any(case[0].gated)]
    seen = run(cases)
    assert seen["steps"] > 50 and seen["not full"] and seen["not claimed"]
    with capsys.disabled():
        print(f"\n  {len(cases)} small networks: {dict(seen)}")


@pytest.mark.long
@pytest.mark.parametrize(("matrices", "widest"), [(2, 5), (3, 4), (4, 2)])
def test_all(matrices, widest, fresh_seed, capsys):
    """Or a tenth of them, as PYCONSLAW_LONG says."""
    cases = list(networks(matrices, widest))
    cases = random.Random(fresh_seed).sample(cases, min(len(cases), amount(len(cases))))
    seen = run(cases, beyond=True)
    with capsys.disabled():
        print(f"\n  {len(cases)} networks of {matrices} matrices, widths to {widest}: {dict(seen)}")


@pytest.mark.long
def test_500_of_four_matrices(fresh_seed):
    run(random.Random(fresh_seed).sample(list(networks(4, 3)), amount(500)))


def test_values_lie_in_what_the_laws_allow(fresh_seed):
    """Lemma 1: the equations of L(theta), on brackets of one to three letters."""
    draw = random.Random(fresh_seed)
    for layers, _ in (
        draw.sample(list(networks(2, 3)), 6)
        + draw.sample(list(networks(3, 3)), 6)
        + draw.sample(list(networks(4, 2)), 4)
    ):
        rng = Random(draw.randrange(2**32))
        prime = 67108859
        point = rng.array(layers.params, 1, 1000)
        fields, probes = LiftedFields(layers, point, prime), draw_probes(layers, 3, rng, 1000)
        for words in [[(0,), (1,)], [(0, 1), (1, 2)], [(0, 1, 2), (2, 0, 1)]]:
            for value in fields.values(probes, words).tolist():
                system = layers.widths, layers.gated, layers.biased
                at = {"point": point.tolist(), "prime": prime}
                assert lifted_equations_hold(*system, value=value, **at), layers
                value[-1] += 1
                # the last coordinate occurs in an equation of a linear layer
                known = not min(layers.gated[-2:], default=True)
                assert not (known and lifted_equations_hold(*system, value=value, **at)), layers
