"""Random networks of every kind: which method the estimate names, what it takes, what is proved.

python -m bench zoo --networks 1000            the share of proved, the open ones listed
python -m bench zoo --networks 1000 --costs    estimates beside what was measured
"""

import os
import random
import resource
import statistics
import time
from collections import Counter

import click

import pyconslaw as pcl
from bench.proved import tied_network

LEAST = 0.01  # seconds below which a measurement is mostly noise
QUIET = 5e6  # bytes likewise
WARM = 5  # questions before the first that is measured
DAG_KINDS = ("linear", "relu", "relu", "leaky_relu")
FLOWS = ("weight-decay", "momentum", "nesterov", "mirror", "natural", "sign")


def layered(rng):
    """Two to six matrices, widths up to 12 (one time in five up to 60), any activations, biases."""
    wide = 60 if rng.random() < 0.2 else 12
    dims = [rng.randint(1, wide) for _ in range(rng.randint(3, 7))]
    kinds = [rng.choice(("linear", "linear", "relu")) for _ in dims[2:]]
    return pcl.mlp(dims, kinds, rng.choice([False, False, True, "all"]))


def graph(rng):
    """A graph with skips, biases, ties and frozen edges, or a stack with few matrices."""
    if rng.random() < 0.3:
        return tied_network(rng)
    sizes = [rng.randint(1, 4) for _ in range(rng.randint(3, 6))]
    levels = [[f"n{k}_{i}" for i in range(n)] for k, n in enumerate(sizes)]
    kinds = dict.fromkeys(levels[0], "input") | {"c": "constant"}
    kinds |= {v: rng.choice(DAG_KINDS) for level in levels[1:] for v in level}
    kinds |= dict.fromkeys(levels[-1], "linear")
    edges = []
    for k, heads in enumerate(levels[1:], 1):
        for head in heads:
            tails = [u for level in levels[:k] for u in level if rng.random() < 0.6]
            tails += ["c"] if rng.random() < 0.3 else []
            edges += [_edge(rng, u, head) for u in tails or levels[k - 1][:1]]
    if not any(edge.frozen is None for edge in edges):
        return graph(rng)
    return pcl.dag(kinds, edges, levels[-1])


def _edge(rng, tail, head):
    luck = rng.random()
    if luck < 0.1:
        return pcl.Edge(tail, head, frozen=rng.choice([1, -1, 2]))
    return pcl.Edge(tail, head, f"t{rng.randrange(5)}" if luck < 0.2 else None)


def system(rng):
    """Components or vector fields: sparse polynomials of degree up to 4 in up to 12 variables."""
    names = [f"x{i}" for i in range(rng.randint(2, 12))]
    if rng.random() < 0.25:
        return _product(rng)
    if rng.random() < 0.5:
        return pcl.System(names, phi=[_polynomial(rng, names) for _ in range(rng.randint(1, 4))])
    moved = [rng.sample(names, rng.randint(1, len(names))) for _ in range(rng.randint(1, 3))]
    return pcl.System(names, fields=[{v: _polynomial(rng, names) for v in few} for few in moved])


def _product(rng):
    """All entries of a product of two matrices, typed out."""
    n, r, m = (rng.randint(1, 5) for _ in range(3))
    phi = [" + ".join(f"a{i}_{k}*b{k}_{j}" for k in range(r)) for i in range(n) for j in range(m)]
    names = [f"a{i}_{k}" for i in range(n) for k in range(r)]
    return pcl.System(names + [f"b{k}_{j}" for k in range(r) for j in range(m)], phi=phi)


def _polynomial(rng, names):
    terms = []
    for _ in range(rng.randint(1, 3)):
        factors = rng.choices(names, k=rng.randint(1, 4))
        terms.append("*".join([str(rng.choice([1, 1, 2, -3])), *factors]))
    return " + ".join(terms)


def flow(rng):
    """A small network under another flow than that of the gradient."""
    dims = [rng.randint(1, 3) for _ in range(rng.choice([3, 3, 4]))]
    kinds = [rng.choice(("linear", "relu")) for _ in dims[2:]]
    return pcl.under_flow(pcl.mlp(dims, kinds, rng.random() < 0.3), rng.choice(FLOWS))


