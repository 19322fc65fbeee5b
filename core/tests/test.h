/* What the C tests share: checks, seeded random inputs, and slow reference arithmetic by the %
   operator. Nothing here but modulus() calls the library, so that a fault of the library cannot
   hide itself. */
#ifndef PCL_TEST_H
#define PCL_TEST_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcl/zp.h"

#define U PRIu64

static uint64_t test_seed, test_state;
static int test_small;              /* leave out large shapes: under valgrind they take an hour */
static void (*test_show)(void);     /* prints the input at hand, unless NULL */

/* CHECK(condition, format, ...): on failure prints the place, the seed and the input, and ends the
   test. */
#define CHECK(condition, ...)                                                             \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);               \
            fprintf(stderr, "PCL_SEED=%" U "\n", test_seed);                              \
            fprintf(stderr, __VA_ARGS__);                                                 \
            fputc('\n', stderr);                                                          \
            if (test_show)                                                                \
                test_show();                                                              \
            _Exit(1);                                                                     \
        }                                                                                 \
    } while (0)

/* Takes the seed from the environment variable PCL_SEED, or a fixed one; PCL_SMALL leaves out large
   shapes. */
static inline void test_start(void)
{
    const char *seed = getenv("PCL_SEED");
    test_state = test_seed = seed ? strtoull(seed, NULL, 0) : 1729;
    test_small = getenv("PCL_SMALL") != NULL;
}

/* Returns 64 random bits (wyrand). */
static inline uint64_t rnd(void)
{
    test_state += 0xa0761d6478bd642fu;
    const pcl_u128 t = (pcl_u128)test_state * (test_state ^ 0xe7037ed1a0b428dbu);
    return (uint64_t)(t >> 64) ^ (uint64_t)t;
}

static inline uint64_t rnd_below(uint64_t n)
{
    return rnd() % n;
}

/* Returns a residue mod p, often one at the edge. */
static inline uint64_t rnd_entry(uint64_t p)
{
    switch (rnd_below(8)) {
    case 0: return 0;
    case 1: return 1 % p;
    case 2: return p - 1;
    default: return rnd_below(p);
    }
}

static inline uint64_t rnd_nonzero(uint64_t p)
{
    return rnd_below(4) ? 1 + rnd_below(p - 1) : p - 1;
}

/* Sets subset to k of 0 .. n-1, increasing. */
static inline void choose(size_t *subset, size_t n, size_t k)
{
    for (size_t i = 0; k; i++)
        if (rnd_below(n - i) < k)
            *subset++ = i, k--;
}

/* Returns a copy with not one word to spare, for the sanitizer. */
static inline uint64_t *copy(const uint64_t *from, size_t n)
{
    uint64_t *to = malloc(n * sizeof *to + !n);
    CHECK(to != NULL, "out of memory");
    for (size_t i = 0; i < n; i++)
        to[i] = from[i];
    return to;
}

/* Returns 1 if x is one of the n entries of list. */
static inline int is_listed(size_t x, const size_t *list, size_t n)
{
    while (n && list[n - 1] != x)
        n--;
    return n > 0;
}

static inline uint64_t ref_add(uint64_t a, uint64_t b, uint64_t p)
{
    return (uint64_t)(((pcl_u128)a + b) % p);
}

static inline uint64_t ref_sub(uint64_t a, uint64_t b, uint64_t p)
{
    return (uint64_t)(((pcl_u128)a + p - b) % p);
}

static inline uint64_t ref_mul(uint64_t a, uint64_t b, uint64_t p)
{
    return (uint64_t)((pcl_u128)a * b % p);
}

static inline uint64_t ref_pow(uint64_t a, uint64_t e, uint64_t p)
{
    uint64_t r = 1 % p;
    for (int i = 63; i >= 0; i--) {
        r = ref_mul(r, r, p);
        if (e >> i & 1)
            r = ref_mul(r, a, p);
    }
    return r;
}

/* Inverse mod a prime p, by Fermat. */
static inline uint64_t ref_inv(uint64_t a, uint64_t p)
{
    return ref_pow(a, p - 2, p);
}

/* Primality: trial division by everything below 200, then Miller-Rabin with every base below 60. */
static inline int ref_is_prime(uint64_t n)
{
    for (uint64_t q = 2; q < 200; q++)
        if (n < q * q || n % q == 0)
            return n > 1 && n < q * q;
    for (uint64_t a = 2; a < 60; a++) {
        uint64_t d = n - 1, x;
        while (d % 2 == 0)
            d /= 2;
        for (x = ref_pow(a, d, n); d != n - 1 && x != 1 && x != n - 1; d *= 2)
            x = ref_mul(x, x, n);
        if (x != n - 1 && d % 2 == 0)
            return 0;
    }
    return 1;
}

/* Primes at the edges of the words and half-words. */
static const uint64_t edge_prime[] = {
    2, 3, 2147483647, 4294967291, 2305843009213693951, 4611686018427387847};
#define EDGE_PRIMES (sizeof edge_prime / sizeof *edge_prime)

/* Returns an edge prime, or a random one of random size. */
static inline uint64_t rnd_prime(void)
{
    if (rnd_below(2))
        return edge_prime[rnd_below(EDGE_PRIMES)];
    const uint64_t half = (uint64_t)1 << (1 + rnd_below(61));
    uint64_t n;
    do
        n = half + rnd_below(half);
    while (!ref_is_prime(n));
    return n;
}

static inline pcl_mod modulus(uint64_t p)
{
    pcl_mod mod = {0, 0, 0};
    CHECK(pcl_mod_init(&mod, p) == PCL_OK && mod.p == p, "p=%" U, p);
    return mod;
}

#endif
