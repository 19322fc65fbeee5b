#include "pcl/zp.h"

static const uint64_t bases[12] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

/* One Miller-Rabin round: 1 if n = 2^s d + 1 passes for the base a < n. */
static int passes(uint64_t a, uint64_t d, unsigned s, const pcl_mod *mod)
{
    uint64_t x = pcl_pow(a, d, mod);
    if (x == 1 || x == mod->p - 1)
        return 1;
    while (--s) {
        x = pcl_mul(x, x, mod);
        if (x == mod->p - 1)
            return 1;
    }
    return 0;
}

int pcl_is_prime(uint64_t n)
{
    pcl_mod mod;
    if (pcl_mod_init(&mod, n) != PCL_OK)
        return 0;
    for (int i = 0; i < 12; i++)
        if (n % bases[i] == 0)
            return n == bases[i];
    const unsigned s = (unsigned)__builtin_ctzll(n - 1);
    for (int i = 0; i < 12; i++)
        if (!passes(bases[i], (n - 1) >> s, s, &mod))
            return 0;
    return 1;
}

uint64_t pcl_random_prime(pcl_random *rng, unsigned bits)
{
    if (bits < 2 || bits > 62)
        return 0;
    const uint64_t half = (uint64_t)1 << (bits - 1);
    for (;;) {
        const uint64_t n = half + pcl_random_below(rng, half);
        if (pcl_is_prime(n))
            return n;
    }
}
