/* Sparse polynomials, against unsorted lists of terms and the laws of a ring and of derivations. */
#include "ref_poly.h"

static ref_poly f_ref, g_ref, h_ref, other;
static pcl_poly f, g, h, s, t, u, v;

static void show(void)
{
    fprintf(stderr, "p=%" U "\n", mod.p);
    show_ref("f", &f_ref), show_ref("g", &g_ref), show_ref("h", &h_ref);
}

/* a = x b c + y d e in one collection, or x b + y d where c and e are NULL. */
static void combine(pcl_poly *a, uint64_t x, const pcl_poly *b, const pcl_poly *c,
                    uint64_t y, const pcl_poly *d, const pcl_poly *e)
{
    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    CHECK((c ? pcl_collect_product(&sum, b, c, x) : pcl_collect_poly(&sum, b, x)) == PCL_OK,
          "first");
    CHECK((e ? pcl_collect_product(&sum, d, e, y) : pcl_collect_poly(&sum, d, y)) == PCL_OK,
          "second");
    CHECK(pcl_collect_finish(a, &sum) == PCL_OK, "finish");
    pcl_collect_clear(&sum);
}

static void check_ring(void)
{
    const uint64_t p = mod.p, x = rnd_entry(p), y = rnd_entry(p);
    build(&f, &f_ref), build(&g, &g_ref), build(&h, &h_ref);
    check_same(&f, &f_ref);
    other.terms = 0;
    ref_product(&other, &f_ref, &g_ref, 1);
    CHECK(pcl_poly_mul(&s, &f, &g, &mod) == PCL_OK, "f g");
    check_same(&s, &other);
    CHECK(pcl_poly_mul(&t, &g, &f, &mod) == PCL_OK && pcl_poly_equal(&s, &t), "f g = g f");
    CHECK(pcl_poly_mul(&t, &s, &h, &mod) == PCL_OK && pcl_poly_mul(&u, &g, &h, &mod) == PCL_OK
              && pcl_poly_mul(&v, &f, &u, &mod) == PCL_OK && pcl_poly_equal(&t, &v),
          "(f g) h = f (g h)");
    for (size_t i = 0; i < other.terms; i++)
        other.term[i].c = ref_mul(x, other.term[i].c, p);
    ref_product(&other, &f_ref, &h_ref, y);
    combine(&v, x, &f, &g, y, &f, &h);
    check_same(&v, &other);
    combine(&t, x, &g, NULL, y, &h, NULL);
    CHECK(pcl_poly_mul(&u, &f, &t, &mod) == PCL_OK && pcl_poly_equal(&u, &v),
          "f (x g + y h) = x f g + y f h");
    combine(&u, x, &s, NULL, ref_sub(0, x, p), &s, NULL);
    CHECK(u.terms == 0 && u.factors == 0, "x f g - x f g = 0");
}

static void check_derivatives(void)
{
    for (int i = 0; i < VARS; i++) {
        ref_derivative(&other, &f_ref, i);
        CHECK(pcl_poly_derivative(&s, &f, name[i], &mod) == PCL_OK, "df/dx%d", i);
        check_same(&s, &other);
        CHECK(pcl_poly_derivative(&t, &g, name[i], &mod) == PCL_OK, "dg/dx%d", i);
        combine(&u, 1, &s, &g, 1, &f, &t);
        CHECK(pcl_poly_mul(&s, &f, &g, &mod) == PCL_OK
                  && pcl_poly_derivative(&t, &s, name[i], &mod) == PCL_OK && pcl_poly_equal(&t, &u),
              "d(f g) = df g + f dg, variable %d", i);
    }
    CHECK(pcl_poly_derivative(&s, &f, 77, &mod) == PCL_OK && !s.terms,
          "a variable that does not occur");
    for (size_t i = 0; i < f.terms; i++)
        for (size_t k = 0; k < f.start[i + 1] - f.start[i]; k++) {
            const uint32_t var = (uint32_t)(f.factor[f.start[i] + k] >> 32);
            const uint64_t scale = rnd_entry(mod.p);
            size_t zero[2] = {0, f.start[i + 1] - f.start[i]};
            const pcl_poly one = {1, zero[1], 1, zero[1], f.coef + i, zero, f.factor + f.start[i]};
            pcl_collect sum;
            pcl_collect_init(&sum, &mod);
            CHECK(pcl_collect_derivative_product(&sum, &f, i, k, &g, scale) == PCL_OK
                  && pcl_collect_finish(&s, &sum) == PCL_OK, "term %zu, factor %zu", i, k);
            pcl_collect_clear(&sum);
            CHECK(pcl_poly_derivative(&t, &one, var, &mod) == PCL_OK, "term %zu", i);
            combine(&u, scale, &t, &g, 0, &g, NULL);
            CHECK(pcl_poly_equal(&s, &u), "derivative times g, term %zu, factor %zu", i, k);
        }
}

