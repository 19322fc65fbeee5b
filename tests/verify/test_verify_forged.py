"""Forged certificates are refused, whether the hash is wrong or has been made right again."""

import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import oracle  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes  # noqa: E402
from pyconslaw.verify.kinds import upper_bound  # noqa: E402
from pyconslaw.verify.reading import Budget  # noqa: E402
from pyconslaw.verify.systems import read_system  # noqa: E402

TRAP, SQUARE, RELU, MIXED = ("linear 1-2-2-1-2", "linear 2-2-2", "relu 2-3-1 --bias",
                             "mlp 2-2-2-1 --activations linear,leaky_relu")


def refusal(body):
    with pytest.raises(Refused) as caught:
        verify_bytes(made.data(made.rehash(body)))
    return str(caught.value)


def upper_refusal(system, upper):
    """The reason why the upper bound alone is refused."""
    size = len(system["variables"]) if system["type"] == "polynomials" else made.Net(system).size
    with pytest.raises(Refused) as caught:
        upper_bound(read_system(system, size), upper, "upper", Budget())
    return str(caught.value)


def put(body, path, value):
    *steps, last = path
    for step in steps:
        body = body[step]
    body[last] = value(body[last]) if callable(value) else value


# ------------------------------------------------------------------ false claims, with a right hash

@pytest.mark.parametrize("name", made.TRUE)
@pytest.mark.parametrize("more", [-1, 1])
def test_another_number_of_laws(name, more):
    body = made.true(name)
    body["claim"]["laws"] += more
    refusal(body)
    if body["claim"]["laws"] < 0:
        return
    lower, rank = body["lower"], body["claim"]["parameters"] - body["claim"]["laws"]
    while len(lower["words"]) < rank:
        lower["words"].append(lower["words"][0])
        lower["pivots"].append(next(k for k in range(rank) if k not in lower["pivots"]))
    del lower["words"][rank:], lower["pivots"][rank:]
    refusal(body)


@pytest.mark.parametrize("name, object_", [
    (SQUARE, "path-lifting"), (RELU, "matrix product"), (MIXED, "path-lifting"),
    ("product 4", "path-lifting"), ("motion", "matrix product")])
def test_another_object(name, object_):
    body = made.true(name)
    body["claim"]["object"] = object_
    assert "claim.object" in refusal(body)


@pytest.mark.parametrize("system", [
    made.mlp(2, 2, 2, activations="relu"), made.mlp(1, 8), made.mlp(8, 1), made.mlp(4, 1, 4), made.product(8),
    made.mlp(1, 1, 7), made.mlp(2, 2, 2, bias="all")])
def test_another_system(system):
    body = made.true(SQUARE)
    body["system"] = system
    body["claim"]["object"] = made.objects(system)
    refusal(body)


def test_words_that_depend_on_each_other():
    body = made.true(SQUARE)
    body["lower"]["words"][4] = body["lower"]["words"][3]
    assert "row 4 has no pivot" in refusal(body)
    body["lower"]["words"][4] = [0, 0]  # [X, X] = 0
    assert "row 4 has no pivot" in refusal(body)
    body["lower"]["words"][4] = []
    assert "empty" in refusal(body)


