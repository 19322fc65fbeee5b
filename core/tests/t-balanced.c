/* Rank and product modulo a small prime: matrices of prescribed rank and pivot rows, on every
   instruction set of this machine, on one thread and on two, which must agree; against
   pcl_rank_dense and slow elimination. */
#include <math.h>
#include "pcl/dense.h"
#include "ref_balanced.h"
#include "ref_poll.h"

static const size_t shape[][2] = {{0, 0},    {0, 5},     {5, 0},     {1, 300},
                                  {300, 1},  {300, 700}, {700, 300}, {513, 40},
                                  {40, 513}, {257, 256}, {256, 257}, {600, 17}};
#define SHAPES (sizeof shape / sizeof *shape)

static size_t *first_col;               /* what the first path found */

static void rank_on(const pcl_balanced_how *how)
{
    const size_t most = least(rows, cols);
    size_t found = 99, *row = numbers(most), *col = numbers(most);
    CHECK(pcl_balanced_rank(&found, row, col, a, rows, cols, p, SIZE_MAX, how) == PCL_OK, "%s",
          pcl_balanced_name(how->cpu));
    CHECK(found == rank, "%s, %u threads: rank %zu", pcl_balanced_name(how->cpu), how->threads,
          found);
    CHECK(!rank || !memcmp(row, row_pivot, rank * sizeof *row), "%s: row pivots",
          pcl_balanced_name(how->cpu));
    if (first)
        check_minors(row, col, rank), memcpy(first_col, col, rank * sizeof *col);
    CHECK(!rank || !memcmp(col, first_col, rank * sizeof *col), "%s, %u threads: other columns",
          pcl_balanced_name(how->cpu), how->threads);
    float *balanced = malloc((rows * cols + 1) * sizeof *balanced);
    for (size_t i = 0; i < rows * cols; i++)
        balanced[i] = a[i] > p / 2 ? (float)a[i] - (float)p : (float)a[i];
    CHECK(pcl_balanced_rank_floats(&found, row, col, balanced, rows, cols, p, SIZE_MAX, how)
              == PCL_OK,
          "balanced");
    CHECK(found == rank
              && (!rank
                  || (!memcmp(row, row_pivot, rank * sizeof *row)
                      && !memcmp(col, first_col, rank * sizeof *col))),
          "balanced: rank %zu", found);
    free(balanced);
    const size_t target[] = {0, 1, rank / 2, rank, rank + 1};
    for (size_t k = 0; k < 5; k++) {
        CHECK(pcl_balanced_rank(&found, row, col, a, rows, cols, p, target[k], how) == PCL_OK,
              "target %zu", target[k]);
        CHECK(found == least(rank, target[k]), "target %zu: rank %zu", target[k], found);
        CHECK(!found || !memcmp(row, row_pivot, found * sizeof *row), "target %zu: other rows",
              target[k]);
        CHECK(!found || !memcmp(col, first_col, found * sizeof *col), "target %zu: other columns",
              target[k]);
    }
    free(row), free(col);
}

static void check_rank(void)
{
    const size_t most = least(rows, cols);
    first_col = numbers(most);
    on_every_path(rank_on);

    const pcl_mod mod = modulus(p);
    size_t found = 99, *row = numbers(most), *col = numbers(most);
    uint64_t *b = copy(a, rows * cols);
    CHECK(pcl_rank_dense(&found, row, col, b, rows, cols, &mod) == PCL_OK && found == rank,
          "dense: rank %zu", found);
    CHECK(!rank || !memcmp(row, row_pivot, rank * sizeof *row), "dense: row pivots");
    free(first_col), free(row), free(col), free(b), free(a), free(row_pivot);
}

static void check_case(uint64_t modulo, size_t m, size_t n, size_t r)
{
    random_case(modulo, m, n, r);
    check_rank();
}

/* Matrices without a plan: one nonzero entry a row, triangles on either diagonal, one row or column
   repeated. */
static void check_pattern(uint64_t modulo, size_t n, int pattern)
{
    p = modulo, rows = cols = n;
    a = calloc(n * n, sizeof *a);
    row_pivot = numbers(n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const uint64_t one_row = 1 + j % (p - 1), one_column = 1 + i % (p - 1);
            const uint64_t x[] = {j == i * 7 % n, i + j + 1 >= n, i <= j ? p - 1 : 0, one_row,
                                  one_column};
            a[i * n + j] = x[pattern];
        }
    const pcl_mod mod = modulus(p);
    size_t *col = numbers(n);
    uint64_t *b = copy(a, n * n);
    CHECK(pcl_rank_dense(&rank, row_pivot, col, b, n, n, &mod) == PCL_OK, "pcl_rank_dense");
    CHECK(rank
              == (pattern > 2        ? 1
                  : pattern || n % 7 ? n
                                     : n / 7),
          "pattern %d: rank %zu", pattern, rank);
    free(col), free(b);
    check_rank();
}

