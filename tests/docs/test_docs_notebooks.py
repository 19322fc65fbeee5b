"""Notebooks of the pages: valid, with the cells of their page and what these printed and showed."""

import json
from contextlib import redirect_stdout
from io import StringIO

import pytest
from pages import CELL, DOCS, extension, run

PAGES = ["tutorial", "gallery/relu", "gallery/initial"]
RICH = """# Title

Two is {eval}`1 + 1`, see [](other.md#place) and [that](gallery/relu.md).

```{code-cell} python
class Table:
    def _repr_html_(self):
        return "<table></table>"
print("before")
Table()
```

```{code-cell} console
:status: 3
$ python -c "print('{1}'); raise SystemExit(3)"
```

```{code-cell} python
:raises: KeyError
{}[1]
```

```{code-cell} python
:markdown:
print("## Made")
```
"""


def made(text):
    cells, notebooks = extension("cells"), extension("notebooks")
    pytest.importorskip("matplotlib", reason="the docs extra is not installed (make docs)")
    return notebooks.notebook(text, *run(cells, text))


def validated(notebook):
    """The notebook as another program reads it."""
    nbformat = pytest.importorskip("nbformat", reason="the docs extra is not installed")
    read = nbformat.reads(json.dumps(notebook), as_version=4)
    nbformat.validate(read)
    return read


@pytest.fixture(scope="module", params=PAGES)
def pair(request):
    """A page and its notebook."""
    text = (DOCS / f"{request.param}.md").read_text(encoding="utf-8")
    return text, validated(made(text))


def test_the_cells_are_those_of_the_page(pair):
    text, notebook = pair
    sources = [
        source.rstrip("\n") if language == "python" else source.rstrip("\n").replace("$ ", "!")
        for language, _, source in CELL.findall(text)
    ]
    assert [c.source for c in notebook.cells if c.cell_type == "code"] == sources
    between = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    assert between[0].startswith(text.split("\n")[0])
    assert not any("{code-cell}" in part or "{eval}" in part or ".md)" in part for part in between)


def test_running_the_cells_prints_what_the_notebook_has(pair, tmp_path, monkeypatch):
    notebook, names = pair[1], {}
    monkeypatch.chdir(tmp_path)
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.source.startswith("!"):
            continue
        lines = cell.source.rstrip().split("\n")
        out = StringIO()
        with redirect_stdout(out):
            exec("\n".join(lines), names)
        streams = "".join(o.text for o in cell.outputs if o.output_type == "stream")
        assert streams.startswith(out.getvalue())  # and then the value of the last line


def test_figures_are_in_the_notebook_of_the_tutorial():
    notebook = made((DOCS / "tutorial.md").read_text(encoding="utf-8"))
    shown = [o["data"] for c in notebook["cells"] for o in c.get("outputs", ()) if "data" in o]
    assert len(shown) == 1 and shown[0]["image/svg+xml"][0].startswith("<svg")
    assert notebook == made((DOCS / "tutorial.md").read_text(encoding="utf-8"))


def test_what_cells_leave_is_what_notebooks_show():
    notebook = validated(made(RICH))
    first, table, console, error, markdown = notebook.cells
    assert first.source == (
        "# Title\n\nTwo is 2, see [other](other.html#place) and [that](gallery/relu.html)."
    )
    stream, rich = table.outputs
    assert stream.text == "before\n" and rich.data == {"text/html": "<table></table>"}
    assert console.source == "!python -c \"print('{{1}}'); raise SystemExit(3)\""
    assert [o.text for o in console.outputs] == ["{1}\n"]
    assert error.outputs[0].ename == "KeyError" and error.metadata.tags == ["raises-exception"]
    assert markdown.outputs[0].data["text/markdown"] == "## Made\n"


def test_a_page_whose_cell_failed_has_none():
    cells, notebooks = extension("cells"), extension("notebooks")
    ran, evaluated = run(cells, RICH)
    with pytest.raises(ValueError, match="3 cells ran, the page has 4"):
        notebooks.notebook(RICH, ran[:-1], evaluated)


def test_figures_are_shown_once_and_the_same_ones():
    cells = extension("cells")
    pytest.importorskip("matplotlib", reason="the docs extra is not installed (make docs)")
    page = cells.Page()
    source = "from matplotlib import pyplot\nline = pyplot.plot([1, 2])"
    shown = []
    try:
        for cell in (source, "1", source):
            page.python(cell)
            shown.append(page.rich)
    finally:
        page.folder.cleanup()
    assert shown[0] == shown[2] and shown[1] == []
    ((mime, data),) = shown[0]
    assert mime == "image/svg+xml" and "<date>" not in data.lower()
