"""Upper bounds that are none: laws, splits, generators and algebras."""

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402
from refusals import put, refusal, upper_refusal  # noqa: E402


def test_gated_neurons_are_not_balanced_against_each_other():
    """For ReLU theta_{u->i} theta_{u->j} - ... is no law: 2-3-1 would have 6 laws instead of 3."""
    net = systems.Net(truths.TRUE[truths.RELU][0])
    entries = [net.balance(i, j) for i in (3, 4, 5) for j in range(i, 6)]
    body = made.certificate(
        truths.TRUE[truths.RELU][0], 6, lambda rng: made.laws("balance-laws", 12, entries, rng)
    )
    assert "two different neurons with gates" in refusal(body)
    polynomials = [entry["polynomial"] for entry in entries]
    body = made.certificate(
        truths.TRUE[truths.RELU][0],
        6,
        lambda rng: made.laws("polynomial-laws", 12, polynomials, rng),
    )
    assert "not a law" in refusal(body)


def test_neurons_of_two_layers_are_not_balanced():
    system = systems.mlp(2, 2, 2, 2)
    entries = [{"neurons": [2, 4], "polynomial": [[1, [[0, 1], [4, 1]]]]}]
    assert "neighbours" in upper_refusal(
        system, made.laws("balance-laws", 12, entries, random.Random(1))
    )


def test_outputs_and_inputs_have_no_balance():
    entry = {"neurons": [1, 1], "polynomial": [[1, [[0, 2]]]]}
    upper = made.laws("balance-laws", 2, [entry], random.Random(1))
    assert "hidden neurons" in upper_refusal(systems.mlp(1, 2), upper)


def test_false_polynomial_law():
    system = systems.product(4)
    for law in (
        truths.quadratic((0, 1), sign=1)[0],
        [[1, [[0, 1]]]],
        [[1, [[0, 2], [1, 1]]], [-1, [[2, 1]]]],
    ):
        body = made.certificate(
            system,
            3,
            lambda rng, law=law: made.laws(
                "polynomial-laws", 4, [law] + truths.quadratic((0, 1), (0, 2)), rng
            ),
        )
        assert "not a law" in refusal(body)


def test_constant_and_dependent_laws():
    squares = truths.quadratic((0, 1), (1, 2), (0, 2))
    body = truths.true("product 4 by laws")
    body["upper"]["laws"] = squares  # the third is the sum of the others
    assert "row 2 has no pivot" in refusal(body)
    body["upper"]["laws"] = squares[:2] + [[[5, []]]]
    assert "row 2 has no pivot" in refusal(body)
    body["upper"]["laws"] = squares[:2] + [[]]
    assert "row 2 has no pivot" in refusal(body)


def test_a_law_of_another_part():
    """<grad h, grad phi> = 0 for any h in the parameters of the other half: that is no law of
    this half.
    """
    system = systems.mlp(2, 1, 2)

    def upper(rng):
        foreign = made.laws("polynomial-laws", 4, [[[1, [[2, 1]]]]], rng)
        return made.split(2, foreign, made.none(4)(rng))

    body = made.certificate(system, 2, upper)  # the truth is 1
    assert "another part" in refusal(body)

    def upper_after(rng):
        foreign = made.laws("polynomial-laws", 4, [[[1, [[0, 1]]]]], rng)
        return made.split(2, made.none(4)(rng), foreign)

    assert "another part" in refusal(made.certificate(system, 2, upper_after))


@pytest.mark.parametrize(
    "system, node",
    [
        # the neurons before it have another way
        (systems.mlp(1, 2, 2, 1), 3),
        (systems.mlp(1, 2, 2, 1), 4),
        (systems.mlp(2, 1, 2, 2), 5),
        (systems.mlp(2, 2, 2), 0),
        (systems.mlp(2, 2, 2), 4),
        (systems.mlp(2, 2, 2), 99),
        (systems.mlp(1, 1, 1, bias="hidden"), 1),  # the constant neuron
    ],
)
def test_a_split_that_is_none(system, node):
    """A split claims u = u_before + u_after - 1, so with no laws in the parts one law too many."""
    size = systems.Net(system).size
    nothing = made.none(size)(random.Random(1))
    assert "upper.node" in upper_refusal(system, made.split(node, nothing, nothing))


def test_single_generator_of_a_part():
    system = systems.mlp(2, 1, 2)
    for upper in (made.split(2, made.SINGLE, made.SINGLE), made.SINGLE):
        assert "not exactly one generator" in refusal(made.certificate(system, 3, upper))
    for system in (
        systems.mlp(1, 2, 1, activations="relu"),  # two components, by the sets of gates
        systems.mlp(1, 2, 1, bias="hidden"),  # by two sources
        truths.MOTION,
    ):
        assert "not exactly one generator" in upper_refusal(system, made.SINGLE)


def test_kinds_for_the_other_type():
    body = truths.true("motion")
    for upper in (made.split(1, made.SINGLE, made.SINGLE), truths.true(truths.SQUARE)["upper"]):
        body["upper"] = upper
        assert "graph" in refusal(body)
    body = truths.true(truths.SQUARE)
    body["upper"] = truths.true("motion")["upper"]
    assert "basis" in refusal(body)
    body = truths.true("motion")
    body["lower"]["generators"] = []
    assert "unknown key 'generators'" in refusal(body)


@pytest.mark.parametrize(
    "path, value, reason",
    [
        (["generators", 0, 0], [3, 1], "not this combination"),
        (["generators", 0, 0], [2, 0], "denominator"),
        (["generators", 0, 0], [-2, -1], "denominator"),
        (["generators", 0, 0], [True, True], "denominator"),
        (["generators", 0, 0], [2], "expected 2 entries"),
        (["products", 1, 1, 0], [3, 1], "not this combination"),
        (["products", 1, 1], [[0, 1]] * 3, "not this combination"),
        (["products", 1], [[[0, 1]] * 3] * 2, "expected 3 entries"),
        (["products"], [], "expected 2 entries"),
        (["basis", 1, 1, 0, 0], 4, "not this combination"),
        (["basis", 0], [[], [], []], "expected 4 entries"),
        (["basis"], [], "expected 0 entries"),
    ],
)
def test_an_algebra_that_does_not_close(path, value, reason):
    body = truths.true("motion")
    put(body["upper"], path, value)
    assert reason in refusal(body)


def test_an_algebra_that_is_too_small():
    """Without d/dx1 the rest spans W but does not close; claiming the dimension 2 would add a
    law.
    """
    body = made.certificate(truths.MOTION, 2, truths.B_MOTION)
    upper = made.copy(truths.B_MOTION)
    del upper["basis"][1]
    for row in upper["generators"]:
        del row[1]
    upper["products"] = [[[[0, 1]] * 2] * 2] * 2
    body["upper"] = upper
    assert "not this combination" in refusal(body)
