"""Modules and inputs of the words that people type."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import nn

from pyconslaw.errors import InputError

KINDS = {
    "float32": torch.float32,
    "float64": torch.float64,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "int32": torch.int32,
    "int64": torch.int64,
    "bool": torch.bool,
}


def module_of(factory: str, meta: bool, seed: int) -> Any:
    """The module that MODULE:FACTORY gives. Errors: InputError, in one line, whatever it raises."""
    name, colon, attribute = factory.partition(":")
    if not (name and colon and attribute):
        raise InputError(f"MODULE:FACTORY: {factory!r}, expected such as mynet:make")
    if "" not in sys.path:
        sys.path.insert(0, "")  # modules of the directory where the command is typed
    torch.manual_seed(seed)
    found = _run(f"importing {name}", lambda: import_module(name))
    for word in attribute.split("."):
        if word not in vars(found):
            raise InputError(f"MODULE:FACTORY: {factory!r}, but {word} is not in it")
        found = vars(found)[word]
    if not isinstance(found, nn.Module):
        if not callable(found):
            raise InputError(f"MODULE:FACTORY: {factory!r} is no function and no module")
        with torch.device("meta" if meta else "cpu"):
            found = _run(f"calling {factory}", found)
    if not isinstance(found, nn.Module):
        raise InputError(f"MODULE:FACTORY: {factory!r} gave no torch.nn.Module")
    return found


def _run(what: str, code: Callable[..., Any]) -> Any:
    try:
        return code()
    except Exception as error:  # of the user's code
        line = (str(error).strip().splitlines() or [""])[0]
        raise InputError(f"{what}: {type(error).__name__}: {line}") from None


def inputs_of(
    inputs: tuple[str, ...], meta: bool, seed: int
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Tensors of these shapes: those with a name are keywords."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for k, text in enumerate(inputs):
        name, equals, rest = text.rpartition("=")
        tensor = tensor_of(rest, meta, seed + k)
        if equals:
            kwargs[name] = tensor
        else:
            args.append(tensor)
    return tuple(args), kwargs


def tensor_of(text: str, meta: bool, seed: int) -> Any:
    """One input. Errors: InputError when it is not [TYPE:]SHAPE."""
    kind, _, sizes = text.rpartition(":")
    kind, _, below = kind.partition("%")
    kind = kind or "float32"
    numbers = [below or "2", *(sizes.split(",") if sizes else [])]
    if kind not in KINDS or not all(n.isascii() and n.isdigit() and int(n) for n in numbers):
        raise InputError(
            f"--input: {text!r}, expected [NAME=][TYPE[%N]:]SHAPE such as 1,3,32,32 or "
            f"int64%1000:1,16, types {', '.join(KINDS)}"
        )
    shape = [int(n) for n in numbers[1:]]
    random = torch.Generator().manual_seed(seed)
    if kind == "bool":
        made = torch.ones(shape, dtype=torch.bool)
    elif kind.startswith("int"):
        made = torch.randint(int(numbers[0]), shape, generator=random, dtype=KINDS[kind])
    else:
        made = torch.randn(shape, generator=random).to(KINDS[kind])
    return made.to("meta") if meta else made
