"""Rank over Q of integer matrices without full rank, proved: ours beside python-flint; for
comparison our nullspace over Q, proved too, and the rank modulo one prime, which proves
nothing.

Three kinds of instances: "relations", some columns are small combinations of the others, so that
the nullspace is small; "factors", a product of two random factors, whose nullspace has entries of
thousands of bits; "stoichiometry", 5 n / 4 sparse rows as reactions of n metabolites have them,
four of them heavy, beside which stand our ways without sparse elimination. GF/s counts
2/3 (n^3 - (n - r)^3), as `rank` does.
"""

from importlib.metadata import version
from itertools import product

import click
import flint
import numpy as np
from pyconslaw._core import balanced

from bench import harness
from bench.harness import Rival
from pyconslaw import integer_nullspace, integer_rank
from pyconslaw.exact.by_primes import rank_by_primes
from pyconslaw.exact.nullspace import dense_rank

KINDS = "relations", "factors", "stoichiometry"
PRIME = 8388593


def matrix(kind, n, rank, seed):
    """A random n x n integer matrix of that rank (almost surely), entries of about three digits
    at most.
    """
    rng = np.random.default_rng(seed)
    left = rng.integers(-9, 10, (n, rank))
    if kind == "factors":
        return left @ rng.integers(-3, 4, (rank, n))
    right = np.zeros((rank, n), dtype=np.int64)
    order = rng.permutation(n)
    right[np.arange(rank), order[:rank]] = 1
    for column in order[rank:]:
        right[rng.integers(0, rank, 3), column] = rng.integers(-2, 3, 3)
    return left @ right


def stoichiometry(reactions, metabolites, seed):
    """A reaction a row: two to four entries of 1, -1 and 2; every 25th is minus one of the others,
    every 60th metabolite minus two others, as in a conserved total; and four reactions of up to 60
    entries of up to 10^9, as biomass has them.
    """
    rng = np.random.default_rng(seed)
    a = np.zeros((reactions, metabolites), dtype=np.int64)
    for row in a:
        places = rng.choice(metabolites, int(rng.integers(2, 5)), replace=False)
        row[places] = rng.choice([-1, -1, -1, 1, 1, 1, 2], len(places))
    for _ in range(reactions // 25):
        i, j = rng.choice(reactions, 2, replace=False)
        a[i] = -a[j]
    for _ in range(metabolites // 60):
        i, j, k = rng.choice(metabolites, 3, replace=False)
        a[:, i] = -a[:, j] - a[:, k]
    for i in rng.choice(reactions, 4, replace=False):
        places = rng.choice(metabolites, min(60, metabolites), replace=False)
        a[i, places] = rng.integers(-(10**9), 10**9, len(places))
    return a


def rivals(a, rank, sparse=False):
    n = a.shape[1]
    exact = flint.fmpz_mat(a.tolist())
    reduced = (a % PRIME).astype(np.uint64)
    cost = 2 / 3 * (n**3 - (n - rank) ** 3)
    found = {
        "pyconslaw integer_rank": Rival(lambda: integer_rank(a), cost),
        "python-flint fmpz_mat.rank": Rival(exact.rank, cost),
        "pyconslaw integer_nullspace": Rival(lambda: n - len(integer_nullspace(a)), cost),
        "pyconslaw fast, one prime": Rival(
            lambda: balanced.rank(reduced, PRIME)[0], cost, exact=False
        ),
    }
    if sparse:
        found["pyconslaw, nothing eliminated"] = Rival(lambda: dense_rank(a), cost)
        found["pyconslaw, primes alone"] = Rival(lambda: rank_by_primes(a), cost)
    return found


@click.command()
@click.option("--sizes", default="200,500", show_default=True)
@click.option("--kinds", default=",".join(KINDS), show_default=True)
@click.option("--repeats", default=5, show_default=True)
@click.option(
    "--budget", default=30.0, show_default=True, help="Processor seconds of a rival, an instance."
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(sizes, kinds, repeats, budget, record):
    """Rank over Q of n x n integer matrices of rank n/5, n/2, 4n/5 and n-5, and of sparse ones of
    5n/4 x n with a few heavy rows, proved.
    """
    integer_rank(np.eye(2, dtype=np.int64))  # lazy imports
    table = harness.Table(repeats, budget, apart=True, gflops=True)
    for n, kind in product(map(int, sizes.split(",")), kinds.split(",")):
        if kind == "stoichiometry":
            a = stoichiometry(5 * n // 4, n, 1729 + n)
            rank = balanced.rank((a % PRIME).astype(np.uint64), PRIME)[0]
            table.measure({"kind": kind, "n": n, "rank": rank}, rivals(a, rank, True))
            continue
        for rank in (n // 5, n // 2, 4 * n // 5, n - 5):
            a = matrix(kind, n, rank, 1729 + n)
            table.measure({"kind": kind, "n": n, "rank": rank}, rivals(a, rank))
    table.finish(
        "integer_rank",
        record,
        prime=PRIME,
        loops=balanced.cpu(),
        python_flint=version("python-flint"),
    )
