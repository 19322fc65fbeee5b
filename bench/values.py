"""Laws at weights, all at once: ours beside NumPy that is written by hand for each network."""

import hashlib

import click
import numpy as np

from bench.harness import Rival, Table
from pyconslaw import System, known_laws, mlp

LAYERED = [  # widths, activations, how many weights at once, how often in a run
    ([3, 3, 3], "linear", (), 2000),
    ([784, 512, 256, 10], "linear", (), 10),
    ([784, 512, 256, 10], "relu", (), 300),
    ([784, 512, 256, 10], "relu", (50,), 3),
    ([1000] * 4, "linear", (), 2),
    ([10] * 4, "linear", (10_000,), 5),
    ([10] * 4, "relu", (10_000,), 5),
    ([100] * 5, "linear", (20,), 10),
]
HEADS = [((4, 3), (), 2000), ((16, 8), (1000,), 20), ((32, 16), (1000,), 5)]


def layered(matrices, gated):
    """What one writes down: W_k W_k^T - W_{k+1}^T W_{k+1} on and above the diagonal, or of gated
    neurons the diagonal.
    """
    found = []
    for into, away in zip(matrices, matrices[1:], strict=False):
        if gated:
            found.append((into**2).sum(-1) - (away**2).sum(-2))
        else:
            square = into @ into.swapaxes(-1, -2) - away.swapaxes(-1, -2) @ away
            found.append(square[(..., *np.triu_indices(square.shape[-1]))])
    return np.concatenate(found, -1)


def head(q, k):
    square = k @ k.swapaxes(-1, -2) - q @ q.swapaxes(-1, -2)
    return square[(..., *np.triu_indices(square.shape[-1]))]


def weights_of(network, lead):
    """Integers as doubles: sums are exact, in any order."""
    rng = np.random.default_rng(0)
    shapes = {p.name: (*lead, *p.shape) for p in network.parameters}
    return {name: rng.integers(-9, 10, shape).astype(float) for name, shape in shapes.items()}


def answer(values):
    return f"{values.shape[-1]} laws, {hashlib.sha256((values + 0.0).tobytes()).hexdigest()[:8]}"


def measure(table, network, lead, times, by_hand):
    laws, weights = known_laws(network), weights_of(network, lead)
    arrays = list(weights.values())

    def repeated(function):
        def run():
            for _ in range(times):
                found = function()
            return found

        return Rival(run, finish=answer, prepare=function)

    table.measure(
        {"network": network.name, "points": int(np.prod(lead)), "times": times},
        {
            "pyconslaw LawSet.values": repeated(lambda: laws.values(weights)),
            "NumPy by hand": repeated(lambda: by_hand(*arrays)),
        },
    )


@click.command()
@click.option("--repeats", default=7, show_default=True, help="rounds of all rivals")
def command(repeats):
    """Values of all known laws at weights by name; records nothing. Doubles that are integers,
    so that the answers are compared.
    """
    table = Table(repeats, budget=60)
    for dims, activations, lead, times in LAYERED:
        gated = activations != "linear"
        network = mlp(dims, activations)
        measure(table, network, lead, times, lambda *w, gated=gated: layered(w, gated))
    for shape, lead, times in HEADS:
        network = System({"Q": shape, "K": shape}, phi="Q^T K")
        measure(table, network, lead, times, head)
    table.finish("values", record=False)
