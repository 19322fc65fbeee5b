"""Sign changes that keep W: relations hold for every bit, components keep their sign, laws
split.
"""

import random
from functools import reduce
from operator import xor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from verify.random_dags import draw, network

from pyconslaw import linear, mlp, polynomial_system, product
from pyconslaw.laws.polynomial.parity import _random_words, grading_of


def word(keys, monomial):
    return reduce(xor, (int(keys[v]) for v, e in monomial if e % 2), 0)


def components_agree(keys, phi):
    """Every bit of the keys gives all monomials of a component the same sign."""
    for f in phi:
        assert len({word(keys, m) for _, m in f.terms if m}) == 1


@given(st.lists(st.integers(0, 255), max_size=8), st.integers(0, 2**64 - 1))
def test_words_satisfy_the_relations_and_no_others(relations, seed):
    words = [int(x) for x in _random_words(relations, 8, Random(seed))]
    span = {0}
    for mask in relations:
        span |= {mask ^ other for other in span}
    for mask in range(256):
        total = reduce(xor, (w for k, w in enumerate(words) if mask >> k & 1), 0)
        assert (total == 0) == (mask in span)


def test_300_random_graphs_keep_every_component():
    rng = random.Random(5)
    for _ in range(300):
        net = network(draw(rng))
        grading = grading_of(net.fields(), Random(rng.randrange(2**64)))
        phi = net.components.values()
        components_agree(grading.keys, phi)
        if grading.by_degree:
            assert all(len({sum(e for _, e in m) for _, m in f.terms if m}) == 1 for f in phi)


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 3, 2]),
        linear([2, 2, 2], bias="all"),
        product(4),
        mlp([2, 2, 2, 2], ["linear", "relu"]),
        polynomial_system(["x", "y", "z"], ["x*y + z^2", "x^2 - y"]),
    ],
    ids=lambda n: n.name,
)
def test_graphs_and_written_systems_agree_on_what_is_kept(net):
    for family in (net.fields(), net.explicit()):
        components_agree(grading_of(family, Random(1)).keys, net.components.values())


def test_relu_weights_are_all_free_and_linear_ones_as_the_neurons():
    relu = mlp([3, 4, 2])
    assert len(set(grading_of(relu.fields(), Random(0)).keys.tolist())) == relu.size
    keys = grading_of(linear([2, 2, 2]).fields(), Random(0)).keys.tolist()
    assert keys[0] ^ keys[1] ^ keys[2] ^ keys[3] == 0 and len(set(keys)) == 8


def test_degrees_mix_when_phi_is_not_homogeneous():
    assert grading_of(linear([2, 2, 2]).fields(), Random(0)).by_degree
    assert not grading_of(linear([2, 2, 2], bias="all").fields(), Random(0)).by_degree
    assert grading_of(mlp([2, 2, 2], bias="all").fields(), Random(0)).by_degree
    assert not grading_of(polynomial_system(["x", "y"], ["x + y^2"]).fields(), Random(0)).by_degree


def test_laws_of_the_oracle_lie_in_single_classes():
    """The theorem itself: every canonical law is made of monomials of one class."""
    for dims, bias in (([2, 2, 1], "none"), ([1, 2, 2], "hidden"), ([1, 3, 1], "none")):
        phi, size = slow_networks.layered(dims, "linear", bias)
        keys = grading_of(linear(dims, bias == "hidden").fields(), Random(3)).keys
        for law in slow_laws.law_basis(list(phi.values()), size, [2, 3]):
            assert len({word(keys, slow.factors(m)) for m in law}) == 1


def test_keys_are_words():
    keys = grading_of(product(5).fields(), Random(0)).keys
    assert keys.dtype == np.uint64 and keys.shape == (5,)