KINDS = {"layered": layered, "dag": graph, "system": system, "flow": flow}


def _prepared(network) -> None:
    """Makes what every question about the network shares."""
    if network.has_graph:
        network.graph  # noqa: B018
    else:
        network.problem.parts  # noqa: B018


def drawn(kind: str, number: int, seed: int):
    """Network `number` of a kind; another is drawn where the first is refused."""
    for attempt in range(100):
        try:
            return KINDS[kind](random.Random(f"{seed} {kind} {number} {attempt}"))
        except pcl.PyconslawError:
            continue
    raise AssertionError(f"{kind} {number}: nothing can be drawn")


def isolated(network, seconds: float):
    """(verdict, text, row of the table, processor seconds, bytes) of a count in a process of its
    own.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        before, start = _peak(), time.process_time()
        try:
            report = pcl.analyze(network, budget=seconds)
            spent = time.process_time() - start
            text = f"{report.verdict}\t{report.laws_min}\t{report.laws_max}\t{report.found_by}"
        except Exception as error:  # shown, and counted as a failure
            spent, text = 0.0, f"failed\t0\t0\t{type(error).__name__}: {error}"
        os.write(write, f"{text}\t{spent}\t{_peak() - before}".encode()[:4000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        fields = answer.read().split("\t")
    os.waitpid(child, 0)
    if len(fields) != 6:
        return "failed", "0 to 0 laws", "the process died", 0.0, 0.0
    verdict, low, high, row, spent, memory = fields
    return verdict, f"{low} to {high} laws", row, float(spent), float(memory)


def _peak() -> float:
    """Bytes at most so far."""
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def ratios(pairs, least: float) -> str:
    """How estimates compare with what was measured, where that is more than least."""
    found = [expected / measured for expected, measured in pairs if measured >= least]
    if not found:
        return "nothing large enough to be measured"
    worst = max(found, key=lambda x: max(x, 1 / x))
    near = sum(1 / 3 <= x <= 3 for x in found) / len(found)
    return (
        f"{len(found)} measured, estimated / measured: median {statistics.median(found):.2f}, "
        f"worst {worst:.3g}, within 3x {near:.0%}"
    )


def short(title: str) -> str:
    """The name of a row, without the point that is looked at."""
    return title.split(",")[0]


@click.command()
@click.option("--networks", default=1000, show_default=True, help="Of each kind.")
@click.option("--kinds", default=",".join(KINDS), show_default=True)
@click.option("--costs", is_flag=True, help="Estimates beside what was measured.")
@click.option("--limit", default=60.0, show_default=True, help="Seconds of one count.")
@click.option("--seed", default=0, show_default=True)
def command(networks, kinds, costs, limit, seed):
    """What is proved of random networks of every kind, and how good estimates are."""
    for kind in kinds.split(","):
        for number in range(WARM):  # what is loaded once is not the cost of a question
            pcl.analyze(drawn(kind, number, seed), budget=limit)
        verdicts, rows, rest = Counter(), Counter(), []
        times, memories, named = [], [], 0
        start = time.perf_counter()
        for number in range(networks):
            network = drawn(kind, number, seed)
            _prepared(network)
            expected = pcl.estimate(network) if costs else None
            verdict, text, row, spent, memory = isolated(network, limit)
            verdicts[verdict] += 1
            rows[row if verdict != "failed" else "failed"] += 1
            if verdict != "proved":
                rest.append(f"{network.name} ({number}): {text}, {verdict} by {row}")
            if expected is not None and verdict != "failed":
                named += short(expected.method) == row or row == "weight decay"
                times.append((expected.seconds, spent))
                memories.append((expected.memory, memory))
        click.echo(
            f"{kind}: {verdicts['proved'] / networks:.1%} of {networks} proved, seed {seed}, "
            f"{dict(verdicts)}, {time.perf_counter() - start:.0f} s"
        )
        click.echo("  " + ", ".join(f"{count} by {row}" for row, count in rows.most_common()))
        if costs:
            click.echo(f"  the estimate names the row that answers: {named / networks:.1%}")
            click.echo(f"  time:   {ratios(times, LEAST)}")
            click.echo(f"  memory: {ratios(memories, QUIET)}")
        for line in rest:
            click.echo(f"  {line}")
