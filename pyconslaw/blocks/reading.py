"""From the words of the command line to a block: attention 4,heads=2,rotary."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from pyconslaw.blocks.kernels import convolutions
from pyconslaw.blocks.layered import stack
from pyconslaw.blocks.trace import Block
from pyconslaw.blocks.transformer import (
    attention,
    embedding,
    experts,
    gated_unit,
    lora,
    norm_gain,
)
from pyconslaw.errors import InputError

BUILDERS: dict[str, Callable[..., Block]] = {
    "attention": attention,
    "convolutions": convolutions,
    "embedding": embedding,
    "experts": experts,
    "gated_unit": gated_unit,
    "lora": lora,
    "norm_gain": norm_gain,
    "stack": stack,
}
BLOCKS = tuple(BUILDERS)


def block_of_words(kind: str, words: str) -> Block:
    """The block of `pyconslaw count KIND WORDS`.

    words: the arguments of the builder with commas between them, sizes in their order first, then
    key=value, lists as 3-3-1, and the name alone of what is true; of stack the source and its
    layers. Errors: InputError names the word; LimitError as the builders.

    >>> block_of_words("attention", "4,heads=2,rotary").name
    'attention 4,heads=2,rotary'
    >>> block_of_words("stack", "2, linear 3, [rms gain, linear 3], softmax").size
    18
    """
    if kind == "stack":
        source, _, layers = words.partition(",")
        return stack(source.strip(), layers)
    builder = BUILDERS[kind]
    sizes: list[Any] = []
    options: dict[str, Any] = {}
    for word in map(str.strip, words.split(",")):
        key, sign, text = word.partition("=")
        if not sign and re.fullmatch(r"[0-9][0-9-]*", word, re.ASCII):
            if options:
                raise InputError(f"{kind}: {word[:80]}: sizes come first, then words with =")
            sizes.append(_value(word, kind))
        elif not re.fullmatch(r"[a-z_]+", key, re.ASCII) or key in options:
            raise InputError(f"{kind}: expected words such as 4,heads=2,rotary, got {word[:80]!r}")
        else:
            options[key] = _value(text, kind) if sign else True
    try:
        inspect.signature(builder).bind(*sizes, **options)
    except TypeError as error:
        known = ", ".join(inspect.signature(builder).parameters)
        raise InputError(f"{kind}: {error}; it has {known}") from None
    return builder(*sizes, **options)


def _value(text: str, kind: str) -> Any:
    """A number, a list of numbers, or a name."""
    parts = text.split("-")
    if all(re.fullmatch(r"[0-9]{1,12}", part, re.ASCII) for part in parts):
        return int(text) if len(parts) == 1 else [int(part) for part in parts]
    if not re.fullmatch(r"[a-z_]+", text, re.ASCII):
        raise InputError(f"{kind}: expected a number, a list as 3-3-1 or a name, got {text[:80]!r}")
    return text
