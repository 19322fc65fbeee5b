"""Statuses of the C core: a contract names exactly those that can occur, and a C test sees each."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

CORE = Path(__file__).parents[1] / "core"
HEADERS = [path for path in sorted(CORE.rglob("*.h")) if path.parent.name in ("pcl", "balanced")]
SOURCES = [CORE / name for name in (CORE / "sources.txt").read_text().split()]
TESTS = [path for path in sorted((CORE / "tests").iterdir()) if path.suffix in (".c", ".h")]

STATUS = re.compile(r"\bPCL_(OK|NONE|NOMEM|LIMIT|STOPPED|UNSUPPORTED)\b")
COMPARED = re.compile(r"[!=]=\s*PCL_\w+")
CONTRACT = re.compile(r"/\*((?:(?!\*/).)*)\*/\s*^pcl_status (\w+)\(", re.DOTALL | re.MULTILINE)
DEFINITION = re.compile(
    r"^(?:static )?(?:inline )?pcl_status (\w+)\([^;{]*\)\n\{(.*?)^\}", re.DOTALL | re.MULTILINE
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

# Statuses that a callee may return, but not as it is called here.
CANNOT = {
    ("pcl_poly_derivative", "LIMIT"),  # a derivative times 1: no exponent grows
    ("pcl_rank_dense", "NONE"),  # a row in the span is passed over
    ("pcl_probe_words", "STOPPED"),  # chains are called without a poll
}


def whole(path):
    """The text of a source with those of the headers beside it that it includes: templates."""
    return re.sub(
        r'^#include "(\w+\.h)"$',
        lambda m: (path.parent / m[1]).read_text(),
        path.read_text(),
        flags=re.MULTILINE,
    )


def contracts(header):
    """{function: statuses that the comment before its prototype names}."""
    return {name: set(STATUS.findall(text)) for text, name in CONTRACT.findall(header)}


def closing(text, start):
    """The place after the parenthesis that closes the one at start."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at + 1
    raise ValueError("a parenthesis is not closed")


def handed_on(body, names):
    """Functions of those names whose status is not just compared, where they are called."""
    calls = [m for m in re.finditer(r"\b(\w+)\(", body) if m[1] in names]
    return {m[1] for m in calls if not COMPARED.match(body[closing(body, m.end() - 1) :].lstrip())}


def possible(files):
    """{function: statuses that its text and those that it calls may return}; files: {name:
    text}.
    """
    bodies = {
        (file, name): COMMENT.sub("", body)
        for file, text in files.items()
        for name, body in DEFINITION.findall(text)
    }
    places = defaultdict(list)
    for file, name in bodies:
        places[name].append(file)
    found = {key: set(STATUS.findall(COMPARED.sub("", body))) for key, body in bodies.items()}
    calls = {
        (file, name): [
            (file if file in places[f] else places[f][0], f) for f in handed_on(body, places)
        ]
        for (file, name), body in bodies.items()
    }
    for _ in bodies:
        for key, callees in calls.items():
            found[key].update(*(found[callee] for callee in callees))
    return {name: statuses for (_, name), statuses in found.items() if name.startswith("pcl_")}


def compared(statement, function):
    """Statuses that a statement names, or others that compare a variable it sets."""
    found = set(STATUS.findall(statement)) | ({"OK", "NOMEM"} if "TWICE(" in statement else set())
    for kept in re.findall(r"(\w+) = \w+\(", statement):
        for other in re.findall(rf"\b{kept} [!=]= [^;]*", function):
            found |= set(STATUS.findall(other))
    return found


def witnessed(tests):
    """{function: statuses that its calls are compared with in tests}: in one statement, through a
    variable of the C function, or through a helper that hands the status on.
    """
    seen, helpers = defaultdict(set), set()
    for function in (
        f for text in tests for f in re.split(r"^}", COMMENT.sub("", text), flags=re.MULTILINE)
    ):
        helper = re.search(r"^static pcl_status (\w+)\(", function, re.MULTILINE)
        for statement in function.split(";"):
            for name in re.findall(r"\b(\w+)\(", statement):
                seen[name] |= compared(statement, function)
                if helper and "return" in statement:
                    helpers.add((helper[1], name))
    for helper, name in helpers:
        seen[name] |= seen[helper]
    return seen


CONTRACTS = {k: v for path in HEADERS for k, v in contracts(path.read_text()).items()}
POSSIBLE = possible({str(path): whole(path) for path in SOURCES})
WITNESSED = witnessed([path.read_text() for path in TESTS])


def test_every_function_with_a_status_has_a_contract():
    assert len(POSSIBLE) > 25
    assert set(POSSIBLE) == set(CONTRACTS)


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_contract_names_what_can_occur(name):
    excluded = {status for function, status in CANNOT if function == name}
    assert excluded <= POSSIBLE[name], "an exception that is none"
    assert CONTRACTS[name] == POSSIBLE[name] - excluded


PUBLIC = {k for path in HEADERS if path.parent.name == "pcl" for k in contracts(path.read_text())}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_c_test_sees_every_status(name):
    assert CONTRACTS[name] - WITNESSED[name] == set()


def test_what_is_wrong_is_noticed():
    source = """
static pcl_status inner(int x)
{
    return x ? PCL_LIMIT : PCL_OK;      /* never PCL_NONE */
}

pcl_status pcl_outer(int x)
{
    if (pcl_other(x) != PCL_OK)
        return PCL_STOPPED;
    return inner(x);
}

pcl_status pcl_other(int x)
{
    return x == 2 ? PCL_NOMEM : PCL_OK;
}
"""
    assert possible({"a": source}) == {
        "pcl_outer": {"OK", "LIMIT", "STOPPED"},
        "pcl_other": {"OK", "NOMEM"},
    }
    header = (
        "/* One. */\nint pcl_one(void);\n\n/* Returns PCL_OK,\n   PCL_NOMEM. */\npcl_status "
        "pcl_two(int x);\n"
    )
    assert contracts(header) == {"pcl_two": {"OK", "NOMEM"}}
    test = """
static pcl_status hand(int x)
{
    return pcl_three(x);
}

static void all(void)
{
    const pcl_status kept = pcl_one(2);
    CHECK(pcl_two(1) == PCL_NONE);
    CHECK(kept == PCL_LIMIT);
    TWICE(k, hand(1), x);
}
"""
    seen = witnessed([test])
    assert [seen[f"pcl_{n}"] for n in ("one", "two", "three")] == [
        {"LIMIT"},
        {"NONE"},
        {"OK", "NOMEM"},
    ]
