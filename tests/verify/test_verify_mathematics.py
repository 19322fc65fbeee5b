"""What the proofs rest on, against slow independent computations: brackets, primes, ranks, upper
bounds.
"""

import itertools
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_polynomials as polys  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402
import random_dags  # noqa: E402

from pyconslaw.verify import (  # noqa: E402
    Refused,
    arithmetic,  # noqa: E402
    verify_bytes,
)
from pyconslaw.verify.brackets import (  # noqa: E402
    polynomials,
    words_of_graphs,
    words_of_polynomials,  # noqa: E402
)
from pyconslaw.verify.brackets.rows import check_rank  # noqa: E402
from pyconslaw.verify.brackets.written import polynomial  # noqa: E402
from pyconslaw.verify.kinds import upper_bound  # noqa: E402
from pyconslaw.verify.reading import Budget  # noqa: E402
from pyconslaw.verify.systems import expand, read_system  # noqa: E402

DAGS = [
    truths.SKIP,
    truths.SHARED,
    truths.STUMPS,
    truths.FEEDING,
    truths.SQUARED,
    truths.TWINS,
    truths.NARROW,
    truths.WEIGHTED,
    truths.CANCELS,
]
DAGS += [random_dags.draw(random.Random(seed), 0.2, 0.4) for seed in (16, 21, 22, 23, 27, 31, 32)]


def is_prime(n):
    try:
        return arithmetic.prime(n, "n") == n
    except Refused:
        return False


def test_primes():
    assert [n for n in range(3, 5000) if is_prime(n)] == [
        n for n in range(3, 5000) if all(n % d for d in range(2, int(n**0.5) + 1))
    ]
    assert is_prime(2**61 - 1) and is_prime(2**62 - 57)
    # strong pseudoprimes to the first 5, 6, 7, 8, 9 prime bases; a Carmichael number; a square
    for n in (
        2152302898747,
        3474749660383,
        341550071728321,
        3825123056546413051,
        825265,
        (2**29 - 3) ** 2,
    ):
        assert not is_prime(n)


def test_rank_with_known_pivots():
    rng = random.Random(5)
    for q in (3, 101, polys.Q):
        for rank, columns in ((0, 3), (1, 1), (4, 7), (6, 6)):
            pivots = rng.sample(range(columns), rank)
            rows = []
            for t, pivot in enumerate(pivots):
                row = [rng.randrange(q) for _ in range(columns)]
                for earlier in pivots[:t]:
                    row[earlier] = 0
                row[pivot] = rng.randrange(1, q)
                rows.append(row)
            mixed = [list(row) for row in rows]
            for t in range(1, rank):
                c = [rng.randrange(q) for _ in range(t)]
                mixed[t] = [
                    x + sum(a * rows[s][k] for s, a in enumerate(c)) for k, x in enumerate(rows[t])
                ]
            check_rank(mixed, pivots, columns, q, Budget(), "rows")
            if rank > 1:
                mixed[-1] = [sum(column) for column in zip(*mixed[:-1])]
                with pytest.raises(Refused):
                    check_rank(mixed, pivots, columns, q, Budget(), "rows")


@pytest.mark.parametrize("q", [5, 10007, polys.Q])
@pytest.mark.parametrize(
    "system",
    [
        systems.mlp(2, 2, 2),
        systems.mlp(1, 2, 2, 1, bias="all"),
        systems.mlp(2, 2, 1, activations="relu", bias="hidden"),
        systems.mlp(1, 2, 2, 1, activations=["leaky_relu", "linear"]),
        systems.product(4),
        *DAGS,
    ],
    ids=str,
)
def test_brackets_at_a_point(system, q):
    """Nilpotent numbers give what the expanded brackets of the expanded probes give, and so with
    signs.
    """
    rng = random.Random(7)
    net = systems.Net(system)
    roles = {"source": net.sources, "gate": net.gated, "out": net.outputs}
    listed = [
        {role: [rng.randrange(-9, 9) for _ in nodes] for role, nodes in roles.items()}
        for _ in range(3)
    ]
    point = made.random_point(net.size, rng)
    graph = read_system(system, net.size)
    words = [[0], [1], [0, 1], [1, 0], [0, 1, 2], [2, 2, 0], [1, 0, 1, 2]]
    gradients = [polys.grad(net.probe(g), net.size) for g in listed]
    wanted = []
    for word in words:
        vector = gradients[word[-1]]
        for letter in reversed(word[:-1]):
            vector = polys.bracket(gradients[letter], vector)
        wanted.append([polys.value(p, point, q) for p in vector])
    probes = words_of_graphs.read_generators(graph, listed, "lower", Budget())
    assert list(words_of_graphs.values(graph, words, probes, point, q, Budget())) == wanted
    terms = [polynomial(polys.listed(net.probe(g)), "phi", net.size) for g in listed]
    fields = [polynomials.gradient(p, Budget()) for p in terms]
    rows = words_of_polynomials.values(None, words, fields, point, q, Budget())
    assert [[x % q for x in row] for row in rows] == wanted


