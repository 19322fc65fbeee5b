"""The site as a whole: it builds with warnings as errors, and a page that fails is a warning."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(source, target):
    pytest.importorskip("sphinx", reason="the docs extra is not installed (make docs)")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "--keep-going",
            "-q",
            "-b",
            "html",
            str(source),
            str(target),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.long
def test_the_site_builds_without_warnings(tmp_path):
    done = build(ROOT / "docs", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for page in (ROOT / "docs").rglob("*.md"):
        text = (tmp_path / page.relative_to(ROOT / "docs").with_suffix(".html")).read_text()
        assert "code-cell}" not in text
        loaded = re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(https?://[^\"]*)", text)
        assert loaded == [], "a reader's browser would load this from elsewhere"
    assert "<math" in (tmp_path / "mathematics.html").read_text()
    for name in ("tutorial", "gallery/relu"):
        page = tmp_path / name
        assert f'download href="{page.name}.ipynb"' in page.with_suffix(".html").read_text()
        assert json.loads(page.with_suffix(".ipynb").read_text())["nbformat"] == 4


@pytest.mark.long
@pytest.mark.parametrize(
    "cell, said",
    [
        (
            "```{code-cell} python\nimport pyconslaw\npyconslaw.product(0)\n```",
            "size: expected an integer >= 1",
        ),
        ("```{code-cell} console\n$ pyconslaw count linear 3\n```", "exit status 2, expected 0"),
        ("```{code-cell} python\n:raises: KeyError\n1\n```", "KeyError was expected"),
        ("The answer: {eval}`nothing`.", "eval failed: nothing"),
        (r"A formula: $\nothing_2$.", r"formula not understood: \nothing_2"),
    ],
)
def test_a_page_that_fails_stops_the_build(tmp_path, cell, said):
    done = small_site(tmp_path, cell)
    assert done.returncode == 1
    assert said in done.stderr


def small_site(folder, text):
    """A build of one page with the extensions that a page of text needs."""
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'docs' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'cells', 'mathml', 'notebooks', 'running']\n"
        "html_math_renderer = 'mathml'\nmyst_enable_extensions = ['dollarmath']\n"
        "running_formulas = notebook_pages = ['index']\n"
    )
    (folder / "index.md").write_text(f"# Title\n\n{text}\n")
    return build(folder, folder / "html")


@pytest.mark.long
def test_what_a_page_shows(tmp_path):
    done = small_site(
        tmp_path,
        """Indices theta_k, $a_1$.

$$
b = 2 \\tag{3}
$$

```{code-cell} python
class Table:
    def _repr_html_(self):
        return "<b>rich</b>"
Table()
```

```{code-cell} python
:markdown:
print("## Made\\n\\nby the cell")
```""",
    )
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "html/index.html").read_text()
    order = [
        "θ</span><sub>",
        '<math alttext="a_1"',
        "(3)</span>",
        "<b>rich</b>",
        "print",
        "<h2>Made",
    ]
    places = [html.find(part) for part in order]
    assert -1 not in places and places == sorted(places)
    notebook = json.loads((tmp_path / "html/index.ipynb").read_text())
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
