"""The share of proved counts over networks drawn at random, with the list of those that stay
open.
"""

import random
import time
from collections import Counter

import click

import pyconslaw


def tied_network(rng):
    """A linear recurrent network, a stack of layers with few matrices, or levels with few
    weights.
    """
    return rng.choice([_recurrent, _stack, _levels])(rng)


def _recurrent(rng):
    widths = rng.randint(1, 3), rng.randint(2, 5), rng.randint(1, 3)
    return pyconslaw.recurrent(*widths, rng.randint(3, 8), "linear")


def _stack(rng):
    """Layers of one width with one or two matrices between them, some of ReLU, and some skips."""
    width, mats = rng.randint(2, 4), rng.randint(1, 2)
    layers = [[f"x{i}" for i in range(rng.randint(1, 3))]]
    nodes, edges = [(v, "input") for v in layers[0]], []
    for level in range(1, rng.randint(4, 7)):
        layer, kind = (
            [f"h{level}_{i}" for i in range(width)],
            rng.choice(["linear", "linear", "relu"]),
        )
        nodes += [(v, kind) for v in layer]
        edges += _between(layers[-1], layer, "I" if level == 1 else f"M{rng.randrange(mats)}")
        if level > 2 and rng.random() < 0.3:
            edges += _between(layers[-2], layer, "S")
        layers.append(layer)
    ends = [f"y{i}" for i in range(rng.randint(1, 3))]
    edges += _between(layers[-1], ends, "O")
    return pyconslaw.dag(nodes + [(v, "linear") for v in ends], edges, ends)


def _between(tails, heads, name):
    return [
        pyconslaw.Edge(u, v, f"{name}_{i}_{j}")
        for i, v in enumerate(heads)
        for j, u in enumerate(tails)
    ]


def _levels(rng):
    """Levels of neurons with edges at random, tied to few names, frozen, or of their own."""
    counts = [
        rng.randint(1, 3),
        *(rng.randint(2, 6) for _ in range(rng.randint(2, 5))),
        rng.randint(1, 3),
    ]
    levels = [[f"n{k}_{i}" for i in range(count)] for k, count in enumerate(counts)]
    dense, tie, freeze = rng.choice([0.6, 0.9, 1]), rng.choice([0.1, 0.3]), rng.choice([0, 0.1])
    edges = [
        _edge(rng, u, v, tie, freeze)
        for k, heads in enumerate(levels)
        for v in heads
        for m in range(k)
        for u in levels[m]
        if rng.random() < (dense if m == k - 1 else 0.15)
    ]
    kinds = {
        v: "linear" if k == len(levels) - 1 else rng.choice(["linear"] * 4 + ["relu"])
        for k, level in enumerate(levels)
        for v in level
    } | dict.fromkeys(levels[0], "input")
    if all(edge.frozen for edge in edges):
        return _levels(rng)
    return pyconslaw.dag(kinds, edges, levels[-1])


def _edge(rng, tail, head, tie, freeze):
    luck = rng.random()
    if luck < freeze:
        return pyconslaw.Edge(tail, head, frozen=rng.choice([1, 1, -1, 2]))
    return pyconslaw.Edge(tail, head, f"t{rng.randrange(6)}" if luck < freeze + tie else None)


@click.command()
@click.option("--networks", default=1000, show_default=True)
@click.option("--depth", default="2-6", show_default=True, help="Matrices of weights.")
@click.option("--width", default="1-12", show_default=True)
@click.option("--linear", is_flag=True, help="Linear layers only, no biases.")
@click.option(
    "--tied", is_flag=True, help="Instead DAGs with tied weights, mostly of linear neurons."
)
@click.option("--method", default="auto", show_default=True)
@click.option("--seed", default=0, show_default=True)
def command(*, networks, depth, width, linear, tied, method, seed):
    """How many of so many random layered networks, or DAGs with ties, have a proved count."""
    rng = random.Random(seed)
    (shallow, deep), (narrow, wide) = (tuple(map(int, text.split("-"))) for text in (depth, width))
    tally, methods, rest, start = Counter(), Counter(), [], time.perf_counter()
    for _ in range(networks):
        dims = [rng.randint(narrow, wide) for _ in range(rng.randint(shallow, deep) + 1)]
        kinds = ["linear" if linear or rng.random() < 0.6 else "relu" for _ in dims[2:]]
        if tied:
            network = tied_network(rng)
        else:
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
    what = "DAGs with ties" if tied else f"networks, {depth} matrices, widths {width}"
    click.echo(
        f"{networks} random {what}, seed {seed}: {tally['proved'] / networks:.1%} proved, "
        f"{dict(tally)}, {time.perf_counter() - start:.0f} s"
    )
    for name, count in methods.most_common():
        click.echo(f"  {count:5} by {name} ...")
    for line in rest:
        click.echo(f"  {line}")
