"""pyconslaw family: the count for all widths at once."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from pyconslaw.analysis.families import family as family_of
from pyconslaw.cli.answers import Progress, output_options
from pyconslaw.cli.group import command
from pyconslaw.cli.words import network_arguments


@command(
    "Prove the count for all widths at once. For all multiples of DIMS, or all pyramids, or all "
    "widths from 2 on; --output writes the certificate.",
    "pyconslaw family linear 1-2-2-1",
    "pyconslaw family relu 2 --pyramid",
    "pyconslaw family linear 3 --wide --output family.json",
)
@network_arguments
@click.option(
    "--pyramid",
    is_flag=True,
    help="DIMS is the number of layers of weights: all widths that never grow",
)
@click.option(
    "--wide",
    is_flag=True,
    help="DIMS is the number of layers of weights: all widths of at least 2",
)
@output_options
def family(words, answers, pyramid, wide):
    if pyramid and wide:
        raise click.UsageError("--pyramid excludes --wide")
    if pyramid or wide:
        words = _of_depth(words, "--pyramid" if pyramid else "--wide")
    spoken = replace(answers, output=None)
    if answers.file is not None:  # of the certificate; the answer goes to stdout all the same
        spoken.check()
    progress = Progress(answers.quiet)
    try:
        found = family_of(
            words.network(answers), pyramid=pyramid, wide=wide, seed=answers.seed, progress=progress
        )
    finally:
        progress.close()
    answer = json.dumps(found.json(), indent=2) if answers.as_json else str(found)
    if answers.output is None:
        answers.emit(answer)
    else:
        answers.write(found.certificate().bytes)
        tell = answers.tell if answers.file is None else spoken.emit
        tell(answer)


def _of_depth(words, option: str):
    """The words with a chain of width 1 in the place of a number of layers."""
    size = words.size or ""
    if words.file is not None or not size.isdecimal() or not 1 <= int(size) <= 30:
        raise click.UsageError(
            f"{option}: expected KIND and a number of layers, 1 to 30, such as linear 3 {option}"
        )
    return replace(words, size="-".join(["1"] * (int(size) + 1)))
