"""The oracles on values known by hand or published (Marcotte, Gribonval and Peyre 2023,
and what follows from it).
"""

from fractions import Fraction
from itertools import pairwise

import pytest

from reference import laws, networks, polynomials, ranks, trace

X, Y, Z = (polynomials.variable(v) for v in range(3))
ONE = {0: 1}

# (n, m, r): dimension of the trace and number of laws of phi = U V^T, U n x r, V m x r
TWO_LAYERS = {
    (1, 1, 1): (1, 1),
    (1, 1, 3): (1, 5),
    (1, 2, 2): (3, 3),
    (1, 2, 4): (3, 9),
    (2, 2, 1): (3, 1),
    (2, 2, 2): (5, 3),
    (2, 2, 3): (6, 6),
    (2, 2, 5): (6, 14),
    (3, 2, 3): (9, 6),
    (3, 3, 2): (9, 3),
    (3, 1, 4): (6, 10),
}
# laws of deep linear networks; the last five have a single generator or a scalar bottleneck
DEEP_LINEAR = {
    (2, 2, 2, 2): 6,
    (2, 1, 2, 2): 4,
    (1, 2, 1, 2): 4,
    (2, 3, 1, 2): 7,
    (1, 2, 2, 2): 6,
    (1, 1, 1, 1): 2,
    (3, 3, 3): 6,
    (2, 4, 3, 2): 16,
    (1, 2, 2, 1): 7,
    (1, 2, 2, 1, 2): 8,
    (2, 1, 2, 2, 1, 2): 9,
}
# (dims, bias): parameters and laws of ReLU path-liftings
PATH_LIFTINGS = {
    ((2, 2, 2, 2), "none"): (12, 4),
    ((2, 2, 2, 2), "hidden"): (16, 4),
    ((2, 2, 2, 2), "all"): (18, 4),
    ((2, 3, 2), "all"): (17, 3),
    ((2, 2, 3, 2, 2), "none"): (20, 7),
    ((3, 4, 4, 2), "none"): (36, 8),
}


def test_polynomial_arithmetic():
    xy = polynomials.multiply(X, Y)
    square = polynomials.power(polynomials.add(X, Y), 2)
    assert square == polynomials.polynomial([(1, [(0, 2)]), (2, [(0, 1), (1, 1)]), (1, [(1, 2)])])
    assert polynomials.terms(xy) == [(1, ((0, 1), (1, 1)))]
    assert polynomials.gradient(square) == {0: {1: 2, 256: 2}, 1: {1: 2, 256: 2}}
    assert polynomials.evaluate(square, [3, 4]) == 49
    assert polynomials.degree(polynomials.multiply(square, xy)) == 4
    assert polynomials.add(xy, xy, -1) == {}


def test_brackets_by_hand():
    move, shear = {0: ONE}, {1: polynomials.power(X, 2)}
    assert polynomials.bracket(move, shear) == {1: {1: 2}}  # [d/dx, x^2 d/dy] = 2x d/dy
    assert polynomials.bracket(shear, move) == {1: {1: -2}}
    assert polynomials.bracket(shear, shear) == {}
    turns = [
        {1: polynomials.add({}, Z, -1), 2: Y},
        {2: polynomials.add({}, X, -1), 0: Z},
        {0: polynomials.add({}, Y, -1), 1: X},
    ]
    for i in range(3):  # so(3): closed, antisymmetric
        found = polynomials.bracket(turns[i], turns[(i + 1) % 3])
        expected = turns[(i + 2) % 3]
        assert found == {v: polynomials.add({}, f, -1) for v, f in expected.items()}
    assert polynomials.nested([move, shear], [0, 0, 1], 5) == {1: {0: 2}}
    assert trace.trace_dimensions(turns, 3) == [2]  # spheres
    assert trace.trace_dimensions(turns[:2], 3) == [2]


def test_elimination():
    assert ranks.rank([[1, 2], [2, 4], [0, 5]], 7) == 2
    assert ranks.rank([[1, 2], [3, 6]], None) == 1
    assert ranks.rank([[2, 1], [1, 4]], 7) == 1  # determinant 7
    assert ranks.rank([[2, 1], [1, 4]], None) == 2
    assert ranks.rank([], None) == 0
    assert ranks.nullspace([[2, 4, 0]], 3) == [{1: 1, 0: Fraction(-2)}, {2: 1}]


