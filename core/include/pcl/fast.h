/* Dense linear algebra modulo a prime below 2^23 at the speed of floating point, every result exact: growing
   echelon basis, rank with pivot witness, matrix product. Residues are doubles in balanced representation; no BLAS.

   Exactness, for 2 <= p < 2^23. Put h = floor((p + 1) / 2), so h <= 2^22 and h < p. Every entry is an integer of
   absolute value at most h: this holds after loading (-(p-1)/2 .. p/2), and step 3 keeps it. An update sets x to an
   entry less a sum of at most PCL_FAST_TERMS = 256 products of entries, and stores x reduced:
     1. Each partial sum is an integer of absolute value at most h + 256 h^2 <= 2^52 + 2^22 < 2^53, which a double
        holds: no order of summation rounds, with fused multiply-add or without. So x is exact.
     2. y = x * (1/p), both operations rounded, differs from x / p by at most e = 2^-52 (1 + 2^-53) |x| / p. Adding
        3 * 2^51 and taking it away again makes it the nearest integer q to y (or to x times the rounded 1/p, if
        fused, which is closer), since |y| < 2^51. Hence |x / p - q| <= 1/2 + e.
     3. q p is an integer of absolute value at most |x| + p < 2^53, so r = x - q p is exact, and r = x mod p. By 2,
        |r| <= p/2 + 2^-52 (1 + 2^-53) |x|. If p is odd, this is less than (p + 3) / 2, so the integer |r| is at
        most h. If p is even, h = p/2 <= 2^22 - 1, so |x| < 2^52 - 2^30, |r| < p/2 + 1, and |r| is at most h again.
     4. As h < p, an entry is 0 mod p only if it is 0.0.
   Required: IEEE doubles without excess precision, rounding to nearest, no -ffast-math. */
#ifndef PCL_FAST_H
#define PCL_FAST_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PCL_FAST_TERMS 256      /* products between reductions */

/* Instruction sets that the compute loops are compiled for. */
typedef enum {
    PCL_FAST_BEST = 0,          /* the last of these that this machine has */
    PCL_FAST_PORTABLE = 1,
    PCL_FAST_AVX2 = 2,          /* and FMA */
    PCL_FAST_AVX512 = 3         /* F, DQ and VL */
} pcl_fast_cpu;

/* How to compute; the results do not depend on it. All zero is a choice: best instructions, one thread, no poll. */
typedef struct {
    pcl_fast_cpu cpu;
    unsigned threads;           /* 0 counts as 1, more than 64 as 64; fewer if the system refuses a thread */
    int (*poll)(void *arg);     /* may be NULL; called each 2^30 products or so in the calling thread; nonzero: stop */
    void *arg;
} pcl_fast_how;

/* Sets basis to the zero subspace of (Z/p)^cols. cols = 0 is allowed. No allocation; p is looked at by extend. */
void pcl_fast_echelon_init(pcl_fast_echelon *basis, size_t cols, uint64_t p);

/* Frees what the basis owns; it is as after init. */
void pcl_fast_echelon_clear(pcl_fast_echelon *basis);

/* Takes rows (m x cols, row-major, entries < p) one after the other and adds to the basis those that are not in its
   span; sets raised[i] to 1 where row i was added, else to 0. Goes no further than the chunk of rows in which the rank reaches
   `target` (SIZE_MAX for all rows); the rows after it are not looked at.
   how: NULL counts as all zero; it may differ from call to call. rows are only read; no overlap.
   Memory of the basis: rank + 512 rows of cols + 16 doubles at most, those that never held a row never touched.
   Algorithm: a chunk of 256 rows is reduced by the blocks of rows found before, then among its own rows, by halves;
   Gauss-Jordan inside a block, so that all work is in matrix products; small chunks join the last block. Cf. C.-P.
   Jeannerod, C. Pernet, A. Storjohann, Rank-profile revealing Gaussian elimination and the CUP matrix decomposition,
   J. Symb. Comput. 56, 2013. Cost: the sum over the rows of 2 t (cols - t / 2) operations, t the rank so far; few
   rows at a time are slower, for the whole basis is read each time: 64 will do.
   Returns PCL_OK, PCL_NOMEM, PCL_OVERFLOW (p < 2 or p >= 2^23), PCL_NONE (stopped by poll, or how->cpu is not to be
   had). Whatever is returned, the basis is one of the span of the rows marked in this call and of all before. Not
   checked: p prime, entries < p. */
pcl_status pcl_fast_echelon_extend(unsigned char *raised, pcl_fast_echelon *basis, const uint64_t *rows, size_t m,
                                   size_t target, const pcl_fast_how *how);

/* Sets pivot[0..rank-1] to distinct columns: the leading minors of all sizes on the rows that were added, in the order in
   which they came, and on these columns are not zero mod p. So elimination of those rows in order finds row t,
   reduced by the rows before it, nonzero in column pivot[t]. They need not be the first columns that will do. The
   pivots that are there stay when the basis grows. Cost: cols. Returns PCL_OK or PCL_NOMEM. */
pcl_status pcl_fast_echelon_pivots(size_t *pivot, const pcl_fast_echelon *basis);

