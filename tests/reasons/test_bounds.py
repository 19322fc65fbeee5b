"""Upper bounds: never below the true dimension, with laws that are laws, witnesses that hold,
and the reason that is due.
"""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyconslaw._core.zp import Random
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from reference import ranks
from reference.trace import TooLarge, trace_dimension

from pyconslaw import System, analyze, dag, linear, mlp, polynomial_system, product
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.closing_algebra import closing_bound
from pyconslaw.reasons.independence import independent
from pyconslaw.reasons.polynomial_laws import polynomial_bound, sparse_bound
from pyconslaw.reasons.single_generator import single_generator
from pyconslaw.reasons.split import graph_bound
from pyconslaw.verify.kinds import upper_bound
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import read_system

ACTIVATIONS = ["linear", "relu"]


@st.composite
def architectures(draw):
    dims = draw(st.lists(st.sampled_from([1, 1, 2, 2, 3]), min_size=2, max_size=6))
    return (
        dims,
        [draw(st.sampled_from(ACTIVATIONS)) for _ in dims[2:]],
        draw(st.sampled_from(["none", "none", "hidden", "all"])),
    )


def laws_in(proof):
    """The laws of a proof, with its witness, parts of splits included: (terms, proof of the
    part).
    """
    if proof["kind"] == "split":
        yield from laws_in(proof["before"])
        yield from laws_in(proof["after"])
    else:
        for law in proof.get("laws", ()):
            yield slow.polynomial(law["polynomial"] if isinstance(law, dict) else law), proof


def assert_witness(laws, proof, size):
    """In order, by elimination modulo the prime, the gradients at the point have these pivots."""
    point, prime = proof["point"], proof["prime"]
    assert len(point) == size and len(proof["pivots"]) == len(laws)
    rows = [{v: slow.evaluate(part, point) for v, part in slow.gradient(h).items()} for h in laws]
    assert ranks.rank(rows, prime) == len(laws)
    done = []
    for row, pivot in zip(rows, proof["pivots"], strict=True):
        for other, column in done:
            factor = row.get(column, 0)
            row = {
                j: (row.get(j, 0) - factor * other.get(j, 0)) % prime
                for j in row.keys() | other.keys()
            }
        assert row.get(pivot, 0) % prime
        inverse = pow(row[pivot], -1, prime)
        done.append(({j: x * inverse % prime for j, x in row.items()}, pivot))


@settings(max_examples=80)
@given(architectures(), st.integers(0, 2**32))
def test_bounds_of_networks_are_sound(architecture, seed):
    phi, size = slow_networks.layered(*architecture)
    net = mlp(*architecture)
    try:
        truth = trace_dimension(phi.values(), size, limit=20_000)
    except TooLarge:
        return
    balance, best = balance_bound(net.graph, Random(seed)), graph_bound(net.graph, Random(seed))
    assert truth <= best.dimension <= balance.dimension
    assert balance.dimension == size - len(balance.laws)
    laws = [h for h, _ in laws_in(balance.proof)]
    assert laws == [slow.polynomial(h.terms) for h in balance.laws]
    assert all(slow.is_law(h, phi.values()) for h in laws)
    assert slow_laws.gradient_rank(laws, size) == len(laws)
    assert_witness(laws, balance.proof, size)
    for h, part in laws_in(best.proof):  # the laws of a part are laws of the whole
        assert slow.is_law(h, phi.values()), part["kind"]
    assert (single_generator(net.graph) is not None) == (
        len(phi) == 1 and "relu" not in architecture[1]
    )
    assert all(2**60 < p < 2**61 for p in best.primes)


