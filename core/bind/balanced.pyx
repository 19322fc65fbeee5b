# cython: language_level=3, boundscheck=False, wraparound=False
"""Growing echelon basis, rank, matrix product, inverse and p-adic lifting modulo a prime below
2^23, at the speed of floating point and exact.
"""
from threading import Lock

import numpy as np

from .checked import integer, unmasked

from libc.stdint cimport SIZE_MAX, uint64_t

from pcl cimport (PCL_BALANCED_BEST, PCL_LIMIT, check, heard, pcl_balanced_echelon,
                  pcl_balanced_echelon_clear, pcl_balanced_echelon_extend,
                  pcl_balanced_echelon_init, pcl_balanced_echelon_pivots, pcl_balanced_how,
                  pcl_balanced_invert, pcl_balanced_lift, pcl_balanced_lift_free,
                  pcl_balanced_lift_new, pcl_balanced_lift_steps, pcl_balanced_matmul,
                  pcl_balanced_name, pcl_balanced_rank, pcl_balanced_rank_floats,
                  pcl_balanced_solve, pcl_mod, pcl_status, set_modulus)


cdef uint64_t modulus(p) except 0:
    cdef pcl_mod mod
    set_modulus(&mod, p)
    if mod.p >> 23:
        raise ValueError(f"p: expected a prime below 2^23, got {p}")
    return mod.p


cdef object matrix(values, str name, p):
    """The integer matrix as C-contiguous uint64, entries checked; no copy if it is that, or int64,
    already.
    """
    unmasked(values, name)
    try:
        a = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name}: expected a matrix, got rows of several lengths") from error
    if a.ndim != 2:
        raise ValueError(f"{name}: expected a matrix, got shape {a.shape}")
    if a.size == 0 and not isinstance(values, np.ndarray):
        a = a.astype(np.uint64)                 # NumPy takes empty lists for floats
    if a.dtype == object and all(isinstance(x, int) and not isinstance(x, bool) for x in a.flat):
        pass
    elif a.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integers, got {a.dtype}")
    signed = a
    a = a.view(np.uint64) if a.dtype == np.int64 else a         # what is negative becomes large
    if a.size and (a.max() >= p or (a.dtype.kind != "u" and a.min() < 0)):
        i, j = np.argwhere((signed < 0) | (signed >= p))[0]
        raise ValueError(f"{name}: entry ({i}, {j}) is {signed[i, j]}, "
                         f"expected values reduced modulo p = {p}")
    return np.ascontiguousarray(a, dtype=np.uint64)


cdef int set_how(pcl_balanced_how *how, object threads, list errors) except -1:
    if not isinstance(threads, int) or isinstance(threads, bool):
        raise TypeError(f"threads: expected an int, got {type(threads).__name__}")
    if threads < 1:
        raise ValueError(f"threads: expected at least 1, got {threads}")
    how.cpu = PCL_BALANCED_BEST
    how.threads = min(threads, 1000)
    how.poll = heard
    how.arg = <void *>errors
    return 0


cdef size_t goal(target) except? 0:
    """A rank at which to stop; None: never."""
    if target is None:
        return SIZE_MAX
    if not isinstance(target, int) or isinstance(target, bool):
        raise TypeError(f"target: expected an int or None, got {type(target).__name__}")
    if target < 0:
        raise ValueError(f"target: expected at least 0, got {target}")
    return min(target, SIZE_MAX)


