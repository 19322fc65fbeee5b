"""Forged certificates about functions on data: the gates are recomputed, so the question cannot be
bent to the proof. What is accepted is true by the oracle.
"""

import json
import random
from fractions import Fraction
from functools import cache
from time import process_time

import pytest
from amounts import amount
from reference import function as slow

import pyconslaw as pcl
from pyconslaw.verify import Refused, verify_bytes

from .forge import Q, fingerprint, fitted, fresh, judge, reason_of, refused, sealed, truth
from .oracle import TooLarge
from .prover import laws_proof
from .test_limits import answer
from .test_random import CHANGES

HALF = Fraction(1, 2)
SKIP = {"x": "input", "c": "constant", "h": "relu", "g": "leaky_relu", "o": "linear", "y": "linear"}
SKIPS = [
    {"from": "x", "to": "h", "parameter": "s"},
    {"from": "c", "to": "h"},
    {"from": "x", "to": "g", "parameter": "s"},
    {"from": "h", "to": "o"},
    {"from": "g", "to": "o", "frozen": -2},
    {"from": "o", "to": "y"},
    {"from": "x", "to": "y"},
]
# network, weights, inputs, options
ASKED = {
    "a dead neuron": (pcl.mlp([2, 2, 1]), [1, 1, -1, -1, 1, 1], [[1, 0], [0, 1], [2, 1]], {}),
    "one generator": (pcl.mlp([1, 3, 1], "leaky_relu"), [1, -1, 2, 1, 1, 1], [[1], [3]], {}),
    "slopes": (
        pcl.mlp([2, 2, 2], "leaky_relu"),
        [1, -2, HALF, 3, 1, -1, 2, 5],
        [[1, 2], [3, 1], [-1, 2]],
        {"slope": Fraction(-1, 3)},
    ),
    "absolute values": (pcl.mlp([2, 2, 1], "abs"), [1, 2, -1, 3, 1, 2], [[1, 0], [0, -1]], {}),
    "softmax": (pcl.linear([2, 3]), [1, 2, 3, 4, 5, 6], [[1, 2], [1, HALF]], {"loss": "softmax"}),
    "softmax, hidden": (
        pcl.mlp([2, 2, 3]),
        [1, 2, -1, 1, 1, 2, 3, 4, 5, 7],
        [[1, 2], [2, 1], [1, -3]],
        {"loss": "softmax"},
    ),
    "biases": (
        pcl.mlp([1, 2, 1], bias="all"),
        [1, -1, 2, 3, 1, 1, 5],
        [[1], [-1], [HALF], [4]],
        {},
    ),
    "a graph": (pcl.dag(SKIP, SKIPS, ["o", "y"]), [1, 2, 3, 4, 5], [[1], [-3], [2]], {}),
    "a product": (pcl.product(4), [1, 2, 3, 4], [[2]], {}),
    "nothing moves": (pcl.mlp([1, 2, 1]), [-1, -2, 3, 4], [[1], [2]], {}),
    "tied": (pcl.tied_autoencoder([2, 3], "linear"), [1, 2, 3, 4, 5, 7], [[1, 0], [0, 1]], {}),
}
NAMES = list(ASKED)


@cache
def file_of(name):
    network, weights, inputs, options = ASKED[name]
    report = pcl.analyze_function(network, weights, inputs, **options)
    return pcl.certify(network, report=report).bytes


def real(name):
    return json.loads(file_of(name))


def edited(name, change):
    """The certificate after a change of its system."""
    body = real(name)
    change(body["system"])
    return body


@pytest.mark.parametrize("name", NAMES)
def test_the_real_ones_are_true(name):
    body = real(name)
    found = verify_bytes(file_of(name))
    assert judge(body) and found.statement.startswith("the function on ")
    assert "next to the given weights" in found.statement
    assert fingerprint(body["system"]) in found.statement
    assert "is a certificate of the function" in reason_of(file_of(name), "relu 2-2-1")
    assert reason_of(file_of(name), f"sha256 {fingerprint(body['system'])}") is None


