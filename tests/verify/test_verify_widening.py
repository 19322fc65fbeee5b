"""Proofs by growth: what the checker must see in them, and what it refuses."""

import copy
import json
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
from pyconslaw._core.zp import Random  # noqa: E402
from reference.lifted import coordinates, lifted_equations_hold, random_weights  # noqa: E402

from pyconslaw import analyze, certify, linear, mlp  # noqa: E402
from pyconslaw.methods.widening import growth  # noqa: E402
from pyconslaw.methods.widening.lifted import LiftedFields, draw_probes  # noqa: E402
from pyconslaw.verify import Declined, Refused, verify_bytes  # noqa: E402
from pyconslaw.verify.brackets import full, generic  # noqa: E402
from pyconslaw.verify.brackets import growth as checked_growth  # noqa: E402
from pyconslaw.verify.brackets.lifted import Lifted  # noqa: E402
from pyconslaw.verify.brackets.probes import read_probes  # noqa: E402
from pyconslaw.verify.reading import Budget  # noqa: E402
from pyconslaw.verify.systems.layers import Layers  # noqa: E402


def body_of(net):
    return json.loads(certify(net, report=analyze(net, method="widening")).bytes)


def checked(body):
    return verify_bytes(made.data(made.rehash(body)))


@pytest.fixture(scope="module")
def narrow():
    return body_of(linear([2, 2, 2, 2]))


def of(widths, body, laws):
    """The proof of one network passed off as one of other widths."""
    body = copy.deepcopy(body)
    body["system"] |= {"dims": widths, "activations": ["linear"] * (len(widths) - 2)}
    body["claim"] |= {"parameters": sum(a * b for a, b in zip(widths, widths[1:])), "laws": laws}
    return body


