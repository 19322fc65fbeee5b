"""False claims and changed values, with a right hash, are refused."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402
from refusals import put, refusal  # noqa: E402


@pytest.mark.parametrize("name", truths.TRUE)
@pytest.mark.parametrize("more", [-1, 1])
def test_another_number_of_laws(name, more):
    body = truths.true(name)
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


@pytest.mark.parametrize(
    "name, object_",
    [
        (truths.SQUARE, "path-lifting"),
        (truths.RELU, "matrix product"),
        (truths.MIXED, "path-lifting"),
        ("product 4", "path-lifting"),
        ("motion", "matrix product"),
    ],
)
def test_another_object(name, object_):
    body = truths.true(name)
    body["claim"]["object"] = object_
    assert "claim.object" in refusal(body)


@pytest.mark.parametrize(
    "system",
    [
        systems.mlp(2, 2, 2, activations="relu"),
        systems.mlp(1, 8),
        systems.mlp(8, 1),
        systems.mlp(4, 1, 4),
        systems.product(8),
        systems.mlp(1, 1, 7),
        systems.mlp(2, 2, 2, bias="all"),
    ],
)
def test_another_system(system):
    body = truths.true(truths.SQUARE)
    body["system"] = system
    body["claim"]["object"] = systems.objects(system)
    refusal(body)


def test_words_that_depend_on_each_other():
    body = truths.true(truths.SQUARE)
    body["lower"]["words"][4] = body["lower"]["words"][3]
    assert "row 4 has no pivot" in refusal(body)
    body["lower"]["words"][4] = [0, 0]  # [X, X] = 0
    assert "row 4 has no pivot" in refusal(body)
    body["lower"]["words"][4] = []
    assert "empty" in refusal(body)


@pytest.mark.parametrize(
    "path, value, reason",
    [
        (["lower", "prime"], 2, "lower.prime"),
        (["lower", "prime"], 1, "lower.prime"),
        (["lower", "prime"], -7, "lower.prime"),
        (["lower", "prime"], 561, "not prime"),
        (["lower", "prime"], 3215031751, "not prime"),  # strong pseudoprime to 2, 3, 5, 7
        # strong pseudoprime to the bases 2..23
        (["lower", "prime"], 3825123056546413051, "not prime"),
        (["lower", "prime"], (2**31 - 1) ** 2, "not prime"),
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
    ],
)
def test_one_value_changed(path, value, reason):
    body = truths.true(truths.SQUARE)
    put(body, path, value)
    assert re.search(reason, refusal(body))


@pytest.mark.parametrize(
    "name", [truths.SQUARE, truths.TRAP, "motion", "explicit by laws", "product 4"]
)
def test_every_key_is_needed(name):
    def objects(value, path=()):
        if isinstance(value, dict):
            yield path, value
        if isinstance(value, (dict, list)):
            for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
                yield from objects(entry, path + (key,))

    for path, found in list(objects(truths.true(name))):
        for key in found:
            body = truths.true(name)
            target = body
            for step in path:
                target = target[step]
            del target[key]
            if (path, key) != ((), "hash"):
                assert f"missing key '{key}'" in refusal(body) or key in ("kind", "type"), (
                    path,
                    key,
                )


@pytest.mark.parametrize(
    "change, reason",
    [
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
    ],
)
def test_explicit_systems(change, reason):
    body = truths.true("motion")
    body["system"] |= change
    assert reason in refusal(body)
