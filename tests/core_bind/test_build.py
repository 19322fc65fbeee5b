"""The build of the border: a warning of Cython ends it, and no index is negative where the
sources say that none is.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyconslaw._core.graph import join, order

ROOT = Path(__file__).parents[2]
NEGATIVE = re.compile(
    r"[\w)\]]\[(?:[^\]]*,)?\s*(?:[^\]:,]*:)?\s*-\s*\w"
)  # a[-1], a[i, -1], a[:-1]; not a[::-1]


def negative_indices(source):
    """Lines with a negative index, where the first line switches wraparound off. What that does
    is undefined: NumPy 2.5 raises IndexError where earlier ones counted from the end.
    """
    lines = source.splitlines()
    if "wraparound=False" not in lines[0]:
        return []
    code = [line.split("#")[0] for line in lines]
    return [k for k, line in enumerate(code, 1) if NEGATIVE.search(line) and ">>>" not in line]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "core/bind").glob("*.pyx")), ids=lambda path: path.name
)
def test_no_negative_index_without_wraparound(path):
    assert negative_indices(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("a[-1] = 0", True),
        ("return x[k][-n]", True),
        ("a[i, -1] = 0", True),
        ("f(x)[- 2]", True),
        ("a[:-1] = x", True),
        ("a[n - 1] = 0", False),
        ("a[0] - b[1]", False),
        ("a = [-1]", False),
        ("a[i] = 1     # a[-1]", False),
        ("a[::-1]", False),
        ("f(1 << 9, [-1])", False),
    ],
)
def test_negative_indices_are_noticed(line, wrong):
    for first, expected in (
        ("# cython: wraparound=False", [3] if wrong else []),
        ("# cython: boundscheck=False", []),
    ):
        assert negative_indices(f"{first}\n\n{line}\n") == expected


def test_words_have_one_entry_more():
    """What NumPy 2.5 refused: the copies of empty and of other vectors, at their ends."""
    assert order(np.array([], dtype=int), np.array([], dtype=int), 0).tolist() == []
    for kind in (np.int8, np.uint32, np.int64):
        assert order(np.array([2, 0], dtype=kind), np.array([3, 3], dtype=kind), 4).tolist() == [
            1,
            0,
        ]
    assert join(
        1, np.array([], dtype=int), np.array([], dtype=int), np.array([], dtype=int), [0], [0]
    ).tolist() == [0]


@pytest.fixture
def build(tmp_path):
    """What `setup.py` says and its status, for a border of one module with that text."""

    def run(text):
        (tmp_path / "core/bind").mkdir(parents=True)
        (tmp_path / "pyconslaw").mkdir()
        for name in (
            *("setup.py", "pyproject.toml", "README.md", "LICENSE"),
            *("core/bind/pcl.pxd", "pyconslaw/__init__.py"),
        ):
            shutil.copy(ROOT / name, tmp_path / name)
        (tmp_path / "core/sources.txt").touch()
        (tmp_path / "core/bind/one.pyx").write_text(text)
        done = subprocess.run(
            [sys.executable, "setup.py", "--version"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": ""},
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(("index", "fails"), [("-1", True), ("1", False)])
def test_a_warning_of_cython_ends_the_build(build, index, fails):
    status, said = build(
        f"# cython: language_level=3, wraparound=False\ndef one(x):\n    return x[{index}]\n"
    )
    assert (status != 0) == fails, said
    assert ("negative indices" in said) == fails, said
