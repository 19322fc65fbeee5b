/* Every allocation is refused in turn: the functions say so, keep their outputs valid, leak
   nothing, and do their work when called again. */
#include "pcl/dense.h"
#include "pcl/graph.h"
#include "pcl/poly.h"
#include "pcl/probe.h"
#include "refusal.h"

enum { COLS = 20, N = 3 };

static pcl_mod mod;

static void echelon(long k)
{
    uint64_t a[COLS * COLS], row_copy[COLS];
    pcl_echelon basis, plain;
    long left = k, seen = 0;
    for (int i = 0; i < COLS * COLS; i++)
        a[i] = rnd_entry(mod.p);
    pcl_echelon_init(&basis, COLS, &mod), pcl_echelon_init(&plain, COLS, &mod);
    for (int i = 0; i < COLS; i++) {
        memcpy(row_copy, a + COLS * i, sizeof row_copy);
        const pcl_status expected = pcl_echelon_add(&plain, row_copy);
        const size_t rank = basis.rank;
        armed = left, refused = 0;
        const pcl_status status = pcl_echelon_add(&basis, a + COLS * i);
        left = armed, armed = -1, seen += refused;
        if (refused) {
            CHECK(status == PCL_NOMEM && basis.rank == rank, "row %d, refusal %ld: status %d", i, k,
                  status);
            CHECK(pcl_echelon_add(&basis, a + COLS * i) == expected, "row %d after refusal %ld", i,
                  k);
            left = -1;
        } else
            CHECK(status == expected, "row %d, refusal %ld: status %d", i, k, status);
        CHECK(basis.rank == plain.rank, "rank %zu", basis.rank);
        CHECK(!memcmp(basis.pivot, plain.pivot, basis.rank * sizeof *basis.pivot),
              "pivots, refusal %ld", k);
        CHECK(!memcmp(basis.rows, plain.rows, basis.rank * COLS * sizeof *basis.rows),
              "rows, refusal %ld", k);
    }
    refused = seen;
    pcl_echelon_clear(&basis), pcl_echelon_clear(&plain);
}

static void dense(long k)
{
    uint64_t a[COLS * COLS], b[COLS * COLS], kernel[COLS * COLS];
    size_t rank = 77, row[COLS], col[COLS];
    for (int i = 0; i < COLS * COLS; i++)
        a[i] = rnd_nonzero(mod.p);
    memcpy(b, a, sizeof b);
    TWICE(k, pcl_rank_dense(&rank, row, col, b, COLS, COLS, &mod),
          CHECK(rank == 77, "rank %zu", rank); memcpy(b, a, sizeof b));
    const long first = refused;
    pcl_echelon basis;
    pcl_echelon_init(&basis, COLS, &mod);
    CHECK(pcl_echelon_add(&basis, a) == PCL_OK, "first row");
    TWICE(k, pcl_nullspace_dense(kernel, &basis), (void)0);
    CHECK(kernel[COLS - 1] == 0 && kernel[1] == 1, "nullspace");
    refused += first;
    pcl_echelon_clear(&basis);
}

