"""The known true claims, each with its certificate made by hand."""

from handmade_certificates import (
    SINGLE,
    balance,
    certificate,
    copy,
    laws,
    none,
    polynomials,
    read_off,
    resolve,
    split,
)
from handmade_systems import dag, explicit, mlp, product


def quadratic(*pairs, sign=-1):
    """x_a^2 - x_b^2 as it stands in a file."""
    return [sorted([[1, [[a, 2]]], [sign, [[b, 2]]]], key=lambda term: term[1]) for a, b in pairs]


EXPLICIT = explicit([(1, {0: 1, 1: 1})], [(2, {2: 2}), (-1, {3: 2})])  # xy and 2z^2 - w^2
# its law is no polynomial
DIAGONAL = explicit([(1, {0: 2}), (2, {1: 2})], [(1, {1: 2}), (3, {2: 2})])
MOTION = explicit([(2, {0: 1})], [(1, {0: 1, 1: 1}), (1, {2: 1}), (1, {3: 1})])
ONE = explicit([(1, {0: 3}), (1, {0: 1, 1: 1}), (-7, {2: 2})])

B_DIAGONAL = {
    "kind": "closing-algebra",
    "basis": [[[[1, [[0, 1]]]], [], [[-6, [[2, 1]]]]], [[], [[1, [[1, 1]]]], [[3, [[2, 1]]]]]],
    "generators": [[[2, 1], [4, 1]], [[0, 5], [2, 1]]],
    "products": [[[[0, 1]] * 2] * 2] * 2,
}
# d/dx0, d/dx1 and Y = x1 d/dx0 + x0 d/dx1 + d/dx2 + d/dx3, with 3 times the second in the basis
B_MOTION = {
    "kind": "closing-algebra",
    "basis": [
        [[[1, []]], [], [], []],
        [[], [[3, []]], [], []],
        [[[1, [[1, 1]]]], [[1, [[0, 1]]]], [[1, []]], [[1, []]]],
    ],
    "generators": [[[2, 1], [0, 1], [0, 1]], [[0, 1], [0, 1], [1, 1]]],
    "products": [
        [[[0, 1]] * 3, [[0, 1]] * 3, [[0, 1], [2, 3], [0, 1]]],
        [[[0, 1], [-1, 3], [0, 1]], [[-3, 1], [0, 1], [0, 1]], [[0, 1]] * 3],
    ],
}


# A skip of weight 1, no component of its own.
SKIP = dag("irl", [2], [(0, 1, 0), (1, 2, 1)], [(0, 2, 1)])
# Two ReLU neurons that share the weight of their in-edges.
SHARED = dag("irrl", [3], [(0, 1, 0), (0, 2, 0), (1, 3, 1), (2, 3, 2)])
# Neuron 1 has no input, neuron 2 no output, source 5 no edge; parameter 0 is on a live edge and on
# another, parameter 1 on two edges that are not live.
STUMPS = dag("illlri", [4], [(0, 2, 0), (0, 3, 0), (1, 3, 1), (1, 4, 1), (3, 4, 2)])
# A gated output that feeds on, past a frozen edge.
FEEDING = dag("iiklr", [2, 4], [(0, 2, 0), (1, 2, 1), (2, 3, 2), (3, 4, 3)], [(2, 4, -2)])
# theta_0^2 theta_1
SQUARED = dag("illl", [3], [(0, 1, 0), (1, 2, 0), (2, 3, 1)])
# Linear twins 2 and 3 between two sources and two outputs, beside a ReLU neuron (frozen edge in,
# tied out).
TWINS = dag(
    "iillrll",
    [5, 6],
    [
        (0, 2, 0),
        (1, 2, 1),
        (0, 3, 2),
        (1, 3, 3),
        (2, 5, 4),
        (3, 5, 5),
        (4, 5, 6),
        (2, 6, 7),
        (3, 6, 8),
        (4, 6, 6),
    ],
    [(0, 4, 2)],
)
# One component 1-2-2-1 before neuron 7, with a frozen layer; after it two outputs, whose biases are
# tied.
NARROW = dag(
    "icllllllll",
    [8, 9],
    [
        (0, 2, 0),
        (2, 3, 1),
        (2, 4, 2),
        (5, 7, 3),
        (6, 7, 4),
        (7, 8, 5),
        (7, 9, 6),
        (1, 8, 7),
        (1, 9, 7),
    ],
    [(3, 5, 1), (4, 5, 1), (3, 6, 1), (4, 6, -2)],
)
# 2 theta_0 + theta_1
WEIGHTED = dag("ill", [2], [(0, 1, 0), (0, 2, 1)], [(1, 2, 2)])
# What comes to neuron 5 cancels before it (2, 3) and what comes from it after it (7, 8): phi is
# theta_2.
CANCELS = dag(
    "iillllllll",
    [9],
    [(4, 5, 0), (5, 6, 1), (1, 9, 2)],
    [(0, 2, 1), (0, 3, 1), (2, 4, 1), (3, 4, -1), (6, 7, 1), (6, 8, 1), (7, 9, 3), (8, 9, -3)],
)


