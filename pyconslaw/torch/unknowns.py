"""Unknowns z with relations z_i = r z_j, as union-find on arrays, and labels of what may mix."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from .ratios import ONE, Ratios

ZERO = 0  # the unknown that is zero


def mixed(labels, tags):
    """Labels refined by tags, as 64-bit hashes (the finalizer of splitmix64)."""
    labels = np.asarray(labels, dtype=np.uint64)
    tags = np.asarray(tags).astype(np.uint64)
    with np.errstate(over="ignore"):
        x = labels * np.uint64(0x9E3779B97F4A7C15) + tags + np.uint64(0x632BE59BD9B4E019)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


class Unknowns:
    """Unknowns by number; number 0 is zero. A root has the smallest number of its class."""

    def __init__(self):
        self.ratios = Ratios()
        self.size = 1
        self.events = 0
        self._parent = np.zeros(1024, dtype=np.int64)
        self._ratio = np.full(1024, ONE, dtype=np.int16)
        self.label = np.zeros(1024, dtype=np.uint64)
        self._scratch = np.zeros(1024, dtype=np.int64)

    def event(self) -> int:
        """A number that no label has seen."""
        self.events += 1
        return self.events

    def _grow(self, count):
        need = self.size + count
        if need > len(self._parent):
            size = max(need, 2 * len(self._parent))
            for name, fill in (("_parent", 0), ("_ratio", ONE), ("label", 0), ("_scratch", 0)):
                old = self.__dict__[name]
                new = np.full(size, fill, dtype=old.dtype)
                new[: len(old)] = old
                self.__dict__[name] = new
        ids = np.arange(self.size, need, dtype=np.int64)
        self.size = need
        return ids

    def new(self, shape):
        """Fresh unknowns that may mix with each other."""
        ids = self._grow(int(np.prod(shape, dtype=np.int64)))
        self._parent[ids] = ids
        self.label[ids] = mixed(np.uint64(0), self.event())
        return ids.reshape(shape)

    def copies(self, ids, tags):
        """Unknowns equal to those given, with labels told apart by tags; zero stays zero."""
        flat = ids.ravel()
        fresh = self._grow(len(flat))
        self._parent[fresh] = flat
        self.label[fresh] = mixed(self.label[flat], np.broadcast_to(tags, ids.shape).ravel())
        return np.where(flat == ZERO, ZERO, fresh).reshape(ids.shape)

    def find(self, ids):
        """Roots, and codes of the ratios to them."""
        flat = np.asarray(ids).ravel()
        root, ratio = self._parent[flat], self._ratio[flat]
        while True:
            up = self._parent[root]
            if np.array_equal(up, root):
                break
            ratio = self.ratios.times(ratio, self._ratio[root])
            root = up
        ratio = np.where(root == ZERO, ONE, ratio).astype(np.int16)
        self._parent[flat], self._ratio[flat] = root, ratio
        return root.reshape(np.shape(ids)), ratio.reshape(np.shape(ids))

    def zero(self, ids):
        """Makes unknowns zero."""
        root, _ = self.find(ids)
        self._parent[root.ravel()] = ZERO
        self._ratio[root.ravel()] = ONE

    def is_zero(self, ids):
        """Where unknowns are zero."""
        return self.find(ids)[0] == ZERO

    def unite(self, a, b, ratio: Fraction | np.ndarray):
        """z_a = ratio z_b, entry by entry; whether that was new. An array is one of codes."""
        a, b = np.broadcast_arrays(a, b)
        a, b = a.ravel(), b.ravel()
        code = self.ratios.code(ratio) if isinstance(ratio, Fraction) else ratio
        code = np.broadcast_to(np.asarray(code, dtype=np.int16), a.shape)
        changed = False
        while len(a):
            (ra, ca), (rb, cb) = self.find(a), self.find(b)
            code_now = self.ratios.over(self.ratios.times(code, cb), ca)
            same = ra == rb
            wrong = same & (ra != ZERO) & (code_now != ONE)
            if wrong.any():
                self._parent[ra[wrong]] = ZERO
                changed = True
            far = np.flatnonzero(~same)
            if not len(far):
                break
            a, b, code = a[far], b[far], code[far]
            if wrong.any():
                continue  # these roots are none any more
            changed = True
            self._hook(ra[far], rb[far], code_now[far])
        return changed

    def _hook(self, ra, rb, code):
        """Hangs the larger root of each pair under the smaller: one pair a root, others later."""
        high, low = np.maximum(ra, rb), np.minimum(ra, rb)
        code = np.where(high == ra, code, self.ratios.over(np.int16(ONE), code))
        code = np.where(low == ZERO, ONE, code)
        order = np.arange(len(high))
        self._scratch[high] = order
        chosen = self._scratch[high] == order
        self._parent[high[chosen]] = low[chosen]
        self._ratio[high[chosen]] = code[chosen]

    def refine(self, ids, tags):
        """Tells unknowns apart by tags."""
        flat = ids.ravel()
        self.label[flat] = mixed(self.label[flat], np.broadcast_to(tags, ids.shape).ravel())
        self.label[ZERO] = 0
