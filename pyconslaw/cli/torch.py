"""pyconslaw torch: the laws of a module of torch."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import click

from pyconslaw.cli.answers import output_options
from pyconslaw.cli.group import command
from pyconslaw.errors import InputError

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


@command(
    "List the laws of a torch.nn.Module by parameter name. MODULE:FACTORY is imported, which runs "
    "the code of that file, and called: it gives the module. An input is [NAME=][TYPE:]SHAPE, of "
    "float32 if no type is said; whole numbers are drawn below 2, or below N of TYPE%N. The exit "
    "status is 0 when laws are listed, and what else may be conserved is open; it is 1 when a "
    "derived law does not hold.",
    "pyconslaw torch mynet:make --input 8,4 --loss cross_entropy",
    "pyconslaw torch mynet:Words --input ids=int64%50:2,16 --json",
)
@click.argument("factory", metavar="MODULE:FACTORY")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="SHAPE",
    help="an example input, such as 1,3,32,32, int64:1,16 or mask=bool:1,16; once for each",
)
@click.option(
    "--loss",
    type=click.Choice(["cross_entropy", "mse"]),
    metavar="[cross_entropy|mse]",
    help="what the outputs go into; without it they are free",
)
@click.option("--meta", is_flag=True, help="make the module on the meta device: without values")
@click.option("--check/--no-check", default=True, help="residuals on one gradient, by default")
@click.option(
    "--memory", metavar="BYTES", help="what the check may take, such as 2G; half of what is free"
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="write out the first N laws too",
)
@output_options
def torch(*, factory, inputs, loss, meta, check, memory, limit, answers):
    room = room_of_torch()
    model = room.module_of(factory, meta, answers.seed)
    given = room.inputs_of(inputs, meta, answers.seed)
    report = room.laws(model, given, loss, check=check, memory=size_of(memory), seed=answers.seed)
    first = list(islice(report.texts(), limit))
    if answers.as_json:
        answers.emit(json.dumps({**report.json(), "laws": first} if limit else report.json()))
    else:
        answers.emit("\n".join([str(report), *first]))


def room_of_torch() -> Any:
    """The room of torch. Errors: wrong usage where torch is missing, in one line."""
    import pyconslaw.torch as room

    try:
        room.require_torch()
    except ImportError as error:
        raise InputError(str(error)) from None
    return room


def size_of(memory: str | None) -> int | None:
    """Bytes of a text such as 2G."""
    if memory is None:
        return None
    unit = memory[-1:] if memory[-1:] in UNITS else ""
    number = memory.removesuffix(unit)
    if not (number.isascii() and number.isdigit()):
        raise InputError(f"--memory: {memory!r}, expected bytes such as 500M or 2G")
    return int(number) * UNITS[unit]
