/* What the files of the balanced module share: compute loops, threads, products. No other module
   includes it. */
#ifndef PCL_BALANCED_INSIDE_H
#define PCL_BALANCED_INSIDE_H

#include <math.h>

#include "pcl/balanced.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PCL_BALANCED_TERMS 256      /* products between reductions: see balanced.h */
#define PCL_BALANCED_SQUARE 16      /* pivots that are found at once */
#define PCL_BALANCED_ROW 64         /* entries of a row that are summed at once */
#define PCL_BALANCED_SUMMANDS 2     /* parts that a factor of a product is a sum of, at most */

/* A submatrix, balanced, in floats, which hold integers up to 2^24: rows row[0], row[1], ... from
   column col on, times sign, which is 1 or -1. */
typedef struct {
    float *const *row;
    size_t col;
    double sign;
} pcl_balanced_part;

/* A sum of parts of one shape; or, as the left side of a product, the parts from which the product
   is subtracted. */
typedef struct {
    pcl_balanced_part part[PCL_BALANCED_SUMMANDS];
    size_t parts;
} pcl_balanced_sum;

/* The compute loops for one instruction set (balanced/loops.c, balanced/pack.c). Entries are
   balanced, before and after. */
typedef struct {
    const char *name;
    size_t rows, cols;          /* of a tile: so many are packed at a time */
    size_t lanes, panel;        /* numbers in a vector, columns in a panel: for `cross` */
    /* Sets to, (k x rows) after (k x rows), to m rows of a from number `row` on, k entries each;
       what a last part lacks is 0. */
    void (*pack_left)(double *to, const pcl_balanced_sum *a, size_t row, size_t m, size_t k,
                      double p);
    /* Sets to, (k x cols) after (k x cols), to n columns of b from number `col` on, k entries each;
       likewise. */
    void (*pack_right)(double *to, const pcl_balanced_sum *b, size_t k, size_t col, size_t n,
                       double p);
    /* Subtracts the product of left and right, packed (k <= PCL_BALANCED_TERMS), from each part of
       c in rows row .. row+m-1 and columns col .. col+n-1. */
    void (*multiply)(const pcl_balanced_sum *c, const double *left, const double *right, size_t row,
                     size_t m, size_t col, size_t n, size_t k, double p);
    /* The same for rows 0 .. m-1, m < rows, and a factor b that is not packed, of sign 1. */
    void (*multiply_few)(const pcl_balanced_sum *c, const double *left, const pcl_balanced_part *b,
                         size_t m, size_t col, size_t n, size_t k, double p);
    /* Sets sum[j], j < n, to the sum over i < k of x[i] times entry i, j of a, whose rows are n
       floats long; n: whole multiples of PCL_BALANCED_ROW. */
    void (*combine)(double *sum, const double *x, const float *a, size_t k, size_t n);
    /* For k rows of a panel a (k x panel), two rows x (k x 2) and two columns y: adds to
       below[s][j] the sum over i of x[i][s] a[i][j], and to the `lanes` numbers beside[i][s], as
       parts of one sum, that over j of a[i][j] y[s][j]. */
    void (*cross)(double *const below[2], double *beside, const double *x,
                  const double *const y[2], const float *a, size_t k);
    /* Gauss-Jordan step on m <= 16 rows of 16 entries: row `at` is multiplied by inverse and
       subtracted, as often as their entry at `at` says, from all others; column `at` becomes that
       of the matrix of this step. */
    void (*sweep)(double *square, size_t m, size_t at, double inverse, double p);
    /* Sets to[i] to the balanced representative of from[i] < p, i < n. */
    void (*load)(float *to, const uint64_t *from, size_t n, uint64_t p);
    /* Sets to[i] < p to what is congruent to -from[i], i < n. */
    void (*store_negated)(uint64_t *to, const float *from, size_t n, uint64_t p);
} pcl_balanced_loops;

extern const pcl_balanced_loops pcl_balanced_portable, pcl_balanced_avx2, pcl_balanced_avx512;

/* Returns the loops for an instruction set, or NULL if this machine or this build lacks it. */
const pcl_balanced_loops *pcl_balanced_find(pcl_balanced_cpu cpu);

/* The threads of one computation (balanced/team.c). */
typedef struct pcl_balanced_team pcl_balanced_team;

/* Returns a new team, or NULL if there is no memory. */
pcl_balanced_team *pcl_balanced_team_new(const pcl_balanced_how *how);

/* Ends the threads and frees the team, unless it is NULL. */
void pcl_balanced_team_free(pcl_balanced_team *team);

/* Calls job(arg, i) once for every i < jobs, in any order, on all threads, and returns when all are
   done. cost: products in a job; too few of them stay on the calling thread. Polls; after a stop,
   jobs are left undone. */
