"""Pages to take along: notebooks (nbformat 4.5) of the pages that `notebook_pages` names, with what
their cells printed and showed when the page was built, and a link to each on its page.

Text stays Markdown, a cell of Python is a cell, commands of a console are lines with an
exclamation mark. No kernel is started: the cells ran while the page was read.
"""

from __future__ import annotations

import json
import platform
import re
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from cells import Page, Ran
from docutils import nodes
from sphinx.application import Sphinx

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n.*?^```$", re.MULTILINE | re.DOTALL)
EVALUATED = re.compile(r"\{eval\}`[^`]*`")
LINK = re.compile(r"\[([^\]]*)\]\(([^)#:\s]+)\.md(#[^)\s]*)?\)")
NAME = "Download this page as a notebook"


def lines(text: str) -> list[str]:
    """Text as notebooks hold it, a line an entry."""
    return text.splitlines(keepends=True)


def words(text: str, evaluated: list[str]) -> str:
    """Markdown of the page for other readers: values in the place of expressions, links to the
    pages as they are on the site.
    """
    text = EVALUATED.sub(lambda _: evaluated.pop(0), text)
    return LINK.sub(
        lambda m: f"[{m[1] or PurePosixPath(m[2]).name}]({m[2]}.html{m[3] or ''})", text
    )


def command(line: str) -> str:
    """A line of a console for a notebook, where $ and braces would be names of Python."""
    for mark in "{}$":
        line = line.replace(mark, 2 * mark)
    return "!" + line


def outputs(ran: Ran) -> list[dict]:
    """What a cell left, in the order in which the page has it."""
    text = ran.text
    if ran.language == "console":  # without the commands
        kept = text.splitlines(keepends=True)
        for line in ran.source.splitlines():
            kept.remove(line + "\n")
        text = "".join(kept)
    made: list[dict] = []
    if ran.error:
        *before, last = text.splitlines(keepends=True)
        text = "".join(before)
        value = last.strip().partition(": ")[2]
        made.append(
            {
                "output_type": "error",
                "ename": ran.error,
                "evalue": value,
                "traceback": [last.strip()],
            }
        )
    if text and "markdown" in ran.options:
        data = {"text/markdown": lines(text), "text/plain": lines(text)}
        made.insert(0, {"output_type": "display_data", "metadata": {}, "data": data})
    elif text:
        made.insert(0, {"output_type": "stream", "name": "stdout", "text": lines(text)})
    for mime, data in ran.rich:
        made.append({"output_type": "display_data", "metadata": {}, "data": {mime: lines(data)}})
    return made


def code(ran: Ran) -> dict:
    """The cell of a notebook for a cell of a page."""
    source = ran.source
    if ran.language == "console":
        source = "\n".join(command(line.removeprefix("$ ")) for line in source.splitlines())
    tags = ["raises-exception"] if ran.error else []
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": tags} if tags else {},
        "source": lines(source),
        "outputs": outputs(ran),
    }


def notebook(text: str, ran: list[Ran], evaluated: list[str]) -> dict:
    """The notebook of a page: its text, with what its cells and expressions gave."""
    evaluated = list(evaluated)
    between = CELL.split(text)
    if len(between) != len(ran) + 1:
        raise ValueError(f"{len(ran)} cells ran, the page has {len(between) - 1}")
    cells: list[dict] = []
    for k, part in enumerate(between):
        if part.strip():
            source = lines(words(part.strip(), evaluated))
            cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
        if k < len(ran):
            cells.append(code(ran[k]))
    for k, cell in enumerate(cells):
        cell["id"] = f"cell-{k}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"name": "python", "version": platform.python_version()}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def written(env) -> dict[str, dict]:
    """The notebooks by page, kept with what else is known of the pages."""
    if not hasattr(env, "pyconslaw_notebooks"):
        env.pyconslaw_notebooks = {}
    return env.pyconslaw_notebooks


def read(app: Sphinx, doctree: nodes.document) -> None:
    """The event doctree-read: makes the notebook and its link, if the page is named and ran."""
    name = app.env.docname
    written(app.env).pop(name, None)
    if not any(fnmatch(name, pattern) for pattern in app.config.notebook_pages):
        return
    page = Page.of(app.env)
    text = Path(app.env.doc2path(name)).read_text(encoding="utf-8")
    try:
        written(app.env)[name] = notebook(text, page.ran, page.evaluated)
    except ValueError:  # a cell failed, and the build with it
        return
    target = PurePosixPath(name).name + ".ipynb"
    link = nodes.raw("", f'<a download href="{target}">{NAME}</a>', format="html")
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None:
        title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", "", link))


def finish(app: Sphinx, error: Exception | None) -> None:
    """The event build-finished: a file beside each page."""
    if error is None and app.builder.format == "html":
        for name, made in written(app.env).items():
            path = Path(app.outdir, name + ".ipynb")
            path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Adds the events."""
    app.add_config_value("notebook_pages", [], "env", [list])
    app.connect("doctree-read", read)
    app.connect("env-purge-doc", lambda app, env, name: written(env).pop(name, None))
    app.connect(
        "env-merge-info", lambda app, env, names, other: written(env).update(written(other))
    )
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "version": "1"}