static size_t inner;            /* a (rows x cols) = left (rows x inner) right (inner x cols) */
static uint64_t *left, *right;

static void product_on(const pcl_balanced_how *how)
{
    uint64_t *c = malloc(rows * cols * sizeof *c + 1);
    CHECK(pcl_balanced_matmul(c, left, right, rows, inner, cols, p, how) == PCL_OK, "%s",
          pcl_balanced_name(how->cpu));
    for (size_t i = 0; i < rows * cols; i++)
        CHECK(c[i] == a[i], "%s, %u threads, %zu terms: entry %zu is %" U ", not %" U,
              pcl_balanced_name(how->cpu), how->threads, inner, i, c[i], a[i]);
    free(c);
}

/* kind 0: random; 1, 2: products as large as can be, of one sign or in turn. p need not be
   prime. */
static void check_product(uint64_t modulo, size_t m, size_t k, size_t n, int kind)
{
    p = modulo, rows = m, cols = n, inner = k;
    left = malloc(m * k * sizeof *left + 1), right = malloc(k * n * sizeof *right + 1);
    for (size_t i = 0; i < m * k; i++)
        left[i] = kind ? p / 2 - rnd_below(2) : entry();
    for (size_t i = 0; i < k * n; i++)
        right[i] = kind ? p / 2 - rnd_below(2) + (kind == 2 && i / n % 2) * 2 : entry();
    a = ref_matmul(left, right, m, k, n);
    on_every_path(product_on);
    free(a), free(left), free(right);
}

/* As large as to go through Strassen's seven products, and odd: times a vector, the product is that
   of both factors. */
static void check_large_product(size_t m, size_t k, size_t n)
{
    p = LARGEST, rows = m, cols = n, inner = k;
    left = malloc(m * k * sizeof *left), right = malloc(k * n * sizeof *right);
    uint64_t *c = malloc(m * n * sizeof *c), *x = malloc(n * sizeof *x);
    for (size_t i = 0; i < m * k; i++)
        left[i] = entry();
    for (size_t i = 0; i < k * n; i++)
        right[i] = entry();
    for (size_t i = 0; i < n; i++)
        x[i] = rnd_entry(p);
    uint64_t *y = ref_matmul(right, x, k, n, 1), *expected = ref_matmul(left, y, m, k, 1);
    for (unsigned threads = 1; threads <= 2; threads++) {
        const pcl_balanced_how how = {PCL_BALANCED_BEST, threads, NULL, NULL};
        CHECK(pcl_balanced_matmul(c, left, right, m, k, n, p, &how) == PCL_OK, "large product");
        uint64_t *found = ref_matmul(c, x, m, n, 1);
        for (size_t i = 0; i < m; i++)
            CHECK(found[i] == expected[i], "%zu x %zu x %zu, %u threads: row %zu", m, k, n, threads,
                  i);
        free(found);
    }
    free(left), free(right), free(c), free(x), free(y), free(expected);
}

static void check_stop(void)
{
    enum { N = 1800 };
    caller = pthread_self();
    p = LARGEST;
    uint64_t *x = malloc(N * N * sizeof *x), *y = malloc(N * N * sizeof *y);
    float *z = malloc(N * N * sizeof *z);
    size_t found, row[N], col[N];
    for (size_t i = 0; i < N * N; i++)
        x[i] = rnd_below(p), z[i] = (float)(x[i] > p / 2 ? (double)x[i] - (double)p : (double)x[i]);
    for (unsigned threads = 1; threads <= 2; threads++)
        for (patience = 0; patience <= 99; patience += 99) {
            const pcl_balanced_how how = {PCL_BALANCED_BEST, threads, poll, &polls};
            polls = 0;
            CHECK(pcl_balanced_rank(&found, row, col, x, N, N, p, SIZE_MAX, &how)
                  == (patience ? PCL_OK : PCL_STOPPED), "rank, %d polls", polls);
            CHECK(polls == 1 || (polls && patience), "rank: %d polls", polls);
            polls = 0;
            CHECK(pcl_balanced_rank_floats(&found, row, col, z, N, N, p, SIZE_MAX, &how)
                  == (patience ? PCL_OK : PCL_STOPPED), "rank of floats, %d polls", polls);
            CHECK(polls == 1 || (polls && patience), "rank of floats: %d polls", polls);
            polls = 0;
            CHECK(pcl_balanced_matmul(y, x, x, N, N, N, p, &how)
                  == (patience ? PCL_OK : PCL_STOPPED), "product, %d polls", polls);
            CHECK(polls == 1 || (polls && patience), "product: %d polls", polls);
        }
    free(x), free(y), free(z);
}

