"""Rates as units of the parameters: forgeries, judged by written brackets."""

import pytest

import pyconslaw
from pyconslaw.verify import verify_bytes

from . import oracle
from .forge import RATED, SINGLE, SMALL, judge, real, refused, sealed
from .prover import laws_proof, mlp
from .test_homogeneous_decay import U, V, body, words
from .test_many import a_few

RESCALED = [name for name in RATED if real(name)["upper"]["kind"] == "rescaled"]


def rated(of, *runs):
    """The flow of the gradient with these runs of rates."""
    return {
        "type": "flow",
        "flow": "gradient",
        "of": of,
        "tau": None,
        "metric": None,
        "rates": [list(run) for run in runs],
    }


def explicit(*phi, names="uv"):
    return {"type": "polynomials", "variables": list(names), "phi": list(phi)}


def wrapped(base):
    return {"kind": "rescaled", "base": base}


@pytest.mark.parametrize("name", RESCALED)
def test_the_real_ones(name):
    assert judge(real(name))
    for laws in range(-1, real(name)["claim"]["parameters"] + 2):
        true = real(name)
        forged = true | {"claim": true["claim"] | {"laws": laws}}
        assert judge(forged) == (laws == true["claim"]["laws"])


MIXED = [[1, U], [1, [[0, 1], [1, 1]]]]  # u + u v


def test_terms_of_different_rates():
    """Of u v + u one law u^2/2 - v^2/2 - v: with the rate 2 for v it is not that in other units."""
    of = explicit(MIXED)
    law = [[[1, [[0, 2]]], [-2, V], [-1, [[1, 2]]]]]
    one = words([oracle.gradient({tuple(map(tuple, m)): c for c, m in MIXED})], 2, [[0]])
    upper = laws_proof(law, 2, "polynomial-laws")
    plain = body(of, 1, one, upper)
    assert judge(plain | {"claim": plain["claim"] | {"object": "system"}})
    twice = rated(of, (1, 1, 1), (1, 2, 1))
    assert "factors of different rates" in refused(body(twice, 1, wrapped(one), wrapped(upper)))
    for half in (wrapped(one), one):
        assert "factors of different rates" in refused(body(twice, 1, half, wrapped(upper)))
    alike = rated(of, (2, 2, 1))
    assert "factors of different rates" in refused(body(alike, 1, wrapped(one), wrapped(upper)))
    assert judge(body(alike, 1, one, upper))


def test_rates_are_counted_not_multiplied():
    """u v + w with the rates 2, 2, 4: the products are equal, and that is not what is looked at."""
    phi = [[1, [[0, 1], [1, 1]]], [1, [[2, 1]]]]
    of = explicit(phi, names="uvw")
    one = words([oracle.gradient({tuple(map(tuple, m)): c for c, m in phi})], 3, [[0]])
    product = rated(of, (2, 2, 1), (1, 4, 1))
    assert "factors of different rates" in refused(body(product, 2, wrapped(one), wrapped(SINGLE)))
    assert judge(body(product, 2, one, SINGLE))


def test_the_coordinate_that_moves_is_a_factor():
    """X = d/dx + d/dy with other rates is another field, though its terms have no variable."""
    fields = {
        "type": "fields",
        "variables": ["x", "y"],
        "fields": [[[0, [[1, []]]], [1, [[1, []]]]], [[0, [[1, [[0, 1]]]]], [1, [[1, [[1, 1]]]]]]],
    }
    two = words(oracle.members(fields)[1], 2, [[0], [1]])
    system = rated(fields, (1, 1, 1), (1, 3, 1))
    nothing = laws_proof([], 2, "polynomial-laws")
    assert "factors of different rates" in refused(body(system, 0, wrapped(two), wrapped(nothing)))


def biased(*runs):
    return rated(mlp([1, 1, 1], bias="all"), *runs)


@pytest.mark.parametrize(
    "runs, fits",
    [
        (((1, 2, 1), (3, 1, 1)), True),  # W1 alone
        (((2, 1, 1), (1, 2, 1), (1, 1, 1)), False),  # W2, not b2
        (((2, 1, 1), (2, 2, 1)), True),  # W2 and b2
        (((1, 1, 1), (1, 2, 1), (1, 1, 1), (1, 2, 1)), True),  # b1 and b2
        (((1, 1, 1), (3, 2, 1)), False),  # b1, W2 and b2
    ],
)
def test_biases_of_linear_layers(runs, fits):
    """W2 b1 + b2: as many factors of each rate in both."""
    true = pyconslaw.certify(pyconslaw.linear([1, 1, 1], bias="all")).json
    size, laws = oracle.truth(true["system"])
    assert (size, laws) == (4, true["claim"]["laws"])
    forged = body(biased(*runs), laws, wrapped(true["lower"]), wrapped(true["upper"]))
    if fits:
        assert judge(forged)
    else:
        assert "factors of different rates" in refused(forged)


