"""Actions on tensors: sums of arrays of unknowns, of size 1 along axes where they are constant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from .unknowns import ZERO

LARGEST = 1 << 27  # unknowns in one array


@dataclass(frozen=True, eq=False)
class Part:
    """coef times the unknowns `ids`, which broadcast to the tensor's shape."""

    ids: np.ndarray
    coef: Fraction = Fraction(1)

    @property
    def support(self) -> frozenset[int]:
        """Axes along which the unknowns differ."""
        return frozenset(k for k, n in enumerate(self.ids.shape) if n > 1)

    def times(self, factor) -> Part:
        """The part with another coefficient."""
        return replace(self, coef=self.coef * factor)


def scaled(parts, factor):
    """Parts times a number."""
    return tuple(part.times(Fraction(factor)) for part in parts)


def padded(ids, ndim):
    """Ids with leading axes of size 1."""
    return ids.reshape((1,) * (ndim - ids.ndim) + ids.shape)


def aligned(parts, ndim):
    """Parts of a tensor that is broadcast to more axes."""
    return tuple(replace(part, ids=padded(part.ids, ndim)) for part in parts)


def permuted(parts, order):
    """Parts of a permuted tensor."""
    return tuple(replace(part, ids=part.ids.transpose(order)) for part in parts)


def chunks(old, new):
    """Groups of consecutive axes of two shapes of one size, as small as can be."""
    found, i, j = [], 0, 0
    while i < len(old) or j < len(new):
        a, b = i, j
        left = right = 1
        if i < len(old):
            left, i = old[i], i + 1
        if j < len(new):
            right, j = new[j], j + 1
        while left != right:
            if left < right:
                left, i = left * old[i], i + 1
            else:
                right, j = right * new[j], j + 1
        found.append(((a, i), (b, j)))
    return found


def reshaped(unknowns, parts, old, new):
    """Parts of a tensor that is read with another shape; None where that takes too many."""
    found = []
    for part in parts:
        ids, shape, tags = part.ids, [], None
        full = []
        for (a, b), (c, d) in chunks(old, new):
            varies = any(ids.shape[k] > 1 for k in range(a, b))
            full += list(old[a:b]) if varies else [1] * (b - a)
            shape += list(new[c:d]) if varies else [1] * (d - c)
        if np.prod(full, dtype=np.int64) > LARGEST:
            return None
        if tuple(full) != ids.shape:
            # each place on the axes that are filled is a copy of its own
            grown = [n if ids.shape[k] == 1 else 1 for k, n in enumerate(full)]
            tags = np.arange(int(np.prod(grown)), dtype=np.int64).reshape(grown)
            ids = unknowns.copies(np.broadcast_to(ids, full), tags)
        found.append(replace(part, ids=ids.reshape(shape)))
    return tuple(found)


def joined(unknowns, pieces, axis):
    """Parts of tensors that are laid side by side: pieces are (parts, size along the axis)."""
    total = sum(size for _, size in pieces)
    merged: list[list] = []  # coefficient, shape of the other axes, array, last piece
    start = 0
    for k, (parts, size) in enumerate(pieces):
        for part in parts:
            ids = part.ids
            if ids.shape[axis] != size:
                tags = np.arange(size).reshape([-1 if i == axis else 1 for i in range(ids.ndim)])
                wide = [size if i == axis else n for i, n in enumerate(ids.shape)]
                ids = unknowns.copies(np.broadcast_to(ids, wide), tags)
            key = (part.coef, ids.shape[:axis] + ids.shape[axis + 1 :])
            home = next((m for m in merged if m[0] == key and m[2] != k), None)
            if home is None:
                shape = [total if i == axis else n for i, n in enumerate(ids.shape)]
                home = [key, np.full(shape, ZERO, dtype=np.int64), k]
                merged.append(home)
            place = [slice(None)] * ids.ndim
            place[axis] = slice(start, start + size)
            home[1][tuple(place)] = ids
            home[2] = k
        start += size
    return tuple(Part(array, key[0]) for key, array, _ in merged)


def taken(parts, axis, positions, size):
    """Parts of the tensor at positions of an axis; ids that vary elsewhere stay as they are."""
    found = []
    for part in parts:
        if part.ids.shape[axis] > 1:
            part = replace(part, ids=part.ids.take(positions, axis=axis))
        found.append(part)
    return tuple(found)
