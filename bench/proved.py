"""The share of proved counts over networks drawn at random, with the list of those that stay
open.
"""

import random
import time
from collections import Counter

import click

import pyconslaw


@click.command()
@click.option("--networks", default=1000, show_default=True)
@click.option("--depth", default="2-6", show_default=True, help="Matrices of weights.")
@click.option("--width", default="1-12", show_default=True)
@click.option("--linear", is_flag=True, help="Linear layers only, no biases.")
@click.option("--method", default="auto", show_default=True)
@click.option("--seed", default=0, show_default=True)
def command(networks, depth, width, linear, method, seed):
    """How many of so many random layered networks have a proved count."""
    rng = random.Random(seed)
    (shallow, deep), (narrow, wide) = (tuple(map(int, text.split("-"))) for text in (depth, width))
    tally, methods, rest, start = Counter(), Counter(), [], time.perf_counter()
    for _ in range(networks):
        dims = [rng.randint(narrow, wide) for _ in range(rng.randint(shallow, deep) + 1)]
        kinds = ["linear" if linear or rng.random() < 0.6 else "relu" for _ in dims[2:]]
        network = pyconslaw.mlp(
            dims, kinds, False if linear else rng.choice([False, False, True, "all"])
        )
        report = pyconslaw.analyze(network, method=method)
        tally[report.verdict] += 1
        methods[" ".join(report.method.split()[:4])] += 1
        if report.verdict != "proved":
            rest.append(
                f"{report.network}: {report.laws_min} to {report.laws_max} laws, {report.verdict}"
            )
    click.echo(
        f"{networks} random networks, {depth} matrices, widths {width}, seed {seed}: "
        f"{tally['proved'] / networks:.1%} proved, "
        f"{dict(tally)}, {time.perf_counter() - start:.0f} s"
    )
    for name, count in methods.most_common():
        click.echo(f"  {count:5} by {name} ...")
    for line in rest:
        click.echo(f"  {line}")
