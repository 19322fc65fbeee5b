"""The C library as Cython sees it: one declaration for every function that crosses the border."""
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

cdef extern from "pcl/types.h" nogil:
    const uint32_t PCL_FROZEN
    ctypedef enum pcl_status:
        PCL_OK
        PCL_NONE
        PCL_NOMEM
        PCL_LIMIT
        PCL_STOPPED
        PCL_UNSUPPORTED
    ctypedef struct pcl_mod:
        uint64_t p
    ctypedef struct pcl_random:
        pass
    ctypedef struct pcl_echelon:
        pcl_mod mod
        size_t cols, rank, alloc
        uint64_t *rows
        size_t *pivot
    ctypedef struct pcl_balanced_echelon:
        uint64_t p
        size_t cols, rank
    ctypedef struct pcl_sparse:
        size_t cols, rank
        size_t *start
        uint32_t *column
        uint64_t *value
        uint32_t *owner
    ctypedef struct pcl_poly:
        size_t terms, factors
        uint64_t *coef
        size_t *start
        uint64_t *factor
    ctypedef struct pcl_collect:
        pcl_poly sum
    ctypedef struct pcl_program:
        size_t nodes, edges, params
        const uint32_t *ptr
        const uint32_t *tail
        const uint32_t *param
        const uint64_t *weight
    ctypedef struct pcl_probe:
        const uint64_t *source
        const uint64_t *gate
        const uint64_t *out
    ctypedef struct pcl_poll:
        int (*stop)(void *arg) noexcept
        void *arg

    cdef enum:
        PCL_SOURCE
        PCL_OUTPUT
        PCL_GATED
        PCL_DOWN
        PCL_UP
    ctypedef struct pcl_graph:
        size_t nodes, edges, params
        const int64_t *tail
        const int64_t *head
        const int64_t *param
    ctypedef struct pcl_path_count:
        size_t live, frozen, idle, hidden, classes
        int tied, merged

cdef extern from "pcl/zp.h" nogil:
    pcl_status pcl_mod_init(pcl_mod *mod, uint64_t p)
    int pcl_is_prime(uint64_t n)
    void pcl_random_init(pcl_random *rng, uint64_t seed)
    uint64_t pcl_random_word(pcl_random *rng)
    uint64_t pcl_random_below(pcl_random *rng, uint64_t bound)
    uint64_t pcl_random_prime(pcl_random *rng, unsigned bits)

cdef extern from "pcl/dense.h" nogil:
    void pcl_echelon_init(pcl_echelon *basis, size_t cols, const pcl_mod *mod)
    void pcl_echelon_clear(pcl_echelon *basis)
    size_t pcl_echelon_reduce(uint64_t *row, const pcl_echelon *basis)
    pcl_status pcl_echelon_add(pcl_echelon *basis, uint64_t *row)
    void pcl_echelon_reduce_upwards(pcl_echelon *basis, size_t i)
    pcl_status pcl_nullspace_dense(uint64_t *basis, const pcl_echelon *reduced)

cdef extern from "pcl/sparse.h" nogil:
    pcl_status pcl_sparse_init(pcl_sparse *basis, size_t cols, const pcl_mod *mod)
    void pcl_sparse_clear(pcl_sparse *basis)
    pcl_status pcl_sparse_add(pcl_sparse *basis, size_t *work, const uint32_t *column,
                              const uint64_t *value, size_t size)

cdef extern from "pcl/probe.h" nogil:
    int pcl_program_is_valid(const pcl_program *program)
    pcl_status pcl_probe_value(uint64_t *value, const pcl_program *program, const pcl_probe *probe,
                               const uint64_t *theta, const pcl_mod *mod)
    pcl_status pcl_probe_chain(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                               const pcl_probe *g, size_t length, const uint64_t *theta,
                               unsigned level, const pcl_mod *mod, const pcl_poll *poll)
    pcl_status pcl_probe_words(uint64_t *values, const pcl_program *program,
                               const pcl_probe *probes, const uint32_t *letters,
                               const size_t *start, size_t words, const uint64_t *theta,
                               const pcl_mod *mod)

cdef extern from "pcl/graph.h" nogil:
    int pcl_graph_is_valid(const pcl_graph *graph, const uint8_t *mark)
    pcl_status pcl_graph_order(int64_t *order, const int64_t *tail, const int64_t *head,
                               size_t nodes, size_t edges, const pcl_poll *poll)
    pcl_status pcl_graph_reach(uint8_t *mark, const pcl_graph *graph, const pcl_poll *poll)
    pcl_status pcl_graph_join(int64_t *label, const pcl_graph *graph, const uint8_t *mark,
                              const pcl_poll *poll)
    const size_t PCL_EDGE_TEXT
    size_t pcl_edges_text(char *out, const int64_t *a, const int64_t *b, const int64_t *c,
                          size_t edges)
    pcl_status pcl_path_counts(pcl_path_count *count, const pcl_graph *graph, uint8_t *mark,
                               const pcl_poll *poll)

