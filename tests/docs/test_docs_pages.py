"""The pages without building them: all reachable, links lead somewhere, cells are well formed,
the reference is complete.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

import pyconslaw

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
CELL = re.compile(
    r"^```\{code-cell\}[ ]*(\w*)\n((?::[^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL
)


def cells(text):
    """(language, options, source) of the cells of a page."""
    return CELL.findall(text)


def listed(text):
    """The pages that the toctrees of a page list."""
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [
        line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")
    ]


def test_every_page_is_in_the_table_of_contents():
    entries = listed((DOCS / "index.md").read_text())
    assert len(entries) == len(set(entries))
    assert set(entries) == {page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES} - {
        "index"
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_between_pages_lead_somewhere(page):
    text = CELL.sub("", page.read_text())
    assert [
        link
        for link in re.findall(r"\]\(([^)#:]+\.md)\b", text)
        if not (page.parent / link).is_file()
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_cells_are_well_formed(page):
    text = page.read_text()
    found = cells(text)
    assert len(found) == text.count("```{code-cell}")
    for language, options, source in found:
        assert language in ("python", "console")
        assert set(re.findall(r"^:(\w+):", options, re.MULTILINE)) <= {
            "raises",
            "status",
            "markdown",
        }
        if language == "python":
            ast.parse(source)
        else:
            assert all(line.startswith("$ ") for line in source.splitlines())


def test_the_reference_lists_what_is_public():
    text = (DOCS / "reference.md").read_text().split("currentmodule:: pyconslaw.verify")[0]
    names = re.findall(r"^\.\. auto(?:function|class|exception):: (\w+)$", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert sorted(names) == pyconslaw.__all__, "docs/reference.md and pyconslaw.__all__ differ"


@pytest.fixture(scope="module")
def module():
    pytest.importorskip("sphinx", reason="the docs extra is not installed (make docs)")
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        import cells
    finally:
        sys.path.pop(0)
    return cells


@pytest.fixture
def page(module):
    page = module.Page()
    yield page
    page.folder.cleanup()


def test_a_cell_shows_what_it_prints_and_its_last_value(page):
    assert page.python("x = 2\nprint(x)\nx + 1") == "2\n3\n"
    assert page.python("x") == "2\n"
    assert page.python("None") == page.python("y = 1") == ""
    assert (
        page.python("print(1)\n[][0]", raises="IndexError")
        == "1\nIndexError: list index out of range\n"
    )


@pytest.mark.parametrize(
    "source, raises",
    [
        ("1 / 0", None),
        ("1 / 0", "KeyError"),
        ("1", "KeyError"),
        ("import warnings; warnings.warn('old')", None),
    ],
)
def test_a_cell_that_does_otherwise_fails(module, page, source, raises):
    with pytest.raises(module.CellError):
        page.python(source, raises)


def test_commands_show_what_they_print_and_keep_their_status(module, page):
    page.python("with open('a.txt', 'w') as file: file.write('b')")
    command = "$ python -c \"print(open('a.txt').read()); raise SystemExit(3)\""
    assert page.console(command, 3) == command + "\nb\n"
    for source, status in ((command, 0), (command + "\n$ true", 0), ("$ true", 3), ("true", 0)):
        with pytest.raises(module.CellError):
            page.console(source, status)
