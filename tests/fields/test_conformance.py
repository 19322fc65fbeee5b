"""One suite for the VectorFields interface, run on every presentation of every network below.

What a generator stands for is written out by the oracles: for explicit polynomials a component of
phi, for probes the combination of components with coefficients source * gates * output.
"""

import pickle
from functools import cache
from itertools import product
from math import log2, prod

import numpy as np
import pytest
from pyconslaw._core.zp import Random
from reference import networks as slow_networks
from reference import polynomials as slow
from reference import ranks

from pyconslaw import linear, mlp
from pyconslaw import product as product_network
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.fields.probes import ProbeFields

PRIME = 2**61 - 1
NETWORKS = {
    "linear 2-2-2": (lambda: linear([2, 2, 2]), ([2, 2, 2], "linear", "none")),
    "linear 1-2-2-1": (lambda: linear([1, 2, 2, 1]), ([1, 2, 2, 1], "linear", "none")),
    "linear 2-2-2 --bias": (lambda: linear([2, 2, 2], bias=True), ([2, 2, 2], "linear", "hidden")),
    "linear 2-1": (lambda: linear([2, 1]), ([2, 1], "linear", "none")),
    "relu 2-2-1": (lambda: mlp([2, 2, 1]), ([2, 2, 1], "relu", "none")),
    "relu 1-2-1 --bias all": (lambda: mlp([1, 2, 1], bias="all"), ([1, 2, 1], "relu", "all")),
    "relu 1-2-2-1": (lambda: mlp([1, 2, 2, 1]), ([1, 2, 2, 1], "relu", "none")),
    "mixed 2-2-2-1": (
        lambda: mlp([2, 2, 2, 1], ["linear", "relu"]),
        ([2, 2, 2, 1], ["linear", "relu"], "none"),
    ),
    "mixed 1-2-1-2-1 --bias": (
        lambda: mlp([1, 2, 1, 2, 1], ["leaky_relu", "linear", "relu"], True),
        ([1, 2, 1, 2, 1], ["leaky_relu", "linear", "relu"], "hidden"),
    ),
}


@cache
def network(name):
    return product_network(4) if name == "product 4" else NETWORKS[name][0]()


@cache
def components(name):
    """The oracle's phi, by key in increasing order."""
    phi, _ = (
        slow_networks.product(4)
        if name == "product 4"
        else slow_networks.layered(*NETWORKS[name][1])
    )
    return dict(sorted(phi.items()))


@pytest.fixture(params=[*NETWORKS, "product 4"])
def name(request):
    return request.param


@pytest.fixture(params=["probes", "polynomials"])
def presentation(request):
    return request.param


@pytest.fixture
def family(name, presentation):
    return (
        ProbeFields(network(name).graph) if presentation == "probes" else network(name).explicit()
    )


def coefficients(name, row):
    """The coefficient of each component in the probe with this row (source values, gate values,
    output weights).
    """
    graph = network(name).graph
    value = dict(
        zip(
            [("source", v) for v in graph.sources]
            + [("gate", v) for v in graph.gated]
            + [("out", v) for v in graph.outputs],
            [int(x) for x in row],
            strict=True,
        )
    )
    return {
        key: value["source", key[0]]
        * prod(value["gate", v] for v in key[1:-1])
        * value["out", key[-1]]
        for key in components(name)
    }


def meaning(name, family, row):
    """The vector field of a generator row, by the oracle."""
    phi = components(name)
    if isinstance(family, PolynomialFields):
        return slow.gradient(list(phi.values())[int(row[0])])
    total = {}
    for key, c in coefficients(name, row).items():
        total = slow.add(total, phi[key], c)
    return slow.gradient(total)


def some_generators(family, seed=3, count=5, bound=1000):
    return family.draw(Random(seed), 0, count, bound)


def some_point(family, seed=9, bound=10**6):
    return Random(seed).array(family.parameters, 0, bound)


def words_of(count):
    return [word for length in (1, 2, 3) for word in product(range(min(count, 3)), repeat=length)]


def at(field, point, size, prime=PRIME):
    return [slow.evaluate(field.get(v, {}), point) % prime for v in range(size)]


def test_drawn_generators(family):
    found = some_generators(family)
    assert found.dtype == np.uint64 and found.ndim == 2
    assert (found == some_generators(family)).all()
    if family.size is None:
        assert len(found) == 5 and (found >= 1).all() and (found < 1000).all()
        assert (found != some_generators(family, seed=4)).any()
        assert len({tuple(row) for row in some_generators(family, count=20).tolist()}) == 20
    else:
        assert len(found) == min(5, family.size)
        later = [family.draw(Random(0), start, 2, 1000) for start in range(0, family.size + 2, 2)]
        assert np.concatenate(later).tolist() == [[i] for i in range(family.size)]


