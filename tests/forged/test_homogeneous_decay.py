"""Weight decay by the bounds of the flow of the gradient: forgeries, judged by written brackets."""

import copy
import json
import random

import pytest

import pyconslaw
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.kinds.homogeneous_decay import homogeneous
from pyconslaw.verify.reading import Budget, Declined
from pyconslaw.verify.systems import read_system

from . import oracle
from .forge import DECAYING, SINGLE, SMALL, Q, judge, real, reason_of, refused, sealed
from .prover import laws_proof, mlp
from .test_many import a_few

U, V = [[0, 1]], [[1, 1]]


def explicit(*phi, names="uvwx", tau=(1, 1)):
    """Components, each a list of terms, under weight decay."""
    of = {"type": "polynomials", "variables": list(names), "phi": list(phi)}
    return decay(of, tau)


def decay(of, tau=(1, 1)):
    tau = tau if isinstance(tau, str) else list(tau)
    return {"type": "flow", "flow": "weight-decay", "of": of, "tau": tau, "metric": None}


def wrapped(base, of="system"):
    return {"kind": "homogeneous-decay", "of": of, "base": base}


def nothing(size):
    """No law of an explicit system."""
    return laws_proof([], size, "polynomial-laws")


def words(fields, size, chosen):
    """A proof by these words at a random point, with the pivots that elimination finds."""
    draw, span, pivots = random.Random(5), oracle.Span(), []
    point = [draw.randrange(1, 2**60) for _ in range(size)]
    for word in chosen:
        entries = fields[word[-1]]
        for letter in reversed(word[:-1]):
            entries = oracle.bracket(fields[letter], entries)
        before = set(span.rows)
        assert span.add([oracle.value(entries.get(i, {}), point) for i in range(size)])
        pivots += set(span.rows) - before
    return {"kind": "bracket-words", "prime": Q, "point": point, "words": chosen, "pivots": pivots}


def body(system, laws, lower, upper):
    size = oracle.members(system)[0]
    claim = {"object": "flow", "parameters": size, "laws": laws}
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": claim,
        "lower": lower,
        "upper": upper,
    }


SHIFTED = [[1, []], [1, U], [1, [[0, 1], [1, 1]]], [1, V]]  # (1 + u) (1 + v)
SPLIT = [{0: {(): 1}, 1: {(): 1}}, {0: {((1, 1),): 1}, 1: {((0, 1),): 1}}]  # its parts


def shifted(tau):
    return explicit(SHIFTED, names="uv", tau=tau)


def whole_gradient():
    return [oracle.gradient({tuple(map(tuple, m)): c for c, m in SHIFTED})]


@pytest.mark.parametrize("name", DECAYING)
def test_the_real_ones(name):
    assert judge(real(name))
    for half in ("lower", "upper"):
        assert real(name)[half]["kind"] == "homogeneous-decay"


@pytest.mark.parametrize("tau", [(1, 1), (2, 3), "lam"], ids=str)
def test_components_that_are_not_homogeneous(tau):
    """(1 + u)(1 + v) has one law, and none with decay: the bounds without decay are no proof."""
    system, idle = shifted(tau), int(tau == "lam")
    lower = wrapped(words(whole_gradient(), 2, [[0]]))
    assert oracle.truth(system) == (3 + idle, idle)
    reason = refused(body(system, 1 + idle, lower, wrapped(SINGLE)))
    assert "not homogeneous" in reason
    for base in (SINGLE, nothing(2), laws_proof([[[1, U]]], 2, "polynomial-laws")):
        refused(body(system, 1 + idle, lower, wrapped(base)))
    assert "exactly one generator" in refused(
        body(system, 1 + idle, lower, wrapped(SINGLE, "parts"))
    )
    both = wrapped(words(SPLIT, 2, [[0], [1]]), "parts")
    assert judge(body(system, idle, both, wrapped(nothing(2), "parts")))
    assert "do not meet" in refused(body(system, 1 + idle, lower, wrapped(nothing(2), "parts")))


