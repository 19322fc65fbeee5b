/* Slow sparse polynomials for the C tests: an unsorted list of terms on at most four variables. */
#ifndef PCL_TEST_POLY_H
#define PCL_TEST_POLY_H

#include "pcl/poly.h"
#include "test.h"

enum { VARS = 4, TERMS = 1300 };

/* Terms in order of arrival, found by looking at them all; variable i is called name[i]. */
typedef struct {
    size_t terms;
    struct { uint64_t e[VARS], c; } term[TERMS];
} ref_poly;

static pcl_mod mod;
static uint32_t name[VARS];

static inline void show_ref(const char *title, const ref_poly *a)
{
    fprintf(stderr, "%s:", title);
    for (size_t k = 0; k < a->terms; k++) {
        fprintf(stderr, "%s %" U, k ? " +" : "", a->term[k].c);
        for (int i = 0; i < VARS; i++)
            fprintf(stderr, " x%" PRIu32 "^%" U, name[i], a->term[k].e[i]);
    }
    fputc('\n', stderr);
}

static inline size_t ref_term(ref_poly *a, const uint64_t *e, uint64_t c)
{
    size_t k = 0;
    while (k < a->terms && memcmp(a->term[k].e, e, sizeof a->term[k].e))
        k++;
    if (k == a->terms) {
        CHECK(k < TERMS, "the reference is too short");
        a->terms++;
        a->term[k].c = 0;
        memcpy(a->term[k].e, e, sizeof a->term[k].e);
    }
    a->term[k].c = ref_add(a->term[k].c, c, mod.p);
    return k;
}

static inline void ref_product(ref_poly *sum, const ref_poly *a, const ref_poly *b, uint64_t scale)
{
    for (size_t i = 0; i < a->terms; i++)
        for (size_t j = 0; j < b->terms; j++) {
            uint64_t e[VARS];
            for (int k = 0; k < VARS; k++)
                e[k] = a->term[i].e[k] + b->term[j].e[k];
            ref_term(sum, e, ref_mul(scale, ref_mul(a->term[i].c, b->term[j].c, mod.p), mod.p));
        }
}

static inline void ref_derivative(ref_poly *d, const ref_poly *a, int var)
{
    d->terms = 0;
    for (size_t i = 0; i < a->terms; i++) {
        uint64_t e[VARS];
        memcpy(e, a->term[i].e, sizeof e);
        if (e[var]--)
            ref_term(d, e, ref_mul(a->term[i].c, a->term[i].e[var] % mod.p, mod.p));
    }
}

static inline uint64_t ref_evaluate(const ref_poly *a, const uint64_t *point)
{
    uint64_t value = 0;
    for (size_t i = 0; i < a->terms; i++) {
        uint64_t x = a->term[i].c;
        for (int k = 0; k < VARS; k++)
            x = ref_mul(x, ref_pow(point[name[k]], a->term[i].e[k], mod.p), mod.p);
        value = ref_add(value, x, mod.p);
    }
    return value;
}

static inline size_t pack(uint64_t *factor, const uint64_t *e)
{
    size_t n = 0;
    for (int k = 0; k < VARS; k++)
        if (e[k])
            factor[n++] = (uint64_t)name[k] << 32 | e[k];
    return n;
}

static inline void build(pcl_poly *a, const ref_poly *from)
{
    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    for (size_t i = 0; i < from->terms; i++) {
        uint64_t factor[VARS];
        const size_t n = pack(factor, from->term[i].e);
        CHECK(pcl_collect_add(NULL, &sum, factor, n, from->term[i].c) == PCL_OK, "term %zu", i);
    }
    CHECK(pcl_collect_finish(a, &sum) == PCL_OK, "finish");
    pcl_collect_clear(&sum);
}

static inline void random_ref(ref_poly *a, size_t terms, int variables)
{
    const uint64_t power[] = {
        0, 0, 0, 1, 1, 2, 3, mod.p < 1 << 28 ? mod.p : 5, 1 << 28, rnd_below(1 << 28)};
    const uint64_t choices = rnd_below(2) ? 6 : 10;
    a->terms = 0;
    for (size_t i = 0; i < terms; i++) {
        uint64_t e[VARS] = {0};
        for (int k = 0; k < variables; k++)
            e[k] = power[rnd_below(choices)];
        ref_term(a, e, rnd_entry(mod.p));
    }
}

static inline void check_canonical(const pcl_poly *a)
{
    CHECK(!a->terms || a->start[0] == 0, "start");
    CHECK(a->factors == (a->terms ? a->start[a->terms] : 0), "factors");
    for (size_t i = 0; i < a->terms; i++) {
        CHECK(a->coef[i] && a->coef[i] < mod.p, "coefficient %zu: %" U, i, a->coef[i]);
        CHECK(a->start[i] <= a->start[i + 1], "start of term %zu", i + 1);
        for (size_t k = a->start[i]; k < a->start[i + 1]; k++) {
            CHECK((uint32_t)a->factor[k], "term %zu: exponent 0", i);
            CHECK(k == a->start[i] || a->factor[k - 1] >> 32 < a->factor[k] >> 32,
                  "term %zu: variables", i);
        }
        size_t x = a->start[i], y = a->start[i + 1];
        if (i + 1 < a->terms) {
            while (x < a->start[i + 1] && y < a->start[i + 2] && a->factor[x] == a->factor[y])
                x++, y++;
            CHECK(y < a->start[i + 2] && (x == a->start[i + 1] || a->factor[x] < a->factor[y]),
                  "order, term %zu", i);
        }
    }
}

static inline void check_same(const pcl_poly *a, const ref_poly *b)
{
    size_t terms = 0;
    check_canonical(a);
    for (size_t i = 0; i < b->terms; i++) {
        uint64_t factor[VARS];
        const size_t n = pack(factor, b->term[i].e);
        size_t k = 0;
        while (k < a->terms && (a->start[k + 1] - a->start[k] != n
               || (n && memcmp(a->factor + a->start[k], factor, n * sizeof *factor))))
            k++;
        CHECK((k < a->terms ? a->coef[k] : 0) == b->term[i].c,
              "coefficient of term %zu of the reference", i);
        terms += b->term[i].c != 0;
    }
    CHECK(a->terms == terms, "%zu terms, not %zu", a->terms, terms);
}

#endif
