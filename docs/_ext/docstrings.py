"""Docstrings as this project writes them, for Sphinx: sections of numpydoc, which napoleon reads;
in them plain text with names in single backticks and formulas that may hold * and |, which are
escaped here, before napoleon sees them.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

CODE_OR_MARK = re.compile(r"`([^`]+)`|([*|_\\`])")
SECTION = re.compile(r"-{3,}\s*$")
BEFORE_NAPOLEON = 400  # handlers are called by increasing priority, 500 where nothing is said


def escaped(text: str) -> str:
    """Plain text in reStructuredText: names in backticks as code, all other marks as they are."""
    return CODE_OR_MARK.sub(lambda m: f"``{m[1]}``\\ " if m[1] else "\\" + m[2], text)


def restructured(lines: list[str]) -> list[str]:
    """A docstring whose text is reStructuredText; sessions of Python, headings of sections and the
    names and types that sections list are left as they are.
    """
    made: list[str] = []
    section, session = "", False
    for k, line in enumerate(lines):
        following = lines[k + 1] if k + 1 < len(lines) else ""
        if SECTION.match(following) and line.strip():
            section = line.strip()
        session = bool(line.strip()) and (session or line.lstrip().startswith(">>>"))
        lists = section in ("Parameters", "Attributes", "Returns", "Yields", "Raises")
        term = lists and line and not line[0].isspace()
        made.append(line if session or term or SECTION.match(line) else escaped(line))
    return made


def process(*event) -> None:
    """The event autodoc-process-docstring: its last argument is the lines."""
    event[-1][:] = restructured(event[-1])


def polished(app: Sphinx, doctree: nodes.document) -> None:
    """What Sphinx writes by itself: a dash for two hyphens, Attributes for Variables."""
    for field in doctree.findall(nodes.field):
        for text in list(field.findall(nodes.Text)):
            said = text.astext()
            if text.parent is field[0] and said == "Variables":
                text.parent.replace(text, nodes.Text("Attributes"))
            elif said.startswith(" -- "):
                text.parent.replace(text, nodes.Text(" – " + said.removeprefix(" -- ")))


def setup(app: Sphinx) -> dict:
    """Has docstrings read this way."""
    app.connect("autodoc-process-docstring", process, priority=BEFORE_NAPOLEON)
    app.connect("doctree-read", polished)
    return {"parallel_read_safe": True, "version": "1"}