static void check_points(void)
{
    const uint64_t p = mod.p;
    uint64_t point[64], grad[64], before[64];
    for (int i = 0; i < 64; i++)
        point[i] = rnd_entry(p), before[i] = grad[i] = rnd_entry(p);
    const uint64_t x = pcl_poly_evaluate(&f, point, &mod), y = pcl_poly_evaluate(&g, point, &mod);
    CHECK(x == ref_evaluate(&f_ref, point) && y == ref_evaluate(&g_ref, point), "value");
    CHECK(pcl_poly_mul(&s, &f, &g, &mod) == PCL_OK
              && pcl_poly_evaluate(&s, point, &mod) == ref_mul(x, y, p),
          "value of f g");
    pcl_poly_add_gradient(grad, &f, point, &mod);
    for (int i = 0; i < VARS; i++) {
        ref_derivative(&other, &f_ref, i);
        before[name[i]] = ref_add(before[name[i]], ref_evaluate(&other, point), p);
    }
    for (int i = 0; i < 64; i++)
        CHECK(grad[i] == before[i], "gradient, variable %d", i);
}

/* Sets a to c x^e y^d with x = name[0], y = name[1]. */
static void monomial(pcl_poly *a, uint64_t c, uint64_t e, uint64_t d)
{
    const ref_poly one = {1, {{{e, d, 0, 0}, c}}};
    build(a, &one);
}

static int is_monomial(const pcl_poly *a, uint64_t c, uint64_t e, uint64_t d)
{
    monomial(&v, c, e, d);
    return pcl_poly_equal(a, &v);
}

static void check_exponents(void)
{
    const uint64_t max = UINT32_MAX, p = mod.p;
    monomial(&f, 1, max, 1), monomial(&g, 1, 1, 0), monomial(&h, 1, 0, max);
    CHECK(pcl_poly_mul(&s, &f, &g, &mod) == PCL_LIMIT, "x^max y x");
    check_canonical(&s);
    CHECK(pcl_poly_mul(&s, &h, &f, &mod) == PCL_LIMIT, "y^max x^max y");
    check_canonical(&s);
    monomial(&f, 1, max - 1, 0);
    CHECK(pcl_poly_mul(&s, &f, &g, &mod) == PCL_OK && is_monomial(&s, 1, max, 0), "x^(max - 1) x");
    CHECK(pcl_poly_mul(&t, &s, &h, &mod) == PCL_OK && is_monomial(&t, 1, max, max), "x^max y^max");

    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    /* Its derivative times x reaches max, times x^2 would pass. */
    monomial(&u, max % p ? 2 % p : 0, max, 0);
    if (u.terms) {
        CHECK(pcl_collect_derivative_product(&sum, &u, 0, 0, &g, 1) == PCL_OK
                  && pcl_collect_finish(&s, &sum) == PCL_OK
                  && is_monomial(&s, ref_mul(2, max % p, p), max, 0),
              "(x^max)' x");
        monomial(&g, 1, 2, 0);
        CHECK(pcl_collect_derivative_product(&sum, &u, 0, 0, &g, 1) == PCL_LIMIT, "(x^max)' x^2");
        CHECK(pcl_collect_product(&sum, &u, &g, 1) == PCL_LIMIT, "x^max x^2");
    }
    pcl_collect_clear(&sum);

    uint64_t point[64] = {0};
    point[name[0]] = rnd_entry(p), point[name[1]] = rnd_entry(p);
    /* x^(kp) has derivative 0, x^(kp + 1) has x^(kp). */
    for (uint64_t e = p; e <= max && e <= 3 * p; e += p) {
        uint64_t grad[64] = {0};
        monomial(&f, 1, e, 0);
        CHECK(pcl_poly_derivative(&s, &f, name[0], &mod) == PCL_OK && !s.terms, "(x^%" U ")'", e);
        pcl_poly_add_gradient(grad, &f, point, &mod);
        CHECK(!grad[name[0]], "(x^%" U ")' at a point", e);
        CHECK(pcl_poly_evaluate(&f, point, &mod) == ref_pow(point[name[0]], e, p), "x^%" U, e);
        if (e == max)
            break;
        monomial(&f, 1, e + 1, 1);
        CHECK(pcl_poly_derivative(&s, &f, name[0], &mod) == PCL_OK && is_monomial(&s, 1, e, 1),
              "(x^%" U " x y)'", e);
    }
}

