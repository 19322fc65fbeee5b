# cython: language_level=3, boundscheck=False, wraparound=False
"""Packed sparse polynomials mod p and vector fields made of them."""
import numpy as np

from .checked import integer, integers

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

from pcl cimport (PCL_OK, check, pcl_collect, pcl_collect_add, pcl_collect_clear,
                  pcl_collect_finish, pcl_collect_init, pcl_collect_lie_derivative,
                  pcl_collect_reset, pcl_mod, pcl_poly, pcl_poly_add_gradient, pcl_poly_bracket,
                  pcl_poly_clear, pcl_poly_derivative, pcl_poly_equal, pcl_poly_evaluate,
                  pcl_poly_init, pcl_poly_mul, pcl_status, set_modulus)


cdef tuple INTEGERS = (int, np.integer)
cdef object BOUND = 1 << 32
cdef str EXPONENT = "an exponent exceeds 2^32 - 1"


cdef uint64_t[::1] packed(factors, size_t variables):
    """A factor list [(var, exp), ...] as the C core stores it; checked."""
    a = np.empty(len(factors) + 1, dtype=np.uint64)
    cdef uint64_t[::1] view = a
    cdef Py_ssize_t k, last = -1
    for k, (var, exp) in enumerate(factors):
        if (not isinstance(var, INTEGERS) or not isinstance(exp, INTEGERS)
                or not last < var < variables or not 0 < exp < BOUND):
            raise ValueError(f"factors {list(factors)}: expected variables strictly increasing "
                             f"below {variables} and exponents in 1 .. 2^32-1")
        view[k] = (<uint64_t>var << 32) | <uint64_t>exp
        last = var
    return view


cdef list terms_of(const pcl_poly *f):
    return [(f.coef[t], tuple([(f.factor[k] >> 32, f.factor[k] & 0xffffffff)
                               for k in range(f.start[t], f.start[t + 1])]))
            for t in range(f.terms)]


