# cython: language_level=3, boundscheck=False, wraparound=False
"""Growing echelon basis, rank and matrix product modulo a prime below 2^23, at the speed of floating point and exact."""
from threading import Lock

import numpy as np

from .gate import integer

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport SIZE_MAX, uint64_t

from pcl cimport (PCL_FAST_BEST, PCL_NONE, PCL_OK, PCL_OVERFLOW, check, pcl_fast_echelon, pcl_fast_echelon_clear, pcl_fast_echelon_extend,
                   pcl_fast_echelon_init, pcl_fast_echelon_pivots, pcl_fast_how, pcl_fast_name, pcl_lift, pcl_lift_free, pcl_lift_inverse,
                   pcl_lift_new, pcl_lift_restart, pcl_lift_steps, pcl_matmul_fast, pcl_mod, pcl_rank_fast, pcl_solve_fast, pcl_status,
                   set_modulus)


cdef uint64_t modulus(p) except 0:
    cdef pcl_mod mod
    set_modulus(&mod, p)
    if mod.p >> 23:
        raise ValueError(f"p: expected a prime below 2^23, got {p}")
    return mod.p


cdef object matrix(values, str name, p):
    """The integer matrix as C-contiguous uint64, entries checked; no copy if it is that, or int64, already."""
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
    signed, a = a, a.view(np.uint64) if a.dtype == np.int64 else a      # what is negative becomes large
    if a.size and (a.max() >= p or (a.dtype.kind != "u" and a.min() < 0)):
        i, j = np.argwhere((signed < 0) | (signed >= p))[0]
        raise ValueError(f"{name}: entry ({i}, {j}) is {signed[i, j]}, expected values reduced modulo p = {p}")
    return np.ascontiguousarray(a, dtype=np.uint64)


cdef int heard(void *errors) noexcept with gil:
    """The poll of the C core: stops it when a signal handler raises, as that of Ctrl-C does."""
    try:
        PyErr_CheckSignals()
    except BaseException as error:
        (<list>errors).append(error)
        return 1
    return 0


cdef int set_how(pcl_fast_how *how, object threads, list errors) except -1:
    if not isinstance(threads, int) or isinstance(threads, bool):
        raise TypeError(f"threads: expected an int, got {type(threads).__name__}")
    if threads < 1:
        raise ValueError(f"threads: expected at least 1, got {threads}")
    how.cpu = PCL_FAST_BEST
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


cdef class FastEchelon:
    """A growing echelon basis of a subspace of (Z/p)^cols, p < 2^23: as dense.Echelon, but some twenty times as fast.

    The rows that raise the rank are the same; their pivots may be in other columns. Memory: 4 (rank + 2048) (cols + 31) bytes
    at most.

    >>> basis = FastEchelon(3, 101)
    >>> basis.extend([[1, 2, 3], [2, 4, 6], [0, 1, 1]]).tolist()
    [True, False, True]
    >>> basis.rank, basis.pivots
    (2, [0, 1])
    """
    cdef pcl_fast_echelon basis
    cdef object threads, lock               # C runs without the GIL: one thread of Python at a time

    def __cinit__(self, cols, p, threads=1):
        cdef pcl_fast_how how
        self.lock = Lock()
        set_how(&how, threads, [])
        self.threads = threads
        pcl_fast_echelon_init(&self.basis, integer(cols, "cols", 0, 1 << 32), modulus(p))

    def __dealloc__(self):
        pcl_fast_echelon_clear(&self.basis)

    @property
    def rank(self):
        """Dimension of the subspace."""
        return self.basis.rank

    @property
    def pivots(self):
        """Pivot columns in the order in which the rows were added: all leading minors of those rows there are not zero."""
        with self.lock:
            found = np.empty(self.basis.rank + 1, dtype=np.uintp)
            pivots_of(&self.basis, found)
            return found[:self.basis.rank].tolist()

    def extend(self, rows, target=None):
        """Adds rows (m x cols, reduced mod p) in order; returns m booleans, True where the rank grew.

        With a target, rows are left out soon after that rank is reached. Ctrl-C is heard; the basis is then one of some of
        the rows.
        """
        cdef pcl_fast_how how
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
                status = pcl_fast_echelon_extend(&mask[0], &self.basis, &view[0, 0], view.shape[0], until, &how)
        if errors:
            raise errors[0]
        check(status)
        return grew.astype(bool)


