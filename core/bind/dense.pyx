# cython: language_level=3, boundscheck=False, wraparound=False
"""Growing echelon basis, rank and nullspace modulo a word prime."""
from threading import Lock

import numpy as np

from .checked import integer, integers

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint64_t

from pcl cimport (PCL_NONE, PCL_OK, check, pcl_echelon, pcl_echelon_add, pcl_echelon_clear,
                  pcl_echelon_init, pcl_echelon_reduce_upwards, pcl_mod, pcl_nullspace_dense,
                  pcl_status, set_modulus)


cdef class Echelon:
    """A growing echelon basis of a subspace of (Z/p)^cols, p prime.

    >>> basis = Echelon(3, 101)
    >>> basis.extend([[1, 2, 3], [2, 4, 6], [0, 1, 1]]).tolist()
    [True, False, True]
    >>> basis.rank, basis.pivots
    (2, [0, 1])
    """
    cdef pcl_echelon basis
    cdef pcl_mod mod
    cdef object lock                        # C runs without the GIL: one thread at a time

    def __cinit__(self, cols, p):
        self.lock = Lock()
        set_modulus(&self.mod, p)
        pcl_echelon_init(&self.basis, integer(cols, "cols", 0, 1 << 32), &self.mod)

    def __dealloc__(self):
        pcl_echelon_clear(&self.basis)

    @property
    def rank(self):
        """Dimension of the subspace."""
        return self.basis.rank

    @property
    def pivots(self):
        """Pivot columns in the order in which the rows were added."""
        return [self.basis.pivot[i] for i in range(self.basis.rank)]

    def extend(self, rows):
        """Adds rows (m x cols, reduced mod p) in order; returns m booleans, True where the rank
        grew.

        Ctrl-C is heard between rows.
        """
        cdef size_t cols = self.basis.cols, i, work
        if isinstance(rows, list | tuple) and not rows:
            rows = np.empty((0, cols), dtype=np.uint64)
        a = integers(rows, "rows", (None, cols), self.mod.p)
        grew = np.zeros(a.shape[0], dtype=np.uint8)
        cdef uint64_t[:, ::1] view = a
        cdef unsigned char[::1] mask = grew
        cdef size_t m = a.shape[0]
        cdef pcl_status status = PCL_OK
        i = 0
        with self.lock:
            while i < m and cols:
                work = 0
                with nogil:
                    while i < m and work < 50000000 and (status == PCL_OK or status == PCL_NONE):
                        work += (self.basis.rank + 1) * cols
                        status = pcl_echelon_add(&self.basis, &view[i, 0])
                        mask[i] = status == PCL_OK
                        i += 1
                check(status)
                PyErr_CheckSignals()
        return grew.astype(bool)

    def nullspace(self):
        """The right nullspace of the rows, (cols - rank) x cols: a 1 in one column that is not a
        pivot each.
        """
        cdef size_t i
        cdef uint64_t[:, ::1] view
        with self.lock:
            i = self.basis.rank
            while i > 0:
                i -= 1
                with nogil:
                    pcl_echelon_reduce_upwards(&self.basis, i)
                PyErr_CheckSignals()
            out = np.empty((self.basis.cols - self.basis.rank, self.basis.cols), dtype=np.uint64)
            view = out
            if out.size:
                check(pcl_nullspace_dense(&view[0, 0], &self.basis))
        return out


def rank(a, p):
    """Rank of a matrix over Z/p with its witness: (rank, row pivots, column pivots).

    The minor on these rows and columns is not zero mod p; hence it is a lower bound of the rank
    over Q of any integer matrix that reduces to a.

    >>> rank([[1, 2], [2, 4], [0, 5]], 7)
    (2, [0, 2], [0, 1])
    """
    a = integers(a, "a", (None, None), 1 << 64)
    basis = Echelon(a.shape[1], p)
    grew = basis.extend(a)
    return basis.rank, np.flatnonzero(grew).tolist(), basis.pivots


def nullspace(a, p):
    """Right nullspace of a matrix over Z/p, one vector a row, each with a 1 in its own free column.

    >>> nullspace([[1, 2, 0]], 7).tolist()
    [[5, 1, 0], [0, 0, 1]]
    """
    a = integers(a, "a", (None, None), 1 << 64)
    basis = Echelon(a.shape[1], p)
    basis.extend(a)
    return basis.nullspace()
