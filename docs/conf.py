"""The documentation site: sphinx-build docs build/docs. Nothing is downloaded during a build or
by a reader's browser.
"""

import sys
from pathlib import Path

import pyconslaw

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "pyconslaw"
version = release = pyconslaw.__version__
copyright = "2026, the pyconslaw authors"
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "cells",
    "docstrings",
    "mathml",
    "notebooks",
    "running",
]
exclude_patterns = ["_ext"]

myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_space = myst_dmath_allow_digits = False  # "$ command" and "$5" are no formulas
running_formulas = ["mathematics", "flows", "certificate", "glossary", "limits"]
notebook_pages = ["tutorial", "gallery/*"]
html_math_renderer = "mathml"
myst_heading_anchors = 3  # links such as mathematics.md#what-is-counted
smartquotes = False  # names, JSON and commands are quoted as they are typed
highlight_language = "none"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_preprocess_types = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = f"pyconslaw {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_js_files = ["filter.js"]
html_show_sourcelink = False
html_copy_source = False
