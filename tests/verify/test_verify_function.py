"""Functions on data as the checker reads them: the basis against Gauss and Jordan in fractions, the
gates against values, the reading against the words of the contract.
"""

import random
import sys
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path

import pytest
from reference import function as slow

sys.path.insert(0, str(Path(__file__).parent))
import random_dags

from pyconslaw.verify import Declined, Refused
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import name_of, object_of, place_of, read_system
from pyconslaw.verify.systems.span import Span


def pair(x):
    return [Fraction(x).numerator, Fraction(x).denominator]


def drawn(rng):
    """A question about a random graph, layered network or product."""
    network = rng.choice([random_dags.draw, layered, product])(rng)
    size, _, sources, constants, _, kinds = slow.graph_of(network)
    width = len(sources) - len(constants)
    numbers = (Fraction(rng.randint(-6, 6), rng.randint(1, 4)) for _ in iter(int, 1))
    leaky = "leaky_relu" in kinds.values()
    return size, {
        "type": "function",
        "network": network,
        "weights": [pair(next(numbers)) for _ in range(size)],
        "inputs": [[pair(next(numbers)) for _ in range(width)] for _ in range(rng.randint(1, 6))],
        "loss": rng.choice(["full", "softmax"]),
        "slope": pair(rng.choice([Fraction(1, 100), Fraction(-2, 3), Fraction(1)]))
        if leaky
        else None,
    }


def layered(rng):
    dims = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))]
    names = [rng.choice(["linear", "relu", "leaky_relu", "abs"]) for _ in dims[2:]]
    bias = rng.choice(["none", "hidden", "all"])
    return {"type": "mlp", "dims": dims, "activations": names, "bias": bias}


def product(rng):
    return {"type": "product", "size": rng.randint(1, 5)}


def primitive(f):
    """Integers without common factor, the first one positive."""
    scale = lcm(*(c.denominator for c in f.values()))
    whole = {m: int(c * scale) for m, c in f.items()}
    content = gcd(*whole.values()) * (1 if whole[min(whole)] > 0 else -1)
    return {m: c // content for m, c in whole.items()}


def test_the_basis_is_the_reduced_echelon_form(fresh_seed):
    rng, kinks, bases = random.Random(fresh_seed), 0, 0
    for _ in range(250):
        size, system = drawn(rng)
        try:
            _, polynomials = slow.outputs(system)
        except slow.Kink:
            kinks += 1
            with pytest.raises(Refused, match="exactly at its kink"):
                read_system(system, size)
            continue
        found = read_system(system, size)
        assert found.phi == [primitive(f) for f in slow.echelon(polynomials)], system
        assert (found.size, found.generators) == (size, len(found.phi))
        bases += len(found.phi) > 1
    assert kinks and bases > 30


def test_the_basis_does_not_depend_on_the_order(fresh_seed):
    rng = random.Random(fresh_seed)
    for _ in range(60):
        columns = [((0, 1),), ((0, 1), (1, 2)), ((1, 1),), ((2, 3),)]
        rows = [
            {m: Fraction(rng.randint(-4, 4), rng.randint(1, 3)) for m in columns} for _ in range(5)
        ]
        rows += [{m: 2 * c for m, c in rows[0].items()}, {}]
        found = []
        for _ in range(3):
            rng.shuffle(rows)
            span = Span(Budget())
            for row in rows:
                span.add({**row, (): Fraction(7)})
            found.append(span.basis())
        assert found[0] == found[1] == found[2]
        assert found[0] == [primitive(f) for f in slow.echelon(rows)]


SYSTEM = {
    "type": "function",
    "network": {"type": "mlp", "dims": [1, 1, 1], "activations": ["relu"], "bias": "none"},
    "weights": [[1, 1], [-2, 3]],
    "inputs": [[[1, 2]], [[5, 1]]],
    "loss": "full",
    "slope": None,
}


def test_words():
    assert name_of(SYSTEM) == "the function on 2 examples of relu 1-1-1"
    assert name_of(SYSTEM | {"loss": "softmax"}).endswith("of relu 1-1-1 under softmax")
    assert object_of(SYSTEM) == "function on 2 examples"
    assert object_of(SYSTEM | {"inputs": [[[1, 1]]]}) == "function on 1 example"
    assert place_of(SYSTEM).startswith("near generic points next to the given weights")
    assert place_of(SYSTEM["network"]) == "near a generic point"


@pytest.mark.parametrize("units", [1, 10, 100, 200, 300])
def test_work_is_charged_before_it_is_done(units):
    """The whole takes more than 300 units, and everything counts."""
    with pytest.raises(Declined):
        read_system(SYSTEM, 2, Budget(units))
    assert len(read_system(SYSTEM, 2, Budget(10_000)).phi) == 1


def test_what_is_held_goes_with_the_basis():
    """Examples that add nothing leave nothing behind."""
    few, many = Budget(), Budget()
    read_system(SYSTEM, 2, few)
    read_system(SYSTEM | {"inputs": [[[k, 1]] for k in range(1, 200)]}, 2, many)
    assert many.numbers == few.numbers and many.units > 50 * few.units


def test_the_number_of_parameters_comes_first():
    """Nothing is built for a network of another size."""
    huge = SYSTEM["network"] | {"dims": [10**9, 10**9, 1]}
    with pytest.raises(Refused, match="the system has"):
        read_system(SYSTEM | {"network": huge}, 2)
    with pytest.raises(Declined):
        read_system(SYSTEM | {"network": huge}, 10**18 + 10**9)
