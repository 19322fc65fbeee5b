"""JSON and TOML: what they may cost is bounded before they are parsed."""

import json
import tomllib
import tracemalloc

import pytest
from hypothesis import given, strategies

from pyconslaw import linear
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks import files, texts
from pyconslaw.networks.files import read_lines, read_network, read_question, read_weights
from pyconslaw.networks.texts import DOTS, read_text

LONG = ".".join("a" * (2 * DOTS))
QUOTES = ['"{}"', "'{}'", '"""{}"""', "'''{}'''", '"""\n{}"""', '"""{}\\\n"""', '"""{}"""""']


def read(tmp_path, text, suffix=".toml"):
    path = tmp_path / f"f{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    return read_text(path)


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG} = 1",
        f"[{LONG}]",
        f"[[ {LONG} ]]",
        f"x = {{ {LONG} = 1 }}",
        " . ".join(["'a'", '"b"'] * DOTS) + " = 1",
        'x = 1 # "\n' + LONG + ' = 1 # "',
        *(f"x = {quote.format('y')}\n{LONG} = 1" for quote in QUOTES),
        # behind the end of a text of several lines, with a quote that would hide it
        'x = [""" \n """, {' + LONG + '=1}] #"',
        'x = ["""a"""", {' + LONG + '=1}] #"',
        'x = ["""a""""", {' + LONG + "=1}] #\"'''",
        'x = ["""\\"""", {' + LONG + '=1}] #"',
        "x = ['''a'''', {" + LONG + "=1}] #'",
        "x = ['\\', {" + LONG + "=1}] #'",
    ],
)
def test_dotted_keys(tmp_path, text):
    """Their reader takes the square of the number of their parts in memory."""
    assert tomllib.loads(text)
    with pytest.raises(InputError, match="dotted key"):
        read(tmp_path, text)


@pytest.mark.parametrize("quote", QUOTES)
def test_dots_in_texts_are_no_keys(tmp_path, quote):
    inside = LONG + "=1 [" + LONG + "]"
    assert LONG in read(tmp_path, f"x = {quote.format(inside)} # {LONG}")["x"]


def test_numbers_with_dots_are_no_keys(tmp_path):
    assert len(read(tmp_path, f"x = [{'0.5, ' * 100}]")["x"]) == 100


@given(
    strategies.lists(
        strategies.sampled_from(
            ['"', "'", '"""', "'''", "\\", "\n", "#", "x", " = ", "[", "]", ",", "{", "}", LONG]
        )
    )
)
def test_no_long_key_gets_past(parts):
    """Whatever is valid, and would be parsed, has no key of too many parts."""
    text = "".join(parts)
    try:
        value = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    found = texts.DOTTED.search(texts.QUOTED.sub("q", text))
    assert bool(found) == (deepest(value) >= 2 * DOTS)


def deepest(value) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict) + max(map(deepest, inner), default=0) if inner else 0


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        (LONG * 1000 + " = 1", ".toml"),
        ("a = " + "[" * 50_000, ".toml"),
        ("a = " + "{a = " * 20_000, ".toml"),
        ("[" * 100_000, ".json"),
        ('{"a":' * 50_000, ".json"),
        ("[" + "1" * 100_000 + "]", ".json"),
        ('["' + "\\u0041" * 50_000 + '"', ".json"),
    ],
)
@pytest.mark.parametrize("reader", [read_network, read_weights])
def test_memory_of_refusals(tmp_path, text, suffix, reader):
    path = tmp_path / f"f{suffix}"
    path.write_text(text)
    tracemalloc.start()
    with pytest.raises(InputError, match=f"f{suffix}: "):
        reader(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15e6


def test_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "VALUE_LIMIT", 10)
    assert read(tmp_path, "[" + "1," * 8 + "1]", ".json") == [1] * 9
    for text in ("[" + "1," * 10 + "1]", "[" + "[]," * 5 + "[]]", '{"a":{"a":{"a":{"a":[[[]]]}}}}'):
        with pytest.raises(LimitError, match="more than 10 values"):
            read(tmp_path, text, ".json")
    monkeypatch.setattr(texts, "TOML_LIMIT", 10)
    with pytest.raises(LimitError, match="write it as JSON"):
        read(tmp_path, "x = 1234567")
    monkeypatch.setattr(texts, "FILE_LIMIT", 5)
    with pytest.raises(LimitError, match="larger than 5 bytes"):
        read(tmp_path, "123456", ".json")


def test_entries_are_counted_before_they_are_converted(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EXACT_LIMIT", 10)
    own = linear([2, 3, 2]).parameters
    path = tmp_path / "w.json"
    for text in ('[[1, 2, 3, 4, 5, 6], ["x", 8, 9, 10, 11]]', f'{{"W1": [{"[1], " * 10}["x"]]}}'):
        path.write_text(text)
        with pytest.raises(LimitError, match="weights: 11 entries, more than 10"):
            read_weights(path)
    path.write_text(str(list(range(12))))
    assert read_weights(path, own) == list(range(12))
    question = {"network": {"dims": [1, 1]}, "weights": [1], "inputs": [[1]] * 11}
    path.write_text(json.dumps(question))
    with pytest.raises(LimitError, match="inputs: 11 entries, more than 10"):
        read_question(path)
    path.write_text(json.dumps(question | {"inputs": [[1]], "slope": [1, 2]}))
    with pytest.raises(LimitError, match="slope: 2 entries, more than 1"):
        read_question(path)


def test_lines_are_counted_before_they_are_listed(tmp_path, monkeypatch):
    path = tmp_path / "laws.txt"
    path.write_bytes("x\r\n# y\u2028\n  z \n\n% w".encode())
    assert read_lines(path) == ["x", "z"]
    monkeypatch.setattr(files, "LINE_LIMIT", 10)
    path.write_text("a\n" * 20_000_000)
    tracemalloc.start()
    with pytest.raises(LimitError, match="laws.txt: more than 10 lines"):
        read_lines(path)
    assert tracemalloc.get_traced_memory()[1] < 100e6  # the text, twice
    tracemalloc.stop()
