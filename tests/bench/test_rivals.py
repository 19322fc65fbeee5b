"""The rivals' answers are ours, on instances so small that nobody waits."""

import numpy as np
import pytest
from click.testing import CliRunner
from reference.laws import law_basis
from reference.networks import layered

from bench import brackets, counts, integer_rank, paths, rank, search, systems
from bench.instances import COUNTS, PAPER, SEARCHES, chosen, instance
from bench.rivals import notebook, rings
from pyconslaw.experiments.paper import architectures

RINGS = rings.available()


def answers(rivals):
    return {name: rival.finish(rival.run()) for name, rival in rivals.items() if rival.exact}


def agree(rivals, expected=None):
    found = answers(rivals)
    assert len(found) >= 2 and len(set(found.values())) == 1, found
    assert expected is None or set(found.values()) == {expected}


# linear 1-2-2-1 has one law more than theory states: the rivals stagnate there, they are not just
# told
@pytest.mark.parametrize(
    ("name", "laws"),
    [
        ("linear 2-2-2", 3),
        ("linear 1-2-2-1", 7),
        ("relu 2-2-1", 2),
        ("relu 2-1-2-1 --bias", 3),
        ("linear 1-2-1", 3),
    ],
)
def test_counts(name, laws):
    agree(counts.rivals(instance(name, "")), laws)


@pytest.mark.parametrize(
    "name", ["linear 2-2-2", "relu 2-2-1", "relu 1-2-2-1 --bias", "linear 1-1-1"]
)
def test_searches(name):
    agree(search.rivals(instance(name, "")))


@pytest.mark.parametrize(
    "of",
    [
        systems.Instance("shears", 5, systems.shears(5), ""),
        systems.Instance("powers", 2, systems.powers((2, 3)), ""),
        systems.Instance("torque", 3, systems.BODY, ""),
        systems.Instance("powers", 2, systems.powers((1, 2)), "", 3),
        systems.Instance("volterra", 4, systems.volterra(4), "", 2),
        systems.Instance("one", 3, ({0: [(2, {1: 1})]},), "", 2),
    ],
    ids=lambda of: of.name,
)
def test_explicit_systems(of):
    agree(systems.rivals(of))


def test_vector_fields_of_the_rivals():
    """The gradients that are written out are those of the powers."""
    ring = rings.Flint(2)
    x, y = ring.gens
    assert notebook.written(ring, systems.powers((4,))) == [
        notebook.gradient(ring, (3 * x - 5 * y) ** 4)
    ]


def test_the_digest_tells_bases_apart():
    x, y, z = ({((v, 2),): 1} for v in range(3))
    assert search.basis([x, y]) == search.basis([{**x, **y}, y]) != search.basis([x, z])
    assert search.basis([]) == "0 laws"


@pytest.mark.parametrize("kind", RINGS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("dims", "relu", "bias"),
    [([2, 2, 2], False, False), ([2, 1, 2, 1], True, True), ([1, 2, 1], True, False)],
)
def test_phi_and_laws_of_the_rivals_against_the_oracle(kind, dims, relu, bias):
    phi, size = layered(dims, "relu" if relu else "linear", "hidden" if bias else "none")
    ring = kind(size)
    found = [
        {tuple(m): int(c) for m, c in ring.terms(f)}
        for f in notebook.components(ring, dims, relu, bias)
    ]
    expected = [
        {tuple(m >> 8 * v & 255 for v in range(size)): c for m, c in phi[key].items()}
        for key in sorted(phi)
    ]
    assert found == expected
    assert len(notebook.laws(kind, dims, relu, bias, 2)) == len(
        law_basis(list(phi.values()), size, [2])
    )


@pytest.mark.parametrize("nested", [False, True])
def test_brackets(nested):
    agree(brackets.rivals([2, 2, 2, 2], 0, 3, nested))


def test_ranks():
    for n, r in ((12, 7), (12, 12), (1, 1)):
        agree(rank.rivals(rank.matrix(n, r, 5), r, None), r)


@pytest.mark.parametrize("kind", ["relations", "factors"])
def test_ranks_over_the_rationals(kind):
    agree(integer_rank.rivals(integer_rank.matrix(kind, 12, 7, 5), 7), 7)


def test_ranks_of_sparse_matrices():
    a = integer_rank.stoichiometry(75, 60, 5)
    agree(integer_rank.rivals(a, 58, True))


@pytest.mark.long  # its templates take a minute to compile
def test_ranks_of_the_third_library():
    other = rank.fflas()
    if other is None:
        pytest.skip("FFLAS-FFPACK is not installed")
    rivals = rank.rivals(rank.matrix(9, 4, 5), 4, other)
    rivals[f"FFLAS-FFPACK ({other[1]})"].prepare()
    agree(rivals, 4)


@pytest.mark.parametrize("kind", RINGS, ids=lambda kind: kind.name)
def test_linear_algebra_of_the_rings(kind):
    rng = np.random.default_rng(3)
    top = rng.integers(0, 50, (3, 5))
    rows = np.array([top[0], 2 * top[0], top[1], top[0] - top[1], top[2]]).tolist()
    assert kind.independent(rows, notebook.PRIME) == [0, 2, 4]
    basis = kind.nullspace([{j: x for j, x in enumerate(row) if x} for row in rows], 5)
    assert len(basis) == 2
    assert all(sum(row[j] * x for j, x in vector.items()) == 0 for row in rows for vector in basis)


def test_instances_are_where_they_say():
    data = architectures()
    drawn = {
        (group.split("_")[0], tuple(e["dims"]), e.get("bias", False)): e.get("known")
        for group in data
        if group.endswith(("_poly", "_count")) and isinstance(data[group], list)
        for e in data[group]
    }
    for of in COUNTS + SEARCHES:
        if of.source == PAPER:
            assert drawn[of.kind, of.dims, of.bias] in (None, of.known)
        assert (
            of.network().size == notebook.parameters(of.dims, of.bias)
            and of.network().name == of.name
        )
    assert chosen(COUNTS, "") == COUNTS and [i.name for i in chosen(COUNTS, "linear 3-3-3")] == [
        "linear 3-3-3"
    ]


@pytest.mark.parametrize(
    ("benchmark", "options"),
    [
        (rank, ["--sizes", "8"]),
        (integer_rank, ["--sizes", "10"]),
        (paths, ["--sizes", "200"]),
        (brackets, ["--only", "3-3-3-3 [f, g]"]),
        (search, ["--only", "linear 3-2-3"]),
        (counts, ["--only", "linear 3-3-3"]),
    ],
)
def test_every_benchmark_runs(benchmark, options, monkeypatch):
    monkeypatch.setattr(rank, "fflas", lambda: None)
    done = CliRunner().invoke(benchmark.command, [*options, "--repeats", "1", "--no-record"])
    assert done.exit_code == 0, done.output
    assert (
        "answer" in done.output and "DISAGREES" not in done.output and "recorded" not in done.output
    )