@pytest.mark.parametrize(("shape", "expected"), TWO_LAYERS.items())
def test_two_linear_layers(shape, expected):
    n, m, r = shape
    phi, size = networks.layered([m, r, n], "linear")
    dimension = trace.trace_dimension(phi.values(), size)
    assert (dimension, size - dimension) == expected
    neurons = n + m
    assert expected[1] == (
        r * (r + 1) // 2 if r <= neurons else neurons * r - neurons * (neurons - 1) // 2
    )  # T1


@pytest.mark.parametrize(("dims", "expected"), DEEP_LINEAR.items())
def test_deep_linear(dims, expected):
    phi, size = networks.layered(dims, "linear")
    assert size == sum(a * b for a, b in pairwise(dims))
    assert size - trace.trace_dimension(phi.values(), size) == expected


@pytest.mark.parametrize(("network", "expected"), PATH_LIFTINGS.items())
def test_path_liftings(network, expected):
    phi, size = networks.layered(network[0], "relu", network[1])
    dimensions = trace.trace_dimensions([polynomials.gradient(f) for f in phi.values()], size)
    assert (size, size - dimensions[-1]) == expected
    assert len(dimensions) == 1  # T3: brackets add nothing
    assert dimensions[0] == laws.exponent_rank(phi.values())


def test_skip_graph():
    """x1, x2 -> h1, h2; h1, x1 -> h3; h2, h3, x2 -> y; biases at h1, h3, y: 12 parameters, 3
    laws.
    """
    names = ["x1h1", "x2h1", "x1h2", "x2h2", "h1h3", "x1h3", "h2y", "h3y", "x2y", "b1", "b3", "by"]
    paths = [
        "x1h1 h1h3 h3y",
        "x2h1 h1h3 h3y",
        "b1 h1h3 h3y",
        "x1h3 h3y",
        "b3 h3y",
        "x1h2 h2y",
        "x2h2 h2y",
        "x2y",
        "by",
    ]
    phi = [{polynomials.monomial((names.index(e), 1) for e in path.split()): 1} for path in paths]
    assert 12 - laws.exponent_rank(phi) == 3
    assert 12 - trace.trace_dimension(phi, 12) == 3


def test_mixed_layers():
    phi, size = networks.layered([5, 6, 4, 3], ["linear", "relu"])
    assert trace.trace_dimensions([polynomials.gradient(f) for f in phi.values()], size) == [28, 41]
    phi, size = networks.layered([1, 1, 1], "relu", "all")
    assert phi == {
        (0, 2, 3): {1 + (1 << 16): 1},
        (1, 2, 3): {(1 << 8) + (1 << 16): 1},
        (1, 3): {1 << 24: 1},
    }


def test_product_of_variables():
    phi, size = networks.product(6)  # T4
    assert trace.trace_dimension(phi.values(), size) == 1
    basis = laws.law_basis(phi.values(), size, [2])
    assert basis == [{2 << 8 * i: 1, 2: -1} for i in range(1, 6)]
    assert laws.gradient_rank(basis, size) == 5


def test_polynomial_laws():
    saddle = [{2: 1, 2 << 8: -1}]  # x^2 - y^2: field (2x, -2y), laws (xy)^k
    assert [laws.law_basis(saddle, 2, [k]) for k in (1, 2, 3)] == [
        [],
        [polynomials.multiply(X, Y)],
        [],
    ]
    assert len(laws.law_basis(saddle, 2, [4])) == 1
    phi, size = networks.layered([2, 3, 1], "relu", "hidden")  # T2
    assert len(laws.law_basis(phi.values(), size, [2])) == 3
    phi, size = networks.layered([1, 3, 1], "linear")  # TRAP C: r^2 laws, 2r - 1 independent
    basis = laws.law_basis(phi.values(), size, [2])
    assert (len(basis), laws.gradient_rank(basis, size)) == (9, 5)
    assert all(polynomials.is_law(h, phi.values()) for h in basis)
    assert not polynomials.is_law(X, phi.values())


def test_balance_of_neurons():
    laws_of_neurons, names = networks.balance([2, 3, 1], "hidden")
    assert names[:2] == ["W1[0,0]", "W1[0,1]"] and names[6] == "b1[0]" and len(names) == 12
    phi, size = networks.layered([2, 3, 1], "relu", "hidden")
    assert all(polynomials.is_law(h, phi.values()) for h in laws_of_neurons)
    assert laws.gradient_rank(laws_of_neurons, size) == 3


def test_too_large_is_said():
    phi, size = networks.layered([2, 4, 4, 4, 2], "linear")
    with pytest.raises(trace.TooLarge):
        trace.trace_dimension(phi.values(), size, limit=1000)