@pytest.mark.parametrize("name", RESCALED)
def test_shapes_and_other_flows(name):
    true = real(name)
    for half in ("lower", "upper"):
        base = true[half]["base"]
        refused(true | {half: wrapped(true[half])})  # once too often
        refused(true | {half: true[half] | {"of": "system"}})
        refused(true | {half: {"kind": "homogeneous-decay", "of": "system", "base": base}})
        refused(true | {half: {"kind": "uneven-decay"}})
        for bad in (None, [], {}, 0, "", [base], base | {"kind": None}, base | {"more": 1}):
            refused(true | {half: true[half] | {"base": bad}})
        for stranger in [*SMALL, *RATED]:
            bound = real(stranger)[half]
            judge(true | {half: wrapped(bound.get("base", bound))})
    system = true["system"]
    for change in (
        {"flow": "natural"},
        {"flow": "weight-decay", "tau": [1, 1]},
        {"flow": "momentum", "tau": [1, 1]},
        {"flow": "mirror"},
        {"tau": [1, 1]},
        {"metric": [[[[1, []]], [[1, []]]]] * system["of"].get("size", 1)},
        {"decay": system["rates"]},
    ):
        refused(true | {"system": system | change})
    refused(true | {"system": {key: x for key, x in system.items() if key != "rates"}})
    refused(true | {"system": system["of"]})


SIZE = 8  # of relu 2-2-1 --bias


@pytest.mark.parametrize(
    "rates",
    [
        None,
        [],
        {},
        2,
        "2",
        [[8, 1, 1]],
        [[8, 2]],
        [[8, 2, 1, 1]],
        [[7, 2, 1]],
        [[9, 2, 1]],
        [[8, 0, 1]],
        [[8, -2, 1]],
        [[8, 2, 0]],
        [[8, 2, -1]],
        [[8, 4, 2]],
        [[8, 2**31, 1]],
        [[8, 1, 2**31]],
        [[4, 2, 1], [4, 2, 1]],
        [[8, 2, 1], [0, 1, 1]],
        [[True, 2, 1], [7, 1, 1]],
        [[1, True, 1], [7, 2, 1]],
        [[4, 1, 65537], [4, 1, 65539]],
        [[8.0, 2, 1]],
        [[-1, 3, 1], [9, 2, 1]],
    ],
)
def test_runs_that_are_none(rates):
    true = real("rates, relu")
    assert true["claim"]["parameters"] == SIZE
    assert refused(true | {"system": true["system"] | {"rates": rates}})


def test_any_rates_of_a_gated_network():
    """Paths are components of their own, so all rates are units; the claim is the same."""
    true = real("rates, relu")
    for runs in ([[8, 3, 1]], [[1, 2, 1], [7, 1, 3]], [[k + 1 and 1, k + 2, 1] for k in range(8)]):
        assert judge(true | {"system": true["system"] | {"rates": runs}})


def test_sizes():
    """Of any size; by widths as by edges."""
    net = mlp([4000, 3000, 5], "relu", "hidden")
    size = 4001 * 3000 + 15000
    system = rated(net, (4000 * 3000, 2, 1), (3000, 1, 1), (15000, 1, 7))
    lower, upper = wrapped({"kind": "spanning-paths"}), wrapped({"kind": "potentials"})
    claim = {"object": "flow", "parameters": size, "laws": 3000}
    large = body(rated(mlp([1, 1]), (1, 2, 1)), 0, lower, upper)
    large |= {"system": system, "claim": claim}
    assert verify_bytes(sealed(large)).laws == 3000
    for laws in (2999, 3001):
        refused(large | {"claim": claim | {"laws": laws}})
    split = rated(net, (1, 2, 1), (size - 1, 1, 1))
    assert "factors of different rates" in refused(large | {"system": split})
    assert "declined" in refused(large | {"upper": SINGLE})


def test_random_forgeries(fresh_seed):
    a_few("rescaled", fresh_seed)
