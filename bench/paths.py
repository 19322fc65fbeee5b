"""Laws of ReLU graphs by counting spanning paths: arrays in, proved report out; growth with the
number of edges, and peak memory.

A graph of n edges has n / 10 nodes; each of them gets ten edges from earlier ones, at random
distances, and 1 % of the edges are frozen. The rivals on the small ones do the same by brackets
modulo a prime and by listed laws, as long as the library allows it (20 000 parameters).
"""

import resource
from importlib.metadata import version

import click
import numpy as np

import pyconslaw
from bench import harness, isolated

DEGREE, ENDS, REACH = 10, 10, 1000


def arrays(edges, shuffled, seed):
    """kinds, tail, head, parameter, weight of a graph of about so many edges; shuffled: in
    random order.
    """
    rng = np.random.default_rng(seed)
    nodes = edges // DEGREE
    kinds = np.full(nodes, 3, dtype=np.int8)
    kinds[:ENDS], kinds[-ENDS:] = 0, 2
    head = np.repeat(np.arange(ENDS, nodes), DEGREE)
    # ten disjoint ranges: none parallel
    back = np.tile(np.arange(DEGREE)[::-1], len(head) // DEGREE) * (REACH // DEGREE) + 1
    back += rng.integers(0, REACH // DEGREE, len(head))
    tail = head - back
    kept = (tail >= 0) & (tail < nodes - ENDS)
    tail, head = tail[kept], head[kept]
    frozen = rng.random(len(tail)) < 0.01
    parameter = np.where(frozen, -1, np.cumsum(~frozen) - 1)
    order = rng.permutation(len(tail)) if shuffled else slice(None)
    return (
        kinds,
        *(column[order] for column in (tail, head, parameter, frozen.astype(np.int64))),
        np.arange(nodes - ENDS, nodes),
    )


def counted(given):
    """The number of laws, proved."""
    report = pyconslaw.analyze(pyconslaw.dag_from_arrays(*given))
    assert (report.verdict, report.method) == ("proved", "spanning paths")
    return report.laws


def searched(given):
    """The same by brackets at a generic point."""
    return pyconslaw.analyze(pyconslaw.dag_from_arrays(*given), method="generic").laws


def peak(edges):
    """Peak memory in GB of a process that makes the arrays, in random order, and counts."""
    counted(arrays(edges, True, 1729))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def exponent(lines, k):
    """The slope of log(processor time) over log(edges) of rival k, by least squares."""
    x, y = (
        np.log([value(line) for line in lines])
        for value in (lambda line: line["edges"], lambda line: line["results"][k]["cpu"])
    )
    return round(float(np.polyfit(x, y, 1)[0]), 2)


@click.command()
@click.option("--sizes", default="2000,10000,100000,1000000,10000000", show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option(
    "--budget",
    default=30.0,
    show_default=True,
    help="Seconds that one rival may take on one instance.",
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(sizes, repeats, budget, record):
    """Proved number of laws of random ReLU graphs with n edges, edges sorted or in random order."""
    sizes = [int(n) for n in sizes.split(",")]
    memory = isolated.run(peak, max(sizes), 10 * budget)
    table = harness.Table(repeats, budget)
    for n in sizes:
        given, mixed = (arrays(n, shuffled, 1729) for shuffled in (False, True))
        rivals = {
            "spanning paths, sorted edges": harness.Rival(lambda g=given: counted(g)),
            "spanning paths, random order": harness.Rival(lambda g=mixed: counted(g)),
        }
        if n < 10_000:
            rivals["brackets and listed laws"] = harness.Rival(lambda g=given: searched(g))
        table.measure({"edges": n}, rivals)
    large = [line for line in table.lines if line["edges"] >= 10_000]
    slopes = (
        {kind: exponent(large, k) for k, kind in enumerate(("sorted", "random order"))}
        if len(large) > 1
        else {}
    )
    click.echo(
        f"\npeak memory, arrays included: {memory:.2f} GB; processor time grows as edges^a "
        "with a = " + ", ".join(f"{a} ({kind})" for kind, a in slopes.items())
    )
    table.finish(
        "paths",
        record,
        python_flint=version("python-flint"),
        peak_memory_gb=round(memory, 2),
        exponents=slopes,
    )