cdef class BalancedEchelon:
    """A growing echelon basis of a subspace of (Z/p)^cols, p < 2^23: as dense.Echelon, but some
    twenty times as fast.

    The rows that raise the rank are the same; their pivots may be in other columns. Memory: 4 (rank
    + 2048) (cols + 31) bytes at most.

    >>> basis = BalancedEchelon(3, 101)
    >>> basis.extend([[1, 2, 3], [2, 4, 6], [0, 1, 1]]).tolist()
    [True, False, True]
    >>> basis.rank, basis.pivots
    (2, [0, 1])
    """
    cdef pcl_balanced_echelon basis
    cdef object threads, lock               # C runs without the GIL: one thread of Python at a time

    def __cinit__(self, cols, p, threads=1):
        cdef pcl_balanced_how how
        self.lock = Lock()
        set_how(&how, threads, [])
        self.threads = threads
        pcl_balanced_echelon_init(&self.basis, integer(cols, "cols", 0, 1 << 32), modulus(p))

    def __dealloc__(self):
        pcl_balanced_echelon_clear(&self.basis)

    @property
    def rank(self):
        """Dimension of the subspace."""
        return self.basis.rank

    @property
    def pivots(self):
        """Pivot columns in the order in which the rows were added: all leading minors of those rows
        there are not zero.
        """
        with self.lock:
            found = np.empty(self.basis.rank + 1, dtype=np.uintp)
            pivots_of(&self.basis, found)
            return found[:self.basis.rank].tolist()

    def extend(self, rows, target=None):
        """Adds rows (m x cols, reduced mod p) in order; returns m booleans, True where the rank
        grew.

        With a target, rows are left out soon after that rank is reached. Ctrl-C is heard; the basis
        is then one of some of the rows.
        """
        cdef pcl_balanced_how how
        cdef list errors = []
        cdef size_t until = goal(target)
        if isinstance(rows, list | tuple) and not rows:
            rows = np.empty((0, self.basis.cols), dtype=np.uint64)
        a = matrix(rows, "rows", self.basis.p)
        if <size_t>a.shape[1] != self.basis.cols:
            raise ValueError(f"rows: expected shape (any, {self.basis.cols}), got {a.shape}")
        set_how(&how, self.threads, errors)
        grew = np.zeros(a.shape[0], dtype=np.uint8)
        if not a.size:
            return grew.astype(bool)
        cdef const uint64_t[:, ::1] view = a
        cdef unsigned char[::1] mask = grew
        cdef pcl_status status
        with self.lock:
            with nogil:
                status = pcl_balanced_echelon_extend(&mask[0], &self.basis, &view[0, 0],
                                                     view.shape[0], until, &how)
        if errors:
            raise errors[0]
        check(status)
        return grew.astype(bool)


cdef int pivots_of(const pcl_balanced_echelon *basis, size_t[::1] found) except -1:
    pcl_balanced_echelon_pivots(&found[0], basis)
    return 0


def cpu():
    """The instruction set in use: "avx512", "avx2" (with FMA) or "portable".

    >>> cpu() in ("avx512", "avx2", "portable")
    True
    """
    return pcl_balanced_name(PCL_BALANCED_BEST).decode()


def rank(a, p, threads=1, target=None):
    """Rank of a matrix over Z/p with its witness, p < 2^23: (rank, row pivots, column pivots).

    All leading minors on these rows and columns, in this order, are not zero mod p. The rows are
    the first that will do, as in dense.rank; the columns may be others. With a target the
    computation ends when that rank is reached. Ctrl-C is heard. a: entries reduced modulo p; or
    float32, integers of absolute value at most p / 2.

    >>> rank([[1, 2], [2, 4], [0, 5]], 7)
    (2, [0, 2], [0, 1])
    >>> rank([[1, 2], [2, 4], [0, 5]], 7, target=1)
    (1, [0], [0])
    >>> rank(np.array([[1, 2], [2, -3], [0, -2]], dtype=np.float32), 7)
    (2, [0, 2], [0, 1])
    """
    cdef pcl_balanced_how how
    cdef list errors = []
    cdef uint64_t modulo = modulus(p)
    set_how(&how, threads, errors)
    cdef size_t until = goal(target)
    cdef bint balanced = isinstance(a, np.ndarray) and a.dtype == np.float32 and a.ndim == 2
    a = np.ascontiguousarray(a) if balanced else matrix(a, "a", p)
    cdef size_t rows = a.shape[0], cols = a.shape[1], found = 0, most = min(rows, cols)
    if not most:
        return 0, [], []
    cdef const uint64_t[:, ::1] view = None if balanced else a
    cdef const float[:, ::1] floats = a if balanced else None
    pivots = np.empty((2, most), dtype=np.uintp)
    cdef size_t[:, ::1] pivot = pivots
    cdef pcl_status status
    with nogil:
        if balanced:
            status = pcl_balanced_rank_floats(&found, &pivot[0, 0], &pivot[1, 0], &floats[0, 0],
                                              rows, cols, modulo, until, &how)
        else:
            status = pcl_balanced_rank(&found, &pivot[0, 0], &pivot[1, 0], &view[0, 0], rows, cols,
                                       modulo, until, &how)
    if errors:
        raise errors[0]
    if balanced and status == PCL_LIMIT:
        raise ValueError(f"a: expected integers of absolute value at most p / 2, p = {p}")
    check(status)
    return found, pivots[0, :found].tolist(), pivots[1, :found].tolist()