static void check_small(void)
{
    const uint64_t p = mod.p;
    uint64_t point[64] = {0};
    f_ref.terms = 0;
    build(&f, &f_ref), pcl_poly_clear(&g), pcl_poly_init(&g);
    CHECK(!f.terms && pcl_poly_equal(&f, &g) && pcl_poly_equal(&g, &f), "0 = 0");
    CHECK(!pcl_poly_evaluate(&f, point, &mod) && !pcl_poly_evaluate(&g, point, &mod), "value of 0");
    monomial(&h, p - 1, 0, 0);
    CHECK(h.terms == 1 && h.factors == 0 && pcl_poly_evaluate(&h, point, &mod) == p - 1,
          "the constant -1");
    CHECK(!pcl_poly_equal(&g, &h) && !pcl_poly_equal(&h, &g) && h.factor, "0 is not -1");
    CHECK(pcl_poly_mul(&s, &g, &h, &mod) == PCL_OK && !s.terms, "0 (-1)");
    CHECK(pcl_poly_mul(&s, &h, &h, &mod) == PCL_OK && is_monomial(&s, 1, 0, 0), "(-1)(-1)");
    CHECK(pcl_poly_derivative(&s, &h, 0, &mod) == PCL_OK && !s.terms, "derivative of a constant");
    monomial(&s, 1, 1, 0), monomial(&t, p - 1, 1, 0), monomial(&u, 1, 0, 1), monomial(&h, 1, 2, 0);
    CHECK(pcl_poly_equal(&s, &t) == (p == 2), "x = -x mod 2 only");
    CHECK(!pcl_poly_equal(&s, &u) && !pcl_poly_equal(&s, &h), "x, y, x^2 differ");
    /* x + y z and x y + z: the same factors and coefficients, another cut */
    ref_poly a = {2, {{{1, 0, 0, 0}, 1}, {{0, 1, 1, 0}, 1}}},
             b = {2, {{{1, 1, 0, 0}, 1}, {{0, 0, 1, 0}, 1}}};
    build(&s, &a), build(&t, &b);
    CHECK(!pcl_poly_equal(&s, &t) && !memcmp(s.factor, t.factor, 3 * sizeof *s.factor),
          "x + y z is not x y + z");

    pcl_poly room;
    pcl_poly_init(&room);
    CHECK(pcl_poly_fit(&room, 100, 1000) == PCL_OK && room.terms_alloc >= 100
              && room.factors_alloc >= 1000 && !room.terms && !room.factors,
          "room for 100 terms");
    pcl_poly_clear(&room);
    CHECK(!room.coef && !room.start && !room.factor && !room.terms_alloc && !room.factors_alloc,
          "cleared");
}

