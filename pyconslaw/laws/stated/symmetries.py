"""Laws of degree 1 and 2 that are read off a graph with tied or frozen weights, or with twins.

Let z_w be the values of a probe f, d_v = df/d(what the edges bring to v), and give pairs of nodes
numbers p(v, w), for a w that is neither a source nor gated, and q(v, w), for a v that is neither
an output nor gated. Since z_w = sum of theta_uw z_u and d_v = sum of theta_vx d_x, the sum of

    p(v, w) (sum over u -> w of theta_uw z_u d_v - z_w d_v)
  + q(v, w) (sum over v -> x of theta_vx z_w d_x - z_w d_v)

is 0 whatever they are, and so is sum over u of theta_uv z_u d_v - sum over x of theta_vx z_v d_x
for a gated v that is neither a source nor an output. Collect the coefficients of all z_u d_v: if
there are none where no trained edge runs from u to v, and the same delta_k at all edges with
parameter k, then sum_k delta_k df/dtheta_k = 0: theta' = delta, which is affine in theta, is an
infinitesimal symmetry of phi. If delta is a gradient, delta = grad h, then h is a law.

With q = -p the numbers are a change of basis among the neurons, delta = [W, p^T] for the matrix W
of the weights. p(v, v) = pi(v) alone gives the laws of potentials, p(i, j) = p(j, i) = 1 the
balance law of twins; the same at every step of a linear recurrent network with the weights A, B, C
gives the entries of A A^T - A^T A + B B^T - C^T C. See docs/mathematics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyconslaw._core import sparse
from pyconslaw.laws.stated.symmetry_equations import (
    PRIME,
    Reduced,
    Slots,
    Solutions,
    equations,
    solutions,
)
from pyconslaw.laws.stated.symmetry_pairs import (
    BOTH,
    SIGNAL,
    Groups,
    Integers,
    Live,
    Unknowns,
    unknowns,
)
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.graph import Graph
from pyconslaw.records.polynomial import Monomial, Polynomial

SLOTS = 4_000_000  # entries of the equations: about two seconds a million
SLOT_BYTES = 300  # of such an entry, as measured on recurrent networks
MOST = 1 << 26  # of them, whatever the limit: so no sum below passes 2^62
WORK = 20  # entries that elimination may touch, for each slot
BLOCK = 1 << 21  # entries of the slots of some solutions that are held at a time
HEAVY = 1 << 20  # a frozen weight from which no law is looked for

Terms = list[tuple[int, Monomial]]


def symmetry_laws(
    graph: Graph, limit: int = SLOTS, known: bool = False, *, ask: Ask = nobody
) -> list[tuple[dict, Polynomial]]:
    """Laws of degree at most 2 by symmetries of a graph that are read off its edges.

    Parameters
    ----------
    graph
        With or without tied and frozen weights; dead edges are left out.
    limit
        How many entries the equations may have. Beyond, fewer pairs of nodes are looked at, or
        none: the laws that are found are exact, but need not be all.
    known
        Also those that are laws of potentials, or balance laws of twins without ties.
    ask
        Called now and then; what it raises ends the search.

    Returns
    -------
    list
        (reason, law): reason is {"symmetry": [[v, w, p, q], ...]}, as in certificates. The laws
        are linearly independent, also of those that are left out.

    Examples
    --------
    >>> from pyconslaw import recurrent
    >>> from pyconslaw.laws.stated.symmetries import symmetry_laws
    >>> network = recurrent(1, 2, 1, 3, "linear")
    >>> [(reason, law)] = symmetry_laws(network.graph)
    >>> reason["symmetry"][:2]
    [[3, 4, 1, -1], [4, 3, 1, -1]]
    """
    live = Live.of(graph)
    if not len(live.tail) or int(np.abs(live.weight).max()) >= HEAVY:
        return []
    limit = min(limit, MOST)
    ask()
    numbers = unknowns(live, limit, known)
    ask()
    if numbers is None or len(numbers.v) == (0 if known else numbers.diagonal):
        return []
    slots, count = Slots.of(live, numbers), len(numbers.v)
    reduced = Reduced.of(*equations(live, slots), count, ask)
    if not known and (reduced.same[reduced.sign != 0] < numbers.diagonal).all():
        return []
    found = solutions(reduced, WORK * limit, ask)
    if found is None:
        return []
    laws = {}
    for k, law in _laws(live, slots, found, limit):
        ask()
        laws[k] = law
    old = [law for k, law in laws.items() if found.last[k] < numbers.diagonal and not known]
    new = [k for k in laws if found.last[k] >= numbers.diagonal or known]
    chosen = _independent(old, [laws[k] for k in new], ask) if new else []
    return [_reason(numbers, found, new[k], laws[new[k]]) for k in chosen]


def _laws(live: Live, slots: Slots, found: Solutions, limit: int) -> Iterator[tuple[int, Terms]]:
    """(k, terms of twice the law) for the solutions that are symmetries and gradients, exactly.

    Those are left out by which more than `limit` slots would be filled, all together.
    """
    by, filled = Groups(slots.unknown, int(slots.unknown.max()) + 1), np.zeros(len(found.last), int)
    np.add.at(filled, found.vector, by.size[found.unknown])
    filled = np.cumsum(filled)
    block = filled[filled <= limit] // BLOCK
    for b in np.unique(block):
        first, end = np.searchsorted(block, [b, b + 1])
        mine = slice(*np.searchsorted(found.vector, [first, end]))
        vector, unknown, value = (a[mine] for a in (found.vector, found.unknown, found.value))
        k, place = by.of(unknown)
        terms = _terms(live, slots, vector[k] - first, place, value[k] * slots.value[place])
        yield from ((int(first) + i, law) for i, law in terms.items())


def _terms(live: Live, slots: Slots, vector: Integers, place: Integers, amount: Integers):
    """{vector: terms of twice its law}: `amount` is added to the slots of the entries `place`."""
    width, good = live.none + 1, np.ones(int(vector.max(initial=-1)) + 1, dtype=bool)
    at, which, _ = _grouped(vector, slots.slot[place])
    total = np.zeros(len(at), dtype=np.int64)
    np.add.at(total, which, amount)
    at, total = at[total != 0], total[total != 0]
    vector, edge, key = vector[at], slots.edge[place[at]], slots.key[place[at]]
    good[vector[edge < 0]] = False
    vector, edge, key, total = (a[edge >= 0] for a in (vector, edge, key, total))
    k = live.key[edge]
    at, which, times = _grouped(vector, k * width + key)
    good[vector[total != total[at][which]]] = False
    vector, k, key, total = (a[at] for a in (vector, k, key, total))
    good[vector[times != np.bincount(live.key, minlength=width)[k]]] = False
    mixed = np.flatnonzero((key != live.none) & (key != k))
    pair = np.minimum(k, key)[mixed] * width + np.maximum(k, key)[mixed]
    at, which, times = _grouped(vector[mixed], pair)
    wrong = (times[which] != 2) | (total[mixed] != total[mixed][at][which])
    good[vector[mixed[wrong]]] = False
    laws: dict[int, Terms] = {}
    chosen = good[vector] & (k <= key)
    for i, a, b, c in zip(*(x[chosen].tolist() for x in (vector, k, key, total)), strict=True):
        if b == live.none:
            term = (2 * c, ((a, 1),))
        else:
            term = (c, ((a, 2),)) if a == b else (2 * c, ((a, 1), (b, 1)))
        laws.setdefault(i, []).append(term)
    return laws


def _grouped(vector: Integers, label: Integers) -> tuple[Integers, Integers, Integers]:
    """Entries with one vector and label: the first of each, the group of all, and sizes."""
    number = np.unique(label, return_inverse=True)[1]
    code = vector * (int(number.max(initial=0)) + 1) + number
    return np.unique(code, return_index=True, return_inverse=True, return_counts=True)[1:]


def _reason(numbers: Unknowns, found: Solutions, k: int, terms: Terms) -> tuple[dict, Polynomial]:
    """A law with integer coefficients and the numbers for it, the first of them positive."""
    mine = slice(*np.searchsorted(found.vector, [k, k + 1]))
    unknown, scale = found.unknown[mine], 1
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    columns = (numbers.v[unknown], numbers.w[unknown], numbers.kind[unknown], found.value[mine])
    for v, w, kind, x in zip(*(a.tolist() for a in columns), strict=True):
        p, q = pairs.get((v, w), (0, 0))
        pairs[v, w] = (p, q + x) if kind == SIGNAL else (p + x, q - x if kind == BOTH else q)
    if all(c % 2 == 0 for c, _ in terms):
        terms = [(c // 2, m) for c, m in terms]
    else:
        scale = 2
    if pairs[min(pairs)] < (0, 0):
        terms, scale = [(-c, m) for c, m in terms], -scale
    reason = [[v, w, scale * p, scale * q] for (v, w), (p, q) in sorted(pairs.items())]
    return {"symmetry": reason}, Polynomial.of(terms)


def _independent(old: list[Terms], new: list[Terms], ask: Ask) -> list[int]:
    """Which of the new laws are no combinations of the old ones and new ones before them."""
    number: dict[Monomial, int] = {}
    entries = [
        (number.setdefault(monomial, len(number)), k, c % PRIME)
        for k, law in enumerate([*old, *new])
        for c, monomial in law
    ]
    row, column, value = (np.array(part) for part in zip(*entries, strict=True))
    solved = sparse.nullspace(row, column, value, len(old) + len(new), PRIME, ask=ask)
    dependent = set(solved[0].tolist())
    return [k for k in range(len(new)) if len(old) + k not in dependent]
