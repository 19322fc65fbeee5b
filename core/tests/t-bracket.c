/* Lie brackets of polynomial vector fields, against the formula in slow arithmetic and the laws of
   a Lie algebra. */
#include "ref_poly.h"

typedef struct { pcl_poly at[VARS]; } field;

static ref_poly f_ref[VARS], g_ref[VARS], h_ref[VARS];
static field f, g, h, s, t, u, w;

static void show(void)
{
    fprintf(stderr, "p=%" U "\n", mod.p);
    for (int i = 0; i < VARS; i++)
        show_ref("f", f_ref + i), show_ref("g", g_ref + i), show_ref("h", h_ref + i);
}

static void bracket(field *out, const field *a, const field *b)
{
    CHECK(pcl_poly_bracket(out->at, a->at, b->at, VARS, &mod) == PCL_OK, "bracket");
    for (int i = 0; i < VARS; i++)
        check_canonical(out->at + i);
}

/* out = x a + y b. */
static void combine(field *out, uint64_t x, const field *a, uint64_t y, const field *b)
{
    for (int i = 0; i < VARS; i++) {
        pcl_collect sum;
        pcl_collect_init(&sum, &mod);
        CHECK(pcl_collect_poly(&sum, a->at + i, x) == PCL_OK
                  && pcl_collect_poly(&sum, b->at + i, y) == PCL_OK
                  && pcl_collect_finish(out->at + i, &sum) == PCL_OK,
              "sum");
        pcl_collect_clear(&sum);
    }
}

static int equal(const field *a, const field *b)
{
    int same = 1;
    for (int i = 0; i < VARS; i++)
        same = same && pcl_poly_equal(a->at + i, b->at + i);
    return same;
}

static int is_zero(const field *a)
{
    size_t terms = 0;
    for (int i = 0; i < VARS; i++)
        terms += a->at[i].terms;
    return !terms;
}

/* [f, g] = Dg f - Df g. */
static void check_formula(void)
{
    static ref_poly sum, d;
    bracket(&s, &f, &g);
    for (int i = 0; i < VARS; i++) {
        sum.terms = 0;
        for (int j = 0; j < VARS; j++) {
            ref_derivative(&d, g_ref + i, j);
            ref_product(&sum, &d, f_ref + j, 1);
            ref_derivative(&d, f_ref + i, j);
            ref_product(&sum, &d, g_ref + j, mod.p - 1);
        }
        check_same(s.at + i, &sum);
    }
}

static void check_laws(void)
{
    const uint64_t p = mod.p, x = rnd_entry(p), y = rnd_entry(p);
    bracket(&t, &g, &f);
    combine(&u, 0, &f, p - 1, &t);
    CHECK(equal(&s, &u), "[f, g] = -[g, f]");
    bracket(&t, &f, &f);
    CHECK(is_zero(&t), "[f, f] = 0");

    bracket(&t, &f, &h);
    combine(&u, x, &s, y, &t);
    combine(&t, x, &g, y, &h);
    bracket(&w, &f, &t);
    CHECK(equal(&u, &w), "[f, x g + y h] = x [f, g] + y [f, h]");

    bracket(&t, &g, &h), bracket(&u, &f, &t);               /* u = [f, [g, h]] */
    bracket(&t, &h, &f), bracket(&w, &g, &t);
    combine(&t, 1, &u, 1, &w);
    bracket(&u, &h, &s);
    combine(&w, 1, &t, 1, &u);
    CHECK(is_zero(&w), "Jacobi");
}

/* scale <grad m, field> for the terms m of a polynomial. */
static void check_lie_derivative(void)
{
    static ref_poly sum, d, one;
    for (size_t k = 0; k < f.at[0].terms; k++) {
        const uint64_t scale = rnd_entry(mod.p), *factor = f.at[0].factor + f.at[0].start[k];
        const size_t size = f.at[0].start[k + 1] - f.at[0].start[k];
        one = (ref_poly){1, {{{0}, scale}}};
        for (size_t i = 0; i < size; i++)
            one.term[0].e[factor[i] >> 32] = (uint32_t)factor[i];
        sum.terms = 0;
        for (int j = 0; j < VARS; j++) {
            ref_derivative(&d, &one, j);
            ref_product(&sum, &d, g_ref + j, 1);
        }
        pcl_collect collected;
        pcl_collect_init(&collected, &mod);
        CHECK(pcl_collect_lie_derivative(&collected, factor, size, g.at, scale) == PCL_OK
              && pcl_collect_finish(s.at, &collected) == PCL_OK, "term %zu", k);
        pcl_collect_clear(&collected);
        check_same(s.at, &sum);
    }
}

/* An exponent that would pass 2^32 - 1 is refused, and the components of the output stay
   polynomials. */
static void check_overflow(void)
{
    mod = modulus(4294967291);
    for (int i = 0; i < VARS; i++)
        f_ref[i].terms = g_ref[i].terms = 0;
    const uint64_t max = UINT32_MAX, e[VARS] = {max, 0, 0, 0}, d[VARS] = {2, 0, 0, 0},
                   c[VARS] = {1, 0, 0, 0};
    ref_term(f_ref, e, 1), ref_term(g_ref, d, 1), ref_term(g_ref + 1, c, 1);
    for (int i = 0; i < VARS; i++)
        build(f.at + i, f_ref + i), build(g.at + i, g_ref + i);
    const uint64_t factor[2] = {max, max};
    pcl_collect collected;
    pcl_collect_init(&collected, &mod);
    CHECK(pcl_collect_lie_derivative(&collected, factor, 1, f.at, 1) == PCL_LIMIT, "x^max' x^max");
    pcl_collect_clear(&collected);
    combine(&s, 1, &f, 1, &g);      /* something else mod the same prime */
    for (int order = 0; order < 2; order++) {
        const field *a = order ? &f : &g, *b = order ? &g : &f;
        CHECK(pcl_poly_bracket(s.at, a->at, b->at, VARS, &mod) == PCL_LIMIT, "bracket");
        for (int i = 0; i < VARS; i++)
            check_canonical(s.at + i);
    }
}

int main(void)
{
    test_start();
    test_show = show;
    for (uint32_t i = 0; i < VARS; i++)
        name[i] = i;
    for (int i = 0; i < 2000; i++) {
        mod = modulus(i < 30 ? (uint64_t[]){2, 3, 5}[i % 3] : rnd_prime());
        const int variables = 1 + (int)rnd_below(VARS);
        for (int k = 0; k < VARS; k++) {
            random_ref(f_ref + k, rnd_below(4), variables);
            random_ref(g_ref + k, rnd_below(4), variables);
            random_ref(h_ref + k, rnd_below(4), variables);
            build(f.at + k, f_ref + k), build(g.at + k, g_ref + k), build(h.at + k, h_ref + k);
        }
        check_formula();
        check_laws();
        check_lie_derivative();
    }
    check_overflow();
    field *all[] = {&f, &g, &h, &s, &t, &u, &w};
    for (int i = 0; i < 7 * VARS; i++)
        pcl_poly_clear(all[i / VARS]->at + i % VARS);
    return 0;
}