@pytest.mark.parametrize("path, value, reason", [
    (["lower", "prime"], 2, "lower.prime"),
    (["lower", "prime"], 1, "lower.prime"),
    (["lower", "prime"], -7, "lower.prime"),
    (["lower", "prime"], 561, "not prime"),
    (["lower", "prime"], 3215031751, "not prime"),            # strong pseudoprime to 2, 3, 5, 7
    (["lower", "prime"], 3825123056546413051, "not prime"),   # strong pseudoprime to the bases 2..23
    (["lower", "prime"], (2**31 - 1)**2, "not prime"),
    (["lower", "prime"], 2**62 + 135, "lower.prime"),
    (["lower", "prime"], True, "lower.prime"),
    (["upper", "prime"], 9, "not prime"),
    (["lower", "pivots", 0], 8, "lower.pivots"),
    (["lower", "pivots", 0], -1, "lower.pivots"),
    (["lower", "pivots", 0], False, "lower.pivots"),
    (["lower", "pivots", 1], lambda _: 0, "pivot"),
    (["lower", "point", 0], 2**62, "lower.point"),
    (["lower", "point", 0], True, "lower.point"),
    (["lower", "point"], lambda p: p[:-1], "lower.point"),
    (["lower", "words", 0, 0], 6, "lower.words"),
    (["lower", "words", 0, 0], -1, "lower.words"),
    (["lower", "words", 0], "00", "lower.words"),
    (["lower", "generators", 0, "out"], [1], "out"),
    (["lower", "generators", 0, "gate"], [1], "gate"),
    (["lower", "generators", 0], [], "generators"),
    (["lower", "kind"], "random-words", "lower.kind"),
    (["lower", "kind"], ["bracket-words"], "lower.kind"),
    (["lower"], None, "lower.kind"),
    (["upper", "kind"], "trust-me", "upper.kind"),
    (["upper", "kind"], "bracket-words", "upper.kind"),
    (["upper", "kind"], "single-generator", "upper: unknown key"),
    (["upper"], made.SINGLE, "not exactly one generator"),
    (["upper", "laws"], lambda x: x + x[:1], "upper.pivots"),
    (["upper", "laws"], {}, "upper.laws"),
    (["upper", "laws", 0, "neurons"], [2, 2, 2], "neurons"),
    (["upper", "laws", 0, "neurons"], [2, 3], "not the polynomial"),
    (["upper", "laws", 1, "neurons"], [3, 2], "hidden neurons"),
    (["upper", "laws", 0, "neurons"], [0, 0], "hidden neurons"),
    (["upper", "laws", 0, "neurons"], [4, 5], "hidden neurons"),
    (["upper", "laws", 0, "neurons"], [77, 77], "neighbours"),
    (["upper", "laws", 0, "polynomial", 0, 0], 2, "not the polynomial"),
    (["upper", "laws", 0, "polynomial", 0, 0], True, "coefficient"),
    (["upper", "laws", 0, "polynomial", 0, 0], 0, "coefficient"),
    (["upper", "laws", 0, "polynomial", 0, 1, 0, 1], 0, "exponents"),
    (["upper", "laws", 0, "polynomial", 0, 1, 0, 0], 8, "variables"),
    (["upper", "laws", 0, "polynomial"], lambda p: p[::-1], "order"),
    (["upper", "laws", 0, "polynomial"], lambda p: p[:1] + p, "order"),
    (["upper", "laws", 0, "polynomial"], lambda p: p + [[1, [[7, 2]]]], "order|polynomial"),
    (["upper", "point"], [0] * 8, "upper.laws: row 0 has no pivot"),
    (["claim", "parameters"], 9, "claim.parameters"),
    (["claim", "parameters"], True, "claim.parameters"),
    (["claim", "parameters"], 10**30, "claim.parameters"),
    (["claim", "laws"], 9, "claim.laws"),
    (["claim", "laws"], -1, "claim.laws"),
    (["claim", "laws"], None, "claim.laws"),
    (["system", "type"], "graph", "system.type"),
    (["system", "type"], None, "system.type"),
    (["system", "dims"], [8], "system.dims"),
    (["system", "dims"], [2, 0, 2], "system.dims"),
    (["system", "dims"], [2, True, 2], "system.dims"),
    (["system", "dims"], [10**9, 10**9, 10**9], "claim.parameters"),
    (["system", "activations"], [], "system.activations"),
    (["system", "activations"], ["tanh"], "system.activations"),
    (["system", "bias"], False, "system.bias"),
    (["system", "bias"], "hidden", "claim.parameters"),
    (["version"], 2, "version"),
    (["version"], True, "version"),
    (["format"], "conslaw-certificate", "format"),
    (["comment"], "true", "unknown key 'comment'"),
    (["claim", "exact"], 1, "unknown key 'exact'"),
    (["lower", "seed"], 1, "unknown key 'seed'"),
    (["system", "skip"], [], "unknown key 'skip'"),
])
def test_one_value_changed(path, value, reason):
    body = made.true(SQUARE)
    put(body, path, value)
    assert re.search(reason, refusal(body))



@pytest.mark.parametrize("name", [SQUARE, TRAP, "motion", "explicit by laws", "product 4"])
def test_every_key_is_needed(name):
    def objects(value, path=()):
        if isinstance(value, dict):
            yield path, value
        if isinstance(value, (dict, list)):
            for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
                yield from objects(entry, path + (key,))

    for path, found in list(objects(made.true(name))):
        for key in found:
            body = made.true(name)
            target = body
            for step in path:
                target = target[step]
            del target[key]
            if (path, key) != ((), "hash"):
                assert f"missing key '{key}'" in refusal(body) or key in ("kind", "type"), (path, key)


def test_gated_neurons_are_not_balanced_against_each_other():
    """For ReLU theta_{u->i} theta_{u->j} - ... is no law: 2-3-1 would have 6 laws instead of 3."""
    net = made.Net(made.TRUE[RELU][0])
    entries = [net.balance(i, j) for i in (3, 4, 5) for j in range(i, 6)]
    body = made.certificate(made.TRUE[RELU][0], 6, lambda rng: made.laws("balance-laws", 12, entries, rng))
    assert "two different neurons with gates" in refusal(body)
    polynomials = [entry["polynomial"] for entry in entries]
    body = made.certificate(made.TRUE[RELU][0], 6,
                            lambda rng: made.laws("polynomial-laws", 12, polynomials, rng))
    assert "not a law" in refusal(body)


