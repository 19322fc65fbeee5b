/* For the tests of the balanced module: matrices of prescribed rank and pivot rows, slow products
   and minors, and calls on every instruction set of this machine, on one thread and on two. */
#ifndef PCL_REF_BALANCED_H
#define PCL_REF_BALANCED_H

#include "pcl/balanced.h"
#include "test.h"

__extension__ typedef __int128 wide;

static const uint64_t LARGEST = 8388593;
static const uint64_t prime[] = {2, 3, 101, 65537, 8388587, 8388593};
#define PRIMES (sizeof prime / sizeof *prime)
static const size_t edge[] = {1,  2,  7,  8,  9,   15,  16,  17,  23, 24,
                              25, 33, 95, 97, 255, 256, 257, 258, 300};
#define EDGES (sizeof edge / sizeof *edge)
/* The case at hand. */
static uint64_t p, *a;
static size_t rows, cols, rank, *row_pivot;

static inline void show(void)
{
    fprintf(stderr, "p=%" U ", %zu x %zu, rank %zu", p, rows, cols, rank);
    for (size_t i = 0; i < rows && rows * cols <= 10000; i++)
        for (size_t j = 0; j < cols; j++)
            fprintf(stderr, "%s%" U, j ? " " : "\n", a[i * cols + j]);
    fputc('\n', stderr);
}

static inline size_t least(size_t x, size_t y) { return x < y ? x : y; }

static inline size_t *numbers(size_t n)
{
    size_t *to = malloc(n * sizeof *to + !n);
    CHECK(to != NULL, "out of memory");
    return to;
}

/* A residue, often one of the largest in balanced representation. */
static inline uint64_t entry(void)
{
    return rnd_below(4) ? rnd_entry(p) : (p / 2 + rnd_below(2)) % p;
}

/* A poll that stops at once, and counts. */
static inline int refuse(void *arg)
{
    ++*(int *)arg;
    return 1;
}

static int first;                       /* on_every_path calls for the first time */

/* Calls what(how) on all instruction sets there are; the first is the portable one. */
static inline void on_every_path(void (*what)(const pcl_balanced_how *how))
{
    first = 1;
    for (int cpu = PCL_BALANCED_PORTABLE; cpu <= PCL_BALANCED_AVX512; cpu++)
        for (unsigned threads = 1; threads <= 2 && pcl_balanced_name((pcl_balanced_cpu)cpu);
             threads++, first = 0)
            what(&(pcl_balanced_how){(pcl_balanced_cpu)cpu, threads, NULL, NULL});
    CHECK(!first, "no instruction set");
}

/* to (m x n) = x (m x k) y (k x n); sums of fewer than 2^18 products fit a word. */
static inline uint64_t *ref_matmul(const uint64_t *x, const uint64_t *y, size_t m, size_t k,
                                   size_t n)
{
    uint64_t *to = calloc(m * n + 1, sizeof *to);
    CHECK(to != NULL, "out of memory");
    for (size_t i = 0; i < m; i++) {
        for (size_t t = 0; t < k; t++)
            for (size_t j = 0; j < n && x[i * k + t]; j++)
                to[i * n + j] += x[i * k + t] * y[t * n + j];
        for (size_t j = 0; j < n; j++)
            to[i * n + j] %= p;
    }
    return to;
}

/* a = left * right: right has unit columns at chosen places; row i of left uses the pivot rows up
   to i only. */
static inline void random_case(uint64_t modulo, size_t m, size_t n, size_t r)
{
    p = modulo, rows = m, cols = n, rank = r;
    row_pivot = numbers(r);
    size_t *col = numbers(r);
    choose(row_pivot, m, r);
    choose(col, n, r);
    for (size_t t = 0, late = rnd_below(3) == 0; t < r && late; t++)
        row_pivot[t] = m - r + t, col[t] = n - r + t;
    for (size_t t = r; t > 1; t--) {
        const size_t s = rnd_below(t), x = col[s];
        col[s] = col[t - 1], col[t - 1] = x;
    }
    const uint64_t zeros = rnd_below(4), sparse = rnd_below(3) ? 1 : 8;
    uint64_t *left = calloc(m * r + 1, sizeof *left), *right = calloc(r * n + 1, sizeof *right);
    CHECK(left && right, "out of memory");
    for (size_t j = 0; j < n; j++)
        for (size_t t = 0, zero = rnd_below(8) < zeros; t < r && !zero; t++)
            right[t * n + j] = rnd_below(sparse) ? 0 : entry();
    for (size_t t = 0; t < r; t++)
        for (size_t s = 0; s < r; s++)
            right[s * n + col[t]] = s == t;
    for (size_t i = 0, t = 0; i < m; i++) {
        for (size_t s = 0; s < t; s++)
            left[i * r + s] = rnd_below(sparse) ? 0 : entry();
        if (t < r && row_pivot[t] == i)
            left[i * r + t++] = rnd_nonzero(p);
    }
    uint64_t *product = ref_matmul(left, right, m, r, n);
    a = copy(product, m * n);
    free(product), free(left), free(right), free(col);
}

/* Elimination without exchanges on the minor of a: all leading minors are nonzero. */
static inline void check_minors(const size_t *row, const size_t *col, size_t k)
{
    uint64_t *b = malloc(k * k * sizeof *b + 1);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            CHECK(col[j] < cols, "pivot %zu in column %zu", j, col[j]);
            b[i * k + j] = a[row[i] * cols + col[j]];
        }
    for (size_t t = 0; t < k; t++) {
        CHECK(b[t * k + t] != 0, "the minor of %zu pivots is 0", t + 1);
        const uint64_t inverse = ref_inv(b[t * k + t], p);
        for (size_t i = t + 1; i < k; i++) {
            const uint64_t c = p - b[i * k + t] * inverse % p;
            for (size_t j = t; j < k && c != p; j++)
                b[i * k + j] = (b[i * k + j] + c * b[t * k + j]) % p;
        }
    }
    free(b);
}

#endif
