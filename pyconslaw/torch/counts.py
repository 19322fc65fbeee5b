"""How many laws are independent near a generic point, in formulas that take no more time for large
models; what the formulas do not reach is counted by a rank modulo a prime where it is small.

Families leave one after another: one of them has entries, or functions of an axis, that no other
has, on which its gradients alone have their full rank; then the rank of all is its own and that of
the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.torch.evaluate import entries_at, entries_of
from pyconslaw.torch.found import BLOCK, DIAGONAL, LINEAR, Family, Found, Term
from pyconslaw.torch.sums import linear_rank

PRIME = 2**31 - 1
SMALL = 2000  # entries of parameters, and laws, whose rank is taken

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Counts:
    """Numbers of independent laws of the trainable parameters.

    Attributes
    ----------
    total : int
        Of all families together.
    each : tuple of int
        Of each family alone.
    exact : int
        Together, of the families that ignore nothing.
    kinds : dict
        Together, of each kind alone: "diagonal", "block", "linear".
    how : str
        "formula"; "rank modulo 2147483647" or, of linear laws, "rank at random entries", for what
        the formulas do not reach; "at most": families were added that are too large for a rank.
    """

    total: int
    each: tuple[int, ...]
    exact: int
    kinds: dict[str, int]
    how: str


def counts(found: Found, seed: int = 0) -> Counts:
    """Independent laws near a generic point of the trainable parameters."""
    shapes = {one.name: one.shape for one in found.parameters if one.trainable}
    reduced = [reduce(family, shapes) for family in found.families]

    def together(chosen: Iterable[int]) -> tuple[int, str]:
        families = [one for k in chosen if (one := reduced[k])]
        still = {f.parameters[0] for f in families if _holds_all(f, shapes)}
        moving = {name: shape for name, shape in shapes.items() if name not in still}
        rest = [one for f in families if (one := reduce(f, moving))]
        total, how = _together(rest, moving, seed)
        return total + sum(int(np.prod(shapes[name], dtype=np.int64)) for name in still), how

    each = tuple(together([k])[0] for k in range(len(reduced)))

    everything = range(len(reduced))
    total, how = together(everything)
    exact = [k for k in everything if found.families[k].exact]
    kinds = {
        kind: together(k for k in everything if found.families[k].kind == kind)[0]
        for kind in (DIAGONAL, BLOCK, LINEAR)
    }
    of_exact = total if len(exact) == len(reduced) else together(exact)[0]
    return Counts(total, each, of_exact, kinds, how)


def _holds_all(family: Family, shapes: Shapes) -> bool:
    """Whether it says of each entry of one parameter that it never changes: for all other families
    they are constants then.
    """
    first = family.terms[0]
    if family.kind != LINEAR or len(family.terms) > 1 or first.shape[2] > 1:
        return False
    return np.unique(first.positions).size == first.extents(shapes[first.parameter])[0]


def reduce(family: Family, shapes: Shapes) -> Family | None:
    """The family without what is constant: frozen parameters, terms that cancel, laws that are
    zero; None when nothing is left.
    """
    merged: dict[tuple, Term] = {}
    for term in family.terms:
        if term.parameter not in shapes or not term.shape[2]:
            continue
        key = (term.parameter, term.axes, term.shift, term.shape, term.positions.tobytes())
        before = merged[key].coefficient if key in merged else Fraction(0)
        merged[key] = Term(
            term.parameter, term.axis, term.positions, before + term.coefficient, term.shift
        )
    terms = tuple(term for term in merged.values() if term.coefficient)
    if not terms:
        return None
    if family.kind == BLOCK:
        return Family(BLOCK, terms)
    kept = _nonzero(family.kind, terms, shapes)
    if not kept.any():
        return None
    if not kept.all():
        terms = tuple(
            Term(t.parameter, t.axis, t.positions[kept], t.coefficient, t.shift) for t in terms
        )
    return Family(family.kind, terms)


def _nonzero(kind: str, terms: tuple[Term, ...], shapes: Shapes) -> np.ndarray:
    """Which laws are no zero forms: sums of functions of one axis each vanish where each is
    constant, and the constants cancel.
    """
    groups: dict[tuple, list[Term]] = {}
    for term in terms:
        key = (term.parameter, term.shift) if kind == DIAGONAL else (term.parameter, term.axes)
        groups.setdefault(key, []).append(term)
    kept = np.full(terms[0].shape[0], any(len(group) == 1 for group in groups.values()))
    for law in np.flatnonzero(~kept):
        kept[law] = any(_is_a_form(int(law), group, shapes) for group in groups.values())
    return kept


def _is_a_form(law: int, group: list[Term], shapes: Shapes) -> bool:
    """Whether functions of axes have a sum that is not zero everywhere."""
    shape = shapes[group[0].parameter] or (1,)
    common = lcm(*(term.coefficient.denominator for term in group))
    total = np.zeros((1,) * len(shape), dtype=object)
    for term in group:
        function = np.zeros(term.extents(shape)[0], dtype=object)
        np.add.at(function, term.positions[law, 0], int(term.coefficient * common))
        total = total + function.reshape([n if k in term.axes else 1 for k, n in enumerate(shape)])
    return bool(total.any())


def family_count(family: Family, shapes: Shapes) -> int:
    """Independent laws of one family that was reduced."""
    if family.kind == DIAGONAL:
        return family.laws
    rest = [term.extents(shapes[term.parameter])[1] for term in family.terms]
    if family.kind == LINEAR:
        return family.laws * rest[0]
    return family.laws * block_count(
        family.rows, sum(n * term.shape[2] for n, term in zip(rest, family.terms, strict=True))
    )


def block_count(rows: int, entries: int) -> int:
    """Independent entries of X S X^T for a generic X with so many rows and entries in each row.

    >>> block_count(2, 4), block_count(3, 2), block_count(4, 1)
    (3, 5, 4)
    """
    if rows <= entries:
        return rows * (rows + 1) // 2
    return entries * rows - entries * (entries - 1) // 2


def _together(families: list[Family], shapes: Shapes, seed: int) -> tuple[int, str]:
    left = dict(enumerate(families))
    users: dict[str, set[int]] = {}
    for k, family in left.items():
        for name in family.parameters:
            users.setdefault(name, set()).add(k)
    total, waiting = 0, list(left)
    while waiting:
        k = waiting.pop()
        if k not in left or not _leaves(k, left, users, shapes):
            continue
        family = left.pop(k)
        total += family_count(family, shapes)
        for name in family.parameters:
            users[name].discard(k)
            waiting.extend(users[name])
    how = "formula"
    for part in _parts(left, users):
        linear = all(family.kind == LINEAR for family in part.values())
        known = linear_rank(list(part.values()), shapes, seed) if linear else None
        if known is not None:
            total, how = total + known, how if how == "at most" else "rank at random entries"
            continue
        size = sum(int(np.prod(shapes[name])) for name in _names(part))
        expected = sum(family_count(family, shapes) for family in part.values())
        if size <= SMALL and expected <= SMALL:
            total += modular_rank(list(part.values()), shapes, seed)
            how = how if how != "formula" else f"rank modulo {PRIME}"
        else:
            total, how = total + expected, "at most"
    return total, how


def _leaves(k: int, left: dict[int, Family], users: dict[str, set[int]], shapes: Shapes) -> bool:
    """Whether the gradients of family k have full rank on what no other family has."""
    family = left[k]
    private: list[Term] = []
    for name in family.parameters:
        own = [term for term in family.terms if term.parameter == name]
        neighbours = [left[j] for j in users[name] if j != k]
        others = [t for one in neighbours for t in one.terms if t.parameter == name]
        if family.kind == DIAGONAL:
            sums = [
                t
                for one in neighbours
                if one.kind == LINEAR
                for t in one.terms
                if t.parameter == name
            ]
            if _outgrows(own, sums, shapes[name]):
                others = [t for t in others if t not in sums]
        if len({term.axes for term in (*own, *others)}) == 1 and _is_apart(own, shapes[name]):
            if _disjoint(own, others):
                private.extend(own)
                continue
        if all(one.kind == DIAGONAL for one in (family, *neighbours)):
            if _differs(own, others, shapes[name]):
                return True
    if not private:
        return False
    if family.kind != BLOCK:
        return True
    entries = sum(term.shape[2] * term.extents(shapes[term.parameter])[1] for term in private)
    return family.laws * block_count(family.rows, entries) == family_count(family, shapes)


def _outgrows(own: list[Term], sums: list[Term], shape: tuple[int, ...]) -> bool:
    """Whether linear laws are too few to span the entries of a slice, for each slice: generic
    weights of it are no combination of them then.
    """
    for term in own:
        along, rest = term.extents(shape)
        met = 0
        for one in sums:
            rows = one.shape[0] * one.extents(shape)[1]
            apart = not set(one.axes) & set(term.axes)
            met += rows * term.shape[2] // along if apart else rows
        if met >= term.shape[2] * rest:
            return False
    return True


def _differs(own: list[Term], others: list[Term], shape: tuple[int, ...]) -> bool:
    """Whether differences along an axis, which no other family sees, tell all laws apart."""
    if len({term.shift for term in (*own, *others)}) != 1:
        return False
    elsewhere = {axis for term in others for axis in term.axes}
    for axis in {axis for term in own for axis in term.axes} - elsewhere:
        here = [term for term in own if axis in term.axes]
        covered = sum(term.positions.size for term in here)
        alone = all(term.axes == (axis,) for term in here)
        if alone and _is_apart(here, shape) and covered < shape[axis]:
            return True
    return False


def _is_apart(terms: list[Term], shape: tuple[int, ...]) -> bool:
    """Whether no position of an axis occurs twice."""
    times = np.zeros(terms[0].extents(shape)[0], dtype=np.int64)
    for term in terms:
        times += np.bincount(term.positions.ravel(), minlength=times.size)
    return bool(times.max(initial=0) <= 1)


def _disjoint(own: list[Term], others: list[Term]) -> bool:
    if not others:
        return True
    mine = np.unique(np.concatenate([term.positions.ravel() for term in own]))
    return not any(np.isin(other.positions, mine).any() for other in others)


def _names(part: dict[int, Family]) -> set[str]:
    return {name for family in part.values() for name in family.parameters}


def _parts(left: dict[int, Family], users: dict[str, set[int]]) -> list[dict[int, Family]]:
    """What is left, in sets without a parameter in common."""
    parts, seen = [], set()
    for start in left:
        if start in seen:
            continue
        part, waiting = {}, [start]
        seen.add(start)
        while waiting:
            k = waiting.pop()
            part[k] = left[k]
            for name in left[k].parameters:
                waiting.extend(users[name] - seen)
                seen |= users[name]
        parts.append(part)
    return parts


def modular_rank(families: list[Family], shapes: Shapes, seed: int = 0) -> int:
    """The rank of all gradients at a random point modulo a prime: a lower bound of the generic
    rank, which it misses with a probability of some millionths at most.
    """
    names = sorted({name for family in families for name in family.parameters})
    starts, size = {}, 0
    for name in names:
        starts[name] = size
        size += int(np.prod(shapes[name]))
    rng = np.random.default_rng(seed)
    weights = {name: rng.integers(0, PRIME, size=shapes[name]) for name in names}
    basis = Echelon(size, PRIME)
    for family in families:
        first = family.terms[0]
        listed = entries_of(family, first.extents(shapes[first.parameter])[1])
        rows = [_row(family, weights, which, starts, size) for which in listed]
        basis.extend(np.array(rows, dtype=np.uint64).reshape(-1, size))
    return basis.rank


def _row(family: Family, weights, which, starts: dict[str, int], size: int) -> np.ndarray:
    row = np.zeros(size, dtype=np.int64)
    law, entry = which
    for term in family.terms:
        weight = weights[term.parameter]
        place = entries_at(term, weight.shape)
        start = starts[term.parameter]
        flat, source = row[start : start + weight.size], weight.reshape(-1)
        factor, shift = (_residue(value) for value in (term.coefficient, term.shift))
        if family.kind == LINEAR:
            for p in place[term.positions[law, 0], entry[0]]:
                flat[p] = (flat[p] + factor) % PRIME
            continue
        first, second = (place[term.positions[law, i]] for i in entry)
        for p, q in zip(first, second, strict=True):
            flat[p] = (flat[p] + factor * ((source[q] + shift) % PRIME)) % PRIME
            flat[q] = (flat[q] + factor * ((source[p] + shift) % PRIME)) % PRIME
    return row


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME
