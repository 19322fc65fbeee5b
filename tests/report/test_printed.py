"""print() of a record is what the command prints; repr is short, notebooks show a part of laws."""

import html
import json

import pytest
from commands import run

import pyconslaw as pcl
from pyconslaw.laws.printed import CELL, ROWS

LOTKA = pcl.System(["x", "y"], fields=[["x*(1 - y)", "y*(x - 1)"]])


def shown(*words):
    """What a command prints."""
    return run(*words).stdout


@pytest.fixture
def lotka(tmp_path):
    path = tmp_path / "lotka.json"
    path.write_text('{"variables": ["x", "y"], "fields": [["x*(1 - y)", "y*(x - 1)"]]}')
    return path


def test_a_report():
    for words, network in (
        ("relu 2-3-1", pcl.mlp([2, 3, 1])),
        ("linear 1-2-2-1 --flow momentum", pcl.network_of("linear", "1-2-2-1", flow="momentum")),
        ("linear 2-1-2-2-1-2", pcl.linear([2, 1, 2, 2, 1, 2])),
    ):
        report = pcl.analyze(network)
        assert f"{report}\n" == shown("count", *words.split())
    report = pcl.analyze(pcl.linear([1, 2, 2, 1]), method="symmetric")
    assert f"{report}\n" == shown("count", "linear", "1-2-2-1", "--method", "symmetric")
    assert "between 4 and 7, open" in str(report)


def test_sets_of_laws(lotka):
    laws = pcl.known_laws(pcl.mlp([2, 3, 1]))
    assert f"{laws}\n" == shown("laws", "relu", "2-3-1")
    assert "".join(f"{line}\n" for line in laws.lines(latex=True)) == shown(
        "laws", "relu", "2-3-1", "--latex"
    )
    laws = pcl.polynomial_laws(pcl.product(4), 2)
    assert f"{laws}\n" == shown("laws", "product", 4, "--degree", 2)
    assert f"{pcl.find_laws(LOTKA)}\n" == shown("laws", "system", lotka, "--forms", "all")


def test_a_point(tmp_path):
    path = tmp_path / "point.json"
    path.write_text(json.dumps([1, 2, 3, 4, 5, 6, 7, 8]))
    point = pcl.analyze(pcl.linear([2, 2, 2]), at=[1, 2, 3, 4, 5, 6, 7, 8])
    assert f"{point}\n" == shown("count", "linear", "2-2-2", "--at", path)


def test_a_structure():
    found = pcl.structure(pcl.linear([2, 2, 2]))
    assert f"{found}\n" == shown("structure", "linear", "2-2-2")


def test_families():
    assert f"{pcl.family(pcl.linear([1, 2, 2, 1]))}\n" == shown("family", "linear", "1-2-2-1")
    wide = pcl.family(pcl.linear([1, 1, 1, 1]), wide=True)
    assert f"{wide}\n" == shown("family", "linear", 3, "--wide")


def test_an_estimate_and_a_certificate():
    estimate = pcl.estimate(pcl.product(5))
    assert f"{estimate}\n" == shown("count", "product", 5, "--estimate")
    assert estimate.network == "product 5"
    certificate = pcl.certify(pcl.product(3))
    assert f"{certificate}\n" == shown("certify", "product", 3)


RECORDS = {
    "report": lambda: pcl.analyze(pcl.linear([2, 2, 2])),
    "open": lambda: pcl.analyze(pcl.linear([1, 2, 2, 1]), method="symmetric"),
    "point": lambda: pcl.analyze(pcl.linear([2, 2, 2]), at=[1] * 8),
    "laws": lambda: pcl.known_laws(pcl.linear([80, 80, 80])),
    "forms": lambda: pcl.find_laws(LOTKA),
    "law": lambda: pcl.known_laws(pcl.linear([80, 80, 80]))[0],
    "closed": lambda: pcl.find_laws(LOTKA)[0],
    "missing": lambda: pcl.complement(pcl.mlp([1, 2, 1]), []),
    "balance": lambda: pcl.balance_laws(pcl.linear([80, 80, 80])),
    "structure": lambda: pcl.structure(pcl.linear([2, 2, 2])),
    "certificate": lambda: pcl.certify(pcl.linear([4, 4, 4])),
    "function": lambda: pcl.analyze_function(pcl.mlp([1, 1, 1]), [1, 1], [[1]]),
}


@pytest.mark.parametrize("name", RECORDS)
def test_repr_is_short(name):
    record = RECORDS[name]()
    text = repr(record)
    assert len(text) < 100 and text.startswith(f"<{type(record).__name__} ") and text[-1] == ">"


@pytest.mark.parametrize("name", ["report", "open", "point", "structure", "function"])
def test_a_notebook_shows_the_words_of_print(name):
    record = RECORDS[name]()
    seen = html.unescape(record._repr_html_())
    for line in str(record).splitlines():
        for part in line.strip().split(": ", 1):
            assert part in seen


def test_a_notebook_shows_the_first_laws_in_latex():
    laws = pcl.known_laws(pcl.mlp([2, ROWS + 5, 1]))
    seen = laws._repr_html_()
    assert seen.count("<tr>") == ROWS and "and 5 more" in seen
    for k, law in enumerate(laws):
        assert (f"${html.escape(law.latex())}$" in seen) == (k < ROWS)
    few = pcl.known_laws(pcl.mlp([2, ROWS, 1]))._repr_html_()
    assert few.count("<tr>") == ROWS and "more" not in few


def test_a_long_law_is_cut_in_a_notebook():
    laws = pcl.known_laws(pcl.linear([200, 2, 2]))
    seen = laws._repr_html_()
    assert f"{str(laws[0])[:CELL]} ..." in seen and "$" not in seen and len(seen) < 2000


def test_what_a_notebook_shows_is_escaped():
    system = pcl.System(["x", "y"], phi=["x*y"])
    laws = pcl.known_laws(system)
    assert "<x" not in laws._repr_html_()
    assert "&lt;" in pcl.analyze(pcl.linear([1, 2, 2, 1]), method="symmetric")._repr_html_()


def test_the_name_of_a_parameter_is_made_once(monkeypatch):
    """For all laws that it occurs in, which took most of the time of printing many."""
    made, entry = [], pcl.Parameter.entry
    monkeypatch.setattr(
        pcl.Parameter, "entry", lambda s, k: made.append((s.name, k)) or entry(s, k)
    )
    laws = pcl.known_laws(pcl.linear([5, 6, 7, 2]))
    for _ in range(2):
        assert "W1[5,4]^2" in str(laws) and "W^{(3)}_{1,6}" in "".join(laws.lines(latex=True))
        assert len(made) == len(set(made)) == laws.network.size


def test_a_notebook_makes_only_the_laws_that_it_shows(monkeypatch):
    """6480 laws, which took two minutes once."""
    from pyconslaw.laws.stated.layered import BalanceLaws

    made, make = [], BalanceLaws._make
    monkeypatch.setattr(BalanceLaws, "_make", lambda s, k: made.append(k) or make(s, k))
    laws = pcl.known_laws(pcl.linear([80, 80, 80, 80]))
    made.clear()
    seen = laws._repr_html_()
    assert made == list(range(ROWS)) and "and 6460 more" in seen
