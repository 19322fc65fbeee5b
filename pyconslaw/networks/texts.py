"""JSON and TOML, read strictly: nothing ambiguous, and no more than a file may cost."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from pyconslaw.errors import InputError, LimitError
from pyconslaw.inputs import read_whole

FILE_LIMIT = 256 << 20
VALUE_LIMIT = 50_000_000  # of one file: lists, objects, entries
TOML_LIMIT = 4 << 20  # its reader is slow, and takes up to some hundred bytes for one
DOTS = 8  # most parts of a dotted key, which costs the square of their number

# comments and all kinds of strings of TOML, each to its end or to that of the file
QUOTED = re.compile(
    r"#[^\n]*+"
    r'|"""(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'{1,2}(?!'))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?",
    re.DOTALL,
)
DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DOTS}}}")


def read_text(path) -> Any:
    """What a JSON or TOML file says, `-` being JSON from the standard input.

    Errors: OSError; LimitError; ValueError when it is malformed; RecursionError.
    """
    data = read_whole(path, FILE_LIMIT)
    return _toml(data) if str(path).endswith(".toml") else parse_json(data)


def parse_json(data: bytes) -> Any:
    """What a JSON text says. Errors: as of `read_text`."""
    if sum(data.count(mark) for mark in (b"[", b"{", b",", b":")) > VALUE_LIMIT:
        raise LimitError(f"more than {VALUE_LIMIT} values")
    return json.loads(data, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)


def _toml(data: bytes) -> Any:
    if len(data) > TOML_LIMIT:
        raise LimitError(f"larger than {TOML_LIMIT} bytes, the most for TOML; write it as JSON")
    text = data.decode()
    if DOTTED.search(QUOTED.sub("q", text)):
        raise InputError(f"a dotted key has more than {DOTS} parts")
    return tomllib.loads(text)


def _no_duplicates(pairs):
    value = dict(pairs)
    if len(value) < len(pairs):
        raise InputError("a key occurs twice in one object")
    return value


def _no_constant(text):
    raise InputError(f"{text} is not a number that JSON has")
