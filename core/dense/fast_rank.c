#include <stdlib.h>

#include "pcl/fast.h"

pcl_status pcl_rank_fast(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                         const uint64_t *a, size_t rows, size_t cols, uint64_t p,
                         size_t target, const pcl_fast_how *how)
{
    pcl_fast_echelon basis;
    unsigned char *raised = malloc(rows + 1);
    pcl_fast_echelon_init(&basis, cols, p);
    pcl_status status = raised ? pcl_fast_echelon_extend(raised, &basis, a, rows, target, how) : PCL_NOMEM;
    if (status == PCL_OK)
        status = pcl_fast_echelon_pivots(col_pivot, &basis);
    if (status == PCL_OK) {
        *rank = basis.rank;
        for (size_t i = 0, t = 0; t < *rank; i++)
            if (raised[i])
                row_pivot[t++] = i;
    }
    pcl_fast_echelon_clear(&basis);
    free(raised);
    return status;
}
