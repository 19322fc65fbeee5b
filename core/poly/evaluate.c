#include "pcl/poly.h"

static uint64_t power(uint64_t factor, uint32_t less, const uint64_t *point, const pcl_mod *mod)
{
    const uint64_t x = point[factor >> 32];
    const uint32_t e = (uint32_t)factor - less;
    return e == 1 ? x : pcl_pow(x, e, mod);
}

uint64_t pcl_poly_evaluate(const pcl_poly *f, const uint64_t *point, const pcl_mod *mod)
{
    uint64_t value = 0;
    for (size_t t = 0; t < f->terms; t++) {
        uint64_t term = f->coef[t];
        for (size_t i = f->start[t]; i < f->start[t + 1]; i++)
            term = pcl_mul(term, power(f->factor[i], 0, point, mod), mod);
        value = pcl_add(value, term, mod);
    }
    return value;
}

void pcl_poly_add_gradient(uint64_t *grad, const pcl_poly *f, const uint64_t *point,
                           const pcl_mod *mod)
{
    for (size_t t = 0; t < f->terms; t++)
        for (size_t k = f->start[t]; k < f->start[t + 1]; k++) {
            const uint32_t e = (uint32_t)f->factor[k];
            uint64_t term = pcl_mul(f->coef[t], e % mod->p, mod);
            for (size_t i = f->start[t]; i < f->start[t + 1] && term; i++)
                term = pcl_mul(term, power(f->factor[i], i == k, point, mod), mod);
            uint64_t *to = grad + (f->factor[k] >> 32);
            *to = pcl_add(*to, term, mod);
        }
}
