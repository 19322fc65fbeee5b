"""The picture of the documentation is what examples/training.py draws: laws that stay, a loss that
falls, in a file that is small and asks nobody.
"""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

import pyconslaw

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def training():
    spec = importlib.util.spec_from_file_location("training", ROOT / "examples/training.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_loss_falls_and_the_laws_stay(training):
    net = pyconslaw.mlp([2, 8, 1], "relu", bias=True)
    times, losses, weights = training.train(net, steps=3000)
    laws = pyconslaw.known_laws(net).values(weights)
    squares = weights["W2"][:, 0, :] ** 2
    assert times[-1] == 3000 and losses[-1] < losses[0] / 100
    assert np.abs(laws - laws[0]).max() < 0.005 < 0.5 < np.abs(squares - squares[0]).max()


def test_what_is_drawn_is_small_and_the_same(training, tmp_path):
    pytest.importorskip("matplotlib", reason="the plots extra is not installed")
    times = np.arange(1, 11)
    made = []
    for name in ("a.svg", "b.svg"):
        lines = np.ones((10, 8)) * np.arange(8)
        training.draw(times, 1 / times, lines, 1 / (1 + lines), str(tmp_path / name))
        made.append((tmp_path / name).read_text())
    assert made[0] == made[1] and "\n<svg" in made[0]


def test_the_picture_that_is_committed():
    text = (ROOT / "docs/_static/laws.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < 60_000
    assert re.findall(r'(?:xlink:href|src)="(?!#)', text) == []
    assert 'fill: none"' in text and "#ffffff" not in text  # no background: light and dark pages
