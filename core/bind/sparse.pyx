# cython: language_level=3, boundscheck=False, wraparound=False
"""Nullspaces of sparse matrices modulo a word prime."""
import numpy as np

from .checked import integer

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int64_t, uint32_t, uint64_t

from pcl cimport (PCL_NONE, PCL_OK, check, pcl_mod, pcl_sparse, pcl_sparse_add, pcl_sparse_clear,
                  pcl_sparse_init, pcl_status, set_modulus)

cdef size_t STEP = 20000000                 # entries between two looks for Ctrl-C


cdef int add(pcl_sparse *basis, size_t *work, const uint32_t *column, const uint64_t *value,
             const int64_t *start, const int64_t *order, size_t rows, size_t most,
             object ask) except -1:
    """Adds the rows start[i] .. start[i+1]-1, i in that order; returns 0 when that would take more
    work than `most`.
    """
    cdef size_t i = 0, heard
    cdef pcl_status status = PCL_OK
    while i < rows and work[0] <= most:
        heard = work[0]
        with nogil:
            while (i < rows and work[0] <= most and work[0] - heard < STEP
                    and (status == PCL_OK or status == PCL_NONE)):
                status = pcl_sparse_add(basis, work, column + start[order[i]],
                                        value + start[order[i]],
                                        start[order[i] + 1] - start[order[i]])
                i += 1
        check(status)
        PyErr_CheckSignals()
        if ask is not None:
            ask()
    return work[0] <= most


cdef object indices(values, str name, high):
    """Integers 0 .. high-1 as int64, one-dimensional; no copy if they are."""
    a = np.ascontiguousarray(values, dtype=None if len(values) else np.int64)
    if a.dtype.kind not in "iu" or a.ndim != 1:
        raise TypeError(f"{name}: expected integers, one-dimensional, got {a.dtype} {a.shape}")
    if a.size and (a.min() < 0 or a.max() >= high):
        raise ValueError(f"{name}: expected integers from 0 to {high - 1}")
    return a.astype(np.int64, copy=False)


def nullspace(row, column, value, cols, p, work=float("inf"), ask=None):
    """The right nullspace over Z/p of a matrix with these entries: value[k], any integer of 64
    bits, in row[k] and column[k], no place twice.

    Returns (free, vector, column, value): free are the columns that depend on columns before them,
    increasing; there is a vector for each, with a 1 there, a 0 in the other ones, and after it
    nothing. Entry k is value[k] in column[k] of vector[k]; the ones are left out. Rows with few
    entries are eliminated first. None when that touches more entries than `work`. Ctrl-C is heard,
    and ask() called, every fraction of a second: what it raises ends the work.

    >>> free, vector, column, value = nullspace([0, 0, 1], [0, 1, 2], [1, 2, 1], 4, 7)
    >>> free.tolist(), vector.tolist(), column.tolist(), value.tolist()
    ([1, 3], [0], [0], [5])
    """
    cdef pcl_mod mod
    cdef pcl_sparse basis, reduced
    cdef size_t n = integer(cols, "cols", 0, 1 << 32), spent = 0, k
    set_modulus(&mod, p)
    rows, columns = indices(row, "row", 1 << 32), indices(column, "column", n)
    values = np.ascontiguousarray(value, dtype=None if len(value) else np.int64)
    if values.dtype.kind not in "iu":
        raise TypeError(f"value: expected integers of 64 bits, got {values.dtype}")
    if not rows.shape == columns.shape == values.shape:
        raise ValueError(f"row, column, value: expected as many of each, got {rows.shape}, "
                         f"{columns.shape}, {values.shape}")
    cdef size_t most = int(min(work, 1 << 62))
    by_row = np.argsort(rows, kind="stable")
    count = np.bincount(rows)
    cdef const int64_t[::1] start = np.append(0, np.cumsum(count)).astype(np.int64)
    cdef const int64_t[::1] order = np.append(np.argsort(count, kind="stable"), 0).astype(np.int64)
    cdef const uint32_t[::1] at = np.append(columns[by_row], 0).astype(np.uint32)
    residues = values[by_row] % (np.uint64(p) if values.dtype.kind == "u" else np.int64(p))
    cdef const uint64_t[::1] entry = np.append(residues.astype(np.uint64), np.uint64(0))
    cdef int64_t[::1] first, backwards
    cdef bint within
    cdef pcl_status status = pcl_sparse_init(&basis, n, &mod)
    cdef pcl_status second = pcl_sparse_init(&reduced, n, &mod)
    try:
        check(status)
        check(second)
        within = add(&basis, &spent, &at[0], &entry[0], &start[0], &order[0], len(count), most, ask)
        if within:
            first = np.array([basis.start[k] for k in range(basis.rank + 1)], dtype=np.int64)
            owners = [basis.owner[k] - 1 for k in range(n) if basis.owner[k]]
            backwards = np.array(owners[::-1] + [0], dtype=np.int64)
            within = add(&reduced, &spent, basis.column, basis.value, &first[0], &backwards[0],
                         basis.rank, most, ask)
        return entries(&reduced, n, mod.p) if within else None
    finally:
        pcl_sparse_clear(&basis)
        pcl_sparse_clear(&reduced)


cdef object entries(const pcl_sparse *reduced, size_t n, uint64_t p):
    """The nullspace of a basis in reduced form, as `nullspace` returns it."""
    cdef size_t i, k, total = reduced.start[reduced.rank] - reduced.rank, t = 0
    number = np.zeros(n + 1, dtype=np.int64)
    vector, column = np.empty(total + 1, dtype=np.int64), np.empty(total + 1, dtype=np.int64)
    value = np.empty(total + 1, dtype=np.uint64)
    cdef int64_t[::1] place = number, to_vector = vector, to_column = column
    cdef uint64_t[::1] to_value = value
    free = np.flatnonzero([reduced.owner[k] == 0 for k in range(n)])
    number[free] = np.arange(len(free))
    with nogil:
        for i in range(reduced.rank):
            for k in range(reduced.start[i] + 1, reduced.start[i + 1]):
                to_vector[t] = place[reduced.column[k]]
                to_column[t] = reduced.column[reduced.start[i]]
                to_value[t] = p - reduced.value[k]
                t += 1
    return free, vector[:total], column[:total], value[:total]
