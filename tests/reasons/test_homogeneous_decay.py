"""Which phi are homogeneous, their parts, and bounds carried over to weight decay."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verify import random_dags

from pyconslaw import System, check_law, dag, linear, mlp, product, under_flow
from pyconslaw.fields.expand import components
from pyconslaw.methods.paths import widths_bounds
from pyconslaw.reasons.homogeneous_decay import (
    QUADRATIC,
    homogeneous_decay,
    homogeneous_parts,
    is_homogeneous,
    rests_on_homogeneous_laws,
)
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial


def degrees(f):
    return {sum(e for _, e in m) for _, m in f.terms}


def by_paths(graph):
    """Whether each component of phi has terms of one degree."""
    return all(len(degrees(f)) == 1 for f in components(graph).values())


HIDDEN = st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["linear", "relu"])), max_size=4)


@given(st.integers(1, 2), HIDDEN, st.integers(1, 2), st.sampled_from(["none", "hidden", "all"]))
def test_layers_and_their_graph(first, hidden, last, bias):
    """By widths, by the graph, path by path: the same answer."""
    net = mlp([first, *(n for n, _ in hidden), last], [kind for _, kind in hidden], bias)
    assert is_homogeneous(net.layers) == is_homogeneous(net.graph) == by_paths(net.graph)


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_layers_with_biases_anywhere(gated, data):
    """Two layers with biases need a gated one, from the first on and below the second."""
    size = len(gated) + 1
    biased = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    places = [k for k, has in enumerate(biased) if has]
    wanted = all(any(gated[k:n]) for k, n in pairwise(places))
    assert is_homogeneous(Layers((2,) * (size + 1), tuple(gated), tuple(biased))) == wanted


@given(st.integers(0, 2**32))
def test_graphs(seed):
    """True is exact; ties, frozen edges, dead neurons, outputs that feed on."""
    rng = random.Random(seed)
    net = random_dags.network(random_dags.draw(rng, frozen=rng.choice([0, 0.2])))
    assert not is_homogeneous(net.graph) or by_paths(net.graph)


def drawn(nodes, edges):
    kinds = dict(node.split() for node in nodes.split(", "))
    rows = [edge.split() for edge in edges.split(", ")]
    labels = [{"from": t, "to": h} | ({"frozen": int(w[0])} if w else {}) for t, h, *w in rows]
    return dag(kinds, labels).graph


GRAPHS = {
    "skip": (drawn("x input, h linear, y linear", "x h, h y, x y"), False),
    "skip past a gate": (drawn("x input, h relu, y linear", "x h, h y, x y"), True),
    "frozen skip": (drawn("x input, h linear, y linear", "x h, h y, x y 1"), False),
    "frozen skip past a gate": (drawn("x input, h relu, y linear", "x h, h y, x y 1"), True),
    "skip of equal length": (drawn("x input, h linear, y linear", "x h 2, h y, x y"), True),
    "two ways to a gate": (
        drawn("x input, a linear, g relu, y linear", "x a, a g, x g, g y"),
        False,
    ),
    "equal ways to a gate": (
        drawn("x input, a linear, g relu, y linear", "x a, a g 3, x g, g y"),
        True,
    ),
    "stream": (
        drawn(
            "x input, s linear, h relu, t linear, k relu, u linear, y linear",
            "x s, s h, s t 1, h t, t k, t u 1, k u, u y",
        ),
        True,
    ),
    "dead branch": (drawn("x input, h linear, y linear, d linear", "x h, h y, x d, h d"), False),
    "frozen gates": (
        drawn("x input, g relu, h relu, k relu, y linear", "x g, x h 1, g k, h k, g y 1, k y, h y"),
        True,
    ),
    "to a gate and behind it": (
        drawn("x input, a linear, g relu, b linear, y linear", "x a, a g, g b, x b, b y"),
        True,
    ),
    "products": (product(5).graph, True),
    "linear": (linear([2, 3, 2]).graph, True),
    "biases": (linear([2, 2, 2, 1], bias="hidden").graph, False),
    "biases of gates": (mlp([2, 2, 2, 1], bias="all").graph, True),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_by_hand(name):
    graph, wanted = GRAPHS[name]
    assert is_homogeneous(graph) == wanted
    assert by_paths(graph) or not wanted


def test_only_live_edges_count():
    """A way that ends nowhere changes nothing."""
    dead = dag(
        {"x": "input", "h": "linear", "y": "linear", "d": "linear"},
        [{"from": t, "to": h} for t, h in ("xh", "hy", "xd", "hd")],
        ["y"],
    )
    assert is_homogeneous(dead.graph)


def test_large_layers_take_no_time():
    """10^7 parameters by their widths; the graph is not made."""
    net = linear([3000, 3000, 500], flow="weight-decay")
    assert net.size == 10_500_001 and is_homogeneous(net.base.layers)
    assert "graph" not in vars(net.base)


TERM = st.tuples(
    st.integers(-3, 3).filter(bool),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2)), max_size=3),
)
ENTRY = st.lists(TERM, min_size=1, max_size=4).map(Polynomial.of).filter(lambda f: f.terms)
FIELD = st.dictionaries(st.integers(0, 2), ENTRY, min_size=1)


@given(st.lists(FIELD, max_size=3))
def test_homogeneous_parts(fields):
    """Of one degree each, increasing in a vector field; their sums are the vector fields."""
    parts = homogeneous_parts(fields)
    assert is_homogeneous(parts)
    assert (parts == fields) == is_homogeneous(fields)
    left = list(parts)
    for whole in fields:
        total, last = {}, -1
        while total != whole:
            part = left.pop(0)
            assert part and all(f.terms for f in part.values())
            (degree,) = {n for f in part.values() for n in degrees(f)}
            assert degree > last
            last = degree
            for v, f in part.items():
                total[v] = Polynomial.of([*total.get(v, Polynomial(())).terms, *f.terms])
    assert not left


def test_parts_of_a_field_scale_by_their_degree():
    """X(c theta) is the sum of c^e X^e(theta)."""
    net = System("xy", fields=[["1 + x*y", "y^3 - x"]])
    (whole,) = net.written
    c, at = Fraction(3), [Fraction(2), Fraction(-5)]
    for v, f in whole.items():
        scaled = 0
        for part in homogeneous_parts([whole]):
            (degree,) = {n for g in part.values() for n in degrees(g)}
            scaled += c**degree * part[v].at(at) if v in part else 0
        assert scaled == f.at([c * x for x in at])


def bounds(laws, rank=3):
    lower = LowerBound(rank, ("words",), "search", lambda: {"kind": "w"}, (7,), (2, 3), True)
    return lower, UpperBound(rank, ("laws",), {"kind": "u"}, tuple(laws), len(laws), (11,))


def test_what_is_carried_over():
    mixed = Polynomial.of([(1, [(0, 2)]), (1, [(1, 1)])])
    lower, upper = homogeneous_decay(*bounds([mixed]), 4, parameter=5)
    assert (lower.rank, upper.dimension) == (4, 4)
    assert lower.make_proof() == {
        "kind": "homogeneous-decay",
        "of": "system",
        "base": {"kind": "w"},
    }
    assert upper.proof == {"kind": "homogeneous-decay", "of": "system", "base": {"kind": "u"}}
    assert lower.base.rank == 3 and lower.complete
    assert (lower.rank_by_round, lower.primes, upper.primes) == ((3, 4), (7,), (11,))
    moved = Polynomial.of([(1, [(0, 2), (4, 2)]), (1, [(1, 1), (4, 1)])])
    assert upper.laws == (moved, Polynomial.of([(1, [(5, 1)])])) and upper.stated == 2
    still = homogeneous_decay(*bounds([mixed]), 4, 0)[1]
    assert still.laws == (mixed,) and still.reasons[0].startswith("h for laws")
    parts = homogeneous_decay(*bounds([]), 4, of="parts", exact=False)
    assert parts[0].base is None and parts[1].proof["of"] == "parts"


def test_long_laws_are_not_listed(monkeypatch):
    monkeypatch.setattr("pyconslaw.reasons.homogeneous_decay.LISTED", 1)
    short, long = Polynomial.of([(1, [(0, 1)])]), Polynomial.of([(1, [(0, 1)]), (2, [(1, 1)])])
    assert len(homogeneous_decay(*bounds([short]), 4)[1].laws) == 1
    upper = homogeneous_decay(*bounds([long]), 4, parameter=5)[1]
    assert upper.laws == () and upper.stated == 2


@pytest.mark.parametrize("kind", QUADRATIC)
def test_bounds_that_rest_on_quadratic_laws(kind):
    squares = [[1, [[0, 2]]], [-1, [[1, 2]]]]
    laws = [{"polynomial": squares}, {"polynomial": [[1, [[2, 1]]]]}]
    assert rests_on_homogeneous_laws({"kind": kind, "laws": laws})


def test_a_law_of_two_degrees_is_no_such_law():
    """One by a symmetry of a graph with ties: a^2 - 2 b - b^2."""
    mixed = [[1, [[0, 2]]], [-2, [[1, 1]]], [-1, [[1, 2]]]]
    for laws in ([mixed], [[[1, [[2, 1]]]], mixed]):
        listed = [{"polynomial": law} for law in laws]
        assert not rests_on_homogeneous_laws({"kind": "balance-laws", "laws": listed})


def test_others_do_not():
    for kind in ("single-generator", "split", "polynomial-laws", "closing-algebra", "involutive"):
        assert not rests_on_homogeneous_laws({"kind": kind})


@given(st.sampled_from(["1/3", "2", "0", "lam"]), st.integers(0, 2**32))
def test_laws_of_components_of_one_degree(tau, seed):
    """h(s theta) is a law of the flow for a law h that is not homogeneous, if phi is."""
    rng = random.Random(seed)
    a, b = rng.randint(1, 4), rng.randint(1, 4)
    net = System("xyz", phi=["x^2*y", "z^3"][: rng.randint(1, 2)])
    law = Polynomial.of([(a, [(0, 2)]), (-2 * a, [(1, 2)]), (b, [(0, 4)]), (4 * b, [(1, 4)])])
    law = Polynomial.of([*law.terms, (-4 * b, [(0, 2), (1, 2)])])  # a h + b h^2, h = x^2 - 2 y^2
    assert check_law(net, law).conserved
    moved = under_flow(net, "weight-decay", tau=tau)
    phase = moved.phase
    _, upper = homogeneous_decay(*bounds([law]), phase.clock, phase.factor, phase.parameter)
    assert all(check_law(moved, h).conserved for h in upper.laws)
    assert len(upper.laws) == 1 + (tau == "lam")
    assert check_law(moved, law).conserved == (tau == "0")


def test_bounds_of_a_graph():
    found = widths_bounds(mlp([3, 4, 2]).layers)
    lower, upper = homogeneous_decay(found.lower, found.upper, clock=20)
    assert (lower.rank, upper.dimension, upper.stated) == (17, 17, 4)
    assert lower.base.rank == 16 and lower.make_proof()["base"] == {"kind": "spanning-paths"}
