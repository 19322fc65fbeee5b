"""Pages that run: cells of Python and of commands, executed while the page is read, with what
they print below them.

    ```{code-cell} python            also console, with lines "$ command"
    :raises: InputError              the exception that is expected; otherwise any fails the build
    :status: 1                       the exit status that is expected of the last command, else 0
    :markdown:                       what is printed is Markdown, a part of the page
    ```

and {eval}`expression` in a sentence. The cells of a page share their names and a temporary folder.
A last value that has _repr_html_ or _repr_svg_ is shown so, figures of Matplotlib are shown and
closed. Python warnings are errors. No Jupyter kernel: a page is read in the process of the build,
without sockets, and `sphinx-build -W` fails with it. `notebooks` makes files of what is recorded.
"""

from __future__ import annotations

import ast
import io
import os
import shlex
import subprocess
import sys
import tempfile
import traceback
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

LOGGER = logging.getLogger(__name__)
COMMAND_SECONDS = 120
# How a value may show itself, what is preferred first.
REPRESENTATIONS = {"_repr_html_": "text/html", "_repr_svg_": "image/svg+xml"}
os.environ.setdefault("MPLBACKEND", "agg")  # before a cell imports Matplotlib: no window


class CellError(Exception):
    """A cell did not do what the page says."""


@dataclass
class Ran:
    """A cell that ran: its language, source and options, the text it printed, what it showed
    otherwise, as (MIME type, data), and the exception that was expected.
    """

    language: str
    source: str
    options: dict
    text: str = ""
    rich: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""


