/* Echelon bases, rank with witness and nullspaces of matrices whose rank, pivots and reduced form
   are prescribed. */
#include "pcl/dense.h"
#include "test.h"

enum { MAX = 40 };

/* The case at hand: a, of that shape and rank, whose pivot rows (in order) and pivot columns (as a
   set) are those listed, and whose reduced row echelon form is rref. */
static pcl_mod mod;
static size_t rows, cols, rank, row_pivot[MAX], col_pivot[MAX];
static uint64_t a[MAX * MAX], rref[MAX * MAX];

static void show(void)
{
    fprintf(stderr, "p=%" U ", %zu x %zu, rank %zu\npivots", mod.p, rows, cols, rank);
    for (size_t t = 0; t < rank; t++)
        fprintf(stderr, " (%zu, %zu)", row_pivot[t], col_pivot[t]);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            fprintf(stderr, "%s%" U, j ? " " : "\n", a[i * cols + j]);
    fputc('\n', stderr);
}

static void ref_addmul(uint64_t *y, const uint64_t *x, uint64_t c, size_t n)
{
    for (size_t j = 0; j < n; j++)
        y[j] = ref_add(y[j], ref_mul(c, x[j], mod.p), mod.p);
}

static void random_case(uint64_t p, size_t m, size_t n, size_t r)
{
    mod = modulus(p);
    rows = m, cols = n, rank = r;
    choose(row_pivot, m, r);
    choose(col_pivot, n, r);
    if (r && rnd_below(3) == 0)
        for (size_t t = 0; t < r; t++)      /* as late as can be */
            row_pivot[t] = m - r + t, col_pivot[t] = n - r + t;
    const uint64_t density = 1 + rnd_below(4);
    uint64_t is_pivot[MAX] = {0}, g[MAX * MAX];
    for (size_t t = 0; t < r; t++)
        is_pivot[col_pivot[t]] = 1;
    for (size_t t = 0; t < r; t++)
        for (size_t j = 0; j < n; j++)
            rref[t * n + j] = is_pivot[j] ? j == col_pivot[t]
                            : j > col_pivot[t] && rnd_below(4) < density ? rnd_entry(p) : 0;

    memcpy(g, rref, sizeof g);              /* scrambled by row operations */
    for (size_t i = 0; i < 4 * r && r > 1; i++) {
        const size_t s = rnd_below(r), t = (s + 1 + rnd_below(r - 1)) % r;
        ref_addmul(g + s * n, g + t * n, rnd_entry(p), n);
        ref_addmul(g + t * n, g + t * n, rnd_nonzero(p) - 1, n);
    }
    memset(a, 0, sizeof a);
    for (size_t i = 0, t = 0; i < m; i++) {
        for (size_t s = 0; s < t; s++)
            ref_addmul(a + i * n, g + s * n, rnd_entry(p), n);
        if (t < r && row_pivot[t] == i)
            ref_addmul(a + i * n, g + t++ * n, rnd_nonzero(p), n);
    }
}

/* Determinant of the k x k minor of a on those rows and columns, mod a prime. */
static uint64_t ref_minor(const size_t *row, const size_t *col, size_t k)
{
    const uint64_t p = mod.p;
    uint64_t b[MAX][MAX], det = 1;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            b[i][j] = a[row[i] * cols + col[j]];
    for (size_t t = 0; t < k; t++) {
        size_t i = t;
        while (i < k && !b[i][t])
            i++;
        if (i == k)
            return 0;
        for (size_t j = 0; j < k && i != t; j++) {
            const uint64_t x = b[i][j];
            b[i][j] = b[t][j], b[t][j] = ref_sub(0, x, p);
        }
        det = ref_mul(det, b[t][t], p);
        for (i = t + 1; i < k; i++)
            ref_addmul(b[i], b[t], ref_sub(0, ref_mul(b[i][t], ref_inv(b[t][t], p), p), p), k);
    }
    return det;
}

static void check_rank(void)
{
    const size_t least = rows < cols ? rows : cols;
    size_t found = 99, *row = malloc(least * sizeof *row + 1),
           *col = malloc(least * sizeof *col + 1);
    uint64_t *b = copy(a, rows * cols);
    CHECK(pcl_rank_dense(&found, row, col, b, rows, cols, &mod) == PCL_OK && found == rank,
          "rank %zu", found);
    for (size_t t = 0; t < rank; t++) {
        CHECK(row[t] == row_pivot[t], "pivot %zu in row %zu", t, row[t]);
        CHECK(is_listed(col[t], col_pivot, rank) && !is_listed(col[t], col, t),
              "pivot %zu in column %zu", t, col[t]);
        if (rank > 8 && t < rank - 1)
            continue;
        CHECK(ref_minor(row, col, t + 1) != 0, "the minor of %zu pivots is 0", t + 1);
        const size_t lead = col[t];
        for (size_t c = 0; c < lead; c++) {      /* the first column that will do */
            col[t] = c;
            CHECK(is_listed(c, col, t) || ref_minor(row, col, t + 1) == 0,
                  "pivot %zu could be in column %zu", t, c);
        }
        col[t] = lead;
    }
    free(row), free(col), free(b);
}

