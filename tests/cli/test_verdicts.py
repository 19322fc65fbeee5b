"""What is not proved has exit statuses of its own, and no certificate."""

from functools import partial

import pytest
from commands import data, refused, run

from pyconslaw import analyze, polynomial_system
from pyconslaw.cli import search, words
from pyconslaw.methods import generic


@pytest.fixture
def probable(monkeypatch):
    """KIND and DIMS stand for a system with one law that is no polynomial."""
    net = polynomial_system(["x", "y", "z"], ["x*(y^3 + z^3)", "x^2 + y^3 + z^3"])
    monkeypatch.setattr(words, "network_of", lambda *_: net)
    # neither laws beyond polynomials nor frames are looked for
    monkeypatch.setattr(generic, "FORMS_LIMIT", 0)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)


@pytest.fixture
def hurried(monkeypatch):
    """The search for brackets gets next to no budget."""
    monkeypatch.setattr(search, "analyze", partial(analyze, effort=10))


def test_probable_exits_with_3(probable, tmp_path):
    found = data(run("count", "linear", "1-1", "--json"), 3)
    assert (found["verdict"], found["laws"], found["laws_min"], found["laws_max"]) == (
        "probable",
        1,
        0,
        1,
    )
    assert 0 < found["error_bound"] < 1e-12
    result = run("count", "linear", "1-1")
    assert (
        result.exit_code == 3
        and "1, probable" in result.stdout
        and "wrong with probability at most" in result.stdout
    )
    found = data(run("laws", "linear", "1-1", "--json"), 3)
    assert (found["laws"], found["complete"], found["verdict"]) == ([], False, "probable")
    refused(
        run("certify", "linear", "1-1", "-o", tmp_path / "c.json"),
        3,
        "nothing is proved",
        "probable",
    )
    assert list(tmp_path.iterdir()) == []


def test_open_exits_with_4(hurried, tmp_path):
    found = data(run("count", "linear", "3-3-3", "--json"), 4)
    assert (found["verdict"], found["laws"], found["laws_min"], found["laws_max"]) == (
        "open",
        None,
        6,
        18,
    )
    result = run("count", "linear", "3-3-3")
    assert result.exit_code == 4 and "between 6 and 18, open" in result.stdout
    found = data(run("laws", "linear", "3-3-3", "--json"), 4)
    assert (len(found["laws"]), found["independent"], found["complete"], found["verdict"]) == (
        6,
        6,
        False,
        "open",
    )
    refused(
        run("certify", "linear", "3-3-3", "-o", tmp_path / "c.json"),
        4,
        "nothing is proved",
        "between 6 and 18",
    )
    assert list(tmp_path.iterdir()) == []
    assert run("certify", "linear", "3-3-3").stdout_bytes == b""


def test_certify_refused_leaves_an_older_file_alone(hurried, tmp_path):
    path = tmp_path / "c.json"
    path.write_text("older")
    assert run("certify", "linear", "3-3-3", "-o", path).exit_code == 4
    assert path.read_text() == "older"
