"""From classes of unknowns to families of laws: |slice|^2 with its coefficient, and blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from .found import Family, Term
from .parts import aligned
from .state import State
from .unknowns import ZERO, mixed


@dataclass(frozen=True, eq=False)
class Column:
    """A part of a parameter's action: unknowns along axes of it."""

    name: str
    axes: tuple[int, ...]
    coef: Fraction
    shift: Fraction
    ids: np.ndarray


@dataclass(eq=False)
class Table:
    """One row for each place where an unknown occurs in a parameter, sorted by root."""

    root: np.ndarray
    kind: np.ndarray  # number of (parameter, axes, coefficient, shift)
    position: np.ndarray
    label: np.ndarray
    kinds: list[tuple[str, tuple[int, ...], Fraction, Fraction]]
    shapes: dict[str, tuple[int, ...]]


def families(state: State, used) -> tuple[Family, ...]:
    """Diagonal and block laws of the parameters that are used and trained."""
    columns = [c for name in used for c in columns_of(state, name)]
    if not columns:
        return ()
    table = occurrences(state, columns)
    if not len(table.root):
        return ()
    starts = np.flatnonzero(np.r_[True, table.root[1:] != table.root[:-1]])
    count = np.diff(np.r_[starts, len(table.root)])
    block, rows = blocks(state, table, starts)
    flags = ignored_roots(state)
    return tuple(made(state, table, (starts, count), (block, rows), flags))


def columns_of(state: State, name):
    """The parts of one parameter's action; a constant one selects all entries."""
    weight = state.weights[name]
    for part in state.nonzero(weight.parts or ()):
        shape = weight.shape or (1,)
        ids = part.ids.reshape(part.ids.shape or (1,))
        axes = tuple(k for k, n in enumerate(ids.shape) if n > 1) or (0,)
        full = [n if k in axes else 1 for k, n in enumerate(shape)]
        yield Column(name, axes, part.coef, weight.shift, np.broadcast_to(ids, full).ravel())


def occurrences(state: State, columns) -> Table:
    """All places of unknowns that are not zero."""
    unknowns = state.unknowns
    kinds: dict = {}
    roots, which, positions, labels = [], [], [], []
    for column in columns:
        found, codes = unknowns.find(column.ids)
        for root, code in state.relations.substituted(found, codes):
            live = np.flatnonzero((root != ZERO) & (code != 0))
            root, code = root[live], code[live]
            lookup = np.zeros(len(unknowns.ratios.values), dtype=np.int64)
            for c in np.unique(code).tolist():
                coef = column.coef * unknowns.ratios.values[c]
                key = (column.name, column.axes, coef, column.shift)
                lookup[c] = kinds.setdefault(key, len(kinds))
            roots.append(root)
            which.append(lookup[code].astype(np.int32))
            positions.append(live.astype(np.int32) if len(found) < 1 << 31 else live)
            labels.append(unknowns.label[column.ids[live]])
    root = np.concatenate(roots)
    order = np.argsort(root, kind="stable")

    def ordered(pieces):
        whole = np.concatenate(pieces)[order]
        pieces.clear()  # they are as large as all that is made of them
        return whole

    shapes = {w.name: w.shape or (1,) for w in state.weights.values()}
    root, kind = ordered(roots), ordered(which)
    return Table(root, kind, ordered(positions), ordered(labels), list(kinds), shapes)


def blocks(state: State, table: Table, starts):
    """For each root the number of its block, and how many rows the block has."""
    sums = sums_of_classes(state)[table.root[starts]]
    with np.errstate(over="ignore"):
        sums = sums * np.uint64(3) + np.add.reduceat(
            mixed(table.label, table.kind.astype(np.uint64)), starts
        )
    _, block, size = np.unique(sums, return_inverse=True, return_counts=True)
    block = np.asarray(block).ravel()
    # two places of one root with one label: which belongs to which is not known
    together = np.flatnonzero(size[block] > 1)
    unclear = together[twice(table, starts, together)]
    if len(unclear):
        sums[unclear] = mixed(sums[unclear], table.root[starts[unclear]])
        _, block, size = np.unique(sums, return_inverse=True, return_counts=True)
        block = np.asarray(block).ravel()
    return block, size


def sums_of_classes(state: State):
    """By root the sum of hashes of the labels of its class: what may mix has equal sums."""
    unknowns = state.unknowns
    root, code = unknowns.find(np.arange(unknowns.size))
    sums = np.zeros(unknowns.size, dtype=np.uint64)
    with np.errstate(over="ignore"):
        hashes = mixed(unknowns.label[: unknowns.size], code)
        np.add.at(sums, root, hashes)
    return sums