cdef extern from "pcl/poly.h" nogil:
    void pcl_poly_init(pcl_poly *f)
    void pcl_poly_clear(pcl_poly *f)
    int pcl_poly_equal(const pcl_poly *f, const pcl_poly *g)
    void pcl_collect_init(pcl_collect *sum, const pcl_mod *mod)
    void pcl_collect_clear(pcl_collect *sum)
    void pcl_collect_reset(pcl_collect *sum)
    pcl_status pcl_collect_add(size_t *term, pcl_collect *sum, const uint64_t *factor, size_t size,
                               uint64_t coef)
    pcl_status pcl_collect_finish(pcl_poly *f, const pcl_collect *sum)
    uint64_t pcl_poly_evaluate(const pcl_poly *f, const uint64_t *point, const pcl_mod *mod)
    void pcl_poly_add_gradient(uint64_t *grad, const pcl_poly *f, const uint64_t *point,
                               const pcl_mod *mod)
    pcl_status pcl_poly_derivative(pcl_poly *f, const pcl_poly *g, uint32_t var, const pcl_mod *mod)
    pcl_status pcl_poly_mul(pcl_poly *f, const pcl_poly *g, const pcl_poly *h, const pcl_mod *mod)
    pcl_status pcl_poly_bracket(pcl_poly *out, const pcl_poly *f, const pcl_poly *g, size_t n,
                                const pcl_mod *mod)
    pcl_status pcl_collect_lie_derivative(pcl_collect *sum, const uint64_t *factor, size_t size,
                                          const pcl_poly *field, uint64_t scale)

cdef extern from "pcl/balanced.h" nogil:
    ctypedef enum pcl_balanced_cpu:
        PCL_BALANCED_BEST
    ctypedef struct pcl_balanced_how:
        pcl_balanced_cpu cpu
        unsigned threads
        int (*poll)(void *arg) noexcept
        void *arg
    void pcl_balanced_echelon_init(pcl_balanced_echelon *basis, size_t cols, uint64_t p)
    void pcl_balanced_echelon_clear(pcl_balanced_echelon *basis)
    pcl_status pcl_balanced_echelon_extend(unsigned char *raised, pcl_balanced_echelon *basis,
                                           const uint64_t *rows, size_t m, size_t target,
                                           const pcl_balanced_how *how)
    void pcl_balanced_echelon_pivots(size_t *pivot, const pcl_balanced_echelon *basis)
    const char *pcl_balanced_name(pcl_balanced_cpu cpu)
    pcl_status pcl_balanced_invert(float *inverse, const float *a, size_t stride, size_t r,
                                   uint64_t p, const pcl_balanced_how *how)
    ctypedef struct pcl_balanced_lift:
        pass
    pcl_status pcl_balanced_lift_new(pcl_balanced_lift **lift, const float *a, const float *inverse,
                                     size_t m, size_t n, size_t r, uint64_t p, uint64_t q)
    pcl_status pcl_balanced_lift_steps(float *digits, size_t *done, int *finished,
                                       pcl_balanced_lift *lift, size_t steps,
                                       const pcl_balanced_how *how)
    void pcl_balanced_lift_free(pcl_balanced_lift *lift)
    pcl_status pcl_balanced_solve(float *digits, size_t *done, double *rows, double *cols,
                                  const float *a, const float *inverse, size_t m, size_t n,
                                  size_t r, uint64_t p, size_t steps, const pcl_balanced_how *how)
    pcl_status pcl_balanced_rank(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                                 const uint64_t *a, size_t rows, size_t cols, uint64_t p,
                                 size_t target, const pcl_balanced_how *how)
    pcl_status pcl_balanced_rank_floats(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                                        const float *a, size_t rows, size_t cols, uint64_t p,
                                        size_t target, const pcl_balanced_how *how)
    pcl_status pcl_balanced_matmul(uint64_t *c, const uint64_t *a, const uint64_t *b, size_t m,
                                   size_t k, size_t n, uint64_t p, const pcl_balanced_how *how)


cdef inline int heard(void *errors) noexcept with gil:
    """The poll of the C core: stops it when a signal handler raises, as that of Ctrl-C does; what
    it raised is put into a list.
    """
    try:
        PyErr_CheckSignals()
    except BaseException as error:
        (<list>errors).append(error)
        return 1
    return 0


cdef inline int check(pcl_status status, str limit="beyond a limit of the C core") except -1:
    """Turns a status into an exception, whose text for PCL_LIMIT is given; PCL_OK and PCL_NONE pass
    (returned as 0 and 1).
    """
    if status == PCL_NOMEM:
        raise MemoryError("out of memory in the C core")
    if status == PCL_LIMIT:
        raise OverflowError(limit)
    if status == PCL_STOPPED:
        raise RuntimeError("stopped")           # who passes a poll raises what that has caught
    if status == PCL_UNSUPPORTED:
        raise NotImplementedError("this machine or this build lacks the instruction set")
    return <int>status


cdef inline int set_modulus(pcl_mod *mod, object p) except -1:
    """Checks every modulus that comes from Python: a prime 2 <= p < 2^62."""
    if not isinstance(p, int) or isinstance(p, bool):
        raise TypeError(f"p: expected an int, got {type(p).__name__}")
    if not 2 <= p < 1 << 62 or not pcl_is_prime(p):
        raise ValueError(f"p: expected a prime with 2 <= p < 2^62, got {p}")
    pcl_mod_init(mod, p)
    return 0