def test_one_proof_serves_all_widths(narrow):
    for widths in ([2, 3, 3, 2], [5, 7, 4, 3], [10, 1000, 1000, 10], [2, 10**8, 10**8, 2]):
        laws = sum(n * (n + 1) // 2 for n in widths[1:-1])
        assert checked(of(widths, narrow, laws)).laws == laws
        for wrong in (laws - 1, laws + 1):
            with pytest.raises(Refused, match="the claim needs|do not meet"):
                checked(of(widths, narrow, wrong))


@pytest.mark.parametrize(
    ("widths", "reason"),
    [
        ([1, 2, 2, 1], "wider than it grows"),
        ([2, 1, 2, 2], "wider than it grows"),
        ([1, 3, 3, 2], "wider than it grows"),
        ([2, 2, 2], "expected 3 entries, found 4"),
    ],
)
def test_networks_it_does_not_serve(narrow, widths, reason):
    with pytest.raises(Refused, match=reason):
        checked(of(widths, narrow, sum(n * (n + 1) // 2 for n in widths[1:-1])))


def test_words_must_fill_all_that_is_allowed(narrow):
    for change in (
        lambda p: p["words"].pop(),
        lambda p: p["words"].clear(),
        lambda p: p.update(point=[0] * 12),
        lambda p: p.update(words=p["words"][:1] * len(p["words"])),
    ):
        body = copy.deepcopy(narrow)
        change(body["lower"])
        with pytest.raises(Refused, match="have rank .*, not 12"):
            checked(body)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("widths", [2, 2, 2]),
        ("widths", [2, 0, 2, 2]),
        ("widths", [2, 5, 2, 2]),
        ("widths", [2, 2, 2, 3]),
        ("point", [1] * 11),
        ("prime", 4),
        ("words", [[]]),
        ("words", [[99]]),
        ("probes", []),
        ("probes", [{"source": [1, 1], "gate": [], "out": [1, 1]}]),
        ("probes", [{"source": [1], "gate": [], "added": [], "out": [1, 1]}]),
        ("probes", [{"source": [1, 1], "gate": [], "added": [3], "out": [1, 1]}]),
        ("more", 1),
    ],
)
def test_damage_is_refused(narrow, key, value):
    body = copy.deepcopy(narrow)
    body["lower"][key] = value
    with pytest.raises(Refused):
        checked(body)


def test_long_words_are_declined(narrow):
    body = copy.deepcopy(narrow)
    body["lower"]["words"][0] = [0] * 40
    with pytest.raises(Declined):
        checked(body)


def test_every_word_is_charged(narrow):
    """Words that are cheap one by one, and too much together."""
    body = copy.deepcopy(narrow)
    body["lower"]["words"] += body["lower"]["words"][-1:] * 200
    assert checked(body)
    with pytest.raises(Declined, match="more than 1000000 multiplications"):
        verify_bytes(made.data(made.rehash(body)), units=10**6)


def test_what_a_network_takes_is_charged_before_it_is_made():
    """The vectors of the neurons to be added are as many as their weights, squared."""
    body = of([1000, 1, 1000], body_of(linear([1, 2, 2, 2])), 1)
    body["lower"] |= {"widths": [1000, 1, 1000], "point": [1] * 2000, "words": [], "probes": []}
    with pytest.raises(Declined, match="numbers in memory"):
        checked(body)


def test_growth_by_many_neurons_is_declined():
    body = body_of(linear([1, 2, 2, 2]))
    wide = of([1, 10**7, 10**7, 2], body, 10**7 * (10**7 + 1))
    with pytest.raises(Declined, match="more than 1000000 neurons"):
        checked(wide)
    assert checked(of([1, 200, 200, 2], body, 200 * 201)).laws == 200 * 201


def test_surplus_neurons_are_cut_first():
    """However many they are: only e_k of a layer have to grow."""
    body = body_of(linear([2, 1, 3, 2]))
    for surplus in (1, 10, 10**8):
        laws = 1 + (3 + surplus) * (4 + surplus) // 2 - surplus * (surplus + 1) // 2
        assert checked(of([2, 1, 3 + surplus, 2], body, laws)).laws == laws


@pytest.mark.parametrize("widths", [[1, 3, 1], [1, 5, 2, 2], [2, 4, 1, 3]])
def test_a_small_network_with_a_gap_is_refused(widths):
    """Its lifted brackets may fill what they like: the theorems begin without gaps."""
    net = linear([n + 2 for n in widths])
    body = body_of(net)
    body["lower"] |= {
        "widths": widths,
        "point": [1] * sum(a * b for a, b in zip(widths, widths[1:])),
    }
    with pytest.raises(
        Refused, match="a layer is wider than its neighbours together|cannot be added"
    ):
        checked(body)
    small = Layers(widths, [False] * (len(widths) - 2), [False] * (len(widths) - 1))
    with pytest.raises(Refused, match="a layer is wider than its neighbours together"):
        full.check_full(small, body["lower"], "lower", 2**61 - 1, Budget())


def test_another_system_is_refused(narrow):
    for other in ("product 6", "relu 2-2-2-2"):
        body = copy.deepcopy(narrow)
        if other == "product 6":
            body["system"], body["claim"] = (
                {"type": "product", "size": 6},
                {"object": "system", "parameters": 6, "laws": 5},
            )
        else:
            body["system"]["activations"] = ["relu", "relu"]
            body["claim"] = {"object": "path-lifting", "parameters": 12, "laws": 4}
        with pytest.raises(Refused):
            checked(body)


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 2, 1]),
        linear([1, 2, 1, 2]),
        mlp([2, 1, 2], "linear", "all"),
        mlp([1, 2, 2, 1], ["relu", "linear"], True),
        mlp([1, 1, 2, 1, 1], ["linear", "relu", "relu"]),
    ],
    ids=lambda net: net.name,
)
def test_lifted_values_agree_with_the_library_and_obey_the_laws(net, fresh_seed):
    """Written twice, and both in the space L that the conditions of lemma 1 cut out."""
    prime, rng, layers = 67108859, Random(fresh_seed), net.layers
    ours = Layers(list(layers.widths), list(layers.gated), list(layers.biased))
    point, probes = rng.array(layers.params, 1, 1000), draw_probes(layers, 3, rng, 1000)
    lower = {"widths": ours.dims, "point": point.tolist(), "probes": probes.json(layers)}
    checker = Lifted(ours, Budget())
    read = read_probes(checker.graph, lower["probes"], "here", Budget(), sum(ours.gated))
    # where the checker has each coordinate
    number, e, place = {}, ours.spaces, 0
    for k, (below, n, has) in enumerate(zip(ours.dims, ours.dims[1:], ours.biased)):
        for i in range(n):
            number |= {(k, i, j): place + i * below + j for j in range(below)}
            number |= {(k, i, below): place + n * below + i} if has else {}
        place += n * (below + has)
    for k, size in enumerate(e, 1):
        number |= {("M", k, i, j): place + j * size + i for i in range(size) for j in range(size)}
        place += size * size
    for k, (a, b) in enumerate(zip(e, e[1:]), 1):
        number |= {("q", k, y, x): place + y * b + x for y in range(a) for x in range(b)}
        place += a * b
    order = coordinates(ours.dims, ours.biased, random_weights(ours.dims, ours.biased, 0))
    for words in [[(0,), (1,)], [(0, 1), (1, 2)], [(0, 1, 2), (2, 0, 1)]]:
        for word, theirs in zip(
            words, LiftedFields(layers, point, prime).values(probes, words).tolist()
        ):
            value = checker.bracket([read[g] for g in word], lower["point"], prime)
            assert [value[number[c]] for c in order] == theirs
            at = {"point": lower["point"], "prime": prime}
            assert lifted_equations_hold(ours.dims, ours.gated, ours.biased, value=theirs, **at)


def test_widths_alone_agree_with_the_library(fresh_seed):
    """Written twice, from the theorems: rooms, counts of laws, and whether a network grows from
    another.
    """
    rng = random.Random(fresh_seed)
    seen = {True: 0, False: 0}
    for _ in range(600):
        q = rng.randint(2, 5)
        acts = [rng.choice(["linear", "linear", "relu"]) for _ in range(q - 1)]
        large = mlp(
            [rng.randint(1, 6) for _ in range(q + 1)], acts, rng.choice(["none", "hidden", "all"])
        ).layers
        ours = Layers(list(large.widths), list(large.gated), list(large.biased))
        assert generic.independent_laws(ours) == growth.independent_laws(large)
        assert ours.rooms == growth.rooms(large)
        small = mlp(
            [rng.randint(1, n) if rng.random() < 0.5 else min(n, 2) for n in large.widths], acts
        ).layers
        small = type(large)(small.widths, large.gated, large.biased)
        if min(growth.rooms(small)) < 0:
            continue
        try:
            checked_growth.check_growth(
                Layers(list(small.widths), list(small.gated), list(small.biased)),
                ours,
                "here",
                Budget(),
            )
            grows = True
        except Refused:
            grows = False
        assert grows == (growth.grows(small, large) is not None), (fresh_seed, small, large)
        seen[grows] += 1
    assert min(seen.values()) > 20
