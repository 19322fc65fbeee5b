"""docs/performance.md and README.md show what `python -m bench table` prints."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("page", "printed"), [("docs/performance.md", table.markdown), ("README.md", table.short)]
)
def test_the_tables_of_the_pages(page, printed):
    """Those of the committed results, so that a run of one's own does not fail the tests; or of
    the present ones, before a commit.
    """
    text = (ROOT / page).read_text(encoding="utf-8")
    now = (ROOT / "bench/results.json").read_text()
    assert any(printed(json.loads(results)) in text for results in (committed(), now))


@pytest.mark.parametrize(("options", "printed"), [([], table.markdown), (["--short"], table.short)])
def test_the_command_prints_them(options, printed):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "table", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0 and done.stdout.strip() == printed(
        json.loads((ROOT / "bench/results.json").read_text())
    )


def test_the_short_table_has_all_its_lines():
    results = json.loads((ROOT / "bench/results.json").read_text())
    assert len(table.short(results).splitlines()) == 2 + len(table.SHORT)


def test_no_line_is_longer_than_the_page():
    printed = table.markdown(json.loads((ROOT / "bench/results.json").read_text()))
    assert max(map(len, printed.splitlines())) <= table.WIDTH
