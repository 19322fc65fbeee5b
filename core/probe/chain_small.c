#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Chains modulo a prime below 2^28: coefficients are 32-bit, a sum of FOLD products fits into a
   word, and a product of two power series is a few long loops that compilers turn into vector
   instructions. */
typedef uint32_t coef;
typedef uint64_t total;
#include "chain_flow.h"
#define SETS(x) ((size_t)1)
#define FOLD 255

static inline uint32_t reduced(const total *acc, const pcl_mod *mod)
{
    return (uint32_t)pcl_reduce(0, *acc, mod);
}

static inline void plus(total *acc, uint64_t c, const pcl_mod *mod)
{
    (void)mod;
    *acc += c;
}

static void fold(total *acc, size_t m, const pcl_mod *mod)
{
    for (size_t i = 0; i < m; i++)
        acc[i] = reduced(acc + i, mod);
}

/* acc += a b mod t^m. The hottest loop. */
static inline void addmul_series(total *acc, const coef *a, const coef *b, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        const uint64_t c = a[i];
        for (size_t j = 0; j < m - i; j++)
            acc[i + j] += c * b[j];
    }
}

/* Reduced before a sum could pass a word. */
static inline void addmul(total *acc, uint32_t *terms, const coef *a, const coef *b, size_t m,
                          const flow *x)
{
    for (size_t from = 0; from < m; from += FOLD - 1) {             /* a piece of a at a time */
        const size_t piece = m - from < FOLD - 1 ? m - from : FOLD - 1;
        if (*terms + piece > FOLD) {
            fold(acc, m, x->mod);
            *terms = 1;
        }
        if (piece == m)
            addmul_series(acc, a, b, m);
        else
            for (size_t i = from; i < from + piece; i++)
                for (size_t j = 0; j < m - i; j++)
                    acc[i + j] += (uint64_t)a[i] * b[j];
        *terms += (uint32_t)piece;
    }
}

static inline void addmul_constant(total *acc, uint32_t *terms, uint64_t c, const coef *b, size_t m,
                                   const flow *x)
{
    if (++*terms > FOLD) {
        fold(acc, m, x->mod);
        *terms = 2;
    }
    for (size_t i = 0; i < m; i++)
        acc[i] += c * b[i];
}

/* Adds a reduced term: no overflow below 2^36 of them. */
static inline void addmul_at(total *acc, const coef *a, const coef *b, size_t m, const flow *x)
{
    total all = 0;
    for (size_t from = 0; from <= m; from += FOLD) {
        const size_t end = m + 1 - from < FOLD ? m + 1 : from + FOLD;
        total sum = 0;
        for (size_t i = from; i < end; i++)
            sum += (uint64_t)a[i] * b[m - i];
        all += reduced(&sum, x->mod);
    }
    *acc += reduced(&all, x->mod);
}

static inline void addmul_constant_at(total *acc, uint64_t c, const coef *b, size_t m,
                                      const flow *x)
{
    *acc += pcl_mul(c, b[m], x->mod);
}

static pcl_status start(flow *x, const pcl_probe *g)
{
    const size_t n = x->program->params * x->order;
    uint64_t *wide = malloc((2 * n + 1) * sizeof *wide), *gradient = wide + n;
    if (!wide)
        return PCL_NOMEM;
    for (size_t i = 0; i < n; i++)
        wide[i] = x->theta[i];
    const pcl_status status =
        pcl_probe_gradient_series(gradient, x->program, g, wide, x->order, 0, x->mod);
    for (size_t i = 0; i < n && status == PCL_OK; i++)
        x->g[i] = (coef)gradient[i];
    free(wide);
    return status;
}

#include "chain_outline.h"

pcl_status pcl_probe_chain_small(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                                 const pcl_probe *g, size_t length, const uint64_t *theta,
                                 const pcl_mod *mod, const pcl_poll *poll)
{
    return mod->p < PCL_SMALL_PRIME ? chain(values, program, f, g, length, theta, 0, mod, poll)
                                    : PCL_LIMIT;
}
