"""Brackets at points of copies, altered with a right hash: refused unless still true."""

import pytest

from .forge import judge, real, reason_of, refused, sealed
from .test_many import a_few, shortened

TWO, RELU, WAIST = "symmetric, linear", "symmetric, relu", "symmetric, waist"


def run(body):
    return body["lower"]["runs"][0]


def three_of_two(body):
    """A sub-network with a copy more than the network has."""
    run(body)["copies"] = [0, 0, 0]
    wider(body, 3)


def two_of_one(body):
    """A type once in the network, and twice in the sub-network."""
    run(body)["copies"] = [0, 1, 1]
    for generator in run(body)["generators"]:
        generator["source"].append(1)
        generator["gate"].append(1)
        generator["out"].append(1)


def wider(body, copies):
    for generator in run(body)["generators"]:
        generator["source"] = (generator["source"] * 2)[:copies]
        generator["out"] = (generator["out"] * 2)[:copies]


def without_a_layer(body):
    """The copies that go round the waist, which do not hang together."""
    run(body)["copies"] = [1, 1]
    wider(body, 2)


FORGED = [
    (TWO, three_of_two, "a type occurs more than twice, or more often than it has copies"),
    (RELU, two_of_one, "a type occurs more than twice, or more often than it has copies"),
    (WAIST, without_a_layer, "a layer is empty"),
    (TWO, lambda body: run(body).update(words=[]), "show 0 independent brackets, not 5"),
    (TWO, lambda body: run(body)["words"].pop(), "independent brackets, not 5"),
    (TWO, lambda body: run(body)["words"].append([]), "words[2]: the word is empty"),
    (TWO, lambda body: run(body)["words"].append([3]), "words[2][0]: expected an integer"),
    (TWO, lambda body: body["lower"]["types"][0].update(copies=1), "layer 0 do not add up to 2"),
    (TWO, lambda body: body["lower"]["types"][0].update(copies=3), "layer 0 do not add up to 2"),
    (TWO, lambda body: body["lower"].update(prime=9), "9 is not prime"),
    (TWO, lambda body: body["lower"]["types"][0].update(matrices=[[[0]], [[0]]]), "brackets, not"),
]


@pytest.mark.parametrize(("name", "change", "reason"), FORGED)
def test_named_forgeries(name, change, reason):
    body = real(name)
    assert reason_of(sealed(body)) is None
    change(body)
    assert reason in refused(body)


def test_what_all_words_take_is_said_before_the_first_is_computed():
    body = real(TWO)
    run(body)["words"].append([0, 1] * 10)
    assert "with --units" in refused(body)


def test_one_law_less_than_there_are():
    """The claim alone, and with a bound from above that would meet it."""
    for name in (TWO, RELU, WAIST):
        body = real(name)
        body["claim"]["laws"] -= 1
        assert "independent brackets, not" in refused(body)


def test_a_graph_has_no_copies():
    body = real("dag, split")
    body["lower"] = real(TWO)["lower"]
    assert "only a layered network has such points" in refused(body)


def test_lists_without_their_last_entry():
    listed = list(shortened("symmetric-point"))
    judged = [judge(body) for body in listed]
    assert listed and not all(judged)


def test_random_forgeries(fresh_seed):
    a_few("symmetric-point", fresh_seed)
