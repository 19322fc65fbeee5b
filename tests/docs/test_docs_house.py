"""The pages about the code against the code: rooms, and files that are named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "bench").glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
]
# where a name may start, beside the folder of its page
PLACES = (
    ROOT,
    ROOT / "pyconslaw",
    ROOT / "pyconslaw/verify",
    ROOT / "core",
    ROOT / "core/balanced",
)
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"[\w./-]+\.(?:py|pyi|pyx|pxd|c|h|cpp|txt)|[\w./-]+/")
WRITTEN = {"build/bench/NAME.png", "build/docs/"}  # by who runs what a page says


def files_named(text):
    """Code files and folders that a text names in backticks, alone or in a command."""
    spans = re.findall(r"`([^`]+)`", FENCE.sub("", text))
    commands = {word for span in spans for word in span.split()[1:] if "/" in word}
    named = {span for span in spans if NAMED.fullmatch(span)}
    return named | {word for word in commands if re.fullmatch(r"[\w./-]+\.py", word)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(page):
    named = files_named(page.read_text(encoding="utf-8"))
    there = {name for name in named for place in (*PLACES, page.parent) if (place / name).exists()}
    assert named - there <= WRITTEN


def test_names_of_files_are_seen():
    text = "`a/b.py`, `laws/`, `python\ne/c.py`, `t-<x>.c`, `x.md`\n```\n`no.py`\n```\n`d.c`"
    assert files_named(text) == {"a/b.py", "laws/", "e/c.py", "d.c"}


def test_the_house_has_every_room():
    """Rooms are modules of the package, its folders with a second file, and modules of the core."""
    house = (ROOT / "docs/house.md").read_text(encoding="utf-8")
    package = (ROOT / "pyconslaw").iterdir()
    rooms = {path.name for path in package if len(list(path.glob("*.py"))) > 1}
    files = {path.stem for path in (ROOT / "pyconslaw").glob("[a-z]*.py")}
    core = {f"core/{path.stem}" for path in (ROOT / "core/include/pcl").glob("*.h")}
    assert len(rooms) >= 12 and len(core) >= 7
    missing = {name for name in rooms | files | core if f"`{name}`" not in house}
    assert missing == {"core/types"}  # structs and statuses, no module
