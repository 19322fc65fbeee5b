"""Nodes that are written out with ReLU: neurons whose slope below 0 is learned, and maxima.

With s what arrives and r = relu(s), a PReLU neuron of slope a is r + a (s - r). The maximum of
numbers t_1, t_2, ... is m_k with m_1 = t_1 and m_j = m_{j-1} + relu(t_j - m_{j-1}). The function
is the same, so what all data can see of it is that of the ReLU network that comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pyconslaw.networks.edges import Line

PRELU, MAX = "prelu", "max"
WRITTEN_OUT = (PRELU, MAX)


def expanded(
    kinds: Mapping[str, str], lines: Iterable[Line], slopes: Mapping[str, str]
) -> tuple[dict[str, str], list[Line]]:
    """Nodes and edges of the network with linear and ReLU nodes in the place of others.

    slopes: the parameter of each PReLU neuron. A node keeps its name for what leaves it; new ones
    are called after it, with a colon.

    >>> kinds, lines = expanded({"h": "prelu"}, [], {"h": "a"})
    >>> kinds
    {'h': 'linear', 'h:in': 'linear', 'h:on': 'relu', 'h:off': 'linear'}
    >>> lines[-1]
    Line(tail='h:off', head='h', parameter='a', factor=1)
    """
    into: dict[str, list[Line]] = {v: [] for v, kind in kinds.items() if kind in WRITTEN_OUT}
    found, kept = dict(kinds), list[Line]()
    for line in lines:
        into.get(line.head, kept).append(line)
    for v, arriving in into.items():
        found[v] = "linear"
        kept += (
            _maximum(v, arriving, found)
            if kinds[v] == MAX
            else _learned(v, slopes[v], arriving, found)
        )
    return found, kept


def _learned(v: str, slope: str, arriving: list[Line], kinds: dict[str, str]) -> list[Line]:
    """The edges of a PReLU neuron; its new nodes are added."""
    inside, on, off = (f"{v}:{word}" for word in ("in", "on", "off"))
    kinds |= {inside: "linear", on: "relu", off: "linear"}
    return [
        *(replace(line, head=inside) for line in arriving),
        Line(inside, on, None, 1),
        Line(inside, off, None, 1),
        Line(on, off, None, -1),
        Line(on, v, None, 1),
        Line(off, v, slope, 1),
    ]


def _maximum(v: str, arriving: list[Line], kinds: dict[str, str]) -> list[Line]:
    """The edges of a maximum, over the edges in their order; its new nodes are added."""
    if len(arriving) < 2:
        return arriving
    found, best = list[Line](), arriving[0]  # best: what is the largest so far, as an edge
    for k, line in enumerate(arriving, 1):
        if line.parameter is not None:  # it is read more than once
            kinds[f"{v}:{k}"] = "linear"
            found.append(replace(line, head=f"{v}:{k}"))
            line = Line(f"{v}:{k}", v, None, 1)
        if k == 1:
            best = line
            continue
        more, above = f"{v}:more{k}", v if k == len(arriving) else f"{v}:max{k}"
        kinds |= {more: "relu", above: "linear"}
        found += [
            replace(line, head=more),
            replace(best, head=more, factor=-best.factor),
            replace(best, head=above),
            Line(more, above, None, 1),
        ]
        best = Line(above, v, None, 1)
    return found
