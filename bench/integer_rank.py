"""Rank over Q of integer matrices without full rank, proved: ours beside python-flint; for
comparison our nullspace over Q, proved too, and the rank modulo one prime, which proves
nothing.

Two kinds of instances: "relations", some columns are small combinations of the others, so that the
nullspace is small; "factors", a product of two random factors, whose nullspace has entries of
thousands of bits. GF/s counts 2/3 (n^3 - (n - r)^3), as `rank` does.
"""

from importlib.metadata import version

import click
import flint
import numpy as np
from pyconslaw._core import balanced

from bench import harness
from bench.harness import Rival
from pyconslaw import integer_nullspace, integer_rank

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


def rivals(a, rank):
    n = len(a)
    exact = flint.fmpz_mat(a.tolist())
    reduced = (a % PRIME).astype(np.uint64)
    cost = 2 / 3 * (n**3 - (n - rank) ** 3)
    return {
        "pyconslaw integer_rank": Rival(lambda: integer_rank(a), cost),
        "python-flint fmpz_mat.rank": Rival(exact.rank, cost),
        "pyconslaw integer_nullspace": Rival(lambda: len(a) - len(integer_nullspace(a)), cost),
        "pyconslaw fast, one prime": Rival(
            lambda: balanced.rank(reduced, PRIME)[0], cost, exact=False
        ),
    }


@click.command()
@click.option("--sizes", default="200,500", show_default=True)
@click.option("--repeats", default=5, show_default=True)
@click.option(
    "--budget", default=30.0, show_default=True, help="Processor seconds of a rival, an instance."
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(sizes, repeats, budget, record):
    """Rank over Q of n x n integer matrices of rank n/5, n/2, 4n/5 and n-5, proved."""
    integer_rank(np.eye(2, dtype=np.int64))  # lazy imports
    table = harness.Table(repeats, budget, apart=True, gflops=True)
    for n in map(int, sizes.split(",")):
        for kind in ("relations", "factors"):
            for rank in (n // 5, n // 2, 4 * n // 5, n - 5):
                table.measure(
                    {"kind": kind, "n": n, "rank": rank},
                    rivals(matrix(kind, n, rank, 1729 + n), rank),
                )
    table.finish(
        "integer_rank",
        record,
        prime=PRIME,
        loops=balanced.cpu(),
        python_flint=version("python-flint"),
    )
