#include <stdlib.h>
#include <string.h>

#include "pcl/dense.h"

void pcl_submul_row(uint64_t *restrict y, const uint64_t *restrict x, uint64_t c, size_t n,
                    const pcl_mod *mod)
{
    const pcl_mod m = *mod;
    const pcl_factor factor = pcl_factor_of(pcl_neg(c, mod), mod);
    for (size_t i = 0; i < n; i++)
        y[i] = pcl_factor_addmul(y[i], factor, x[i], &m);
}

void pcl_echelon_init(pcl_echelon *basis, size_t cols, const pcl_mod *mod)
{
    *basis = (pcl_echelon){.mod = *mod, .cols = cols};
}

void pcl_echelon_clear(pcl_echelon *basis)
{
    free(basis->rows);
    free(basis->pivot);
    pcl_echelon_init(basis, basis->cols, &basis->mod);
}

static pcl_status grow(pcl_echelon *basis)
{
    size_t alloc = basis->alloc ? 2 * basis->alloc : 8;
    if (alloc > basis->cols)
        alloc = basis->cols;               /* the rank never exceeds cols */
    if (alloc > SIZE_MAX / sizeof(uint64_t) / basis->cols)
        return PCL_NOMEM;
    uint64_t *rows = realloc(basis->rows, alloc * basis->cols * sizeof *rows);
    if (!rows)
        return PCL_NOMEM;
    basis->rows = rows;
    size_t *pivot = realloc(basis->pivot, alloc * sizeof *pivot);
    if (!pivot)
        return PCL_NOMEM;
    basis->pivot = pivot;
    basis->alloc = alloc;
    return PCL_OK;
}

size_t pcl_echelon_reduce(uint64_t *row, const pcl_echelon *basis)
{
    const size_t n = basis->cols;
    for (size_t i = 0; i < basis->rank; i++) {
        const uint64_t c = row[basis->pivot[i]];
        if (c)
            pcl_submul_row(row, basis->rows + i * n, c, n, &basis->mod);
    }
    size_t lead = 0;
    while (lead < n && !row[lead])
        lead++;
    return lead;
}

pcl_status pcl_echelon_add(pcl_echelon *basis, uint64_t *row)
{
    const size_t n = basis->cols, lead = pcl_echelon_reduce(row, basis);
    uint64_t inverse;
    if (lead == n)
        return PCL_NONE;
    if (basis->rank == basis->alloc && grow(basis) != PCL_OK)
        return PCL_NOMEM;
    if (pcl_inv(&inverse, row[lead], &basis->mod) != PCL_OK)
        return PCL_LIMIT;                  /* only for a composite modulus */
    uint64_t *to = basis->rows + basis->rank * n;
    for (size_t j = 0; j < n; j++)
        to[j] = pcl_mul(row[j], inverse, &basis->mod);
    basis->pivot[basis->rank++] = lead;
    return PCL_OK;
}
