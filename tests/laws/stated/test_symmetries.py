"""Laws by symmetries of tied graphs: the span of a slow oracle's, and what is known beforehand."""

import random
import sys
from collections import Counter
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest
from amounts import amount
from hypothesis import given
from hypothesis import strategies as st
from reference import laws as slow_laws
from reference import polynomials as slow
from reference import ranks
from reference import symmetries as oracle

from pyconslaw import Edge, InputError, LimitError, analyze, certify, dag, mlp, recurrent
from pyconslaw.laws.stated import potentials as stated_potentials
from pyconslaw.laws.stated.balance import balance_laws, balance_pairs
from pyconslaw.laws.stated.potentials import idle_parameters, potentials
from pyconslaw.laws.stated.symmetries import symmetry_laws
from pyconslaw.records.graph import FROZEN
from pyconslaw.verify import verify_bytes

sys.path.insert(0, str(Path(__file__).parents[2] / "verify"))
import random_dags  # noqa: E402


def written(graph):
    """The graph as the oracle takes it."""
    weight = graph.weight if graph.weight is not None else np.ones(graph.edges, dtype=int)
    columns = (a.tolist() for a in (graph.tail, graph.head, graph.param, weight))
    edges = [(t, h, None if k == FROZEN else k, c) for t, h, k, c in zip(*columns, strict=True)]
    return edges, set(graph.sources), set(graph.outputs), set(graph.gated)


def span(polynomials):
    """Their rank as vectors of coefficients."""
    return ranks.rank(polynomials, None)


def found(graph, **options):
    return [slow.polynomial(law.terms) for _, law in symmetry_laws(graph, **options)]


def drawn(draw):
    """A small graph with ties, frozen edges, dead ends and gates, or without one or the other."""
    kinds = draw.choice([("linear",), ("linear", "linear", "relu", "leaky_relu")])
    while True:
        system = random_dags.draw(
            draw, draw.choice([0, 0, 0.12, 0.3]), draw.choice([0, 0.15, 0.4, 0.9]), kinds=kinds
        )
        try:
            return random_dags.network(system).graph
        except InputError:
            continue


def compare(seed, count):
    """Potentials and twins are among what is found; without them, what they leave."""
    draw, tally = random.Random(seed), Counter()
    while tally["graphs"] < count:
        graph = drawn(draw)
        if len({*graph.tail.tolist(), *graph.head.tolist()}) > 9:
            continue
        case = f"{written(graph)}"
        expected = [h for _, h in oracle.laws(written(graph)) if h]
        everything, more = found(graph, known=True), found(graph)
        assert (
            span(everything) == len(everything) == span(expected) == span(expected + everything)
        ), case
        live = set(range(graph.params)) - set(idle_parameters(graph))
        stated = [potential.law for potential in potentials(graph)]
        stated += balance_laws(graph, balance_pairs(graph))
        stated = [slow.polynomial(h.terms) for h in stated]
        inside = [h for h in stated if live >= {v for m in h for v, _ in slow.factors(m)}]
        assert span(inside + more) == span(inside) + len(more), case
        assert span(stated + more) >= span(expected), case
        phi = oracle.components(written(graph)).values()
        assert all(slow.is_law(h, phi) for h in everything + more), case
        tally["graphs"] += 1
        tally["more than potentials and twins"] += bool(more)
    return tally


def test_all_of_them_are_found_on_small_graphs(fresh_seed):
    assert compare(fresh_seed, 60)["more than potentials and twins"]


@pytest.mark.long
def test_all_of_them_are_found_on_many_graphs(fresh_seed, capsys):
    tally = compare(fresh_seed, amount(3_000))
    with capsys.disabled():
        print(f"\n  symmetries of random graphs, all found: {dict(tally)}")
    assert tally["more than potentials and twins"] > tally["graphs"] / 100


def products(laws):
    """Laws and the products of two laws of degree 1."""
    linear = [h for h in laws if slow.degree(h) == 1]
    return laws + [slow.multiply(f, g) for f, g in combinations_with_replacement(linear, 2)]


