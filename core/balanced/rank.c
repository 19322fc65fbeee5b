#include <stdlib.h>

#include "inside.h"

static pcl_status rank_of(size_t *rank, size_t *row_pivot, size_t *col_pivot, pcl_balanced_rows a,
                          size_t rows, size_t cols, uint64_t p, size_t target,
                          const pcl_balanced_how *how)
{
    pcl_balanced_echelon basis;
    unsigned char *raised = malloc(rows + 1);
    pcl_balanced_echelon_init(&basis, cols, p);
    pcl_status status = raised ? pcl_balanced_echelon_take(raised, &basis, a, rows, target, how)
                               : PCL_NOMEM;
    if (status == PCL_OK) {
        pcl_balanced_echelon_pivots(col_pivot, &basis);
        *rank = basis.rank;
        for (size_t i = 0, t = 0; t < *rank; i++)
            if (raised[i])
                row_pivot[t++] = i;
    }
    pcl_balanced_echelon_clear(&basis);
    free(raised);
    return status;
}

pcl_status pcl_balanced_rank(size_t *rank, size_t *row_pivot, size_t *col_pivot, const uint64_t *a,
                             size_t rows, size_t cols, uint64_t p, size_t target,
                             const pcl_balanced_how *how)
{
    return rank_of(rank, row_pivot, col_pivot, (pcl_balanced_rows){a, NULL}, rows, cols, p, target,
                   how);
}

pcl_status pcl_balanced_rank_floats(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                                    const float *a, size_t rows, size_t cols, uint64_t p,
                                    size_t target, const pcl_balanced_how *how)
{
    /* Floats from 2^23 to 2^24 are integers: adding `round` rounds what is at most 2^22. */
    const float half = (float)(p / 2), round = 0x1.8p23f;
    int bad = p >> 23 != 0;
    for (size_t i = 0; i < rows * cols; i++)
        bad |= !(a[i] <= half) | !(a[i] >= -half) | (a[i] + round - round != a[i]);
    return bad ? PCL_LIMIT
               : rank_of(rank, row_pivot, col_pivot, (pcl_balanced_rows){NULL, a}, rows, cols, p,
                         target, how);
}
