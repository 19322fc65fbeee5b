"""Pages of the documentation and the extensions that build them, for tests without a build."""

import importlib
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
CELL = re.compile(
    r"^```\{code-cell\}[ ]*(\w*)\n((?::[^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL
)
CELL_OR_VALUE = re.compile(f"{CELL.pattern}|" + r"\{eval\}`([^`]*)`", re.MULTILINE | re.DOTALL)


def extension(name, needed=("sphinx", "latex2mathml")):
    """A module of docs/_ext; skips where what it needs of the docs extra is not installed."""
    for module in needed:
        pytest.importorskip(module, reason="the docs extra is not installed (make docs)")
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def options_of(text):
    """The options of a cell, such as `:raises: InputError`."""
    found = dict(re.findall(r"^:(\w+): *(.*)$", text, re.MULTILINE))
    return found | ({"status": int(found["status"])} if "status" in found else {})


def run(cells, text):
    """What the cells of a page do, and the values of its expressions, in order."""
    page, ran, evaluated = cells.Page(), [], []
    try:
        for found in CELL_OR_VALUE.finditer(text):
            language, options, source, expression = found.groups()
            if expression is not None:
                evaluated.append(str(eval(expression, page.names)))
                continue
            one = cells.Ran(language, source.rstrip("\n"), options_of(options))
            if language == "console":
                one.text = page.console(one.source, one.options.get("status", 0))
            else:
                one.error = one.options.get("raises", "")
                one.text = page.python(one.source, one.error or None)
                one.rich = page.rich
            ran.append(one)
    finally:
        page.folder.cleanup()
    return ran, evaluated
