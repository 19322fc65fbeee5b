/* Dense linear algebra modulo a prime below 2^23 at the speed of floating point, every result
   exact: growing echelon basis, rank with pivot witness, matrix product, inverse, p-adic lifting.
   Residues are doubles in balanced representation, kept in floats, which hold integers up to 2^24;
   no BLAS.

   Exactness, for 2 <= p < 2^23. Put h = floor((p + 1) / 2), so h <= 2^22 and h < p. Every entry is
   an integer of absolute value at most h: this holds after loading (-(p-1)/2 .. p/2), and step 3
   keeps it. An update sets x to an entry less a sum of at most 256 products of entries
   (PCL_BALANCED_TERMS), and stores x reduced:
     1. Each partial sum is an integer of absolute value at most h + 256 h^2 <= 2^52 + 2^22 < 2^53,
        which a double holds: no order of summation rounds, with fused multiply-add or without. So x
        is exact.
     2. y = x * (1/p), both operations rounded, differs from x / p by at most e = 2^-52 (1 + 2^-53)
        |x| / p. Adding 3 * 2^51 and taking it away again makes it the nearest integer q to y (or to
        x times the rounded 1/p, if fused, which is closer), since |y| < 2^51. Hence |x / p - q| <=
        1/2 + e.
     3. q p is an integer of absolute value at most |x| + p < 2^53, so r = x - q p is exact, and r =
        x mod p. By 2, |r| <= p/2 + 2^-52 (1 + 2^-53) |x|. If p is odd, this is less than (p + 3) /
        2, so the integer |r| is at most h. If p is even, h = p/2 <= 2^22 - 1, so |x| < 2^52 - 2^30,
        |r| < p/2 + 1, and |r| is at most h again.
     4. As h < p, an entry is 0 mod p only if it is 0.0.
   Required: IEEE doubles without excess precision, rounding to nearest, no -ffast-math. */
#ifndef PCL_BALANCED_H
#define PCL_BALANCED_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Instruction sets that the compute loops are compiled for. */
typedef enum {
    PCL_BALANCED_BEST = 0,      /* the last of these that this machine has */
    PCL_BALANCED_PORTABLE = 1,
    PCL_BALANCED_AVX2 = 2,      /* and FMA */
    PCL_BALANCED_AVX512 = 3     /* F, DQ and VL */
} pcl_balanced_cpu;

/* How to compute; the results do not depend on it. All zero is a choice: best instructions, one
   thread, no poll. poll may be NULL; it is called each 2^30 products or so in the calling thread;
   nonzero: stop. */
typedef struct {
    pcl_balanced_cpu cpu;
    unsigned threads;           /* 0 is 1, more than 64 are 64; fewer if the system refuses one */
    int (*poll)(void *arg);
    void *arg;
} pcl_balanced_how;

/* Sets basis to the zero subspace of (Z/p)^cols. cols = 0 is allowed. No allocation; p is looked at
   by extend. */
void pcl_balanced_echelon_init(pcl_balanced_echelon *basis, size_t cols, uint64_t p);

/* Frees what the basis owns; it is as after init. */
void pcl_balanced_echelon_clear(pcl_balanced_echelon *basis);

/* Takes rows (m x cols, row-major, entries < p) one after the other and adds to the basis those
   that are not in its span; sets raised[i] to 1 where row i was added, else to 0. Ends when the
   rank is `target` (SIZE_MAX: never); the rows after that are not looked at. how: NULL counts as
   all zero; it may differ from call to call. Memory of the basis: rank + 2048 rows of cols + 31
   floats at most (half as many rows again while that is less than cols). rows are only read; no
   overlap. Algorithm: a chunk of up to 2048 rows is reduced by the rows found before, then by
   halves, the first of which reduces the second, down to 16 rows, which are reduced among
   themselves (Gauss-Jordan); so nearly all work is in products of large matrices, the triangular
   systems included. Cf. C.-P. Jeannerod, C. Pernet, A. Storjohann, Rank-profile revealing Gaussian
   elimination and the CUP matrix decomposition, J. Symb. Comput. 56, 2013. Cost: the sum over the
   rows of 2 t (cols - t / 2) operations, t the rank so far, less an eighth of the largest products
   (Strassen); few rows at a time are slower, for the whole basis is read each time: 64 will do.
   Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (p < 2 or p >= 2^23), PCL_STOPPED, PCL_UNSUPPORTED (how->cpu
   is not to be had). Whatever is returned, the basis is one of the span of the rows marked in this
   call and of all before. Not checked: p prime, entries < p. */