cdef class Polynomials:
    """n polynomials mod p in a fixed number of variables; a vector field when n is that number.

    terms: n lists of terms (coefficient, ((variable, exponent), ...)), coefficients any integers.

    >>> f = Polynomials([[(1, ((0, 1), (1, 1)))], [(3, ())]], 2, 101)      # (x y, 3)
    >>> f.evaluate([2, 5]).tolist(), f.gradients([2, 5]).tolist()
    ([10, 3], [[5, 2], [0, 0]])
    >>> g = Polynomials([[], [(1, ((0, 2),))]], 2, 101)                     # (0, x^2)
    >>> f.bracket(g).terms()                                                # [f, g] = Dg f - Df g
    [[(100, ((0, 3),))], [(2, ((0, 2), (1, 1)))]]
    """
    cdef pcl_poly *polys
    cdef size_t count, variables
    cdef pcl_mod mod

    def __cinit__(self, terms, variables, p):
        cdef size_t i
        cdef pcl_collect sum
        cdef uint64_t[::1] factors
        cdef uint64_t coef
        set_modulus(&self.mod, p)
        self.variables = integer(variables, "variables", 0, 1 << 32)
        self.count = len(terms)
        self.polys = <pcl_poly *>malloc((self.count + 1) * sizeof(pcl_poly))
        if self.polys == NULL:
            self.count = 0
            raise MemoryError()
        for i in range(self.count):
            pcl_poly_init(self.polys + i)
        pcl_collect_init(&sum, &self.mod)
        try:
            for i in range(self.count):
                pcl_collect_reset(&sum)
                for c, monomial in terms[i]:
                    if isinstance(c, bool) or not isinstance(c, INTEGERS):
                        raise TypeError(f"terms[{i}]: expected integer coefficients, got {c!r}")
                    factors = packed(monomial, variables)
                    coef = c % p
                    check(pcl_collect_add(NULL, &sum, &factors[0], len(monomial), coef))
                check(pcl_collect_finish(self.polys + i, &sum))
        finally:
            pcl_collect_clear(&sum)

    def __dealloc__(self):
        cdef size_t i
        for i in range(self.count):
            pcl_poly_clear(self.polys + i)
        free(self.polys)

    def __len__(self):
        return self.count

    def __eq__(self, other):
        cdef size_t i
        if not isinstance(other, Polynomials) or len(other) != len(self):
            return NotImplemented
        cdef Polynomials g = other
        if g.mod.p != self.mod.p or g.variables != self.variables:
            return False
        return all([pcl_poly_equal(self.polys + i, g.polys + i) for i in range(self.count)])

    __hash__ = None

    def terms(self):
        """The terms in canonical order, coefficients in 1 .. p-1."""
        return [terms_of(self.polys + i) for i in range(self.count)]

    @property
    def size(self):
        """Number of terms of all polynomials together."""
        cdef size_t i, total = 0
        for i in range(self.count):
            total += self.polys[i].terms
        return total

    cdef object point(self, x):
        a = np.zeros(self.variables + 1, dtype=np.uint64)       # never an empty buffer
        a[:self.variables] = integers(x, "point", (self.variables,), self.mod.p)
        return a

    def evaluate(self, point):
        """Values at a point mod p, shape (n,)."""
        cdef uint64_t[::1] x = self.point(point)
        out = np.zeros(self.count, dtype=np.uint64)
        cdef uint64_t[::1] view = out
        cdef size_t i
        with nogil:
            for i in range(self.count):
                view[i] = pcl_poly_evaluate(self.polys + i, &x[0], &self.mod)
        return out

    def gradients(self, point):
        """Gradients at a point mod p, shape (n, variables)."""
        cdef uint64_t[::1] x = self.point(point)
        out = np.zeros((self.count, self.variables), dtype=np.uint64)
        cdef uint64_t[:, ::1] view = out
        cdef size_t i
        if out.size:
            with nogil:
                for i in range(self.count):
                    pcl_poly_add_gradient(&view[i, 0], self.polys + i, &x[0], &self.mod)
        return out

    cdef Polynomials zeros(self, Py_ssize_t count):
        return Polynomials([()] * count, self.variables, int(self.mod.p))

    cdef Polynomials partner(self, other, size_t count):
        if not isinstance(other, Polynomials):
            raise TypeError(f"other: expected Polynomials, got {type(other).__name__}")
        cdef Polynomials g = other
        if g.mod.p != self.mod.p or g.variables != self.variables:
            raise ValueError("other: expected the same prime and the same variables")
        if self.count != count or g.count != count:
            raise ValueError(f"expected {count} polynomials on both sides, "
                             f"got {self.count} and {g.count}")
        return g

    def bracket(self, other):
        """The Lie bracket [self, other] = D(other) self - D(self) other of two vector fields."""
        cdef Polynomials g = self.partner(other, self.variables), out = self.zeros(self.variables)
        cdef pcl_status status
        with nogil:
            status = pcl_poly_bracket(out.polys, self.polys, g.polys, self.variables, &self.mod)
        check(status, EXPONENT)
        PyErr_CheckSignals()
        return out

    def __mul__(self, other):
        """Products entry by entry."""
        cdef Polynomials g = self.partner(other, self.count), out = self.zeros(self.count)
        cdef size_t i
        cdef pcl_status status = PCL_OK
        for i in range(self.count):
            with nogil:
                status = pcl_poly_mul(out.polys + i, self.polys + i, g.polys + i, &self.mod)
            check(status, EXPONENT)
        return out

    def derivative(self, variable):
        """Partial derivatives of every polynomial with respect to one variable."""
        variable = integer(variable, "variable", 0, self.variables)
        cdef Polynomials out = self.zeros(self.count)
        cdef size_t i
        cdef uint32_t var = variable
        for i in range(self.count):
            check(pcl_poly_derivative(out.polys + i, self.polys + i, var, &self.mod))
        return out

    def lie_derivatives(self, table):
        """The derivatives <grad m, self> of monomials m along this vector field.

        table: (monomials x degree), the variables of each with repetition, increasing, filled up
        with the number of variables. Returns (row, column, coefficient): entry (row, column) is the
        coefficient mod p of one monomial, the row, in the derivative of monomial number `column`.
        Rows are numbered by first appearance, columns increase.
        """
        if self.count != self.variables:
            raise ValueError(f"expected a vector field ({self.variables} polynomials), "
                             f"got {self.count}")
        monomials = integers(table, "table", (None, None), self.variables + 1)
        if (np.diff(monomials.astype(np.int64)) < 0).any():
            raise ValueError("table: expected increasing variables in each row")
        terms = np.array([self.polys[i].terms for i in range(self.count)] + [0], dtype=np.int64)
        cdef size_t n = monomials.shape[0], width = monomials.shape[1], column = 0, until, used = 0
        cdef size_t room = terms[monomials].sum() + 1           # no derivative has more terms
        at = np.empty((2, room), dtype=np.int64)
        value = np.empty(room, dtype=np.uint64)
        cdef int64_t[:, ::1] to = at
        cdef uint64_t[::1] to_value = value, flat = np.append(monomials.ravel(), np.uint64(0))
        cdef uint64_t[::1] factors = np.empty(width + 1, dtype=np.uint64)
        cdef pcl_collect sum, rows
        cdef pcl_status status = PCL_OK
        pcl_collect_init(&sum, &self.mod)
        pcl_collect_init(&rows, &self.mod)
        try:
            while column < n:
                until = min(n, column + 1024)
                with nogil:
                    while column < until and status == PCL_OK:
                        status = self.derive(&sum, &rows, &flat[column * width], width, &factors[0],
                                             &to[0, 0], &to[1, 0], &to_value[0], &used, column)
                        column += 1
                check(status, EXPONENT)
                PyErr_CheckSignals()
        finally:
            pcl_collect_clear(&sum)
            pcl_collect_clear(&rows)
        return at[0, :used].copy(), at[1, :used].copy(), value[:used].copy()

    cdef pcl_status derive(self, pcl_collect *sum, pcl_collect *rows, const uint64_t *monomial,
                           size_t width, uint64_t *factors, int64_t *row, int64_t *column,
                           uint64_t *value, size_t *used, size_t number) noexcept nogil:
        """The entries of one monomial, one column, behind those before it; factors: room for the
        factor list.
        """
        cdef size_t size = 0, k, t
        cdef const pcl_poly *f = &sum.sum
        for k in range(width):
            if monomial[k] == self.variables:
                break
            if size and factors[size - 1] >> 32 == monomial[k]:
                factors[size - 1] += 1
            else:
                factors[size] = monomial[k] << 32 | 1
                size += 1
        pcl_collect_reset(sum)
        cdef pcl_status status = pcl_collect_lie_derivative(sum, factors, size, self.polys, 1)
        for t in range(f.terms):
            if f.coef[t] and status == PCL_OK:
                status = pcl_collect_add(&k, rows, f.factor + f.start[t],
                                         f.start[t + 1] - f.start[t], 0)
                row[used[0]], column[used[0]], value[used[0]] = k, number, f.coef[t]
                used[0] += 1
        return status
