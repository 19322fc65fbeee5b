"""What is released: one version, the Pythons, the archive of the sources, public names."""

import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

import pyconslaw

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_there_is_one_version():
    """It stands in pyconslaw/__init__.py, from where pyproject.toml, meson.build and the pages
    read it; a citation and a changelog have it in words.
    """
    version = pyconslaw.__version__
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "pyconslaw.__version__"}
    assert f"\nversion: {version}\n" in text("CITATION.cff")
    assert re.findall(r"^## ([\d.]+)", text("CHANGELOG.md"), re.MULTILINE)[0] == version
    others = [
        path.name
        for path in (*ROOT.glob("*.build"), *ROOT.glob("*.toml"), ROOT / "setup.py")
        if version in path.read_text()
    ]
    assert others == []


def test_the_pythons_are_those_that_are_tested():
    named = [
        line.rpartition(" ")[2]
        for line in PROJECT["project"]["classifiers"]
        if re.search(r":: 3\.\d+$", line)
    ]
    tested = re.search(r"^for version in ([\d. ]+); do$", text(".ci/run"), re.MULTILINE)
    assert tested and tested[1].split() == named
    assert PROJECT["project"]["requires-python"] == f">={named[0]}"


@pytest.mark.long
def test_the_archive_has_what_the_checkout_has(tmp_path):
    """All but what only the checkout needs."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a checkout")
    subprocess.run(
        [sys.executable, "setup.py", "--quiet", "sdist", "--dist-dir", str(tmp_path)],
        cwd=ROOT,
        check=True,
    )
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    assert set(tracked.stdout.split()) - found == {".gitignore"}
