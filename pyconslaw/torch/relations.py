"""Linear relations between arrays of unknowns: those of two terms at once, others later."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from .parts import Part, aligned
from .unknowns import ZERO

CODE_ZERO = 0


class Relations:
    """Sums of parts that are zero, entry by entry."""

    def __init__(self, unknowns):
        self.unknowns = unknowns
        self.waiting: list[tuple[Part, ...]] = []
        self.helpers: list[np.ndarray] = []  # unknowns that no parameter has

    def helper(self, shape) -> Part:
        """Fresh unknowns that stand for something between tensors."""
        ids = self.unknowns.new(tuple(shape))
        self.unknowns.refine(ids, np.arange(ids.size).reshape(ids.shape))
        self.helpers.append(ids)
        return Part(ids)

    def add(self, parts):
        """The sum of parts is zero."""
        parts = self._nonzero(parts)
        if not parts:
            return
        ndim = max(part.ids.ndim for part in parts)
        groups = grouped(aligned(parts, ndim))
        if len(groups) == 1:
            if not self._settle(groups[0]):
                self.waiting.append(tuple(parts))
            return
        # sums over different axes: each is constant, and the constants cancel
        constants = []
        for group in groups:
            constant = self.helper((1,) * ndim)
            self.add((*group, constant.times(-1)))
            constants.append(constant)
        self.add(tuple(constants))

    def _nonzero(self, parts):
        return tuple(
            p for p in parts if p.coef and not self.unknowns.is_zero(p.ids).all()
        )

    def _settle(self, parts) -> bool:
        """Whether nothing is left to do about one relation; unites what can be united."""
        ndim = max(p.ids.ndim for p in parts)
        parts = self._nonzero(aligned(parts, ndim))
        if not parts:
            return True
        if len(parts) == 1:
            self.unknowns.zero(parts[0].ids)
            return True
        if len(parts) == 2:
            self.unknowns.unite(parts[0].ids, parts[1].ids, -parts[1].coef / parts[0].coef)
            return True
        return self._settle_many(parts)

    def _settle_many(self, parts):
        roots, codes = self.collected(parts)
        count = (codes != CODE_ZERO).sum(axis=0)
        lone = count == 1
        if lone.any():
            at = (codes != CODE_ZERO).argmax(axis=0)[lone]
            self.unknowns.zero(roots[at, np.flatnonzero(lone)])
        double = np.flatnonzero(count == 2)
        if len(double):
            live = codes[:, double] != CODE_ZERO
            first = live.argmax(axis=0)
            last = len(parts) - 1 - live[::-1].argmax(axis=0)
            a, b = roots[first, double], roots[last, double]
            over = self.unknowns.ratios.over
            minus = self.unknowns.ratios.code(Fraction(-1))
            ratio = self.unknowns.ratios.times(
                minus, over(codes[last, double], codes[first, double])
            )
            self.unknowns.unite(a, b, ratio)
        return not (count > 2).any()

    def collected(self, parts):
        """Roots and codes of the coefficients of a relation, like terms once: (terms, entries)."""
        ratios = self.unknowns.ratios
        shape = np.broadcast_shapes(*(p.ids.shape for p in parts))
        roots, codes = [], []
        for part in parts:
            root, code = self.unknowns.find(part.ids)
            code = ratios.times(code, np.int16(ratios.code(part.coef)))
            code = np.where(root == ZERO, CODE_ZERO, code)
            roots.append(np.broadcast_to(root, shape).ravel())
            codes.append(np.broadcast_to(code, shape).ravel().astype(np.int16))
        roots, codes = np.array(roots), np.array(codes)
        for i in range(len(parts)):
            for j in range(i + 1, len(parts)):
                same = (roots[i] == roots[j]) & (codes[j] != CODE_ZERO)
                if same.any():
                    codes[i, same] = ratios.plus(codes[i, same], codes[j, same])
                    codes[j, same] = CODE_ZERO
        return roots, codes

    def settle(self):
        """Settles what waits until nothing changes; the number of relations that are left."""
        while True:
            before = [self.collected(parts) for parts in self.waiting]
            left = [parts for parts in self.waiting if not self._settle(parts)]
            self.waiting = left
            after = [self.collected(parts) for parts in left]
            if len(before) == len(after) and all(
                np.array_equal(x[0], y[0]) and np.array_equal(x[1], y[1])
                for x, y in zip(before, after, strict=True)
            ):
                return len(left)

    def drop_helpers(self):
        """Sets helpers in relations that wait to zero: laws may be missed, never invented."""
        known = {int(i) for ids in self.helpers for i in np.unique(self.unknowns.find(ids)[0])}
        dropped = 0
        for parts in self.waiting:
            for part in parts:
                roots = np.unique(self.unknowns.find(part.ids)[0])
                if known.issuperset(roots.tolist()) and not (roots == ZERO).all():
                    self.unknowns.zero(part.ids)
                    dropped += 1
        return dropped


def grouped(parts):
    """Parts by the largest supports that hold theirs."""
    supports = {part.support for part in parts}
    largest = [s for s in supports if not any(s < t for t in supports)]
    groups: dict = {s: [] for s in sorted(largest, key=sorted)}
    for part in parts:
        home = next(s for s in groups if part.support <= s)
        groups[home].append(part)
    return [tuple(group) for group in groups.values()]

