"""Laws are made when they are written: the first ones at once, however many there are."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import data, run

from pyconslaw import balance_laws, known_laws, linear
from pyconslaw.cli import streams
from pyconslaw.cli.listed import json_pieces
from pyconslaw.laws.stated.layered import BalanceLaws

COMMAND = Path(sys.executable).parent / "pyconslaw"


@pytest.fixture
def made(monkeypatch):
    """The numbers of the balance laws that are made."""
    numbers, make = [], BalanceLaws._make

    def counted(self, number):
        numbers.append(number)
        return make(self, number)

    monkeypatch.setattr(BalanceLaws, "_make", counted)
    return numbers


@pytest.mark.parametrize("as_json", [False, True])
def test_the_first_law_is_written_before_the_second_is_made(made, as_json):
    laws = known_laws(linear([30, 30, 30]))
    made.clear()
    texts = json_pieces(laws, False, None) if as_json else (line + "\n" for line in laws.lines())
    pieces = streams.blocks(texts)
    written = next(pieces)
    assert b"W1[0,0]^2" in written and made == [0]
    whole = (written + b"".join(pieces)).decode()
    assert made == list(range(465))
    assert whole == (f"{json.dumps(laws.json(), indent=2)}\n" if as_json else f"{laws}\n")


def test_a_limit_makes_no_more(made):
    found = data(run("laws", "linear", "1000-1000-10", "--limit", 3, "--json"))
    assert len(found["laws"]) == 3 and found["total"] == found["dimension"]
    assert len(set(made)) == 3


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4])
def test_a_limit(limit):
    whole = run("laws", "linear", "2-2-2").stdout.splitlines()
    lines = run("laws", "linear", "2-2-2", "--limit", limit).stdout.splitlines()
    said = [f"# the first {limit} of 3 laws"] if limit < 3 else []
    assert lines == [*whole[: min(limit, 3)], *said, whole[3]]
    latex = run("laws", "linear", "2-2-2", "--limit", limit, "--latex").stdout.splitlines()
    assert len(latex) == len(lines) and latex[-1].startswith("% linear 2-2-2")
    found = data(run("laws", "linear", "2-2-2", "--limit", limit, "--json"))
    plain = data(run("laws", "linear", "2-2-2", "--json"))
    assert found == {**plain, "laws": plain["laws"][:limit], "total": 3}


def test_a_limit_on_laws_of_several_forms():
    words = ["laws", "product", "4", "--forms", "polynomial", "--json"]
    plain, found = data(run(*words)), data(run(*words, "--limit", 2))
    shorter = {key: plain[key][:2] for key in ("laws", "sorts")}
    assert len(plain["laws"]) == 3 and found == {**plain, **shorter, "total": 3}


def test_wrong_limits():
    for limit in ("-1", "x", "1.5"):
        assert run("laws", "linear", "2-2-2", "--limit", limit).exit_code == 2


def test_a_file_gets_what_the_standard_output_gets(tmp_path):
    for more in ([], ["--json"], ["--limit", "2"]):
        target = tmp_path / "laws"
        assert run("laws", "linear", "40-40-40", *more, "-o", target).exit_code == 0
        assert target.read_text() == run("laws", "linear", "40-40-40", *more).stdout


def test_a_law_that_cannot_be_made_leaves_no_file(tmp_path, monkeypatch):
    def broken(self, number):
        raise MemoryError

    monkeypatch.setattr(BalanceLaws, "_make", broken)
    assert run("laws", "linear", "40-40-40", "-o", tmp_path / "laws").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_blocks_are_whole_and_few():
    texts = [f"{k}\n" for k in range(100_000)]
    pieces = list(streams.blocks(texts))
    assert b"".join(pieces).decode() == "".join(texts) and pieces[0] == b"0\n"
    assert len(pieces) < 20
    assert list(streams.blocks([])) == []


@pytest.mark.parametrize("more", ["", "--json"])
def test_the_head_of_half_a_million_laws(more):
    """All of them would be 25 GB."""
    done = subprocess.run(
        f"('{COMMAND}' laws linear 1000-1000-1000 {more}; echo $? >&2) | head -c 1000",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert len(done.stdout) == 1000 and "W1[0,0]^2 + W1[0,1]^2" in done.stdout
    assert done.stderr == "141\n"


def test_names_of_entries_are_those_of_all():
    network = linear([3, 4, 2], True)
    assert [network.entry_name(k) for k in range(network.size)] == list(network.entry_names)
    assert str(balance_laws(network)[0]) == str(known_laws(network)[0])
    for wrong in (-1, network.size, network.size + 7):
        with pytest.raises(ValueError, match="number: expected one below"):
            network.entry_name(wrong)


def test_put_stops_at_a_reader_that_has_left(monkeypatch):
    class Left(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Left(), 1)))
    monkeypatch.setattr(streams, "give_up", lambda: None)
    left = iter([b"a" * 100, b"b" * 100])
    with pytest.raises(BrokenPipeError):
        streams.put(left)
    assert next(left) == b"b" * 100
    monkeypatch.undo()
