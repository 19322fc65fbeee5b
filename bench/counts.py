"""Whole counts: how many independent laws a network has, ours proved, beside expansions in python-flint and
SymPy.
"""

from importlib.metadata import version

import click

from bench import harness
from bench.harness import Rival
from bench.instances import COUNTS, chosen, instance
from bench.rivals import notebook, rings
from pyconslaw import analyze


def proved(network):
    report = analyze(network)
    return (
        report.laws
        if report.verdict == "proved"
        else f"{report.verdict} {report.laws_min}..{report.laws_max}"
    )


def rivals(of):
    found = {"pyconslaw analyze": Rival(lambda: proved(of.network()))}
    for kind in rings.available():
        found[kind.name] = Rival(lambda kind=kind: notebook.count(kind, of.dims, of.relu, of.bias, of.known))
    return found


@click.command()
@click.option(
    "--only", default="", help="Instances by name, separated by commas, such as: linear 3-3-3,relu 9-7-2"
)
@click.option("--repeats", default=3, show_default=True)
@click.option(
    "--budget",
    default=20.0,
    show_default=True,
    help="Seconds of processor time after which a rival is stopped.",
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(only, repeats, budget, record):
    """Numbers of independent laws of networks, from the widths to the answer."""
    for rival in rivals(instance("linear 2-2-2", "warm-up: lazy imports")).values():
        rival.run()
    table = harness.Table(repeats, budget, apart=True)
    for of in chosen(COUNTS, only):
        table.measure({"network": of.name, "parameters": of.network().size, "source": of.source}, rivals(of))
    table.finish("counts", record, python_flint=version("python-flint"))