@pytest.mark.parametrize(
    ("net", "dimension", "kind"),
    [
        (linear([3, 3, 3]), 12, "balance-laws"),
        (linear([2, 4, 3, 2]), 10, "balance-laws"),
        (mlp([2, 3, 1], bias=True), 9, "balance-laws"),
        (linear([1, 2, 2, 1]), 1, "single-generator"),
        (product(6), 1, "single-generator"),
        (linear([1, 1]), 1, "single-generator"),
        (linear([1, 2, 2, 1, 2]), 2, "split"),
        (linear([2, 1, 2, 2, 1, 2]), 3, "split"),
        (linear([2, 2]), 4, "balance-laws"),
        (linear([1, 2, 1, 2, 1]), 1, "single-generator"),
    ],
)
def test_which_bound_is_taken(net, dimension, kind):
    """TRAP A: where a sub-chain has width one at both ends the balance laws are not enough."""
    bound = graph_bound(net.graph, Random(0))
    assert (bound.dimension, bound.proof["kind"]) == (dimension, kind)
    named = {
        "balance-laws": "balance laws",
        "single-generator": "single generator",
        "split": "split at a single neuron",
    }[kind]
    assert (
        "number of parameters (4)" if (net.name, dimension) == ("linear 2-2", 4) else named
    ) in bound.reasons[0]


def test_trap_a_balance_laws_fall_short():
    for dims, balance, best in (
        ([1, 2, 2, 1], 6, 7),
        ([1, 2, 2, 1, 2], 7, 8),
        ([2, 1, 2, 2, 1, 2], 8, 9),
    ):
        graph = linear(dims).graph
        assert graph.params - balance_bound(graph, Random(0)).dimension == balance
        assert graph.params - graph_bound(graph, Random(0)).dimension == best


def test_splits_nest():
    bound = graph_bound(linear([2, 1, 2, 2, 1, 2]).graph, Random(0))
    assert (
        bound.proof["kind"] == "split"
        and len([r for r in bound.reasons if r.startswith("split")]) >= 1
    )
    parts = (bound.proof["before"], bound.proof["after"])
    assert all(set(p) >= {"kind"} for p in parts)
    assert {p["kind"] for p in parts} <= {"balance-laws", "single-generator", "split"}


@pytest.mark.parametrize(
    ("net", "degrees", "dimension", "stated"),
    [
        (linear([1, 3, 1]), [2], 1, 9),
        (linear([2, 2, 2]), [1, 2], 5, 3),
        (product(5), [1, 2], 1, 4),
        (product(5), [1], 5, 0),
        (polynomial_system(["x", "y", "z"], ["x*y", "y*z"]), [1, 2], 2, 1),
    ],
)
def test_polynomial_bounds(net, degrees, dimension, stated):
    bound = polynomial_bound(net.explicit(), degrees, Random(0))
    assert (bound.dimension, bound.stated, bound.proof["kind"]) == (
        dimension,
        stated,
        "polynomial-laws",
    )
    phi = [slow.polynomial(f.terms) for f in net.components.values()]
    laws = [h for h, _ in laws_in(bound.proof)]
    assert all(slow.is_law(h, phi) for h in laws)
    assert_witness(laws, bound.proof, net.size)
    assert trace_dimension(phi, net.size) <= dimension


def test_closing_bound():
    net = polynomial_system(["a", "b", "c", "d", "e"], ["a^5*b + b^3*c", "d^4*e^2 - d"])
    bound = closing_bound(net.explicit(), 40)
    assert (
        bound.dimension == 2
        and bound.proof["kind"] == "closing-algebra"
        and "dimension 2" in bound.reasons[0]
    )
    assert set(bound.proof) == {"kind", "basis", "generators", "products"}
    assert all(len(field) == 5 for field in bound.proof["basis"])
    assert closing_bound(polynomial_system(["x", "y"], ["x^3*y", "y^3 + x"]).explicit(), 10) is None


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), max_size=6), st.integers(0, 2**32)
)
def test_independent(rows, seed):
    """The mask keeps, in order, what is not a combination of what came before; blocks do not
    matter.
    """
    matrix = np.array(rows, dtype=np.uint64).reshape(-1, 4)
    mask, witness = independent(lambda x, p: iter([matrix[:2], matrix[2:]]), Random(seed), 4)
    assert mask.tolist() == [
        ranks.rank(rows[: i + 1], None) > ranks.rank(rows[:i], None) for i in range(len(rows))
    ]
    assert sorted(witness) == ["pivots", "point", "prime"] and len(witness["pivots"]) == mask.sum()


