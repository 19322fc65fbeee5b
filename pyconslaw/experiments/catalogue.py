"""`pyconslaw catalogue`: how many laws some seventy networks have, as a Markdown table; every entry
is computed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyconslaw.analysis.counting import analyze
from pyconslaw.networks.builders import linear, mlp, product
from pyconslaw.networks.dag import Edge, dag
from pyconslaw.networks.network import Network
from pyconslaw.networks.stacks import recurrent, residual, tied_autoencoder
from pyconslaw.networks.systems import polynomial_system
from pyconslaw.records.report import OPEN, PROBABLE

COLUMNS = ("network", "D", "laws", "verdict", "upper bound of the dimension by", "rank by round")


def convolution(width: int, kernel: int, channels: int, kind: str = "relu") -> Network:
    """Two convolutions in one dimension without padding, one channel to `channels` to one; shifts
    share weights.
    """
    middle, last = width - kernel + 1, width - 2 * kernel + 2
    nodes = {f"x_{i}": "input" for i in range(width)} | {f"y_{i}": "linear" for i in range(last)}
    nodes |= {f"h{c}_{i}": kind for c in range(channels) for i in range(middle)}
    edges = [
        Edge(f"x_{i + s}", f"h{c}_{i}", f"u{c}_{s}")
        for c in range(channels)
        for i in range(middle)
        for s in range(kernel)
    ]
    edges += [
        Edge(f"h{c}_{i + s}", f"y_{i}", f"v{c}_{s}")
        for c in range(channels)
        for i in range(last)
        for s in range(kernel)
    ]
    return dag(nodes, edges)


def networks() -> Iterator[tuple[str, str, Network]]:
    """The networks of the catalogue: (group, label, network)."""

    def named(group, listed):
        return ((group, network.name, network) for network in listed)

    yield from named(
        "linear, two layers",
        map(
            linear,
            [
                [1, 1, 1],
                [1, 5, 1],
                [2, 1, 2],
                [2, 2, 2],
                [2, 3, 2],
                [2, 4, 2],
                [2, 5, 2],
                [2, 8, 2],
                [3, 3, 3],
                [5, 3, 2],
                [10, 10, 10],
            ],
        ),
    )
    yield from named(
        "linear, three layers",
        map(
            linear,
            [
                [1, 1, 1, 1],
                [1, 2, 2, 1],
                [2, 2, 2, 2],
                [3, 4, 2, 3],
                [4, 4, 4, 4],
                [2, 8, 8, 2],
                [2, 20, 20, 2],
                [1, 20, 20, 2],
                [1, 20, 20, 1],
            ],
        ),
    )
    yield from named(
        "linear, with layers of width one",
        map(
            linear,
            [
                [2, 3, 1, 2],
                [1, 2, 2, 1, 2],
                [2, 1, 3, 1, 2],
                [1, 2, 1, 2, 1, 2],
                [2, 3, 2, 1, 3, 2],
                [1, 3, 3, 1, 3, 3, 1],
            ],
        ),
    )
    yield from named(
        "linear, deep", map(linear, [[2] * 5, [2] * 9, [2] * 13, [3, 6, 6, 6, 2], [1, 4, 4, 4, 2]])
    )
    yield from named(
        "linear, with biases",
        [
            linear([3, 3, 3], True),
            linear([3, 3, 3], "all"),
            linear([1, 2, 2, 1], True),
            linear([1, 2, 2, 1], "all"),
        ],
    )
    yield from named(
        "ReLU",
        [
            mlp([2, 3, 1]),
            mlp([2, 3, 1], bias=True),
            mlp([2, 3, 1], bias="all"),
            mlp([1, 10, 1]),
            mlp([4, 8, 8, 2]),
            mlp([4, 8, 8, 2], bias=True),
            mlp([9, 9, 8, 8, 8], bias=True),
            mlp([2] * 8),
            mlp([10, 50, 10], bias=True),
        ],
    )
    yield from named(
        "leaky ReLU and mixed",
        [
            mlp([3, 3, 3], "leaky_relu"),
            mlp([3, 4, 4, 2], "leaky_relu", True),
            mlp([5, 6, 4, 3], ["linear", "relu"]),
            mlp([3, 4, 4, 3], ["relu", "linear"]),
            mlp([1, 2, 2, 1], ["linear", "relu"]),
            mlp([3, 3, 3, 3, 3], ["relu", "linear", "relu"], True),
        ],
    )
    yield from named(
        "wide",
        [
            linear([784, 512, 256, 10]),
            linear([1000] * 11),
            linear([10, 40, 40, 10]),
            linear([13, 97, 113, 17]),
            mlp([784, 512, 256, 10], bias=True),
            mlp([784, 512, 256, 10], ["linear", "relu"], "all"),
        ],
    )
    yield from named("products", map(product, [1, 2, 4, 10]))
    group = "graphs"
    yield (
        group,
        "two ReLU neurons in a chain, with all skips",
        dag(
            {"x": "input", "a": "relu", "b": "relu", "y": "linear"},
            [("x", "a"), ("a", "b"), ("b", "y"), ("x", "b"), ("a", "y"), ("x", "y")],
        ),
    )
    yield (
        group,
        "a ReLU neuron that no output reads",
        dag(
            {"x": "input", "h": "relu", "idle": "relu", "y": "linear"},
            [("x", "h"), ("h", "y"), ("x", "idle")],
            ["y"],
        ),
    )
    for text, network in (
        ("residual ReLU, 2 blocks of 3 on width 2", residual(2, 2, 3)),
        ("residual ReLU, 3 blocks of 4 on width 3, read-out 1", residual(3, 3, 4, outputs=1)),
        ("residual linear, 2 blocks of 2 on width 2", residual(2, 2, 2, "linear")),
        ("recurrent ReLU 2-2-1, 1 step", recurrent(2, 2, 1, 1)),
        ("recurrent ReLU 2-2-1, 3 steps", recurrent(2, 2, 1, 3)),
        ("recurrent linear 1-2-1, 1 step", recurrent(1, 2, 1, 1, "linear")),
        ("recurrent linear 1-2-1, 3 steps", recurrent(1, 2, 1, 3, "linear")),
        ("autoencoder ReLU 2-3-2, tied", tied_autoencoder([2, 3])),
        ("autoencoder linear 2-2-2, tied", tied_autoencoder([2, 2], "linear")),
        ("autoencoder linear 2-3-2, tied", tied_autoencoder([2, 3], "linear")),
        ("convolution ReLU, kernel 3, 2 channels", convolution(6, 3, 2)),
        ("convolution linear, kernel 3, 1 channel", convolution(6, 3, 1, "linear")),
        ("convolution linear, kernel 3, 2 channels", convolution(6, 3, 2, "linear")),
    ):
        yield group, text, network
    yield (
        "explicit polynomials",
        "Gram matrix of a, b in R^3: a.a, a.b, b.b",
        polynomial_system(
            ["a1", "a2", "a3", "b1", "b2", "b3"],
            ["a1^2 + a2^2 + a3^2", "a1*b1 + a2*b2 + a3*b3", "b1^2 + b2^2 + b3^2"],
        ),
    )


def run(seed: int = 0) -> Iterator[dict]:
    """One row (a dict) for each network: its group and label, and the report as JSON."""
    for group, label, network in networks():
        yield {**analyze(network, seed=seed).json(), "group": group, "network": label}


def catalogue_table(rows) -> str:
    """The rows as Markdown: a table under a heading for each group."""
    lines, group = [], None
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            lines += [
                "",
                f"## {group[0].upper()}{group[1:]}",
                "",
                f"| {' | '.join(COLUMNS)} |",
                "| --- | ---: | ---: | --- | --- | --- |",
            ]
        laws = f"{row['laws_min']} to {row['laws_max']}" if row["verdict"] == OPEN else row["laws"]
        verdict = row["verdict"]
        if verdict == PROBABLE:
            verdict += (
                f" (at least {row['laws_min']} proved; wrong with probability at most "
                f"{row['error_bound']:.1e})"
            )
        rounds = ", ".join(map(str, row["rank_by_round"]))
        lines.append(
            f"| {row['network']} | {row['parameters']} | {laws} | {verdict} | "
            f"{'; '.join(row['upper_by'])} | {rounds} |"
        )
    return "\n".join(lines[1:])
