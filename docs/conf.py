"""The documentation site: sphinx-build docs build/docs. Nothing is downloaded during a build or
by a reader's browser.
"""

import re
import sys
from pathlib import Path

import pyconslaw

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "pyconslaw"
version = release = pyconslaw.__version__
copyright = "2026, the pyconslaw authors"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "cells"]
exclude_patterns = ["_ext"]

smartquotes = False  # names, JSON and commands are quoted as they are typed
highlight_language = "none"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"pyconslaw {release}"
html_static_path = ["_static"]
html_css_files = ["cells.css"]
html_show_sourcelink = False
html_copy_source = False


def plain_docstring(app, what, name, obj, options, lines):
    """Docstrings are plain text with names in single backticks, not reStructuredText: formulas
    may hold * and |.
    """

    def quoted(match):
        code, other = match.groups()
        return f"``{code}``\\ " if code else "\\" + other

    def paragraph(text):
        return (
            text
            if text.lstrip().startswith(">>>")
            else re.sub(r"`([^`]+)`|([*|_\\`])", quoted, text)
        )

    lines[:] = "\n\n".join(map(paragraph, "\n".join(lines).split("\n\n"))).split("\n")


def setup(app):
    app.connect("autodoc-process-docstring", plain_docstring)