def test_the_kinds_of_proof_are_different():
    assert {real(name)["upper"]["kind"] for name in NAMES} >= {
        "polynomial-laws",
        "single-generator",
        "closing-algebra",
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", [1, -1])
def test_another_number_of_laws(name, step):
    body = real(name)
    body["claim"]["laws"] += step
    refused(body)


@pytest.mark.parametrize("name", NAMES)
def test_other_weights_have_other_gates(name, fresh_seed):
    """The proof of one question with the weights, examples, loss or slope of another."""
    draw = random.Random(f"{fresh_seed} {name}")
    for _ in range(40):
        body = real(name)
        system = body["system"]
        key = draw.choice(["weights", "inputs", "inputs", "loss", "slope"])
        if key == "weights":
            draw.choice(system["weights"])[:] = [draw.randint(-3, 3), 1]
        elif key == "inputs" and system["inputs"][0]:
            draw.choice(draw.choice(system["inputs"]))[:] = [draw.randint(-3, 3), 1]
        elif key == "loss":
            system["loss"] = {"full": "softmax", "softmax": "full"}[system["loss"]]
        elif system["slope"] is not None:
            system["slope"] = [draw.randint(-2, 2), 1]
        try:
            slow.outputs(system)
        except slow.Kink:
            assert "kink" in refused(body)
        else:
            judge(body)
            judge(fitted(body))


def test_a_neuron_that_is_not_dead():
    """Its weights are no laws, though the proof lists them."""
    body = edited("a dead neuron", lambda system: system["weights"].__setitem__(2, [1, 1]))
    assert "not a law" in refused(body)


def test_a_neuron_that_is_not_always_on():
    """A law of linear neurons needs both to be on."""
    network, inputs = pcl.mlp([2, 2, 1]), [[1, 2], [2, 1], [1, 1]]
    report = pcl.analyze_function(network, [1, 1, 2, 1, 3, 4], inputs)
    body = json.loads(pcl.certify(network, report=report).bytes)
    assert body["claim"]["laws"] == 3 and judge(fresh(body))
    body["system"]["inputs"].append([[-1, 1], [3, 2]])  # where only the first is on
    body["claim"] = {"object": "function on 4 examples", "parameters": 6, "laws": 6}
    body["lower"].update(words=[], pivots=[])  # the upper bound alone
    assert "not a law" in refused(body)


def test_absolute_values_are_no_other_neurons():
    """The same proof with other neurons, whose gates below 0 are 0, or 1."""
    for kind in ("relu", "linear"):
        body = edited(
            "absolute values",
            lambda system, kind=kind: system["network"].update(activations=[kind]),
        )
        judge(body)
        refused(body)


def test_outputs_are_not_seen_one_by_one_under_softmax():
    """The proof for softmax claims column sums; with all outputs seen they are no laws."""
    body = edited("softmax", lambda system: system.update(loss="full"))
    assert "not a law" in refused(body)


@pytest.mark.parametrize("example", [[[0, 1], [0, 1]], [[1, 1], [-1, 1]]])
def test_kinks(example):
    """Zero data are none, where there is no bias; opposite data of equal weights are."""
    body = edited("a dead neuron", lambda system: system["inputs"].append(example))
    body["claim"]["object"] = "function on 4 examples"
    if example[0][0]:
        assert "system.inputs[3]: node 2 is exactly at its kink" in refused(body)
    else:
        assert judge(body)


def test_a_kink_without_a_bend():
    """Slope 1 makes leaky ReLU linear."""
    network, inputs = pcl.mlp([1, 1, 1], "leaky_relu", True), [[1], [-1]]
    report = pcl.analyze_function(network, [1, 1, 1], inputs, slope=1)
    body = json.loads(pcl.certify(network, report=report).bytes)
    assert judge(fresh(body))
    body["system"]["slope"] = [1, 2]
    assert "kink" in refused(body)


MALFORMED = {
    "not lowest terms": (lambda s: s["weights"].__setitem__(0, [2, 2]), "lowest terms"),
    "zero in another form": (lambda s: s["inputs"][0].__setitem__(1, [0, 2]), "lowest terms"),
    "denominator 0": (lambda s: s["weights"].__setitem__(0, [1, 0]), "positive denominator"),
    "negative denominator": (lambda s: s["weights"].__setitem__(0, [-1, -1]), "positive denom"),
    "a boolean": (lambda s: s["weights"].__setitem__(0, [True, 1]), "positive denominator"),
    "an integer": (lambda s: s["weights"].__setitem__(0, 1), "expected a list"),
    "a text": (lambda s: s["weights"].__setitem__(0, ["1", 1]), "positive denominator"),
    "three numbers": (lambda s: s["weights"].__setitem__(0, [1, 1, 1]), "expected 2 entries"),
    "too few weights": (lambda s: s["weights"].pop(), "system.weights: expected 6 entries"),
    "too many weights": (lambda s: s["weights"].append([1, 1]), "system.weights: expected 6"),
    "a narrow example": (lambda s: s["inputs"][1].pop(), r"system.inputs[1]: expected 2"),
    "a wide example": (lambda s: s["inputs"][0].append([1, 1]), r"system.inputs[0]: expected 2"),
    "no example": (lambda s: s.update(inputs=[]), "there must be an example"),
    "inputs are no list": (lambda s: s.update(inputs=None), "expected a list"),
    "an unknown loss": (lambda s: s.update(loss="cross_entropy"), "system.loss"),
    "a slope of nothing": (lambda s: s.update(slope=[1, 100]), "no neuron has one"),
    "another key": (lambda s: s.update(gates=[]), "unknown key"),
    "a missing key": (lambda s: s.pop("slope"), "missing key"),
    "a network without type": (lambda s: s.update(network={}), "system.network.type"),
    "no network": (lambda s: s.update(network="relu 2-2-1"), "system.network.type"),
    "a function of a function": (lambda s: s.update(network=fresh(s)), "system.network.type"),
    "a flow": (lambda s: s["network"].update(type="flow"), "system.network.type"),
    "a system": (lambda s: s["network"].update(type="polynomials"), "system.network.type"),
    "other widths": (lambda s: s["network"].update(dims=[2, 3, 1]), "9 parameters, not 6"),
    "huge widths": (lambda s: s["network"].update(dims=[2, 10**9, 1]), "parameters, not 6"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name):
    change, reason = MALFORMED[name]
    assert reason in refused(edited("a dead neuron", change))


def test_a_slope_that_is_missing():
    body = edited("slopes", lambda system: system.update(slope=None))
    assert "system.slope: expected a list" in refused(body)


def test_the_object_is_that_of_the_examples():
    body = real("a dead neuron")
    for wrong in (
        "path-lifting",
        "function on 1 example",
        "function on 2 examples",
        "system",
        "mixed",
    ):
        body["claim"]["object"] = wrong
        assert "claim.object" in refused(body)
    body["claim"] = real("a dead neuron")["claim"]
    body["system"] = body["system"]["network"]
    assert "claim.object" in refused(body)


def test_words_name_members_of_the_basis():
    body = real("a dead neuron")
    assert body["lower"]["words"] == [[0], [1]]
    body["lower"]["words"] = [[0], [2]]
    assert "lower.words[1][0]" in refused(body)
    body["lower"]["generators"] = []
    assert "unknown key" in refused(body)


def test_every_law_must_be_one(fresh_seed):
    """Polynomials drawn at random as laws: accepted are those that the oracle knows too."""
    for name in ("slopes", "biases", "a graph"):
        body = real(name)
        size, laws = truth(body["system"])
        draw = random.Random(f"{fresh_seed} {name}")
        for _ in range(30):
            pair = sorted(draw.sample(range(size), 2))
            law = [[draw.choice([1, -1, 2]), [[v, 2]]] for v in pair]
            kept = laws_proof([*body["upper"]["laws"], law], size, "polynomial-laws")
            if len(kept["laws"]) > laws:
                assert "not a law" in refused(body | {"upper": kept})


def forge_at_random(change, seed, count):
    draw, accepted = random.Random(seed), 0
    for _ in range(count):
        body = real(draw.choice(NAMES))
        try:
            change(draw, body)
        except (IndexError, KeyError, TypeError):  # an earlier change took the place away
            continue
        for forged in (body, fitted(body)):
            try:
                accepted += judge(forged)
            except (slow.Kink, TooLarge):
                assert reason_of(sealed(forged)) is not None
    return accepted


@pytest.mark.parametrize("change", CHANGES)
def test_changes(change, fresh_seed):
    forge_at_random(change, fresh_seed, 100)


@pytest.mark.long
@pytest.mark.parametrize("change", CHANGES)
def test_many_changes(change, fresh_seed):
    assert forge_at_random(change, fresh_seed, amount(10_000)) > 0


# ------------------------------------------------------------------------------ what costs much


def claim(network, weights, inputs, slope=None, loss="full"):
    """A certificate of no laws whose proof comes after all the work of reading."""
    system = {
        "type": "function",
        "network": network,
        "weights": weights,
        "inputs": inputs,
        "loss": loss,
        "slope": slope,
    }
    size, count = len(weights), len(inputs)
    return sealed(
        {
            "format": "pyconslaw-certificate",
            "version": 1,
            "system": system,
            "claim": {
                "object": f"function on {count} example" + "s" * (count != 1),
                "parameters": size,
                "laws": 0,
            },
            "lower": {
                "kind": "bracket-words",
                "prime": Q,
                "point": [1] * size,
                "words": [],
                "pivots": [],
            },
            "upper": {"kind": "single-generator"},
        }
    )


def mlp(*dims, kind="relu"):
    return {
        "type": "mlp",
        "dims": list(dims),
        "activations": [kind] * (len(dims) - 2),
        "bias": "none",
    }


def sources(count, edge):
    """A graph of constants of which one is joined to the output."""
    nodes = ["constant"] * count + ["linear"]
    return {"type": "dag", "nodes": nodes, "outputs": [count], "edges": [edge], "frozen": []}


def long_numbers(count, digits, seed=0):
    draw = random.Random(seed)
    found = []
    while len(found) < count:
        x = Fraction(draw.randrange(10 ** (digits - 1), 10**digits), draw.randrange(10**digits))
        found.append([x.numerator, x.denominator])
    return found


ONE = [1, 1]
UNITS, SECONDS = 10**7, 20  # where 10**8 are said to take ten to forty seconds
BOMBS = {
    "long weights": lambda: claim(mlp(1, 30, 30, 1), long_numbers(960, 900), [[ONE]]),
    "long weights, deep": lambda: claim(
        mlp(*[1] * 400, kind="linear"), long_numbers(399, 999), [[ONE]]
    ),
    "long examples": lambda: claim(
        mlp(40, 1), [ONE] * 40, [long_numbers(40, 900, k) for k in range(60)]
    ),
    "a long slope, deep": lambda: claim(
        mlp(*[1] * 3000, kind="leaky_relu"), [[-1, 1]] * 2999, [[ONE]], long_numbers(1, 999)[0]
    ),
    "many paths": lambda: claim(mlp(20, 20, 20, 20, 20, 20), [ONE] * 2000, [[ONE] * 20] * 3),
    "many examples": lambda: claim(
        mlp(8, 8, 8, 2),
        [[k % 19 + 1, 1] for k in range(144)],
        [[[(i * (j + 1)) % 101 - 50, 1] for j in range(8)] for i in range(20_000)],
    ),
    "many examples of nothing": lambda: claim(
        sources(100_000, [0, 100_000, 0]), [ONE], [[]] * 100_000
    ),
    "many outputs under softmax": lambda: claim(
        mlp(1, 20_000), [ONE] * 20_000, [[ONE]] * 5, loss="softmax"
    ),
    "a long chain": lambda: claim({"type": "product", "size": 90_000}, [ONE] * 90_000, [[ONE]]),
    "a wide basis": lambda: claim(
        mlp(300, 1),
        [ONE] * 300,
        [[[pow(3, i * j + 1, 10_007), 1] for j in range(300)] for i in range(290)],
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_costs_much_is_declined_soon(name):
    """In a time that goes with the units; or refused, when all is done."""
    data, start = BOMBS[name](), process_time()
    with pytest.raises(Refused) as caught:
        verify_bytes(data, units=UNITS)
    assert "the checker failed" not in str(caught.value)
    assert process_time() - start < SECONDS, caught.value


@pytest.mark.long
@pytest.mark.parametrize("name", BOMBS)
def test_the_usual_units_suffice_to_decline(name, tmp_path):
    """In a process with little memory."""
    said = answer(BOMBS[name](), tmp_path, seconds=900)
    assert said.startswith("refused"), said
