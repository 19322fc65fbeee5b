"""Decay at several speeds: forgeries, judged by written brackets."""

import random

import pytest

import pyconslaw
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.kinds.uneven_decay import counts
from pyconslaw.verify.reading import Budget, Declined, Refused
from pyconslaw.verify.systems import read_system
from pyconslaw.verify.systems.layers import Layers
from pyconslaw.verify.systems.weights import Runs

from . import oracle
from .forge import DECAYING, RATED, SINGLE, SMALL, judge, real, refused, sealed
from .prover import laws_proof, mlp
from .test_homogeneous_decay import body, wrapped
from .test_many import a_few

UNEVEN = {"kind": "uneven-decay"}
NAMES = [name for name in RATED if real(name)["upper"]["kind"] == "uneven-decay"]


def decaying(of, *runs, tau=(1, 1), **more):
    """Weight decay with these runs of decays."""
    return {
        "type": "flow",
        "flow": "weight-decay",
        "of": of,
        "tau": list(tau),
        "metric": None,
        "decay": [list(run) for run in runs],
        **more,
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_real_ones(name):
    true = real(name)
    assert true["lower"] == true["upper"] == UNEVEN and judge(true)
    for laws in range(-1, true["claim"]["parameters"] + 2):
        forged = true | {"claim": true["claim"] | {"laws": laws}}
        assert judge(forged) == (laws == true["claim"]["laws"])


def test_alike_it_is_no_proof():
    """One speed: the kind is homogeneous-decay. In and out of a neuron with two: no law."""
    net, base = mlp([1, 1, 1], "relu"), {"kind": "potentials"}
    paths = {"kind": "spanning-paths"}
    for system in (
        {"type": "flow", "flow": "weight-decay", "of": net, "tau": [1, 1], "metric": None},
        decaying(net, (1, 1, 1), (1, 1, 2), rates=[[1, 1, 1], [1, 2, 1]]),
    ):
        assert oracle.truth(system) == (3, 1)
        assert judge(body(system, 1, wrapped(paths), wrapped(base)))
        for lower, upper in ((UNEVEN, wrapped(base)), (wrapped(paths), UNEVEN)):
            assert "several speeds" in refused(body(system, 1, lower, upper))
    two = decaying(net, (1, 1, 1), (1, 2, 1))
    assert oracle.truth(two) == (3, 0)
    assert judge(body(two, 0, UNEVEN, UNEVEN))
    assert "not homogeneous" in refused(body(two, 1, wrapped(paths), wrapped(base)))
    assert "do not meet" in refused(body(two, 1, wrapped(paths), UNEVEN))


def test_equal_decays_with_other_rates_are_two_speeds():
    """theta_k' = -r_k (d_k E + l theta_k): l alike is no p alike."""
    net = mlp([1, 1, 1], "relu")
    system = {
        "type": "flow",
        "flow": "weight-decay",
        "of": net,
        "tau": [1, 10],
        "metric": None,
        "rates": [[1, 2, 1], [1, 1, 1]],
    }
    paths, base = {"kind": "spanning-paths"}, {"kind": "potentials"}
    for tau, laws in (([1, 10], 0), ([0, 1], 1), ("lam", 1)):
        system["tau"] = tau
        size = 3 + (tau == "lam")
        assert oracle.truth(system) == (size, laws)
        uneven = body(system, laws, UNEVEN, UNEVEN)
        plain = body(system, laws, wrapped(paths), wrapped(base))
        assert (judge(uneven), judge(plain)) == ((True, False) if tau != [0, 1] else (False, True))


def test_laws_of_one_weight():
    """Balance laws are listed one by one, and only those of equal speeds are laws."""
    net = mlp([1, 1, 1, 1])
    pairs = [
        {"neurons": [1, 1], "polynomial": [[1, [[0, 2]]], [-1, [[1, 2]]]]},
        {"neurons": [2, 2], "polynomial": [[1, [[1, 2]]], [-1, [[2, 2]]]]},
    ]
    system = decaying(net, (2, 1, 1), (1, 2, 1))
    assert oracle.truth(system) == (4, 1)
    parts = pyconslaw.certify(
        pyconslaw.linear([1, 1, 1, 1], decay={"W1": 1, "W2": 1, "W3": 2})
    ).json
    assert parts["system"] == system and parts["claim"]["laws"] == 1
    lower = parts["lower"]
    assert lower["of"] == "parts"
    assert judge(body(system, 1, lower, wrapped(laws_proof(pairs[:1], 3, "balance-laws"))))
    assert "several degrees" in refused(
        body(system, 1, lower, wrapped(laws_proof(pairs[1:], 3, "balance-laws")))
    )
    both = wrapped(laws_proof(pairs, 3, "balance-laws"))
    one = wrapped(pyconslaw.certify(pyconslaw.linear([1, 1, 1, 1])).json["lower"])
    assert "several degrees" in refused(body(system, 2, one, both))
    for kind in ("potentials", "generic-balance"):
        assert "not homogeneous" in refused(body(system, 2, one, wrapped({"kind": kind})))
    assert judge(body(system, 1, lower, UNEVEN))  # from above paths may meet linear neurons
    assert "without gate" in refused(body(system, 1, UNEVEN, UNEVEN))


def test_explicit_systems_are_no_graphs():
    of = {"type": "polynomials", "variables": ["u", "v"], "phi": [[[1, [[0, 1], [1, 1]]]]]}
    system = decaying(of, (1, 1, 1), (1, 2, 1))
    assert oracle.truth(system) == (3, 0)
    assert "a graph" in refused(body(system, 0, UNEVEN, UNEVEN))


def test_ties_of_one_speed():
    """x -> h -> y with one parameter on two edges of a path: exponents are no longer 1."""
    of = {
        "type": "dag",
        "nodes": ["input", "relu", "relu", "linear"],
        "outputs": [3],
        "edges": [[0, 1, 0], [1, 2, 0], [2, 3, 1]],
        "frozen": [],
    }
    system = decaying(of, (1, 1, 1), (1, 2, 1))
    assert oracle.truth(system) == (3, 0)
    assert "share a parameter" in refused(body(system, 0, UNEVEN, UNEVEN))


@pytest.mark.parametrize("name", NAMES)
def test_shapes_and_other_flows(name):
    true = real(name)
    for half in ("lower", "upper"):
        for bad in (UNEVEN | {"of": "system"}, UNEVEN | {"base": SINGLE}, {}, [UNEVEN]):
            refused(true | {half: bad})
        for stranger in [*SMALL, *DECAYING, *RATED]:
            judge(true | {half: real(stranger)[half]})
    system = true["system"]
    for change in (
        {"flow": "natural", "tau": None},
        {"flow": "gradient", "tau": None},
        {"flow": "mirror", "tau": None},
        {"flow": "momentum"},
        {"tau": None},
        {"metric": []},
    ):
        refused(true | {"system": system | change})
    without = {key: x for key, x in system.items() if key not in ("rates", "decay")}
    refused(true | {"system": without})
    refused(true | {"system": system["of"]})


SIZE = 11  # of relu 2-2-2-1, with the clock


@pytest.mark.parametrize("change", [
    {"decay": None}, {"decay": []}, {"decay": [[10, 0, 1]]}, {"decay": [[8, 1, 10], [3, 1, 5]]},
    {"decay": [[8, 1, 10], [2, -1, 5]]}, {"decay": [[8, 1, 10], [1, 1, 5], [1, 1, 5]]},
    {"decay": [[8, 1, 10], [2, 2, 10]]}, {"decay": [[8, 0, 10], [2, 1, 5]]},
    {"decay": [[10, 1, 10]]}, {"tau": [1, 5]}, {"tau": [1, 20]}, {"tau": [1, 1]}, {"tau": [0, 1]},
    {"tau": "lam"}, {"decay": [[8, 1, 10], [2, 1, 3]]}, {"rates": [[10, 1, 1]]},
    {"rates": [[8, 1, 1], [2, 1, 3]]},
])  # fmt: skip
def test_decays_that_are_none(change):
    """tau is the unit of all speeds; runs are as the contract says."""
    true = real("uneven, relu")
    assert true["claim"]["parameters"] == SIZE and true["system"]["tau"] == [1, 10]
    assert refused(true | {"system": true["system"] | change})


def test_by_widths_as_by_edges(fresh_seed):
    """Layers beyond the limit are counted by their widths: the same as edge by edge."""
    draw = random.Random(fresh_seed)
    for _ in range(150):
        dims = [draw.randint(1, 3) for _ in range(draw.randint(2, 6))]
        bias = draw.choice(["none", "hidden", "all"])
        net = mlp(dims, "relu", bias)
        biased = {"none": 0, "hidden": len(dims) - 2, "all": len(dims) - 1}[bias]
        size = sum(m * (n + (k < biased)) for k, (n, m) in enumerate(zip(dims, dims[1:])))
        graph = read_system(net, size)
        layers = Layers(dims, [True] * (len(dims) - 2), [k < biased for k in range(len(dims) - 1)])
        ends = [stop for pair in layers.blocks for start, stop in pair if stop > start]
        pull = Runs(ends, [draw.choice([0, 1, 2]) for _ in ends])
        for speed in set(pull.values):
            by_edges = counts(graph, pull, speed, "upper", Budget())
            assert counts(layers, pull, speed, "upper", Budget()) == by_edges, (dims, bias, pull)


def test_sizes():
    net = mlp([4000, 3000, 5, 7], "relu", "hidden")
    first, size = 4001 * 3000, 4001 * 3000 + 15005 + 35
    system = decaying(net, (first + 15000, 1, 1), (5, 0, 1), (35, 3, 1))
    claim = {"object": "flow", "parameters": size + 1, "laws": 3000}
    large = body(decaying(mlp([1, 1], "relu"), (1, 1, 1)), 0, UNEVEN, UNEVEN)
    large |= {"system": system, "claim": claim}
    assert verify_bytes(sealed(large)).laws == 3000
    for laws in (2999, 3001):
        refused(large | {"claim": claim | {"laws": laws}})
    split = decaying(net, (1, 1, 1), (size - 1, 2, 1))
    assert "several decays" in refused(large | {"system": split})


def test_what_is_read_is_charged():
    net, size = mlp([30, 30, 1], "relu"), 930
    runs = [[1, 1 + k % 2, 1] for k in range(size)]
    system = decaying(net, *runs)
    assert read_system(system, size + 1, Budget()).speeds is not None
    with pytest.raises(Declined):
        read_system(system, size + 1, Budget(60 * size))
    many = [[1, 1, 10**6 + k] for k in range(size)]
    with pytest.raises(Refused, match="common denominator"):
        read_system(decaying(net, *many), size + 1, Budget())


def test_random_forgeries(fresh_seed):
    a_few("uneven-decay", fresh_seed)
