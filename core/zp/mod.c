#include "pcl/zp.h"

pcl_status pcl_mod_init(pcl_mod *mod, uint64_t p)
{
    if (p < 2 || p >> 62)
        return PCL_LIMIT;
    mod->p = p;
    mod->shift = (unsigned)__builtin_clzll(p);
    const uint64_t d = p << mod->shift;
    mod->pinv = (uint64_t)((~(pcl_u128)0) / d - ((pcl_u128)1 << 64));
    return PCL_OK;
}

uint64_t pcl_pow(uint64_t a, uint64_t e, const pcl_mod *mod)
{
    uint64_t r = 1 % mod->p;
    for (; e; e >>= 1) {
        if (e & 1)
            r = pcl_mul(r, a, mod);
        a = pcl_mul(a, a, mod);
    }
    return r;
}

pcl_status pcl_inv(uint64_t *inv, uint64_t a, const pcl_mod *mod)
{
    /* invariant: r0 = s0 * a mod p, r1 = s1 * a mod p; |s| <= p < 2^62 */
    int64_t s0 = 0, s1 = 1;
    uint64_t r0 = mod->p, r1 = a;
    while (r1) {
        const uint64_t q = r0 / r1, r = r0 - q * r1;
        const int64_t s = s0 - (int64_t)q * s1;
        r0 = r1, r1 = r;
        s0 = s1, s1 = s;
    }
    if (r0 != 1)
        return PCL_NONE;
    *inv = s0 < 0 ? (uint64_t)(s0 + (int64_t)mod->p) : (uint64_t)s0;
    return PCL_OK;
}
