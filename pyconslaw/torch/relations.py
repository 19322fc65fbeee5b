"""Linear relations between arrays of unknowns: those of two terms at once, others later."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from .parts import Part, aligned
from .unknowns import ZERO

CODE_ZERO = 0
ROUNDS = 8  # of eliminations in one relation


class Relations:
    """Sums of parts that are zero, entry by entry."""

    def __init__(self, unknowns):
        self.unknowns = unknowns
        self.waiting: list[tuple[Part, ...]] = []
        self.records: list = []  # (eliminated roots, in order; what they are)
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
        return tuple(p for p in parts if p.coef and not self.unknowns.is_zero(p.ids).all())

    def _settle(self, parts) -> bool:
        """Whether nothing is left to do about one relation; unites what can be united."""
        ndim = max(p.ids.ndim for p in parts)
        parts = self._nonzero(aligned(parts, ndim))
        if not parts:
            return True
        if len(parts) == 1 and not self.records:
            self.unknowns.zero(parts[0].ids)
            return True
        if len(parts) == 2 and not self.records:
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
            last = len(live) - 1 - live[::-1].argmax(axis=0)
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
        rows = [row for pair in zip(roots, codes, strict=True) for row in self.substituted(*pair)]
        roots, codes = np.array([r for r, _ in rows]), np.array([c for _, c in rows])
        for i in range(len(rows)):
            for j in range(i + 1, len(rows)):
                same = (roots[i] == roots[j]) & (codes[j] != CODE_ZERO)
                if same.any():
                    codes[i, same] = ratios.plus(codes[i, same], codes[j, same])
                    codes[j, same] = CODE_ZERO
        return roots, codes

    def substituted(self, root, code):
        """Rows of (roots, codes) that are free, for roots of which some were eliminated."""
        rows, todo = [], [(root, code)]
        while todo:
            root, code = todo.pop()
            for pivots, terms in self.records:
                at = np.minimum(np.searchsorted(pivots, root), len(pivots) - 1)
                hit = (pivots[at] == root) & (code != CODE_ZERO)
                if hit.any():
                    for other, ratio in terms:
                        now, extra = self.unknowns.find(other[at])
                        ratio = self.unknowns.ratios.times(
                            self.unknowns.ratios.times(ratio[at], extra), code
                        )
                        ratio = np.where(hit & (now != ZERO), ratio, CODE_ZERO)
                        todo.append((now, ratio.astype(np.int16)))
                    code = np.where(hit, CODE_ZERO, code).astype(np.int16)
            if (code != CODE_ZERO).any() or not rows:
                rows.append((root, code))
        return rows

    def eliminate(self):
        """Solves relations that wait for one of their terms; those left where none can be."""
        left = []
        waiting, self.waiting = self.waiting, []
        for parts in waiting:
            for _ in range(ROUNDS):
                if self._settle(parts) or not self._eliminate_some(parts):
                    break
            if not self._settle(parts):
                left.append(parts)
        self.waiting = left
        return len(left)

    def _eliminate_some(self, parts) -> bool:
        """Solves entries of one relation for a term; whether there were any."""
        roots, codes = self.collected(aligned(parts, max(p.ids.ndim for p in parts)))
        roots = np.where(codes == CODE_ZERO, ZERO, roots)
        many = (codes != CODE_ZERO).sum(axis=0) > 2
        both = np.unique(np.concatenate([roots[:, many], codes[:, many]]), axis=1)
        roots, codes = both[: len(roots)], both[len(roots) :].astype(np.int16)
        pivot, chosen = self._pivot(roots, codes)
        if not len(chosen):
            return False
        roots, codes = roots[:, chosen], codes[:, chosen]
        ratios = self.unknowns.ratios
        minus = np.int16(ratios.code(Fraction(-1)))
        order = np.argsort(roots[pivot])
        terms = []
        for k in range(len(roots)):
            if k != pivot and codes[k].any():
                ratio = ratios.times(minus, ratios.over(codes[k], codes[pivot]))
                terms.append((roots[k][order], ratio[order].astype(np.int16)))
        self.records.append((roots[pivot][order], terms))
        touched = np.unique(roots[codes != CODE_ZERO])
        self.unknowns.refine(touched, touched)
        return True

    @staticmethod
    def _pivot(roots, codes):
        """A term and entries of it with unknowns of their own; the most that there are."""
        best = (0, np.zeros(0, dtype=np.int64))
        for k in range(len(roots) - 1, -1, -1):
            _, first = np.unique(roots[k], return_index=True)
            first = first[codes[k][first] != CODE_ZERO]
            others = np.delete(roots, k, axis=0)[:, first]
            first = first[~np.isin(roots[k][first], others)]
            if len(first) > len(best[1]):
                best = (k, first)
        return best

    def forget(self, parts):
        """Sets all terms of a relation to zero."""
        roots, codes = self.collected(aligned(parts, max(p.ids.ndim for p in parts)))
        self.unknowns.zero(roots[codes != CODE_ZERO])

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
        dropped: list[Part] = []
        for parts in self.waiting:
            for part in parts:
                roots = np.unique(self.unknowns.find(part.ids)[0])
                if known.issuperset(roots.tolist()) and not (roots == ZERO).all():
                    self.unknowns.zero(part.ids)
                    dropped += [other for other in parts if other is not part]
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