def test_neurons_of_two_layers_are_not_balanced():
    system = made.mlp(2, 2, 2, 2)
    entries = [{"neurons": [2, 4], "polynomial": [[1, [[0, 1], [4, 1]]]]}]
    assert "neighbours" in upper_refusal(system, made.laws("balance-laws", 12, entries, random.Random(1)))


def test_outputs_and_inputs_have_no_balance():
    entry = {"neurons": [1, 1], "polynomial": [[1, [[0, 2]]]]}
    upper = made.laws("balance-laws", 2, [entry], random.Random(1))
    assert "hidden neurons" in upper_refusal(made.mlp(1, 2), upper)


def test_false_polynomial_law():
    system = made.product(4)
    for law in (made.quadratic((0, 1), sign=1)[0], [[1, [[0, 1]]]], [[1, [[0, 2], [1, 1]]], [-1, [[2, 1]]]]):
        body = made.certificate(system, 3, lambda rng: made.laws("polynomial-laws", 4, [law] + made.quadratic(
            (0, 1), (0, 2)), rng))
        assert "not a law" in refusal(body)


def test_constant_and_dependent_laws():
    squares = made.quadratic((0, 1), (1, 2), (0, 2))
    body = made.true("product 4 by laws")
    body["upper"]["laws"] = squares  # the third is the sum of the others
    assert "row 2 has no pivot" in refusal(body)
    body["upper"]["laws"] = squares[:2] + [[[5, []]]]
    assert "row 2 has no pivot" in refusal(body)
    body["upper"]["laws"] = squares[:2] + [[]]
    assert "row 2 has no pivot" in refusal(body)


def test_a_law_of_another_part():
    """<grad h, grad phi> = 0 for any h in the parameters of the other half: that is no law of this half."""
    system = made.mlp(2, 1, 2)

    def upper(rng):
        foreign = made.laws("polynomial-laws", 4, [[[1, [[2, 1]]]]], rng)
        return made.split(2, foreign, made.none(4)(rng))

    body = made.certificate(system, 2, upper)  # the truth is 1
    assert "another part" in refusal(body)

    def upper_after(rng):
        foreign = made.laws("polynomial-laws", 4, [[[1, [[0, 1]]]]], rng)
        return made.split(2, made.none(4)(rng), foreign)

    assert "another part" in refusal(made.certificate(system, 2, upper_after))


@pytest.mark.parametrize("system, node", [
    (made.mlp(1, 2, 2, 1), 3),                             # the neurons before it have another way
    (made.mlp(1, 2, 2, 1), 4), (made.mlp(2, 1, 2, 2), 5),
    (made.mlp(2, 2, 2), 0), (made.mlp(2, 2, 2), 4), (made.mlp(2, 2, 2), 99),
    (made.mlp(1, 1, 1, bias="hidden"), 1),                 # the constant neuron
])
def test_a_split_that_is_none(system, node):
    """A split claims u = u_before + u_after - 1, so with no laws in the parts one law too many."""
    size = made.Net(system).size
    nothing = made.none(size)(random.Random(1))
    assert "upper.node" in upper_refusal(system, made.split(node, nothing, nothing))


def test_single_generator_of_a_part():
    system = made.mlp(2, 1, 2)
    for upper in (made.split(2, made.SINGLE, made.SINGLE), made.SINGLE):
        assert "not exactly one generator" in refusal(made.certificate(system, 3, upper))
    for system in (made.mlp(1, 2, 1, activations="relu"),  # two components, by the sets of gates
                   made.mlp(1, 2, 1, bias="hidden"),       # by two sources
                   made.MOTION):
        assert "not exactly one generator" in upper_refusal(system, made.SINGLE)


def test_kinds_for_the_other_type():
    body = made.true("motion")
    for upper in (made.split(1, made.SINGLE, made.SINGLE), made.true(SQUARE)["upper"]):
        body["upper"] = upper
        assert "graph" in refusal(body)
    body = made.true(SQUARE)
    body["upper"] = made.true("motion")["upper"]
    assert "basis" in refusal(body)
    body = made.true("motion")
    body["lower"]["generators"] = []
    assert "unknown key 'generators'" in refusal(body)


@pytest.mark.parametrize("path, value, reason", [
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
])
def test_an_algebra_that_does_not_close(path, value, reason):
    body = made.true("motion")
    put(body["upper"], path, value)
    assert reason in refusal(body)


def test_an_algebra_that_is_too_small():
    """Without d/dx1 the rest spans W but does not close; claiming the dimension 2 would add a law."""
    body = made.certificate(made.MOTION, 2, made.B_MOTION)
    upper = made.copy(made.B_MOTION)
    del upper["basis"][1]
    for row in upper["generators"]:
        del row[1]
    upper["products"] = [[[[0, 1]] * 2] * 2] * 2
    body["upper"] = upper
    assert "not this combination" in refusal(body)


