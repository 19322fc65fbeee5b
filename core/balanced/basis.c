#include <stdlib.h>
#include <string.h>

#include "inside.h"

void pcl_balanced_echelon_init(pcl_balanced_echelon *basis, size_t cols, uint64_t p)
{
    *basis = (pcl_balanced_echelon){
        .p = p, .cols = cols, .ld = cols < SIZE_MAX / 64 ? pcl_balanced_stride(cols) : 0};
}

void pcl_balanced_echelon_clear(pcl_balanced_echelon *basis)
{
    while (basis->blocks)
        free(basis->memory[--basis->blocks]);
    free(basis->memory);
    free(basis->row);
    free(basis->group);
    free(basis->column);
    pcl_balanced_echelon_init(basis, basis->cols, basis->p);
}

/* Makes *array longer, of whatever it is an array. */
static pcl_status lengthen(void *array, size_t length, size_t size)
{
    void *old, *longer;
    memcpy(&old, array, sizeof old);
    if (length > SIZE_MAX / size || !(longer = realloc(old, length * size)))
        return PCL_NOMEM;
    memcpy(array, &longer, sizeof longer);
    return PCL_OK;
}

pcl_status pcl_balanced_echelon_room(pcl_balanced_echelon *basis, size_t m)
{
    if (!basis->column) {
        if (!basis->ld || !(basis->column = malloc(basis->cols * sizeof *basis->column)))
            return PCL_NOMEM;
        for (size_t j = 0; j < basis->cols; j++)
            basis->column[j] = j;
    }
    const size_t spare = basis->rows - basis->rank;
    if (spare >= m)
        return PCL_OK;
    size_t more = m - spare;
    if (more < basis->rows / 2 && basis->rows + basis->rows / 2 < basis->cols)
        more = basis->rows / 2;         /* many small chunks, few blocks */
    const size_t rows = basis->rows + more;
    if (lengthen(&basis->row, rows, sizeof *basis->row) != PCL_OK
        || lengthen(&basis->group, rows, sizeof *basis->group) != PCL_OK
        || lengthen(&basis->memory, basis->blocks + 1, sizeof *basis->memory) != PCL_OK)
        return PCL_NOMEM;
    float *w = pcl_balanced_alloc(basis->memory + basis->blocks, more, basis->ld, sizeof *w);
    if (!w)
        return PCL_NOMEM;
    basis->blocks++;
    for (size_t i = basis->rows; i < rows; i++, w += basis->ld)
        basis->row[i] = w;
    basis->rows = rows;
    return PCL_OK;
}

void pcl_balanced_echelon_pivots(size_t *pivot, const pcl_balanced_echelon *basis)
{
    if (basis->rank)
        memcpy(pivot, basis->column, basis->rank * sizeof *pivot);
}
