"""Independent linear laws: sums of entries, many of them over the same entries.

The laws are independent but for combinations that vanish on every entry. These are found from
equations at some entries: all of small parameters, else three of each law, two of them at random. A
combination that vanishes there and not everywhere would make the number too small, and has a small
probability.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm, prod

import numpy as np

from pyconslaw.exact.nullspace import integer_rank
from pyconslaw.torch.evaluate import entries_at
from pyconslaw.torch.found import Family, Term

MOST = 300_000  # laws
SMALL = 1 << 12  # entries of a parameter that are all taken
LARGEST = 1 << 27  # entries of a parameter whose places are numbered

Shapes = dict[str, tuple[int, ...]]


def linear_rank(families: list[Family], shapes: Shapes, seed: int = 0) -> int | None:
    """The rank of linear families together, None when they are too many or a law takes an entry
    twice.
    """
    starts, laws = [], 0
    for family in families:
        starts.append(laws)
        laws += family.laws * _rest(family.terms[0], shapes)
    users: dict[str, list[tuple[int, Term]]] = {}
    for start, family in zip(starts, families, strict=True):
        for term in family.terms:
            users.setdefault(term.parameter, []).append((start, term))
    sizes = [int(np.prod(shapes[name], dtype=np.int64)) for name in users]
    if laws > MOST or max(sizes) > LARGEST:
        return None
    rng = np.random.default_rng(seed)
    pieces, equations = [], 0
    for name, terms in users.items():
        inverse = []
        for _, term in terms:
            laws_at = _laws_at(term, shapes[name])
            if laws_at is None:
                return None
            inverse.append(laws_at)
        entries = np.unique(np.concatenate([_some(t, shapes[name], rng) for _, t in terms]))
        common = lcm(*(term.coefficient.denominator for _, term in terms))
        for (start, term), places in zip(terms, inverse, strict=True):
            where, rest = _places(term, shapes[name], entries)
            law = places[where]
            touched = law >= 0
            column = start + law * _rest(term, shapes) + rest
            factor = int(Fraction(term.coefficient) * common)
            rows = equations + np.flatnonzero(touched)
            pieces.append((rows, column[touched], np.full(rows.size, factor)))
        equations += entries.size
    rows, columns, values = (np.concatenate([p[k] for p in pieces]) for k in range(3))
    return integer_rank((rows, columns, values), shape=(equations, laws))


def _rest(term: Term, shapes: Shapes) -> int:
    return term.extents(shapes[term.parameter])[1]


def _laws_at(term: Term, shape: tuple[int, ...]) -> np.ndarray | None:
    """The law that takes each position, -1 for none, None when one is taken twice."""
    laws, _, width = term.shape
    found = np.full(term.extents(shape)[0], -1)
    found[term.positions.ravel()] = np.repeat(np.arange(laws), width)
    taken = np.count_nonzero(found >= 0)
    return found if taken == term.positions.size else None


def _some(term: Term, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Numbers of entries: the first of each law, and two at random; all of a small parameter."""
    if prod(shape) <= SMALL:
        return np.arange(prod(shape))
    laws, _, width = term.shape
    rest = np.arange(term.extents(shape)[1])
    first = term.positions[:, 0, :1]
    place = entries_at(term, shape)
    found = [place[first, rest].ravel()]
    for _ in range(2):
        drawn = rng.integers(width, size=(laws, rest.size))
        random = np.take_along_axis(term.positions[:, 0], drawn, axis=1)
        found.append(place[random, rest].ravel())
    return np.concatenate(found)


def _places(
    term: Term, shape: tuple[int, ...], entries: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Positions on the term's axes, and on the others, of entries by number."""
    shape = shape or (1,)
    index = np.unravel_index(entries, shape)
    others = [axis for axis in range(len(shape)) if axis not in term.axes]
    along = np.ravel_multi_index([index[a] for a in term.axes], [shape[a] for a in term.axes])
    if not others:
        return along, np.zeros_like(along)
    rest = np.ravel_multi_index([index[a] for a in others], [shape[a] for a in others])
    return along, rest