def _true():
    def case(name, system, count, upper):
        return name, (system, count, upper)

    def by_balance(system):
        return lambda rng: balance(system, rng)

    relu = mlp(2, 3, 1, activations="relu", bias="hidden")
    mixed = mlp(2, 2, 2, 1, activations=["linear", "leaky_relu"])
    small = mlp(1, 2, 1, activations="leaky_relu")
    trap = mlp(1, 2, 2, 1, 2)
    return dict(
        [
            case("linear 1-1", mlp(1, 1), 0, SINGLE),
            case("linear 1-1 --bias all", mlp(1, 1, bias="all"), 0, none(2)),
            case("linear 1-1-1", mlp(1, 1, 1), 1, SINGLE),
            case("linear 1-1-1 by split", mlp(1, 1, 1), 1, split(1, SINGLE, SINGLE)),
            case("linear 1-1-1 by balance", mlp(1, 1, 1), 1, by_balance(mlp(1, 1, 1))),
            case("linear 1-1-1 --bias", mlp(1, 1, 1, bias="hidden"), 1, split(2, none(3), SINGLE)),
            case("linear 2-1-2", mlp(2, 1, 2), 1, split(2, none(4), none(4))),
            case("linear 2-2-2", mlp(2, 2, 2), 3, by_balance(mlp(2, 2, 2))),
            case("linear 1-2-2-1-2", trap, 8, split(5, SINGLE, none(10))),
            case("relu 1-1-1", mlp(1, 1, 1, activations="relu"), 1, split(1, SINGLE, SINGLE)),
            case("relu 2-3-1 --bias", relu, 3, by_balance(relu)),
            case(
                "mlp 1-2-1 --activations leaky_relu",
                small,
                2,
                lambda rng: laws("polynomial-laws", 4, quadratic((0, 2), (1, 3)), rng),
            ),
            case("mlp 2-2-2-1 --activations linear,leaky_relu", mixed, 5, by_balance(mixed)),
            case("product 4", product(4), 3, SINGLE),
            case(
                "product 4 by laws",
                product(4),
                3,
                lambda rng: laws("polynomial-laws", 4, quadratic((0, 1), (1, 2), (3, 0)), rng),
            ),
            case(
                "product 4 by splits",
                product(4),
                3,
                split(
                    2,
                    split(1, SINGLE, SINGLE),
                    lambda rng: laws("polynomial-laws", 4, quadratic((2, 3)), rng),
                ),
            ),
            case("dag skip", SKIP, 1, read_off(SKIP, {1: 3})),
            case("dag skip by laws", SKIP, 1, polynomials(2, *quadratic((0, 1)))),
            case("dag shared", SHARED, 1, read_off(SHARED, {1: 1, 2: 1})),
            case("dag stumps", STUMPS, 2, read_off(STUMPS, 1, {2: 7, 3: 5})),
            case(
                "dag of one component",
                dag("irllc", [3], [(0, 2, 0), (1, 3, 0), (2, 3, 1)]),
                1,
                SINGLE,
            ),
            case("dag feeding", FEEDING, 1, read_off(FEEDING, {3: -1})),
            case("dag squared", SQUARED, 1, SINGLE),
            case(
                "dag squared by laws", SQUARED, 1, polynomials(2, [[1, [[0, 2]]], [-2, [[1, 2]]]])
            ),
            case("dag weighted", WEIGHTED, 1, polynomials(2, [[1, [[0, 1]]], [-2, [[1, 1]]]])),
            case("dag twins", TWINS, 3, read_off(TWINS, (2, 2), (2, 3), (3, 3))),
            case("dag narrow", NARROW, 5, split(7, SINGLE, none(8))),
            case("dag cancels", CANCELS, 2, split(5, none(3), polynomials(3, [[1, [[1, 1]]]]))),
            case(
                "dag cancels by laws", CANCELS, 2, polynomials(3, [[1, [[0, 1]]]], [[1, [[1, 1]]]])
            ),
            case(
                "explicit by laws",
                EXPLICIT,
                2,
                lambda rng: laws(
                    "polynomial-laws", 4, quadratic((0, 1)) + [[[5, [[2, 1], [3, 2]]]]], rng
                ),
            ),
            case("diagonal", DIAGONAL, 1, B_DIAGONAL),
            case("motion", MOTION, 1, B_MOTION),
            case("one component", ONE, 2, SINGLE),
        ]
    )


TRUE = _true()
TRAP, SQUARE, RELU, MIXED = (
    "linear 1-2-2-1-2",
    "linear 2-2-2",
    "relu 2-3-1 --bias",
    "mlp 2-2-2-1 --activations linear,leaky_relu",
)
_made = {}


def true(name):
    """A fresh copy of a true certificate."""
    if name not in _made:
        system, count, upper = TRUE[name]
        _made[name] = certificate(system, count, lambda rng: resolve(upper, rng))
    return copy(_made[name])
