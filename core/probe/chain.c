#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Chains with words as coefficients, over any number of nilpotent numbers. */
typedef uint64_t coef;
typedef pcl_lazy total;
#include "chain_flow.h"
#define SETS(x) ((x)->sets)

static inline uint64_t reduced(const total *acc, const pcl_mod *mod)
{
    return pcl_reduce(acc->hi, acc->lo, mod);
}

static inline void plus(total *acc, uint64_t c, const pcl_mod *mod)
{
    pcl_lazy_addmul(acc, c, 1 % mod->p, mod);
}

static inline void addmul(total *acc, uint32_t *terms, const coef *a, const coef *b, size_t m,
                          const flow *x)
{
    const size_t order = x->order, sets = x->sets;
    const pcl_mod *mod = x->mod;
    (void)terms;
    for (size_t s = 0; s < sets; s++)
        for (size_t t = s;; t = (t - 1) & s) {
            for (size_t i = 0; i < m; i++)
                pcl_lazy_convolve(acc + s * m + i, a + t * order, b + (s ^ t) * order, i + 1, mod);
            if (!t)
                break;
        }
}

static inline void addmul_constant(total *acc, uint32_t *terms, uint64_t c, const coef *b, size_t m,
                                   const flow *x)
{
    (void)terms;
    for (size_t s = 0; s < x->sets; s++)
        for (size_t i = 0; i < m; i++)
            pcl_lazy_addmul(acc + s * m + i, c, b[s * x->order + i], x->mod);
}

static inline void addmul_at(total *acc, const coef *a, const coef *b, size_t m, const flow *x)
{
    for (size_t s = 0; s < x->sets; s++)
        for (size_t t = s;; t = (t - 1) & s) {
            pcl_lazy_convolve(acc + s, a + t * x->order, b + (s ^ t) * x->order, m + 1, x->mod);
            if (!t)
                break;
        }
}

static inline void addmul_constant_at(total *acc, uint64_t c, const coef *b, size_t m,
                                      const flow *x)
{
    for (size_t s = 0; s < x->sets; s++)
        pcl_lazy_addmul(acc + s, c, b[s * x->order + m], x->mod);
}

static pcl_status start(flow *x, const pcl_probe *g)
{
    return pcl_probe_gradient_series(x->g, x->program, g, x->theta, x->order, x->level, x->mod);
}

#include "chain_outline.h"

pcl_status pcl_probe_chain(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                           const pcl_probe *g, size_t length, const uint64_t *theta, unsigned level,
                           const pcl_mod *mod, const pcl_poll *poll)
{
    if (level > 29)
        return PCL_LIMIT;
    if (!level && mod->p < PCL_SMALL_PRIME)
        return pcl_probe_chain_small(values, program, f, g, length, theta, mod, poll);
    return chain(values, program, f, g, length, theta, level, mod, poll);
}