pcl_status pcl_balanced_echelon_extend(unsigned char *raised, pcl_balanced_echelon *basis,
                                       const uint64_t *rows, size_t m, size_t target,
                                       const pcl_balanced_how *how);

/* Sets pivot[0..rank-1] to distinct columns: the leading minors of all sizes on the rows that were
   added, in the order in which they came, and on these columns are not zero mod p. So elimination
   of those rows in order finds row t, reduced by the rows before it, nonzero in column pivot[t].
   They need not be the first columns that will do. The pivots that are there stay when the basis
   grows. Cost: rank. */
void pcl_balanced_echelon_pivots(size_t *pivot, const pcl_balanced_echelon *basis);

/* Sets rank, row_pivot[0..rank-1] and col_pivot[0..rank-1] (each with room for min(rows, cols)) of
   the rows x cols matrix a (row-major, entries < p), as a pcl_balanced_echelon: the leading minors
   of all sizes on these rows and columns, in this order, are not zero mod p. The row pivots
   increase; they are the first rows that will do, as from pcl_rank_dense. The columns may be
   others. Goes no further than the rank `target` (then rank = target and the pivots are the first
   of all); SIZE_MAX for all. how: NULL counts as all zero. Workspace: that of the basis. No output
   may overlap another or a. a is only read, not far beyond the last row needed. Cost: the sum over
   the pivots t of 2 (rows - row_pivot[t]) (cols - t) operations, rows as far as read. Returns
   PCL_OK, PCL_NOMEM, PCL_LIMIT (p < 2 or p >= 2^23), PCL_STOPPED, PCL_UNSUPPORTED (how->cpu is not
   to be had). Not checked: p prime, entries < p. */
pcl_status pcl_balanced_rank(size_t *rank, size_t *row_pivot, size_t *col_pivot, const uint64_t *a,
                             size_t rows, size_t cols, uint64_t p, size_t target,
                             const pcl_balanced_how *how);

/* The same for a matrix of integers of absolute value at most p / 2, as floats. All of a is read,
   to check that. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (p < 2, p >= 2^23, or an entry is not one of
   these integers), PCL_STOPPED, PCL_UNSUPPORTED (how->cpu is not to be had). Not checked: p
   prime. */
pcl_status pcl_balanced_rank_floats(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                                    const float *a, size_t rows, size_t cols, uint64_t p,
                                    size_t target, const pcl_balanced_how *how);

/* Sets c (m x n) to the product of a (m x k) and b (k x n) mod p, 2 <= p < 2^23, prime or not; all
   row-major, entries < p; k = 0 gives zeros. how: NULL counts as all zero. Workspace: (k + 2048) (n
   + 31) + 2048 (k + 31) floats and 3 MB at most. c must not overlap a or b. Cost: 2 m k n
   operations. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (other p), PCL_STOPPED, PCL_UNSUPPORTED
   (how->cpu is not to be had). Not checked: entries < p. */
pcl_status pcl_balanced_matmul(uint64_t *c, const uint64_t *a, const uint64_t *b, size_t m,
                               size_t k, size_t n, uint64_t p, const pcl_balanced_how *how);

/* Sets inverse (r x r, balanced) to that mod p of the first r rows and columns of a, integers below
   p / 2 in absolute value whose rows are `stride` floats apart; p is an odd prime below 2^23. how:
   NULL counts as all zero. Workspace: r (r + 47) floats and 3 MB at most. a is only read, and
   nothing beside that square. Algorithm: Gauss-Jordan, 16 pivots at a time, without exchanges.
   Cost: 2 r^3 operations. Returns PCL_OK, PCL_NONE (a leading minor of the square is zero mod p),
   PCL_NOMEM, PCL_LIMIT (p < 3, p >= 2^23, or an entry is too large), PCL_STOPPED, PCL_UNSUPPORTED
   (how->cpu is not to be had). Not checked: p prime, entries integers. */
pcl_status pcl_balanced_invert(float *inverse, const float *a, size_t stride, size_t r, uint64_t p,
                               const pcl_balanced_how *how);

/* The p-adic solution of left X = rest over the integers modulo growing powers of p
   (balanced/lift.c). */
typedef struct pcl_balanced_lift pcl_balanced_lift;