def test_values_are_what_the_words_mean(name, family):
    generators, point = some_generators(family), some_point(family)
    words = words_of(len(generators))
    found = family.values(generators, words, point, PRIME)
    assert found.shape == (len(words), family.parameters) and found.dtype == np.uint64
    fields = [meaning(name, family, row) for row in generators]
    exact = [int(x) for x in point]
    for word, row in zip(words, found.tolist(), strict=True):
        assert row == at(slow.nested(fields, word), exact, family.parameters), word


def test_long_words(name, family):
    """Words that end in a run of equal letters may be evaluated in another way; their values are
    the same.
    """
    generators, point = some_generators(family), some_point(family)
    if len(generators) < 2:
        return
    words = [
        (0, 0, 0, 1),
        (1, 1, 1, 0),
        (0, 0, 0, 0, 1),
        (1, 0, 0, 0, 1),
        (0, 0, 1),
        (1, 1, 1, 1, 1),
        (0, 1, 0, 0, 0, 1),
    ]
    found = family.values(generators, words, point, PRIME)
    fields = [meaning(name, family, row) for row in generators[:2]]
    exact = [int(x) for x in point]
    for word, row in zip(words, found.tolist(), strict=True):
        assert row == at(slow.nested(fields, word, PRIME), exact, family.parameters), word
    assert (found[::-1] == family.values(generators, words[::-1], point, PRIME)).all()
    assert (found[:1] == family.values(generators, words[:1], point, PRIME)).all()


@pytest.mark.parametrize("prime", [3, 101, 2**62 - 57])
def test_points_and_generators_are_taken_modulo_the_prime(name, family, prime):
    generators, point = some_generators(family), some_point(family)
    exact = [int(x) for x in point]
    words = [(0,), (0, len(generators) - 1)]
    fields = [meaning(name, family, row) for row in generators]
    expected = [at(slow.nested(fields, word), exact, family.parameters, prime) for word in words]
    assert family.values(generators, words, point, prime).tolist() == expected
    assert family.values(generators, words, exact, prime).tolist() == expected


def test_antisymmetry_and_jacobi(family):
    generators, point = some_generators(family), some_point(family)
    n = min(3, len(generators))
    triples = list(product(range(n), repeat=3))

    def values(words):
        return family.values(generators, words, point, PRIME).astype(object)

    pairs = list(product(range(n), repeat=2))
    assert not ((values(pairs) + values([(j, i) for i, j in pairs])) % PRIME).any()
    assert not values([(i, i) for i in range(n)]).any()
    turned = [values([(w[s], w[(s + 1) % 3], w[(s + 2) % 3]) for w in triples]) for s in range(3)]
    assert not (sum(turned) % PRIME).any()


def test_chains_are_words(family):
    generators, point = some_generators(family), some_point(family)
    f, g = 0, len(generators) - 1
    rows = family.chain(generators, (f, g), 3, point, PRIME)
    words = [(f,) * k + (g,) for k in range(4)]
    assert 1 <= len(rows) <= 4
    assert (rows == family.values(generators, words[: len(rows)], point, PRIME)).all()
    assert family.chain_cost(3) > 0


def test_batching_and_repetition_do_not_matter(family):
    generators, point = some_generators(family), some_point(family)
    words = words_of(len(generators))
    together = family.values(generators, words, point, PRIME)
    assert (
        together == np.concatenate([family.values(generators, [w], point, PRIME) for w in words])
    ).all()
    assert (together[::-1] == family.values(generators, words[::-1], point, PRIME)).all()
    assert (
        together[[0, -1, 0]]
        == family.values(generators, [words[0], words[-1], words[0]], point, PRIME)
    ).all()
    more = np.concatenate([generators, generators[:1]])
    assert (family.values(more, [(len(generators),)], point, PRIME) == together[:1]).all()
    none = family.values(generators, [], point, PRIME)
    assert none.shape == (0, family.parameters)


def test_cost_is_positive_and_adds_up(family):
    generators = some_generators(family)
    words = words_of(len(generators))
    costs = [family.cost(generators, [word]) for word in words]
    assert all(np.isfinite(c) and c > 0 for c in costs)
    assert family.cost(generators, words) == pytest.approx(sum(costs))
    assert family.cost(generators, []) == 0


