#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Arrays of params x 2^level power series; all have room for the full order. */
typedef struct {
    const pcl_program *program;
    const pcl_mod *mod;
    size_t order, series;       /* full order; number of series, params << level */
    unsigned level;
    uint64_t *theta;            /* series x order: the solution */
    uint64_t *g;                /* series x order: G_k */
    uint64_t *packed;           /* 2 * series x order: an argument of lower order, perhaps with an e-part */
    uint64_t *field;            /* the same: a value */
} flow;

/* to[i] = the first m coefficients of each of n series, next to each other. */
static void truncate(uint64_t *to, const uint64_t *from, size_t n, size_t m, size_t order)
{
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * m, from + i * order, m * sizeof *to);
}

/* theta' = f(theta), one coefficient after the other. */
static pcl_status solve(flow *x, const pcl_probe *f)
{
    for (size_t m = 1; m < x->order; m++) {
        uint64_t inverse;
        truncate(x->packed, x->theta, x->series, m, x->order);
        const pcl_status status =
            pcl_probe_gradient_series(x->field, x->program, f, x->packed, m, x->level, x->mod);
        if (status != PCL_OK)
            return status;
        if (pcl_inv(&inverse, m % x->mod->p, x->mod) != PCL_OK)
            return PCL_NONE;
        for (size_t i = 0; i < x->series; i++)
            x->theta[i * x->order + m] = pcl_mul(x->field[i * m + m - 1], inverse, x->mod);
    }
    return PCL_OK;
}

/* G = G' - Df(theta) G, to order m. */
static pcl_status step(flow *x, const pcl_probe *f, size_t m)
{
    const size_t sets = (size_t)1 << x->level, params = x->program->params;
    for (size_t i = 0; i < params; i++) {
        truncate(x->packed + 2 * i * sets * m, x->theta + i * sets * x->order, sets, m, x->order);
        truncate(x->packed + (2 * i + 1) * sets * m, x->g + i * sets * x->order, sets, m, x->order);
    }
    const pcl_status status =
        pcl_probe_gradient_series(x->field, x->program, f, x->packed, m, x->level + 1, x->mod);
    if (status != PCL_OK)
        return status;
    for (size_t i = 0; i < params; i++)
        for (size_t s = 0; s < sets; s++) {
            uint64_t *g = x->g + (i * sets + s) * x->order;
            const uint64_t *along = x->field + ((2 * i + 1) * sets + s) * m;
            for (size_t k = 0; k < m; k++)
                g[k] = pcl_sub(pcl_mul((k + 1) % x->mod->p, g[k + 1], x->mod), along[k], x->mod);
        }
    return PCL_OK;
}

pcl_status pcl_probe_chain(uint64_t *values, const pcl_program *program, const pcl_probe *f, const pcl_probe *g,
                           size_t length, const uint64_t *theta, unsigned level, const pcl_mod *mod)
{
    if (level > 29)
        return PCL_OVERFLOW;
    if (length >= mod->p)
        return PCL_NONE;
    flow x = {.program = program, .mod = mod, .order = length + 1, .level = level};
    x.series = program->params << level;
    if (program->params > SIZE_MAX >> (level + 1) || x.order > SIZE_MAX / sizeof(uint64_t) / 2 / (x.series + 1))
        return PCL_NOMEM;
    const size_t bytes = (x.series + 1) * x.order * sizeof(uint64_t);
    x.theta = malloc(bytes);
    x.g = malloc(bytes);
    x.packed = malloc(2 * bytes);
    x.field = malloc(2 * bytes);
    pcl_status status = x.theta && x.g && x.packed && x.field ? PCL_OK : PCL_NOMEM;
    for (size_t i = 0; i < x.series && status == PCL_OK; i++)
        x.theta[i * x.order] = theta[i];
    if (status == PCL_OK)
        status = solve(&x, f);
    if (status == PCL_OK)
        status = pcl_probe_gradient_series(x.g, program, g, x.theta, x.order, level, mod);
    for (size_t k = 0; k <= length && status == PCL_OK; k++) {
        for (size_t i = 0; i < x.series; i++)
            values[k * x.series + i] = x.g[i * x.order];
        if (k < length)
            status = step(&x, f, length - k);
    }
    free(x.theta);
    free(x.g);
    free(x.packed);
    free(x.field);
    return status;
}