cdef int pivots_of(const pcl_fast_echelon *basis, size_t[::1] found) except -1:
    check(pcl_fast_echelon_pivots(&found[0], basis))
    return 0


def cpu():
    """The instruction set in use: "avx512", "avx2" (with FMA) or "portable".

    >>> cpu() in ("avx512", "avx2", "portable")
    True
    """
    return pcl_fast_name(PCL_FAST_BEST).decode()


def rank(a, p, threads=1, target=None):
    """Rank of a matrix over Z/p with its witness, p < 2^23: (rank, row pivots, column pivots).

    All leading minors on these rows and columns, in this order, are not zero mod p. The rows are the first that will do, as
    in dense.rank; the columns may be others. With a target the computation ends when that rank is reached. Ctrl-C is heard.

    >>> rank([[1, 2], [2, 4], [0, 5]], 7)
    (2, [0, 2], [0, 1])
    >>> rank([[1, 2], [2, 4], [0, 5]], 7, target=1)
    (1, [0], [0])
    """
    cdef pcl_fast_how how
    cdef list errors = []
    cdef uint64_t modulo = modulus(p)
    set_how(&how, threads, errors)
    cdef size_t until = goal(target)
    a = matrix(a, "a", p)
    cdef size_t rows = a.shape[0], cols = a.shape[1], found = 0, most = min(rows, cols)
    if not most:
        return 0, [], []
    cdef const uint64_t[:, ::1] view = a
    pivots = np.empty((2, most), dtype=np.uintp)
    cdef size_t[:, ::1] pivot = pivots
    cdef pcl_status status
    with nogil:
        status = pcl_rank_fast(&found, &pivot[0, 0], &pivot[1, 0], &view[0, 0], rows, cols, modulo, until, &how)
    if errors:
        raise errors[0]
    check(status)
    return found, pivots[0, :found].tolist(), pivots[1, :found].tolist()


def matmul(a, b, p, threads=1):
    """The product of two matrices over Z/p, p a prime below 2^23. Ctrl-C is heard.

    >>> matmul([[1, 2], [3, 4]], [[5], [6]], 7).tolist()
    [[3], [4]]
    """
    cdef pcl_fast_how how
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
        status = pcl_matmul_fast(&product[0, 0], &left[0, 0], &right[0, 0], m, k, n, modulo, &how)
    if errors:
        raise errors[0]
    check(status)
    return out


