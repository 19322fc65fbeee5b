"""Proofs by growth of what is false, and steps that theorems 6 and 7 of docs/mathematics.md do
not allow.
"""

import copy
import itertools
import random

import pytest

from pyconslaw.verify import Refused
from pyconslaw.verify.brackets import generic, growth
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems.layers import Layers

from . import oracle
from .forge import GROWN, Q, judge, real, reason_of, sealed, truth
from .prover import mlp
from .test_many import a_few

# Networks with more laws than their balance laws have independent gradients: scalar ones, and ones
# with two waists or a waist and a scalar end.
FALSE = [
    (1, 2, 2, 1),
    (1, 3, 3, 1),
    (1, 2, 2, 2, 1),
    (1, 2, 2, 1, 1),
    (1, 2, 2, 1, 2),
    (2, 1, 2, 2, 1),
    (2, 1, 2, 2, 1, 2),
]


def layers_of(system):
    last = len(system["dims"]) - 1
    biases = {"none": 0, "hidden": last - 1, "all": last}[system["bias"]]
    return Layers(
        list(system["dims"]),
        [a != "linear" for a in system["activations"]],
        [k < biases for k in range(last)],
    )


def proof(system, widths, draw, letters=4, length=3):
    """A proof by growth from these widths, with all words of so many letters in random probes at
    a random point.
    """
    small = layers_of(system | {"dims": list(widths)})

    def numbers(n):
        return [draw.randrange(1, 10**6) for _ in range(n)]

    sources, gated = small.dims[0] + any(small.biased), sum(small.gated)
    probes = [
        {
            "source": numbers(sources),
            "gate": numbers(sum(n for n, has in zip(small.dims[1:], small.gated) if has)),
            "added": numbers(gated),
            "out": numbers(small.dims[-1]),
        }
        for _ in range(letters)
    ]
    words = [
        list(w) for k in range(1, length + 1) for w in itertools.product(range(letters), repeat=k)
    ]
    return {
        "kind": "widening",
        "prime": Q,
        "widths": list(widths),
        "point": numbers(small.size),
        "probes": probes,
        "words": words,
    }


def body_of(system, lower):
    """The certificate that the balance laws are all, as growth and theorem 5 would have it."""
    layers = layers_of(system)
    kinds = set(system["activations"])
    kind = (
        "matrix product"
        if kinds <= {"linear"}
        else "mixed"
        if "linear" in kinds
        else "path-lifting"
    )
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "lower": lower,
        "upper": {"kind": "generic-balance"},
        "claim": {
            "object": kind,
            "parameters": layers.size,
            "laws": generic.independent_laws(layers),
        },
    }


@pytest.mark.parametrize("dims", FALSE, ids=lambda dims: "-".join(map(str, dims)))
def test_networks_with_further_laws(dims, fresh_seed):
    """From no smaller network at all, nor from themselves."""
    draw, system = random.Random(fresh_seed), mlp(dims)
    size, laws = truth(system)
    assert laws > generic.independent_laws(layers_of(system))
    reasons = set()
    for widths in itertools.product(*(range(1, n + 1) for n in dims)):
        reason = reason_of(sealed(body_of(system, proof(system, widths, draw))))
        assert reason is not None, widths
        reasons.add(reason.split("lower")[1][:20])
    assert len(reasons) > 1


@pytest.mark.parametrize(
    ("system", "widths"),
    [
        (mlp([2, 3, 3, 2]), [2, 2, 2, 2]),
        (mlp([2, 1, 2], bias="all"), [2, 1, 2]),
        (mlp([1, 4, 2]), [1, 2, 2]),
        (mlp([1, 2, 1], "relu", "hidden"), [1, 2, 1]),
        (mlp([2, 2, 2, 1], ["linear", "relu"]), [2, 1, 2, 1]),
    ],
)
def test_the_forgers_proofs_are_good_enough(system, widths, fresh_seed):
    """The same forger is believed where the claim is true."""
    assert judge(body_of(system, proof(system, widths, random.Random(fresh_seed))))