def test_against_all_laws_of_degree_2(fresh_seed, capsys):
    """Of linear DAGs with ties: laws of the graph and products of linear ones are among all laws of
    degree at most 2, nearly always all of them."""
    draw, tally = random.Random(fresh_seed), Counter()
    while tally["graphs"] < 60:
        system = random_dags.draw(
            draw, draw.choice([0, 0.12]), draw.choice([0.2, 0.4]), kinds=("linear",)
        )
        try:
            graph = random_dags.network(system).graph
        except InputError:
            continue
        if graph.params > 6:
            continue
        phi = oracle.components(written(graph)).values()
        everything = slow_laws.law_basis(phi, graph.params, [1, 2])
        idle = [slow.variable(k) for k in idle_parameters(graph)]
        listed = products(idle + found(graph, known=True))
        assert span(everything) == span(everything + listed), system
        tally["graphs"] += 1
        tally["all laws"] += span(listed) == len(everything)
    with capsys.disabled():
        print(f"\n  laws of degree <= 2 of random tied linear DAGs: {dict(tally)}")
    assert tally["all laws"] >= 45


@pytest.mark.parametrize(
    "shape", [(1, 2, 1, 2), (2, 3, 1, 6), (1, 3, 2, 12), (3, 4, 2, 5), (2, 5, 1, 9)]
)
def test_linear_recurrent_networks_are_proved(shape):
    """The entries of A A^T - A^T A + B B^T - C^T C, as many as a symmetric matrix has."""
    network, n = recurrent(*shape, "linear"), shape[1]
    report = analyze(network)
    assert report.verdict == "proved" and report.laws == n * (n + 1) // 2
    assert verify_bytes(certify(network, report=report).bytes).laws == report.laws


def test_the_matrix_of_a_recurrent_network():
    """By name, with numbers: every law is an entry of the matrix, up to its sign."""
    network = recurrent(2, 3, 1, 6, "linear")
    draw = np.random.default_rng(5)
    a, b, c = (draw.integers(-9, 9, shape) for shape in ((3, 3), (3, 2), (1, 3)))
    values = {
        f"{name}_{i}_{j}": x
        for name, m in zip("ABC", (a, b, c), strict=True)
        for (i, j), x in np.ndenumerate(m)
    }
    point = [int(values[name]) for name in network.entry_names]
    matrix = a @ a.T - a.T @ a + b @ b.T - c.T @ c
    entries = Counter(abs(int(matrix[i, j])) for i in range(3) for j in range(i))
    assert Counter(abs(law.at(point)) for _, law in symmetry_laws(network.graph)) == entries


def convolutions(channels, positions, kernel):
    """Linear convolutions, channels[l] in layer l, with the weights K<l>_<out>_<in>_<step>."""
    layers, edges, width = [], [], positions
    for layer, count in enumerate(channels):
        layers.append([[f"n{layer}_{c}_{x}" for x in range(width)] for c in range(count)])
        width -= kernel - 1
    for layer, (below, above) in enumerate(zip(layers, layers[1:], strict=False)):
        edges += [
            Edge(below[c][x + s], above[d][x], f"K{layer}_{d}_{c}_{s}")
            for d, row in enumerate(above)
            for x in range(len(row))
            for c in range(len(below))
            for s in range(kernel)
        ]
    nodes = [
        (v, "linear" if layer else "input")
        for layer, rows in enumerate(layers)
        for row in rows
        for v in row
    ]
    return dag(nodes, edges, [v for row in layers[-1] for v in row])


@pytest.mark.parametrize(("channels", "laws"), [((2, 2, 2), 3), ((1, 3, 2), 6), ((2, 2, 3, 1), 9)])
def test_convolutions(channels, laws):
    """Channels mix as neurons do: a symmetric matrix a layer, W W^T - V^T V summed over steps."""
    network = convolutions(channels, 5, 2)
    report = analyze(network)
    assert len(found(network.graph, known=True)) == laws
    assert (report.verdict, report.laws) == ("proved", laws)
    assert verify_bytes(certify(network, report=report).bytes).laws == laws