def test_size_bounds_hold(name, family):
    bound = 1000
    degree, bits = family.size_bounds(bound)
    for row in some_generators(family, count=20, bound=bound):
        for f in meaning(name, family, row).values():
            assert slow.degree(f) <= degree
            assert log2(sum(abs(c) for c in f.values())) <= bits + 1e-9


def test_json_of_generators(family):
    generators = some_generators(family)
    found = family.generators_json(generators)
    if family.size is not None:
        assert found is None
        return
    graph = family.graph
    assert len(found) == len(generators)
    for entry, row in zip(found, generators.tolist(), strict=True):
        assert [len(entry[k]) for k in ("source", "gate", "out")] == [
            len(graph.sources),
            len(graph.gated),
            len(graph.outputs),
        ]
        assert entry["source"] + entry["gate"] + entry["out"] == row
        assert all(type(x) is int for part in entry.values() for x in part)


def test_both_presentations_span_the_same(name):
    probes, explicit = ProbeFields(network(name).graph), network(name).explicit()
    point = some_point(probes)

    def rank(family, count):
        generators = family.draw(Random(1), 0, count, 1000)
        return ranks.rank(
            family.values(generators, [(k,) for k in range(len(generators))], point, PRIME).tolist()
        )

    together = rank(explicit, explicit.size)
    assert together == rank(probes, 2 * explicit.size + 5)
    phi = components(name).values()
    exact = [int(x) for x in point]
    assert together == ranks.rank(at(slow.gradient(f), exact, probes.parameters) for f in phi)


def test_probes_are_combinations_of_components(name):
    """The nested bracket of probes is the multilinear combination of the nested brackets of the
    components. The nested bracket of probes is the multilinear combination of the nested
    brackets of the components.
    """
    probes, explicit = ProbeFields(network(name).graph), network(name).explicit()
    point = some_point(probes)
    rows = some_generators(probes, count=3)
    weights = [list(coefficients(name, row).values()) for row in rows.tolist()]
    numbers = explicit.draw(Random(0), 0, explicit.size, 2)
    for word in ((0,), (0, 1), (2, 0, 1)):
        if explicit.size ** len(word) > 1000:
            continue
        inner = list(product(range(explicit.size), repeat=len(word)))
        values = explicit.values(numbers, inner, point, PRIME).astype(object)
        factors = np.array(
            [prod(weights[letter][i] for letter, i in zip(word, w, strict=True)) for w in inner],
            dtype=object,
        )
        expected = (factors[:, None] * values).sum(axis=0) % PRIME
        assert probes.values(rows, [word], point, PRIME)[0].tolist() == expected.tolist(), word


def test_a_probe_at_a_point_of_its_own(monkeypatch):
    family, rng = ProbeFields(mlp([2, 3, 2], bias=True).graph), Random(3)
    generators, points = family.draw(rng, 0, 5, 101), rng.array((5, family.parameters), 0, 101)
    expected = [
        family.values(generators, [(k,)], point, 101)[0].tolist() for k, point in enumerate(points)
    ]
    assert family.at_points(generators, points, 101).tolist() == expected
    monkeypatch.setattr("pyconslaw.fields.probes.TOGETHER", 2)
    assert family.at_points(generators, points, 101).tolist() == expected
    assert family.at_points(generators[:0], points[:0], 101).shape == (0, family.parameters)


def test_vector_fields_again_keep_brackets_of_their_own():
    net = mlp([2, 2, 1])
    first, again = net.explicit(), net.explicit()
    assert first.fields is again.fields and first._brackets is not again._brackets
    letters = first.draw(Random(0), 0, 2, 2)
    values = first.values(letters, [(0, 1)], [1] * first.parameters, PRIME)
    assert (
        (0, 1) in first._brackets.terms
        and (0, 1) not in again._brackets.terms
        and not again._brackets.of.cache_info().currsize
    )
    assert (
        again.values(letters, [(0, 1)], [1] * first.parameters, PRIME).tolist() == values.tolist()
    )
    back = pickle.loads(pickle.dumps(first))
    assert (0, 1) not in back._brackets.terms
    assert back.values(letters, [(0, 1)], [1] * first.parameters, PRIME).tolist() == values.tolist()


def test_a_network_offers_both(name):
    net = network(name)
    assert isinstance(net.fields(), ProbeFields) and isinstance(net.explicit(), PolynomialFields)
    assert net.fields().parameters == net.explicit().parameters == net.size