def test_without_decay_nothing_is_lost():
    """tau = 0: all laws stay, and the parts would show too large a dimension."""
    system = shifted((0, 1))
    assert oracle.truth(system) == (3, 1)
    lower = wrapped(words(whole_gradient(), 2, [[0]]))
    assert judge(body(system, 1, lower, wrapped(SINGLE)))
    both = wrapped(words(SPLIT, 2, [[0], [1]]), "parts")
    for upper in (wrapped(nothing(2), "parts"), wrapped(nothing(2))):
        assert "nothing decays" in refused(body(system, 0, both, upper))
    assert "nothing decays" in refused(body(system, 1, lower, wrapped(SINGLE, "parts")))


def test_a_law_that_is_not_homogeneous_is_lost():
    """X = d/dx + x d/dy has the law 2 y - x^2; its parts d/dx and x d/dy generate everything."""
    fields = {
        "type": "fields",
        "variables": ["x", "y"],
        "fields": [[[0, [[1, []]]], [1, [[1, U]]]]],
    }
    law = laws_proof([[[-1, [[0, 2]]], [2, V]]], 2, "polynomial-laws")
    lower = wrapped(words(oracle.members(fields)[1], 2, [[0]]))
    assert oracle.truth(fields) == (2, 1) and oracle.truth(decay(fields)) == (3, 0)
    refused(body(decay(fields), 1, lower, wrapped(law)))
    refused(body(decay(fields), 1, lower, wrapped(law, "parts")))
    assert judge(body(decay(fields, (0, 1)), 1, lower, wrapped(law)))


def test_a_law_by_a_symmetry_that_has_two_degrees():
    """Of the components c and c a b + c a: a^2 - 2 b - b^2, which is no law of the part c a."""
    nodes = {"x": "input", "r": "relu", "m": "linear", "y": "linear"}
    edges = [("x", "r", "c"), ("r", "m", "a"), ("m", "y", "b"), ("r", "y", "a")]
    net = pyconslaw.dag(nodes, [pyconslaw.Edge(*edge) for edge in edges], ["r", "y"])
    true = pyconslaw.certify(net).json
    assert true["upper"]["kind"] == "balance-laws"
    bounds = wrapped(true["lower"]), wrapped(true["upper"])
    for tau in ((1, 1), (2, 3)):
        assert oracle.truth(decay(true["system"], tau)) == (4, 0)
        forged = body(decay(true["system"], tau), 1, *bounds)
        assert "base.laws[0]: has terms of several degrees" in refused(forged)
    assert judge(body(decay(true["system"], (0, 1)), 1, *bounds))


def skip(tau=(1, 1), frozen=False):
    """y = (b a + c) x: of degree 2 and 1, or 2 and 0 if c is the number 1."""
    edges = [[0, 1, 0], [0, 2, 2], [1, 2, 1]] if not frozen else [[0, 1, 0], [1, 2, 1]]
    of = {"type": "dag", "nodes": ["input", "linear", "linear"], "outputs": [2], "edges": edges}
    return decay(of | {"frozen": [[0, 2, 1]] if frozen else []}, tau)


def test_graphs_that_are_not_homogeneous():
    """One generator has two laws; a b and c apart have one, the balance, a law of the graph too."""
    system, size = skip(), 3
    assert oracle.truth(system) == (4, 1) and oracle.truth(system["of"]) == (3, 2)
    probe = {"source": [1], "gate": [], "out": [1]}
    one = words(oracle.members(system["of"])[1], size, [[0]]) | {"generators": [probe]}
    assert "not homogeneous" in refused(body(system, 2, wrapped(one), wrapped(SINGLE)))
    both = wrapped(
        words([{2: {(): 1}}, {0: {((1, 1),): 1}, 1: {((0, 1),): 1}}], size, [[0], [1]]), "parts"
    )
    quadratic = [[1, [[0, 2]]], [-1, [[1, 2]]]]
    entry = [{"neurons": [1, 1], "polynomial": quadratic}]
    balance = laws_proof(entry, size, "balance-laws")
    assert judge(body(system, 1, both, wrapped(balance)))
    assert judge(body(system, 1, both, wrapped({"kind": "potentials"})))
    assert judge(
        body(system, 1, both, wrapped(laws_proof([quadratic], size, "polynomial-laws"), "parts"))
    )
    for upper in (
        wrapped(balance, "parts"),
        wrapped({"kind": "potentials"}, "parts"),
        wrapped(balance["laws"]),
    ):
        refused(body(system, 1, both, upper))
    assert judge(body(skip((0, 1)), 2, wrapped(one), wrapped(SINGLE)))