class Page:
    """What the cells of one page share, and what they did."""

    def __init__(self):
        self.names = {"__name__": "__main__"}
        self.folder = tempfile.TemporaryDirectory(prefix="pyconslaw-docs-")
        self.rich: list[tuple[str, str]] = []  # of the last cell
        self.ran: list[Ran] = []
        self.evaluated: list[str] = []

    @staticmethod
    def of(env) -> Page:
        if "pyconslaw-page" not in env.temp_data:
            env.temp_data["pyconslaw-page"] = Page()
        return env.temp_data["pyconslaw-page"]

    def python(self, source: str, raises: str | None = None) -> str:
        """What a cell prints, then the value of its last expression; the expected exception as
        its last line.
        """
        tree = ast.parse(source)
        last = (
            ast.Expression(tree.body.pop().value)
            if tree.body and isinstance(tree.body[-1], ast.Expr)
            else None
        )
        out = io.StringIO()
        self.rich = []
        try:
            with (
                chdir(self.folder.name),
                redirect_stdout(out),
                redirect_stderr(out),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("error")
                exec(compile(tree, "<cell>", "exec"), self.names)  # noqa: S102
                value = eval(compile(last, "<cell>", "eval"), self.names) if last else None
                shown = represented(value)
                self.rich = [*shown, *figures()]
                if value is not None and not shown:
                    print(repr(value))
        except Exception as error:  # noqa: BLE001
            if type(error).__name__ != raises:
                raise CellError(traceback.format_exc(limit=-2)) from None
            return out.getvalue() + f"{type(error).__name__}: {error}\n"
        if raises is not None:
            raise CellError(f"{raises} was expected, nothing was raised")
        return out.getvalue()

    def console(self, source: str, status: int = 0) -> str:
        """The commands, each followed by what it prints."""
        text = ""
        commands = source.splitlines()
        # The commands of this Python first; no terminal, so no progress and no colours.
        places = os.pathsep.join(
            [os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]
        )
        for k, line in enumerate(commands):
            if not line.startswith("$ "):
                raise CellError(f"expected '$ command', got {line!r}")
            words = shlex.split(line[2:])
            words[0] = {"python": sys.executable}.get(words[0], words[0])
            done = subprocess.run(
                words,
                check=False,
                cwd=self.folder.name,
                env=os.environ | {"PATH": places},
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=COMMAND_SECONDS,
            )
            text += f"{line}\n{done.stdout}"
            expected = status if k == len(commands) - 1 else 0
            if done.returncode != expected:
                raise CellError(
                    f"{line}\n{done.stdout}exit status {done.returncode}, expected {expected}"
                )
        return text


def represented(value) -> list[tuple[str, str]]:
    """The value as it wants to be shown, if it has a way: the first that there is."""
    for name, mime in REPRESENTATIONS.items():
        made = getattr(value, name, lambda: None)() if not isinstance(value, type) else None
        if made is not None:
            return [(mime, made)]
    return []


def figures() -> list[tuple[str, str]]:
    """The figures of Matplotlib that are open, as SVG, the same ones for the same data; closes
    them.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    made = []
    for number in pyplot.get_fignums():
        out = io.StringIO()
        with pyplot.rc_context({"svg.hashsalt": "pyconslaw", "svg.fonttype": "none"}):
            pyplot.figure(number).savefig(
                out, format="svg", metadata={"Date": None}, bbox_inches="tight"
            )
        made.append(("image/svg+xml", out.getvalue()[out.getvalue().index("<svg") :]))
    pyplot.close("all")
    return made


class CodeCell(SphinxDirective):
    """The directive code-cell."""

    has_content = True
    optional_arguments = 1
    option_spec: ClassVar = {
        "raises": directives.unchanged_required,
        "status": directives.nonnegative_int,
        "markdown": directives.flag,
    }

    def run(self):
        source = "\n".join(self.content)
        language = self.arguments[0] if self.arguments else "python"
        page = Page.of(self.env)
        ran = Ran(language, source, self.options)
        try:
            if language == "console":
                ran.text = page.console(source, self.options.get("status", 0))
            elif language == "python":
                ran.error = self.options.get("raises", "")
                ran.text = page.python(source, ran.error or None)
                ran.rich = page.rich
            else:
                raise CellError(f"expected python or console, got {language!r}")
        except (CellError, SyntaxError, OSError, subprocess.TimeoutExpired) as error:
            LOGGER.warning("cell failed: %s", error, location=self.get_location())
            return [self._block(f"{source}\n\n{error}", "text", "cell")]
        page.ran.append(ran)
        if language == "console":
            return [self._block(ran.text, "console", "cell")]
        shown = [self._block(source, "python", "cell")]
        if "markdown" in self.options:  # its sections are added at once, the source before them
            self.state.inliner.parent.extend(shown)
            return self.parse_text_to_nodes(ran.text, allow_section_headings=True)
        if ran.text:
            shown.append(self._block(ran.text, "text", "cell-output"))
        for _, data in ran.rich:
            picture = nodes.container(classes=["cell-output", "rich"])
            picture += nodes.raw("", data, format="html")
            shown.append(picture)
        return shown

    def _block(self, text: str, language: str, kind: str) -> nodes.literal_block:
        text = text.rstrip("\n")
        block = nodes.literal_block(text, text, language=language, classes=[kind])
        self.set_source_info(block)
        return block


class Eval(SphinxRole):
    """The role eval: the value of an expression in the names of the page."""

    def run(self):
        try:
            text = str(eval(self.text, Page.of(self.env).names))
        except Exception as error:  # noqa: BLE001
            LOGGER.warning("eval failed: %s: %r", self.text, error, location=self.get_location())
            text = self.text
        Page.of(self.env).evaluated.append(text)
        return [nodes.Text(text)], []


def close_page(app: Sphinx, doctree: nodes.document) -> None:
    """Removes the folder of the page that has been read."""
    page = app.env.temp_data.pop("pyconslaw-page", None)
    if page is not None:
        page.folder.cleanup()


def setup(app: Sphinx) -> dict:
    """Adds the directive and the role."""
    app.connect("doctree-read", close_page, priority=900)  # after those who read what was run
    app.add_directive("code-cell", CodeCell)
    app.add_role("eval", Eval())
    return {"parallel_read_safe": True, "version": "1"}
