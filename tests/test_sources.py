"""The C files: one list of them, of moderate length, and documented where they are public."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "core"
LONGEST = 300

# A path of a C source, or a pattern of such paths, in a build file. Comments count too.
C_SOURCE = re.compile(r"[\w/*}\]-]+\.c\b(?!\w)")

# The first line of a function's declaration or definition: it starts in column 0 with a type.
PROTOTYPE = re.compile(r"^(?!typedef|#)[a-z]\w*[\w \t*]*?\b(pcl_\w+)\(", re.MULTILINE)


def listed_sources(text):
    return text.split()


def sources_on_disk(core):
    """Every C file of the library: those of core but for the tests and what Cython leaves beside
    the bindings.
    """
    found = {path.relative_to(core).as_posix() for path in core.rglob("*.c")}
    return {name for name in found if name.split("/")[0] not in ("tests", "bind")}


def own_sources(text):
    """C sources that a build file names by itself."""
    return C_SOURCE.findall(text)


def undocumented(header):
    """Names of the functions that a header declares in a paragraph that does not begin with a
    comment.
    """
    paragraphs = re.split(r"\n[ \t]*\n", re.sub(r"^#.*$", "", header, flags=re.MULTILINE))
    return [
        name
        for paragraph in paragraphs
        for name in PROTOTYPE.findall(paragraph)
        if not paragraph.lstrip().startswith("/*")
    ]


def test_sources_txt_lists_what_is_on_disk():
    listed = listed_sources((CORE / "sources.txt").read_text())
    assert len(listed) == len(set(listed)), "a source is listed twice"
    assert set(listed) == sources_on_disk(CORE)


def test_sources_on_disk_are_found(tmp_path):
    for name in ("zp/mod.c", "graph/new.c", "bind/zp.c", "tests/t-zp.c", "zp/mod.h"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sources_on_disk(tmp_path) == {"zp/mod.c", "graph/new.c"}


@pytest.mark.parametrize("name", ["setup.py", "meson.build"])
def test_builds_read_the_one_list(name):
    text = (ROOT / name).read_text()
    assert "core/sources.txt" in text
    assert own_sources(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "'core/zp/mod.c'",
        "files('mod.c')",
        'f"core/{name}.c"',
        'ROOT.glob("core/**/*.c")',
        "sources = [\n  zp/mod.c\n]",
    ],
)
def test_own_sources_are_noticed(text):
    assert own_sources(text)


@pytest.mark.parametrize(
    "text", ["core/sources.txt", "import('fs')", "'pcl', 'c',", "x.cflags", "'core/include/pcl'"]
)
def test_other_words_are_not_sources(text):
    assert own_sources(text) == []


def test_every_c_test_is_run():
    text = (CORE / "tests/meson.build").read_text()
    names = {path.stem.removeprefix("t-") for path in (CORE / "tests").glob("t-*.c")}
    assert names
    assert [name for name in sorted(names) if f"'{name}'" not in text] == []


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(CORE.rglob("*.[ch]")) if p.parent.name != "bind"],
    ids=lambda path: path.relative_to(CORE).as_posix(),
)
def test_c_files_are_not_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST


HEADERS = [path for path in sorted(CORE.rglob("*.h")) if path.parent.name != "tests"]


@pytest.mark.parametrize("path", HEADERS, ids=lambda path: path.name)
def test_public_functions_are_documented(path):
    assert undocumented(path.read_text()) == []


def test_public_functions_are_found():
    headers = "\n".join(path.read_text() for path in HEADERS)
    declared = set(PROTOTYPE.findall(headers))
    defined = {
        name
        for source in listed_sources((CORE / "sources.txt").read_text())
        for name in PROTOTYPE.findall((CORE / source).read_text())
    }
    assert defined and defined <= declared, "a public function without a public prototype"
    assert {"pcl_mul", "pcl_pow", "pcl_poly_mul", "pcl_collect_derivative_product"} <= declared


def test_private_headers_are_not_installed():
    """Every file of include/pcl stands alone, and none is for one module only."""
    for path in (CORE / "include/pcl").glob("*.h"):
        included = re.findall(r'#include "([^"]+)"', path.read_text())
        assert [name for name in included if not (path.parent / name).exists()] == []
    assert {path.parent.name for path in HEADERS} == {"pcl", "balanced", "graph", "probe"}


def test_missing_documentation_is_noticed():
    header = """/* Module. */
#ifndef A
/* One. */
int pcl_one(int x);
int pcl_two(int x,
            int y);

static inline uint64_t pcl_three(void)
{
    return 3;
}

struct pcl_thing *pcl_four(void);

/* Stray. */

void pcl_five(void);
"""
    assert undocumented(header) == ["pcl_three", "pcl_four", "pcl_five"]
