"""Time against size: each way to a proved count on networks of one shape, and the search for
laws of degree 2, with fitted exponents.
"""

from importlib.metadata import version

import click
import numpy as np

import pyconslaw
from bench import harness
from bench.counts import proved


def dimension(network):
    return len(pyconslaw.polynomial_laws(network, 2))


# name: the networks by their width, the widths, what is timed
SERIES = {
    "generic point, linear n-n-n-n-n": (
        lambda n: pyconslaw.linear([n] * 5),
        (10, 14, 20, 28),
        lambda net: proved(net, "generic"),
    ),
    "points with symmetry, linear 5-n-n-5": (
        lambda n: pyconslaw.linear([5, n, n, 5]),
        (10, 20, 40, 80),
        lambda net: proved(net, "symmetric"),
    ),
    "growth, linear 10-n-n-10": (
        lambda n: pyconslaw.linear([10, n, n, 10]),
        (30, 100, 300, 1000, 3000),
        lambda net: proved(net, "widening"),
    ),
    "paths, relu n-n-n-n": (
        lambda n: pyconslaw.mlp([n] * 4, "relu"),
        (50, 100, 200, 400, 700),
        lambda net: proved(net, "paths"),
    ),
    "laws of degree 2, linear n-n-n": (
        lambda n: pyconslaw.linear([n] * 3),
        (4, 8, 16, 24),
        dimension,
    ),
}


def exponents(lines):
    """For each series the slope of log(processor time) over log(parameters), by least squares."""
    found = {}
    for name in dict.fromkeys(line["series"] for line in lines):
        done = [line for line in lines if line["series"] == name and "cpu" in line["results"][0]]
        if len(done) > 1:
            x, y = (
                np.log([line["parameters"] for line in done]),
                np.log([line["results"][0]["cpu"] for line in done]),
            )
            found[name] = round(float(np.polyfit(x, y, 1)[0]), 2)
    return found


@click.command()
@click.option(
    "--only",
    default="",
    help="Series that begin with one of these, separated by commas, such as: growth,paths",
)
@click.option("--repeats", default=3, show_default=True)
@click.option(
    "--budget",
    default=30.0,
    show_default=True,
    help="Seconds of processor time after which a run is stopped.",
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(only, repeats, budget, record):
    """From widths to a proved count, or to all laws of degree 2, on growing networks."""
    proved(pyconslaw.linear([2, 2, 2]), "generic")  # warm-up: lazy imports
    table = harness.Table(repeats, budget, apart=True)
    for series, (build, widths, timed) in SERIES.items():
        if only and not series.startswith(tuple(only.split(","))):
            continue
        for n in widths:
            network = build(n)
            table.measure(
                {"network": network.name, "parameters": network.size, "series": series},
                {"pyconslaw": harness.Rival(lambda build=build, timed=timed, n=n: timed(build(n)))},
            )
    slopes = exponents(table.lines)
    for series, slope in slopes.items():
        click.echo(f"{series}: processor time grows as parameters^{slope}")
    table.finish("scaling", record, python_flint=version("python-flint"), exponents=slopes)
