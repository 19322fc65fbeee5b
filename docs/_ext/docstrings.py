"""Docstrings as this project writes them, for Sphinx: plain text with names in single backticks
and formulas that may hold * and |, in the sections of numpydoc, an entry a line.

    Parameters
    ----------
    name : what it is, on one line or several,
        the others indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sphinx.application import Sphinx

UNDERLINE = re.compile(r"-{3,}\s*$")
ENTRY = re.compile(r"(\*{0,2}\w[\w.]*(?:, \*{0,2}\w[\w.]*)*) : (.*)")
TERM = re.compile(r"[\w.]+(?:(?:, | or )[\w.]+)*$")
CODE_OR_MARK = re.compile(r"`([^`]+)`|([*|_\\`])")


def escaped(text: str) -> str:
    """Plain text in reStructuredText: names in backticks as code, all other marks as they are."""
    return CODE_OR_MARK.sub(lambda m: f"``{m[1]}``\\ " if m[1] else "\\" + m[2], text)


def sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """(title, lines) of a docstring, the first without a title."""
    title, start = "", 0
    for k in range(1, len(lines)):
        if UNDERLINE.match(lines[k]) and lines[k - 1].strip():
            yield title, lines[start : k - 1]
            title, start = lines[k - 1].strip(), k + 1
    yield title, lines[start:]


def paragraphs(lines: list[str]) -> list[str]:
    """Text in paragraphs; sessions of Python are left as they are."""
    blocks = re.split(r"\n(?:[ \t]*\n)+", "\n".join(lines).strip("\n"))
    made = [b if b.lstrip().startswith(">>>") else escaped(b) for b in blocks if b.strip()]
    return "\n\n".join(made).split("\n")


def entries(lines: list[str]) -> list[str]:
    """A list of what a section names; text that names nothing stays text."""
    made: list[str] = []
    inside = False
    for k, line in enumerate(lines):
        follows = k + 1 < len(lines) and lines[k + 1].startswith(" ")
        if not line.strip():
            continue
        if line.startswith(" "):
            made.append(("  " if inside else "") + escaped(line.strip()))
        elif named := ENTRY.match(line):
            made += ["", f"* ``{named[1]}``: {escaped(named[2])}"]
            inside = True
        elif TERM.match(line.strip()) and follows:
            made += ["", f"* ``{line.strip()}``:"]
            inside = True
        else:
            made += ([""] if inside else []) + [escaped(line)]
            inside = False
    return made


def restructured(lines: list[str]) -> list[str]:
    """A docstring as reStructuredText."""
    (_, first), *rest = sections(lines)
    made = paragraphs(first)
    for title, body in rest:
        made += ["", f".. rubric:: {title}", ""]
        made += paragraphs(body) if title in ("Examples", "Notes", "References") else entries(body)
    return made


def process(*event) -> None:
    """The event autodoc-process-docstring: its last argument is the lines."""
    event[-1][:] = restructured(event[-1])


def setup(app: Sphinx) -> dict:
    """Has docstrings read this way."""
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True, "version": "1"}