def matmul(a, b, p, threads=1):
    """The product of two matrices over Z/p, p a prime below 2^23. Ctrl-C is heard.

    >>> matmul([[1, 2], [3, 4]], [[5], [6]], 7).tolist()
    [[3], [4]]
    """
    cdef pcl_balanced_how how
    cdef list errors = []
    cdef uint64_t modulo = modulus(p)
    set_how(&how, threads, errors)
    a, b = matrix(a, "a", p), matrix(b, "b", p)
    cdef size_t m = a.shape[0], k = a.shape[1], n = b.shape[1]
    if <size_t>b.shape[0] != k:
        raise ValueError(f"b: expected {k} rows, as many as a has columns, got {b.shape[0]}")
    if not m or not k or not n:
        return np.zeros((m, n), dtype=np.uint64)
    out = np.empty((m, n), dtype=np.uint64)
    cdef const uint64_t[:, ::1] left = a
    cdef const uint64_t[:, ::1] right = b
    cdef uint64_t[:, ::1] product = out
    cdef pcl_status status
    with nogil:
        status = pcl_balanced_matmul(&product[0, 0], &left[0, 0], &right[0, 0], m, k, n, modulo,
                                     &how)
    if errors:
        raise errors[0]
    check(status)
    return out


def inverse(a, r, p, threads=1):
    """The inverse modulo p < 2^23 of the first r rows and columns of a, all leading minors of which
    are not zero: (r x r), balanced, float32 integers. a: float32, C-contiguous, integers below p /
    2 in absolute value. Ctrl-C is heard. Errors: ValueError for a minor that is zero, OverflowError
    for entries too large.

    >>> inverse(np.array([[3, 1], [1, 1]], dtype=np.float32), 2, 101).tolist()
    [[-50.0, 50.0], [50.0, -49.0]]
    """
    cdef pcl_balanced_how how
    cdef list errors = []
    cdef uint64_t prime = modulus(p)
    cdef const float[:, ::1] matrix = a
    cdef size_t n = integer(r, "r", 1, 1 << 32), stride = matrix.shape[1]
    if n > stride or n > <size_t>matrix.shape[0]:
        raise ValueError(f"a: expected at least {r} rows and columns, got shape {a.shape}")
    out = np.empty((n, n), dtype=np.float32)
    cdef float[:, ::1] to = out
    cdef pcl_status status
    set_how(&how, threads, errors)
    with nogil:
        status = pcl_balanced_invert(&to[0, 0], &matrix[0, 0], stride, n, prime, &how)
    if errors:
        raise errors[0]
    if check(status, "a: entries too large for the prime"):
        raise ValueError(f"a: a leading minor is zero modulo {p}")
    return out


cdef class Lift:
    """The p-adic solution X of left X = rest, digit by digit, where it has one, for a = [left
    rest].

    a (m x (r + c)): float32, C-contiguous, integers; inverse (r x r): that of the first r rows and
    columns modulo p, which is not checked. q: another prime. Both below 2^23. Errors: OverflowError
    where entries are too large for exact steps (twice a row sum of |left| or an entry of rest
    reaches a prime).

    >>> a = np.array([[3, 1], [6, 2]], dtype=np.float32)
    >>> digits, finished, follows = Lift(a, inverse(a, 1, 101), 101, 103).steps(2)
    >>> 3 * (digits[0] + 101 * digits[1]).astype(int) % 101**2, finished, follows
    (array([[1]]), False, True)
    """
    cdef pcl_balanced_lift *lift
    cdef size_t m, r, c
    cdef object threads, lock

    def __cinit__(self, a, inverse, p, q, threads=1):
        cdef uint64_t first = modulus(p), second = modulus(q)
        cdef pcl_balanced_how how
        self.lock, self.threads = Lock(), threads
        set_how(&how, threads, [])
        cdef const float[:, ::1] matrix = a
        cdef const float[:, ::1] inverted = inverse
        self.m, self.r = matrix.shape[0], inverted.shape[0]
        if (not 1 <= self.r <= self.m or <size_t>inverted.shape[1] != self.r
                or <size_t>matrix.shape[1] <= self.r):
            raise ValueError("a, inverse: expected shapes (m, r + c), (r, r) with 1 <= r <= m, "
                             f"got {a.shape}, {inverse.shape}")
        self.c = matrix.shape[1] - self.r
        cdef pcl_status status
        with nogil:
            status = pcl_balanced_lift_new(&self.lift, &matrix[0, 0], &inverted[0, 0], self.m,
                                           self.r + self.c, self.r, first, second)
        check(status, "entries too large for exact steps")

    def __dealloc__(self):
        pcl_balanced_lift_free(self.lift)

    def steps(self, count, keep=True):
        """(digits, finished, follows): at most `count` digits (r x c, float32 integers), fewer if
        the rest becomes zero (finished) or a lower row does not follow in the next one (follows is
        False). keep=False: their number only. Ctrl-C is heard.
        """
        cdef pcl_balanced_how how
        cdef list errors = []
        cdef size_t done = 0, most = integer(count, "count", 0, 1 << 32)
        cdef int finished = 0
        cdef pcl_status status
        set_how(&how, self.threads, errors)
        digits = np.empty((most if keep else 1, self.r, self.c), dtype=np.float32)
        cdef float[:, :, ::1] view = digits
        cdef float *to = &view[0, 0, 0] if keep and most else NULL
        with self.lock:
            with nogil:
                status = pcl_balanced_lift_steps(to, &done, &finished, self.lift, most, &how)
        if errors:
            raise errors[0]
        return digits[:done] if keep else done, bool(finished), not check(status)


