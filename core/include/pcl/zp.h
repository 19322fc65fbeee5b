/* Arithmetic modulo a word prime, primes, and an explicit random state. */
#ifndef PCL_ZP_H
#define PCL_ZP_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef unsigned __int128 pcl_u128;

/* Sets mod to the modulus p, 2 <= p < 2^62, prime or not, with its precomputed inverse.
   Reference: N. Moeller, T. Granlund, Improved division by invariant integers, 2011, section III.
   Returns PCL_OK, or PCL_LIMIT (other p); then mod is untouched. */
pcl_status pcl_mod_init(pcl_mod *mod, uint64_t p);

/* Returns (hi * 2^64 + lo) mod p for hi < p (Moeller and Granlund, algorithm 4). */
static inline uint64_t pcl_reduce(uint64_t hi, uint64_t lo, const pcl_mod *mod)
{
    const unsigned s = mod->shift;
    const uint64_t d = mod->p << s;
    const uint64_t u1 = (hi << s) | (lo >> (64 - s));   /* s >= 2 because p < 2^62 */
    const uint64_t u0 = lo << s;
    const pcl_u128 q = (pcl_u128)mod->pinv * u1 + (((pcl_u128)u1 << 64) | u0);
    uint64_t r = u0 - ((uint64_t)(q >> 64) + 1) * d;
    if (r > (uint64_t)q)
        r += d;
    if (r >= d)
        r -= d;
    return r >> s;
}

/* Returns a * b mod p, for a, b < p. */
static inline uint64_t pcl_mul(uint64_t a, uint64_t b, const pcl_mod *mod)
{
    const pcl_u128 ab = (pcl_u128)a * b;
    return pcl_reduce((uint64_t)(ab >> 64), (uint64_t)ab, mod);
}

/* Return a + b, a - b and -a mod p, for a, b < p. */
static inline uint64_t pcl_add(uint64_t a, uint64_t b, const pcl_mod *mod)
{
    const uint64_t c = a + b;
    return c >= mod->p ? c - mod->p : c;
}
static inline uint64_t pcl_sub(uint64_t a, uint64_t b, const pcl_mod *mod)
{
    return a >= b ? a - b : a + mod->p - b;
}
static inline uint64_t pcl_neg(uint64_t a, const pcl_mod *mod)
{
    return a ? mod->p - a : 0;
}

/* A factor c < p with floor(2^64 c / p), for many products by it (Shoup). */
typedef struct {
    uint64_t c, quotient;
} pcl_factor;

/* Returns the factor c < p. */
static inline pcl_factor pcl_factor_of(uint64_t c, const pcl_mod *mod)
{
    return (pcl_factor){c, (uint64_t)(((pcl_u128)c << 64) / mod->p)};
}

/* Returns y + factor * x mod p, for x, y < p: one high product. */
static inline uint64_t pcl_factor_addmul(uint64_t y, pcl_factor factor, uint64_t x,
                                         const pcl_mod *mod)
{
    const uint64_t p = mod->p, q = (uint64_t)(((pcl_u128)factor.quotient * x) >> 64);
    uint64_t r = factor.c * x - q * p;              /* in 0 .. 2p-1 */
    r = (r >= p ? r - p : r) + y;
    return r >= p ? r - p : r;
}

/* A lazy sum of products: hi * 2^64 + lo is congruent to the sum, hi < p. Start from {0, 0}. */
typedef struct {
    uint64_t hi, lo;
} pcl_lazy;

/* Adds a * b to the lazy sum, for a, b < p. */
static inline void pcl_lazy_addmul(pcl_lazy *acc, uint64_t a, uint64_t b, const pcl_mod *mod)
{
    const pcl_u128 sum = (((pcl_u128)acc->hi << 64) | acc->lo) + (pcl_u128)a * b;
    const uint64_t hi = (uint64_t)(sum >> 64);
    acc->lo = (uint64_t)sum;
    acc->hi = hi >= mod->p ? hi - mod->p : hi;
}

/* Adds a[0] b[n-1] + a[1] b[n-2] + ... + a[n-1] b[0] to the lazy sum, entries < p: a coefficient of
   a product of power series. The lazy sum is below p 2^64 <= 2^126 and 12 products below 12 *
   2^124, so together they stay below 2^128 until the reduction. */
static inline void pcl_lazy_convolve(pcl_lazy *acc, const uint64_t *a, const uint64_t *b, size_t n,
                                     const pcl_mod *mod)
{
    pcl_u128 sum = ((pcl_u128)acc->hi << 64) | acc->lo;
    for (; n > 12; a += 12, n -= 12) {
        _Pragma("GCC unroll 12") for (size_t i = 0; i < 12; i++)
            sum += (pcl_u128)a[i] * b[n - 1 - i];
        sum = ((pcl_u128)((uint64_t)(sum >> 64) % mod->p) << 64) | (uint64_t)sum;
    }
    _Pragma("GCC unroll 1") for (size_t i = 0; i < n; i++)
        sum += (pcl_u128)a[i] * b[n - 1 - i];
    acc->hi = (uint64_t)(sum >> 64) % mod->p;
    acc->lo = (uint64_t)sum;
}

/* Returns a^e mod p, for a < p (0^0 = 1). Cost: 2 log2(e) products. */
uint64_t pcl_pow(uint64_t a, uint64_t e, const pcl_mod *mod);

/* Sets inv to the inverse of a mod p, for a < p, p prime or not. Extended Euclid.
   Returns PCL_OK, or PCL_NONE (gcd(a, p) > 1); then inv is untouched. */
pcl_status pcl_inv(uint64_t *inv, uint64_t a, const pcl_mod *mod);

/* Returns 1 if n is prime, else 0. Deterministic Miller-Rabin with the first twelve primes as
   bases, a proof for every n < 3.1e23 (Sorenson and Webster 2017), restricted to n < 2^62: larger n
   return 0. */
int pcl_is_prime(uint64_t n);

/* Sets the state from a seed (splitmix64). Equal seeds give equal sequences on every machine. */
void pcl_random_init(pcl_random *rng, uint64_t seed);

/* Returns 64 random bits. Reference: D. Blackman, S. Vigna, xoshiro256**, 2018. */
uint64_t pcl_random_word(pcl_random *rng);

/* Returns a uniform integer in 0 .. bound-1 (rejection, no bias), for bound >= 1. */
uint64_t pcl_random_below(pcl_random *rng, uint64_t bound);

/* Returns a uniform prime among those of exactly `bits` bits, 2 <= bits <= 62 (rejection); 0 for
   other bits. */
uint64_t pcl_random_prime(pcl_random *rng, unsigned bits);

#ifdef __cplusplus
}
#endif
#endif
