"""No line of the pages and of the Python files is longer than 100 columns."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WIDTH = 100
PATTERNS = ("*.md", "*.py", "*.c", "*.h", "*.pyx", "*.pxd", "*.pyi", "*.build")
LEFT_OUT = {".venv", "build", ".git"}
# Pages whose tables, and headings that are JSON objects, may be wider.
WIDE_TABLES = {"docs/certificate.md"}


def tracked():
    """The files of the checkout, or of the folder where there is no git."""
    try:
        done = subprocess.run(
            ["git", "ls-files", *PATTERNS], cwd=ROOT, capture_output=True, text=True, check=True
        )
        names = done.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        paths = [path.relative_to(ROOT) for pattern in PATTERNS for path in ROOT.rglob(pattern)]
        names = [path.as_posix() for path in paths if not LEFT_OUT & set(path.parts)]
    return sorted(name for name in names if (ROOT / name).is_file())


def too_long(text, tables=False):
    """(number, length) of the lines beyond the width, rows of tables and headings left out if
    asked for.
    """
    return [
        (number, len(line))
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > WIDTH and not (tables and line.startswith(("|", "### ")))
    ]


FILES = tracked()


def test_the_files_are_seen():
    assert {"README.md", "docs/mathematics.md", "tests/conftest.py"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_lines_are_short(name):
    assert too_long((ROOT / name).read_text(encoding="utf-8"), name in WIDE_TABLES) == []


def test_long_lines_are_noticed():
    text = "\n".join(["a" * 100, "b" * 101, "| " + "c" * 100])
    assert too_long(text) == [(2, 101), (3, 102)]
    assert too_long(text, tables=True) == [(2, 101)]