/* Many terms with repetitions: indices of arrival, order, cancellation, and memory used again. */
static void check_collection(void)
{
    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    for (int round = 0; round < 3; round++) {
        f_ref.terms = 0;
        for (int i = 0; i < 2000; i++) {
            uint64_t e[VARS], factor[VARS], c = rnd_entry(mod.p);
            size_t index = 99, old;
            for (int k = 0; k < VARS; k++)
                e[k] = round == 1 ? 13 + rnd_below(6)       /* 15: the key ends */
                                  : rnd_below(round ? 6 : 3);
            if (round == 2 && f_ref.terms && rnd_below(2)) {    /* cancels what is there */
                old = rnd_below(f_ref.terms);
                memcpy(e, f_ref.term[old].e, sizeof e);
                c = ref_sub(0, f_ref.term[old].c, mod.p);
            }
            old = ref_term(&f_ref, e, c);
            CHECK(pcl_collect_add(&index, &sum, factor, pack(factor, e), c) == PCL_OK
                      && index == old,
                  "term %zu, not %zu", index, old);
            if (i % 500 == 7 || i == 1999) {
                CHECK(pcl_collect_finish(&f, &sum) == PCL_OK, "finish");
                check_same(&f, &f_ref);
            }
        }
        pcl_collect_reset(&sum);
        CHECK(pcl_collect_finish(&f, &sum) == PCL_OK && !f.terms && !f.factors, "reset");
    }
    pcl_collect_clear(&sum);
    CHECK(!sum.slots && !sum.slot && !sum.hash && !sum.scratch && !sum.sum.coef
              && sum.mod.p == mod.p,
          "cleared");
    f_ref.terms = 0;
}

static uint64_t mix(uint64_t x)
{
    x *= 0xff51afd7ed558ccdu;
    return x ^ x >> 32;
}

/* Two monomials of one hash, made from the formula in core/poly/collect.c. */
static void check_collision(void)
{
    const uint64_t start = 0x9e3779b97f4a7c15u + 2, x = 1, x2 = 2, y = (uint64_t)1 << 32 | 1;
    const uint64_t one[2] = {x, y}, two[2] = {x2, y ^ mix(start ^ x) ^ mix(start ^ x2)};
    size_t index[4] = {9, 9, 9, 9};
    pcl_collect sum;
    pcl_collect_init(&sum, &mod);
    for (int i = 0; i < 4; i++)
        CHECK(pcl_collect_add(index + i, &sum, i % 2 ? two : one, 2, 1) == PCL_OK, "monomial %d",
              i);
    CHECK(sum.hash[0] == sum.hash[index[1]],
          "the formula has changed: this test needs another pair");
    CHECK(!index[0] && index[1] == 1 && !index[2] && index[3] == 1, "two monomials taken for one");
    pcl_collect_clear(&sum);
}

int main(void)
{
    static const uint32_t names[3][VARS] = {
        {0, 1, 2, 3}, {1, 8, 9, 63}, {0, 5, 1u << 31, UINT32_MAX}};
    test_start();
    test_show = show;
    for (int i = 0; i < 3000; i++) {
        mod = modulus(i < 60 ? (uint64_t[]){2, 3, 5}[i % 3] : rnd_prime());
        memcpy(name, names[i % 3], sizeof name);
        random_ref(&f_ref, rnd_below(9), VARS);
        random_ref(&g_ref, rnd_below(9), VARS);
        random_ref(&h_ref, rnd_below(7), VARS);
        check_ring();
        check_derivatives();
        if (name[3] < 64) {
            check_points();
            check_exponents();
        }
        check_small();
        if (i % 100 == 0)
            check_collection();
    }
    check_collision();
    pcl_poly *all[] = {&f, &g, &h, &s, &t, &u, &v};
    for (int i = 0; i < 7; i++)
        pcl_poly_clear(all[i]);
    return 0;
}
