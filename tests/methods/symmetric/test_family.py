"""Families of networks: formulas against single counts, certificates, and forgeries."""

import copy
import hashlib
import json
import random

import pytest

from pyconslaw import InputError, analyze, certify, family, linear, mlp, product
from pyconslaw.methods.symmetric.family import copies_of
from pyconslaw.verify import Declined, Refused, verify_bytes
from pyconslaw.verify.claims.family import hosts

MULTIPLES = [
    [1, 2, 2, 1],
    [1, 1, 1, 1],
    [2, 3, 2, 1],
    [1, 3, 1],
    [2, 1, 2],
    [1, 2, 2, 1, 2],
    [1, 1, 2, 2],
]


@pytest.mark.parametrize("dims", MULTIPLES, ids=str)
def test_multiples_against_single_counts(dims):
    found = family(linear(dims))
    for m in (2, 3, 4):
        assert found.laws([m]) == analyze(linear([m * n for n in dims])).laws
    assert (
        verify_bytes(found.certificate().bytes, f"family linear {'-'.join(map(str, dims))}").laws
        is None
    )


@pytest.mark.parametrize(
    ("activations", "bias"),
    [(["relu", "linear"], False), (["linear", "relu"], True), (["linear"] * 2, "all")],
)
def test_mixed_multiples(activations, bias):
    found = family(mlp([2, 2, 2, 1], activations, bias))
    for m in (2, 3):
        assert found.laws([m]) == analyze(mlp([2 * m, 2 * m, 2 * m, m], activations, bias)).laws
    assert verify_bytes(found.certificate().bytes).statement.startswith(
        "family of widths m (2, 2, 2, 1), m >= 2"
    )


def test_pyramids_against_single_counts(fresh_seed):
    rng = random.Random(fresh_seed)
    for activations, bias in ((["linear"] * 3, False), (["linear", "relu", "linear"], True)):
        found = family(mlp([1] * 5, activations, bias), pyramid=True)
        for _ in range(15):
            dims = sorted((rng.randint(1, 6) for _ in range(5)), reverse=True)
            assert (
                found.laws(copies_of(found, dims)) == analyze(mlp(dims, activations, bias)).laws
            ), (fresh_seed, dims)
        words = (
            f"family mlp 4 --activations {','.join(activations)}"
            + " --bias" * bool(bias)
            + " --pyramid"
        )
        assert "n_1 (n_1 + 1) / 2" in verify_bytes(found.certificate().bytes, words).statement
    assert copies_of(found, [3, 4, 2, 1, 1]) is None


def test_the_writer_and_the_checker_agree_on_the_hosts():
    for least, pyramid in (([2], False), ([1, 0, 0], True)):
        found = family(linear([1] * 3), pyramid=pyramid)
        assert [host["copies"] for host in found.proof["hosts"]] == hosts(least)


def test_refusals():
    with pytest.raises(InputError, match="layered"):
        family(product(3))
    with pytest.raises(InputError, match="copies"):
        family(linear([1, 1, 1])).laws([1])


def resealed(value) -> bytes:
    value = {key: part for key, part in value.items() if key != "hash"}
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    value["hash"] = hashlib.sha256(text.encode()).hexdigest()
    return (json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n").encode()


FORGERIES = {
    "fewer copies": lambda v: v["system"]["least"].__setitem__(0, 1),
    "other widths": lambda v: v["system"]["types"].__setitem__(0, [1, 2, 3, 1]),
    "gates": lambda v: v["system"]["gated"].__setitem__(0, True),
    "biases": lambda v: v["system"]["biased"].__setitem__(0, True),
    "a layer left out": lambda v: v["claim"]["unreached"][0].__setitem__(1, 1),
    "another object": lambda v: v["claim"].__setitem__("object", "mixed"),
    "no words": lambda v: v["lower"]["hosts"][0]["runs"][0].__setitem__("words", []),
    "a word less": lambda v: v["lower"]["hosts"][0]["runs"][0]["words"].pop(),
    "no hosts": lambda v: v["lower"].__setitem__("hosts", []),
    "other copies": lambda v: v["lower"]["hosts"][0].__setitem__("copies", [0]),
    "three copies": lambda v: v["lower"]["hosts"][0]["runs"][0].__setitem__("copies", [0, 0, 0]),
    "zero weights": lambda v: [
        v[side].__setitem__("matrices", [[[[0]] * 2, [[0, 0]] * 2, [[0, 0]]]])
        for side in ("lower", "upper")
    ],
    "another point above": lambda v: v["upper"]["matrices"][0][0][0].__setitem__(0, 12345),
    "no prime": lambda v: v["lower"]["hosts"][0].__setitem__("prime", 15),
    "a float": lambda v: v["lower"]["hosts"][0].__setitem__("prime", 7.5),
    "null": lambda v: v["lower"].__setitem__("hosts", None),
    "an unknown kind": lambda v: v["upper"].__setitem__("kind", "polynomial-laws"),
    "a deep type": lambda v: v["system"].__setitem__("types", [[[1]]]),
    "no types": lambda v: v["system"].__setitem__("types", []),
    "text": lambda v: v.__setitem__("system", {"type": "family"}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(name):
    value = copy.deepcopy(family(linear([1, 2, 2, 1])).certificate().json)
    assert verify_bytes(resealed(value))
    FORGERIES[name](value)
    with pytest.raises(Refused):
        verify_bytes(resealed(value))


def test_many_types_and_copies_are_declined():
    """Components are as many as pairs of types: the checker says so instead of forming them."""
    value = certify(linear([3, 3, 3]), report=analyze(linear([3, 3, 3]), method="symmetric")).json
    many = copy.deepcopy(value)
    many["upper"]["types"] = many["lower"]["types"] = [
        {"copies": 1, "widths": [0, 0, 0], "matrices": [[], []]}
    ] * 5000
    long = copy.deepcopy(value)
    long["lower"]["runs"][0]["copies"] = [0] * 100_000
    for forged in (many, long):
        with pytest.raises(Declined):
            verify_bytes(resealed(forged))


def test_another_family_is_refused():
    data = family(linear([1, 2, 2, 1])).certificate().bytes
    for words in (
        "family linear 1-2-1",
        "family linear 3 --pyramid",
        "linear 1-2-2-1",
        "family relu 1-2-2-1",
    ):
        with pytest.raises(Refused, match="not of"):
            verify_bytes(data, words)
