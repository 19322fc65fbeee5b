"""Laws of ReLU graphs by counting spanning paths: arrays in, proved report out; growth with the number of
edges, and peak memory.

A graph of n edges has n / 10 nodes; each of them gets ten edges from earlier ones, at random distances, and 1
% of the edges are frozen. The rivals on the small ones do the same by brackets modulo a prime and by listed
laws, as long as the library allows it (20 000 parameters).
"""

import resource
from importlib.metadata import version

import click
import numpy as np
import pyconslaw

from bench import harness
from bench.harness import Rival

DEGREE, ENDS, REACH = 10, 10, 1000


def arrays(edges, shuffled, seed):
    """kinds, tail, head, parameter, weight of a graph of about so many edges; shuffled: in random order."""
    rng = np.random.default_rng(seed)
    nodes = edges // DEGREE
    kinds = np.full(nodes, 3, dtype=np.int8)
    kinds[:ENDS], kinds[-ENDS:] = 0, 2
    head = np.repeat(np.arange(ENDS, nodes), DEGREE)
    # ten disjoint ranges of distances: no parallel edges
    back = np.tile(np.arange(DEGREE)[::-1], len(head) // DEGREE) * (REACH // DEGREE) + 1
    back += rng.integers(0, REACH // DEGREE, len(head))
    tail = head - back
    kept = (tail >= 0) & (tail < nodes - ENDS)
    tail, head = tail[kept], head[kept]
    if shuffled:
        order = rng.permutation(len(tail))
        tail, head = tail[order], head[order]
    frozen = rng.random(len(tail)) < 0.01
    parameter = np.where(frozen, -1, np.cumsum(~frozen) - 1)
    return kinds, tail, head, parameter, frozen.astype(np.int64), np.arange(nodes - ENDS, nodes)


def counted(given):
    """The number of laws, proved."""
    report = pyconslaw.analyze(pyconslaw.dag_from_arrays(*given))
    assert (report.verdict, report.method) == ("proved", "spanning paths")
    return report.laws


def searched(given):
    """The same by brackets at a generic point."""
    return pyconslaw.analyze(pyconslaw.dag_from_arrays(*given), method="generic").laws


@click.command()
@click.option("--sizes", default="2000,10000,100000,1000000,10000000", show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--budget", default=30.0, show_default=True, help="Processor seconds of a rival, an instance.")
@click.option("--record/--no-record", default=True, show_default=True)
def command(sizes, repeats, budget, record):
    """Proved number of laws of random ReLU graphs with n edges, edges sorted or in random order."""
    for run in (counted, searched):
        run(arrays(200, False, 1))                           # lazy imports
    table = harness.Table(repeats, budget)
    for n in map(int, sizes.split(",")):
        given, mixed = (arrays(n, shuffled, 1729) for shuffled in (False, True))
        rivals = {"spanning paths, sorted edges": Rival(lambda g=given: counted(g), n),
                  "spanning paths, random order": Rival(lambda g=mixed: counted(g), n, exact=False)}  # others frozen
        if n < 10_000:
            rivals["brackets and listed laws"] = Rival(lambda g=given: searched(g), n**3)
        table.measure({"edges": n}, rivals)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = [line for line in table.lines
             if line["edges"] >= 10_000 and all("cpu" in entry for entry in line["results"])]
    slopes = {}
    for k, kind in enumerate(("sorted", "random order")):
        if len(lines) > 1:
            x = [np.log(line["edges"]) for line in lines]
            y = [np.log(line["results"][k]["cpu"]) for line in lines]
            slopes[kind] = round(float(np.polyfit(x, y, 1)[0]), 2)
    click.echo(f"\npeak memory {memory:.2f} GB; cpu time grows as edges^a with a = "
               + ", ".join(f"{a} ({kind})" for kind, a in slopes.items()))
    table.finish("paths", record, python_flint=version("python-flint"), peak_memory_gb=round(memory, 2),
                 exponents=slopes)