/* The invariants every basis has, prime modulus or not. */
static void check_basis(const pcl_echelon *basis)
{
    CHECK(basis->rank <= basis->alloc && basis->rank <= cols, "rank %zu", basis->rank);
    for (size_t i = 0; i < basis->rank; i++) {
        const uint64_t *row = basis->rows + i * cols;
        CHECK(basis->pivot[i] < cols && row[basis->pivot[i]] == 1, "row %zu: no 1 in the pivot", i);
        for (size_t k = 0; k < i; k++)
            CHECK(row[basis->pivot[k]] == 0, "row %zu: not 0 in pivot %zu", i, k);
        for (size_t j = 0; j < cols; j++)
            CHECK(row[j] < mod.p && (j >= basis->pivot[i] || !row[j]), "row %zu, column %zu: %" U,
                  i, j, row[j]);
    }
}

/* row less what its entries in the pivot columns call for, by the reduced form. */
static void ref_reduce(uint64_t *row)
{
    for (size_t t = 0; t < rank; t++)
        ref_addmul(row, rref + t * cols, ref_sub(0, row[col_pivot[t]], mod.p), cols);
}

static void check_reduce(const pcl_echelon *basis)
{
    uint64_t v[MAX], *w;
    size_t first = 0;
    for (size_t j = 0; j < cols; j++)
        v[j] = rnd_entry(mod.p);
    w = copy(v, cols);
    ref_reduce(v);
    while (first < cols && !v[first])
        first++;
    CHECK(pcl_echelon_reduce(w, basis) == first, "first nonzero column %zu", first);
    CHECK(!cols || !memcmp(v, w, cols * sizeof *v), "a vector reduced wrongly");
    free(w);
}

static void check_echelon(void)
{
    pcl_echelon basis;
    pcl_echelon_init(&basis, cols, &mod);
    for (int round = 0; round < 2; round++) {       /* a cleared basis may be used again */
        for (size_t i = 0; i < rows; i++) {
            const size_t before = basis.rank;
            const int grows = before < rank && row_pivot[before] == i;
            uint64_t *row = copy(a + i * cols, cols);
            CHECK(pcl_echelon_add(&basis, row) == (grows ? PCL_OK : PCL_NONE), "row %zu", i);
            CHECK(basis.rank == before + (size_t)grows, "row %zu", i);
            for (size_t j = 0; j < cols && !grows; j++)
                CHECK(row[j] == 0, "row %zu is in the span, column %zu is left", i, j);
            free(row);
            check_basis(&basis);
        }
        CHECK(basis.rank == rank, "rank %zu", basis.rank);
        check_reduce(&basis);
        if (round == 0)
            pcl_echelon_clear(&basis);
        CHECK(round || (!basis.rank && !basis.alloc && !basis.rows && !basis.pivot), "not cleared");
    }
    for (size_t i = rank; i-- > 0;)
        pcl_echelon_reduce_upwards(&basis, i);
    for (size_t i = 0; i < rank; i++) {
        size_t t = 0;
        while (t < rank && col_pivot[t] != basis.pivot[i])
            t++;
        CHECK(t < rank && !memcmp(basis.rows + i * cols, rref + t * cols, cols * sizeof *rref),
              "reduced row %zu", i);
    }
    check_reduce(&basis);

    const size_t dim = cols - rank;
    uint64_t *kernel = malloc(dim * cols * sizeof *kernel + 1);
    memset(kernel, 0xff, dim * cols * sizeof *kernel + 1);
    CHECK(pcl_nullspace_dense(kernel, &basis) == PCL_OK, "nullspace");
    for (size_t k = 0; k < dim; k++) {
        const uint64_t *v = kernel + k * cols;
        for (size_t i = 0; i < rows; i++) {
            uint64_t sum = 0;
            for (size_t j = 0; j < cols; j++)
                sum = ref_add(sum, ref_mul(a[i * cols + j], v[j], mod.p), mod.p);
            CHECK(sum == 0, "vector %zu of the nullspace, row %zu", k, i);
        }
        for (size_t j = 0, free_column = 0; j < cols; j++) {
            CHECK(v[j] < mod.p, "vector %zu, column %zu: %" U, k, j, v[j]);
            if (!is_listed(j, col_pivot, rank))
                CHECK(v[j] == (free_column++ == k), "vector %zu, free column %zu: %" U, k, j, v[j]);
        }
    }
    free(kernel);
    pcl_echelon_clear(&basis);
}

