"""What networks are rewritten to: graphs without parallel edges, whose edges have a parameter or an
integer.

The value of each node that stays is multiplied by a positive integer, its scale, such that every
edge gets an integer as its factor: edges into v from u that of v over that of u times the old one.
A gate lets positive numbers through, so only outputs change, by a number each. An edge that has
both a parameter and a factor, or that is parallel to another, leads through a linear node of its
own. docs/mathematics.md, "Ratios and parallel edges".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from pyconslaw.errors import LimitError
from pyconslaw.networks.edges import WEIGHT_LIMIT, Line

SCALE_LIMIT = 1 << 1000  # of a scale, which is no weight itself


def is_plain(lines: Sequence[Line]) -> bool:
    """Whether nothing is to be rewritten."""
    ends = {(line.tail, line.head) for line in lines}
    return len(ends) == len(lines) and all(
        type(line.factor) is int and (line.parameter is None or line.factor == 1) for line in lines
    )


def plain(
    kinds: dict[str, str], lines: Iterable[Line], order: Sequence[str], outputs: Sequence[str]
) -> tuple[dict[str, str], list[Line], list[str]]:
    """Nodes, edges and outputs of the graph that a network is rewritten to.

    kinds: of the nodes; order: topological. New nodes are linear, and come last. Every parameter is
    still on an edge. Errors: LimitError where an integer gets too long.
    """
    bundles = added_up(lines)
    scales = _scales(bundles, order)
    found = _Rewritten(dict(kinds), [])
    for (tail, head), bundle in bundles.items():
        found.bundle(
            tail,
            head,
            [(p, _integer(c * scales[head] / scales[tail], head, tail)) for p, c in bundle.items()],
        )
    return found.kinds, found.lines, found.read(outputs, scales)


def added_up(lines: Iterable[Line]) -> dict[tuple[str, str], dict[str | None, Fraction]]:
    """{(tail, head): {parameter or None: sum of the factors}}. Errors: LimitError."""
    bundles: dict[tuple[str, str], dict[str | None, Fraction]] = {}
    for line in lines:
        bundle = bundles.setdefault((line.tail, line.head), {})
        total = bundle.get(line.parameter, Fraction(0)) + line.factor
        bundle[line.parameter] = total
        _common([total.denominator], f"weights of parallel edges into {line.head!r}")
    return bundles


def _scales(bundles, order: Sequence[str]) -> dict[str, int]:
    """For each node the least scale by which all edges into it get integers."""
    into: dict[str, list[tuple[str, int]]] = {}
    for (tail, head), bundle in bundles.items():
        into.setdefault(head, []).extend((tail, c) for c in bundle.values())
    scales: dict[str, int] = {}
    for v in order:
        needed = (Fraction(c, scales[u]).denominator for u, c in into.get(v, ()))
        scales[v] = _common(needed, f"weights before {v!r}")
    return scales


def _common(denominators: Iterable[int], what: str) -> int:
    """The common denominator. Errors: LimitError, before it is long."""
    whole = 1
    for one in denominators:
        whole = lcm(whole, one)
        if whole > SCALE_LIMIT:
            raise LimitError(f"edges: denominators of the {what} multiply to more than 2^1000")
    return whole


def _integer(factor: Fraction, head: str, tail: str) -> int:
    if abs(factor) >= WEIGHT_LIMIT:
        raise LimitError(
            f"edges: with a common denominator the weight from {tail!r} to {head!r} has more than "
            "62 bits"
        )
    return int(factor)


class _Rewritten:
    """Nodes and edges that grow."""

    def __init__(self, kinds: dict[str, str], lines: list[Line]):
        self.kinds, self.lines = kinds, lines
        self.named: Counter[str] = Counter()

    def node(self, name: str) -> str:
        """A new linear node, with a name like this; names of people have no such signs."""
        self.named[name] += 1
        new = f"{name}#{k}" if (k := self.named[name]) > 1 else name
        self.kinds[new] = "linear"
        return new

    def bundle(self, tail: str, head: str, parallel: list[tuple[str | None, int]]) -> None:
        """Edges between two nodes, of different parameters. One whose factors add up to 0 ends
        nowhere.
        """
        direct = next((p for p, c in parallel if p is None and c), None) is None
        for parameter, c in sorted(parallel, key=lambda entry: entry[0] is not None):
            if parameter is None:
                if c:
                    self.lines.append(Line(tail, head, None, c))
                    direct = False
            elif direct and c == 1:
                self.lines.append(Line(tail, head, parameter, 1))
                direct = False
            else:
                between = self.node(f"{tail}>{head}")
                self.lines.append(Line(tail, between, parameter, 1))
                self.lines += [Line(between, head, None, c)] if c else []

    def read(self, outputs: Sequence[str], scales: dict[str, int]) -> list[str]:
        """The outputs, all with the same scale, for differences of them are asked for too."""
        whole = _common((scales[o] for o in outputs), "weights before outputs")
        found = []
        for o in outputs:
            if scales[o] == whole:
                found.append(o)
                continue
            found.append(self.node(f"{o}>"))
            self.lines.append(Line(o, found[-1], None, _integer(Fraction(whole, scales[o]), o, o)))
        return found
