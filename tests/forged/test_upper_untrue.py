"""Laws that are none beside the real ones: of other neurons, of another part, of a pool of
polynomials.
"""

import itertools
import random

import pytest

from . import oracle
from .forge import NO_GRAPH, SMALL, SPLIT, WITH_LAWS, real, refused, truth
from .prover import (
    empty_proof,
    entries,
    laws_proof,
    mlp,
    multiplied,
    numbered,
    plain,
    unbelieved,
    upper_body,
    worth,
)

GRAPHS = [name for name in SMALL if name not in NO_GRAPH]


@pytest.mark.parametrize("name", GRAPHS)
def test_laws_of_other_neurons(name):
    """Every pair of nodes, potential and parameter of the graph with its own polynomial, beside
    the real laws: off-diagonal balances of gated layers, sources, outputs, neurons of other
    layers.
    """
    system = real(name)["system"]
    size = truth(system)[0]
    base = list(real(name)["upper"].get("laws", []))
    true = [law for law in base if isinstance(law, dict)]
    for law in entries(system, random.Random(1)):
        alone = worth(system, laws_proof([law], size))
        assert alone is None or oracle.is_law(system, law["polynomial"]), law
        both = laws_proof(true + [law], size)
        assert (worth(system, both) is None) == (alone is None and law in both["laws"])
        pivot = next((k for k in range(size) if k not in both["pivots"]), None)
        if law not in both["laws"] and pivot is not None:
            unbelieved(
                system, both | {"laws": both["laws"] + [law], "pivots": both["pivots"] + [pivot]}
            )


@pytest.mark.parametrize(
    "dims, activations, refused_pairs",
    [
        ([2, 2, 2], "relu", [(2, 3)]),
        ([2, 2, 2], "leaky_relu", [(2, 3)]),
        ([2, 2, 2, 2], ["linear", "relu"], [(4, 5), (2, 4), (3, 5)]),
        ([2, 2, 2, 2], ["relu", "linear"], [(2, 3), (2, 4)]),
        ([2, 2, 2], "linear", [(0, 0), (0, 1), (4, 4), (4, 5), (0, 2), (2, 4)]),
    ],
)
def test_pairs_that_are_not_balanced(dims, activations, refused_pairs):
    system = mlp(dims, activations)
    size = numbered(system)[0]
    laws = {
        tuple(law["neurons"]): law for law in entries(system, random.Random(1)) if "neurons" in law
    }
    for pair in refused_pairs:
        law = laws.get(pair, {"neurons": list(pair), "polynomial": []})
        reason = refused(
            upper_body(
                system,
                {
                    "kind": "balance-laws",
                    "laws": [law],
                    "prime": 3,
                    "point": [1] * size,
                    "pivots": [0],
                },
            )
        )
        assert "laws[0]" in reason and "pivot" not in reason


def test_laws_of_another_part():
    """In a part only the laws of the part count, not those of the other part or of the node
    between.
    """
    for name in SPLIT:
        system = real(name)["system"]
        size = numbered(system)[0]
        node = real(name)["upper"]["node"]
        trivial = empty_proof(size)
        for law in entries(system, random.Random(2))[::2]:
            for side in ("before", "after"):
                split = {"kind": "split", "node": node, "before": trivial, "after": trivial}
                inside = worth(system, split | {side: laws_proof([law], size)})
                if law.get("neurons") == [node, node] or law.get("potential") == [[node, 1]]:
                    assert inside is None, law
                as_polynomial = worth(
                    system, split | {side: laws_proof([law["polynomial"]], size, "polynomial-laws")}
                )
                parameters = {v for _, m in law["polynomial"] for v, _ in m}
                other = {
                    v for _, h, v, _ in numbered(system)[1] if (h <= node) != (side == "before")
                }
                if parameters & other and name != "dag, split":
                    assert inside is None and as_polynomial is None, law


@pytest.mark.parametrize("name", NO_GRAPH)
def test_laws_of_explicit_systems(name):
    """Every polynomial of a pool beside the real laws, each believed only if it is a law."""
    system = real(name)["system"]
    size = len(system["variables"])
    pool = list(plain({"type": "product", "size": size}, random.Random(3)))
    accepted = []
    for p in pool + [multiplied(a, b) for a, b in itertools.pairwise(pool)][:40]:
        if worth(system, laws_proof([p], size, "polynomial-laws")) is not None:
            assert oracle.is_law(system, p)
            accepted.append(p)
    stated = real(name)["upper"].get("laws", []) if name in WITH_LAWS else []
    worth(system, laws_proof(accepted + stated, size, "polynomial-laws"))
    assert "graph" in unbelieved(
        system, laws_proof([{"neurons": [0, 0], "polynomial": pool[0]}], size)
    )