/* Sets rank, row_pivot[0..rank-1] and col_pivot[0..rank-1] (each with room for min(rows, cols)) of the rows x cols
   matrix a (row-major, entries < p), as a pcl_fast_echelon: the leading minors of all sizes on these rows and columns, in
   this order, are not zero mod p. The row pivots increase; they are the first rows that will do, as from pcl_rank_dense.
   The columns may be others. Goes no further than the rank `target` (then rank = target and the pivots are the first of
   all); SIZE_MAX for all.
   how: NULL counts as all zero. No output may overlap another or a. a is only read, not beyond the last chunk needed.
   Workspace: that of the basis. Cost: the sum over the pivots t of 2 (rows - row_pivot[t]) (cols - t) operations, rows as
   far as read. Statuses as of pcl_fast_echelon_extend; only with PCL_OK do the outputs hold a result. Not checked: p prime,
   entries < p. */
pcl_status pcl_rank_fast(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                         const uint64_t *a, size_t rows, size_t cols, uint64_t p,
                         size_t target, const pcl_fast_how *how);

/* Sets c (m x n) to the product of a (m x k) and b (k x n) mod p, 2 <= p < 2^23, prime or not; all row-major, entries
   < p; k = 0 gives zeros. c must not overlap a or b. Workspace: (k + 256) * (n + 16) + 256 * k doubles. Cost: 2 m k n
   operations. Statuses as of pcl_fast_echelon_extend. Not checked: entries < p. */
pcl_status pcl_matmul_fast(uint64_t *c, const uint64_t *a, const uint64_t *b, size_t m, size_t k, size_t n,
                           uint64_t p, const pcl_fast_how *how);

/* Returns the name of the instruction set, "portable", "avx2" or "avx512" (for PCL_FAST_BEST that of the best one),
   or NULL if this machine or this build lacks it. */
const char *pcl_fast_name(pcl_fast_cpu cpu);

/* ---- Inside the module ---- */

/* The compute loops for one instruction set (dense/fast_loops.c). */
typedef struct {
    const char *name;
    size_t rows;                /* height of a tile: left factors are packed so many rows at a time */
    /* Sets c (m x n, row distance ldc) to c - a b, reduced: a packed, b k x n (row distance ldb), k <=
       PCL_FAST_TERMS, n a multiple of 8. b must not overlap c, but may be c if m = k = 1. */
    void (*update)(double *c, size_t ldc, const double *a, const double *b, size_t ldb, size_t m, size_t k, size_t n,
                   double p);
    /* Sets to[i] to the balanced representative of from[i] < p, i < n. */
    void (*load)(double *to, const uint64_t *from, size_t n, uint64_t p);
    /* Sets to[i] < p to what is congruent to -from[i], i < n. */
    void (*store_negated)(uint64_t *to, const double *from, size_t n, uint64_t p);
} pcl_fast_loops;

extern const pcl_fast_loops pcl_fast_portable, pcl_fast_avx2, pcl_fast_avx512;

/* Returns the loops for an instruction set, or NULL if this machine or this build lacks it. */
const pcl_fast_loops *pcl_fast_find(pcl_fast_cpu cpu);

/* The threads of one computation (dense/fast_team.c). */
typedef struct pcl_fast_team pcl_fast_team;

/* Returns a new team, or NULL if there is no memory. */
pcl_fast_team *pcl_fast_team_new(const pcl_fast_how *how);

/* Ends the threads and frees the team, unless it is NULL. */
void pcl_fast_team_free(pcl_fast_team *team);

/* Calls job(arg, i) once for every i < jobs, in any order, on all threads, and returns when all are done. cost:
   products in a job; too few of them stay on the calling thread. Polls; after a stop, jobs are left undone. */
void pcl_fast_team_run(pcl_fast_team *team, void (*job)(void *arg, size_t i), void *arg, size_t jobs, size_t cost);

/* Lets runs go on without a poll (quiet = 1), or with it again (0). */
void pcl_fast_team_quiet(pcl_fast_team *team, int quiet);

/* Returns 1 if a poll has asked to stop, else 0. */
int pcl_fast_stopped(const pcl_fast_team *team);

/* What updates need beside their matrices (dense/fast_update.c). */
typedef struct {
    const pcl_fast_loops *loops;
    pcl_fast_team *team;
    uint64_t p;
    double *packed;             /* room for a left factor of PCL_FAST_TERMS x PCL_FAST_TERMS */
    void *block;                /* what packed points into */
} pcl_fast_work;

/* Sets work up; it is to be cleared whatever is returned, a status as of pcl_fast_echelon_extend. */
pcl_status pcl_fast_work_init(pcl_fast_work *work, uint64_t p, const pcl_fast_how *how);

/* Frees what work owns. */
void pcl_fast_work_clear(pcl_fast_work *work);

/* Returns room for m x n doubles at a multiple of 64 bytes inside *block, which the caller frees, or NULL. */
double *pcl_fast_alloc(void **block, size_t m, size_t n);

/* Returns a distance for rows of n doubles: at least n, an odd multiple of 8 lest rows meet in the cache. */
size_t pcl_fast_stride(size_t n);

/* Sets the m x cols matrix `to` (row distance ld) to the rows of from, balanced, and columns cols .. ld-1 to zero. */
void pcl_fast_load(double *to, size_t ld, const uint64_t *from, size_t m, size_t cols, const pcl_fast_work *work);

/* Sets c (m x n) to c - a b, reduced, for a (m x k) and b (k x n): m and k at most PCL_FAST_TERMS, n a multiple of
   8, c and a with row distance ldc. a may overlap c, b must not, but may be c if m = k = 1. */
void pcl_fast_update(double *c, const double *a, const double *b, size_t ldc, size_t ldb,
                     size_t m, size_t k, size_t n, const pcl_fast_work *work);

#ifdef __cplusplus
}
#endif
#endif
