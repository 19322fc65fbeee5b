"""Balance laws counted at points of copies, with a right hash: refused unless still true."""

import pytest

from pyconslaw.verify.kinds import upper_bound
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import read_system

from .forge import judge, real, refused
from .prover import mlp
from .test_many import a_few, shortened

ONE = {"copies": 1, "widths": [1, 1, 1], "matrices": [[[1]], [[1]]]}
LONE = {"copies": 2, "widths": [0, 1, 0], "matrices": [[[]], []]}


@pytest.mark.parametrize("bias", ["none", "all"])
@pytest.mark.parametrize(("activation", "laws"), [("linear", 6 - 3), ("relu", 3 - 2)])
def test_what_no_path_meets_is_not_counted(activation, laws, bias):
    """Two neurons without weights: of six laws, or three with gates, those between them are lost,
    for their gradients are 0 there.
    """
    system = read_system(mlp([1, 3, 1], activation, bias), 6 + 4 * (bias == "all"))
    proof = {"kind": "layered-balance", "prime": 3, "types": [ONE, LONE]}
    most, _ = upper_bound(system, proof, "upper", Budget())
    assert most == system.count - laws


@pytest.mark.parametrize("prime", [3, 5])
def test_weights_that_vanish_modulo_the_prime_reach_nothing(prime):
    system = read_system(mlp([1, 1, 1]), 2)
    for weight, laws in ((1, 1), (prime, 0), (0, 0), (-prime, 0)):
        one = ONE | {"matrices": [[[weight]], [[weight]]]}
        proof = {"kind": "layered-balance", "prime": prime, "types": [one]}
        assert upper_bound(system, proof, "upper", Budget())[0] == 2 - laws


def test_a_graph_has_no_layers():
    body = real("dag, split")
    body["upper"] = {"kind": "layered-balance", "prime": 3, "types": [ONE]}
    assert "these are the laws of a layered network" in refused(body)


def test_lists_without_their_last_entry():
    listed = list(shortened("layered-balance"))
    judged = [judge(body) for body in listed]
    assert listed and not all(judged)


def test_random_forgeries(fresh_seed):
    a_few("layered-balance", fresh_seed)
