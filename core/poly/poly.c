#include <stdlib.h>
#include <string.h>

#include "pcl/poly.h"

void pcl_poly_init(pcl_poly *f)
{
    *f = (pcl_poly){0};
}

void pcl_poly_clear(pcl_poly *f)
{
    free(f->coef);
    free(f->start);
    free(f->factor);
    pcl_poly_init(f);
}

/* Doubles *alloc until it holds n; 0 on overflow of the byte count. */
static size_t enlarge(size_t alloc, size_t n)
{
    size_t size = alloc ? alloc : 4;
    while (size < n && size <= SIZE_MAX / 32)
        size *= 2;
    return size < n ? 0 : size;
}

pcl_status pcl_poly_fit(pcl_poly *f, size_t terms, size_t factors)
{
    if (terms > f->terms_alloc || !f->start) {
        const size_t size = enlarge(f->terms_alloc, terms);
        uint64_t *coef = size ? realloc(f->coef, size * sizeof *coef) : NULL;
        if (!coef)
            return PCL_NOMEM;
        f->coef = coef;
        const int fresh = !f->start;
        size_t *start = realloc(f->start, (size + 1) * sizeof *start);
        if (!start)
            return PCL_NOMEM;
        f->start = start;
        if (fresh)
            f->start[0] = 0;
        f->terms_alloc = size;
    }
    if (factors > f->factors_alloc || !f->factor) {
        const size_t size = enlarge(f->factors_alloc, factors);
        uint64_t *factor = size ? realloc(f->factor, size * sizeof *factor) : NULL;
        if (!factor)
            return PCL_NOMEM;
        f->factor = factor;
        f->factors_alloc = size;
    }
    return PCL_OK;
}

int pcl_poly_equal(const pcl_poly *f, const pcl_poly *g)
{
    if (f->terms != g->terms || f->factors != g->factors)
        return 0;
    if (!f->terms)
        return 1;
    return !memcmp(f->coef, g->coef, f->terms * sizeof *f->coef)
        && !memcmp(f->start, g->start, (f->terms + 1) * sizeof *f->start)
        && (!f->factors || !memcmp(f->factor, g->factor, f->factors * sizeof *f->factor));
}