static void probes(long k)
{
    static const uint32_t ptr[] = {0, 0, 1, 3}, tail[] = {0, 1, 0}, param[] = {0, 1, 2};
    static const uint64_t source[] = {2, 0, 0}, gate[] = {1, 1, 1},
                          out[2][3] = {{0, 0, 1}, {0, 1, 0}};
    static const uint32_t letters[] = {0, 1, 0, 1, 1, 0};
    static const size_t start[] = {0, 1, 4, 6};
    const pcl_program program = {3, 3, N, ptr, tail, param, NULL};
    const pcl_probe probe[2] = {{source, gate, out[0]}, {source, gate, out[1]}};
    uint64_t theta[8 * N], value = 77, grad[8 * N] = {77}, values[3 * N], longest[N] = {77};
    long seen = 0;
    for (int i = 0; i < 8 * N; i++)
        theta[i] = 1;
    TWICE(k, pcl_probe_value(&value, &program, probe, theta, &mod),
          CHECK(value == 77, "value %" U, value));
    CHECK(value == 4 % mod.p, "value %" U, value);
    seen += refused;
    TWICE(k, pcl_probe_gradient(grad, &program, probe, theta, 3, &mod),
          CHECK(grad[0] == 77, "gradient was touched"));
    CHECK(grad[0] == 2 % mod.p, "gradient %" U, grad[0]);
    seen += refused;
    TWICE(k, pcl_probe_words(values, &program, probe, letters, start, 3, theta, &mod), (void)0);
    CHECK(values[0] == 2 % mod.p, "word %" U, values[0]);
    seen += refused;
    if (mod.p > 2) {
        TWICE(k, pcl_probe_chain(values, &program, probe, probe + 1, 2, theta, 0, &mod, NULL),
              (void)0);
        CHECK(values[0] == 2 % mod.p, "chain %" U, values[0]);
        seen += refused;
    }
    TWICE(k, pcl_probe_gradient_series(grad, &program, probe, theta, 2, 1, &mod), (void)0);
    CHECK(grad[0] == 2 % mod.p, "gradient %" U, grad[0]);
    seen += refused;
    const pcl_mod small = modulus(268435399);
    TWICE(k, pcl_probe_chain_small(values, &program, probe, probe + 1, 2, theta, &small, NULL),
          (void)0);
    CHECK(values[0] == 2, "small chain %" U, values[0]);
    refused += seen;
    if (k || !for_ever)
        return;
    uint32_t many[31];
    for (uint32_t i = 0; i < 31; i++)
        many[i] = i % 2;        /* 30 letters and 30 levels may be asked for, 31 may not */
    const size_t thirty[] = {0, 30}, more[] = {0, 31};
    armed = 0;
    CHECK(pcl_probe_gradient(grad, &program, probe, theta, 30, &mod) == PCL_NOMEM, "level 30");
    CHECK(pcl_probe_gradient(grad, &program, probe, theta, 31, &mod) == PCL_LIMIT, "level 31");
    CHECK(pcl_probe_gradient_series(grad, &program, probe, theta, 2, 31, &mod) == PCL_LIMIT,
          "level 31");
    CHECK(pcl_probe_gradient_series(grad, &program, probe, theta, 0, 0, &mod) == PCL_LIMIT,
          "order 0");
    CHECK(pcl_probe_words(longest, &program, probe, many, thirty, 1, theta, &mod) == PCL_NOMEM,
          "30 letters");
    CHECK(pcl_probe_words(longest, &program, probe, many, more, 1, theta, &mod) == PCL_LIMIT,
          "31 letters");
    armed = -1;
    /* Sizes that wrap to 0. */
    const pcl_program huge = {SIZE_MAX >> 33, 0, SIZE_MAX >> 2, ptr, tail, param, NULL};
    CHECK(pcl_probe_gradient(grad, &huge, probe, theta, 30, &mod) == PCL_NOMEM, "too many nodes");
    CHECK(pcl_probe_words(longest, &huge, probe, many, thirty, 1, theta, &mod) == PCL_NOMEM,
          "too many parameters");
}

static void graphs(long k)
{
    static const int64_t tail[] = {0, 1, 0}, head[] = {1, 2, 2}, param[] = {0, -1, 1};
    const pcl_graph graph = {3, 3, 2, tail, head, param};
    uint8_t mark[] = {PCL_SOURCE, PCL_GATED, PCL_OUTPUT};
    pcl_path_count count;
    int64_t order[3] = {7, 7, 7};
    TWICE(k, pcl_path_counts(&count, &graph, mark, NULL), (void)0);
    CHECK(count.live == 3 && count.frozen == 1 && count.classes == 0, "live %zu", count.live);
    const long first = refused;
    TWICE(k, pcl_graph_order(order, head, tail, 3, 3, NULL),
          CHECK(order[0] == 7, "order was touched"));
    CHECK(order[0] == 0 && order[1] == 2 && order[2] == 1, "order %d", (int)order[0]);
    refused += first;
}

/* Sets f to terms random monomials in N variables. */
static void random_poly(pcl_poly *f, int terms)
{
    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    while (terms--) {
        uint64_t factor[N];
        for (uint64_t i = 0; i < N; i++)
            factor[i] = i << 32 | (1 + rnd_below(3));
        const size_t skip = rnd_below(N + 1);
        CHECK(pcl_collect_add(NULL, &sum, factor + skip, N - skip, rnd_nonzero(mod.p)) == PCL_OK,
              "term");
    }
    CHECK(pcl_collect_finish(f, &sum) == PCL_OK, "finish");
    pcl_collect_clear(&sum);
}

/* Valid: it can be multiplied, compared and printed as any other. */
static void touch(const pcl_poly *f)
{
    const uint64_t point[N] = {1, 1, 1};
    CHECK(f->terms <= f->terms_alloc && f->factors <= f->factors_alloc, "sizes");
    CHECK(pcl_poly_evaluate(f, point, &mod) < mod.p && pcl_poly_equal(f, f), "a polynomial");
}