def test_nothing_to_choose_from():
    mask, witness = independent(lambda x, p: iter(()), Random(0), 3)
    assert mask.tolist() == [] and witness["pivots"] == [] and len(witness["point"]) == 3


def test_same_seed_same_bound():
    first, second, other = (
        graph_bound(linear([2, 1, 2, 2, 1, 2]).graph, Random(seed)) for seed in (4, 4, 5)
    )
    assert first.proof == second.proof and first.primes == second.primes
    assert other.dimension == first.dimension and other.primes != first.primes


def test_an_output_among_the_ancestors_forbids_a_split():
    """What is read before v does not pass through it; the split would claim a law too many."""
    from pyconslaw import analyze, dag

    net = dag(
        {"x": "input", "w": "input", "o": "linear", "v": "leaky_relu", "y": "linear"},
        [("x", "o"), ("w", "o"), ("x", "v"), ("w", "v"), ("o", "v"), ("v", "y")],
        outputs=["o", "y"],
    )
    report = analyze(net)
    assert (report.laws, report.verdict) == (1, "proved")
    chain = dag(
        {"x": "input", "o": "linear", "v": "relu", "y": "linear"},
        [("x", "o"), ("o", "v"), ("v", "y")],
        outputs=["o", "y"],
    )
    assert analyze(chain).laws == 1


def test_coordinates_that_never_move():
    """Few of many variables occur: the bound by coordinates alone, and with laws in the
    variables that occur.
    """
    family = System(
        [f"x{k}" for k in range(30)], fields=[{"x3": "x5", "x5": "-x3*x9"}, {"x12": "x3"}]
    ).explicit()
    still = sparse_bound(family, [], Random(1))
    assert (still.dimension, len(still.laws), still.stated) == (3, 27, 27)
    found = sparse_bound(family, [1, 2], Random(1))
    assert (found.dimension, found.reasons[0]) == (3, "coordinates that never move (26)")
    for bound in (still, found):
        proof = bound.proof
        assert (
            len(proof["pivots"])
            == len(set(proof["pivots"]))
            == len(proof["laws"])
            == 30 - bound.dimension
        )
        system = {
            "type": "fields",
            "variables": [f"x{k}" for k in range(30)],
            "fields": [[[v, f.json()] for v, f in sorted(x.items())] for x in family.fields],
        }
        read = read_system(system, 30)
        assert upper_bound(read, proof, "upper", Budget())[0] == bound.dimension


def test_dependent_laws_have_a_second_chance_modulo_a_small_prime():
    """Gradients that vanish at the first point drawn are found at the second; of dependent ones
    none is counted.
    """
    size, drawn = 300, []

    def gradients(point, prime):
        drawn.append(prime)
        rows = np.eye(size, dtype=np.uint64)[[0, 1, 2, 1]]
        if len(drawn) == 1:
            rows[2] = 0
        yield rows

    mask, witness = independent(gradients, Random(0), size)
    assert mask.tolist() == [True, True, True, False] and witness["pivots"] == [0, 1, 2]
    assert (
        len(drawn) == 2 and witness["prime"] == drawn[1] != drawn[0] and drawn[1].bit_length() == 23
    )
    drawn.clear()
    assert independent(lambda x, p: np.eye(size, dtype=np.uint64)[None], Random(0), size)[0].all()


def test_reasons_use_the_names_of_the_user():
    """1-2-2-1-2 as a graph: its one way leads through a neuron that has a name."""
    levels = [["x"], ["a", "b"], ["c", "d"], ["neck"], ["y", "z"]]
    nodes = {v: "linear" for level in levels for v in level} | {"x": "input"}
    edges = [(u, v) for k in range(4) for u in levels[k] for v in levels[k + 1]]
    report = analyze(dag(nodes, edges))
    assert (report.laws, report.verdict) == (8, "proved")
    assert "split at a single neuron (neck)" in report.upper_by
    assert any("(node " in reason for reason in report.upper.reasons)  # what computes has no names
    again = pickle.loads(pickle.dumps(report))
    assert again.upper_by == report.upper_by and again.upper.reasons == report.upper.reasons
