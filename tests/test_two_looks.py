"""Random networks looked at twice: two primes, two points, two methods must not contradict each
other.

The methods: nested brackets of probes, nested brackets of phi written out path by path, and for
DAGs of ReLU neurons the rank of the exponents of the paths, by the oracle. A rank at one point
modulo one prime may be too small by bad luck (one in thousands), and then it must not have been
called the answer; the tally says how often the looks were equal.
"""

import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from amounts import amount
from pyconslaw._core.zp import Random
from reference.ranks import rank as oracle_rank

from pyconslaw import InputError, LimitError, analyze, certify, mlp
from pyconslaw.brackets.search import trace_rank
from pyconslaw.verify import verify_bytes

sys.path.insert(0, str(Path(__file__).parent / "verify"))
import random_dags  # noqa: E402

ACTIVATIONS = ["linear", "linear", "relu", "leaky_relu", "abs"]
TERMS = 20_000  # of phi, beyond which it is not written out
EFFORT = 3e7  # products of a search that goes on until nothing raises the rank


def chain(draw):
    dims = [draw.randint(1, 4) for _ in range(draw.randint(2, 5))]
    return mlp(
        dims,
        [draw.choice(ACTIVATIONS) for _ in dims[2:]],
        draw.choice([False, False, "hidden", "all"]),
    )


def mixed_dag(draw):
    frozen, tied = draw.choice([0, 0.12, 0.3]), draw.choice([0, 0.13, 0.4])
    return random_dags.network(random_dags.draw(draw, frozen, tied))


def relu_dag(draw):
    """As `mixed_dag`, without linear neurons except outputs that nothing leaves: phi is one path
    a component.
    """
    while True:
        frozen, tied = draw.choice([0.12, 0.3]), draw.choice([0.13, 0.4])
        system = random_dags.draw(draw, frozen, tied, kinds=("relu", "leaky_relu"))
        tails = {t for t, _, _ in system["edges"] + system["frozen"]}
        if not any(kind == "linear" and v in tails for v, kind in enumerate(system["nodes"])):
            return random_dags.network(system)


def exponent_rank(network):
    """The rank of the path-parameter exponents, every component being one path."""
    rows = []
    for f in network.components.values():
        ((_, monomial),) = f.terms
        rows.append(dict(monomial))
    return oracle_rank(rows)


def written_out(network):
    try:
        family = network.explicit()
    except LimitError:
        return None
    return family if sum(len(f.terms) for f in network.components.values()) <= TERMS else None


def look_twice(draw, network, case):
    """Compares all looks at one network; returns words for the tally."""
    seeds = [draw.randrange(2**64) for _ in range(2)]
    reports = [analyze(network, seed=seed) for seed in seeds]
    case = f"{case}, seeds {seeds}: {network.spec}"
    low, high = max(r.laws_min for r in reports), min(r.laws_max for r in reports)
    assert low <= high, case
    answers = {r.laws for r in reports if r.laws is not None}
    assert len(answers) <= 1, case
    proved = [r for r in reports if r.verdict == "proved"]
    assert all(r.laws_min == r.laws == r.laws_max for r in proved), case
    if proved and draw.random() < 0.05:
        assert verify_bytes(certify(network, report=proved[0]).bytes).laws == proved[0].laws, case
    # "probable" > "open"
    tally = Counter({"proved" if proved else max(r.verdict for r in reports): 1})

    family = written_out(network)
    ranks = {"probes": trace_rank(network.fields(), Random(seeds[0]), effort=EFFORT)}
    if family is not None:
        ranks["polynomials"] = trace_rank(family, Random(seeds[1]), effort=EFFORT)
    for name, found in ranks.items():
        assert found.rank <= network.size - low, (name, case)  # never above what is proved
        assert not answers or found.rank == network.size - min(answers) or not found.complete, (
            name,
            case,
        )
    if len(ranks) == 2:
        one, other = ranks.values()
        assert one.primes != other.primes and not (one.point == other.point).all(), case
        assert one.rank == other.rank or not (one.complete and other.complete), case
        tally[
            "both methods equal" if one.rank == other.rank else "a method ended on its budget"
        ] += 1
    else:
        tally["phi not written out"] += 1
    return tally


def compare(build, seed, count, exponents=False):
    total = Counter()
    for k in range(count):
        draw = random.Random(f"{build.__name__} {seed} {k}")
        try:
            network = build(draw)
        except InputError:  # a DAG with nothing between sources and outputs
            total["not a network"] += 1
            continue
        total += look_twice(draw, network, f"{build.__name__} {seed} {k}")
        if exponents:
            expected = network.size - exponent_rank(network)
            report = analyze(network)
            assert report.verdict == "proved" and report.laws == expected, (seed, k, network.spec)
            total["exponents equal"] += 1
    return total


def show(capsys, what, count, total):
    with capsys.disabled():
        print(f"\n  {count} {what}: {dict(sorted(total.items()))}")


def test_400_relu_dags_with_dead_frozen_and_tied_edges(fresh_seed, capsys):
    total = compare(relu_dag, fresh_seed, 400, exponents=True)
    show(capsys, "random ReLU DAGs", 400, total)
    assert total["exponents equal"] + total["not a network"] == 400
    assert total["both methods equal"] > 360 and total["proved"] + total["not a network"] == 400


def test_random_chains_and_dags(fresh_seed, capsys):
    for build, what in ((chain, "random chains"), (mixed_dag, "random DAGs of all neurons")):
        total = compare(build, fresh_seed, 30)
        show(capsys, what, 30, total)
        assert total["proved"] > 18 and total["both methods equal"] > 18


@pytest.mark.long
@pytest.mark.parametrize(
    ("build", "what", "count"),
    [
        (chain, "random chains", 3000),
        (mixed_dag, "random DAGs of all neurons", 3000),
        (relu_dag, "random ReLU DAGs", 2000),
    ],
)
def test_thousands(build, what, count, fresh_seed, capsys):
    count = amount(count)
    total = compare(build, fresh_seed, count, exponents=build is relu_dag)
    show(capsys, what, count, total)
    assert total["both methods equal"] > 0.8 * count and total["proved"] > 0.7 * count
