#include <stdlib.h>

#include "pcl/sparse.h"

pcl_status pcl_sparse_init(pcl_sparse *basis, size_t cols, const pcl_mod *mod)
{
    *basis = (pcl_sparse){.mod = *mod, .cols = cols};
    basis->owner = calloc(cols + 1, sizeof *basis->owner);
    basis->sum = calloc(cols + 1, sizeof *basis->sum);
    basis->touched = calloc(cols / 64 + 1, sizeof *basis->touched);
    basis->start = calloc(1, sizeof *basis->start);
    return basis->owner && basis->sum && basis->touched && basis->start ? PCL_OK : PCL_NOMEM;
}

void pcl_sparse_clear(pcl_sparse *basis)
{
    free(basis->start);
    free(basis->column);
    free(basis->value);
    free(basis->owner);
    free(basis->sum);
    free(basis->touched);
    *basis = (pcl_sparse){.mod = basis->mod, .cols = basis->cols};
}

static pcl_status fit(pcl_sparse *basis, size_t size)
{
    if (basis->rank == basis->rows_alloc) {
        const size_t rows = 2 * basis->rows_alloc + 8;
        size_t *start = realloc(basis->start, (rows + 1) * sizeof *start);
        if (!start)
            return PCL_NOMEM;
        basis->start = start;
        basis->rows_alloc = rows;
    }
    if (basis->start[basis->rank] + size > basis->entries_alloc) {
        const size_t entries = 2 * basis->entries_alloc + size + 32;
        uint32_t *column = realloc(basis->column, entries * sizeof *column);
        if (!column)
            return PCL_NOMEM;
        basis->column = column;
        uint64_t *value = realloc(basis->value, entries * sizeof *value);
        if (!value)
            return PCL_NOMEM;
        basis->value = value;
        basis->entries_alloc = entries;
    }
    return PCL_OK;
}

/* Subtracts c times a row of the basis but for its pivot: the hottest loop. */
static void subtract(pcl_sparse *basis, size_t row, uint64_t c)
{
    const size_t end = basis->start[row + 1];
    size_t k = basis->start[row] + 1;
    if (k == end)
        return;
    const pcl_mod mod = basis->mod;
    const pcl_factor factor = pcl_factor_of(pcl_neg(c, &mod), &mod);
    for (; k < end; k++) {
        const uint32_t j = basis->column[k];
        basis->sum[j] = pcl_factor_addmul(basis->sum[j], factor, basis->value[k], &mod);
        basis->touched[j / 64] |= (uint64_t)1 << j % 64;
    }
}

/* Reduces the accumulator from word `from` on, and forgets what is zero. Returns the number of
   columns that stay. */
static size_t reduce(pcl_sparse *basis, size_t *work, size_t from, size_t last)
{
    size_t left = 0;
    for (size_t w = from; w <= last; w++)
        for (uint64_t seen = 0, fresh; (fresh = basis->touched[w] & ~seen);) {
            const uint64_t bit = fresh & -fresh;
            const size_t j = 64 * w + (size_t)__builtin_ctzll(bit);
            seen |= bit | (bit - 1);
            const uint64_t c = basis->sum[j];
            if (c && !basis->owner[j]) {
                left++;
                continue;
            }
            basis->sum[j] = 0;
            basis->touched[w] ^= bit;
            if (c) {
                const size_t row = basis->owner[j] - 1, end = basis->start[row + 1];
                subtract(basis, row, c);
                *work += end - basis->start[row];
                if (basis->column[end - 1] / 64 > last)
                    last = basis->column[end - 1] / 64;
            }
        }
    return left;
}

/* Moves the accumulator out: scaled to a leading 1 behind the last row if keep, else dropped. */
static void empty(pcl_sparse *basis, size_t from, size_t left, int keep)
{
    size_t k = keep ? basis->start[basis->rank] : 0;
    uint64_t scale = 0;
    for (size_t w = from; left; w++)
        for (; basis->touched[w]; basis->touched[w] &= basis->touched[w] - 1, left--) {
            const size_t j = 64 * w + (size_t)__builtin_ctzll(basis->touched[w]);
            if (keep) {
                if (!scale && pcl_inv(&scale, basis->sum[j], &basis->mod) == PCL_OK)
                    basis->owner[j] = (uint32_t)basis->rank + 1;
                basis->column[k] = (uint32_t)j;
                basis->value[k++] = pcl_mul(scale, basis->sum[j], &basis->mod);
            }
            basis->sum[j] = 0;
        }
    if (keep)
        basis->start[++basis->rank] = k;
}

pcl_status pcl_sparse_add(pcl_sparse *basis, size_t *work, const uint32_t *column,
                          const uint64_t *value, size_t size)
{
    size_t from = SIZE_MAX, last = 0;
    for (size_t k = 0; k < size; k++) {
        const size_t w = column[k] / 64;
        basis->sum[column[k]] = value[k];
        basis->touched[w] |= (uint64_t)1 << column[k] % 64;
        from = w < from ? w : from;
        last = w > last ? w : last;
    }
    *work += size;
    const size_t left = size ? reduce(basis, work, from, last) : 0;
    if (!left)
        return PCL_NONE;
    const pcl_status status = fit(basis, left);
    empty(basis, from, left, status == PCL_OK);
    return status;
}
