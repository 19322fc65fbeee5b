"""`pyconslaw catalogue --networks`: how many laws blocks of real networks have, each proved."""

from __future__ import annotations

from collections.abc import Iterator

from pyconslaw.analysis.counting import analyze
from pyconslaw.blocks.reading import block_of_words
from pyconslaw.experiments.real_network_rows import ROWS
from pyconslaw.networks.network import Network
from pyconslaw.networks.stacks import recurrent, residual, tied_autoencoder
from pyconslaw.networks.systems import System
from pyconslaw.records.report import OPEN

COLUMNS = ("block", "D", "laws", "verdict", "source", "found by", "at least so many by")
NEW = "new"
SOURCES = {
    "2307.00144": "Marcotte, Gribonval and Peyre 2023",
    "2506.06194": "Marcotte, Gribonval and Peyre 2025",
    "2606.17816": "ICML 2026, laws of gated units, heads, rotary positions and experts",
}


def diagonal_state_space(inputs: int, state: int, outputs: int, steps: int) -> System:
    """y_t = sum over s < steps of C diag(a)^s B x_{t-s}: phi is the kernel, entry by entry."""
    a = [f"a{i}" for i in range(state)]
    b = {(i, j): f"B{i}_{j}" for i in range(state) for j in range(inputs)}
    c = {(k, i): f"C{k}_{i}" for k in range(outputs) for i in range(state)}
    phi = [
        " + ".join(
            f"{c[k, i]}*{a[i]}^{s}*{b[i, j]}" if s else f"{c[k, i]}*{b[i, j]}" for i in range(state)
        )
        for s in range(steps)
        for k in range(outputs)
        for j in range(inputs)
    ]
    return System([*a, *b.values(), *c.values()], phi=phi)


def _others() -> Iterator[tuple[str, str, str, Network]]:
    """Networks that no words of the command line name: (group, label, source, network)."""
    group = "shared weights and states"
    for inputs, state, outputs, steps in ((1, 2, 1, 6), (2, 2, 2, 6), (1, 3, 1, 8), (3, 2, 1, 6)):
        yield (
            group,
            f"diagonal state space, {inputs} in, {state} states, {outputs} out, {steps} steps",
            NEW,
            diagonal_state_space(inputs, state, outputs, steps),
        )
    for kind, sizes in (
        ("linear", (1, 2, 1, 4)),
        ("linear", (2, 2, 2, 4)),
        ("relu", (2, 2, 1, 3)),
        ("relu", (2, 3, 2, 3)),
    ):
        inputs, hidden, outputs, steps = sizes
        yield (
            group,
            f"recurrent {kind} {inputs}-{hidden}-{outputs}, {steps} steps",
            NEW,
            recurrent(inputs, hidden, outputs, steps, kind),
        )
    for dims, kind in (([3, 2], "relu"), ([2, 3], "relu"), ([3, 2], "linear"), ([3, 3, 2], "relu")):
        label = f"autoencoder {kind} {'-'.join(map(str, dims))}, tied"
        yield group, label, NEW, tied_autoencoder(dims, kind)
    for width, blocks, hidden, out in ((2, 2, 3, None), (3, 3, 4, 1), (8, 6, 16, 10)):
        label = f"residual ReLU, {blocks} blocks of {hidden} on width {width}"
        label += "" if out is None else f", read-out {out}"
        yield (
            group,
            label,
            NEW if blocks > 1 else "2506.06194",
            residual(width, blocks, hidden, outputs=out),
        )


def networks() -> Iterator[tuple[str, str, str, Network]]:
    """The blocks of the catalogue: (group, label, source, network); labels are words of the command
    line where there are such.
    """
    for group, listed in ROWS.items():
        for kind, words, source in listed:
            made = block_of_words(kind, words)
            yield group, made.name, source or NEW, made
    yield from _others()


def run(seed: int = 0) -> Iterator[dict]:
    """One row (a dict) for each block: its group, label and source, and the report as JSON."""
    for group, label, source, network in networks():
        report = analyze(network, seed=seed).json()
        yield {**report, "group": group, "network": label, "source": source}


def table(rows) -> str:
    """The rows as one Markdown table."""
    lines = [f"| group | {' | '.join(COLUMNS)} |", "| --- | --- | ---: | ---: |" + " --- |" * 4]
    for row in rows:
        laws = f"{row['laws_min']} to {row['laws_max']}" if row["verdict"] == OPEN else row["laws"]
        source = row["source"]
        if source in SOURCES:
            source = f"[{source}](https://arxiv.org/abs/{source})"
        reasons = "; ".join(row["upper_by"])
        lines.append(
            f"| {row['group']} | `{row['network']}` | {row['parameters']} | {laws} | "
            f"{row['verdict']} | {source} | {row['found_by']} | {reasons} |"
        )
    return "\n".join(lines)
