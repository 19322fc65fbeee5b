"""The equations for the symmetries of a graph that are read off its edges: sparse, over Z.

The unknowns are the numbers p(v, w) and q(v, w) of `pyconslaw.laws.stated.symmetries`. The value of
w times the signal of v is written in two ways,

    p:  z_w d_v = sum over edges u -> w of weight z_u d_v,
    q:  z_w d_v = sum over edges v -> x of weight z_w d_x.

The one fills the *slots* (u, v, parameter of u -> w), the other the slots (w, x, parameter of
v -> x), and both take 1 from the slot (w, v, none). Slots at a pair of nodes without a trained
edge must be 0; at edges with one parameter they must agree; and the slots of parameter k at edges
with l must be those of l at k.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from pyconslaw._core import sparse
from pyconslaw.exact.primes import large_primes
from pyconslaw.exact.residues import integers_of, rational
from pyconslaw.laws.stated.symmetry_pairs import (
    BOTH,
    SIGNAL,
    VALUE,
    Groups,
    Integers,
    Live,
    Unknowns,
)
from pyconslaw.records.budget import Ask, nobody

ROUNDS = 200  # of taking out unknowns that an equation of one or two terms determines
LARGE = 1 << 16  # from which a number of a solution is not taken
PRIME = next(large_primes())


@dataclass(frozen=True, eq=False)
class Slots:
    """Entries: to a slot an unknown adds itself times a value.

    slot: its number; edge: the trained edge from its first to its second node, -1 if there is
    none; key: its parameter, or none.
    """

    slot: Integers
    edge: Integers
    key: Integers
    unknown: Integers
    value: Integers

    @staticmethod
    def of(live: Live, numbers: Unknowns) -> Slots:
        """All entries of all unknowns."""
        into, onto = Groups(live.head, live.nodes), Groups(live.tail, live.nodes)
        v, w, kind = numbers.v, numbers.w, numbers.kind
        p, q, other = (np.flatnonzero(kind != omitted) for omitted in (SIGNAL, VALUE, BOTH))
        i, above = into.of(w[p])
        j, below = onto.of(v[q])
        sign = np.where(kind[q][j] == BOTH, -1, 1)
        tail = np.concatenate([live.tail[above], w[q][j], w[other]])
        head = np.concatenate([v[p][i], live.head[below], v[other]])
        none = np.full(len(other), live.none)
        key = np.concatenate([live.key[above], live.key[below], none])
        value = np.concatenate([live.weight[above], sign * live.weight[below], none * 0 - 1])
        edge = _edges(live, tail, head)
        pair = np.unique(tail * live.nodes + head, return_inverse=True)[1]
        slot = np.unique(pair * (live.none + 1) + key, return_inverse=True)[1]
        return Slots(slot, edge, key, np.concatenate([p[i], q[j], other]), value)


def _edges(live: Live, tail: Integers, head: Integers) -> Integers:
    """The trained edges from tail to head, -1 where there is none."""
    code, edges = tail * live.nodes + head, live.tail * live.nodes + live.head
    order = np.argsort(edges)
    edge = order[np.minimum(np.searchsorted(edges[order], code), len(order) - 1)]
    return np.where((edges[edge] == code) & live.trained[edge], edge, -1)


def equations(live: Live, slots: Slots) -> tuple[Integers, Integers, Integers]:
    """(row, unknown, value): the equations between the unknowns, some places twice."""
    absent = slots.edge < 0
    rows = [(slots.slot[absent], slots.unknown[absent], slots.value[absent])]
    at_edges = (a[~absent] for a in (slots.edge, slots.key, slots.unknown, slots.value))
    rows += _at_edges(live, *at_edges)
    first, parts = 0, []
    for row, unknown, value in rows:
        parts.append((row + first, unknown, value))
        first += int(row.max(initial=-1)) + 1
    row, unknown, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return np.unique(row, return_inverse=True)[1], unknown, value


def _at_edges(live: Live, edge, key, unknown, value):
    """The equations at trained edges: those of one parameter agree with the one of them that has
    fewest entries, and these are symmetric."""
    width, trained = live.none + 1, np.flatnonzero(live.trained)
    filled = np.bincount(edge, minlength=len(live.tail))
    order = trained[np.lexsort((filled[trained], live.key[trained]))]
    first = np.zeros(width, dtype=np.int64)
    first[live.key[order][::-1]] = order[::-1]
    chosen = edge == first[live.key[edge]]
    here = [a[~chosen] for a in (edge, key, unknown, value)]
    edge, key, unknown, value = (a[chosen] for a in (edge, key, unknown, value))
    own = live.key[edge]
    k, place = Groups(live.key[trained], width).of(own)
    k, place = (a[trained[place] != edge[k]] for a in (k, trained[place]))
    there = (place, key[k], unknown[k], -value[k])
    at, which, number, amount = (np.concatenate(part) for part in zip(here, there, strict=True))
    yield at * width + which, number, amount
    mixed = (key != own) & (key != live.none)
    low, high = np.minimum(own, key)[mixed], np.maximum(own, key)[mixed]
    yield low * width + high, unknown[mixed], np.where(own < key, value, -value)[mixed]


def _summed(row, unknown, value, count: int):
    """Entries at one place added up, zeros left out, row by row."""
    code, place = np.unique(row * count + unknown, return_inverse=True)
    total = np.zeros(len(code), dtype=np.int64)
    np.add.at(total, place, value)
    code, total = code[total != 0], total[total != 0]
    return code // count, code % count, total


@dataclass(frozen=True, eq=False)
class Reduced:
    """Equations between few unknowns: every unknown u is sign[u] times the one with the number
    same[u], which is no smaller, and sign[u] is 0 if u is."""

    row: Integers
    unknown: Integers
    value: Integers
    same: Integers
    sign: Integers

    @staticmethod
    def of(
        row: Integers, unknown: Integers, value: Integers, count: int, ask: Ask = nobody
    ) -> Reduced:
        """What is left when equations x = 0, x = y and x = -y are solved, again and again."""
        same, sign = np.arange(count), np.ones(count, dtype=np.int64)
        row, unknown, value = _summed(row, unknown, value, count)
        for _ in range(ROUNDS):
            ask()
            size = np.bincount(row)[row]
            if (size == 1).any():
                sign[unknown[size == 1]] = 0
                keep = sign[unknown] != 0
                row, unknown, value = row[keep], unknown[keep], value[keep]
                continue
            two = np.flatnonzero(size == 2)[::2]
            two = two[np.abs(value[two]) == np.abs(value[two + 1])]
            if not len(two):
                break
            opposite = np.sign(value[two]) == np.sign(value[two + 1])
            merged, factor = _merged(count, unknown[two], unknown[two + 1], opposite)
            sign, same = sign * sign[same] * factor[same], merged[same]
            value, keep = value * factor[unknown], factor[unknown] != 0
            row, unknown, value = row[keep], merged[unknown][keep], value[keep]
            row, unknown, value = _summed(row, unknown, value, count)
        return Reduced(row, unknown, value, same, sign * (sign[same] != 0))


def _merged(count: int, x: Integers, y: Integers, opposite) -> tuple[Integers, Integers]:
    """(same, sign) for the equations x = y, or x = -y where opposite.

    By the components of a graph with two nodes for each unknown, one for each sign.
    """
    a = np.concatenate([2 * x, 2 * x + 1])
    b = np.concatenate([2 * y + opposite, 2 * y + 1 - opposite])
    label = np.arange(2 * count)
    while True:
        larger, top = label.copy(), np.maximum(label[a], label[b])
        np.maximum.at(larger, label[a], top)
        np.maximum.at(larger, label[b], top)
        larger = larger[larger]
        if np.array_equal(larger, label):
            break
        label = larger
    plus, minus = label[::2], label[1::2]
    return plus // 2, np.where(plus == minus, 0, 1 - 2 * (plus % 2))


@dataclass(frozen=True, eq=False)
class Solutions:
    """A basis of the solutions: entries vector, unknown, value. last[i]: the unknown where vector
    i ends; those of potentials end at an unknown with v = w."""

    vector: Integers
    unknown: Integers
    value: Integers
    last: Integers


def solutions(reduced: Reduced, work: int, ask: Ask = nobody) -> Solutions | None:
    """A basis in integers, guessed modulo a prime; None where elimination takes more work."""
    numbers = np.flatnonzero((reduced.sign != 0) & (reduced.same == np.arange(len(reduced.same))))
    column = np.searchsorted(numbers, reduced.unknown)
    count = len(numbers)
    solved = sparse.nullspace(reduced.row, column, reduced.value, count, PRIME, work, ask)
    if solved is None:
        return None
    free, *entries = (a.tolist() for a in solved)
    vectors = [[(k, 1)] for k in free]
    for i, k, x in zip(*entries, strict=True):
        vectors[i].append((k, x))
    found, bound = [], isqrt(PRIME // 2)
    for last, vector in zip(free, vectors, strict=True):
        ask()
        pairs = [rational(x, PRIME, bound) for _, x in vector]
        values = [] if None in pairs else integers_of(pairs)
        if values and max(map(abs, values)) < LARGE:
            found.append((last, [k for k, _ in vector], values))
    vector = np.repeat(np.arange(len(found)), [len(values) for _, _, values in found])
    numbered = numbers[np.array([k for _, places, _ in found for k in places], dtype=np.int64)]
    value = np.array([x for _, _, values in found for x in values], dtype=np.int64)
    left = np.flatnonzero(reduced.sign)
    k, place = Groups(reduced.same[left], len(reduced.same)).of(numbered)
    last = numbers[np.array([last for last, _, _ in found], dtype=np.int64)]
    return Solutions(vector[k], left[place], value[k] * reduced.sign[left[place]], last)
