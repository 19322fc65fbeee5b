"""The page of limits has every limit of the modules that are all limits, and the page of questions
names functions and commands that there are.
"""

import re
import shlex

import click
import pytest
from pages import DOCS, extension

import pyconslaw
import pyconslaw.verify
from pyconslaw.cli.main import cli


@pytest.fixture(scope="module")
def limits():
    return extension("limits", needed=())


def test_every_limit_is_in_the_table(limits):
    assert limits.unnamed() == [], "name them in docs/_ext/limits.py, or why they are none"


def test_the_values_are_those_of_the_code(limits, monkeypatch):
    from pyconslaw import thresholds

    assert "| 20\N{NO-BREAK SPACE}000 coordinates |" in limits.table()
    monkeypatch.setattr(thresholds, "PARAMETER_LIMIT", 12_345)
    assert "| 12\N{NO-BREAK SPACE}345 coordinates |" in limits.table()
    monkeypatch.setattr(thresholds, "NEW_LIMIT", 3, raising=False)
    assert limits.unnamed() == ["thresholds.NEW_LIMIT"]


def test_rows_are_well_formed(limits):
    lines = [line for line in limits.table().splitlines() if line.startswith("|")]
    assert len(lines) > 60 and {line.count("|") for line in lines} == {5}
    places = [row[2:4] for rows in limits.GROUPS.values() for row in rows]
    assert len(places) == len(set(places)), "a limit is listed twice"


@pytest.mark.parametrize(
    "value, unit, shown",
    [
        (0.3, "seconds", "0.3 seconds"),
        (64 << 20, "bytes", "64 MiB"),
        (1 << 30, "bytes", "1 GiB"),
        (8e9, "bytes", "8 GB"),
        (1 << 62, "", "2^62"),
        (10**9, "units", "10^9 units"),
        (50_000_000, "", "5 * 10^7"),
        (20_000, "", "20\N{NO-BREAK SPACE}000"),
        (8, "parts", "8 parts"),
    ],
)
def test_numbers_are_short(limits, value, unit, shown):
    assert limits.number(value, unit) == shown


QUESTIONS = (DOCS / "questions.md").read_text(encoding="utf-8")


def test_functions_that_are_named_are_there():
    named = re.findall(r"\{(?:func|class|meth)\}`([\w.]+)`", QUESTIONS)
    assert len(named) > 30
    for name in named:
        thing = pyconslaw
        for part in name.removeprefix("pyconslaw.").split("."):
            thing = getattr(thing, part)
    functions = {n for n in pyconslaw.__all__ if not isinstance(getattr(pyconslaw, n), type)}
    asked_for_by_name = {"balance_laws", "icnn", "initial_weights", "network_of", "nmf", "product"}
    assert functions - set(named) <= asked_for_by_name | {"polynomial_system"}


@pytest.mark.parametrize("command", re.findall(r"`(pyconslaw [^`]*)`", QUESTIONS))
def test_commands_that_are_named_are_understood(command, tmp_path, monkeypatch):
    """Words and options are known; files are not there."""
    monkeypatch.chdir(tmp_path)
    _, name, *words = shlex.split(command)
    known = cli.commands[name]
    context = click.Context(known, info_name=name, **known.context_settings)
    known.make_parser(context).parse_args(words)
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options
