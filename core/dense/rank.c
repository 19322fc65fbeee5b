#include "pcl/dense.h"

pcl_status pcl_rank_dense(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                          uint64_t *a, size_t rows, size_t cols, const pcl_mod *mod)
{
    pcl_echelon basis;
    pcl_status status = PCL_OK;
    pcl_echelon_init(&basis, cols, mod);
    for (size_t i = 0; i < rows && basis.rank < cols; i++) {
        const pcl_status added = pcl_echelon_add(&basis, a + i * cols);
        if (added == PCL_OK) {
            row_pivot[basis.rank - 1] = i;
            col_pivot[basis.rank - 1] = basis.pivot[basis.rank - 1];
        } else if (added != PCL_NONE) {
            status = added;
            break;
        }
    }
    if (status == PCL_OK)
        *rank = basis.rank;
    pcl_echelon_clear(&basis);
    return status;
}