cdef class Lift:
    """The p-adic solution X of left X = rest, digit by digit, where it has one.

    left (m x r), rest (m x c): float64, C-contiguous, integers; all leading minors of the first r rows of left are not zero modulo p. q: another
    prime. Both below 2^23. Errors: OverflowError where entries are too large for exact steps (twice a row sum of |left| or an entry of rest
    reaches a prime).

    >>> lift = Lift(np.array([[3.0], [6.0]]), np.array([[1.0], [2.0]]), 101, 103)
    >>> digits, finished, follows = lift.steps(2)
    >>> 3 * (digits[0] + 101 * digits[1]).astype(int) % 101**2, finished, follows
    (array([[1]]), False, True)
    """
    cdef pcl_lift *lift
    cdef size_t m, r, c
    cdef object threads, lock

    def __cinit__(self, left, rest, p, q, threads=1):
        cdef pcl_fast_how how
        cdef list errors = []
        cdef uint64_t first = modulus(p), second = modulus(q)
        self.lock, self.threads = Lock(), threads
        set_how(&how, threads, errors)
        cdef const double[:, ::1] a = left
        cdef const double[:, ::1] b = rest
        if a.shape[0] != b.shape[0] or a.shape[1] > a.shape[0] or not a.shape[1] or not b.shape[1]:
            raise ValueError(f"left, rest: expected shapes (m, r), (m, c) with 1 <= r <= m, got {left.shape}, {rest.shape}")
        self.m, self.r, self.c = a.shape[0], a.shape[1], b.shape[1]
        cdef pcl_status status
        with nogil:
            status = pcl_lift_new(&self.lift, &a[0, 0], &b[0, 0], self.m, self.r, self.c, first, second, &how)
        if errors:
            raise errors[0]
        if status == PCL_OVERFLOW:
            raise OverflowError("entries too large for exact steps")
        if status == PCL_NONE:
            raise ValueError(f"left: a leading minor is zero modulo {p}")
        check(status)

    def __dealloc__(self):
        pcl_lift_free(self.lift)

    def restart(self, rest):
        """Starts again with another rest. Errors: OverflowError."""
        cdef const double[:, ::1] b = rest
        if <size_t>b.shape[0] != self.m or <size_t>b.shape[1] != self.c:
            raise ValueError(f"rest: expected shape {(self.m, self.c)}, got {rest.shape}")
        with self.lock:
            if pcl_lift_restart(self.lift, &b[0, 0]) != PCL_OK:
                raise OverflowError("entries too large for exact steps")

    def steps(self, count, keep=True):
        """(digits, finished, follows): at most `count` digits (r x c, float32 integers), fewer if the rest becomes zero (finished) or
        a lower row does not follow in the next one (follows is False). keep=False: their number only. Ctrl-C is heard.
        """
        cdef pcl_fast_how how
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
                status = pcl_lift_steps(to, &done, &finished, self.lift, most, &how)
        if errors:
            raise errors[0]
        if status != PCL_NONE:
            check(status)
        return digits[:done] if keep else done, bool(finished), status != PCL_NONE

    def inverse(self):
        """The inverse of the first r rows of left modulo p, balanced (r x r, float32 integers)."""
        out = np.empty((self.r, self.r), dtype=np.float32)
        cdef float[:, ::1] view = out
        pcl_lift_inverse(&view[0, 0], self.lift)
        return out


def solve(rest, a, inverse, p, steps):
    """(digits, rest, follows): of the solution x of x a = rest modulo growing powers of p, `steps` digits (steps x r, float32 integers) or as
    many as there are until a column does not follow, and what is left of rest, divided by p at each step.

    rest (n), a (r x n): float64, C-contiguous, integers. inverse: (r x r) float32, that of the first r columns of a modulo p, balanced. p: a
    prime below 2^23. Errors: OverflowError where twice a column sum of |a| or an entry of rest reaches p.

    >>> solve(np.array([1.0, 2.0]), np.array([[3.0, 6.0]]), np.array([[34.0]], dtype=np.float32), 101, 2)
    (array([[ 34.],
           [-34.]], dtype=float32), array([1., 2.]), True)
    """
    cdef pcl_fast_how how
    cdef list errors = []
    cdef uint64_t prime = modulus(p)
    cdef size_t done = 0, most = integer(steps, "steps", 0, 1 << 32)
    cdef const double[:, ::1] matrix = a
    cdef const float[:, ::1] first = inverse
    left = np.array(rest, dtype=np.float64)
    cdef double[::1] row = left
    cdef size_t r = matrix.shape[0], n = matrix.shape[1]
    if not 1 <= r <= n or <size_t>row.shape[0] != n or <size_t>first.shape[0] != r or <size_t>first.shape[1] != r:
        raise ValueError(f"rest, a, inverse: expected shapes (n,), (r, n), (r, r) with 1 <= r <= n, got {left.shape}, {a.shape}, {inverse.shape}")
    digits = np.empty((most + 1, r), dtype=np.float32)
    cdef float[:, ::1] to = digits
    cdef pcl_status status
    set_how(&how, 1, errors)
    with nogil:
        status = pcl_solve_fast(&to[0, 0], &done, &row[0], &matrix[0, 0], &first[0, 0], r, n, prime, most, &how)
    if errors:
        raise errors[0]
    if status == PCL_OVERFLOW:
        raise OverflowError("entries too large for exact steps")
    if status != PCL_NONE:
        check(status)
    return digits[:done], left, status != PCL_NONE
