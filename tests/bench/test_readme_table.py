"""README.md shows what `python -m bench table` prints."""

import json
import subprocess
import sys
from pathlib import Path

from bench import table

ROOT = Path(__file__).parents[2]


def committed():
    """results.json as committed, or as it is where there is no git."""
    try:
        return subprocess.run(
            ["git", "show", "HEAD:bench/results.json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return (ROOT / "bench/results.json").read_text()


def test_the_table_of_the_readme():
    """That of the committed results, so that a run of one's own does not fail the tests; or of
    the present ones, before a commit.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    now = (ROOT / "bench/results.json").read_text()
    assert any(table.markdown(json.loads(text)) in readme for text in (committed(), now))


def test_the_command_prints_it():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "table"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0 and done.stdout.strip() == table.markdown(
        json.loads((ROOT / "bench/results.json").read_text())
    )


def test_no_line_is_longer_than_the_page():
    printed = table.markdown(json.loads((ROOT / "bench/results.json").read_text()))
    assert max(map(len, printed.splitlines())) <= table.WIDTH