def solve(rows, cols, a, inverse, p, steps):
    """(digits, rows, cols, follows): of the solutions x of x B = rows[k] and y of B y = cols[k]
    modulo growing powers of p, for two rows and two columns, `steps` digits (steps x 4 x r, float32
    integers; two x, then two y) or as many as there are until a vector does not follow, and what is
    left of rows and cols, divided by p at each step.

    a (m x n): float32, C-contiguous, integers; B: its first r rows and columns. rows (2 x n), cols
    (2 x m): float64 integers. inverse: (r x r) float32, that of B modulo p, balanced. Tested to
    follow, in all rows or columns of a: rows[0], cols[0]. p: a prime below 2^23. Ctrl-C is heard.
    Errors: OverflowError where twice a row or column sum of |a|, within the first r columns or
    rows, or an entry of rows or cols reaches p.

    >>> a = np.array([[3, 6]], dtype=np.float32)
    >>> rows, cols = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[3.0], [6.0]])
    >>> solve(rows, cols, a, inverse(a, 1, 101), 101, 2)
    (array([[[ 34.],
            [  0.],
            [  1.],
            [  2.]],
    <BLANKLINE>
           [[-34.],
            [  0.],
            [  0.],
            [  0.]]], dtype=float32), array([[1., 2.],
           [0., 0.]]), array([[0.],
           [0.]]), True)
    """
    cdef pcl_balanced_how how
    cdef list errors = []
    cdef uint64_t prime = modulus(p)
    cdef size_t done = 0, most = integer(steps, "steps", 0, 1 << 32)
    cdef const float[:, ::1] matrix = a
    cdef const float[:, ::1] inverted = inverse
    across = np.array(rows, dtype=np.float64, order="C")
    down = np.array(cols, dtype=np.float64, order="C")
    cdef size_t m = matrix.shape[0], n = matrix.shape[1], r = inverted.shape[0]
    if (not 1 <= r <= min(m, n) or <size_t>inverted.shape[1] != r or across.shape != (2, n)
            or down.shape != (2, m)):
        raise ValueError("rows, cols, a, inverse: expected shapes (2, n), (2, m), (m, n), (r, r) "
                         "with 1 <= r <= m, n, "
                         f"got {across.shape}, {down.shape}, {a.shape}, {inverse.shape}")
    cdef double[:, ::1] row = across
    cdef double[:, ::1] col = down
    digits = np.empty((most + 1, 4, r), dtype=np.float32)
    cdef float[:, :, ::1] to = digits
    cdef pcl_status status
    set_how(&how, 1, errors)
    with nogil:
        status = pcl_balanced_solve(&to[0, 0, 0], &done, &row[0, 0], &col[0, 0], &matrix[0, 0],
                                    &inverted[0, 0], m, n, r, prime, most, &how)
    if errors:
        raise errors[0]
    return digits[:done], across, down, not check(status, "entries too large for exact steps")


# glibc hands the memory of a computation back to the system and faults it in again for the next
# one, unless a larger block has been freed before: of 6 ms for a rank over Q at n = 500, r = 100,
# page faults took 2 (Zen 5, 2026). This block is never touched.
np.empty(1 << 24, dtype=np.uint8)