def test_proofs_of_one_network_passed_off_as_of_another(fresh_seed):
    """Whatever is accepted is true, by brackets written out."""
    draw, seen = random.Random(fresh_seed), {True: 0, False: 0}
    bodies = [real(name) for name in GROWN]
    for _ in range(200):
        lower = copy.deepcopy(draw.choice(bodies)["lower"])
        widths = lower["widths"]
        dims = [n + draw.choice([0, 0, 0, 1, 1, 2, -1]) for n in widths]
        acts = [draw.choice(["linear", "linear", "relu"]) for _ in dims[2:]]
        system = mlp(
            [max(1, n) for n in dims], acts, draw.choice(["none", "none", "hidden", "all"])
        )
        if draw.random() < 0.5:
            original = next(b["system"] for b in bodies if b["lower"] == lower)
            system |= {key: original[key] for key in ("activations", "bias")}
        if draw.random() < 0.3:
            lower["widths"] = [max(1, n + draw.choice([0, 0, 1, -1])) for n in widths]
        try:
            seen[judge(body_of(system, lower))] += 1
        except oracle.TooLarge:
            continue
    assert min(seen.values()) > 10, seen


# ------------------------------------------------------------------------------ the theorems, word
# by word


def may_grow(layers, k):
    """Whether layer k may have one neuron more, by theorem 6 or 7."""
    n, q = layers.dims, len(layers.dims) - 1
    e = [None] + [n[j - 1] + layers.biased[j - 1] + n[j + 1] for j in range(1, q)]
    gated = [None] + layers.gated
    r = [None] + [e[j] if gated[j] else e[j] - n[j] for j in range(1, q)]
    if q < 2 or any(r[j] < 0 for j in range(1, q)):
        return False
    if 0 < k < q:
        return r[k] >= 1 and all(r[j] >= 1 for j in (k - 1, k + 1) if 0 < j < q)
    if k == 0:
        g = next((j for j in range(1, q) if gated[j]), q)
        return all(n[1] <= n[j] for j in range(1, g + 1)) and (
            r[1] >= 3
            if gated[1]
            else n[0] + layers.biased[0] >= n[1] and (r[1] >= 3 or r[1] == 2 <= n[1])
        )
    g = next((j for j in range(q - 1, 0, -1) if gated[j]), 0)
    return all(n[q - 1] <= n[j] for j in range(g, q)) and (
        r[q - 1] >= 3
        if gated[q - 1]
        else n[q] >= n[q - 1] and (r[q - 1] >= 3 or r[q - 1] == 2 <= n[q - 1])
    )


def reached(small, large):
    """Whether steps of the theorems, in any order, lead from one network to the other."""
    todo, seen = [small.dims], {tuple(small.dims)}
    while todo:
        dims = todo.pop()
        if dims == large:
            return True
        for k, n in enumerate(dims):
            wider = [*dims[:k], n + 1, *dims[k + 1 :]]
            if (
                n < large[k]
                and tuple(wider) not in seen
                and may_grow(Layers(dims, small.gated, small.biased), k)
            ):
                seen.add(tuple(wider))
                todo.append(wider)
    return False


def test_growth_is_by_steps_of_the_theorems(fresh_seed):
    """What the checker lets grow can be reached step by step; small widths, for all orders of
    steps are tried.
    """
    draw, seen = random.Random(fresh_seed), {True: 0, False: 0}
    for _ in range(3000):
        q = draw.randint(1, 5)
        system = mlp(
            [draw.randint(1, 4) for _ in range(q + 1)],
            [draw.choice(["linear", "linear", "relu"]) for _ in range(q - 1)],
            draw.choice(["none", "none", "hidden", "all"]),
        )
        large = layers_of(system)
        e = large.spaces
        cut = [
            large.dims[0],
            *(n if gates else min(n, s) for n, s, gates in zip(large.dims[1:], e, large.gated)),
            large.dims[-1],
        ]
        small = layers_of(
            system
            | {"dims": [draw.randint(1, n) if draw.random() < 0.5 else min(n, 2) for n in cut]}
        )
        if min(small.rooms, default=0) < 0:
            continue
        try:
            growth.check_growth(small, large, "here", Budget())
        except Refused:
            seen[False] += 1
        else:
            seen[True] += 1
            assert reached(small, cut), (fresh_seed, small.dims, system)
    assert min(seen.values()) > 200, seen


def test_random_forgeries(fresh_seed):
    a_few("widening", fresh_seed)
