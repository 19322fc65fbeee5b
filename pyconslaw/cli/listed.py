"""Laws in a list that may be long: a limit, and JSON that is written law by law."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from pyconslaw.laws.law import LawSet
from pyconslaw.laws.printed import texts

limit_option = click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help="print the first N laws, and how many there are",
)


def json_pieces(
    found: LawSet, latex: bool, limit: int | None, matrix: bool = False, **more: Any
) -> Iterator[str]:
    """The JSON object of a set of laws, and more keys, in pieces. matrix: laws as matrices, where
    they are entries of some.
    """
    made = isinstance(found.laws, tuple) and not matrix
    forms = found.matrix_form() if matrix else found
    record = found.json(latex, limit if made else 0)
    listed = record["laws"] if made else texts(forms, latex, limit)
    if limit is None:
        record.pop("total", None)
    elif matrix:
        record["total"] = len(forms)
    whole = json.dumps(record | {"laws": []} | more, indent=2)
    head, tail = whole.split('"laws": []', 1)
    before = opened = f'{head}"laws": ['
    for text in listed:
        yield f"{before}\n    {json.dumps(text)}"
        before = ","
    yield (f"{opened}]" if before == opened else "\n  ]") + tail + "\n"