static void polynomials(long k)
{
    pcl_poly f[N], g[N], out[N], want;
    long seen = 0;
    for (int i = 0; i < N; i++) {
        pcl_poly_init(f + i), pcl_poly_init(g + i), pcl_poly_init(out + i);
        random_poly(f + i, 12), random_poly(g + i, 9);
    }
    pcl_poly_init(&want);
    TWICE(k, pcl_poly_mul(out, f, g, &mod), touch(out));
    seen += refused;
    CHECK(pcl_poly_mul(&want, g, f, &mod) == PCL_OK && pcl_poly_equal(out, &want), "product");
    TWICE(k, pcl_poly_derivative(out + 1, f, 1, &mod), touch(out + 1));
    seen += refused;
    CHECK(pcl_poly_derivative(&want, f, 1, &mod) == PCL_OK && pcl_poly_equal(out + 1, &want),
          "derivative");
    TWICE(k, pcl_poly_bracket(out, f, g, N, &mod), (touch(out), touch(out + 1), touch(out + 2)));
    seen += refused;
    pcl_poly_clear(out), pcl_poly_init(out);
    TWICE(k, pcl_poly_fit(out, 3, 5), touch(out));
    seen += refused;
    random_poly(out, 5), random_poly(&want, 1), pcl_poly_mul(&want, out, g, &mod);
    TWICE(k, pcl_poly_fit(out, 100, 500), touch(out));
    refused += seen;
    pcl_poly_mul(out + 1, out, g, &mod);
    CHECK(pcl_poly_equal(out + 1, &want), "enlarged");
    CHECK(pcl_poly_fit(out, SIZE_MAX, 0) == PCL_NOMEM
              && pcl_poly_fit(out, 0, SIZE_MAX) == PCL_NOMEM,
          "sizes");
    for (int i = 0; i < N; i++)
        pcl_poly_clear(f + i), pcl_poly_clear(g + i), pcl_poly_clear(out + i);
    pcl_poly_clear(&want);
}

/* The four ways to add polynomials to a collection. */
static pcl_status collect(pcl_collect *sum, const pcl_poly *f, int way)
{
    switch (way) {
    case 0: return pcl_collect_poly(sum, f, 1);
    case 1: return pcl_collect_product(sum, f, f + 1, 1);
    case 2: return pcl_collect_derivative_product(sum, f, f->terms - 1, 0, f + 1, 1);
    case 3: return pcl_collect_lie_derivative(sum, f->factor + f->start[f->terms - 1], 1, f, 1);
    default: return PCL_NONE;
    }
}

static void collections(long k)
{
    pcl_poly f[N], out, want;
    long seen = 0;
    for (int i = 0; i < N; i++)
        pcl_poly_init(f + i), random_poly(f + i, 14);
    pcl_poly_init(&out), pcl_poly_init(&want);
    for (int way = 0; way < 4; way++) {
        pcl_collect sum, plain;
        pcl_collect_init(&sum, &mod), pcl_collect_init(&plain, &mod);
        TWICE(k, collect(&sum, f, way), CHECK(pcl_collect_finish(&out, &sum) == PCL_OK, "finish");
              touch(&out); pcl_collect_reset(&sum));
        seen += refused;
        TWICE(k, pcl_collect_finish(&out, &sum), touch(&out));
        seen += refused;
        CHECK(collect(&plain, f, way) == PCL_OK && pcl_collect_finish(&want, &plain) == PCL_OK,
              "plain");
        CHECK(pcl_poly_equal(&out, &want), "way %d, refusal %ld", way, k);
        pcl_collect_clear(&sum), pcl_collect_clear(&plain);
    }
    pcl_collect sum, plain;     /* one monomial at a time: a refused one leaves the sum as it was */
    pcl_collect_init(&sum, &mod), pcl_collect_init(&plain, &mod);
    long left = k;
    for (uint64_t i = 0; i < 70; i++) {
        const uint64_t factor[] = {1 + i % 60, (uint64_t)1 << 32 | 1};
        size_t index = 99;
        armed = left, refused = 0;
        pcl_status status = pcl_collect_add(&index, &sum, factor, 2, 1);
        left = armed, armed = -1, seen += refused;
        if (refused) {
            CHECK(status == PCL_NOMEM && index == 99, "monomial %" U ", refusal %ld: status %d", i,
                  k, status);
            CHECK(pcl_collect_finish(&out, &sum) == PCL_OK
                      && pcl_collect_finish(&want, &plain) == PCL_OK && pcl_poly_equal(&out, &want),
                  "monomial %" U " after refusal %ld", i, k);
            status = pcl_collect_add(&index, &sum, factor, 2, 1);
            left = -1;
        }
        CHECK(status == PCL_OK && index == i % 60, "monomial %" U ", refusal %ld", i, k);
        CHECK(pcl_collect_add(NULL, &plain, factor, 2, 1) == PCL_OK, "monomial %" U, i);
    }
    refused = seen;
    pcl_collect_clear(&sum), pcl_collect_clear(&plain);
    for (int i = 0; i < N; i++)
        pcl_poly_clear(f + i);
    pcl_poly_clear(&out), pcl_poly_clear(&want);
}

int main(void)
{
    static const uint64_t primes[] = {2147483647, 4611686018427387847};
    test_start();
    for (size_t i = 0; i < 2; i++) {
        mod = modulus(primes[i]);
        refuse_in("echelon", echelon), refuse_in("dense", dense), refuse_in("probes", probes),
            refuse_in("polynomials", polynomials);
        refuse_in("collections", collections), refuse_in("graphs", graphs);
    }
    return 0;
}