@pytest.mark.parametrize("change, reason", [
    ({"variables": ["x", "x", "y", "z"]}, "twice"),
    ({"variables": ["x", "", "y", "z"]}, "name"),
    ({"variables": ["x", "1", "y", "z"]}, "name"),
    ({"variables": ["x", "a\n", "y", "z"]}, "name"),
    ({"variables": ["x", "\u00e9", "y", "z"]}, "name"),
    ({"variables": ["x", 5, "y", "z"]}, "name"),
    ({"variables": ["x"]}, "claim.parameters"),
    ({"phi": []}, "components"),
    ({"phi": [[]]}, "constant"),
    ({"phi": [[[3, []]]]}, "constant"),
    ({"phi": [[[3, [[4, 1]]]]]}, "variables"),
])
def test_explicit_systems(change, reason):
    body = made.true("motion")
    body["system"] |= change
    assert reason in refusal(body)


# -------------------------------------------------------------------- the bytes, with a wrong hash

@pytest.mark.parametrize("name", [SQUARE, "motion", TRAP])
def test_changed_without_a_new_hash(name):
    body = made.true(name)
    body["claim"]["laws"] += 1
    with pytest.raises(Refused, match="hash"):
        verify_bytes(made.data(body))
    for digest in ("0" * 64, body["hash"].upper(), None, 7):
        with pytest.raises(Refused, match="hash"):
            verify_bytes(made.data(made.true(name) | {"hash": digest}))


@pytest.mark.parametrize("change", [
    lambda t: t[:-1], lambda t: t + b"\n", lambda t: t[:-1] + b"\r\n", lambda t: b" " + t,
    lambda t: b"\xef\xbb\xbf" + t, lambda t: t.replace(b":", b": ", 1), lambda t: t.replace(b",", b", ", 1),
    *(lambda t, v=v: t.replace(b'"version":1', b'"version":' + v) for v in (
        b'1,"version":1', b"1.0", b"1e0", b"NaN", b"Infinity", b"-Infinity", b"-0", b"01", b"+1", b"true")),
    lambda t: t.replace(b"linear", b"line\\u0061r"),
    lambda t: t.replace(b"linear", b"line\xffr"), lambda t: t.replace(b"linear", "lin\u00e9ar".encode()),
    lambda t: t.decode().encode("utf-16"), lambda t: b"", lambda t: b"null\n", lambda t: b"[]\n",
    lambda t: b"{}\n", lambda t: t + t, lambda t: t[: len(t) // 2],
])
def test_not_canonical(change):
    data = made.data(made.true(SQUARE))
    assert verify_bytes(data) and change(data) != data
    with pytest.raises(Refused):
        verify_bytes(change(data))


# ------------------------------------------------------------------------------- random forgeries

scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 12), st.integers(-10**30, 10**30),
                    st.sampled_from(["", "linear", "relu", "hidden", "single-generator", "\x1b[2J"]),
                    st.lists(st.integers(0, 3), max_size=3), st.builds(dict))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(made.TRUE)), st.data())
def test_whatever_is_changed_nothing_false_is_accepted(name, draw):
    """With a right hash, after one to three random changes: refused, or the claim is still the true one."""
    system, laws, _ = made.TRUE[name]
    body = made.true(name)
    for _ in range(draw.draw(st.integers(1, 3))):
        target = body
        key = draw.draw(st.sampled_from(["claim", "lower", "upper", "lower", "upper", "system"]))
        while isinstance(target[key], (dict, list)) and target[key] and draw.draw(st.integers(0, 9)):
            target = target[key]
            keys = sorted(target) if isinstance(target, dict) else range(len(target))
            key = draw.draw(st.sampled_from(keys))
        action = draw.draw(st.sampled_from(["replace", "nudge", "delete", "repeat", "swap"]))
        if action == "nudge" and type(target[key]) is int:
            target[key] += draw.draw(st.sampled_from([-1, 1]))
        elif action == "delete" and (isinstance(target, list) or target is not body):
            del target[key]
        elif action == "repeat" and isinstance(target, list):
            target.insert(key, made.copy(target[key]))
        elif action == "swap" and isinstance(target, list):
            target[key], target[-1] = target[-1], target[key]
        else:
            target[key] = draw.draw(scalars)
    try:
        found = verify_bytes(made.data(made.rehash(body)))
    except Refused as reason:
        assert "the checker failed" not in str(reason)
    else:
        if body["system"]["type"] == "dag":
            laws = oracle.laws(body["system"])
        assert found.laws == laws or (body["system"] != system and body["system"]["type"] != "dag")
