"""Nodes of networks, as people write them and as they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.networks.edges import listed, named
from pyconslaw.networks.expanded import PRELU, WRITTEN_OUT
from pyconslaw.networks.multiplied import MULTIPLYING
from pyconslaw.networks.spec import KINDS

WORDS = (*KINDS, *WRITTEN_OUT, *MULTIPLYING)  # kinds that people write


def read_nodes(nodes: Mapping | Sequence) -> tuple[dict[str, str], dict[str, str]]:
    """The kind of each node by its name, and of PReLU neurons the parameter. Errors: InputError."""
    pairs = nodes.items() if isinstance(nodes, Mapping) else nodes
    kinds: dict[str, str] = {}
    slopes: dict[str, str] = {}
    for k, pair in enumerate(listed(pairs, "nodes")):
        name, kind, parameter = _node(pair, k)
        if kind not in WORDS:
            raise InputError(
                f"nodes[{k}]: expected one of {', '.join(WORDS)} for {name!r}, got {kind!r}"
            )
        if name in kinds:
            raise InputError(f"nodes[{k}]: the name {name!r} occurs twice")
        kinds[name] = kind
        if kind == PRELU:
            slopes[name] = f"a[{name}]" if parameter is None else parameter
            if parameter is not None:
                named(parameter, f"nodes[{k}].parameter")
        elif parameter is not None:
            raise InputError(f"nodes[{k}]: {kind} has no parameter, got {parameter!r}")
    return kinds, slopes


def _node(value: Any, k: int) -> tuple[str, Any, Any]:
    """Name, kind and parameter or None."""
    parts = value
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[1], tuple):
        parts = (value[0], *value[1])  # from a mapping
    if (
        not isinstance(parts, list | tuple)
        or len(parts) not in (2, 3)
        or not (isinstance(parts[0], str) and re.fullmatch(r"\w+", parts[0], re.ASCII))
    ):
        raise InputError(
            f"nodes[{k}]: expected (name, kind), a name of ASCII letters, digits and _, got "
            f"{value!r:.80}"
        )
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None
