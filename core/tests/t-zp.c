/* Arithmetic modulo a word, primality and random numbers, against % and trial division. */
#include "test.h"

static void check_products(uint64_t p)
{
    const pcl_mod mod = modulus(p);
    const uint64_t edge[] = {0, 1, p / 2, p - 2, p - 1};
    for (int i = 0; i < 400; i++) {
        const uint64_t a = i < 25 ? edge[i / 5] : rnd_entry(p),
                       b = i < 25 ? edge[i % 5] : rnd_entry(p);
        CHECK(pcl_mul(a, b, &mod) == ref_mul(a, b, p), "p=%" U " a=%" U " b=%" U, p, a, b);
        CHECK(pcl_add(a, b, &mod) == ref_add(a, b, p), "p=%" U " a=%" U " b=%" U, p, a, b);
        CHECK(pcl_sub(a, b, &mod) == ref_sub(a, b, p), "p=%" U " a=%" U " b=%" U, p, a, b);
        CHECK(pcl_neg(a, &mod) == ref_sub(0, a, p), "p=%" U " a=%" U, p, a);

        const uint64_t tail[] = {0, 1, ~(uint64_t)0, ~(uint64_t)0 - p, rnd()}, lo = tail[b % 5];
        CHECK(pcl_reduce(a, lo, &mod) == (((pcl_u128)a << 64) | lo) % p,
              "p=%" U " hi=%" U " lo=%" U, p, a, lo);

        const uint64_t power[] = {0, 1, 2, p - 1, p, rnd(), ~(uint64_t)0}, e = power[rnd_below(7)];
        CHECK(pcl_pow(a, e, &mod) == ref_pow(a, e, p), "p=%" U " a=%" U " e=%" U, p, a, e);
    }
}

/* Lazy sums from any state allowed, the largest one first. */
static void check_lazy(uint64_t p)
{
    const pcl_mod mod = modulus(p);
    for (int i = 0; i < 30; i++) {
        pcl_lazy acc = {p - 1, ~(uint64_t)0};
        if (i > 2)
            acc = (pcl_lazy){rnd_entry(p), rnd()};
        if (i == 1)
            acc = (pcl_lazy){0, 0};
        uint64_t sum = (uint64_t)((((pcl_u128)acc.hi << 64) | acc.lo) % p);
        for (int k = 0; k < 60; k++) {
            const uint64_t a = i < 2 ? p - 1 : rnd_entry(p), b = i == 2  ? 1
                                                                 : i < 2 ? p - 1
                                                                         : rnd_entry(p);
            const pcl_lazy old = acc;
            pcl_lazy_addmul(&acc, a, b, &mod);
            sum = ref_add(sum, ref_mul(a, b, p), p);
            CHECK(acc.hi < p && pcl_reduce(acc.hi, acc.lo, &mod) == sum,
                  "p=%" U " hi=%" U " lo=%" U " a=%" U " b=%" U, p, old.hi, old.lo, a, b);
        }
    }
}

/* Coefficients of products of series, the largest entries first, from any state of the sum. */
static void check_convolutions(uint64_t p)
{
    enum { MOST = 40 };
    const pcl_mod mod = modulus(p);
    uint64_t x[MOST], y[MOST];
    for (size_t n = 0; n <= MOST; n++)
        for (int i = 0; i < 4; i++) {
            pcl_lazy acc = {i ? rnd_entry(p) : p - 1, i ? rnd() : ~(uint64_t)0};
            uint64_t sum = (uint64_t)((((pcl_u128)acc.hi << 64) | acc.lo) % p);
            for (size_t k = 0; k < n; k++)
                x[k] = i > 1 ? rnd_entry(p) : p - 1, y[k] = i > 1 ? rnd_entry(p) : p - 1;
            for (size_t k = 0; k < n; k++)
                sum = ref_add(sum, ref_mul(x[k], y[n - 1 - k], p), p);
            uint64_t *a = copy(x, n), *b = copy(y, n);
            pcl_lazy_convolve(&acc, a, b, n, &mod);
            CHECK(acc.hi < p && pcl_reduce(acc.hi, acc.lo, &mod) == sum, "p=%" U " n=%zu", p, n);
            free(a), free(b);
        }
}

/* Products by one factor. */
static void check_factor(uint64_t p)
{
    const pcl_mod mod = modulus(p);
    for (int i = 0; i < 60; i++) {
        const uint64_t c = i ? rnd_entry(p) : p - 1, x = rnd_entry(p), y = rnd_entry(p);
        CHECK(pcl_factor_addmul(y, pcl_factor_of(c, &mod), x, &mod)
                  == ref_add(y, ref_mul(c, x, p), p),
              "p=%" U ": %" U " + %" U " * %" U, p, y, c, x);
    }
}

