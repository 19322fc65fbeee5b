"""Directed acyclic graphs: certificates of the library, forgeries of every condition, rules of
reading.
"""

import hashlib
import random
import re
import sys
from pathlib import Path

import pytest
from amounts import amount

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402
import oracle  # noqa: E402
import random_dags  # noqa: E402
from refusals import refusal  # noqa: E402

import pyconslaw as P  # noqa: E402
from pyconslaw.verify import Refused, verify_bytes  # noqa: E402
from pyconslaw.verify.kinds import balance_laws, split, upper_bound  # noqa: E402
from pyconslaw.verify.reading import Budget  # noqa: E402
from pyconslaw.verify.systems import name_of, read_system  # noqa: E402
from pyconslaw.verify.systems.names import WrongUsage  # noqa: E402

dag = systems.dag


# --------------------------------------------------------------------------- certificates of the
# library


def check_against_the_library(seeds):
    """Each proved count is certified, accepted, and the number that brute force finds."""
    checked, kinds = 0, set()
    for seed in seeds:
        network = random_dags.network(random_dags.draw(random.Random(seed)))
        report = P.analyze(network)
        if report.verdict != "proved":
            continue
        found = verify_bytes(P.certify(network, report=report).bytes)
        assert (found.laws, found.object, found.system) == (
            report.laws,
            network.object,
            network.name,
        ), seed
        kinds |= {
            re.sub(r" \(.*| at node.*", "", reason.split(": ")[-1].strip())
            for reason in found.reasons
        }
        try:
            assert found.laws == oracle.laws(network.spec), seed
            checked += 1
        except oracle.TooLarge:
            pass
    assert checked > 0.85 * len(seeds)
    return kinds


def test_certificates_of_the_library():
    assert "balance laws" in check_against_the_library(range(100, 160))


@pytest.mark.long
def test_more_certificates_of_the_library():
    kinds = check_against_the_library(range(1000, 2000))
    assert kinds >= {"balance laws", "a closing algebra", "a single generator", "split"}


# ---------------------------------------------------------------------------------- nothing false
# is accepted


def accepts(system, proof):
    try:
        return upper_bound(system, proof, "upper", Budget())[0]
    except Refused as reason:
        assert "the checker failed" not in str(reason)
        return None


def candidates(net, rng, edges, sources, outputs):
    """Laws of all shapes, most of them false."""
    nodes = sorted({v for edge in edges for v in edge[:2]})
    yield from (net.balance(i, j) for i in nodes for j in nodes if i <= j)
    yield from (made.idle(k) for k in range(net.size))
    hidden = [v for v in nodes if v not in sources and v not in outputs]
    choices = [
        {v: 1 for k, v in enumerate(hidden) if bits >> k & 1} for bits in range(1, 1 << len(hidden))
    ]
    choices = rng.sample(choices, min(len(choices), 30)) + [
        {v: rng.choice((-2, -1, 1, 1, 2)) for v in nodes if rng.random() < 0.5} for _ in range(10)
    ]
    yield from (
        net.potential(values, edges=edges, sources=sources, outputs=outputs) for values in choices
    )


def proofs(net, graph, phi, rng, edges, sources, outputs, depth):
    """Proofs of a part, by laws the checker takes one by one: each of them must be a law of the
    whole.
    """
    read = []
    for entry in candidates(net, rng, edges, sources, outputs):
        try:
            balance_laws.law(graph, entry, "law", Budget())
        except Refused:
            continue
        assert oracle.is_law(entry["polynomial"], phi), entry
        read.append(entry)
    yield made.laws("balance-laws", net.size, read, rng)
    squares = [
        (i, j, c, d)
        for i in range(net.size)
        for j in range(i + 1, net.size)
        for c, d in ((1, -1), (1, -2), (2, -1))
    ]
    wild = [[[1, [[k, 1]]]] for k in range(net.size)]
    wild += [
        [[c, [[i, 2]]], [d, [[j, 2]]]] for i, j, c, d in rng.sample(squares, min(len(squares), 12))
    ]
    taken = []
    for law in wild:
        if accepts(graph, made.laws("polynomial-laws", net.size, [law], rng)) is not None:
            assert oracle.is_law(law, phi), law
            taken.append(law)
        else:
            assert len(edges) < len(net.edges) or not oracle.is_law(law, phi), law
    yield made.laws(
        "polynomial-laws", net.size, taken + [entry["polynomial"] for entry in read], rng
    )
    yield made.SINGLE
    for v in sorted({v for e in edges for v in e[:2]}) if depth else ():
        try:
            before, _ = parts = split.parts(graph, v, "upper", Budget())
        except Refused:
            continue
        first = [e for e in edges if e[1] in before.into]
        rest = [e for e in edges if e[1] not in before.into]
        ends = (first, sources, [v]), (rest, [*sources, v], outputs)
        one, two = (
            list(proofs(net, part, phi, rng, *end, depth - 1))[:6] for part, end in zip(parts, ends)
        )
        yield from (made.split(v, b, a) for b in one for a in two)


