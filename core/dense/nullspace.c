#include <stdlib.h>
#include <string.h>

#include "pcl/dense.h"

void pcl_echelon_reduce_upwards(pcl_echelon *basis, size_t i)
{
    const size_t n = basis->cols;
    uint64_t *row = basis->rows + i * n;
    for (size_t j = i + 1; j < basis->rank; j++) {
        const uint64_t c = row[basis->pivot[j]];
        if (c)
            pcl_submul_row(row, basis->rows + j * n, c, n, &basis->mod);
    }
}

pcl_status pcl_nullspace_dense(uint64_t *basis, const pcl_echelon *reduced)
{
    const size_t cols = reduced->cols, rank = reduced->rank;
    unsigned char *is_pivot = calloc(cols + 1, 1);
    if (!is_pivot)
        return PCL_NOMEM;
    for (size_t t = 0; t < rank; t++)
        is_pivot[reduced->pivot[t]] = 1;
    if (cols > rank)
        memset(basis, 0, (cols - rank) * cols * sizeof *basis);
    for (size_t c = 0, j = 0; c < cols; c++) {
        if (is_pivot[c])
            continue;
        uint64_t *v = basis + j++ * cols;
        v[c] = 1 % reduced->mod.p;
        for (size_t t = 0; t < rank; t++)
            v[reduced->pivot[t]] = pcl_neg(reduced->rows[t * cols + c], &reduced->mod);
    }
    free(is_pivot);
    return PCL_OK;
}
