#include <stdlib.h>

#include "pcl/poly.h"

#define EXPONENT UINT32_MAX

static uint32_t variable(uint64_t factor)
{
    return (uint32_t)(factor >> 32);
}

static uint32_t exponent(uint64_t factor)
{
    return (uint32_t)factor;
}

static pcl_status fit_scratch(pcl_collect *sum, size_t size)
{
    if (size <= sum->scratch_alloc)
        return PCL_OK;
    uint64_t *scratch = realloc(sum->scratch, 2 * size * sizeof *scratch);
    if (!scratch)
        return PCL_NOMEM;
    sum->scratch = scratch;
    sum->scratch_alloc = 2 * size;
    return PCL_OK;
}

/* Adds coef * (monomial a / the variable of its k-th factor, or a itself if k = size) * monomial b.
   The merge of two sorted factor lists is the hottest loop of the module. */
static pcl_status add_merged(pcl_collect *sum, const uint64_t *a, size_t na, size_t k,
                             const uint64_t *b, size_t nb, uint64_t coef)
{
    uint64_t *to = sum->scratch;
    size_t i = 0, j = 0, n = 0;
    while (i < na || j < nb) {
        uint64_t f;
        if (i < na && (j == nb || variable(a[i]) <= variable(b[j]))) {
            f = a[i] - (i == k);
            if (j < nb && variable(a[i]) == variable(b[j])) {
                if (exponent(f) > EXPONENT - exponent(b[j]))
                    return PCL_LIMIT;
                f += exponent(b[j++]);
            }
            i++;
            if (!exponent(f))
                continue;
        } else {
            f = b[j++];
        }
        to[n++] = f;
    }
    return pcl_collect_add(NULL, sum, to, n, coef);
}

pcl_status pcl_collect_poly(pcl_collect *sum, const pcl_poly *f, uint64_t scale)
{
    pcl_status status = PCL_OK;
    for (size_t t = 0; t < f->terms && status == PCL_OK; t++)
        status = pcl_collect_add(NULL, sum, f->factor + f->start[t], f->start[t + 1] - f->start[t],
                                 pcl_mul(scale, f->coef[t], &sum->mod));
    return status;
}

/* Adds coef * a' * g, a' as in add_merged. */
static pcl_status add_multiple(pcl_collect *sum, const uint64_t *a, size_t na, size_t k,
                               const pcl_poly *g, uint64_t coef)
{
    for (size_t t = 0; t < g->terms; t++) {
        const size_t nb = g->start[t + 1] - g->start[t];
        pcl_status status = fit_scratch(sum, na + nb);
        if (status == PCL_OK)
            status = add_merged(sum, a, na, k, g->factor + g->start[t], nb,
                                pcl_mul(coef, g->coef[t], &sum->mod));
        if (status != PCL_OK)
            return status;
    }
    return PCL_OK;
}

pcl_status pcl_collect_product(pcl_collect *sum, const pcl_poly *f, const pcl_poly *g,
                               uint64_t scale)
{
    pcl_status status = PCL_OK;
    for (size_t t = 0; t < f->terms && status == PCL_OK; t++) {
        const size_t n = f->start[t + 1] - f->start[t];
        status = add_multiple(sum, f->factor + f->start[t], n, n, g,
                              pcl_mul(scale, f->coef[t], &sum->mod));
    }
    return status;
}

pcl_status pcl_collect_derivative_product(pcl_collect *sum, const pcl_poly *f, size_t term,
                                          size_t k, const pcl_poly *g, uint64_t scale)
{
    const uint64_t *a = f->factor + f->start[term];
    const uint64_t e = exponent(a[k]) % sum->mod.p;
    const uint64_t coef = pcl_mul(pcl_mul(scale, e, &sum->mod), f->coef[term], &sum->mod);
    return coef ? add_multiple(sum, a, f->start[term + 1] - f->start[term], k, g, coef) : PCL_OK;
}

pcl_status pcl_collect_lie_derivative(pcl_collect *sum, const uint64_t *factor, size_t size,
                                      const pcl_poly *field, uint64_t scale)
{
    pcl_status status = PCL_OK;
    for (size_t k = 0; k < size && status == PCL_OK; k++) {
        const uint64_t coef = pcl_mul(scale, exponent(factor[k]) % sum->mod.p, &sum->mod);
        if (coef)
            status = add_multiple(sum, factor, size, k, field + variable(factor[k]), coef);
    }
    return status;
}

pcl_status pcl_poly_mul(pcl_poly *f, const pcl_poly *g, const pcl_poly *h, const pcl_mod *mod)
{
    pcl_collect sum;
    pcl_collect_init(&sum, mod);
    pcl_status status = pcl_collect_product(&sum, g, h, 1 % mod->p);
    if (status == PCL_OK)
        status = pcl_collect_finish(f, &sum);
    pcl_collect_clear(&sum);
    return status;
}

pcl_status pcl_poly_derivative(pcl_poly *f, const pcl_poly *g, uint32_t var, const pcl_mod *mod)
{
    uint64_t one_coef = 1 % mod->p;
    size_t one_start[2] = {0, 0};
    const pcl_poly one = {.terms = 1, .coef = &one_coef, .start = one_start,
                          .factor = &one_coef /* none is read */};
    pcl_collect sum;
    pcl_status status = PCL_OK;
    pcl_collect_init(&sum, mod);
    for (size_t t = 0; t < g->terms && status == PCL_OK; t++)
        for (size_t k = 0; k < g->start[t + 1] - g->start[t] && status == PCL_OK; k++)
            if (variable(g->factor[g->start[t] + k]) == var)
                status = pcl_collect_derivative_product(&sum, g, t, k, &one, 1 % mod->p);
    if (status == PCL_OK)
        status = pcl_collect_finish(f, &sum);
    pcl_collect_clear(&sum);
    return status;
}
