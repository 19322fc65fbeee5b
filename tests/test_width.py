"""No line is wider than 100 characters."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WIDEST = 100

# Suffixes of the files in a folder, whatever is below it, and single files.
FOLDERS = {"core": (".c", ".h", ".pyx", ".pxd", ".pyi", ".py", ".build")}
SINGLE = ("setup.py", "meson.build", "Makefile", ".ci/run")


def generated(path):
    """Whether Cython has left that C file beside its source."""
    return path.suffix == ".c" and path.with_suffix(".pyx").exists()


def files():
    """The files that are looked at."""
    found = [
        path
        for folder, suffixes in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and not generated(path)
    ]
    return sorted([*found, *(ROOT / name for name in SINGLE)])


def wide_lines(text):
    """Numbers of the lines that are too wide."""
    return [k for k, line in enumerate(text.splitlines(), 1) if len(line) > WIDEST]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_line_is_too_wide(path):
    assert wide_lines(path.read_text(encoding="utf-8")) == []


def test_wide_lines_are_noticed():
    assert wide_lines("x" * 101 + "\n" + "é" * 100 + "\n" + "y" * 102) == [1, 3]


def test_files_are_found():
    names = {path.relative_to(ROOT).as_posix() for path in files()}
    assert {"core/zp/mod.c", "core/bind/graph.pyx", "core/bind/pcl.pxd", "meson.build"} <= names
    assert {"core/bind/graph.pyi", "core/tests/meson.build", "core/include/pcl/zp.h"} <= names