/* Inverse of a, p prime or not: there is one exactly when the gcd is 1. */
static void check_inverse(uint64_t a, const pcl_mod *mod)
{
    uint64_t x = a, y = mod->p, inv = 77;
    while (x) {
        const uint64_t r = y % x;
        y = x, x = r;
    }
    CHECK(pcl_inv(&inv, a, mod) == (y == 1 ? PCL_OK : PCL_NONE), "p=%" U " a=%" U, mod->p, a);
    if (y == 1)
        CHECK(inv < mod->p && ref_mul(inv, a, mod->p) == 1, "p=%" U " a=%" U " inv=%" U, mod->p, a,
              inv);
    else
        CHECK(inv == 77, "p=%" U " a=%" U ": touched", mod->p, a);
}

static void check_moduli(void)
{
    const uint64_t refused[] = {
        0, 1, (uint64_t)1 << 62, ((uint64_t)1 << 62) + 1, (uint64_t)1 << 63, ~(uint64_t)0};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        pcl_mod mod = {5, 6, 7};
        CHECK(pcl_mod_init(&mod, refused[i]) == PCL_LIMIT, "p=%" U, refused[i]);
        CHECK(mod.p == 5 && mod.pinv == 6 && mod.shift == 7, "p=%" U ": touched", refused[i]);
    }
    for (uint64_t p = 2; p < 130; p++) {
        const pcl_mod mod = modulus(p);
        for (uint64_t a = 0; a < p; a++)
            check_inverse(a, &mod);
        check_products(p);
        check_lazy(p), check_convolutions(p), check_factor(p);
    }
    for (int i = 0; i < 300; i++) {
        uint64_t d = 1 + rnd_below((uint64_t)1 << (1 + rnd_below(31)));
        uint64_t e = 2 + rnd_below((uint64_t)1 << (1 + rnd_below(30)));
        if (i % 2)
            d = 1, e = 2 + (rnd() >> (2 + rnd_below(60)) & (((uint64_t)1 << 62) - 3));
        if (!i)
            d = 3, e = (((uint64_t)1 << 62) - 1) / d;
        const pcl_mod mod = modulus(d * e);
        for (int k = 0; k < 20; k++) {
            check_inverse(rnd_entry(d * e), &mod);
            check_inverse(d * rnd_entry(e), &mod);
        }
        if (i < 60) {
            check_products(d * e);
            check_lazy(d * e), check_convolutions(d * e), check_factor(d * e);
        }
    }
    for (int i = 0; i < 100; i++) {
        const uint64_t p = i < (int)EDGE_PRIMES ? edge_prime[i] : rnd_prime();
        const pcl_mod mod = modulus(p);
        for (int k = 0; k < 50; k++)
            check_inverse(rnd_entry(p), &mod);
        check_products(p);
        check_lazy(p), check_convolutions(p), check_factor(p);
    }
}

static void check_one_prime(uint64_t n, int expected)
{
    CHECK(ref_is_prime(n) == expected, "n=%" U " (the reference is wrong)", n);
    CHECK(pcl_is_prime(n) == expected, "n=%" U, n);
}

static void check_primes(void)
{
    for (uint64_t n = 0; n < 20000; n++) {
        int prime = n > 1;
        for (uint64_t q = 2; q * q <= n && prime; q++)
            prime = n % q != 0;
        check_one_prime(n, prime);
        if (prime)
            check_one_prime(n * n, 0);
    }
    static const uint64_t composite[] = {
        561, 1105, 1729, 2465, 2821, 6601, 8911, 10585, 15841, 29341, 41041, 46657, 52633, 62745,
        63973, 75361,
        /* squares of Wieferich primes */
        1194649, 12327121,
        /* least strong pseudoprimes to the first 1, 2, 3, ... primes as bases */
        2047, 1373653, 25326001, 3215031751, 2152302898747, 3474749660383, 341550071728321,
        3825123056546413051,
        /* 2^32 + 1, 2^61 - 2^30 + 1: high powers of 2 in n - 1 */
        4294967297, 2305843008139952129};
    for (size_t i = 0; i < sizeof composite / sizeof *composite; i++)
        check_one_prime(composite[i], 0);
    /* 2^16 + 1, 3 2^30 + 1, 29 2^57 + 1. */
    static const uint64_t prime[] = {65537, 3221225473, 4179340454199820289};
    for (size_t i = 0; i < sizeof prime / sizeof *prime; i++)
        check_one_prime(prime[i], 1);
    for (size_t i = 0; i < EDGE_PRIMES; i++)
        check_one_prime(edge_prime[i], 1);
    CHECK(!pcl_is_prime(((uint64_t)1 << 62) + 135), "a prime beyond 2^62 is refused");
    CHECK(!pcl_is_prime(~(uint64_t)0 - 58), "a prime beyond 2^62 is refused");

    for (int i = 0, found = 0; found < 40; i++) {
        const uint64_t k = 1 + rnd_below(150000), p = 6 * k + 1, q = 12 * k + 1, r = 18 * k + 1;
        if (i % 2 && ref_is_prime(p) && ref_is_prime(q) && ref_is_prime(r))     /* Chernick */
            check_one_prime(p * q * r, 0), found++;
        const uint64_t s = 1000003 + rnd_below(1000000000);
        if (ref_is_prime(s) && ref_is_prime(2 * s - 1))
            check_one_prime(s * (2 * s - 1), 0);
        if (ref_is_prime(s))
            check_one_prime(s * s, 0);
    }
    for (int i = 0; i < 20000; i++) {
        const uint64_t n = rnd() >> (2 + rnd_below(40)) | 1;
        check_one_prime(n, ref_is_prime(n));
    }
}