/* Sets *lift to a new lifting, which the caller frees whatever is returned. a (m x n, row-major) is
   of integers: left its first r columns, rest the others; r < n, r <= m. inverse (r x r): that of
   the minor in front mod p, balanced. p and q are distinct odd primes below 2^23: q serves to
   divide by p exactly, in residues. Let B be the largest row sum of |left| and entry |rest|; 2 B +
   2 < p, q is required. Then the rest after a step, (rest - left digit) / p, has entries of at most
   B / p + B / 2 (1 + 1/p) <= B, so its balanced residue mod q is itself. a and inverse are copied.
   Algorithm: J. D. Dixon, Exact solution of linear equations using p-adic expansions, Numer. Math.
   40, 1982. Cost: that of reading a. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (entries or primes too
   large, or a prime below 3). Not checked: p, q prime and distinct, entries integers, inverse: with
   another matrix the digits are wrong, and nothing says so. */
pcl_status pcl_balanced_lift_new(pcl_balanced_lift **lift, const float *a, const float *inverse,
                                 size_t m, size_t n, size_t r, uint64_t p, uint64_t q);

/* Sets digits (done x r x c, balanced; c = n - r; NULL: they are not wanted) to the next ones, at
   most `steps`: fewer if the rest is zero then, and X with it an integer matrix (finished = 1). The
   m - r lower rows are tested to follow, exactly: rest - left X = 0 mod p^k. how: NULL counts as
   all zero. Workspace: 3 MB at most. Cost of a step: 2 (2 r + 2 (m - r)) r c operations. Returns
   PCL_OK, PCL_NONE (they do not follow in the digit after `done`), PCL_NOMEM, PCL_LIMIT (as
   pcl_balanced_lift_new did), PCL_STOPPED, PCL_UNSUPPORTED (how->cpu is not to be had). The digits
   before `done` are set whatever is returned. What has ended a lifting, PCL_NONE or PCL_STOPPED, is
   what every call after that returns, with done = 0. */
pcl_status pcl_balanced_lift_steps(float *digits, size_t *done, int *finished,
                                   pcl_balanced_lift *lift, size_t steps,
                                   const pcl_balanced_how *how);

/* Frees the lifting, unless it is NULL. */
void pcl_balanced_lift_free(pcl_balanced_lift *lift);

/* Two rows and two columns at once through one minor, in front of a (m x n, integers; 1 <= r <= m,
   n): let B be its first r rows and columns, A those r rows, C those r columns. Sets digits (done x
   4 x r, balanced; room for `steps`) to those, the least first, of the solutions x of x B = rows[k]
   and y of B y = cols[k], k = 0, 1, modulo growing powers of p, and rows (2 x n) and cols (2 x m)
   to what is left, divided by p^done (balanced/solve.c). inverse (r x r): that of B mod p,
   balanced. Tested to follow, exactly, is the first of each: rows[0] - x A = 0 and cols[0] - C y =
   0 mod p^done; of the second, entries from r on are neither read nor set. p: odd, below 2^23. Let
   S be the largest column sum of |A|, row sum of |C|, and entry of the rests; 2 S + 2 < p is
   required. Then S bounds the rests after a step too (see pcl_balanced_lift_new), so no sum rounds.
   how: NULL counts as all zero; how->threads is not looked at. Workspace: (m + n) r floats
   and some vectors. Cost of a step: 8 r^2 operations twice, an entry read for each four products,
   and 2 r (m + n - 2 r). Returns PCL_OK, PCL_NONE (a vector does not follow in the digit after
   `done`), PCL_NOMEM, PCL_LIMIT (p, a or rests too large), PCL_STOPPED, PCL_UNSUPPORTED (how->cpu
   is not to be had). done, digits and rests are as said with PCL_OK, PCL_NONE and PCL_STOPPED; with
   the others done is 0 and the rests are what they were. Not checked: p prime, entries integers,
   inverse. */
pcl_status pcl_balanced_solve(float *digits, size_t *done, double *rows, double *cols,
                              const float *a, const float *inverse, size_t m, size_t n, size_t r,
                              uint64_t p, size_t steps, const pcl_balanced_how *how);

/* Returns the name of the instruction set, "portable", "avx2" or "avx512" (for PCL_BALANCED_BEST
   that of the best one), or NULL if this machine or this build lacks it. */
const char *pcl_balanced_name(pcl_balanced_cpu cpu);

#ifdef __cplusplus
}
#endif
#endif