@pytest.mark.parametrize(
    "system",
    [
        systems.mlp(2, 2, 2),
        systems.mlp(1, 2, 2, 1, bias="all"),
        systems.mlp(2, 2, 2, 1, activations=["relu", "linear"]),
        systems.mlp(2, 3),
        systems.product(5),
        *DAGS,
    ],
    ids=str,
)
def test_components(system):
    net = systems.Net(system)
    found = expand.components(read_system(system, net.size), Budget())
    wanted = [polys.listed(p) for p in net.components().values() if any(map(any, p))]
    found = [
        sorted([[c, [list(f) for f in m]] for m, c in p.items()], key=lambda term: term[1])
        for p in found
    ]
    assert sorted(found) == sorted(wanted)


def all_small_systems():
    for dims in itertools.chain(*(itertools.product((1, 2), repeat=n) for n in (2, 3, 4))):
        for activations in itertools.product(("linear", "relu"), repeat=len(dims) - 2):
            for bias in ("none", "hidden", "all"):
                system = systems.mlp(*dims, activations=list(activations), bias=bias)
                if systems.Net(system).size <= 9:
                    yield system


def proofs(net, rng, edges=None, sources=None, outputs=None, depth=2):
    """Every kind of upper bound of a part that might hold, with all the laws it can have; many
    are false.
    """
    part = {} if edges is None else {"edges": edges, "sources": sources, "outputs": outputs}
    edges, sources, outputs = edges or net.edges, sources or net.sources, outputs or net.outputs
    entries = [net.balance(i, j) for i, j in net.balanced_pairs(**part)]
    yield made.laws("balance-laws", net.size, entries, rng)
    yield made.laws("polynomial-laws", net.size, [entry["polynomial"] for entry in entries], rng)
    yield made.laws("polynomial-laws", net.size, [[[1, [[p, 1]]]] for p in range(net.size)], rng)
    yield made.SINGLE
    for v in sorted({v for e in edges for v in e[:2]}) if depth else ():
        ahead = {v}
        for u, w, _ in reversed(edges):
            ahead |= {u} if w in ahead and u not in sources else set()
        first = [e for e in edges if e[1] in ahead]
        rest = [e for e in edges if e[1] not in ahead]
        if first and rest:
            before = list(proofs(net, rng, first, sources, [v], depth - 1))
            after = list(proofs(net, rng, rest, [*sources, v], outputs, depth - 1))
            for b, a in itertools.product(before[:6], after[:6]):
                yield made.split(v, b, a)


def test_no_upper_bound_is_below_the_truth():
    """All small networks: an accepted bound is at least the true dimension, the best nearly
    always equal.
    """
    rng, met, accepted = random.Random(11), 0, 0
    small = list(all_small_systems())
    for system in small:
        net = systems.Net(system)
        dimension = len(made.lower(system, None, rng, longest=3)["words"])
        bounds = []
        for proof in proofs(net, rng):
            try:
                bounds.append(
                    upper_bound(read_system(system, net.size), proof, "upper", Budget())[0]
                )
            except Refused as reason:
                assert "the checker failed" not in str(reason)
        assert min(bounds) >= dimension, (system, min(bounds), dimension)
        met += min(bounds) == dimension
        accepted += len(bounds)
    assert met > 0.9 * len(small) and accepted > 3 * len(small)


def test_certificate_without_randomness():
    """By hand: phi = x y at (1, 2) modulo 3; the law x^2 - y^2 has the gradient (2, -4)."""
    system = systems.explicit([(1, {0: 1, 1: 1})])
    body = made.rehash(
        {
            "format": "pyconslaw-certificate",
            "version": 1,
            "system": system,
            "claim": {"object": "system", "parameters": 2, "laws": 1},
            "lower": {
                "kind": "bracket-words",
                "prime": 3,
                "point": [1, 2],
                "words": [[0]],
                "pivots": [1],
            },
            "upper": {
                "kind": "polynomial-laws",
                "laws": [[[1, [[0, 2]]], [-1, [[1, 2]]]]],
                "prime": 5,
                "point": [1, 2],
                "pivots": [0],
            },
        }
    )
    assert verify_bytes(made.data(body)).prime == 3
    body["lower"]["point"] = [3, 0]  # the gradient (0, 3) is 0 modulo 3
    with pytest.raises(Refused, match="no pivot"):
        verify_bytes(made.data(made.rehash(body)))
