"""`pyconslaw reproduce momentum` and `mirror`: the counts of Marcotte, Gribonval and Peyre 2024
("Keep the Momentum"), again.

Networks are given as (n, m, r): U is n x r, V m x r, widths m-r-n. The known numbers, which the
engine never sees, are those of the paper's theorems, re-derived where the paper announces a result
without the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from pyconslaw.analysis.counting import analyze
from pyconslaw.experiments.paper import shown
from pyconslaw.networks.builders import icnn, linear, mlp, nmf
from pyconslaw.networks.network import Network
from pyconslaw.records.report import PROVED

TABLES = ("momentum", "mirror")
LINEAR = (
    (1, 1, 1),
    (1, 1, 2),
    (1, 1, 3),
    (1, 1, 4),
    (2, 1, 1),
    (2, 1, 2),
    (2, 1, 3),
    (2, 2, 1),
    (2, 2, 2),
    (2, 1, 7),
    (2, 2, 3),
    (3, 2, 2),
)
RELU = ((1, 1, 1), (2, 1, 2), (2, 2, 2))
NMF = ((1, 1, 2), (1, 2, 2), (2, 2, 1), (2, 2, 2), (2, 2, 3), (3, 2, 2))
MOMENTA = ((1, 1, 1), (2, 1, 1), (1, 1, 2), (2, 1, 2))
THREE = ("accelerated-mirror", "riemannian-momentum", "dual-momentum")


def gradient_count(n: int, m: int, r: int) -> int:
    """Of the gradient flow of U V^T: r(r+1)/2, for r > N = n + m only N r - N(N-1)/2."""
    size = n + m
    return r * (r + 1) // 2 if r <= size else size * r - size * (size - 1) // 2


def momentum_count(n: int, m: int, r: int) -> int:
    """Of momentum on U V^T: r(r-1)/2, for r > 2N only 2 N r - N(2N+1); n = m = 1 is two copies of N
    = 1.
    """
    if n == m == 1:
        return 2 * (r * (r - 1) // 2 if r <= 2 else 2 * r - 3)
    size = n + m
    return r * (r - 1) // 2 if r <= 2 * size else 2 * size * r - size * (2 * size + 1)


def mirror_count(n: int, m: int, r: int) -> int:
    """Of the entropic mirror flow of U V^T: r; one component alone has 2r - 1."""
    return 2 * r - 1 if n == m == 1 else r


def _experiments(what: str) -> Iterator[tuple[str, Network, int]]:
    """(group, network under its flow, known number)."""
    return _momenta() if what == "momentum" else _mirrors()


def dims(shape: tuple[int, int, int]) -> list[int]:
    """The widths of U V^T, shape (n, m, r)."""
    n, m, r = shape
    return [m, r, n]


def _momenta() -> Iterator[tuple[str, Network, int]]:
    """Momentum beside the flow of the gradient."""
    for shape in LINEAR:
        yield "linear, gradient flow", linear(dims(shape)), gradient_count(*shape)
    for shape in LINEAR:
        yield "linear, momentum", linear(dims(shape), flow="momentum"), momentum_count(*shape)
    for shape in RELU:
        yield "ReLU, gradient flow", mlp(dims(shape)), shape[2]
    for shape in RELU:
        yield "ReLU, momentum", mlp(dims(shape), flow="momentum"), 0
    for shape in LINEAR[:9]:
        yield "linear, Nesterov", linear(dims(shape), flow="nesterov"), momentum_count(*shape)


def _mirrors() -> Iterator[tuple[str, Network, int]]:
    """Mirror flows, their momenta, and the natural gradient."""
    for shape in NMF:
        yield "NMF, mirror flow", nmf(dims(shape)), mirror_count(*shape)
    for shape in RELU:
        yield "ICNN, mirror flow", icnn(dims(shape)), shape[2]
    for flow in THREE:
        for shape in MOMENTA:
            yield f"NMF, {flow}", nmf(dims(shape), flow=flow), 0
    for flow in THREE:
        for shape in RELU[:2]:
            yield f"ICNN, {flow}", icnn(dims(shape), flow=flow), 0
    for shape in ((1, 1, 1), (2, 1, 2), (2, 2, 2)):
        yield (
            "NMF, preconditioned momentum",
            linear(dims(shape), flow="momentum", metric="entropic"),
            2 * shape[2],
        )
    for shape in LINEAR[:9]:
        yield (
            "linear, natural gradient",
            linear(dims(shape), flow="natural"),
            gradient_count(*shape),
        )


def size_of(what: str) -> int:
    """The number of experiments of a table."""
    return sum(1 for _ in _experiments(what))


def run_flows(what: str, seed: int = 0) -> Iterator[dict]:
    """Yields one row (a dict) for each experiment of a table: what is known beside what is
    found.
    """
    for group, network, known in _experiments(what):
        start = perf_counter()
        report = analyze(network, seed=seed)
        yield {
            "group": group,
            "network": network.name,
            "parameters": network.size,
            "known": known,
            "ours": report.laws,
            "verdict": report.verdict,
            "right": report.laws == known and report.verdict == PROVED,
            "seconds": perf_counter() - start,
        }


def flows_table(rows: list[dict]) -> str:
    """The rows, group by group, and how many are right."""
    width = max(len(row["network"]) for row in rows) + 2
    lines = [
        f"{'network and flow':<{width}}{'D':>5}{'known':>7}{'ours':>6}  "
        f"{'verdict':<10}{'seconds':>8}"
    ]
    for group in dict.fromkeys(row["group"] for row in rows):
        lines.append(f"{group}:")
        lines += [
            f"{r['network']:<{width}}{r['parameters']:>5}{r['known']:>7}{shown(r['ours']):>6}  "
            f"{r['verdict']:<10}{r['seconds']:>8.3f}{'' if r['right'] else '  WRONG'}"
            for r in rows
            if r["group"] == group
        ]
    return "\n".join(
        [
            *lines,
            f"{sum(r['right'] for r in rows)} of {len(rows)} right, "
            f"{sum(r['seconds'] for r in rows):.2f} s",
        ]
    )
