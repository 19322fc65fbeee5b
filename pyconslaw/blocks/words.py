"""Layers as words: "linear 3 bias", "conv 2 kernel=3", "[rms gain, linear 2, gelu, linear 2]"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyconslaw.errors import InputError, LimitError

LAYER_LIMIT, SIZE_LIMIT, DEPTH_LIMIT = 200, 10_000, 8
_WORD = re.compile(r"[a-z_]+|[0-9x]+|[a-z_]+=[0-9a-z_]+", re.ASCII)


@dataclass(frozen=True)
class Layer:
    """A layer by its words: a kind, sizes in their order, options by name."""

    kind: str
    sizes: tuple[int, ...]
    options: dict[str, Any]
    text: str


Branch = Sequence[Any]  # layers, and branches beside a skip


def layers_of(given, depth: int = 0) -> list[Any]:
    """Texts, and lists of texts for residual branches, as layers; a text may hold several, with
    commas between them and branches in brackets. Errors: InputError, LimitError.
    """
    if depth > DEPTH_LIMIT:
        raise LimitError(f"layers: branches inside each other more than {DEPTH_LIMIT} deep")
    if isinstance(given, str):
        given = _split(given)
    elif not isinstance(given, Sequence):
        raise InputError(f"layers: expected texts, and lists of them, got {given!r:.80}")
    out: list[Any] = []
    for entry in given:
        if isinstance(entry, str):
            for piece in _split(entry):
                out.append(layers_of(piece[1:-1], depth + 1) if piece[:1] == "[" else _layer(piece))
        else:
            out.append(layers_of(entry, depth + 1))
    if not 0 < sum(_count(entry) for entry in out) <= LAYER_LIMIT:
        raise InputError(f"layers: expected 1 to {LAYER_LIMIT} layers")
    return out


def text_of(layers: Branch) -> str:
    """The layers as they are typed."""
    return ", ".join(f"[{text_of(x)}]" if isinstance(x, list) else x.text for x in layers)


def _count(entry) -> int:
    return sum(map(_count, entry)) if isinstance(entry, list) else 1


def _split(text: str) -> list[str]:
    """At commas that are in no brackets."""
    if len(text) > 100 * LAYER_LIMIT:
        raise LimitError(f"layers: a text of more than {100 * LAYER_LIMIT} characters")
    return [piece for piece in map(str.strip, _pieces(text)) if piece]


def _pieces(text: str) -> Iterator[str]:
    depth = start = 0
    for at, mark in enumerate(text):
        depth += (mark == "[") - (mark == "]")
        if depth < 0:
            break
        if mark == "," and not depth:
            yield text[start:at]
            start = at + 1
    if depth:
        raise InputError(f"layers: brackets do not match in {text[:80]!r}")
    yield text[start:]


def _layer(text: str) -> Layer:
    kind, *words = text.split()
    sizes, options = [], {}
    for word in (kind, *words):
        if not _WORD.fullmatch(word):
            raise InputError(f"layers: {word[:80]!r} in {text[:80]!r} is no word of a layer")
    for word in words:
        if word.isdecimal():
            sizes.append(number(word, text))
            continue
        key, sign, value = word.partition("=")
        if key in options:
            raise InputError(f"layers: {key} occurs twice in {text[:80]!r}")
        options[key] = True if not sign else number(value, text) if value.isdecimal() else value
    return Layer(kind, tuple(sizes), options, " ".join([kind, *words]))


def number(text: str, where: str) -> int:
    """A size. Errors: InputError."""
    value = int(text) if text.isdecimal() and len(text) < 6 else 0
    if not 1 <= value <= SIZE_LIMIT:
        raise InputError(f"layers: {where[:80]!r}: expected sizes from 1 to {SIZE_LIMIT}")
    return value
