"""The tables of flows: every known number found and proved; a wrong one is said to be wrong."""

import json

import pytest
from click.testing import CliRunner

from pyconslaw.cli.main import cli
from pyconslaw.experiments import flows as module

TABLE = {
    (1, 1, 1): (1, 0),
    (1, 1, 2): (3, 2),
    (1, 1, 3): (5, 6),
    (1, 1, 4): (7, 10),
    (2, 1, 1): (1, 0),
    (2, 1, 2): (3, 1),
    (2, 1, 3): (6, 3),
    (2, 2, 1): (1, 0),
    (2, 2, 2): (3, 1),
    (1, 2, 4): (9, 6),
    (2, 2, 5): (14, 10),
    (3, 2, 3): (6, 3),
}


def test_formulas():
    """Against numbers that were computed one by one."""
    assert {
        shape: (module.gradient_count(*shape), module.momentum_count(*shape)) for shape in TABLE
    } == TABLE
    assert [module.mirror_count(*shape) for shape in module.NMF] == [3, 2, 1, 2, 3, 2]


@pytest.mark.parametrize("what, groups", [("momentum", 5), ("mirror", 10)])
def test_tables(what, groups):
    done = CliRunner().invoke(cli, ["reproduce", what])
    lines = done.stdout.splitlines()
    number = module.size_of(what)
    assert (
        done.exit_code == 0
        and lines[-1].startswith(f"{number} of {number} right")
        and len(lines) == number + groups + 2
    )
    assert number > 30 and sum(" proved " in line for line in lines) == number


def test_a_wrong_number_is_shown(monkeypatch):
    monkeypatch.setattr(module, "momentum_count", lambda n, m, r: r)
    monkeypatch.setattr(module, "LINEAR", ((1, 1, 1), (2, 1, 1)))
    done = CliRunner().invoke(cli, ["reproduce", "momentum", "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == 1 and found["right"] == len(found["experiments"]) - 4
    assert " WRONG" in CliRunner().invoke(cli, ["reproduce", "momentum"]).stdout