def test_a_frozen_skip_is_a_constant():
    """a b + 1 is homogeneous but for its constant, which the potential does not see."""
    system, size = skip(frozen=True), 2
    assert oracle.truth(system) == (3, 1)
    probe = {"source": [1], "gate": [], "out": [1]}
    one = wrapped(words(oracle.members(system["of"])[1], size, [[0]]) | {"generators": [probe]})
    assert "not homogeneous" in refused(body(system, 1, one, wrapped(SINGLE)))
    assert judge(body(system, 1, one, wrapped(SINGLE, "parts")))


def test_biases_of_linear_networks():
    """Two linear layers with biases, W2 b1 + b2: only laws of degree 2 may be taken over."""
    system = decay(mlp([1, 1, 1], bias="all"))
    size, laws = oracle.truth(system)
    assert (size, laws) == (5, 1)
    true = real("decay, biases")
    base = true["upper"]["base"]
    assert base["kind"] == "balance-laws"
    polynomials = {key: base[key] for key in ("prime", "point", "pivots")}
    same = polynomials | {
        "kind": "polynomial-laws",
        "laws": [law["polynomial"] for law in base["laws"]],
    }
    assert "not homogeneous" in refused(true | {"upper": wrapped(same)})
    assert judge(true | {"upper": wrapped(same, "parts")})
    assert judge(true | {"upper": wrapped({"kind": "generic-balance"})})
    refused(true | {"upper": wrapped({"kind": "generic-balance"}, "parts")})


@pytest.mark.parametrize("name", DECAYING)
def test_claims_and_bases(name):
    true = real(name)
    for laws in range(-1, true["claim"]["parameters"] + 2):
        forged = true | {"claim": true["claim"] | {"laws": laws}}
        assert judge(forged) == (laws == true["claim"]["laws"])
    for half in ("lower", "upper"):
        base = true[half]["base"]
        refused(true | {half: base})  # the base alone, of the flow's own vector fields
        refused(true | {half: wrapped(true[half], true[half]["of"])})  # a decay of a decay
        for bad in (
            None,
            [],
            {},
            0,
            "",
            "system",
            [base],
            base | {"kind": None},
            base | {"more": 1},
        ):
            refused(true | {half: true[half] | {"base": bad}})
        for bad in (None, "", 0, True, "whole", ["system"], {"system": 1}):
            refused(true | {half: true[half] | {"of": bad}})
        refused(true | {half: true[half] | {"tau": 1}})
        refused(true | {half: {key: x for key, x in true[half].items() if key != "of"}})
        other = true[half] | {"of": {"system": "parts", "parts": "system"}[true[half]["of"]]}
        judge(true | {half: other})
        for stranger in [*SMALL, *DECAYING]:
            bound = real(stranger)[half]
            judge(true | {half: true[half] | {"base": bound.get("base", bound)}})


@pytest.mark.parametrize("name", DECAYING)
def test_systems(name):
    """The same proof for other systems and flows: accepted only where it is true."""
    true = real(name)
    for change in (
        {"flow": "momentum"},
        {"flow": "mirror", "tau": None},
        {"flow": "natural", "tau": None},
    ):
        refused(true | {"system": true["system"] | change})
    for tau in ([0, 1], [5, 1], [1, 7], "lam", "tau", None, [2, 2], [1, 0], [True, 1]):
        judge(true | {"system": true["system"] | {"tau": tau}})
    refused(true | {"system": true["system"]["of"]})
    refused(true | {"system": decay(true["system"])})
    for stranger in [*SMALL, *DECAYING]:
        of = real(stranger)["system"]
        judge(true | {"system": decay(of.get("of", of))})


