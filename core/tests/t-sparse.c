/* Sparse rows against the dense echelon basis: the same rows raise the rank, in the same pivots;
   the reduced form is that of the same span. */
#include "pcl/dense.h"
#include "pcl/sparse.h"
#include "test.h"

enum { MAX = 150, ROWS = 24 };

static uint64_t a[ROWS * MAX];
static size_t rows, cols;
static pcl_mod mod;

static void show(void)
{
    fprintf(stderr, "p = %" U ", %zu x %zu\n", mod.p, rows, cols);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            if (a[i * cols + j])
                fprintf(stderr, "%zu %zu %" U "\n", i, j, a[i * cols + j]);
}

/* Row i as entries in random order, with some zeros that are stated. */
static size_t entries(uint32_t *column, uint64_t *value, size_t i)
{
    size_t n = 0;
    for (size_t j = 0; j < cols; j++)
        if (a[i * cols + j] || !rnd_below(50)) {
            const size_t k = rnd_below(++n);
            column[n - 1] = column[k], value[n - 1] = value[k];
            column[k] = (uint32_t)j, value[k] = a[i * cols + j];
        }
    return n;
}

/* Every row has a leading 1 in its pivot, is zero in the pivots before it (and in all others if
   reduced), and lies in the span. */
static void check_rows(const pcl_sparse *basis, const pcl_echelon *dense, int is_reduced)
{
    CHECK(basis->rank == dense->rank, "rank %zu, not %zu", basis->rank, dense->rank);
    for (size_t i = 0; i < basis->rank; i++) {
        uint64_t row[MAX] = {0};
        for (size_t k = basis->start[i]; k < basis->start[i + 1]; k++) {
            const uint32_t j = basis->column[k], owner = basis->owner[j];
            CHECK(k == basis->start[i]
                      || (j > basis->column[k - 1] && (is_reduced ? !owner : !owner || owner > i)),
                  "row %zu, column %u", i, j);
            CHECK(basis->value[k] && basis->value[k] < mod.p, "row %zu, column %u: %" U, i, j,
                  basis->value[k]);
            row[j] = basis->value[k];
        }
        CHECK(basis->owner[basis->column[basis->start[i]]] == i + 1
                  && basis->value[basis->start[i]] == 1,
              "pivot of row %zu", i);
        CHECK(pcl_echelon_reduce(row, dense) == cols, "row %zu is not in the span", i);
    }
    for (size_t j = 0; j < cols; j++)
        CHECK(!basis->sum[j] && !(basis->touched[j / 64] >> j % 64 & 1),
              "column %zu is left in the accumulator", j);
}

static void check(void)
{
    pcl_sparse basis, reduced;
    pcl_echelon dense;
    uint32_t column[MAX];
    uint64_t value[MAX], row[MAX];
    size_t work = 0;
    CHECK(pcl_sparse_init(&basis, cols, &mod) == PCL_OK
              && pcl_sparse_init(&reduced, cols, &mod) == PCL_OK,
          "init");
    pcl_echelon_init(&dense, cols, &mod);
    for (size_t i = 0; i < rows; i++) {
        const size_t size = entries(column, value, i), before = work;
        memcpy(row, a + i * cols, cols * sizeof *row);
        const int grows = cols && pcl_echelon_add(&dense, row) == PCL_OK;
        CHECK(pcl_sparse_add(&basis, &work, column, value, size) == (grows ? PCL_OK : PCL_NONE),
              "row %zu", i);
        CHECK(work >= before + size, "work of row %zu", i);
    }
    check_rows(&basis, &dense, 0);
    for (size_t i = 0; i < dense.rank; i++)
        CHECK(basis.owner[dense.pivot[i]] == i + 1, "pivot %zu in column %zu", i, dense.pivot[i]);
    for (size_t j = cols; j--;)
        if (basis.owner[j]) {
            const size_t i = basis.owner[j] - 1, start = basis.start[i];
            CHECK(pcl_sparse_add(&reduced, &work, basis.column + start, basis.value + start,
                                 basis.start[i + 1] - start)
                      == PCL_OK,
                  "row %zu again", i);
        }
    check_rows(&reduced, &dense, 1);
    pcl_echelon_clear(&dense);
    pcl_sparse_clear(&reduced), pcl_sparse_clear(&basis);
}

int main(void)
{
    test_start();
    test_show = show;
    for (int i = 0; i < 4000; i++) {
        mod = modulus(i < 2 * (int)EDGE_PRIMES ? edge_prime[i / 2] : rnd_prime());
        rows = rnd_below(ROWS + 1), cols = rnd_below(i % 3 ? 20 : MAX + 1);
        const uint64_t one_in = 1 + rnd_below(8);
        for (size_t j = 0; j < rows * cols; j++)
            a[j] = rnd_below(one_in) ? 0 : rnd_below(4) ? rnd_entry(mod.p) : 1;
        for (size_t k = 0; k < rows / 3 && rows; k++)       /* rows that depend on others */
            for (size_t j = 0, from = rnd_below(rows), to = rnd_below(rows); j < cols; j++)
                a[to * cols + j] = pcl_add(a[from * cols + j], a[to * cols + j], &mod);
        check();
    }
    return 0;
}