def check_bounds(seeds, depth, **how):
    """The share of systems whose best bound is the truth; never is one below."""
    met = splits = 0
    for seed in seeds:
        rng = random.Random(seed)
        system = random_dags.draw(rng, **how)
        net, phi = systems.Net(system), oracle.expand(system).values()
        graph = read_system(system, net.size)
        found = [
            (accepts(graph, proof), proof["kind"])
            for proof in proofs(net, graph, phi, rng, net.edges, net.sources, net.outputs, depth)
        ]
        bounds = [bound for bound, _ in found if bound is not None]
        splits += any(bound is not None and kind == "split" for bound, kind in found)
        try:
            dimension = oracle.dimension(phi, net.size)
        except oracle.TooLarge:
            continue
        assert min(bounds) >= dimension, (seed, min(bounds), dimension)
        met += min(bounds) == dimension
    return met / len(seeds), splits / len(seeds)


CANCELLING = {"frozen": 0.4, "weights": (1, 1, 1, -1), "kinds": ("linear",)}


@pytest.mark.parametrize(
    "how", [{}, CANCELLING, {"tied": 0.5}], ids=["usual", "cancelling", "tied"]
)
def test_no_upper_bound_is_below_the_truth(how):
    met, splits = check_bounds(range(40), 1, **how)
    assert met > 0.5, (met, splits)


@pytest.mark.long
@pytest.mark.parametrize(
    "how", [{}, CANCELLING, {"tied": 0.5}], ids=["usual", "cancelling", "tied"]
)
def test_no_upper_bound_is_below_the_truth_again(how):
    met, splits = check_bounds(range(100, 100 + amount(300)), 2, **how)
    assert met > 0.3 and splits > 0, (met, splits)


# ---------------------------------------------------------------------------- forgeries of every
# condition

# Twins that share parameter 0; twins of which one has a frozen edge; theta_0 1 theta_1; an output
# that feeds on
EARS = dag("iillrl", [5], [(0, 2, 0), (1, 2, 1), (0, 3, 0), (1, 3, 2), (2, 5, 3), (3, 5, 4)])
WEDGED = dag("iilll", [4], [(1, 2, 0), (0, 3, 1), (1, 3, 2), (2, 4, 3), (3, 4, 4)], [(0, 2, 1)])
CHAIN = dag("illl", [3], [(0, 1, 0), (2, 3, 1)], [(1, 2, 1)])
LOUD = dag("ill", [1, 2], [(0, 1, 0), (1, 2, 1)])
LINE = dag("ill", [2], [(0, 1, 0), (1, 2, 1)])
# 1-2-1 before neuron 4, whose parameter 0 is also on the edge 1 -> 6 after it
CROSSED = dag("iilllll", [5, 6], [(0, 2, 0), (0, 3, 1), (2, 4, 2), (3, 4, 3), (4, 5, 4), (1, 6, 0)])
# Neuron 2 is before neuron 3, and an output
HEARD = dag("iilrl", [2, 4], [(0, 2, 0), (1, 2, 1), (0, 3, 2), (1, 3, 3), (2, 3, 4), (3, 4, 5)])
# Neuron 1 does not only speak to neuron 2
AROUND = dag("illll", [3, 4], [(0, 1, 0), (1, 2, 1), (2, 3, 2), (1, 4, 3)])
FED = dag("iill", [3], [(1, 2, 0), (2, 3, 1)], [(0, 2, 1)])
FEEDS = dag("illl", [2, 3], [(0, 1, 0), (1, 3, 1)], [(1, 2, 1)])
RETURNS = dag("iill", [3], [(0, 2, 0), (1, 2, 1), (2, 3, 0)])
BENT = dag("irl", [2], [(0, 1, 0), (1, 2, 1), (0, 2, 2)])
read_off, polynomials, none, single = made.read_off, made.polynomials, made.none, made.SINGLE


