"""Rank of a dense matrix modulo a prime below 2^23: ours, python-flint, FFLAS-FFPACK; the float
rank as a baseline.

GF/s counts 2/3 (n^3 - (n - r)^3), the operations of elimination up to rank r, for every rival
alike, whatever it does.
"""

import ctypes
import shlex
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

import click
import flint
import numpy as np
from pyconslaw._core import balanced, dense

from bench import harness, machine
from bench.harness import Rival

PRIME = 8388593  # the largest below 2^23
RIVAL = Path(__file__).parent / "rivals/fflas_rank.cpp"


def matrix(n, rank, seed):
    """A random n x n matrix of that rank modulo PRIME (almost surely), from two random factors
    unless it is full.
    """
    rng = np.random.default_rng(seed)
    if rank == n:
        return rng.integers(0, PRIME, (n, n), dtype=np.uint64)
    left, right = (
        rng.integers(0, PRIME, shape, dtype=np.uint64) for shape in ((n, rank), (rank, n))
    )
    return balanced.matmul(left, right, PRIME)


def fflas():
    """(library, BLAS kernel) of FFLAS-FFPACK, or None where its headers or a compiler are
    missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "rival.so"
        try:
            flags = subprocess.run(
                ["pkg-config", "--cflags", "--libs", "fflas-ffpack"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            subprocess.run(
                [
                    "g++",
                    "-O3",
                    "-march=native",
                    "-w",
                    "-shared",
                    "-fPIC",
                    RIVAL,
                    "-o",
                    library,
                    *shlex.split(flags),
                ],
                capture_output=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        rival = ctypes.CDLL(str(library))
    rival.rival_kernel.restype = ctypes.c_char_p
    rival.rival_rank.restype = ctypes.c_size_t
    rival.rival_rank.argtypes = [ctypes.c_size_t, ctypes.c_uint64]
    rival.rival_load.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint64]
    return rival, rival.rival_kernel().decode()


def on_two_threads(entries):
    """The rank by python-flint, which may use two threads."""
    before, flint.ctx.threads = flint.ctx.threads, 2
    try:
        return entries.rank()
    finally:
        flint.ctx.threads = before


def rivals(a, rank, other):
    """Every function sees the same matrix; FLINT and FFPACK get it converted beforehand, ours
    converts it in the time counted.
    """
    n = len(a)
    entries = flint.nmod_mat(n, n, a.ravel().tolist(), PRIME)
    floats = a.astype(float)
    cost = 2 / 3 * (n**3 - (n - rank) ** 3)
    found = {
        "pyconslaw fast": Rival(lambda: balanced.rank(a, PRIME)[0], cost),
        "pyconslaw fast, 2 threads": Rival(lambda: balanced.rank(a, PRIME, threads=2)[0], cost),
        "pyconslaw dense (any word prime)": Rival(lambda: dense.rank(a, PRIME)[0], cost),
        "python-flint nmod_mat": Rival(entries.rank, cost),
        "python-flint nmod_mat, 2 threads": Rival(lambda: on_two_threads(entries), cost),
    }
    if other:
        library, kernel = other
        found[f"FFLAS-FFPACK ({kernel})"] = Rival(
            lambda: library.rival_rank(n, PRIME),
            cost,
            prepare=lambda: library.rival_load(a.ctypes.data, n, PRIME),
        )
    found["NumPy matrix_rank (floats)"] = Rival(
        lambda: int(np.linalg.matrix_rank(floats)), cost, exact=False
    )
    found["NumPy dgemm, for comparison"] = Rival(
        lambda: (floats @ floats).shape, 2 * n**3, exact=False
    )
    return found


@click.command()
@click.option("--sizes", default="500,1000,2000,4000", show_default=True)
@click.option("--repeats", default=7, show_default=True)
@click.option(
    "--budget", default=10.0, show_default=True, help="Processor seconds of a rival, an instance."
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(sizes, repeats, budget, record):
    """Rank of dense n x n matrices modulo 8388593, of rank 0.8 n and n."""
    other = fflas()
    kernel = other[1] if other else None
    click.echo(
        f"{balanced.cpu()} loops; FFLAS-FFPACK: {kernel or 'not installed'}; NumPy: "
        f"{machine.numpy_blas()}"
    )
    table = harness.Table(repeats, budget, gflops=True)
    for n in map(int, sizes.split(",")):
        for rank in (4 * n // 5, n):
            table.measure({"n": n, "rank": rank}, rivals(matrix(n, rank, 1729 + n), rank, other))
    table.finish(
        "rank",
        record,
        prime=PRIME,
        loops=balanced.cpu(),
        fflas_blas=kernel,
        python_flint=version("python-flint"),
    )