void pcl_balanced_team_run(pcl_balanced_team *team, void (*job)(void *arg, size_t i), void *arg,
                           size_t jobs, size_t cost);

/* Lets runs go on without a poll (quiet = 1), or with it again (0). */
void pcl_balanced_team_quiet(pcl_balanced_team *team, int quiet);

/* Returns 1 if a poll has asked to stop, else 0. */
int pcl_balanced_stopped(const pcl_balanced_team *team);

/* Makes room for m rows after the first basis->rank, and for the order of the columns
   (balanced/basis.c). Returns PCL_OK, PCL_NOMEM; the basis is as it was. */
pcl_status pcl_balanced_echelon_room(pcl_balanced_echelon *basis, size_t m);

/* Rows of a matrix, one or the other: residues, or balanced integers. */
typedef struct {
    const uint64_t *words;
    const float *balanced;
} pcl_balanced_rows;

/* pcl_balanced_echelon_extend, for either kind (balanced/echelon.c). Returns PCL_OK, PCL_NOMEM,
   PCL_LIMIT, PCL_STOPPED, PCL_UNSUPPORTED. */
pcl_status pcl_balanced_echelon_take(unsigned char *raised, pcl_balanced_echelon *basis,
                                     pcl_balanced_rows rows, size_t m, size_t target,
                                     const pcl_balanced_how *how);

/* Returns the smaller one. */
static inline size_t pcl_balanced_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Returns n, rounded up to a multiple of unit. */
static inline size_t pcl_balanced_whole(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Returns the integer nearest to x / p, or next to it, inverse being 1 / p: see balanced.h. */
static inline double pcl_balanced_quotient(double x, double inverse)
{
    const double round = 0x1.8p52;
    return x * inverse + round - round;
}

/* Raises most to x >= 0; infinity, for good, where x is not a number. */
static inline void pcl_balanced_raise(double *most, double x)
{
    if (!(x <= *most))
        *most = x == x ? x : INFINITY;
}

/* Returns the inverse of an integer x mod p, balanced, or 0 if there is none
   (balanced/invert.c). */
double pcl_balanced_inverse(double x, uint64_t p);

/* What products need beside their matrices (balanced/work.c). */
typedef struct {
    const pcl_balanced_loops *loops;
    pcl_balanced_team *team;
    uint64_t p;
    size_t rows, cols;          /* of a piece of a product, whole tiles */
    double *left, *right;       /* packed factors, PCL_BALANCED_TERMS x rows and x cols */
    void *memory;               /* what they point into */
} pcl_balanced_work;

/* Sets work up for products with m <= rows (or PCL_BALANCED_SQUARE) and n <= cols as a rule; with
   one thread where there are few terms in all of them together. It is to be cleared whatever is
   returned. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (p < 2 or p >= 2^23), PCL_UNSUPPORTED. */
pcl_status pcl_balanced_work_init(pcl_balanced_work *work, uint64_t p, size_t rows, size_t cols,
                                  double terms, const pcl_balanced_how *how);

/* Frees what work owns. */
void pcl_balanced_work_clear(pcl_balanced_work *work);

/* Returns room for m x n items of that size at a multiple of 64 bytes inside *memory, which the
   caller frees, or NULL. */
void *pcl_balanced_alloc(void **memory, size_t m, size_t n, size_t size);

/* Returns a distance for rows of n floats: at least n, an odd multiple of 16 lest rows meet in the
   cache. */
size_t pcl_balanced_stride(size_t n);

/* Subtracts the product of a (m x k) and b (k x n) from every part of c (m x n), reduced. The parts
   of c must not overlap each other or a; they may be rows of b, column for column, if one packing
   will do: k <= PCL_BALANCED_TERMS, m <= PCL_BALANCED_SQUARE. */
void pcl_balanced_multiply(const pcl_balanced_sum *c, const pcl_balanced_sum *a,
                           const pcl_balanced_sum *b, size_t m, size_t k, size_t n,
                           const pcl_balanced_work *work);

/* Subtracts the product of a (m x k) and b (k x n) from c (m x n), reduced: by seven products of
   half the size where that is faster. c must overlap neither a nor b. Algorithm: V. Strassen 1969,
   with the additions in the packing and in the store, J. Huang, T. M. Smith, G. M. Henry, R. A. van
   de Geijn, Strassen's algorithm reloaded, SC 2016; sums of residues are reduced when they are
   packed, so that the bounds of balanced.h hold. */
void pcl_balanced_update(pcl_balanced_part c, pcl_balanced_part a, pcl_balanced_part b, size_t m,
                         size_t k, size_t n, const pcl_balanced_work *work);

#ifdef __cplusplus
}
#endif
#endif
