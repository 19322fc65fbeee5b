"""The site as a whole: it builds with warnings as errors, and a page that fails is a warning."""

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
    ],
)
def test_a_page_that_fails_stops_the_build(tmp_path, cell, said):
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'docs' / '_ext')!r})\n"
        "extensions = ['myst_parser', 'cells']\n"
    )
    (tmp_path / "index.md").write_text(f"# Title\n\n{cell}\n")
    done = build(tmp_path, tmp_path / "html")
    assert done.returncode == 1
    assert said in done.stderr