def test_the_clock_alone_is_no_proof():
    """Nothing moves but the clock: the base shows 0 brackets; a rank of 0 is beyond it."""
    of = {
        "type": "dag",
        "nodes": ["input", "linear", "linear"],
        "outputs": [2],
        "edges": [[0, 1, 0]],
    }
    system = decay(of | {"frozen": [[0, 2, 1]]})
    none = {"kind": "bracket-words", "prime": Q, "point": [1], "words": [], "pivots": []}
    lower = wrapped(none | {"generators": []})
    upper = wrapped({"kind": "potentials"})
    assert oracle.truth(system) == (2, 1)
    assert judge(body(system, 1, lower, upper))
    assert "dimension 1" in refused(body(system, 2, lower, upper))
    refused(body(system, 0, lower, upper))


def test_sizes():
    """Counted by its widths, of any size; what is written out, and other kinds, have limits."""
    net = mlp([4000, 3000, 5], "relu", "hidden")
    size = 4001 * 3000 + 15000
    claim = {"object": "flow", "parameters": size + 1, "laws": 3000}
    lower, upper = wrapped({"kind": "spanning-paths"}), wrapped({"kind": "potentials"})
    large = body(decay(mlp([1, 1])), 0, lower, upper) | {"system": decay(net), "claim": claim}
    assert verify_bytes(sealed(large)).laws == 3000
    for laws in (2999, 3001):
        refused(large | {"claim": claim | {"laws": laws}})
    assert "written out" in refused(large | {"upper": wrapped({"kind": "potentials"}, "parts")})
    assert "declined" in refused(large | {"upper": wrapped(nothing(3))})
    assert "declined" in refused(large | {"upper": SINGLE})
    product = decay({"type": "product", "size": 3 * 10**6})
    forged = large | {
        "system": product,
        "claim": claim | {"parameters": 3 * 10**6 + 1, "laws": 3 * 10**6 - 1},
    }
    assert "declined" in refused(forged | {"upper": wrapped(SINGLE)})
    natural = {"flow": "natural", "tau": None}
    forged = forged | {"system": product | natural, "claim": claim | {"parameters": 3 * 10**6}}
    assert "declined" in refused(forged | {"upper": SINGLE})


def test_linear_networks_with_biases_at_any_size():
    """Not homogeneous: the laws of degree 2 are taken over, another bound is not."""
    net = pyconslaw.linear([3, 350, 350, 3], bias="all", flow="weight-decay")
    true = json.loads(pyconslaw.certify(net).bytes)
    assert true["upper"] == wrapped({"kind": "generic-balance"})
    assert verify_bytes(sealed(true), net.name).laws == 350 * 351
    assert "not homogeneous" in refused(true | {"upper": wrapped(SINGLE)})


def test_work_has_a_limit():
    """The parts of a graph are written out within the budget."""
    true = real("decay, skip")
    with pytest.raises(Declined):
        verify_bytes(sealed(true), units=100)
    paths = decay(mlp([60, 60, 60]))
    forged = true | {"system": paths, "claim": true["claim"] | {"parameters": 7201}}
    reason = reason_of(sealed(forged | {"upper": wrapped(nothing(7200), "parts")}))
    assert reason.startswith("declined: ")


def single_degree(of):
    """Whether every component has one degree, path by path."""
    phi = oracle.components(of)[1]
    return all(len({sum(e for _, e in m) for m, c in f.items() if c}) <= 1 for f in phi)


def test_layers_show_what_their_paths_show():
    """Biases and gates in all places: three ways to look at layered networks agree."""
    seen = set()
    for depth in range(1, 5):
        for gates in range(1 << (depth - 1)):
            kinds = ["relu" if gates >> k & 1 else "linear" for k in range(depth - 1)]
            for bias in ("none", "hidden", "all"):
                of = mlp([1, *[2] * (depth - 1), 1], kinds, bias)
                graph = read_system(of, oracle.components(of)[0])
                found = homogeneous(graph, Budget())
                assert found == homogeneous(graph.layers, Budget()) == single_degree(of), of
                seen.add((bias, found))
    assert len(seen) == 5