static void check_refusals(void)
{
    const uint64_t one = 1, bad[] = {0, 1, (uint64_t)1 << 23, 8388617, UINT64_MAX};
    const pcl_balanced_how unknown = {(pcl_balanced_cpu)9, 1, NULL, NULL};
    const float zero = 0, three = 3, unfit[] = {4, -4, 0.5f, 1e30f, NAN, INFINITY};
    uint64_t c;
    size_t found, row, col;
    for (size_t i = 0; i < 5; i++) {
        CHECK(pcl_balanced_rank(&found, &row, &col, &one, 1, 1, bad[i], 1, NULL) == PCL_LIMIT,
              "p=%" U, bad[i]);
        CHECK(pcl_balanced_rank_floats(&found, &row, &col, &zero, 1, 1, bad[i], 1, NULL)
                  == PCL_LIMIT,
              "p=%" U, bad[i]);
        CHECK(pcl_balanced_matmul(&c, &one, &one, 1, 1, 1, bad[i], NULL) == PCL_LIMIT, "p=%" U,
              bad[i]);
    }
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        CHECK(pcl_balanced_rank_floats(&found, &row, &col, unfit + i, 1, 1, 7, 1, NULL)
                  == PCL_LIMIT,
              "%g", (double)unfit[i]);
    CHECK(pcl_balanced_rank_floats(&found, &row, &col, &three, 1, 1, 7, 1, NULL) == PCL_OK
              && found == 1,
          "the largest");
    CHECK(pcl_balanced_rank(&found, &row, &col, &one, 1, 1, 7, 1, &unknown) == PCL_UNSUPPORTED,
          "unknown instruction set");
    CHECK(pcl_balanced_rank_floats(&found, &row, &col, &zero, 1, 1, 7, 1, &unknown)
              == PCL_UNSUPPORTED,
          "unknown instruction set");
    CHECK(pcl_balanced_matmul(&c, &one, &one, 1, 1, 1, 7, &unknown) == PCL_UNSUPPORTED,
          "unknown instruction set");
    CHECK(!pcl_balanced_name(unknown.cpu) && pcl_balanced_name(PCL_BALANCED_BEST), "names");
    CHECK(pcl_balanced_rank(&found, &row, &col, &one, 1, 1, 7, 1, NULL) == PCL_OK && found == 1
              && !row && !col,
          "1 x 1");
}

int main(void)
{
    test_start();
    check_refusals();
    test_small ? (void)0 : check_stop();
    test_show = show;
    for (size_t e = 0; e < EDGES; e++)
        for (int kind = 0; kind < 3; kind++)
            check_product(kind ? edge[e] % 2 ? LARGEST : 8388607 : prime[e % PRIMES],
                          1 + rnd_below(40), edge[e], 1 + rnd_below(140), kind);
    check_product(LARGEST, 3, 1100, 5, 1), check_product(8388606, 300, 1, 9, 0);
    check_product(8388607, 517, 515, 97, 2);
    test_small ? (void)0 : check_large_product(917, 1001, 935);
    check_product(7, 0, 3, 4, 0), check_product(7, 3, 0, 4, 0), check_product(7, 3, 4, 0, 0);
    check_product(2, 260, 5, 1, 0);

    for (size_t i = 0; i < (test_small ? 1 : 4) * PRIMES; i++)
        for (size_t s = 0; s < EDGES && edge[s] < 100; s++)
            check_case(prime[i % PRIMES], edge[s], edge[s],
                       rnd_below(2) ? edge[s] : rnd_below(edge[s] + 1));
    for (size_t i = 0; i < PRIMES; i++) {
        for (size_t s = i % 3; s < EDGES && (!test_small || edge[s] < 100); s += 3)
            check_case(prime[i], edge[s], edge[s], rnd_below(2) ? edge[s] : rnd_below(edge[s]));
        for (size_t s = test_small ? i % 9 : 0; s < SHAPES; s += test_small ? 9 : 1)
            check_case(prime[i], shape[s][0], shape[s][1],
                       least(shape[s][0], shape[s][1]) * (8 - i % 2 * rnd_below(9)) / 8);
    }
    for (int i = 0; i < (test_small ? 50 : 400); i++) {
        const size_t m = rnd_below(i % 20 ? 30 : 150), n = rnd_below(i % 20 ? 30 : 150);
        check_case(prime[rnd_below(PRIMES)], m, n, rnd_below(1 + least(m, n)));
    }
    for (int pattern = 0; pattern < 5; pattern++)
        for (size_t n = 150; n <= (test_small ? 150 : 540); n += 190)
            check_pattern(n < 300 ? 3 : LARGEST, n, pattern);
    return 0;
}
