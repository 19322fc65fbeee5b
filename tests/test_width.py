"""No line of the pages and of the Python files is longer than 100 columns."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WIDTH = 100
PATTERNS = ("*.md", "*.py", "*.c", "*.h", "*.pyx", "*.pxd", "*.pyi", "*.build", "*.css", "*.sh")
LEFT_OUT = {".venv", "build", ".git"}


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


def too_long(text):
    """(number, length) of the lines beyond the width, without the addresses in them."""
    lines = (re.sub(r"https?://\S+", "", line) for line in text.split("\n"))
    return [(number, len(line)) for number, line in enumerate(lines, 1) if len(line) > WIDTH]


FILES = tracked()


def test_the_files_are_seen():
    assert {"README.md", "docs/mathematics.md", "tests/conftest.py"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_lines_are_short(name):
    assert too_long((ROOT / name).read_text(encoding="utf-8")) == []


def test_long_lines_are_noticed():
    address = "https://example.org/" + "x" * 100
    text = "\n".join(
        ["a" * 100, "b" * 101, "| " + "c" * 100, f"see {address}", "d" * 102 + address]
    )
    assert too_long(text) == [(2, 101), (3, 102), (5, 102)]
