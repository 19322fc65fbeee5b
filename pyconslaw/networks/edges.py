"""Edges of networks, as people write them and as they are read: a rational factor times a
parameter, or alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pyconslaw.entries.foreign import read_rational
from pyconslaw.errors import InputError

WEIGHT_LIMIT = 1 << 62
KEYS = ("parameter", "frozen", "factor")  # of an edge, besides its ends


@dataclass(frozen=True)
class Edge:
    """An edge from tail to head: with a parameter of its own; tied, if others name the same
    parameter; or frozen. Parallel edges add up.

    Parameters
    ----------
    tail : str
        The node it comes from.
    head : str
        The node it leads to.
    parameter : str, optional
        A name to share; None for a name of its own, W[head,tail].
    frozen : rational number, optional
        Not zero: the constant weight, an integer, a fraction or a text such as "-1/2".
    factor : rational number, optional
        Not zero, 1 by default: the weight is this times the parameter, so that edges that share one
        are tied with a ratio or a sign.

    Examples
    --------
    >>> from pyconslaw import Edge, dag
    >>> edges = [Edge("x", "h", parameter="w"), Edge("h", "y", parameter="w")]
    >>> dag({"x": "input", "h": "linear", "y": "linear"}, edges).entry_names
    ('w',)
    >>> from pyconslaw import known_laws
    >>> edges = [Edge("x", "h", "w"), Edge("x", "h", "v", factor="-1/2"), Edge("h", "y", frozen=2)]
    >>> print(*known_laws(dag({"x": "input", "h": "relu", "y": "linear"}, edges)))
    -w - 2*v
    """

    tail: str
    head: str
    parameter: str | None = None
    frozen: int | Fraction | str | None = None
    factor: int | Fraction | str | None = None


@dataclass(frozen=True)
class Line:
    """An edge as it is read: a factor, not zero, times a parameter or alone."""

    tail: str
    head: str
    parameter: str | None
    factor: Fraction | int


def listed(values, name: str) -> list:
    """The values as a list. Errors: InputError if they are text or no collection."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InputError(f"{name}: expected a sequence, got {values!r:.80}")
    return list(values)


def read_edges(edges: Iterable, nodes: Collection[str]) -> list[Edge]:
    """The edges, names and weights checked. Errors: InputError."""
    found = [_edge(edge, k) for k, edge in enumerate(listed(edges, "edges"))]
    for k, edge in enumerate(found):
        _check_edge(edge, k, nodes)
    return found


def as_lines(edges: Sequence[Edge], constant: str | None) -> list[Line]:
    """The edges with the names of their parameters: shared, or their own, W[head,tail], or b[head]
    from the only constant node; W[head,tail,2] for the second of parallel ones, and so on.
    """
    lines, times = [], dict[tuple[str, str], int]()
    for k, edge in enumerate(edges):
        if edge.frozen is not None:
            lines.append(
                Line(edge.tail, edge.head, None, _weight(edge.frozen, f"edges[{k}].frozen"))
            )
            continue
        factor = 1 if edge.factor is None else _weight(edge.factor, f"edges[{k}].factor")
        lines.append(
            Line(edge.tail, edge.head, edge.parameter or _own(edge, constant, times), factor)
        )
    return lines


def _own(edge: Edge, constant: str | None, times: dict[tuple[str, str], int]) -> str:
    """The name of its own of an edge, the next one of those between its ends."""
    ends = edge.tail, edge.head
    times[ends] = times.get(ends, 0) + 1
    again = f",{times[ends]}" if times[ends] > 1 else ""
    if edge.tail == constant:
        return f"b[{edge.head}{again}]"
    return f"W[{edge.head},{edge.tail}{again}]"


def _edge(value: Any, k: int) -> Edge:
    if isinstance(value, Edge):
        return value
    if isinstance(value, Mapping):
        if not {"from", "to"} <= set(value) <= {"from", "to", *KEYS}:
            raise InputError(
                f"edges[{k}]: expected from, to and perhaps parameter, frozen or factor, got "
                f"{sorted(map(str, value))}"
            )
        return Edge(value["from"], value["to"], *(value.get(key) for key in KEYS))
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        return Edge(*value)
    raise InputError(f"edges[{k}]: expected (tail, head), an Edge or a mapping, got {value!r}")


def _check_edge(edge: Edge, k: int, nodes: Collection[str]) -> None:
    for what, name in (("from", edge.tail), ("to", edge.head)):
        if not isinstance(name, str) or name not in nodes:
            raise InputError(f"edges[{k}].{what}: expected the name of a node, got {name!r}")
    if edge.parameter is not None and edge.frozen is not None:
        raise InputError(f"edges[{k}]: has a parameter and a frozen weight, expected one of them")
    if edge.factor is not None and edge.frozen is not None:
        raise InputError(f"edges[{k}]: has a factor and a frozen weight, expected one of them")
    if edge.parameter is not None:
        named(edge.parameter, f"edges[{k}].parameter")
    if edge.frozen is not None:
        _weight(edge.frozen, f"edges[{k}].frozen")


def named(value: Any, place: str) -> None:
    """Errors: InputError, where that is no name of a parameter."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]\w*", value, re.ASCII):
        raise InputError(
            f"{place}: expected a name of ASCII letters, digits and _, got {value!r:.80}"
        )


def _weight(value: Any, name: str) -> Fraction | int:
    """A rational number that is not 0, an integer where it is one. Errors: InputError."""
    if type(value) is int and 0 < abs(value) < WEIGHT_LIMIT:
        return value
    found = Fraction(read_rational(value, name))
    if not 0 < abs(found.numerator) < WEIGHT_LIMIT or found.denominator >= WEIGHT_LIMIT:
        raise InputError(
            f"{name}: expected a rational number that is not 0, numerator and denominator below "
            f"2^62, got {value!r}"
        )
    return found.numerator if found.denominator == 1 else found
