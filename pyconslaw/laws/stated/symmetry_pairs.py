"""Pairs of nodes whose numbers p(v, w), q(v, w) may belong to a symmetry of a graph.

See `pyconslaw.laws.stated.symmetries`, whose numbers these are, and `symmetry_equations` for the
equations. All pairs would be too many: those are left out that fail at a single edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pyconslaw.exact.order import distinct
from pyconslaw.laws.stated.balance import neighbours
from pyconslaw.records.graph import FROZEN, Graph

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
VALUE, SIGNAL, BOTH = 0, 1, 2  # kinds of unknowns: p; q; p = -q


@dataclass(frozen=True, eq=False)
class Live:
    """The live edges of a graph, sorted by head, then tail. key: the parameter; none if frozen.

    values: nodes that are neither sources nor gated; signals: neither outputs nor gated; gates:
    gated nodes that are neither sources nor outputs. plain: nodes without gate that have a
    parameter of its own on every edge, all of them live.
    """

    nodes: int
    none: int
    tail: Integers
    head: Integers
    key: Integers
    weight: Integers
    values: Mask
    signals: Mask
    gates: Mask
    plain: Mask

    @staticmethod
    def of(graph: Graph) -> Live:
        """The live part of a graph."""
        alive = graph.alive
        tail, head, param = graph.tail[alive], graph.head[alive], graph.param[alive]
        weight = np.ones(len(tail), dtype=np.int64)
        if graph.weight is not None:
            weight[param == FROZEN] = graph.weight[alive][param == FROZEN]
        source, output, gated, plain, on = (
            _mask(graph.nodes, members)
            for members in (
                graph.sources,
                graph.outputs,
                graph.gated,
                neighbours(graph),
                np.append(tail, head),
            )
        )
        plain[graph.tail[~alive]] = plain[graph.head[~alive]] = False
        return Live(
            nodes=graph.nodes,
            none=graph.params,
            tail=tail,
            head=head,
            key=np.where(param == FROZEN, graph.params, param),
            weight=weight,
            values=on & ~source & ~gated,
            signals=on & ~output & ~gated,
            gates=on & gated & ~source & ~output,
            plain=plain & ~gated,
        )

    @cached_property
    def trained(self) -> Mask:
        """Which edges have a parameter."""
        return self.key != self.none

    @cached_property
    def crossed(self) -> tuple[Mask, Mask, Integers]:
        """Which nodes a frozen edge leaves, which it enters; the trained edges, as sorted codes
        tail * nodes + head, with one more that is none.
        """
        frozen, trained = ~self.trained, self.trained
        codes = np.sort(self.tail[trained] * self.nodes + self.head[trained])
        leaves, enters = (_mask(self.nodes, ends[frozen]) for ends in (self.tail, self.head))
        return leaves, enters, np.concatenate([codes, [-1]])

    def flipped(self) -> Live:
        """The same with all edges turned round: values become signals."""
        order = np.lexsort((self.head, self.tail))
        head, tail, key, weight = (a[order] for a in (self.tail, self.head, self.key, self.weight))
        return Live(
            self.nodes,
            self.none,
            tail,
            head,
            key,
            weight,
            self.signals,
            self.values,
            self.gates,
            self.plain,
        )


def _mask(size: int, members) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[members if isinstance(members, np.ndarray) else np.array([*members], dtype=np.int64)] = (
        True
    )
    return mask


class Groups:
    """Places 0, 1, ... by a label each, those of one label together."""

    def __init__(self, labels: Integers, count: int):
        self.order = np.argsort(labels, kind="stable")
        self.size = np.bincount(labels, minlength=count)
        self.start = np.cumsum(self.size) - self.size

    def of(self, labels: Integers) -> tuple[Integers, Integers]:
        """(k, place) for all k and each place of the label labels[k]."""
        size = self.size[labels]
        owner = np.repeat(np.arange(len(labels)), size)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
        return owner, self.order[self.start[labels][owner] + step]


class Options:
    """The pairs (v, w) whose p may be other than 0, by the slots of one edge u -> w for each w.

    The slot (u, v, its parameter) must belong to a trained edge, or be cancelled: by q(x, u) where
    an edge x -> v has the parameter (not looked at without `ties`), or by p(v, w') where an edge
    u -> w' has it. Then, and where the edge is frozen, v may be any node (not without `anywhere`).
    The edge into w is taken that is likely to leave fewest v. size: of pairs, at most.
    """

    def __init__(self, live: Live, ties: bool, anywhere: bool):
        self.live, trained = live, live.trained
        self.onward = np.flatnonzero(trained)
        self.at_tail = Groups(live.tail[trained], live.nodes)
        self.tying = np.flatnonzero(trained & live.signals[live.tail] & ties)
        self.at_key = Groups(live.key[self.tying], live.none + 1)
        self.every = np.flatnonzero(
            np.bincount(np.append(live.tail, live.head), minlength=live.nodes)
        )
        into = np.flatnonzero(live.values[live.head])
        u, key = live.tail[into], live.key[into]
        alike = _numbered(u * (live.none + 1) + key)
        free = anywhere & ((np.bincount(alike)[alike] > 1) | (key == live.none))
        size = self.at_tail.size[u] + self.at_key.size[key]
        likely = self.at_tail.size[u] + self.at_key.size[key] * live.values[u]
        size[free] = likely[free] = len(self.every)
        order = np.lexsort((likely, live.head[into]))
        best = order[_changes(live.head[into][order])]
        self.free, self.tied = into[best][free[best]], into[best][~free[best]]
        self.size = int(size[best].sum())

    def pairs(self) -> tuple[Integers, Integers]:
        """(v, w), some perhaps twice."""
        live, u, w = self.live, self.live.tail[self.tied], self.live.head[self.tied]
        k, place = self.at_tail.of(u)
        found = [(live.head[self.onward[place]], w[k])]
        k, place = self.at_key.of(live.key[self.tied])
        edge = self.tying[place]
        needed = live.values[u[k]] | _open(live, live.tail[edge], u[k])
        found.append((live.head[edge][needed], w[k][needed]))
        every, w = self.every, live.head[self.free]
        found.append((np.tile(every, len(w)), np.repeat(w, len(every))))
        return tuple(np.concatenate(part) for part in zip(*found, strict=True))


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The numbers that are looked for, of the nodes v and w; those with v = w come first."""

    v: Integers
    w: Integers
    kind: Integers

    @property
    def diagonal(self) -> int:
        """How many have v = w."""
        return int((self.v == self.w).sum())


def unknowns(live: Live, limit: int, known: bool) -> Unknowns | None:
    """The numbers that may be other than 0; None where they would fill more than `limit` slots.

    known: also the p(v, w) and q(v, w) of plain nodes v, w: they occur in no equation with others,
    and are those of the balance laws of twins.
    """
    back = live.flipped()
    for ties, anywhere in ((True, True), (True, False), (False, False)):
        values, signals = Options(live, ties, anywhere), Options(back, ties, anywhere)
        if values.size + signals.size <= limit:
            found = _chosen(live, values.pairs(), signals.pairs()[::-1], known)
            if _filled(live, found) <= limit:
                return found
    return None


def _chosen(live: Live, values, signals, known: bool) -> Unknowns:
    """The numbers for these pairs (v, w), those that cannot be other than 0 left out."""
    n, itself = live.nodes, live.nodes + 1
    p, q = (
        distinct(np.append(v * n + w, np.flatnonzero(own) * itself))
        for (v, w), own in ((values, live.values), (signals, live.signals))
    )
    if not known:
        plain = live.plain
        p, q = (a[(a % itself == 0) | ~(plain[a // n] & plain[a % n])] for a in (p, q))
    one, other = (_open(live, a // n, a % n) for a in (p, q))
    both = np.sort(np.concatenate([p[~one], q[~other]]))
    both = both[:-1][both[1:] == both[:-1]]
    parts = p[one], q[other], np.concatenate([both, np.flatnonzero(live.gates) * itself])
    code = np.concatenate(parts)
    kind = np.repeat([VALUE, SIGNAL, BOTH], [len(part) for part in parts])
    order = np.argsort(code % itself != 0, kind="stable")
    return Unknowns(code[order] // n, code[order] % n, kind[order])


def _open(live: Live, v: Integers, w: Integers) -> Mask:
    """Whether the slot (w, v, none) is that of a trained edge, or a frozen edge may fill it; where
    neither is so, p(v, w) = -q(v, w)."""
    leaves, enters, codes = live.crossed
    slot = w * live.nodes + v
    return (codes[np.searchsorted(codes[:-1], slot)] == slot) | leaves[w] | enters[v]


def _changes(codes: Integers) -> Mask:
    """Which entries are not equal to the one before."""
    found = np.ones(len(codes), dtype=bool)
    np.not_equal(codes[1:], codes[:-1], out=found[1:])
    return found


def _numbered(codes: Integers) -> Integers:
    """Numbers 0, 1, ... in the place of codes, in their order."""
    order = np.argsort(codes)
    number = np.empty(len(codes), dtype=np.int64)
    number[order] = np.cumsum(_changes(codes[order])) - 1
    return number


def _filled(live: Live, numbers: Unknowns) -> int:
    """How many slots these numbers fill."""
    into = 1 + np.bincount(live.head, minlength=live.nodes)
    onto = 1 + np.bincount(live.tail, minlength=live.nodes)
    p, q = numbers.kind != SIGNAL, numbers.kind != VALUE
    return int(into[numbers.w[p]].sum() + onto[numbers.v[q]].sum())
