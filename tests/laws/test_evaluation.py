"""Laws together are what they are one by one: exact where weights are, in every form of weights."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    Polynomial,
    System,
    balance_laws,
    find_laws,
    known_laws,
    linear,
    mlp,
    polynomial_laws,
    product,
    residual,
    under_flow,
)
from pyconslaw.laws.evaluation import Evaluator, upper

SETS = {
    "layered": lambda: known_laws(mlp([2, 3, 3, 1], ["linear", "relu"], bias=True)),
    "of a degree": lambda: polynomial_laws(linear([2, 2, 2, 1]), 2),
    "of degrees": lambda: polynomial_laws(product(3), 4, up_to=True),
    "heads": lambda: known_laws(System({"Q": (3, 2), "K": (3, 4)}, phi="Q^T K")),
    "gates": lambda: known_laws(
        System({"u": 2, "V": (2, 3), "s": ()}, phi=lambda u, V, s: s * u * V)
    ),
    "graph": lambda: known_laws(residual(2, 1, 2, bias=True)),
    "momentum": lambda: known_laws(under_flow(linear([2, 2, 1]), "momentum", tau="1/2")),
    "none": lambda: known_laws(System(["x", "y"], phi=["x", "y"])),
    "closed": lambda: find_laws(System("xy", fields=[["x*(1 - y)", "y*(x - 1)"]])),
}


@pytest.mark.parametrize("name", SETS)
def test_values_are_those_of_each_law(name):
    laws = SETS[name]()
    size = laws.network.size
    rng = np.random.default_rng(0)
    whole = rng.integers(1, 50, size=size)
    for weights in (whole, whole.astype(object) * 10**30, rng.uniform(1, 2, size=size)):
        found = laws.values(weights)
        single = [law.value(weights) for law in laws]
        assert found.shape == (len(laws),)
        exact = weights.dtype.kind != "f" and name != "closed"
        assert found.tolist() == single if exact else np.allclose(found.astype(float), single)
    fractions = [Fraction(int(x), 7) for x in whole]
    if name != "closed":
        assert laws.values(fractions).tolist() == [law.value(fractions) for law in laws]
    for lead in ((4,), (2, 3), (0,)):
        along = rng.uniform(1, 2, size=(*lead, size))
        found = laws.values(along)
        assert found.shape == (*lead, len(laws))
        for k, law in enumerate(laws):
            assert np.allclose(found[..., k], law.value(along))
        named = dict(
            zip(
                [p.name for p in laws.network.parameters],
                laws.network.shaped(along),
                strict=True,
            )
        )
        assert np.array_equal(laws.values(named), found)
        assert np.array_equal(laws.network.flatten(named), along)


@pytest.mark.parametrize("name", ["layered", "of a degree", "of degrees", "heads", "gates"])
def test_integers_are_exact_whatever_their_size(name):
    """In machine words where these have room, as Python integers else."""
    laws = SETS[name]()
    for largest in (10, 2**20, 2**31, 2**62):
        weights = np.full(laws.network.size, largest)
        weights[::2] = largest - 1
        exact = [law.value(weights.astype(object)) for law in laws]
        assert laws.values(weights).tolist() == exact


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.data())
def test_entries_and_other_polynomials_in_any_order(n, m, k, data):
    net = System({"A": (m, n), "B": (n, k)}, phi="A B")
    grams = []
    for i in range(n):
        for j in range(i, n):
            sign = data.draw(st.sampled_from([1, -1]))
            terms = [(sign, [(a * n + i, 1), (a * n + j, 1)]) for a in range(m)]
            start = m * n
            terms += [(-sign, [(start + i * k + b, 1), (start + j * k + b, 1)]) for b in range(k)]
            grams.append(Polynomial.of(terms))
    other = [
        Polynomial.of([(3, [(0, 1)]), (-1, [(net.size - 1, 3)])]),
        Polynomial.of([(7, [])]),
        Polynomial.of([]),
    ]
    kept = data.draw(st.permutations([*grams, *other]))
    kept = kept[: data.draw(st.integers(1, len(kept)))]
    point = np.random.default_rng(n).integers(-99, 100, net.size)
    found = Evaluator(net, kept).values(net.shaped(point))
    assert found.tolist() == [h.at(point.tolist()) for h in kept]
    reals = point / 7
    found = Evaluator(net, kept).values(net.shaped(np.stack([reals, 2 * reals])))
    for row, x in zip(found, (reals, 2 * reals), strict=True):
        assert np.allclose(row, [float(h.at(x.tolist())) for h in kept])


@pytest.mark.parametrize("lead", [(), (3,), (2, 50)])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_upper_triangle(lead, n):
    square = np.random.default_rng(0).normal(size=(*lead, n, n))
    assert np.array_equal(upper(square), square[(..., *np.triu_indices(n))])


def test_blocks_of_terms(monkeypatch):
    laws = polynomial_laws(product(3), 4, up_to=True)
    weights = np.arange(1.0, 31).reshape(10, 3)
    whole = laws.values(weights)
    monkeypatch.setattr("pyconslaw.laws.evaluation.BLOCK", 1)
    assert np.allclose(polynomial_laws(product(3), 4, up_to=True).values(weights), whole)


def test_a_pickle_does_not_hold_what_was_computed():
    laws = SETS["heads"]()
    fresh = pickle.dumps(laws)
    point = np.arange(1.0, laws.network.size + 1)
    found = laws.values(point)
    assert pickle.dumps(laws) == fresh and np.array_equal(pickle.loads(fresh).values(point), found)


def test_a_mapping_is_not_copied():
    """Arrays by name are multiplied as they are."""
    net = linear([3, 2, 3])
    arrays = {"W1": np.ones((2, 3)), "W2": np.ones((3, 2))}
    shaped = net.shaped(arrays)
    assert all(a is b for a, b in zip(shaped, arrays.values(), strict=True))
    flat = np.arange(12.0)
    assert all(np.shares_memory(a, flat) for a in net.shaped(flat))
    assert balance_laws(net).values(arrays).tolist() == [0.0, 0.0, 0.0]