def with_one_more(system, entries, entry):
    """An upper bound by true laws and an entry."""

    def upper(rng):
        right = read_off(system, *entries)(rng)["laws"]
        return made.laws("balance-laws", systems.Net(system).size, [*right, entry], rng)

    return upper


FORGERIES = {
    # a potential
    "violates a tie": (
        truths.SHARED,
        2,
        read_off(truths.SHARED, {1: 1, 2: 1}, {1: 1}),
        "must gain",
    ),
    "gains on a frozen edge": (CHAIN, 2, read_off(CHAIN, {1: 1, 2: 1}, {1: 1}), "must gain"),
    "not 0 at an output that feeds on": (
        LOUD,
        1,
        read_off(LOUD, {1: 1}),
        "0 at sources and outputs",
    ),
    "not 0 at an output": (LINE, 2, read_off(LINE, {1: 1}, {2: 1}), "0 at sources and outputs"),
    "not 0 at a source": (LINE, 2, read_off(LINE, {0: 1}, {1: 1}), "0 at sources and outputs"),
    "another polynomial": (
        LINE,
        2,
        with_one_more(
            LINE, [{1: 1}], {"potential": [[1, 1]], "polynomial": [[1, [[0, 2]]], [1, [[1, 2]]]]}
        ),
        "not the polynomial",
    ),
    "gains on an idle edge": (
        truths.STUMPS,
        3,
        with_one_more(
            truths.STUMPS, [1, {3: 1}], {"potential": [[2, 1]], "polynomial": [[1, [[0, 2]]]]}
        ),
        "not the polynomial",
    ),
    "kappa 0 instead of none": (
        LINE,
        2,
        with_one_more(LINE, [{1: 1}], {"potential": [], "polynomial": [[1, [[0, 2]]]]}),
        "not the polynomial",
    ),
    "not 0 where a part begins": (
        truths.NARROW,
        6,
        made.split(7, single, read_off(truths.NARROW, {7: 1})),
        "0 at sources",
    ),
    # idle
    "idle but live": (LINE, 2, read_off(LINE, {1: 1}, 0), "on a path"),
    "idle on one edge, live on another": (
        truths.STUMPS,
        3,
        read_off(truths.STUMPS, 0, 1, {3: 1}),
        "on a path",
    ),
    "idle in another part": (
        truths.NARROW,
        6,
        made.split(7, single, read_off(truths.NARROW, 0)),
        "another part",
    ),
    # neurons
    "twins that share a parameter": (
        EARS,
        3,
        read_off(EARS, (2, 2), (2, 3), (3, 3)),
        "shares its parameter",
    ),
    "a frozen edge at a twin": (
        WEDGED,
        3,
        read_off(WEDGED, (3, 3), (2, 3), {2: 0}),
        "frozen or shares",
    ),
    "a frozen edge at a neuron": (FEEDS, 1, read_off(FEEDS, (1, 1)), "frozen or shares"),
    "a parameter before and behind": (
        RETURNS,
        1,
        read_off(RETURNS, (2, 2)),
        "shares its parameter",
    ),
    "an output that feeds on": (LOUD, 1, read_off(LOUD, (1, 1)), "hidden neurons"),
    # polynomial laws
    "theta squared": (
        truths.SQUARED,
        2,
        polynomials(2, [[1, [[0, 2]]], [-1, [[1, 2]]]], [[1, [[0, 2]]], [-2, [[1, 2]]]]),
        "not a law",
    ),
    "without the weight": (
        truths.WEIGHTED,
        2,
        polynomials(2, [[1, [[0, 1]]], [-1, [[1, 1]]]], [[1, [[0, 1]]]]),
        "not a law",
    ),
    # a single generator
    "two outputs in a row": (LOUD, 1, single, "not exactly one generator"),
    "a gate": (BENT, 2, single, "not exactly one generator"),
    "two sources": (FED, 1, single, "not exactly one generator"),
    # a split
    "a tie across": (CROSSED, 3, made.split(4, single, none(5)), "before and after"),
    "a frozen edge in": (FED, 1, made.split(2, none(2), none(2)), "frozen or shares"),
    "a frozen edge out": (FEEDS, 1, made.split(1, none(2), none(2)), "frozen or shares"),
    "an output before": (
        HEARD,
        2,
        made.split(3, read_off(HEARD, (2, 2)), single),
        "not every path",
    ),
    "a way around": (AROUND, 3, made.split(2, single, read_off(AROUND, 3)), "not every path"),
    "at an output": (LOUD, 1, made.split(1, single, single), "not a hidden neuron"),
    "nothing comes through": (
        truths.CANCELS,
        3,
        made.split(5, polynomials(3, [[1, [[0, 1]]]]), polynomials(3, [[1, [[1, 1]]]])),
        "nothing comes through",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery(name):
    """A claim of too many laws, with a right lower bound and hash; only the named condition is
    in the way.
    """
    system, claimed, upper, reason = FORGERIES[name]
    assert oracle.laws(system) < claimed
    body = made.certificate(system, claimed, lambda rng: made.resolve(upper, rng))
    assert reason in refusal(body)


# ----------------------------------------------------------------------------------- the rules of
# reading


@pytest.mark.parametrize(
    "path, value, reason",
    [
        (["nodes", 2], "tanh", "system.nodes"),
        (["nodes", 2], None, "system.nodes"),
        (["nodes"], {}, "system.nodes"),
        (["nodes"], [], "system.outputs"),
        (["nodes"], ["linear"] * 5, "a source and an output"),
        (["nodes"], lambda kinds: kinds[:-1], "system.outputs"),
        (["nodes", 2], "input", "source"),
        (["outputs"], [], "a source and an output"),
        (["outputs"], [4, 2], "increase"),
        (["outputs"], [2, 2, 4], "increase"),
        (["outputs"], [1, 2, 4], "increase"),
        (["outputs"], [2, 5], "system.outputs"),
        (["outputs"], [-1, 4], "system.outputs"),
        (["outputs"], [True, 4], "system.outputs"),
        (["outputs"], "2", "system.outputs"),
        (["edges"], lambda edges: edges[::-1], "out of order"),
        (["edges"], lambda edges: edges + edges[-1:], "out of order"),
        (["edges"], [[1, 2, 1], [0, 2, 0], [2, 3, 2], [3, 4, 3]], "out of order"),
        (["edges"], [[0, 2, 0], [0, 2, 1], [2, 3, 2], [3, 4, 3]], "out of order"),
        (["edges"], None, "system.edges"),
        (["edges"], [], "has 0 parameters"),
        (["edges", 0], [0, 2], "system.edges"),
        (["edges", 0], [0, 2, 0, 1], "system.edges"),
        (["edges", 0], [0, 2, False], "system.edges"),
        (["edges", 0], {}, "system.edges"),
        (["edges", 0], [-1, 2, 0], "backwards"),
        (["edges", 2], [3, 3, 2], "backwards"),
        (["edges", 2], [3, 2, 2], "backwards"),
        (["edges", 0], [0, 1, 0], "into a source"),
        (["edges", 3], [3, 5, 3], "backwards"),
        (["edges", 3, 2], 4, "the parameters are not"),
        (["edges", 3, 2], -1, "the parameters are not"),
        (["edges", 3, 2], 0, "has 3 parameters"),
        (["edges", 3, 2], 2**62, "system.edges"),
        (["frozen", 0, 2], 0, "weight 0"),
        (["frozen", 0, 2], 2**62, "system.frozen"),
        (["frozen", 0, 2], -(2**62), "system.frozen"),
        (["frozen", 0, 2], True, "system.frozen"),
        (["frozen", 0, 2], "2", "system.frozen"),
        (["frozen"], {}, "system.frozen"),
        (["frozen"], [[3, 4, 1]], "parallel"),
        (["frozen"], [[2, 4, 1], [2, 4, 1]], "out of order"),
        (["frozen"], [[2, 4, 1], [2, 3, 1]], "out of order"),
        (["frozen"], [[2, 4, 1], [2, 5, 1]], "backwards"),
        (["frozen"], [[4, 2, 1]], "backwards"),
        (["frozen"], [[0, 1, 1]], "into a source"),
        (["skip"], [], "unknown key 'skip'"),
    ],
)
def test_one_value_of_the_system_changed(path, value, reason):
    body = truths.true("dag feeding")
    *steps, last = path
    target = body["system"]
    for step in steps:
        target = target[step]
    target[last] = value(target[last]) if callable(value) else value
    assert reason in refusal(body)


@pytest.mark.parametrize(
    "entry, reason",
    [
        ({"potential": [[3, -1]]}, "missing key 'polynomial'"),
        ({"potential": {}}, "missing key"),
        (None, "expected an object"),
        ({"polynomial": []}, "missing key 'neurons'"),
        ({"idle": 2, "potential": [], "polynomial": []}, "unknown key"),
        ({"neurons": [3, 3], "potential": [], "polynomial": []}, "unknown key"),
        ({"potential": 3, "polynomial": []}, "list"),
        ({"potential": [[3, 0]], "polynomial": []}, "not 0"),
        ({"potential": [[3, 1], [3, 1]], "polynomial": []}, "increasing"),
        ({"potential": [[-1, 1]], "polynomial": []}, "increasing"),
        ({"potential": [[3, True]], "polynomial": []}, "integer"),
        ({"potential": [[3, 2**62]], "polynomial": []}, "integer"),
        ({"potential": [[3]], "polynomial": []}, "2 entries"),
        ({"potential": [[5, 1]], "polynomial": []}, "nodes with edges"),
        ({"potential": [[99, 1]], "polynomial": []}, "nodes with"),
        ({"idle": 4, "polynomial": []}, "idle"),
        ({"idle": -1, "polynomial": []}, "idle"),
        ({"idle": True, "polynomial": []}, "idle"),
        ({"idle": None, "polynomial": []}, "idle"),
        ({"potential": [[3, 1]], "polynomial": [[1, [[3, 2]]]]}, "not the polynomial"),
        ({"potential": [], "polynomial": []}, "row 0 has no pivot"),
    ],
)
def test_one_entry_changed(entry, reason):
    body = truths.true("dag feeding")
    body["upper"]["laws"][0] = entry
    assert reason in refusal(body)


def test_idle_of_another_polynomial():
    body = truths.true("dag stumps")
    for polynomial in ([[2, [[1, 1]]]], [[1, [[0, 1]]]], [[1, [[1, 2]]]], []):
        body["upper"]["laws"][0]["polynomial"] = polynomial
        assert "not the polynomial" in refusal(body)


@pytest.mark.parametrize(
    "kinds, object_",
    [
        ("ir", "matrix product"),
        ("ilr", "matrix product"),
        ("irl", "path-lifting"),
        ("ikrl", "path-lifting"),
        ("icrll", "mixed"),
    ],
)
def test_objects(kinds, object_):
    """Neither sources nor outputs count."""
    last, first = len(kinds) - 1, next(v for v, letter in enumerate(kinds) if letter not in "ic")
    chain = [(0, first, 0)] + [(v, v + 1, v - first + 1) for v in range(first, last)]
    system = dag(kinds, [last], chain)
    body = made.certificate(
        system,
        len(chain) - 1,
        lambda rng: read_off(system, *({v: 1} for v in range(first, last)))(rng),
    )
    assert body["claim"]["object"] == object_ == verify_bytes(made.data(body)).object
    body["claim"]["object"] = "system"
    assert "claim.object" in refusal(body)


def test_name_and_expectation():
    body = truths.true("dag feeding")
    found = verify_bytes(made.data(body))
    assert found.system == name_of(body["system"]) == "dag of 5 nodes and 5 edges"
    digits = hashlib.sha256(made.text(body["system"]).encode()).hexdigest()
    about = f"matrix product, 4 parameters, sha256 {digits}"
    assert f"dag of 5 nodes and 5 edges ({about}): exactly 1 " in found.statement
    assert verify_bytes(made.data(body), f"sha256 {digits[:16]}").laws == 1
    for name in ("dag of 5 nodes and 5 edges", "dag 5-5", "dag"):
        with pytest.raises(WrongUsage):
            verify_bytes(made.data(body), name)
    for name in (f"sha256 {truths.true('dag twins')['hash']}", "product 4", "linear 2-2"):
        with pytest.raises(Refused, match="this is a certificate of dag of 5 nodes and 5 edges"):
            verify_bytes(made.data(body), name)


def test_generators_have_numbers_for_nodes_without_edges_too():
    body = truths.true("dag stumps")
    sources = [len(entry["source"]) for entry in body["lower"]["generators"]]
    assert set(sources) == {2}  # node 5 has no edge
    body["lower"]["generators"][0]["source"].pop()
    assert "generators[0].source: expected 2 entries" in refusal(body)