def twice(table: Table, starts, chosen):
    """Which of the chosen roots have two places of the same kind and label."""
    count = np.diff(np.r_[starts, len(table.root)])[chosen]
    group = np.repeat(np.arange(len(chosen)), count)
    first = np.cumsum(count) - count
    at = np.repeat(starts[chosen] - first, count) + np.arange(len(group))
    kind, label = table.kind[at], table.label[at]
    order = np.lexsort((label, kind, group))
    group, kind, label = group[order], kind[order], label[order]
    same = (group[1:] == group[:-1]) & (kind[1:] == kind[:-1]) & (label[1:] == label[:-1])
    found = np.zeros(len(chosen), dtype=bool)
    found[group[1:][same]] = True
    return found


def ignored_roots(state: State):
    """Pairs (roots that something ignored needs, what it was)."""
    found = []
    for parts, text in state.ignored:
        parts = state.nonzero(parts)
        if not parts:
            continue
        parts = aligned(parts, max(p.ids.ndim for p in parts))
        shape = np.broadcast_shapes(*(p.ids.shape for p in parts))
        alone = len(parts) == 1 or np.prod(shape) > 1 << 24  # sums that cancel are then kept
        rows = [
            state.relations.collected(some)
            for some in (zip(parts, strict=True) if alone else [parts])
        ]
        roots = np.unique(np.concatenate([root[code != 0] for root, code in rows]))
        if len(roots):
            found.append((roots, text))
    return found


def made(state: State, table: Table, roots, mixing, flags):
    """Families of roots whose laws have one form."""
    (starts, count), (block, size) = roots, mixing
    rows = size[block]
    with np.errstate(over="ignore"):
        form = mixed(np.uint64(7), table.kind.astype(np.uint64))
        form = np.add.reduceat(form, starts)
    form = mixed(form, count)
    form = mixed(form, rows)
    for text_number, (wanted, _) in enumerate(flags):
        at = np.searchsorted(wanted, table.root[starts])
        hit = wanted[np.minimum(at, len(wanted) - 1)] == table.root[starts]
        form[hit] = mixed(form[hit], np.uint64(text_number + 1))
    _, first, which = np.unique(form, return_index=True, return_inverse=True)
    which = np.asarray(which).ravel()
    order = np.lexsort((np.arange(len(starts)), block, which))
    edges = np.flatnonzero(np.r_[True, which[order][1:] != which[order][:-1], True])
    groups = [order[edges[k] : edges[k + 1]] for k in range(len(edges) - 1)]
    for members in sorted(groups, key=lambda m: int(starts[m].min())):
        family = family_of(table, starts[members], int(count[members[0]]), int(rows[members[0]]))
        root = table.root[starts[members[0]]]
        words = tuple(
            dict.fromkeys(
                text
                for wanted, text in flags
                if wanted[min(np.searchsorted(wanted, root), len(wanted) - 1)] == root
            )
        )
        if family is not None:
            yield Family(family[0], family[1], not words, words)


def family_of(table: Table, starts, count, rows):
    """Kind and terms of a family; None for the zero form."""
    at = starts[:, None] + np.arange(count)
    kind, position, label = table.kind[at], table.position[at], table.label[at]
    # rows of one block agree in the order of labels; kinds come first
    if rows > 1:
        order = np.lexsort((label, kind), axis=1)
        kind = np.take_along_axis(kind, order, 1)
        position = np.take_along_axis(position, order, 1)
    else:
        order = np.argsort(kind, axis=1, kind="stable")
        kind = np.take_along_axis(kind, order, 1)
        position = np.take_along_axis(position, order, 1)
    laws = len(starts) // rows
    terms: list[Term] = []
    edges = np.flatnonzero(np.r_[True, kind[0][1:] != kind[0][:-1], True])
    for a, b in zip(edges[:-1], edges[1:], strict=True):
        name, axes, coef, shift = table.kinds[kind[0][a]]
        places = position[:, a:b].reshape(laws, rows, b - a)
        terms.append(Term(name, axes, places, coef, shift))
    kept = tuple(terms) if rows > 1 else without_zero_forms(terms, table)
    return (("block" if rows > 1 else "diagonal"), kept) if kept else None


def without_zero_forms(terms, table: Table):
    """Like terms once; of a whole parameter the sum over rows is that over columns."""
    groups: dict = {}
    for term in terms:
        whole = term.positions.shape[2] == term.extents(table.shapes[term.parameter])[0]
        same = (term.axes, term.positions.tobytes()) if not whole else None
        groups.setdefault((term.parameter, term.shift, same), []).append(term)
    kept = []
    for same_terms in groups.values():
        total = sum(term.coefficient for term in same_terms)
        if total:
            kept.append(replace(same_terms[0], coefficient=total))
    return tuple(kept)