def test_twins_with_shared_weights():
    """A linear network of two layers that sees two inputs: its twins keep their laws."""
    nodes = [
        (f"{v}{k}", "input" if v[0] == "x" else "linear")
        for k in "ab"
        for v in ("xi", "xj", "h", "g", "y")
    ]
    edges = [
        Edge(f"{u}{k}", f"{v}{k}", f"W_{u}_{v}")
        for k in "ab"
        for u, v in (("xi", "h"), ("xj", "h"), ("xi", "g"), ("xj", "g"), ("h", "y"), ("g", "y"))
    ]
    graph = dag(nodes, edges).graph
    assert balance_pairs(graph) == [] and len(potentials(graph)) == 2
    ((reason, law),) = symmetry_laws(graph)
    assert len(reason["symmetry"]) == 4 and len(law.terms) == 3
    with_gates = [(v, "relu" if v[0] in "hg" else kind) for v, kind in nodes]
    assert symmetry_laws(dag(with_gates, edges).graph) == []


def test_frozen_edges_give_laws_of_degree_1():
    """y = (a + 2 b) x: a and b move together."""
    network = dag(
        {"x": "input", "h": "linear", "y": "relu"},
        [Edge("x", "y", "a"), Edge("h", "y", "b"), Edge("x", "h", frozen=2)],
    )
    linear, square = sorted(found(network.graph), key=slow.degree)
    assert span([linear, slow.polynomial([(2, [(0, 1)]), (-1, [(1, 1)])])]) == 1
    assert span([square, slow.multiply(linear, linear)]) == 1
    report = analyze(network)
    assert (report.verdict, report.laws) == ("proved", 1)
    assert verify_bytes(certify(network, report=report).bytes).laws == 1


@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_layered_networks_have_balance_laws_alone(dims, draw):
    kinds = [draw.choice(["linear", "relu"]) for _ in dims[2:]]
    graph = mlp(dims, kinds, draw.choice(["none", "hidden", "all"])).graph
    assert symmetry_laws(graph) == []
    expected = [slow.polynomial(h.terms) for h in balance_laws(graph, balance_pairs(graph))]
    everything = found(graph, known=True)
    assert span(everything) == len(everything) == len(expected) == span(everything + expected)


@pytest.mark.parametrize("limit", [0, 10, 100, 300, 1000])
def test_a_limit_leaves_laws(limit, fresh_seed):
    draw = random.Random(fresh_seed)
    for _ in range(20):
        graph = drawn(draw)
        some, everything = found(graph, limit=limit, known=True), found(graph, known=True)
        assert len(some) == span(some) and span(some + everything) == len(everything)
        assert limit or not some


def test_heavy_weights_and_graphs_without_paths():
    edges = [Edge("x", "y", "a"), Edge("h", "y", "b"), Edge("x", "h", frozen=2**40)]
    assert symmetry_laws(dag({"x": "input", "h": "linear", "y": "linear"}, edges).graph) == []
    assert (
        symmetry_laws(dag({"x": "input", "h": "linear", "y": "linear"}, [("x", "h")], ["y"]).graph)
        == []
    )


def test_a_wide_one():
    """Hundreds of neurons: 210 laws, 20 of them of potentials."""
    graph = recurrent(10, 20, 5, 12, "linear").graph
    assert len(symmetry_laws(graph)) == 190 and len(symmetry_laws(graph, known=True)) == 210


@pytest.mark.parametrize(("activation", "laws"), [("linear", 3), ("relu", 2)])
def test_many_ties(activation, laws):
    """Where potentials would take too large a dense system they are found here."""
    network = recurrent(1, 2, 1, 8_000, activation)
    with pytest.raises(LimitError):
        potentials(network.graph)
    assert len(symmetry_laws(network.graph, known=True)) == laws
    report = analyze(network)
    assert (report.verdict, report.laws) == ("proved", laws)
    assert all("symmetry" in law for law in report.upper.proof["laws"])


def test_the_linear_system_of_potentials_is_handed_over_sparse(monkeypatch):
    """By its few entries, not as a matrix of ties by neurons."""
    seen, true = [], stated_potentials.integer_nullspace

    def told(matrix, *, shape, ask):
        assert [len(part) for part in matrix] == [len(matrix[0])] * 3
        seen.append((len(matrix[0]), shape))
        return true(matrix, shape=shape, ask=ask)

    monkeypatch.setattr(stated_potentials, "integer_nullspace", told)
    graph = recurrent(3, 4, 2, 3, "linear").graph
    assert potentials(graph)
    ((entries, (ties, neurons)),) = seen
    assert entries <= 4 * ties < ties * neurons