/* First words of xoshiro256** seeded by splitmix64, and integers and primes made of them, from
   another implementation (each integer takes the least number of bits, and again if it is too
   large). The states of the seed 1234567 and the words of the state 1, 2, 3, 4 are also published
   test vectors. */
static void check_sequence(void)
{
    static const uint64_t state[4] = {6457827717110365317u, 3203168211198807973u,
                                      9817491932198370423u, 4593380528125082431u};
    static const uint64_t from_1234[8] = {
        11520, 0, 1509978240, 1215971899390074240u, 1216172134540287360u, 607988272756665600u,
        16172922978634559625u, 8476171486693032832u};
    static const struct { uint64_t seed, word[4]; } golden[] = {
        {0, {0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c}},
        {1, {0xb3f2af6d0fc710c5, 0x853b559647364cea, 0x92f89756082a4514, 0x642e1c7bc266a3a7}},
        {UINT64_MAX,
         {0x8f5520d52a7ead08, 0xc476a018caa1802d, 0x81de31c0d260469e, 0xbf658d7e065f3c2f}},
    };
    pcl_random rng;
    pcl_random_init(&rng, 1234567);
    CHECK(!memcmp(rng.s, state, sizeof state), "seed 1234567");
    rng = (pcl_random){{1, 2, 3, 4}};
    for (int i = 0; i < 8; i++)
        CHECK(pcl_random_word(&rng) == from_1234[i], "state 1234, word %d", i);
    for (size_t k = 0; k < sizeof golden / sizeof *golden; k++) {
        pcl_random_init(&rng, golden[k].seed);
        for (int i = 0; i < 4; i++)
            CHECK(pcl_random_word(&rng) == golden[k].word[i], "seed %" U ", word %d",
                  golden[k].seed, i);
    }
    static const uint64_t below[][2] = {
        {1000, 197}, {4, 2}, {4294967296, 136987924}, {7, 3}, {1, 0},
        {((uint64_t)1 << 63) + 1, 1310552918490157286},
        {UINT64_MAX, 7031611932980406429}, {64, 33}, {1000, 464},
    };
    pcl_random_init(&rng, 1);
    for (size_t i = 0; i < sizeof below / sizeof *below; i++)
        CHECK(pcl_random_below(&rng, below[i][0]) == below[i][1], "below %" U, below[i][0]);
    pcl_random_init(&rng, 1);
    CHECK(pcl_random_prime(&rng, 62) == 3789993221187730567
              && pcl_random_prime(&rng, 31) == 1819733107 && pcl_random_prime(&rng, 10) == 827
              && pcl_random_prime(&rng, 2) == 2,
          "primes");
}

static void check_random(void)
{
    pcl_random rng;
    pcl_random_init(&rng, rnd());
    const uint64_t half = (uint64_t)1 << 63;
    const uint64_t bound[] = {1,          2,        3,    4,        5,         1000,
                              4294967296, half - 1, half, half + 1, UINT64_MAX};
    for (size_t k = 0; k < sizeof bound / sizeof *bound; k++) {
        const uint64_t b = bound[k];
        uint64_t count[5] = {0};    /* of the fifths of the range; exact for bounds 1 to 5 */
        for (int i = 0; i < 10000; i++) {
            const uint64_t x = pcl_random_below(&rng, b);
            CHECK(x < b, "bound=%" U " x=%" U, b, x);
            count[b <= 5 ? x : (uint64_t)((pcl_u128)x * 5 / b)]++;
        }
        const uint64_t cells = b < 5 ? b : 5;
        for (uint64_t c = 0; c < cells; c++)     /* a standard deviation is at most 50 */
            CHECK(count[c] + 400 > 10000 / cells && count[c] < 10000 / cells + 400,
                  "bound=%" U " cell=%" U " count=%" U, b, c, count[c]);
    }
    for (unsigned bits = 0; bits < 70; bits++)
        for (int i = 0; i < 10; i++) {
            const uint64_t q = pcl_random_prime(&rng, bits);
            if (bits < 2 || bits > 62)
                CHECK(q == 0, "bits=%u q=%" U, bits, q);
            else
                CHECK(q >> (bits - 1) == 1 && ref_is_prime(q), "bits=%u q=%" U, bits, q);
        }
    uint64_t count[32] = {0};
    for (int i = 0; i < 10000; i++)
        count[pcl_random_prime(&rng, 5)]++;
    for (int q = 0; q < 32; q++)    /* 17, 19, 23, 29, 31 */
        CHECK(q > 16 && ref_is_prime((uint64_t)q) ? count[q] > 1600 && count[q] < 2400 : !count[q],
              "q=%d count=%" U, q, count[q]);
}

int main(void)
{
    test_start();
    check_moduli();
    check_primes();
    check_sequence();
    check_random();
    return 0;
}