static void check_submul(uint64_t p)
{
    mod = modulus(p);
    for (size_t n = 0; n < 70; n++) {
        uint64_t x[70], y[70];
        const uint64_t c = rnd_entry(p);
        for (size_t i = 0; i < n; i++)
            x[i] = rnd_entry(p), y[i] = rnd_entry(p);
        uint64_t *z = copy(y, n), *w = copy(x, n);
        pcl_submul_row(z, w, c, n, &mod);
        for (size_t i = 0; i < n; i++)
            CHECK(z[i] == ref_sub(y[i], ref_mul(c, x[i], p), p), "p=%" U " %" U " - %" U " * %" U,
                  p, y[i], c, x[i]);
        free(z), free(w);
    }
}

/* A row that is not in the span, but has no unit in front. */
static void check_no_unit(void)
{
    pcl_echelon basis;
    uint64_t row[2] = {2, 1};
    size_t found = 99, at;
    mod = modulus(4);
    pcl_echelon_init(&basis, 2, &mod);
    CHECK(pcl_echelon_add(&basis, row) == PCL_LIMIT && !basis.rank, "2 mod 4");
    CHECK(pcl_rank_dense(&found, &at, &at, row, 1, 2, &mod) == PCL_LIMIT && found == 99, "2 mod 4");
    pcl_echelon_clear(&basis);
}

/* Nothing is promised but the invariants, and to return. */
static void check_composite(uint64_t m)
{
    static const size_t shape[][2] = {{6, 6}, {12, 4}, {4, 12}, {20, 20}};
    for (size_t k = 0; k < 4; k++) {
        mod = modulus(m);
        rows = shape[k][0], cols = shape[k][1], rank = 0;
        for (size_t i = 0; i < rows * cols; i++)
            a[i] = rnd_below(3) ? rnd_entry(m) : ref_mul(rnd_entry(m), 2 + rnd_below(9), m);
        size_t found = 99, row[20], col[20];
        uint64_t *b = copy(a, rows * cols);
        const pcl_status status = pcl_rank_dense(&found, row, col, b, rows, cols, &mod);
        CHECK(status == PCL_OK ? found <= rows : status == PCL_LIMIT && found == 99, "rank %zu",
              found);
        pcl_echelon basis;
        pcl_echelon_init(&basis, cols, &mod);
        memcpy(b, a, rows * cols * sizeof *b);
        for (size_t i = 0; i < rows; i++) {
            const pcl_status added = pcl_echelon_add(&basis, b + i * cols);
            CHECK(added == PCL_OK || added == PCL_NONE || added == PCL_LIMIT, "row %zu", i);
            check_basis(&basis);
        }
        CHECK(status != PCL_OK || basis.rank == found, "rank %zu, then %zu", found, basis.rank);
        pcl_echelon_clear(&basis);
        free(b);
    }
}

int main(void)
{
    test_start();
    for (int i = 0; i < 200; i++)
        check_submul(i < (int)EDGE_PRIMES ? edge_prime[i] : rnd_prime());
    test_show = show;
    static const size_t shape[][2] = {{0, 0}, {0, 5}, {5, 0},  {1, 1}, {1, 9},
                                      {9, 1}, {7, 7}, {4, 11}, {11, 4}};
    for (size_t e = 0; e < 2 * EDGE_PRIMES; e++)
        for (size_t k = 0; k < 9; k++)
            for (size_t r = 0; r <= shape[k][0] && r <= shape[k][1]; r++) {
                random_case(e % 2 ? rnd_prime() : edge_prime[e / 2], shape[k][0], shape[k][1], r);
                check_rank();
                check_echelon();
            }
    for (int i = 0; i < 3000; i++) {
        const size_t max = i % 10 ? 14 : MAX, m = rnd_below(max + 1), n = rnd_below(max + 1);
        random_case(rnd_prime(), m, n, rnd_below(1 + (m < n ? m : n)));
        check_rank();
        check_echelon();
    }
    check_no_unit();
    const uint64_t composite[] = {
        4, 6, 9, 12, 30, 65536, 4294967296, (uint64_t)1 << 61, ((uint64_t)1 << 62) - 1};
    for (size_t i = 0; i < sizeof composite / sizeof *composite; i++)
        check_composite(composite[i]);
    return 0;
}