PLACES = {  # edges: whether every component has one degree; node 2 has a gate
    "[0, 1], [1, 2], [2, 3], [0, 3], [3, 4]": True,  # x a, a g, g b, x b, b y: to g and behind it
    "[0, 1], [1, 2], [0, 2], [2, 3], [3, 4]": False,  # two ways to g, of length 1 and 2
    "[0, 1], [1, 3], [0, 2], [2, 3], [3, 4]": True,  # past g and through it
    "[0, 1], [1, 3], [0, 2], [2, 4], [0, 3], [3, 4]": False,
}


@pytest.mark.parametrize("edges", PLACES)
def test_a_gated_node_has_two_places(edges):
    listed = json.loads(f"[{edges}]")
    kinds = ["input", "linear", "relu", "linear", "linear"]
    ordered = [[*edge, k] for k, edge in enumerate(sorted(listed, key=lambda e: e[::-1]))]
    of = {"type": "dag", "nodes": kinds, "outputs": [4], "edges": ordered, "frozen": []}
    assert homogeneous(read_system(of, len(listed)), Budget()) == single_degree(of) == PLACES[edges]


LINEAR = {"left": [[0, 3], [1, 3], [3, 6]], "entered": [[2, 3], [3, 4], [3, 5]]}


@pytest.mark.parametrize("side", LINEAR)
def test_a_direct_edge_alone_between_its_ends(side):
    """From sources to gates, one of them frozen; a linear neuron only behind or only before."""
    kinds = ["input", "input", "input", "linear", "relu", "relu", "linear"]
    edges = [[0, 4], [1, 4], [1, 5], [2, 6], [4, 6], [5, 6], *LINEAR[side]]
    ordered = [[*edge, k] for k, edge in enumerate(sorted(edges, key=lambda e: e[::-1]))]
    of = {"type": "dag", "nodes": kinds, "outputs": [6], "edges": ordered, "frozen": [[0, 5, 2]]}
    assert homogeneous(read_system(of, 9), Budget()) and single_degree(of)


def test_random_graphs_are_homogeneous_where_it_is_said(fresh_seed):
    """Where a potential is found every component has one degree; most often it is found then."""
    from verify.random_dags import draw

    rng, tally = (
        random.Random(fresh_seed),
        {(found, true): 0 for found in (0, 1) for true in (0, 1)},
    )
    for _ in range(300):
        of = draw(rng, frozen=rng.choice([0, 0.2]))
        graph = read_system(of, len({p for *_, p in of["edges"]}))
        tally[int(homogeneous(graph, Budget())), int(single_degree(of))] += 1
    assert not tally[1, 0]
    assert tally[1, 1] > tally[0, 1] and tally[0, 0]


def test_random_changes(fresh_seed):
    """Values replaced at random places of true certificates: what is accepted is true."""
    rng = random.Random(fresh_seed)
    pool = [None, 0, 1, 2, -1, [], {}, "system", "parts", "lam", [0, 1], [1, 1], SINGLE]
    pool += [{"kind": "potentials"}, {"kind": "spanning-paths"}, {"kind": "generic-balance"}]
    accepted = 0
    for _ in range(250):
        forged = real(rng.choice(list(DECAYING)))
        before = copy.deepcopy(forged)
        place = forged
        while True:
            key = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], dict | list) or not place[key] or rng.random() < 0.15:
                break
            place = place[key]
        if place is forged and key in ("format", "version"):
            continue
        place[key] = copy.deepcopy(rng.choice(pool))
        accepted += forged != before and judge(forged)
    assert accepted < 100


def test_what_edges_show_is_charged():
    graph = read_system(mlp([2, 3, 2]), 12)
    assert homogeneous(graph, Budget(60 * 12))
    with pytest.raises(Declined):
        homogeneous(graph, Budget(60 * 12 - 1))


def test_random_forgeries(fresh_seed):
    a_few("homogeneous-decay", fresh_seed)
