"""The blocks of README.md and docs/*.md are run: what they show is what happens."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(path, language):
    """(line number, text) of the fenced blocks in that language."""
    text = path.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, m.start(2)) + 1, m[2])
        for m in FENCE.finditer(text)
        if m[1] == language and "make " not in m[2]
    ]


def agrees(expected, found):
    """Whether output is as shown; `...` stands for any text, lines included,
    trailing blanks do not matter.
    """

    def tidy(text):
        return "\n".join(line.rstrip() for line in text.strip().splitlines())

    pattern = ".*".join(re.escape(part) for part in tidy(expected).split("..."))
    return re.fullmatch(pattern, tidy(found), re.DOTALL) is not None


def pages_with(language):
    return [
        pytest.param(path, id=str(path.relative_to(ROOT)))
        for path in PAGES
        if blocks(path, language)
    ]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to run in, with the command of this environment on the path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(
        "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    )
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.mark.parametrize("path", pages_with("python"))
def test_python_blocks(path, desk):
    """From top to bottom in one namespace; lines with >>> are compared with what follows them."""
    if path.name == "torch.md":
        pytest.importorskip("torch", minversion="2.13", exc_type=ImportError)
    names = {"__name__": "readme"}
    for line, text in blocks(path, "python"):
        where = f"{path.name}:{line}"
        if ">>>" in text:
            example = doctest.DocTestParser().get_doctest(text, names, where, str(path), line)
            report = []
            outcome = doctest.DocTestRunner(optionflags=OPTIONS).run(
                example, out=report.append, clear_globs=False
            )
            assert outcome.attempted and not outcome.failed, "".join(report)
            names.update(example.globs)
        else:
            exec(compile(text, where, "exec"), names)


@pytest.mark.parametrize("path", pages_with("console"))
def test_console_blocks(path, desk):
    """Commands after `$ `, run in one folder for the whole page;
    their output beside what is printed on it.
    """
    for line, text in blocks(path, "console"):
        steps = re.split(r"^\$ ", text, flags=re.MULTILINE)
        assert not steps[0].strip(), f"{path.name}:{line}: output before the first command"
        for step in steps[1:]:
            command, _, expected = step.partition("\n")
            done = subprocess.run(
                command,
                shell=True,
                cwd=desk,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=120,
            )
            assert agrees(expected, done.stdout), f"{path.name}:{line}: $ {command}\n{done.stdout}"


def test_readme_shows_the_road():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    if not text.strip():
        pytest.skip("README.md is not written yet")
    for words in (
        "make demo",
        "make test",
        "pyconslaw certify",
        "pyconslaw verify",
        "cannot decide",
    ):
        assert words in text
    assert blocks(ROOT / "README.md", "python") and blocks(ROOT / "README.md", "console")


def test_links_of_the_pages_lead_somewhere():
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "/" in target or target.endswith(".md"):  # [X, Y](theta) is no link
                assert (
                    target.startswith(("http://", "https://")) or (path.parent / target).exists()
                ), f"{path.name}: {target}"


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a ... c", "a b c", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("...", "", True),
        ("a", "b", False),
        ("a...", "ba", False),
        ("a.c", "abc", False),
        ("", "", True),
        ("", "x", False),
        ("a\n...", "a", False),
    ],
)
def test_the_comparison_itself(expected, found, same):
    assert agrees(expected, found) is same
