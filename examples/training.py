"""The picture of the documentation: a ReLU network is trained by gradient descent in plain NumPy,
its loss falls by orders of magnitude, its conservation laws stay where they were.

    python examples/training.py docs/_static/laws.svg
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np

import pyconslaw as pcl

STEP, STEPS, KEPT = 0.01, 200_000, 100  # kept: weights, at times that grow like powers
SEED = 3
TEXT, LAWS, OTHER = "#767676", "#2f8fdd", "#e8590c"  # to be read on white and on black


def gradients(weights: dict, inputs: np.ndarray, labels: np.ndarray) -> tuple[float, dict]:
    """The square loss of a network with one hidden layer of ReLU neurons, and its gradient."""
    before = inputs @ weights["W1"].T + weights["b1"]
    hidden = np.maximum(before, 0)
    error = hidden @ weights["W2"].T - labels
    signal = error @ weights["W2"] * (before > 0) / len(inputs)
    slopes = {"W1": signal.T @ inputs, "b1": signal.sum(axis=0)}
    slopes["W2"] = error.T @ hidden / len(inputs)
    return float((error**2).mean() / 2), slopes


def train(net, steps: int = STEPS) -> tuple[np.ndarray, np.ndarray, dict]:
    """Steps, losses there, and the weights there as arrays with one more axis in front."""
    rng = np.random.default_rng(SEED)
    inputs = rng.normal(size=(64, 2))
    labels = np.abs(inputs[:, :1]) - inputs[:, 1:] / 2
    weights = {p.name: rng.normal(size=p.shape) / 2 for p in net.parameters}
    times = np.unique(np.geomspace(1, steps, KEPT).round().astype(int))
    wanted, losses, path = set(times.tolist()), [], []
    for step in range(1, steps + 1):
        loss, slopes = gradients(weights, inputs, labels)
        weights = {name: weights[name] - STEP * slopes[name] for name in weights}
        if step in wanted:
            losses.append(loss)
            path.append(weights)
    return times, np.array(losses), {n: np.array([w[n] for w in path]) for n in weights}


def draw(times: np.ndarray, losses: np.ndarray, laws: np.ndarray, squares: np.ndarray, path: str):
    """Two panels beside each other, without a background."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    style = {"text.color": TEXT, "axes.labelcolor": TEXT, "axes.edgecolor": TEXT}
    style |= {"xtick.color": TEXT, "ytick.color": TEXT, "svg.fonttype": "none"}
    style |= {"svg.hashsalt": "laws", "font.size": 11, "axes.spines.top": False}
    style |= {"axes.spines.right": False, "font.family": "sans-serif"}
    with pyplot.rc_context(style):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
        left.loglog(times, losses, color=OTHER, lw=2)
        left.set(title="the loss", xlabel="step of gradient descent")
        right.semilogx(times, squares, color=OTHER, lw=1, alpha=0.8)
        right.semilogx(times, laws, color=LAWS, lw=2)
        right.set(title="the laws of 8 neurons, and 8 squares")
        right.set(xlabel="step of gradient descent")
        right.plot([], [], color=LAWS, lw=2, label="|in|² + bias² − out²")
        right.plot([], [], color=OTHER, lw=1, label="out²")
        right.legend(frameon=False, labelcolor=TEXT, loc=(0.02, 0.74))
        left.minorticks_off()
        right.minorticks_off()
        out = io.StringIO()
        figure.savefig(
            out, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    short = re.sub(r"(\d\.\d\d)\d+", r"\1", out.getvalue())  # a hundredth of a point is enough
    Path(path).write_text(re.sub(r" +\n", "\n", short), encoding="utf-8")


def main(path: str) -> None:
    """Trains, draws, and prints what can be seen."""
    net = pcl.mlp([2, 8, 1], "relu", bias=True)
    times, losses, weights = train(net)
    laws = pcl.known_laws(net).values(weights)
    squares = weights["W2"][:, 0, :] ** 2
    draw(times, losses, laws, squares, path)
    print(f"loss {losses[0]:.2g} to {losses[-1]:.2g} in {STEPS} steps of {STEP}")
    for name, values in (("a law", laws), ("a square", squares)):
        print(f"largest change of {name}: {np.abs(values - values[0]).max():.2g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
